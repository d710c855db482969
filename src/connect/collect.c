/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each source writes parts of its own, one a file of the bundle; when all are done the parts are
 * joined in the order of the sources. So no thread waits for another, memory stays small, and the
 * bytes do not depend on who was faster.
 */
#include "connect/collect.h"

#include "base/arena.h"
#include "data/json.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BEFORE_NS (3600 * NS_PER_S)
#define AFTER_NS (1800 * NS_PER_S) /* what comes later is the repair */
#define AHEAD_NS (60 * NS_PER_S)   /* for clocks of sources that go before ours */

struct window collect_window(const struct alert *alert, int64_t now_ns, int64_t before_ns)
{
    const int64_t from_ns = alert->starts_ns - (before_ns > 0 ? before_ns : BEFORE_NS);
    int64_t to_ns = now_ns > alert->starts_ns ? now_ns : alert->starts_ns;
    if (to_ns > alert->starts_ns + AFTER_NS)
        to_ns = alert->starts_ns + AFTER_NS;
    return (struct window){from_ns, to_ns + NS_PER_S};
}

/* ---- one source ---- */

struct part {
    const struct collection *collection;
    uint32_t number;
    struct arena *arena;
    struct findings findings;
    FILE *files[ROW_FILES_COUNT];
    pthread_t thread;
    bool is_started;
};

static struct str part_path(struct arena *arena, const struct part *part, enum row_file file)
{
    return str_printf(arena, "%s/.%02u-%s", part->collection->folder, part->number,
                      row_file_name(file));
}

