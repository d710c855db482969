/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The link says which bundle an incident is of, so that a server that is started again finds the
 * ones it has.
 */
#include "serve/examples.h"

#include "base/arena.h"
#include "base/map.h"
#include "serve/files.h"
#include "serve/log.h"
#include "source/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXAMPLES_MAX 1000

/* Whatever stands in `folder`, in the order of the names. */
static bool list(struct arena *arena, const char *folder, struct str *out, uint32_t *count,
                 struct err *err)
{
    struct dirent **entries;
    const int found = scandir(folder, &entries, NULL, alphasort);
    if (found < 0)
        return err_set(err, ERR_NOT_FOUND, "%s: %s", folder, strerror(errno));
    for (int i = 0; i < found; i++) {
        if (entries[i]->d_name[0] != '.' && *count < EXAMPLES_MAX)
            out[(*count)++] = str_printf(arena, "%s/%s", folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return true;
}

/* The bundles that have an incident already. */
static bool find_open(const struct site *site, struct arena *arena, struct map *out,
                      struct err *err)
{
    struct dirent **entries;
    const char *folder = str_printf(arena, "%s/incidents", site->data).ptr;
    const int found = scandir(folder, &entries, NULL, alphasort);
    if (found < 0)
        return err_set(err, ERR_IO, "%s: %s", folder, strerror(errno));
    for (int i = 0; i < found; i++) {
        char target[4096];
        const char *link = str_printf(arena, "%s/%s/bundle", folder, entries[i]->d_name).ptr;
        const ssize_t len = readlink(link, target, sizeof target);
        if (len > 0)
            map_add(out, (struct str){target, (size_t)len});
        free(entries[i]);
    }
    free(entries);
    return true;
}

static bool read_notice(struct arena *arena, struct str bundle, struct notice *out, struct err *err)
{
    struct bundle opened;
    *out = (struct notice){.status = NOTICE_FIRING};
    if (!bundle_open(arena, bundle, &opened, err) ||
        !bundle_read_alert(&opened, arena, &out->alert, err))
        return false;
    const struct str id = out->alert.id.len > 0 ? out->alert.id : out->alert.name;
    out->fingerprint = str_slice(id, 0, FINGERPRINT_LEN_MAX);
    return true;
}

static bool open_one(const struct site *site, struct ledger *ledger, struct str bundle,
                     struct err *err)
{
    struct arena *arena = arena_new("example");
    const struct incident_limits limits = {.queue_max = EXAMPLES_MAX, .opened_max = EXAMPLES_MAX};
    struct notice notice;
    struct str id;
    bool ok = read_notice(arena, bundle, &notice, err) &&
              incident_open(ledger, arena, &limits, &notice, false, wall_now_ns(), &id, err);
    if (ok) {
        const struct str home = site_path(site, arena, id, "");
        const struct str link = site_path(site, arena, id, "bundle");
        ok = files_make_folder(home.ptr, err) &&
             (symlink(bundle.ptr, link.ptr) == 0 ||
              err_set(err, ERR_IO, "%s: %s", link.ptr, strerror(errno)));
    }
    arena_free(arena);
    return ok;
}

bool examples_open(const struct site *site, struct ledger *ledger, const char *folder,
                   struct err *err)
{
    struct arena *arena = arena_new("examples");
    struct str *paths = arena_push_many(arena, struct str, EXAMPLES_MAX);
    struct map known = map_new(arena);
    uint32_t count = 0;
    const bool ok = list(arena, folder, paths, &count, err) && find_open(site, arena, &known, err);
    for (uint32_t i = 0; ok && i < count; i++) {
        char bundle[4096];
        struct err fault = {0};
        if (!realpath(paths[i].ptr, bundle) || map_find(&known, str_of(bundle)) != MAP_NONE)
            continue;
        if (!open_one(site, ledger, str_of(bundle), &fault)) /* it is no bundle, say */
            log_line(LOG_WARNING, "example", "%s", fault.text);
    }
    arena_free(arena);
    return ok;
}
