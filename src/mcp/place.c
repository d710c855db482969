/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/place.h"

#include "base/arena.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const suffixes[] = {".tar.zst", ".tar.gz", NULL};

struct places {
    struct arena *arena;
    struct place *items;
    uint32_t count;
};

static void add(struct places *places, struct str name, struct str path)
{
    if (places->count == PLACES_MAX)
        return;
    for (uint32_t i = 0; i < places->count; i++)
        if (str_eq(places->items[i].name, name))
            return;
    places->items[places->count++] =
        (struct place){.name = str_copy(places->arena, name), .path = path};
}

static struct str join(struct arena *arena, struct str folder, const char *name)
{
    return str_printf(arena, "%.*s/%s", STR_ARG(folder), name);
}

static bool is_bundle(struct arena *arena, struct str folder)
{
    return access(join(arena, folder, "alert.json").ptr, R_OK) == 0;
}

/* A folder with an alert, one that keeps such a folder as `bundle`, or an archive. */
static bool look_at(struct places *places, struct str name, struct str path)
{
    const struct str inner = join(places->arena, path, "bundle");
    for (const char *const *suffix = suffixes; *suffix; suffix++)
        if (str_ends(name, str_of(*suffix))) {
            add(places, str_slice(name, 0, name.len - strlen(*suffix)), path);
            return true;
        }
    if (is_bundle(places->arena, path))
        add(places, name, path);
    else if (is_bundle(places->arena, inner))
        add(places, name, inner);
    else
        return false;
    return true;
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void look_into(struct places *places, const char *folder)
{
    struct str path = str_of(folder);
    while (path.len > 1 && str_ends(path, STR("/")))
        path.len--;
    path = str_copy(places->arena, path);
    const char *slash = strrchr(path.ptr, '/');
    if (look_at(places, str_of(slash ? slash + 1 : path.ptr), path))
        return;
    struct dirent **entries;
    const int count = scandir(path.ptr, &entries, is_shown, alphasort);
    for (int i = 0; i < count; i++) {
        look_at(places, str_of(entries[i]->d_name), join(places->arena, path, entries[i]->d_name));
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static int compare_names(const void *a, const void *b)
{
    return str_compare(((const struct place *)a)->name, ((const struct place *)b)->name);
}

uint32_t place_list(const struct mcp *mcp, struct arena *arena, struct place **out)
{
    struct places places = {.arena = arena,
                            .items = arena_push_many(arena, struct place, PLACES_MAX)};
    for (uint32_t i = 0; i < mcp->folders_count; i++)
        look_into(&places, mcp->folders[i]);
    qsort(places.items, places.count, sizeof *places.items, compare_names);
    *out = places.items;
    return places.count;
}

bool place_find(const struct mcp *mcp, struct arena *arena, struct str name, struct str *path,
                struct err *err)
{
    struct place *places;
    const uint32_t count = place_list(mcp, arena, &places);
    for (uint32_t i = 0; i < count; i++)
        if (str_eq(places[i].name, name)) {
            *path = places[i].path;
            return true;
        }
    return err_set(err, ERR_NOT_FOUND,
                   "there is no incident `%.*s`; list_incidents has those that there are",
                   STR_ARG(str_slice(name, 0, 80)));
}
