/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/log_lessons.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/file.h"
#include "eval/csv.h"
#include "eval/log_rows.h"
#include "text/header.h"
#include "text/mask.h"
#include "text/template.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER_FILES_MAX 4096
#define STRUCTURED STR("_structured.csv")
#define ALARM_LINES_MIN 3 /* fewer come by chance */
#define ALARM_RATIO 10.0  /* of rates, during a fault and before it */
#define PREFIX_WORDS 12   /* before a level, in a header of an unknown form */

struct lessons lessons_new(struct arena *arena)
{
    return (struct lessons){.arena = arena, .systems = map_new(arena), .templates = map_new(arena)};
}

bool lesson_gravity(const struct lesson *lesson, enum gravity *out)
{
    uint32_t best = 0;
    for (int i = GRAVITIES; i-- > 0;)
        if (lesson->lines[i] > best) {
            best = lesson->lines[i];
            *out = (enum gravity)i;
        }
    return best > 0;
}

int lesson_alarm(const struct lesson *lesson)
{
    if (lesson->alarms + lesson->quiet > 0)
        return lesson->alarms > lesson->quiet;
    if (lesson->before + lesson->during < ALARM_LINES_MIN)
        return ALARM_UNKNOWN;
    return lesson->during >= ALARM_RATIO * lesson->before;
}

static bool gravity_of(enum level level, enum gravity *out)
{
    *out = level >= LEVEL_ERROR  ? GRAVITY_ERROR
           : level == LEVEL_WARN ? GRAVITY_WARNING
                                 : GRAVITY_ROUTINE;
    return level != LEVEL_NONE;
}

/* One template a system and key. */
static struct lesson *lesson_at(struct lessons *lessons, struct str system, struct str key,
                                struct str line)
{
    struct arena *arena = lessons->arena;
    const uint32_t number = map_add(&lessons->systems, system);
    const uint32_t known = lessons->templates.count;
    const uint32_t at =
        map_add(&lessons->templates, str_printf(arena, "%u %.*s", number, STR_ARG(key)));
    if (at < known)
        return &lessons->items[at];
    if (lessons->count == lessons->room) {
        const uint32_t room = lessons->room ? lessons->room * 2 : 256;
        lessons->items = arena_grow(arena, lessons->items, sizeof *lessons->items * lessons->room,
                                    sizeof *lessons->items * room);
        lessons->room = room;
    }
    lessons->items[lessons->count] =
        (struct lesson){.system = number, .line = str_copy(arena, line)};
    return &lessons->items[lessons->count++];
}

/* ---- loghub ---- */

static bool read_structured(struct lessons *lessons, struct str system, const char *path,
                            struct err *err)
{
    struct str text, fields[CSV_COLUMNS_MAX + 1];
    struct csv csv;
    uint32_t content, event;
    bool more;
    if (!file_read(lessons->arena, path, LOG_FILE_BYTES_MAX, &text, err) ||
        !csv_open(lessons->arena, str_of(path), text, &csv, err) ||
        !csv_column(&csv, "Content", &content, err) || !csv_column(&csv, "EventId", &event, err))
        return false;
    const uint32_t level = log_column(&csv, "Level"), label = log_column(&csv, "Label");
    fields[CSV_COLUMNS_MAX] = STR("");
    while (csv_next(&csv, lessons->arena, fields, &more, err) && more) {
        enum gravity gravity;
        const struct str word = fields[level];
        const enum level said = word.len == 1 ? level_of_letter(word.ptr[0]) : level_of_word(word);
        struct lesson *lesson = lesson_at(lessons, system, fields[event], fields[content]);
        if (gravity_of(said, &gravity))
            lesson->lines[gravity]++;
        if (label < CSV_COLUMNS_MAX) {
            const bool quiet = str_eq(fields[label], STR("-"));
            lesson->alarms += !quiet;
            lesson->quiet += quiet;
        }
    }
    return err->kind == ERR_NONE;
}

/* ---- cases ---- */

/* What stands behind the level, in a header that nobody knows; false: no word of it is one. */
static bool behind_level(struct str *message)
{
    size_t at = 0;
    for (int words = 0; words < PREFIX_WORDS && at < message->len; words++) {
        while (at < message->len && strchr(" []", message->ptr[at]))
            at++;
        size_t to = at;
        while (to < message->len && !strchr(" []:", message->ptr[to]))
            to++;
        if (level_of_word(str_slice(*message, at, to)) != LEVEL_NONE) {
            while (to < message->len && strchr(" []:", message->ptr[to]))
                to++;
            *message = str_slice(*message, to, message->len);
            return true;
        }
        at = to + (to < message->len && message->ptr[to] == ':');
    }
    return false;
}

/* Header and level off; the level is the line's own. That of a recording of ours stands in the
 * line. */
static void undress(const struct header_reader *reader, struct arena *arena,
                    const struct log_row *row, bool own, struct str *message, enum level *level,
                    bool *goes_on)
{
    struct header header = {0};
    *message = row->message;
    *goes_on = false;
    *level = LEVEL_NONE;
    if (header_read(reader, row->message, arena, &header)) {
        *message = header.message;
        if (header.format != HEADER_ACCESS) /* it has none: what it is given there is its status */
            *level = header.level;
        *goes_on = header.goes_on;
    }
    if (*level == LEVEL_NONE && own && row->level.len > 0 && behind_level(message))
        *level = level_of_word(row->level);
}

