/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All changes are read before the first is added, because a feed may stand in any order: a deploy
 * log is written oldest first, and git prints newest first.
 */
#include "culprit/feed.h"

#include "base/arena.h"
#include "base/clock.h"
#include "culprit/inert.h"
#include "culprit/patch.h"
#include "data/file.h"
#include "data/json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    struct arena *arena; /* what is read; goes when the feed has been added */
    struct arena *told;  /* faults */
    struct feed *feed;
    struct change *changes;
    uint32_t *lines; /* which line a change came from */
    uint32_t count;
    uint32_t room;
    bool has_positions; /* all of them */
};

static void fault(struct reader *reader, uint32_t line, const char *why)
{
    struct feed *feed = reader->feed;
    if (feed->faults_count < FEED_FAULTS_MAX)
        feed->faults[feed->faults_count] =
            (struct feed_fault){.line = line, .why = str_copy(reader->told, str_of(why))};
    feed->faults_count++;
}

/* ---- one object ---- */

static struct str text_of(struct arena *arena, const json_t *object, const char *name,
                          const char *other)
{
    const json_t *json = json_object_get(object, name);
    if (!json && other)
        json = json_object_get(object, other);
    if (json_is_integer(json))
        return str_printf(arena, "%lld", (long long)json_integer_value(json));
    if (!json_is_string(json))
        return (struct str){0};
    return str_copy(arena, (struct str){json_string_value(json), json_string_length(json)});
}

static bool time_of(const json_t *object, int64_t *time_ns)
{
    const json_t *json = json_object_get(object, "time");
    if (!json)
        json = json_object_get(object, "timestamp");
    if (json_is_integer(json))
        return time_from_integer(json_integer_value(json), time_ns);
    if (json_is_real(json))
        return time_from_real(json_real_value(json), time_ns);
    return json_is_string(json) && time_parse(str_of(json_string_value(json)), time_ns);
}

static uint32_t number_of(const json_t *json)
{
    const json_int_t number = json_integer_value(json); /* 0 where it is none */
    return number < 0 ? 0 : number > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)number;
}

static struct change_file file_of(struct arena *arena, const json_t *json)
{
    const json_t *path = json, *added = NULL, *removed = NULL;
    if (json_is_array(json)) {
        path = json_array_get(json, 0);
        added = json_array_get(json, 1);
        removed = json_array_get(json, 2);
    } else if (json_is_object(json)) {
        path = json_object_get(json, "path");
        added = json_object_get(json, "added");
        removed = json_object_get(json, "removed");
    }
    if (!json_is_string(path))
        return (struct change_file){0};
    const struct str text = {json_string_value(path), json_string_length(path)};
    return (struct change_file){
        .path = str_copy(arena, text), .added = number_of(added), .removed = number_of(removed)};
}

static void read_files(struct arena *arena, const json_t *array, struct change *change)
{
    const size_t count = json_array_size(array); /* 0 where it is none */
    change->files = arena_push_many(arena, struct change_file, count);
    for (size_t i = 0; i < count; i++) {
        const struct change_file file = file_of(arena, json_array_get(array, i));
        if (file.path.len > 0)
            change->files[change->files_count++] = file;
    }
}

static struct change_word *read_words(struct arena *arena, json_t *object, uint32_t *count)
{
    struct change_word *words =
        arena_push_many(arena, struct change_word, json_object_size(object));
    const char *key;
    json_t *times;
    json_object_foreach(object, key, times) words[(*count)++] =
        (struct change_word){.word = str_copy(arena, str_of(key)), .count = number_of(times)};
    return words;
}

static void read_all_words(struct arena *arena, const json_t *object, struct change *change)
{
    change->words = read_words(arena, json_object_get(object, "words"), &change->words_count);
    change->scopes = read_words(arena, json_object_get(object, "scopes"), &change->scopes_count);
}

void feed_tell_words(struct arena *arena, struct str json, struct change *change)
{
    json_t *object = json_loadb(json.ptr, json.len, JSON_ALLOW_NUL, NULL);
    read_all_words(arena, object, change);
    json_decref(object);
}

static const char *read_change(struct arena *arena, const json_t *object, struct change *change)
{
    if (!json_is_object(object))
        return "an object is wanted, such as {\"id\": \"4be1\", \"time\": 1764032400}";
    *change = (struct change){.id = text_of(arena, object, "id", "change_id"),
                              .author = text_of(arena, object, "author", NULL),
                              .service = text_of(arena, object, "service", NULL),
                              .message = text_of(arena, object, "message", NULL)};
    if (change->id.len == 0)
        return "there is no `id`";
    if (!time_of(object, &change->time_ns))
        return "`time` is missing or no time; write RFC 3339 or seconds since 1970";
    change->position = json_integer_value(json_object_get(object, "position"));
    change->parents = number_of(json_object_get(object, "parents"));
    read_files(arena, json_object_get(object, "files"), change);
    change->is_rollout = change_is_rollout(text_of(arena, object, "kind", NULL), change);
    read_all_words(arena, object, change);
    const struct str detail = text_of(arena, object, "detail", NULL);
    patch_tell(arena, detail, change);
    change->is_inert = patch_is_one(detail) && inert_change(change, detail);
    return NULL;
}

