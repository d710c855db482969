/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/models.h"

#include "base/arena.h"
#include "config/config.h"
#include "report/escape.h"

#include <stdio.h>
#include <unistd.h>

/* What stands in a warroom.yaml beside models. */
static bool is_of_server(struct str path)
{
    static const char *const sections[] = {"sources", "notify",   "serve",
                                           "receive", "webhooks", "page_url"};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        const struct str section = str_of(sections[i]);
        if (str_starts(path, section) && (path.len == section.len || path.ptr[section.len] == '.'))
            return true;
    }
    return false;
}

/* One of its own sections is enough; what cannot be read is told by who reads it as models. */
static bool is_warroom_yaml(struct arena *arena, const char *path)
{
    struct yaml_entries entries;
    struct err err;
    FILE *file = fopen(path, "rbe");
    if (!file)
        return false;
    char *text = arena_alloc(arena, CONFIG_FILE_BYTES_MAX);
    const size_t len = fread(text, 1, CONFIG_FILE_BYTES_MAX, file);
    fclose(file);
    if (!yaml_read(arena, (struct str){text, len}, &entries, &err))
        return false;
    for (uint32_t i = 0; i < entries.count; i++)
        if (is_of_server(entries.items[i].path))
            return true;
    return false;
}

static bool load_config(struct arena *arena, const char *path, struct experts *out, struct err *err)
{
    struct config config;
    if (!config_load(arena, path, &config_readers_known, &config, NULL, err))
        return false;
    if (config.experts)
        *out = *(const struct experts *)config.experts;
    return out->count > 0 ||
           err_set(err, ERR_NOT_FOUND, "%s: no models are in it; docs/experts.md has `experts`",
                   path);
}

bool models_load(struct arena *arena, const char *path, struct experts *out, struct err *err)
{
    const char *found = path;
    *out = (struct experts){0};
    if (!path && !config_find(NULL, &found, err))
        return false;
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "no models are configured: there is no warroom.yaml");
    return !path || is_warroom_yaml(arena, found) ? load_config(arena, found, out, err)
                                                  : experts_load(arena, found, out, err);
}

bool models_write_prose(const struct config *config)
{
    const struct experts *experts = config->experts;
    for (uint32_t i = 0; experts && i < experts->count; i++)
        if ((experts->items[i].abilities & (1u << ABILITY_EXPLAIN)) != 0)
            return true;
    return false;
}

static void show_written(void *state, struct str so_far)
{
    (void)state;
    fputs("\r\033[K", stderr);
    if (so_far.len > 0)
        fprintf(stderr, "%zu characters written ...", escape_chars(so_far));
    fflush(stderr);
}

bool models_open(struct arena *arena, const char *path, struct panel **out, struct err *err)
{
    struct experts experts;
    if (!models_load(arena, path, &experts, err))
        return false;
    *out = panel_of(arena, &experts, clock_system(), NULL);
    if (isatty(STDERR_FILENO) == 1)
        panel_set_hear(*out, show_written, NULL);
    return true;
}
