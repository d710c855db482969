/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walk. What a file is follows from its name, then from its first bytes; a name that says
 * nothing and bytes that are text make it prose, which the filters behind may refuse.
 */
#include "train/corpus/gather.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "culprit/change.h"
#include "data/json.h"
#include "feedback/feedback.h"
#include "text/markup.h"
#include "train/corpus/gather_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 32
#define SNIFF_BYTES ((size_t)8192)
#define ODD_SHARE_MAX                                                                              \
    0.05 /* of bytes that no text has: git asks for a NUL, old encodings have none */

const char *document_kind_name(enum document_kind kind)
{
    static const char *const names[] = {"prose", "code", "log", "trace"};
    return names[kind];
}

const char *passed_over_name(enum passed_over why)
{
    static const char *const names[] = {"unreadable", "binary",    "too_large", "data",
                                        "link",       "cut_lines", "rows"};
    return names[why];
}

/* ---- files ---- */

enum file_kind { FILE_PROSE, FILE_CODE, FILE_LOG, FILE_OTLP, FILE_DATA, FILE_PACKED };

static bool ends_with_any(struct str name, const char *const *endings)
{
    for (; *endings; endings++) {
        const struct str ending = str_of(*endings);
        if (name.len > ending.len &&
            str_find_no_case(str_slice(name, name.len - ending.len, name.len), ending) == 0)
            return true;
    }
    return false;
}

static enum file_kind kind_of(struct str path)
{
    static const char *const packed[] = {".tar.zst", ".tar.gz", NULL};
    static const char *const logs[] = {".log", ".jsonl", ".ndjson", ".out", ".journal", NULL};
    static const char *const data[] = {".csv", ".tsv",  ".parquet", ".lock", ".svg", ".min.js",
                                       ".map", ".json", ".sum",     ".pem",  ".po",  NULL};
    static const char *const prose[] = {".md",  ".markdown", ".mdx",  ".html", ".htm", ".xhtml",
                                        ".txt", ".rst",      ".adoc", ".org",  NULL};
    static const char *const code[] = {
        ".c",     ".h",          ".cc",  ".cpp",   ".hpp", ".go",    ".py",   ".rb",
        ".rs",    ".java",       ".kt",  ".js",    ".ts",  ".tsx",   ".jsx",  ".mjs",
        ".cs",    ".php",        ".sh",  ".bash",  ".sql", ".yaml",  ".yml",  ".toml",
        ".tf",    ".proto",      ".lua", ".pl",    ".ini", ".conf",  ".xml",  ".scala",
        ".swift", ".properties", ".cfg", ".cmake", ".s",   ".patch", ".diff", ".gradle",
        ".build", ".css",        NULL};
    const struct str name = path_name(path);
    if (ends_with_any(path, packed))
        return FILE_PACKED;
    if (str_starts(name, STR("otlp")) &&
        (str_ends(name, STR(".jsonl")) || str_ends(name, STR(".json"))))
        return FILE_OTLP;
    if (path_kind(path) == PATH_GENERATED || ends_with_any(path, data))
        return FILE_DATA;
    if (ends_with_any(path, logs) || str_contains(name, STR(".log.")))
        return FILE_LOG;
    if (ends_with_any(path, prose))
        return FILE_PROSE;
    const bool is_made = str_starts(name, STR("Makefile")) || str_starts(name, STR("Dockerfile"));
    return is_made || ends_with_any(path, code) ? FILE_CODE : FILE_PROSE;
}

/* By bytes: a NUL, or more control characters and broken UTF-8 than a text has. */
static bool is_binary(struct str head)
{
    size_t odd = 0;
    if (head.len > 0 && memchr(head.ptr, '\0', head.len))
        return true;
    struct str rest = head;
    while (rest.len > 0) {
        const uint32_t code = utf8_take(&rest);
        const bool is_space =
            code == '\n' || code == '\r' || code == '\t' || code == '\f' || code == 27;
        odd += code == UTF8_INVALID || (code < 0x20 && !is_space) || code == 0x7f;
    }
    return (double)odd > ODD_SHARE_MAX * (double)head.len;
}

static bool read_text(struct gather *gather, struct arena *arena, FILE *file, struct str source,
                      size_t size, struct str *out)
{
    if (size > FILE_BYTES_MAX) {
        gather->pass(gather->state, PASSED_TOO_LARGE, source, "more than 8 MB of text are data");
        return false;
    }
    char *bytes = arena_alloc(arena, size + 1);
    *out = (struct str){bytes, fread(bytes, 1, size, file)};
    return true;
}

static bool read_opened(struct gather *gather, struct arena *arena, FILE *file, size_t size,
                        const char *path, struct err *err)
{
    const struct str source = str_of(path);
    char head[SNIFF_BYTES];
    const size_t len = fread(head, 1, sizeof head, file);
    const enum file_kind kind = kind_of(source);
    struct str text;
    rewind(file);
    if (kind == FILE_DATA)
        gather->pass(gather->state, PASSED_DATA, source, "numbers, locks or what is generated");
    else if (is_binary((struct str){head, len}))
        gather->pass(gather->state, PASSED_BINARY, source, "its bytes are no text");
    else if (kind == FILE_LOG)
        return gather_log(gather, source, file, err);
    else if (kind == FILE_OTLP)
        return gather_otlp(gather, path, err);
    else if (read_text(gather, arena, file, source, size, &text)) {
        if (kind == FILE_CODE)
            return gather_code(gather, source, utf8_mended(arena, text), err);
        struct buf plain = buf_new(arena);
        markup_to_text(&plain, text, markup_of_name(source));
        return gather_prose(gather, source, buf_str(&plain), err);
    }
    return true;
}

