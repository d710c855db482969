/* SPDX-License-Identifier: Apache-2.0 */
/* The list of windows is the list of series: what it does not name has no truth. */
#include "eval/nab_files.h"

#include "base/arena.h"
#include "base/clock.h"
#include "eval/cases.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#define SERIES_MAX 10000
#define WINDOWS_MAX 10000

static bool read_row(struct str line, int64_t *time_ns, double *value)
{
    struct str time;
    if (!str_split(&line, ',', &time) || !time_parse(str_trim(time), time_ns))
        return false;
    if (!str_to_real(str_trim(line), value))
        *value = NAN;
    return true;
}

static bool read_rows(struct arena *arena, struct str text, struct nab_file *file, struct err *err)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    file->times_ns = arena_push_many(arena, int64_t, lines + 1);
    file->values = arena_push_many(arena, double, lines + 1);
    struct str line;
    size_t number = 0;
    while (str_split(&text, '\n', &line)) {
        if (number++ == 0 || str_trim(line).len == 0)
            continue; /* the names of the columns */
        if (!read_row(line, &file->times_ns[file->count], &file->values[file->count]))
            return err_set(err, ERR_PROTOCOL, "line %zu: no `timestamp,value`", number);
        file->count++;
    }
    if (file->count == 0)
        return err_set(err, ERR_PROTOCOL, "it has no row");
    return true;
}

/* The rows from `start_ns` to `end_ns`. */
static bool place_window(const struct nab_file *file, int64_t start_ns, int64_t end_ns,
                         struct nab_window *out)
{
    size_t first = 0;
    while (first < file->count && file->times_ns[first] < start_ns)
        first++;
    size_t end = first;
    while (end < file->count && file->times_ns[end] <= end_ns)
        end++;
    *out = (struct nab_window){first, end - 1};
    return end > first;
}

static bool read_windows(struct arena *arena, const json_t *list, struct nab_file *file,
                         struct err *err)
{
    if (!json_is_array(list) || json_array_size(list) > WINDOWS_MAX)
        return err_set(err, ERR_PROTOCOL, "its windows are no list of [start, end]");
    file->windows = arena_push_many(arena, struct nab_window, json_array_size(list));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *pair = json_array_get(list, i);
        int64_t start_ns, end_ns;
        if (!time_parse(str_of(json_string_value(json_array_get(pair, 0))), &start_ns) ||
            !time_parse(str_of(json_string_value(json_array_get(pair, 1))), &end_ns))
            return err_set(err, ERR_PROTOCOL, "window %zu is no [start, end]", i + 1);
        struct nab_window *window = &file->windows[file->windows_count];
        if (!place_window(file, start_ns, end_ns, window))
            return err_set(err, ERR_PROTOCOL, "window %zu holds no row", i + 1);
        if (i > 0 && window->first <= window[-1].last)
            return err_set(err, ERR_PROTOCOL, "window %zu begins before the one before ends",
                           i + 1);
        file->windows_count++;
    }
    return true;
}

static bool read_file(struct arena *arena, struct str folder, const char *name,
                      const json_t *windows, struct nab_file *file, struct err *err)
{
    file->name = str_copy(arena, str_of(name));
    struct str text, rest = file->name;
    (void)str_split(&rest, '/', &file->group);
    if (str_contains(file->name, STR("..")) || rest.len == 0)
        return err_set(err, ERR_PROTOCOL, "combined_windows.json: `%s` is no GROUP/NAME.csv", name);
    if (!cases_read_file(arena, str_printf(arena, "%.*s/data", STR_ARG(folder)), name, &text, err))
        return false;
    if (!read_rows(arena, text, file, err) || !read_windows(arena, windows, file, err))
        return err_context(err, "%s", name);
    return true;
}

static int by_name(const void *a, const void *b)
{
    return str_compare(((const struct nab_file *)a)->name, ((const struct nab_file *)b)->name);
}

bool nab_files_read(struct arena *arena, struct str folder, struct nab_files *out, struct err *err)
{
    struct str text;
    if (!cases_read_file(arena, folder, "combined_windows.json", &text, err))
        return err_context(err, "%.*s", STR_ARG(folder));
    json_error_t wrong;
    json_t *windows = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &wrong);
    if (!json_is_object(windows) || json_object_size(windows) == 0 ||
        json_object_size(windows) > SERIES_MAX) {
        json_decref(windows);
        return err_set(err, ERR_PROTOCOL,
                       "combined_windows.json: not an object with a list of windows a series");
    }
    out->items = arena_push_many(arena, struct nab_file, json_object_size(windows));
    out->count = 0;
    bool ok = true;
    const char *name;
    json_t *list;
    json_object_foreach(windows, name, list)
    {
        ok = ok && read_file(arena, folder, name, list, &out->items[out->count], err);
        out->count++;
    }
    json_decref(windows);
    qsort(out->items, out->count, sizeof *out->items, by_name);
    return ok;
}
