/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/live.h"

#include "base/arena.h"

#define LIST_EVENTS_MAX 256 /* that a slow watcher of the list may lag behind */
#define MARKED_MAX 64 /* at a time; of a storm of alerts, of which ten incidents a minute come */
#define ID_LEN_MAX 40
#define RETRY "retry: 2000\n\n"

/* What is told of one incident. */
struct topic {
    struct arena *arena;
    struct str id;
    struct str *events; /* each a whole event, as it is sent */
    uint32_t count, room;
    size_t bytes;
    bool is_begun; /* somebody works on it, or has; else it only waits for that */
    bool is_ended;
    uint32_t viewers; /* it goes with the last, once it has ended */
    struct topic *next;
};

struct viewer {
    struct live *live;
    struct arena *arena;
    struct http_feed feed;
    struct http_stream *stream;  /* NULL: not open as yet */
    struct topic *topic;         /* NULL: it watches the list */
    uint64_t at;                 /* the next event */
    struct arena *text_arena;    /* of `state` */
    struct str state;            /* to be sent before further events; empty: none */
    struct str sending;          /* what is left of the event that is being sent */
    struct arena *sending_arena; /* where it lives, if it does not live in the topic */
    bool must_beat;
    struct viewer *next, **link;
};

struct live {
    pthread_mutex_t lock;
    struct topic *topics; /* on which somebody works */
    struct viewer *viewers;
    uint32_t viewers_count;
    struct arena *list_arenas[LIST_EVENTS_MAX]; /* a ring: each event has its own */
    struct str list[LIST_EVENTS_MAX];
    uint64_t list_count;
    char marked[MARKED_MAX][ID_LEN_MAX];
    uint32_t marked_count;
    bool is_stopping;
};

static void free_list(void *state)
{
    struct live *live = state;
    for (size_t i = 0; i < LIST_EVENTS_MAX && live->list_arenas[i]; i++)
        arena_free(live->list_arenas[i]);
}

struct live *live_new(struct arena *arena)
{
    struct live *live = arena_push(arena, struct live);
    pthread_mutex_init(&live->lock, NULL);
    arena_defer(arena, free_list, live);
    return live;
}

static struct str event_text(struct arena *arena, uint64_t number, const char *name,
                             struct str data)
{
    return number > 0 ? str_printf(arena, "id: %llu\nevent: %s\ndata: %.*s\n\n",
                                   (unsigned long long)number, name, STR_ARG(data))
                      : str_printf(arena, "event: %s\ndata: %.*s\n\n", name, STR_ARG(data));
}

/* ---- topics; all under the lock ---- */

static struct topic *topic_new(struct str id)
{
    struct arena *arena = arena_new("topic");
    struct topic *topic = arena_push(arena, struct topic);
    topic->arena = arena;
    topic->id = str_copy(arena, id);
    return topic;
}

static struct topic *find_topic(struct live *live, struct str id)
{
    for (struct topic *it = live->topics; it; it = it->next)
        if (str_eq(it->id, id))
            return it;
    return NULL;
}

static void unlink_topic(struct live *live, struct topic *topic)
{
    for (struct topic **link = &live->topics; *link; link = &(*link)->next)
        if (*link == topic) {
            *link = topic->next;
            return;
        }
}

static void release_topic(struct topic *topic)
{
    if (topic->is_ended && topic->viewers == 0)
        arena_free(topic->arena);
}

static struct topic *add_topic(struct live *live, struct str id)
{
    struct topic *topic = topic_new(id);
    topic->next = live->topics;
    live->topics = topic;
    return topic;
}

static void add_event(struct topic *topic, const char *name, struct str data)
{
    if (topic->bytes + data.len > LIVE_STORY_BYTES_MAX)
        return;
    if (topic->count == topic->room) {
        const uint32_t room = topic->room > 0 ? topic->room * 2 : 64;
        topic->events = arena_grow(topic->arena, topic->events, sizeof(struct str) * topic->room,
                                   sizeof(struct str) * room);
        topic->room = room;
    }
    const struct str text = event_text(topic->arena, topic->count + 1, name, data);
    topic->events[topic->count++] = text;
    topic->bytes += text.len;
}

static void add_story(struct topic *topic, const struct story *story)
{
    for (uint32_t i = 0; i < story->count; i++)
        add_event(topic, story->items[i].name, story->items[i].data);
}

static void wake(struct viewer *viewer)
{
    if (viewer->stream)
        http_stream_wake(viewer->stream);
}

static void wake_viewers(struct live *live, const struct topic *topic)
{
    for (struct viewer *it = live->viewers; it; it = it->next)
        if (it->topic == topic)
            wake(it);
}

