/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/databases.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "data/file.h"
#include "eval/child.h"
#include "eval/suite/postgres.h"
#include "eval/suite/trouble.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FOLDER "eval/databases"
#define CASES_MAX 200
#define TIMEOUT_NS (60 * NS_PER_S)
#define OUTPUT_BYTES_MAX ((size_t)32 << 20)
#define ENDS 0.2

const char *const database_classes[] = {
    "missing_index", "bad_plan", "slow_query", "lock_chain", "idle_in_transaction",
    "pool",          "bloat",    "nothing",    NULL};

/* What the program writes into a cause, and its class. */
static const struct {
    const char *words, *cause;
} phrases[] = {
    {"sessions in it wait for locks that one session holds", "lock_chain"},
    {"a session in it holds locks that others wait for", "lock_chain"},
    {"a session that is idle in its transaction", "idle_in_transaction"},
    {"a session of it has been idle in its transaction", "idle_in_transaction"},
    {"its connections are used up", "pool"},
    {"it has no connection left", "pool"},
    {"it holds most connections of a database", "pool"},
    {"a table of it is full of dead rows", "bloat"},
    {"a table of it takes many times the space of its rows", "bloat"},
    {"a statement reads a whole table for a few rows", "missing_index"},
    {"the index that a statement needs is not valid", "missing_index"},
    {"it plans by statistics of a table that are out of date", "bad_plan"},
    {"a setting keeps it from good plans", "bad_plan"},
    {"it takes columns that go together for independent", "bad_plan"},
    {"a statement in it runs far longer than usual", "slow_query"},
    {"its statements became slow", "slow_query"},
};

struct stage {
    struct arena *arena;
    const struct task_run *run;
    struct trouble *trouble;
    struct database_case *item;
};

/* ---- baselines ---- */

/*
 * What is asked of the server at the same time: the text of what took most time, and whose
 * transaction is open longest, what it does, and whether somebody waits for it.
 */
static const char top_sql[] = "SELECT query FROM pg_stat_statements WHERE dbid = (SELECT oid FROM "
                              "pg_database WHERE datname = current_database()) ORDER BY "
                              "total_exec_time DESC LIMIT 1;\n";
static const char longest_sql[] =
    "SELECT application_name || '/' || pid, state, (SELECT count(*) FROM pg_stat_activity w WHERE "
    "a.pid = ANY (pg_blocking_pids(w.pid))) FROM pg_stat_activity a WHERE backend_type = 'client "
    "backend' AND pid <> pg_backend_pid() AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 1;"
    "\n";
static const char choices_sql[] =
    "SELECT (SELECT count(*) FROM pg_stat_user_tables) + (SELECT count(DISTINCT application_name) "
    "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid());\n";

/* The first of the objects whose name stands in the text, as a reader of it would see. */
static struct str named_in(const struct stage *stage, struct str text)
{
    struct str rest = stage->item->objects, object;
    while (str_split(&rest, '|', &object)) {
        object = str_trim(object);
        const size_t dot = str_find(object, STR("."));
        if (str_contains(text, str_slice(object, dot == STR_NPOS ? 0 : dot + 1, object.len)))
            return object;
    }
    return STR("");
}

static void guess(const struct stage *stage)
{
    struct str text, field, state = STR("");
    struct err ignored = {0};
    struct database_case *item = stage->item;
    int64_t count = 0;
    if (trouble_run(stage->trouble, STR(""), str_of(top_sql), &text, &ignored) && text.len > 0)
        item->top =
            (struct database_guess){.cause = STR("slow_query"), .object = named_in(stage, text)};
    if (trouble_run(stage->trouble, STR(""), str_of(longest_sql), &text, &ignored) &&
        text.len > 0) {
        text = str_trim(text);
        str_split(&text, '|', &field);
        str_split(&text, '|', &state);
        str_to_int(text, &count);
        const bool idle = str_starts(state, STR("idle in transaction"));
        item->longest = (struct database_guess){.cause = idle        ? STR("idle_in_transaction")
                                                         : count > 0 ? STR("lock_chain")
                                                                     : STR("slow_query"),
                                                .object = field};
    }
    if (trouble_run(stage->trouble, STR(""), str_of(choices_sql), &text, &ignored) &&
        str_to_int(str_trim(text), &count) && count > 0)
        item->objects_count = (uint32_t)count;
}

/* ---- the program ---- */

static bool run_program(const struct stage *stage, const char *const *argv,
                        struct child_result *out, struct err *err)
{
    if (!child_run(stage->arena, argv, TIMEOUT_NS, OUTPUT_BYTES_MAX, out, err))
        return false;
    if (out->end == CHILD_EXITED && out->code <= 1) /* 1: a source had a gap, or no verdict */
        return true;
    const struct str fault = child_fault(stage->arena, out);
    return err_set(err, ERR_IO, "%s: %.*s", argv[1], STR_ARG(str_slice(fault, 0, 300)));
}

