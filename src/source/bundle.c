/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files are looked for by name, in a fixed order, and nothing else in the folder is touched.
 * One file's misfortune is one line in the ledger; only the alert is needed to go on.
 */
#include "source/bundle.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ending.h"
#include "data/batch.h"
#include "data/file.h"
#include "source/archive.h"
#include "source/otlp.h"
#include "source/state.h"
#include "source/table.h"
#include "store/telemetry.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TABLES_MAX 16
#define ALERTS_BYTES_MAX ((size_t)4 << 20)

/* ---- the folder ---- */

static void remove_folder(void *thing)
{
    const char *folder = thing;
    char pattern[4096];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/*", folder);
    if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            unlink(found.gl_pathv[i]);
    globfree(&found);
    rmdir(folder);
    ending_forget(folder);
}

static bool unpack(struct arena *arena, struct bundle *bundle, struct err *err)
{
    const char *tmp = getenv("TMPDIR");
    const struct str template =
        str_printf(arena, "%s/warroom-bundle-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    char *folder = (char *)(uintptr_t) template.ptr;
    if (!mkdtemp(folder))
        return err_set(err, ERR_IO, "%s: %s", folder, strerror(errno));
    ending_note(folder);
    arena_defer(arena, remove_folder, folder);
    bundle->folder = template;
    return archive_unpack(bundle->path, template, err);
}

bool bundle_open(struct arena *arena, struct str path, struct bundle *out, struct err *err)
{
    while (path.len > 1 && str_ends(path, STR("/")))
        path.len--;
    *out = (struct bundle){.path = str_copy(arena, path)};
    struct stat info;
    if (stat(out->path.ptr, &info) != 0)
        return err_set(err, ERR_NOT_FOUND,
                       "%s: %s; name a folder or a .tar.zst that holds an "
                       "incident",
                       out->path.ptr, strerror(errno));
    if (S_ISDIR(info.st_mode)) {
        out->folder = out->path;
        return true;
    }
    if (!S_ISREG(info.st_mode)) /* reading from a pipe or a device need not end */
        return err_set(err, ERR_USAGE, "%s: it is neither a folder nor a plain file",
                       out->path.ptr);
    return unpack(arena, out, err) || err_context(err, "%s", out->path.ptr);
}

static struct str path_in(const struct bundle *bundle, struct arena *arena, const char *name)
{
    return str_printf(arena, "%s/%s", bundle->folder.ptr, name);
}