static void end_topic(struct live *live, struct topic *topic)
{
    unlink_topic(live, topic);
    topic->is_ended = true;
    wake_viewers(live, topic);
    release_topic(topic);
}

/* ---- of who works ---- */

void live_begin(struct live *live, struct str id)
{
    pthread_mutex_lock(&live->lock);
    struct topic *topic = find_topic(live, id);
    if (topic && topic->is_begun)
        end_topic(live, topic);
    if (!topic || topic->is_begun)
        topic = add_topic(live, id);
    topic->is_begun = true;
    pthread_mutex_unlock(&live->lock);
}

void live_tell(struct live *live, struct str id, const struct story *story)
{
    pthread_mutex_lock(&live->lock);
    struct topic *topic = find_topic(live, id);
    if (topic && story->count > 0) {
        add_story(topic, story);
        wake_viewers(live, topic);
    }
    pthread_mutex_unlock(&live->lock);
}

static void set_state(struct viewer *viewer, const char *name, struct str incident)
{
    arena_reset(viewer->text_arena);
    viewer->state = event_text(viewer->text_arena, 0, name, incident);
}

static void tell_list(struct live *live, struct str incident)
{
    const uint64_t at = live->list_count++ % LIST_EVENTS_MAX;
    if (!live->list_arenas[at])
        live->list_arenas[at] = arena_new("event");
    arena_reset(live->list_arenas[at]);
    live->list[at] = event_text(live->list_arenas[at], live->list_count, "incident", incident);
    wake_viewers(live, NULL);
}

void live_state(struct live *live, struct str id, struct str incident)
{
    pthread_mutex_lock(&live->lock);
    for (struct viewer *it = live->viewers; it; it = it->next)
        if (it->topic && str_eq(it->topic->id, id)) {
            set_state(it, "state", incident);
            wake(it);
        }
    tell_list(live, incident);
    pthread_mutex_unlock(&live->lock);
}

void live_end(struct live *live, struct str id, struct str incident)
{
    live_state(live, id, incident);
    pthread_mutex_lock(&live->lock);
    struct topic *topic = find_topic(live, id);
    if (topic) {
        add_event(topic, "end", incident);
        end_topic(live, topic);
    }
    pthread_mutex_unlock(&live->lock);
}

void live_mark(struct live *live, struct str id)
{
    pthread_mutex_lock(&live->lock);
    uint32_t at = 0;
    while (at < live->marked_count && !str_eq(str_of(live->marked[at]), id))
        at++;
    if (at == live->marked_count && at < MARKED_MAX && id.len < ID_LEN_MAX) {
        memcpy(live->marked[at], id.ptr, id.len);
        live->marked[at][id.len] = '\0';
        live->marked_count++;
    }
    pthread_mutex_unlock(&live->lock);
}

struct str live_marked(struct live *live, struct arena *arena)
{
    struct str id = STR("");
    pthread_mutex_lock(&live->lock);
    if (live->marked_count > 0)
        id = str_copy(arena, str_of(live->marked[--live->marked_count]));
    pthread_mutex_unlock(&live->lock);
    return id;
}

/* ---- of who watches; feeds are called under the lock ---- */

static void on_open(void *state, struct http_stream *stream)
{
    ((struct viewer *)state)->stream = stream;
}

static void send_copy(struct viewer *viewer, struct str text)
{
    arena_reset(viewer->sending_arena);
    viewer->sending = str_copy(viewer->sending_arena, text);
}

/* Who lags behind the ring has missed some, and is told to read the list anew. */
static bool next_of_list(struct viewer *viewer)
{
    const struct live *live = viewer->live;
    if (viewer->at >= live->list_count)
        return false;
    if (live->list_count - viewer->at > LIST_EVENTS_MAX) {
        viewer->at = live->list_count;
        send_copy(viewer, STR("event: reload\ndata: {}\n\n"));
    } else {
        send_copy(viewer, live->list[viewer->at++ % LIST_EVENTS_MAX]);
    }
    return true;
}

static bool next_event(struct viewer *viewer)
{
    const struct topic *topic = viewer->topic;
    if (viewer->state.len > 0) {
        send_copy(viewer, viewer->state);
        viewer->state = STR("");
    } else if (topic && viewer->at < topic->count) {
        viewer->sending = topic->events[viewer->at++];
    } else if (!topic && next_of_list(viewer)) {
        return true;
    } else if (viewer->must_beat) {
        viewer->must_beat = false;
        viewer->sending = STR(":\n\n");
    } else {
        return false;
    }
    return true;
}