static bool read_file(struct gather *gather, const char *path, struct err *err)
{
    struct stat about;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    gather->files++;
    if (fd < 0 || fstat(fd, &about) != 0) {
        gather->pass(gather->state, PASSED_UNREADABLE, str_of(path), strerror(errno));
        if (fd >= 0)
            close(fd);
        return true;
    }
    FILE *file = S_ISREG(about.st_mode) ? fdopen(fd, "r") : NULL;
    if (!file) {
        close(fd);
        gather->pass(gather->state, PASSED_LINK, str_of(path), "it is no plain file");
        return true;
    }
    struct arena *arena = arena_new("file");
    const bool ok = read_opened(gather, arena, file, (size_t)about.st_size, path, err);
    arena_free(arena);
    fclose(file);
    return ok;
}

/* ---- folders ---- */

static bool holds(const char *folder, const char *name)
{
    char path[PATH_MAX];
    return (size_t)snprintf(path, sizeof path, "%s/%s", folder, name) < sizeof path &&
           access(path, F_OK) == 0;
}

static int is_shown(const struct dirent *entry)
{
    static const char *const left_out[] = {"node_modules", "__pycache__", "vendor", "target", NULL};
    for (const char *const *name = left_out; *name; name++)
        if (strcmp(entry->d_name, *name) == 0)
            return 0;
    return entry->d_name[0] != '.';
}

/* Not by the language of whoever asks: the order is that of bytes. */
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool walk(struct gather *gather, const char *path, int depth, struct err *err);

static bool walk_folder(struct gather *gather, const char *folder, int depth, struct err *err)
{
    struct dirent **names = NULL;
    const int count = scandir(folder, &names, is_shown, by_bytes);
    bool ok = true;
    if (count < 0)
        gather->pass(gather->state, PASSED_UNREADABLE, str_of(folder), strerror(errno));
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        const bool fits =
            (size_t)snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name) < sizeof path;
        struct stat about;
        if (ok && fits && lstat(path, &about) == 0 && !S_ISDIR(about.st_mode) &&
            !S_ISREG(about.st_mode))
            gather->pass(gather->state, PASSED_LINK, str_of(path), "a link, or no plain file");
        else if (ok && fits)
            ok = walk(gather, path, depth + 1, err);
        free(names[i]);
    }
    free(names);
    return ok;
}

static bool walk(struct gather *gather, const char *path, int depth, struct err *err)
{
    struct stat about;
    if (stat(path, &about) != 0) {
        gather->pass(gather->state, PASSED_UNREADABLE, str_of(path), strerror(errno));
        return true;
    }
    if (!S_ISDIR(about.st_mode))
        return kind_of(str_of(path)) == FILE_PACKED ? gather_bundle(gather, path, err)
                                                    : read_file(gather, path, err);
    if (holds(path, "alert.json"))
        return gather_bundle(gather, path, err);
    if (depth == DEPTH_MAX) {
        gather->pass(gather->state, PASSED_UNREADABLE, str_of(path), "folders within folders");
        return true;
    }
    if (holds(path, ".git") && !gather_commits(gather, path, err))
        return false;
    return walk_folder(gather, path, depth, err);
}

bool gather_source(struct gather *gather, const char *path, struct err *err)
{
    if (access(path, F_OK) != 0)
        return err_set(err, ERR_NOT_FOUND, "%s: %s", path, strerror(errno));
    char plain[PATH_MAX];
    size_t len = (size_t)snprintf(plain, sizeof plain, "%s", path);
    while (len > 1 && len < sizeof plain && plain[len - 1] == '/')
        plain[--len] = '\0';
    return walk(gather, plain, 0, err);
}

/* ---- the ledger ---- */

bool gather_ledger(struct gather *gather, const char *path, struct err *err)
{
    struct arena *arena = arena_new("ledger");
    struct ledger *ledger;
    struct feedback *all;
    uint32_t count = 0;
    bool ok =
        (access(path, R_OK) == 0 || err_set(err, ERR_NOT_FOUND, "%s: there is no ledger", path)) &&
        ledger_open(arena, path, &ledger, err) && feedback_read(ledger, arena, &all, &count, err);
    for (uint32_t i = 0; ok && i < count; i++) {
        const struct feedback *said = &all[i];
        if (said->is_corrected)
            continue;
        const struct str place = feedback_place(said);
        struct buf text = buf_new(arena);
        buf_printf(&text, "# %.*s\n\n", STR_ARG(said->alert));
        if (said->nothing)
            buf_add(&text, STR("Nothing was broken.\n"));
        else if (place.len > 0)
            buf_printf(&text, "The fault was in %.*s.\n", STR_ARG(place));
        if (said->cause.len > 0)
            buf_printf(&text, "%.*s\n", STR_ARG(said->cause));
        if (said->change.len > 0)
            buf_printf(&text, "It came with the change %.*s.\n", STR_ARG(said->change));
        if (said->note.len > 0)
            buf_printf(&text, "%.*s\n", STR_ARG(said->note));
        ok = gather_give(gather, DOCUMENT_PROSE, str_of(path), (uint32_t)said->number,
                         buf_str(&text), err);
    }
    arena_free(arena);
    return ok;
}