static struct str text_of(struct arena *arena, const json_t *object, const char *name)
{
    return str_copy(arena, str_of(json_string_value(json_object_get(object, name))));
}

static struct str class_of(struct str cause)
{
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (str_contains(cause, str_of(phrases[i].words)))
            return str_of(phrases[i].cause);
    return STR("other");
}

static void read_answer(const struct stage *stage, const json_t *report)
{
    struct database_case *item = stage->item;
    const json_t *verdict = json_object_get(report, "verdict");
    const json_t *mitigations = json_object_get(report, "mitigations"), *proposal;
    size_t i;
    item->ours.cause = STR("nothing");
    if (json_is_true(json_object_get(verdict, "known"))) {
        item->ours.cause = class_of(text_of(stage->arena, verdict, "cause"));
        item->ours.object = text_of(stage->arena, verdict, "instance");
    }
    json_array_foreach(mitigations, i, proposal)
    {
        item->command = text_of(stage->arena, proposal, "command");
        if (item->command.len > 0)
            break;
    }
}

static bool ask(const struct stage *stage, struct err *err)
{
    struct arena *arena = stage->arena;
    const char *folder = stage->trouble->server->folder;
    const char *config = str_printf(arena, "%s/warroom.yaml", folder).ptr;
    const char *alert = str_printf(arena, "%s/alert.json", folder).ptr;
    const char *bundle = str_printf(arena, "%s/bundle", folder).ptr;
    const char *const remove[] = {"/bin/rm", "-rf", bundle, NULL};
    const char *const collect[] = {stage->run->place->program,
                                   "collect",
                                   "--config",
                                   config,
                                   "--alert",
                                   alert,
                                   "--out",
                                   bundle,
                                   NULL};
    const char *const investigate[] = {
        stage->run->place->program, "investigate", "--json", "--no-progress", bundle, NULL};
    struct child_result result;
    const struct str asks = trouble_fact(stage->trouble, "asks", POSTGRES_OWNER);
    if (!file_replace(config,
                      str_printf(arena,
                                 "sources:\n  the-database: {kind: postgres, url: "
                                 "\"postgresql://127.0.0.1:%d\", user: %.*s, password: none, "
                                 "database: %s}\n",
                                 stage->trouble->server->port, STR_ARG(asks),
                                 stage->trouble->database),
                      0666, err) ||
        !file_replace(alert,
                      str_printf(arena,
                                 "{\"name\": \"DatabaseSlow\", \"service\": \"the-database\", "
                                 "\"startsAt\": %lld}\n",
                                 (long long)time(NULL)),
                      0666, err) ||
        !run_program(stage, remove, &result, err) || !run_program(stage, collect, &result, err) ||
        !run_program(stage, investigate, &result, err))
        return false;
    json_t *report = json_loadb(result.output.ptr, result.output.len, 0, NULL);
    if (report)
        read_answer(stage, report);
    const bool ok = report != NULL;
    json_decref(report);
    return ok || err_set(err, ERR_PROTOCOL, "investigate printed no JSON");
}

/* A person reads the command, and runs it. */
static bool apply(const struct stage *stage, struct err *err)
{
    struct database_case *item = stage->item;
    struct str complaint;
    double ends = ENDS;
    const struct str wanted = trouble_fact(stage->trouble, "ends", "");
    if (wanted.len > 0 && !str_to_real(wanted, &ends))
        return err_set(err, ERR_CORRUPT, "ends: `%.*s`", STR_ARG(wanted));
    item->after = item->before;
    if (item->command.len == 0)
        return true;
    if (!postgres_shell(stage->trouble->server, stage->arena, item->command, &complaint, err))
        return false;
    if (complaint.len > 0)
        fprintf(stderr, "warroom-eval: %s: %.*s: %.*s\n", stage->trouble->database,
                STR_ARG(item->command), STR_ARG(str_slice(complaint, 0, 300)));
    nanosleep(&(struct timespec){.tv_nsec = 300 * NS_PER_MS}, NULL); /* who was ended goes */
    if (!trouble_measure(stage->trouble, &item->after, err))
        return false;
    item->ours.fixed = item->before > 0 && item->after <= ends * item->before;
    return true;
}

static bool run_case(const struct stage *stage, struct err *err)
{
    struct err fault = {0};
    if (!trouble_make(stage->trouble, err) ||
        (!stage->item->is_control && !trouble_measure(stage->trouble, &stage->item->before, err)))
        return false;
    guess(stage);
    if (!ask(stage, &fault)) {
        stage->item->fault = str_copy(stage->run->arena, str_of(fault.text));
        return true;
    }
    if (stage->item->is_control) {
        stage->item->ours.fixed = stage->item->command.len == 0;
        return true;
    }
    return apply(stage, err);
}