int64_t bundle_bytes(const struct bundle *bundle)
{
    struct arena *scratch = arena_new("bundle size");
    int64_t bytes = 0;
    glob_t found;
    struct stat info;
    if (glob(path_in(bundle, scratch, "*").ptr, GLOB_NOSORT, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            bytes +=
                stat(found.gl_pathv[i], &info) == 0 && S_ISREG(info.st_mode) ? info.st_size : 0;
    globfree(&found);
    arena_free(scratch);
    return bytes;
}

/* The reason names no path: who asks names the file as people know it. */
static bool read_file(struct arena *arena, const char *path, size_t bytes_max, struct str *out,
                      struct err *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s", strerror(errno));
    const bool ok = file_read_open(arena, fd, bytes_max, out, err);
    close(fd);
    return ok;
}

bool bundle_read_text(const struct bundle *bundle, struct arena *arena, const char *name,
                      size_t bytes_max, struct str *out, struct err *err)
{
    return read_file(arena, path_in(bundle, arena, name).ptr, bytes_max, out, err);
}

bool bundle_read_alert(const struct bundle *bundle, struct arena *arena, struct alert *out,
                       struct err *err)
{
    const struct str path = path_in(bundle, arena, "alert.json");
    struct str text;
    if (!read_file(arena, path.ptr, ALERT_BYTES_MAX, &text, err)) {
        if (err->kind == ERR_NOT_FOUND)
            err_set(err, ERR_NOT_FOUND,
                    "there is none; write one: {\"name\": \"HighErrorRate\", \"service\": "
                    "\"checkout\", \"startsAt\": \"2026-11-22T02:03:04Z\", \"annotations\": "
                    "{\"summary\": \"checkout answers with errors\"}}");
        return err_context(err, "%s", path.ptr);
    }
    return alert_parse(arena, text, out, err) || err_context(err, "%s", path.ptr);
}

/* ---- the files ---- */

enum file_state { FILE_MISSING, FILE_EMPTY, FILE_THERE, FILE_ODD, FILE_UNKNOWN };

static enum file_state file_state(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return errno == ENOENT || errno == ENOTDIR ? FILE_MISSING : FILE_UNKNOWN;
    if (!S_ISREG(info.st_mode))
        return FILE_ODD;
    return info.st_size == 0 ? FILE_EMPTY : FILE_THERE;
}

struct filling {
    const struct bundle *bundle;
    struct telemetry *telemetry;
    struct casefile *casefile;
    struct arena *scratch;
};

static enum signal signal_of(const char *name)
{
    static const struct {
        const char *part;
        enum signal signal;
    } parts[] = {
        {"metric", SIGNAL_METRICS}, {"log", SIGNAL_LOGS},          {"trace", SIGNAL_TRACES},
        {"change", SIGNAL_CHANGES}, {"topology", SIGNAL_TOPOLOGY}, {"service", SIGNAL_CHANGES},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strstr(name, parts[i].part))
            return parts[i].signal;
    return SIGNAL_EVENTS;
}

static void broken(const struct filling *fill, const char *name, int64_t rows, const char *why)
{
    casefile_add_source(fill->casefile, str_of(name), SOURCE_BROKEN, rows, str_of(why));
    casefile_add_gap(fill->casefile, signal_of(name), STR(""),
                     str_printf(fill->scratch, "%s: %s", name, why));
}

static void enter_result(const struct filling *fill, const char *name, bool ok,
                         const struct table_load *load, const struct err *err)
{
    if (!ok)
        broken(fill, name, 0, err->text);
    else if (load->refused > 0)
        broken(fill, name, load->rows, load->note.ptr);
    else
        casefile_add_source(fill->casefile, str_of(name),
                            load->rows > 0 ? SOURCE_READ : SOURCE_EMPTY, load->rows, load->note);
}

/* What is there but no file with bytes in it needs no reader. True: it has been dealt with. */
static bool enter_without_reading(const struct filling *fill, const char *name,
                                  enum file_state state)
{
    switch (state) {
    case FILE_MISSING:
        return true;
    case FILE_EMPTY:
        casefile_add_source(fill->casefile, str_of(name), SOURCE_EMPTY, 0,
                            STR("the file is empty"));
        return true;
    case FILE_ODD:
        broken(fill, name, 0, "it is no plain file");
        return true;
    case FILE_UNKNOWN: /* one that may be there is not taken for missing */
        broken(fill, name, 0, "the system does not tell what it is; is it readable?");
        return true;
    case FILE_THERE:
        break;
    }
    return false;
}

/* alerts.json is an array of objects, or what Alertmanager's API gives. */
static bool load_alerts(const struct filling *fill)
{
    const char *const name = "alerts.json";
    const struct str path = path_in(fill->bundle, fill->scratch, name);
    const enum file_state state = file_state(path.ptr);
    if (enter_without_reading(fill, name, state))
        return state != FILE_MISSING;
    struct str text;
    struct err err = {0};
    struct batch *count = NULL;
    bool ok = read_file(fill->scratch, path.ptr, ALERTS_BYTES_MAX, &text, &err);
    ok = ok && telemetry_run(
                   fill->telemetry,
                   str_printf(fill->scratch,
                              "INSERT INTO alerts SELECT time_of_text(a->>'startsAt'), "
                              "coalesce(a->>'name', a->>'$.labels.alertname'), "
                              "coalesce(nullif(a->>'service', ''), a->>'$.labels.service'), "
                              "coalesce(a->>'severity', a->>'$.labels.severity'), a->>'status', "
                              "a::VARCHAR FROM (SELECT unnest(from_json(%s::JSON, '[\"JSON\"]')) "
                              "AS a)",
                              sql_quote(fill->scratch, text).ptr)
                       .ptr,
                   &err);
    ok = ok && telemetry_rows(fill->telemetry, fill->scratch,
                              STR("SELECT count(*) AS n FROM alerts"), &count, &err);
    const struct table_load load = {.rows = ok ? batch_column(count, "n")->integers[0] : 0};
    enter_result(fill, name, ok, &load, &err);
    return true;
}

/* ---- tables, each from its files ---- */

static const struct {
    const char *suffix;
    enum table_format format;
} formats[] = {{"csv", TABLE_CSV}, {"jsonl", TABLE_JSON_LINES}, {"parquet", TABLE_PARQUET}};

#define FORMATS_COUNT (sizeof formats / sizeof *formats)

struct file {
    struct str name, path;
    enum file_state state;
    bool ok; /* of one that is there */
    struct table_load load;
    struct err err;
};

/* What is read of one table, by one of two threads; entered into the case when both are done. */
struct table_files {
    const struct table *table;
    struct arena *arena;
    struct file files[FORMATS_COUNT];
};

static bool is_alerts(const struct table *table)
{
    return str_eq(str_of(table->name), STR("alerts"));
}

static void load_table(struct telemetry *own, size_t number, void *state)
{
    struct table_files *it = &((struct table_files *)state)[number];
    for (size_t i = 0; i < FORMATS_COUNT; i++) {
        struct file *file = &it->files[i];
        file->state = file_state(file->path.ptr);
        if (file->state == FILE_THERE && !is_alerts(it->table))
            file->ok = table_load(own, it->arena, it->table, file->path, formats[i].format,
                                  &file->load, &file->err);
    }
}

/* False where no file is of that table. */
static bool enter_table(const struct filling *fill, const struct table_files *it)
{
    if (is_alerts(it->table))
        return load_alerts(fill);
    bool found = false;
    for (size_t i = 0; i < FORMATS_COUNT; i++) {
        const struct file *file = &it->files[i];
        found |= file->state != FILE_MISSING;
        if (!enter_without_reading(fill, file->name.ptr, file->state))
            enter_result(fill, file->name.ptr, file->ok, &file->load, &file->err);
    }
    return found;
}

/* No two tables share anything but the store, so two are filled at a time. */
static void load_tables(const struct filling *fill, bool *found)
{
    struct table_files all[TABLES_MAX] = {0};
    size_t count = 0;
    for (; tables[count].name; count++) {
        all[count] = (struct table_files){.table = &tables[count], .arena = arena_new("table")};
        for (size_t i = 0; i < FORMATS_COUNT; i++) {
            struct file *file = &all[count].files[i];
            file->name = str_printf(fill->scratch, "%s.%s", tables[count].name, formats[i].suffix);
            file->path = path_in(fill->bundle, fill->scratch, file->name.ptr);
        }
    }
    telemetry_share_out(fill->telemetry, count, load_table, all);
    for (size_t i = 0; i < count; i++) {
        found[i] = enter_table(fill, &all[i]);
        arena_free(all[i].arena);
    }
}

static void load_otlp_files(const struct filling *fill)
{
    glob_t found;
    if (glob(path_in(fill->bundle, fill->scratch, "otlp-*.jsonl").ptr, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++) {
            const char *path = found.gl_pathv[i];
            const char *name = strrchr(path, '/') + 1;
            if (enter_without_reading(fill, name, file_state(path)))
                continue;
            struct table_load load = {0};
            struct err err = {0};
            const bool ok = otlp_load(fill->telemetry, fill->scratch, str_of(path), &load, &err);
            enter_result(fill, name, ok, &load, &err);
        }
    globfree(&found);
}

/* References, earlier incidents, whose files are whose and what was asked: nobody misses them. */
static bool is_bonus(const struct table *table)
{
    return str_starts(str_of(table->name), STR("reference_")) ||
           str_eq(str_of(table->name), STR("incidents")) ||
           str_eq(str_of(table->name), STR("services")) ||
           str_eq(str_of(table->name), STR("sources"));
}

/* A signal that no file of either kind has brought. */
static void enter_missing(const struct filling *fill, const struct table *table)
{
    struct batch *count;
    struct err err = {0};
    if (!is_bonus(table) &&
        telemetry_rows(fill->telemetry, fill->scratch,
                       str_printf(fill->scratch, "SELECT count(*) AS n FROM %s", table->name),
                       &count, &err) &&
        batch_column(count, "n")->integers[0] == 0)
        casefile_add_source(fill->casefile, str_of(table->name), SOURCE_MISSING, 0, STR(""));
}

/* ---- what became of the sources that the bundle was collected from ---- */

static void enter_source(const struct filling *fill, struct str name, struct str state,
                         struct str signal, int64_t rows, struct str note)
{
    const bool is_read = str_eq(state, STR("read")), is_empty = str_eq(state, STR("empty"));
    casefile_add_source(fill->casefile, name,
                        is_read    ? SOURCE_READ
                        : is_empty ? SOURCE_EMPTY
                                   : SOURCE_BROKEN,
                        rows, note);
    if (!is_read && !is_empty)
        casefile_add_gap(fill->casefile, signal_of(str_copy(fill->scratch, signal).ptr), STR(""),
                         str_printf(fill->scratch, "%.*s: %.*s", STR_ARG(name), STR_ARG(note)));
}

static bool enter_sources(const struct filling *fill, struct err *err)
{
    struct batch *rows;
    if (!telemetry_rows(
            fill->telemetry, fill->scratch,
            STR("SELECT source, state, coalesce(signal, '') AS signal, coalesce(\"rows\", "
                "0) AS taken, coalesce(note, '') AS note FROM sources ORDER BY ALL"),
            &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++)
        enter_source(
            fill, batch_column(rows, "source")->texts[row], batch_column(rows, "state")->texts[row],
            batch_column(rows, "signal")->texts[row], batch_column(rows, "taken")->integers[row],
            batch_column(rows, "note")->texts[row]);
    return true;
}

/* ---- what all rows together say ---- */

static bool find_data_window(const struct filling *fill, struct err *err)
{
    struct batch *window;
    if (!telemetry_rows(fill->telemetry, fill->scratch,
                        STR("SELECT min(first) AS first, max(last) AS last FROM ("
                            "SELECT min(time) AS first, max(time) AS last FROM metrics UNION ALL "
                            "SELECT min(time), max(time) FROM logs UNION ALL "
                            "SELECT min(time), max(time) FROM traces)"),
                        &window, err))
        return false;
    const struct column *first = batch_column(window, "first");
    const struct column *last = batch_column(window, "last");
    const int64_t alert_ns = fill->casefile->alert->starts_ns;
    fill->casefile->data = first->known[0]
                               ? (struct window){first->integers[0], last->integers[0] + 1}
                               : (struct window){alert_ns, alert_ns + 1};
    return true;
}

static bool read_topology(const struct filling *fill, struct err *err)
{
    struct batch *edges;
    if (!telemetry_rows(fill->telemetry, fill->scratch,
                        STR("SELECT DISTINCT caller, callee FROM topology WHERE caller <> '' AND "
                            "callee <> '' ORDER BY caller, callee"),
                        &edges, err))
        return false;
    const struct column *callers = batch_column(edges, "caller");
    const struct column *callees = batch_column(edges, "callee");
    for (size_t row = 0; row < edges->rows; row++)
        topology_add(&fill->casefile->topology, callers->texts[row], callees->texts[row]);
    return true;
}

/* A file of OpenTelemetry may fill any table, so what is not wanted goes when all are read. */
static bool leave_out(const struct filling *fill, struct err *err)
{
    bool ok = true;
    for (const char *const *name = fill->bundle->tables_out; ok && name && *name; name++)
        ok = telemetry_run(fill->telemetry, str_printf(fill->scratch, "DELETE FROM %s", *name).ptr,
                           err);
    return ok;
}

bool bundle_load(const struct bundle *bundle, struct telemetry *telemetry,
                 struct casefile *casefile, struct err *err)
{
    struct arena *scratch = arena_new("bundle");
    const struct filling fill = {
        .bundle = bundle, .telemetry = telemetry, .casefile = casefile, .scratch = scratch};
    bool ok = table_create_all(telemetry, err);
    if (ok) {
        bool found[TABLES_MAX] = {0};
        load_tables(&fill, found);
        load_otlp_files(&fill);
        ok = state_settle(telemetry, err) && enter_sources(&fill, err) && leave_out(&fill, err);
        for (size_t i = 0; ok && tables[i].name; i++)
            if (!found[i])
                enter_missing(&fill, &tables[i]);
    }
    const bool read = ok && table_arrange_metrics(telemetry, err) && find_data_window(&fill, err) &&
                      read_topology(&fill, err);
    arena_free(scratch);
    return read;
}