/* ---- all of them ---- */

static void keep(struct reader *reader, const struct change *change, uint32_t line)
{
    if (reader->count == reader->room) {
        const uint32_t room = reader->room > 0 ? reader->room * 2 : 256;
        reader->changes =
            arena_grow(reader->arena, reader->changes, reader->count * sizeof *reader->changes,
                       room * sizeof *reader->changes);
        reader->lines =
            arena_grow(reader->arena, reader->lines, reader->count * sizeof *reader->lines,
                       room * sizeof *reader->lines);
        reader->room = room;
    }
    reader->changes[reader->count] = *change;
    reader->lines[reader->count++] = line;
}

static void read_line(struct reader *reader, struct str text, uint32_t line)
{
    json_error_t problem;
    if (text.len > FEED_LINE_BYTES_MAX) {
        fault(reader, line, "longer than 8 MB");
        return;
    }
    json_t *object = json_loadb(text.ptr, text.len, JSON_ALLOW_NUL, &problem);
    struct change change;
    const char *why = object ? read_change(reader->arena, object, &change) : problem.text;
    if (why)
        fault(reader, line, why);
    else
        keep(reader, &change, line);
    if (!why && !json_is_integer(json_object_get(object, "position")))
        reader->has_positions = false;
    json_decref(object);
}

struct order {
    const struct change *change;
    uint32_t line;
    bool by_position;
};

static int compare_landing(const void *left, const void *right)
{
    const struct order *a = left, *b = right;
    const int64_t of_a = a->by_position ? a->change->position : a->change->time_ns;
    const int64_t of_b = b->by_position ? b->change->position : b->change->time_ns;
    if (of_a != of_b)
        return of_a < of_b ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

static void add_all(struct reader *reader, struct history *history)
{
    struct order *order = arena_push_many(reader->arena, struct order, reader->count);
    for (uint32_t i = 0; i < reader->count; i++)
        order[i] = (struct order){.change = &reader->changes[i],
                                  .line = reader->lines[i],
                                  .by_position = reader->has_positions};
    if (reader->count > 1)
        qsort(order, reader->count, sizeof *order, compare_landing);
    for (uint32_t i = 0; i < reader->count; i++) {
        struct change change = *order[i].change;
        struct err err = {0};
        if (!reader->has_positions)
            change.position = i;
        if (history_add(history, &change, &err))
            reader->feed->changes++;
        else
            fault(reader, order[i].line, err.text);
    }
}

void feed_read(struct arena *arena, struct str text, struct history *history, struct feed *out)
{
    *out = (struct feed){0};
    struct reader reader = {
        .arena = arena_new("feed"), .told = arena, .feed = out, .has_positions = true};
    struct str rest = text, line;
    for (uint32_t number = 1; str_split(&rest, '\n', &line); number++) {
        if (str_trim(line).len == 0)
            continue;
        out->lines++;
        read_line(&reader, line, number);
    }
    add_all(&reader, history);
    arena_free(reader.arena);
}

bool feed_read_file(struct arena *arena, const char *path, struct history *history,
                    struct feed *out, struct err *err)
{
    struct arena *scratch = arena_new("feed file");
    struct str text;
    const bool ok = file_read(scratch, path, FEED_BYTES_MAX, &text, err);
    if (ok)
        feed_read(arena, text, history, out);
    arena_free(scratch);
    return ok;
}

/* ---- telling ---- */

static void put_words(struct buf *out, const char *name, const struct change_word *words,
                      uint32_t count, bool (*keeps)(void *state, struct str word), void *state)
{
    json_put_key(out, name);
    buf_add_char(out, '{');
    for (uint32_t i = 0; i < count; i++) {
        if (keeps && !keeps(state, words[i].word))
            continue;
        json_put_comma(out);
        json_put_text(out, words[i].word);
        buf_printf(out, ":%u", words[i].count);
    }
    buf_add_char(out, '}');
}

void feed_put_seen(struct buf *out, const struct change *change,
                   bool (*keeps)(void *state, struct str word), void *state)
{
    json_put_key(out, "files");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < change->files_count; i++) {
        json_put_comma(out);
        buf_add_char(out, '[');
        json_put_text(out, change->files[i].path);
        buf_printf(out, ",%u,%u]", change->files[i].added, change->files[i].removed);
    }
    buf_add_char(out, ']');
    put_words(out, "words", change->words, change->words_count, keeps, state);
    put_words(out, "scopes", change->scopes, change->scopes_count, keeps, state);
}
