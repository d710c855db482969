/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes: a git repository of the shop's configuration (WORK/config, a folder a service) and
 * rolling deploys from it. Whatever changes in a world for a reason that people could look up
 * changes through here: innocent commits and culprits alike.
 *
 *     edit files          deploy_set(), deploy_replace(), deploy_write()
 *     commit them         deploy_commit()          -> an id
 *     put them to work    deploy_rollout()         -> a record in deploys.jsonl, and events
 *     undo                deploy_revert()
 */
#pragma once

#include "base/err.h"
#include "gym/world/world.h"

#define CHANGE_ID_SIZE 16 /* eight hexadecimal digits, and a NUL */

/* The first commit, gym/shop/config, and each service's folder put where its instances read it. */
MUST_CHECK bool deploy_open(struct world *world, struct err *err);

/* `key = value` in SERVICE/SERVICE.conf, or `key value;` in nginx's; the key must be there and its
 * value another, else the commit would be empty. SERVICE/FILE where `file` is not NULL. */
MUST_CHECK bool deploy_set(struct world *world, const char *service, const char *file,
                           const char *key, const char *value, struct err *err);

/* The value as it stands; false: there is no such key. */
bool deploy_get(struct world *world, const char *service, const char *file, const char *key,
                char *out, size_t size);

/* Every `from` in a file of the repository becomes `to`; it must be in there. */
MUST_CHECK bool deploy_replace(struct world *world, const char *path, const char *from,
                               const char *to, struct err *err);

/* A file of the repository, new or over the old one. NULL for `text` removes it. */
MUST_CHECK bool deploy_write(struct world *world, const char *path, const char *text,
                             struct err *err);
MUST_CHECK bool deploy_append(struct world *world, const char *path, const char *text,
                              struct err *err);

/* Commits what was edited, by one of the shop's people ("Mina Okafor"), now. */
MUST_CHECK bool deploy_commit(struct world *world, const char *author, const char *message,
                              char id[CHANGE_ID_SIZE], struct err *err);

enum rollout_how {
    ROLLOUT_ROLLING,   /* each successor first, on its predecessor's address */
    ROLLOUT_REPLACING, /* the old one first, and nobody looks whether the new one serves */
};

struct rollout {
    const char *author;
    const char *service;
    const char *instance; /* only this one; NULL: all of the service's, one after the other */
    enum rollout_how how;
};

/*
 * Puts HEAD's configuration of a service to work: nginx reloads, PostgreSQL runs what migrations
 * are new, Redis is started again, the others restart. An instance that does not come up in a
 * rolling deploy stops it there, as it should: that is an event, and `false` only where nothing
 * could be done at all. `began_ns` may be NULL.
 */
MUST_CHECK bool deploy_rollout(struct world *world, const struct rollout *rollout,
                               int64_t *began_ns, struct err *err);

/* A commit that undoes that one, and a replacing rollout of `service`. */
MUST_CHECK bool deploy_revert(struct world *world, const char *id, const char *author,
                              const char *service, struct err *err);

/* The version that an instance runs: the commit its folder in live/ was copied at. */
void deploy_version(struct world *world, const char *instance, char out[CHANGE_ID_SIZE]);

/* One innocent commit, picked by the world's seed, another each time; it is rolled out by chance,
 * or, if `is_deployed`, at once. Those of `but_service` (may be NULL) are passed over. When all
 * have been made, nothing is done. */
MUST_CHECK bool deploy_innocent(struct world *world, const char *but_service, bool is_deployed,
                                struct err *err);