struct window {
    double from; /* when the fault began; INFINITY: none did */
    bool is_reference;
    bool is_told; /* that is known */
};

static void take_service(struct lessons *lessons, struct str system, const struct log_rows *rows,
                         struct str service, bool gym, struct window window)
{
    struct arena *scratch = arena_new("lessons");
    struct buf sample = buf_new(scratch);
    for (uint32_t i = 0; i < rows->count && sample.len < HEADER_SAMPLE_BYTES; i++)
        if (str_eq(rows->items[i].service, service))
            buf_printf(&sample, "%.*s\n", STR_ARG(rows->items[i].message));
    const struct header_reader reader = header_detect(buf_str(&sample), 0);
    static struct shape shape;
    for (uint32_t i = 0; i < rows->count; i++) {
        struct str message;
        enum level level;
        enum gravity gravity;
        bool goes_on;
        const struct log_row *row = &rows->items[i];
        if (!str_eq(row->service, service))
            continue;
        undress(&reader, scratch, row, gym, &message, &level, &goes_on);
        if (goes_on || str_trim(message).len == 0)
            continue;
        mask_message(message, &shape);
        const struct str place = template_place(message);
        struct lesson *lesson = lesson_at(
            lessons, system, place.len > 0 ? place : (struct str){shape.text, shape.len}, message);
        if (gravity_of(level, &gravity))
            lesson->lines[gravity]++;
        if (window.is_told && !window.is_reference && row->time >= window.from)
            lesson->during++;
        else if (window.is_told)
            lesson->before++;
    }
    arena_free(scratch);
}

/* A recording of the gym has many programs, each by other people; other sets are one system. */
static bool is_gym(const json_t *truth)
{
    const char *set = json_string_value(json_object_get(truth, "dataset"));
    return set && (strcmp(set, "gym") == 0 || strcmp(set, "examples") == 0);
}

static void take_rows(struct lessons *lessons, struct str set, const struct log_rows *rows,
                      bool gym, struct window window)
{
    struct arena *scratch = arena_new("services");
    struct map services = map_new(scratch);
    for (uint32_t i = 0; i < rows->count; i++)
        map_add(&services, rows->items[i].service);
    for (uint32_t i = 0; i < services.count; i++)
        take_service(lessons, gym ? services.keys[i] : set, rows, services.keys[i], gym, window);
    arena_free(scratch);
}

static bool read_case(struct lessons *lessons, struct str set, const char *folder, bool *found,
                      struct err *err)
{
    struct arena *scratch = arena_new("case");
    json_t *truth = json_load_file(str_printf(scratch, "%s/truth.json", folder).ptr, 0, NULL);
    const json_t *began = json_object_get(truth, "t_inject");
    const char *service = json_string_value(json_object_get(truth, "service"));
    const bool control = service && !*service;
    bool ok = true;
    for (int reference = 0; ok && reference < 2; reference++) {
        struct log_rows rows = {0};
        ok = log_rows_read(scratch, folder, reference, &rows, err);
        *found |= rows.count > 0;
        if (ok)
            take_rows(lessons, set, &rows, is_gym(truth),
                      (struct window){.from = json_number_value(began),
                                      .is_reference = reference || control,
                                      .is_told = json_is_number(began)});
    }
    json_decref(truth);
    arena_free(scratch);
    return ok;
}

/* ---- folders ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, without hidden ones. */
static uint32_t list(struct arena *arena, const char *folder, const char **out)
{
    DIR *dir = opendir(folder);
    uint32_t count = 0;
    for (struct dirent *it; dir && count < FOLDER_FILES_MAX && (it = readdir(dir));)
        if (it->d_name[0] != '.')
            out[count++] = str_copy(arena, str_of(it->d_name)).ptr;
    if (dir)
        closedir(dir);
    qsort(out, count, sizeof *out, by_name);
    return count;
}

static struct str last_part(struct str path)
{
    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    size_t from = path.len;
    while (from > 0 && path.ptr[from - 1] != '/')
        from--;
    return str_slice(path, from, path.len);
}

static bool read_folder(struct lessons *lessons, struct str set, const char *folder, bool *found,
                        struct err *err)
{
    struct arena *scratch = arena_new("folder");
    const char **names = arena_push_many(scratch, const char *, FOLDER_FILES_MAX);
    const uint32_t count = list(scratch, folder, names);
    bool ok = read_case(lessons, set, folder, found, err);
    for (uint32_t i = 0; ok && i < count; i++)
        if (str_ends(str_of(names[i]), STRUCTURED)) {
            *found = true;
            ok = read_structured(lessons, last_part(str_of(folder)),
                                 str_printf(scratch, "%s/%s", folder, names[i]).ptr, err);
        }
    arena_free(scratch);
    return ok;
}

bool lessons_read(struct lessons *lessons, const char *folder, struct err *err)
{
    struct arena *scratch = arena_new("folders");
    const char **names = arena_push_many(scratch, const char *, FOLDER_FILES_MAX);
    const uint32_t count = list(scratch, folder, names);
    const struct str set = last_part(str_of(folder));
    bool found = false, ok = read_folder(lessons, set, folder, &found, err);
    for (uint32_t i = 0; ok && i < count; i++)
        ok = read_folder(lessons, set, str_printf(scratch, "%s/%s", folder, names[i]).ptr, &found,
                         err);
    arena_free(scratch);
    return ok && (found || err_set(err, ERR_NOT_FOUND, "%s: no logs are in there", folder));
}
