/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/trouble.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/file.h"
#include "eval/suite/postgres.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define FILE_BYTES_MAX ((size_t)64 << 10)

/* Sessions are given so long: who waits for less than a second waits for nothing yet. */
#define SETTLE_NS (1600 * NS_PER_MS)

/* ---- as it is written ---- */

static bool parse(struct str text, struct trouble *out, struct err *err)
{
    const struct str mark = STR("\n-- @");
    size_t at = str_find(text, mark);
    out->parts_count = 0;
    out->facts = str_slice(text, 0, at == STR_NPOS ? text.len : at + 1);
    while (at != STR_NPOS) {
        struct str rest = str_slice(text, at + mark.len, text.len), line, word;
        const size_t next = str_find(rest, mark);
        struct str piece = str_slice(rest, 0, next == STR_NPOS ? rest.len : next + 1);
        if (out->parts_count == TROUBLE_PARTS_MAX)
            return err_set(err, ERR_OVER_BUDGET, "more than %d parts", TROUBLE_PARTS_MAX);
        str_split(&piece, '\n', &line);
        struct trouble_part *part = &out->parts[out->parts_count++];
        str_split(&line, ' ', &word);
        *part = (struct trouble_part){.name = word, .words = str_trim(line), .sql = piece};
        at = next == STR_NPOS ? STR_NPOS : at + mark.len + next;
    }
    return out->parts_count > 0 || err_set(err, ERR_CORRUPT, "it has no parts");
}

bool trouble_read(const char *path, struct trouble *out, struct err *err)
{
    struct str text;
    return file_read(out->arena, path, FILE_BYTES_MAX, &text, err) && parse(text, out, err);
}

struct str trouble_fact(const struct trouble *trouble, const char *name, const char *otherwise)
{
    struct str rest = trouble->facts, line;
    const size_t len = strlen(name);
    while (str_split(&rest, '\n', &line)) {
        line = str_slice(line, 3, line.len);
        if (str_starts(line, str_of(name)) && line.len > len && line.ptr[len] == ':')
            return str_trim(str_slice(line, len + 1, line.len));
    }
    return str_of(otherwise);
}

/* The word behind "as"; else what is usual. */
static const char *role_of(struct arena *arena, struct str words)
{
    struct str word;
    while (str_split(&words, ' ', &word))
        if (str_eq(word, STR("as")) && str_split(&words, ' ', &word))
            return str_copy(arena, word).ptr;
    return POSTGRES_OWNER;
}

/* "x12" */
static int times_of(struct str words)
{
    struct str word;
    int64_t times;
    while (str_split(&words, ' ', &word))
        if (word.len > 1 && word.ptr[0] == 'x' && str_to_int(str_slice(word, 1, word.len), &times))
            return (int)times;
    return 1;
}

/* ---- as it is made ---- */

static struct postgres_call call_of(const struct trouble *trouble, struct str words)
{
    struct str name = STR("maintenance");
    const char *role = role_of(trouble->arena, words);
    if (words.len > 0 && !str_starts(words, STR("as ")))
        str_split(&words, ' ', &name);
    return (struct postgres_call){.database = trouble->database,
                                  .role = role,
                                  .application = str_copy(trouble->arena, name).ptr,
                                  .number = trouble->number};
}

bool trouble_run(const struct trouble *trouble, struct str words, struct str sql, struct str *out,
                 struct err *err)
{
    const struct postgres_call call = call_of(trouble, words);
    return postgres_run(trouble->server, trouble->arena, &call, sql, false, out, err);
}

/* Parts of that name, one after the other. */
static bool run_parts(const struct trouble *trouble, const char *name, struct str *out,
                      struct err *err)
{
    *out = STR("");
    for (uint32_t i = 0; i < trouble->parts_count; i++) {
        const struct trouble_part *part = &trouble->parts[i];
        if (str_eq(part->name, str_of(name)) &&
            !trouble_run(trouble, part->words, part->sql, out, err))
            return err_context(err, "@%s", name);
    }
    return true;
}

static bool open_sessions(const struct trouble *trouble, struct err *err)
{
    for (uint32_t i = 0; i < trouble->parts_count; i++) {
        const struct trouble_part *part = &trouble->parts[i];
        const struct postgres_call call = call_of(trouble, part->words);
        if (!str_eq(part->name, STR("session")))
            continue;
        for (int time = 0; time < times_of(part->words); time++)
            if (!postgres_session(trouble->server, trouble->arena, &call, part->sql, err))
                return err_context(err, "@session");
        nanosleep(&(struct timespec){.tv_nsec = 300 * NS_PER_MS}, NULL); /* in their order */
    }
    return true;
}

static void settle(void)
{
    nanosleep(&(struct timespec){.tv_sec = SETTLE_NS / NS_PER_S, .tv_nsec = SETTLE_NS % NS_PER_S},
              NULL);
}

bool trouble_make(const struct trouble *trouble, struct err *err)
{
    const bool known = !str_eq(trouble_fact(trouble, "history", "yes"), STR("no"));
    const bool own = str_eq(trouble_fact(trouble, "statistics", "ours"), STR("own"));
    const struct postgres_call maintenance = {
        .database = "postgres", .role = POSTGRES_OWNER, .application = "maintenance"};
    const struct str make = str_printf(trouble->arena, "CREATE DATABASE \"%s\" TEMPLATE %s;\n",
                                       trouble->database, known ? "known" : "plain");
    struct str said;
    if (!postgres_run(trouble->server, trouble->arena, &maintenance, make, false, &said, err) ||
        !run_parts(trouble, "setup", &said, err) ||
        (!own && !trouble_run(trouble, STR(""), STR("VACUUM (ANALYZE);\n"), &said, err)) ||
        (known &&
         !trouble_run(trouble, STR(""), STR("SELECT pg_stat_statements_reset();\n"), &said, err)) ||
        !run_parts(trouble, "load", &said, err) || !open_sessions(trouble, err))
        return false;
    settle();
    return run_parts(trouble, "then", &said, err);
}

void trouble_undo(const struct trouble *trouble)
{
    struct str said;
    struct err err = {0};
    const struct postgres_call maintenance = {
        .database = "postgres", .role = POSTGRES_OWNER, .application = "maintenance"};
    postgres_end_sessions(trouble->server);
    const struct str drop = str_printf(
        trouble->arena, "DROP DATABASE IF EXISTS \"%s\" WITH (FORCE);\n", trouble->database);
    bool ok = postgres_run(trouble->server, trouble->arena, &maintenance, drop, false, &said, &err);
    for (uint32_t i = 0; ok && i < trouble->parts_count; i++)
        if (str_eq(trouble->parts[i].name, STR("after")))
            ok = postgres_run(trouble->server, trouble->arena, &maintenance, trouble->parts[i].sql,
                              false, &said, &err);
    if (!ok)
        fprintf(stderr, "warroom-eval: %s: %s\n", trouble->database, err.text);
}

/* The number in the last line that @check prints. */
bool trouble_measure(const struct trouble *trouble, double *out, struct err *err)
{
    struct str text, line;
    *out = 0;
    if (!run_parts(trouble, "check", &text, err))
        return false;
    line = text = str_trim(text);
    while (str_split(&text, '\n', &line))
        ;
    return str_to_real(str_trim(line), out) ||
           err_set(err, ERR_CORRUPT, "@check: `%.*s` is no number", STR_ARG(line));
}