static ssize_t on_read(void *state, char *into, size_t room)
{
    struct viewer *viewer = state;
    size_t len = 0;
    while (len < room && (viewer->sending.len > 0 || next_event(viewer))) {
        const struct str piece = str_slice(viewer->sending, 0, room - len);
        memcpy(into + len, piece.ptr, piece.len);
        viewer->sending = str_slice(viewer->sending, piece.len, viewer->sending.len);
        len += piece.len;
    }
    if (len > 0)
        return (ssize_t)len;
    const bool is_over = viewer->live->is_stopping || (viewer->topic && viewer->topic->is_ended);
    return is_over ? -1 : 0;
}

static void leave_topic(struct live *live, struct topic *topic)
{
    topic->viewers--;
    if (!topic->is_begun && !topic->is_ended && topic->viewers == 0) {
        unlink_topic(live, topic);
        topic->is_ended = true;
    }
    release_topic(topic);
}

static void on_close(void *state)
{
    struct viewer *viewer = state;
    *viewer->link = viewer->next;
    if (viewer->next)
        viewer->next->link = viewer->link;
    viewer->live->viewers_count--;
    if (viewer->topic)
        leave_topic(viewer->live, viewer->topic);
    arena_free(viewer->text_arena);
    arena_free(viewer->sending_arena);
    arena_free(viewer->arena);
}

/* Under the lock; NULL: too many. */
static struct viewer *add_viewer(struct live *live)
{
    if (live->viewers_count == LIVE_VIEWERS_MAX || live->is_stopping)
        return NULL;
    struct arena *arena = arena_new("viewer");
    struct viewer *viewer = arena_push(arena, struct viewer);
    *viewer = (struct viewer){.live = live,
                              .arena = arena,
                              .text_arena = arena_new("viewer"),
                              .sending_arena = arena_new("viewer"),
                              .sending = STR(RETRY),
                              .at = live->list_count,
                              .next = live->viewers,
                              .link = &live->viewers};
    viewer->feed = (struct http_feed){viewer, &live->lock, on_open, on_read, on_close};
    if (viewer->next)
        viewer->next->link = &viewer->next;
    live->viewers = viewer;
    live->viewers_count++;
    return viewer;
}

static void read_journal(struct topic *topic, struct str journal)
{
    struct arena *scratch = arena_new("story");
    struct story *story = arena_push(topic->arena, struct story);
    struct str line;
    while (str_split(&journal, '\n', &line)) {
        story_of_line(scratch, line, story);
        add_story(topic, story);
        arena_reset(scratch);
    }
    arena_free(scratch);
}

/* Reading a journal takes a while, so it is done before anybody has to wait for the lock. */
static struct topic *topic_of_journal(struct str id, struct str journal, struct str incident)
{
    struct topic *topic = topic_new(id);
    read_journal(topic, journal);
    add_event(topic, "end", incident);
    topic->is_begun = topic->is_ended = true;
    return topic;
}

struct http_feed *live_watch(struct live *live, struct str id, uint64_t after, struct str incident,
                             bool is_over, struct str journal)
{
    struct topic *told = is_over ? topic_of_journal(id, journal, incident) : NULL;
    pthread_mutex_lock(&live->lock);
    struct viewer *viewer = add_viewer(live);
    struct topic *running = find_topic(live, id);
    if (viewer) {
        viewer->topic = running ? running : told ? told : add_topic(live, id);
        viewer->topic->viewers++;
        viewer->at = after < viewer->topic->count ? after : viewer->topic->count;
        set_state(viewer, "state", incident);
    }
    if (told)
        release_topic(told);
    pthread_mutex_unlock(&live->lock);
    return viewer ? &viewer->feed : NULL;
}

struct http_feed *live_watch_all(struct live *live)
{
    pthread_mutex_lock(&live->lock);
    struct viewer *viewer = add_viewer(live);
    pthread_mutex_unlock(&live->lock);
    return viewer ? &viewer->feed : NULL;
}

void live_beat(struct live *live)
{
    pthread_mutex_lock(&live->lock);
    for (struct viewer *it = live->viewers; it; it = it->next) {
        it->must_beat = true;
        wake(it);
    }
    pthread_mutex_unlock(&live->lock);
}

uint32_t live_viewers(struct live *live)
{
    pthread_mutex_lock(&live->lock);
    const uint32_t count = live->viewers_count;
    pthread_mutex_unlock(&live->lock);
    return count;
}

void live_stop(struct live *live)
{
    pthread_mutex_lock(&live->lock);
    live->is_stopping = true;
    for (struct viewer *it = live->viewers; it; it = it->next)
        wake(it);
    pthread_mutex_unlock(&live->lock);
}