static bool write_text(FILE *file, struct str text, const char *path, struct err *err)
{
    return (file && fwrite(text.ptr, 1, text.len, file) == text.len) ||
           err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

static bool keep(void *state, const struct rows *rows, struct err *err)
{
    struct part *part = state;
    for (int file = 0; file < ROW_FILES_COUNT; file++) {
        struct buf text = rows->text[file];
        if (text.len == 0)
            continue;
        const char *path = part_path(part->arena, part, (enum row_file)file).ptr;
        if (!part->files[file])
            part->files[file] = fopen(path, "w+e");
        if (!write_text(part->files[file], buf_str(&text), path, err))
            return false;
    }
    return true;
}

static void *gather_part(void *state)
{
    struct part *part = state;
    const struct collection *collection = part->collection;
    const struct inquiry inquiry = {
        .source = &collection->sources[part->number],
        .alert = collection->alert,
        .window = collect_window(collection->alert, collection->now_ns, collection->before_ns),
        .clock = collection->clock,
        .deadline = deadline_in(collection->clock, collection->budget_ns),
        .pause = collection->pause,
        .pause_state = collection->pause_state,
        .keep = keep,
        .state = part};
    inquire(part->arena, &inquiry, &part->findings);
    return NULL;
}

static void gather_parts(struct part *parts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        parts[i].is_started = pthread_create(&parts[i].thread, NULL, gather_part, &parts[i]) == 0;
    for (uint32_t i = 0; i < count; i++)
        if (parts[i].is_started)
            pthread_join(parts[i].thread, NULL);
        else
            gather_part(&parts[i]); /* no thread to be had: then one after another */
}

/* ---- joining ---- */

struct joint {
    const struct collection *collection;
    struct arena *arena;
    struct part *parts;
};

static FILE *open_file(const struct joint *joint, const char *name, struct str *path,
                       struct err *err)
{
    *path = str_printf(joint->arena, "%s/%s", joint->collection->folder, name);
    FILE *file = fopen(path->ptr, "we");
    if (!file)
        err_set(err, ERR_IO, "%s: %s", path->ptr, strerror(errno));
    return file;
}

static bool close_file(FILE *file, bool ok, struct str path, struct err *err)
{
    return (fclose(file) == 0 && ok) || err_set(err, ERR_IO, "%s: %s", path.ptr, strerror(errno));
}

/* alerts.json is an array: a comma goes before each line but the first. */
static bool append_lines(FILE *out, FILE *in, bool *first)
{
    char *line = NULL;
    size_t room = 0;
    bool ok = true;
    while (ok && getline(&line, &room, in) > 0) {
        ok = fputs(*first ? "" : ",", out) >= 0 && fputs(line, out) >= 0;
        *first = false;
    }
    free(line);
    return ok;
}

static bool append_bytes(FILE *out, FILE *in)
{
    char block[1 << 16];
    size_t got;
    while ((got = fread(block, 1, sizeof block, in)) > 0)
        if (fwrite(block, 1, got, out) != got)
            return false;
    return !ferror(in);
}

static bool has_parts(const struct joint *joint, enum row_file file)
{
    for (uint32_t i = 0; i < joint->collection->sources_count; i++)
        if (joint->parts[i].files[file])
            return true;
    return false;
}

static const char *first_line_of(enum row_file file)
{
    return file == ROWS_METRICS  ? "timestamp,service,instance,metric,value,labels\n"
           : file == ROWS_ALERTS ? "[\n"
                                 : "";
}

static bool join_file(const struct joint *joint, enum row_file file, struct err *err)
{
    struct str path;
    bool first = true;
    if (!has_parts(joint, file))
        return true;
    FILE *out = open_file(joint, row_file_name(file), &path, err);
    if (!out)
        return false;
    bool ok = fputs(first_line_of(file), out) >= 0;
    for (uint32_t i = 0; ok && i < joint->collection->sources_count; i++) {
        FILE *in = joint->parts[i].files[file];
        if (!in)
            continue;
        rewind(in);
        ok = file == ROWS_ALERTS ? append_lines(out, in, &first) : append_bytes(out, in);
    }
    ok = ok && fputs(file == ROWS_ALERTS ? "]\n" : "", out) >= 0;
    return close_file(out, ok, path, err);
}

static void drop_parts(const struct joint *joint)
{
    for (uint32_t i = 0; i < joint->collection->sources_count; i++)
        for (int file = 0; file < ROW_FILES_COUNT; file++)
            if (joint->parts[i].files[file]) {
                fclose(joint->parts[i].files[file]);
                unlink(part_path(joint->arena, &joint->parts[i], (enum row_file)file).ptr);
            }
}

/* ---- what became of each ---- */

static void put_source(struct buf *out, const struct source *source,
                       const struct findings *findings)
{
    buf_add_char(out, '{');
    json_put_key(out, "source");
    json_put_text(out, source->name);
    json_put_key(out, "kind");
    json_put_text(out, str_of(source->connector->name));
    json_put_key(out, "signal");
    json_put_text(out, str_of(signal_name(source->connector->signal)));
    json_put_key(out, "state");
    json_put_text(out, str_of(outcome_name(findings->outcome)));
    json_put_key(out, "rows");
    buf_printf(out, "%lld", (long long)findings->rows);
    json_put_key(out, "masked");
    buf_printf(out, "%u", findings->masked.secrets + findings->masked.emails);
    json_put_key(out, "note");
    json_put_text(out, findings->note);
    buf_add(out, STR("}\n"));
}

static bool write_whole(const struct joint *joint, const char *name, struct str text,
                        struct err *err)
{
    struct str path;
    FILE *file = open_file(joint, name, &path, err);
    return file && close_file(file, fwrite(text.ptr, 1, text.len, file) == text.len, path, err);
}

/* The alert comes last: without it a folder is no bundle, so one that is cut short is none. */
static bool join(const struct joint *joint, struct findings *out, struct err *err)
{
    const struct collection *collection = joint->collection;
    struct buf sources = buf_new(joint->arena);
    bool ok = true;
    for (int file = 0; ok && file < ROW_FILES_COUNT; file++)
        ok = join_file(joint, (enum row_file)file, err);
    for (uint32_t i = 0; i < collection->sources_count; i++) {
        out[i] = joint->parts[i].findings;
        put_source(&sources, &collection->sources[i], &out[i]);
    }
    ok = ok && write_whole(joint, "sources.jsonl", buf_str(&sources), err);
    if (ok && !write_whole(joint, "alert.json", collection->alert_text, err)) {
        unlink(str_printf(joint->arena, "%s/alert.json", collection->folder).ptr);
        ok = false;
    }
    return ok;
}

/* A folder that is made, or is empty: rmdir() says so of one without looking into it. */
static bool make_folder(const char *folder, struct err *err)
{
    if (mkdir(folder, 0700) == 0)
        return true;
    if (errno == EEXIST && rmdir(folder) == 0 && mkdir(folder, 0700) == 0)
        return true;
    if (errno == ENOTEMPTY || errno == EEXIST)
        return err_set(err, ERR_USAGE, "%s has something in it; name a folder that is new or empty",
                       folder);
    return err_set(err, ERR_IO, "%s: %s", folder, strerror(errno));
}

bool collect(struct arena *arena, const struct collection *collection, struct findings *out,
             struct err *err)
{
    const uint32_t count = collection->sources_count;
    if (count > SOURCES_MAX)
        return err_set(err, ERR_USAGE, "%u sources; %d are asked", count, SOURCES_MAX);
    if (!make_folder(collection->folder, err))
        return false;
    struct part *parts = arena_push_many(arena, struct part, count > 0 ? count : 1);
    for (uint32_t i = 0; i < count; i++)
        parts[i] = (struct part){
            .collection = collection, .number = i, .arena = arena_new("source of a case")};
    gather_parts(parts, count);
    const struct joint joint = {.collection = collection, .arena = arena, .parts = parts};
    const bool ok = join(&joint, out, err);
    drop_parts(&joint);
    for (uint32_t i = 0; i < count; i++) {
        out[i].note = str_copy(arena, out[i].note);
        arena_free(parts[i].arena);
    }
    return ok;
}
