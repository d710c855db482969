/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/bundle/scenario.h"

#include "base/arena.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define LINES_MAX 64
#define CELLS_MAX 4096

struct line {
    struct str key;
    struct str value; /* all of it, before a cell is chosen */
    unsigned choices;
};

struct lines {
    struct line items[LINES_MAX];
    unsigned count;
};

static unsigned choices_count(struct str value)
{
    unsigned count = 1;
    for (size_t i = 0; i < value.len; i++)
        count += value.ptr[i] == '|';
    return count;
}

static bool lines_read(struct arena *arena, const char *path, struct lines *out, struct err *err)
{
    char text[256];
    FILE *file = fopen(path, "re");
    if (!file)
        return err_set(err, ERR_NOT_FOUND, "%s: %s", path, strerror(errno));
    bool ok = true;
    while (ok && fgets(text, sizeof text, file)) {
        text[strcspn(text, "#\n")] = '\0';
        const struct str whole = str_trim(str_copy(arena, str_of(text)));
        if (whole.len == 0)
            continue;
        size_t len = 0;
        while (len < whole.len && whole.ptr[len] != ' ')
            len++;
        ok = out->count < LINES_MAX ||
             err_set(err, ERR_OVER_BUDGET, "%s: more than %d lines", path, LINES_MAX);
        if (!ok)
            break;
        struct line *line = &out->items[out->count++];
        line->key = str_slice(whole, 0, len);
        line->value = str_trim(str_slice(whole, len, whole.len));
        line->choices = choices_count(line->value);
    }
    fclose(file);
    return ok;
}

/* `option percent 20 | 40`: the first word stands before all choices. */
static struct str choice(struct arena *arena, struct str value, unsigned which)
{
    struct str rest = value, part = STR("");
    for (unsigned i = 0; i <= which && str_split(&rest, '|', &part); i++)
        ;
    return str_copy(arena, str_trim(part));
}

static bool number(struct str text, long max, long *out)
{
    int64_t value;
    if (!str_to_int(text, &value) || value < 0 || value > max)
        return false;
    *out = (long)value;
    return true;
}

static bool option_take(struct arena *arena, struct str value, unsigned which, struct scenario *out)
{
    size_t len = 0;
    while (len < value.len && value.ptr[len] != ' ')
        len++;
    if (len == value.len || out->options_count == FAULT_OPTIONS_MAX)
        return false;
    out->option_keys[out->options_count] = str_copy(arena, str_slice(value, 0, len)).ptr;
    out->option_values[out->options_count++] =
        choice(arena, str_slice(value, len, value.len), which).ptr;
    return true;
}

static bool line_take(struct arena *arena, const struct line *line, unsigned which,
                      struct scenario *out)
{
    static const struct {
        const char *key;
        size_t offset;
        long max;
    } numbers[] = {{"warm", offsetof(struct scenario, warm_s), 600},
                   {"wait", offsetof(struct scenario, wait_s), 600},
                   {"after", offsetof(struct scenario, after_s), 600},
                   {"innocent", offsetof(struct scenario, innocent), 12}};
    const struct str value = choice(arena, line->value, which);
    long count;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (str_eq(line->key, str_of(numbers[i].key))) {
            if (!number(value, numbers[i].max, &count))
                return false;
            *(unsigned *)(void *)((char *)out + numbers[i].offset) = (unsigned)count;
            return true;
        }
    if (str_eq(line->key, STR("fault")))
        return (out->fault = fault_find(value.ptr)) != NULL;
    if (str_eq(line->key, STR("option")))
        return option_take(arena, line->value, which, out);
    if (str_eq(line->key, STR("load")))
        return str_to_real(value, &out->load_per_s) && out->load_per_s > 0 &&
               out->load_per_s <= 500;
    if (str_eq(line->key, STR("red_herring"))) {
        if (str_eq(value, STR("none")))
            return true;
        const bool fits = out->red_herrings_count < RED_HERRINGS_MAX;
        if (fits)
            out->red_herrings[out->red_herrings_count++] = value.ptr;
        return fits;
    }
    if (str_eq(line->key, STR("place")))
        out->place = value.ptr;
    else if (str_eq(line->key, STR("alert")))
        out->alert = value.ptr;
    else
        return false;
    return true;
}

static const char *name_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct str name = str_of(slash ? slash + 1 : path);
    if (str_ends(name, STR(".scenario")))
        name = str_slice(name, 0, name.len - strlen(".scenario"));
    return str_copy(arena, name).ptr;
}

bool scenario_read(struct arena *arena, const char *path, unsigned cell, struct scenario *out,
                   struct err *err)
{
    struct lines lines = {.count = 0};
    *out = (struct scenario){.name = name_of(arena, path),
                             .place = "",
                             .load_per_s = 6,
                             .warm_s = 60,
                             .wait_s = 90,
                             .after_s = 20,
                             .innocent = 3,
                             .cell = cell,
                             .cells = 1};
    if (!lines_read(arena, path, &lines, err))
        return false;
    for (unsigned i = 0; i < lines.count && out->cells <= CELLS_MAX; i++)
        out->cells *= lines.items[i].choices;
    if (cell >= out->cells)
        return err_set(err, ERR_USAGE, "%s has %u cells, from 0 to %u", path, out->cells,
                       out->cells - 1);
    unsigned which[LINES_MAX];
    unsigned rest = cell;
    for (unsigned i = lines.count; i-- > 0;) {
        which[i] = rest % lines.items[i].choices;
        rest /= lines.items[i].choices;
    }
    for (unsigned i = 0; i < lines.count; i++) {
        const struct line *line = &lines.items[i];
        if (!line_take(arena, line, which[i], out))
            return err_set(err, ERR_USAGE, "%s: `%.*s %.*s`: see gym/README.md, Scenarios", path,
                           STR_ARG(line->key), STR_ARG(line->value));
    }
    return out->fault || err_set(err, ERR_USAGE, "%s names no fault", path);
}
