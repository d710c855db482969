/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who watches what as it happens, by server-sent events (WHATWG HTML, 9.2).
 *
 * What is told of an incident stands once in memory, however many watch; each of them has a place
 * in it. A watcher that comes late, or again with Last-Event-ID, reads from there on. One that
 * reads too slowly delays nobody: it skips to the newest of the list, or reads on later.
 */
#pragma once

#include "serve/http.h"
#include "serve/story.h"

struct live;

#define LIVE_VIEWERS_MAX 600
#define LIVE_STORY_BYTES_MAX                                                                       \
    ((size_t)32 << 20) /* of one investigation; what is more is not told                           \
                        */

struct live *live_new(struct arena *arena);

/* ---- of who works; any thread ---- */

/* An investigation begins: what was told of an earlier one is gone. */
void live_begin(struct live *live, struct str id);

/* Lines of its journal, whole ones. */
void live_tell(struct live *live, struct str id, const struct story *story);

/* The incident is in another state; `incident` is what the API says of it. */
void live_state(struct live *live, struct str id, struct str incident);

/* That was all of it. */
void live_end(struct live *live, struct str id, struct str incident);

/*
 * Something about an incident has changed, and who watches is to know it within a second: of posts,
 * of which there may be hundreds a second. live_marked() takes one of them off, an id that lives in
 * `arena`; empty: there is none.
 */
void live_mark(struct live *live, struct str id);
struct str live_marked(struct live *live, struct arena *arena);

/* ---- of who watches ---- */

/*
 * What happens with an incident, from event `after` on: a feed to answer with. `incident` is how it
 * stands, told first. `journal` is told where nobody works on it: then that is all.
 * NULL: too many watch.
 */
struct http_feed *live_watch(struct live *live, struct str id, uint64_t after, struct str incident,
                             bool is_over, struct str journal);

/* What happens with all of them. */
struct http_feed *live_watch_all(struct live *live);

/* Says to all who watch that it is still there; those who are gone are noticed by that. */
void live_beat(struct live *live);

uint32_t live_viewers(struct live *live);

/* Ends all feeds, and those that come after. */
void live_stop(struct live *live);
