/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/phrases.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "eval/child.h"
#include "eval/suite/ask.h"

#include <stdlib.h>

#define OUTPUT_BYTES_MAX ((size_t)64 << 20)
#define TIMEOUT_NS (120 * NS_PER_S)
#define FIELDS 5

static bool read_line(struct arena *arena, struct str line, struct phrase *out)
{
    struct str fields[FIELDS], field;
    uint32_t count = 0;
    while (count < FIELDS && str_split(&line, '\t', &field))
        fields[count++] = field;
    if (count != FIELDS)
        return false;
    *out = (struct phrase){
        .is_kept = str_eq(fields[0], STR("kept")),
        .is_ordered = str_eq(fields[2], STR("ordered")),
        .incident = str_printf(arena, "examples/incidents/%.*s", STR_ARG(fields[1])).ptr,
        .words = str_copy(arena, fields[3]).ptr,
        .query = str_copy(arena, fields[4]).ptr,
    };
    return true;
}

bool phrases_read(const struct task_run *run, const char *language, struct phrases *out,
                  struct err *err)
{
    const char *path = str_printf(run->arena, "eval/phrases/%s.tsv", language).ptr;
    struct str text, line;
    uint32_t number = 0, lines = 1;
    if (!ask_own_file(run->arena, path, &text, err))
        return false;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    *out = (struct phrases){.items = arena_push_many(run->arena, struct phrase, lines)};
    while (str_split(&text, '\n', &line)) {
        struct phrase *phrase = &out->items[out->count];
        number++;
        if (line.len == 0 || str_starts(line, STR("#")))
            continue;
        if (!read_line(run->arena, line, phrase))
            return err_set(err, ERR_CORRUPT, "%s:%u: five fields with tabs between them are wanted",
                           path, number);
        phrase->id = str_printf(run->arena, "%s:%u", language, number);
        out->count++;
    }
    return out->count > 0 || err_set(err, ERR_CORRUPT, "%s: there is no question in it", path);
}

/* A query that fails is an answer, a wrong one. */
static bool ask(const struct task_run *run, const char *const *argv, struct str *out,
                struct err *err)
{
    struct child_result result;
    if (!child_run(run->arena, argv, TIMEOUT_NS, OUTPUT_BYTES_MAX, &result, err))
        return false;
    *out = child_fault(run->arena, &result).len == 0 ? str_trim(result.output) : STR("");
    return true;
}

bool phrase_ask(const struct task_run *run, const char *language, const struct phrase *phrase,
                struct str *out, struct err *err)
{
    const char *const argv[] = {
        run->place->program, "query",  phrase->incident, "--words", phrase->words,
        "--language",        language, "--json",         NULL};
    return ask(run, argv, out, err);
}

bool phrase_select(const struct task_run *run, const struct phrase *phrase, const char *sql,
                   struct str *out, struct err *err)
{
    const char *const argv[] = {
        run->place->program, "query", phrase->incident, sql, "--json", NULL};
    return ask(run, argv, out, err);
}

/* ---- comparing rows ---- */

static int by_text(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static struct str value_text(struct arena *arena, const json_t *value)
{
    if (json_is_number(value))
        return str_printf(arena, "n%.9g", json_number_value(value));
    return json_is_string(value) ? str_printf(arena, "s%s", json_string_value(value))
                                 : str_printf(arena, "t%d", (int)json_typeof(value));
}

static struct str row_text(struct arena *arena, const json_t *row)
{
    struct str *values = arena_push_many(arena, struct str, json_object_size(row) + 1);
    struct buf out = buf_new(arena);
    const char *name;
    const json_t *value;
    size_t count = 0;
    json_object_foreach((json_t *)(uintptr_t)row, name, value) values[count++] =
        value_text(arena, value);
    qsort(values, count, sizeof *values, by_text);
    for (size_t i = 0; i < count; i++)
        buf_printf(&out, "%.*s\x1f", STR_ARG(values[i]));
    return buf_str(&out);
}

bool phrase_same_rows(struct arena *arena, const json_t *a, const json_t *b, bool is_ordered)
{
    const size_t count = json_array_size(a);
    struct str *left = arena_push_many(arena, struct str, count + 1);
    struct str *right = arena_push_many(arena, struct str, count + 1);
    if (!json_is_array(a) || !json_is_array(b) || json_array_size(b) != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        left[i] = row_text(arena, json_array_get(a, i));
        right[i] = row_text(arena, json_array_get(b, i));
    }
    if (!is_ordered) {
        qsort(left, count, sizeof *left, by_text);
        qsort(right, count, sizeof *right, by_text);
    }
    for (size_t i = 0; i < count; i++)
        if (!str_eq(left[i], right[i]))
            return false;
    return true;
}

void phrase_add(struct task_run *run, const char *who, const struct phrase *phrase, bool is_right)
{
    const double part = is_right;
    task_add(run, who, phrase->id, &part, 1);
    if (strcmp(who, TASK_US) == 0)
        task_add(run, phrase->is_kept ? TASK_KEPT : TASK_DEV, phrase->id, &part, 1);
}