bool database_object_is(const struct database_case *item, struct str object)
{
    struct str rest = item->objects, name;
    while (object.len > 0 && str_split(&rest, '|', &name)) {
        name = str_trim(name);
        if (str_eq(object, name) ||
            (str_starts(object, name) && object.len > name.len && object.ptr[name.len] == '/'))
            return true;
    }
    return false;
}

/* ---- all of them ---- */

static bool is_class(struct str name)
{
    for (const char *const *at = database_classes; *at; at++)
        if (str_eq(name, str_of(*at)))
            return true;
    return false;
}

static int is_script(const struct dirent *entry)
{
    return str_ends(str_of(entry->d_name), STR(".sql"));
}

/* "kept/a-b.sql" -> "kept_a_b" */
static const char *database_name(struct arena *arena, struct str id)
{
    const struct str copy = str_copy(arena, id);
    char *name = arena_alloc(arena, copy.len + 1);
    for (size_t i = 0; i <= copy.len; i++)
        name[i] = copy.ptr[i] == '-' || copy.ptr[i] == '/' ? '_' : copy.ptr[i];
    return name;
}

static bool run_script(const struct task_run *run, struct postgres *server, const char *path,
                       struct database_case *item, struct err *err)
{
    struct arena *arena = arena_new("trouble");
    struct trouble *trouble = arena_push(arena, struct trouble);
    *trouble = (struct trouble){.arena = arena,
                                .server = server,
                                .database = database_name(arena, item->id),
                                .number = (int)(str_hash(item->id) % 1000)};
    bool ok = trouble_read(path, trouble, err);
    if (ok) {
        item->cause = str_copy(run->arena, trouble_fact(trouble, "cause", ""));
        item->objects = str_copy(run->arena, trouble_fact(trouble, "object", ""));
        item->is_control = str_eq(item->cause, STR("nothing"));
        ok = is_class(item->cause) ||
             err_set(err, ERR_CORRUPT, "cause: `%.*s`", STR_ARG(item->cause));
    }
    if (ok) {
        const struct stage stage = {.arena = arena, .run = run, .trouble = trouble, .item = item};
        ok = run_case(&stage, err);
        trouble_undo(trouble);
    }
    struct str *const kept[] = {&item->command,       &item->ours.cause, &item->ours.object,
                                &item->top.cause,     &item->top.object, &item->longest.cause,
                                &item->longest.object};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        *kept[i] = str_copy(run->arena, *kept[i]);
    arena_free(arena);
    return ok || err_context(err, "%s", path);
}

static bool run_half(const struct task_run *run, struct postgres *server, const char *half,
                     struct database_cases *out, struct err *err)
{
    struct dirent **names = NULL;
    const char *from = getenv("WARROOM_EVAL_DATABASES");
    const char *folder = str_printf(run->arena, "%s/%s", from ? from : FOLDER, half).ptr;
    const int count = scandir(folder, &names, is_script, alphasort);
    bool ok = true;
    for (int i = 0; i < count; i++) {
        const struct str name = str_of(names[i]->d_name);
        if (ok && out->count < CASES_MAX) {
            struct database_case *item = &out->items[out->count++];
            *item = (struct database_case){
                .id = str_printf(run->arena, "%s/%.*s", half, (int)name.len - 4, name.ptr),
                .is_kept = strcmp(half, "kept") == 0};
            ok = run_script(run, server,
                            str_printf(run->arena, "%s/%s", folder, names[i]->d_name).ptr, item,
                            err);
        }
        free(names[i]);
    }
    free(names);
    return ok;
}

static bool run_all(const struct task_run *run, struct database_cases *out, struct err *err)
{
    struct postgres *server = arena_push(run->arena, struct postgres);
    out->items = arena_push_many(run->arena, struct database_case, CASES_MAX);
    if (!postgres_start(run->arena, server, err))
        return false;
    const bool ok =
        run_half(run, server, "dev", out, err) && run_half(run, server, "kept", out, err);
    postgres_stop(server);
    return ok &&
           (out->count > 0 || err_set(err, ERR_NOT_FOUND, "%s: there are no scripts", FOLDER));
}

bool database_cases(const struct task_run *run, struct database_cases *out, struct err *err)
{
    static struct arena *kept; /* NULL: they have not been run */
    static struct database_cases all;
    static struct err fault;
    static bool ok;
    if (!kept) {
        kept = arena_new("databases");
        struct task_run own = *run;
        own.arena = kept;
        ok = run_all(&own, &all, &fault);
    }
    *out = all;
    return ok || err_set(err, fault.kind, "%s", fault.text);
}

void database_add(struct task_run *run, const struct database_case *item, const char *who,
                  bool is_right)
{
    const double part = is_right;
    task_add(run, who, item->id, &part, 1);
    if (strcmp(who, TASK_US) == 0)
        task_add(run, item->is_kept ? TASK_US ", kept half" : TASK_US ", dev half", item->id, &part,
                 1);
}
