/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/postgres_plans.h"

#include "base/arena.h"

#include <jansson.h>

#define STATEMENT_BYTES_MAX 1020 /* track_activity_query_size cuts at 1023 */
#define PARAMETERS_MAX 64
#define NODES_MAX 200 /* of one plan */
#define DEPTH_MAX 50
#define ROWS_MAX 1

const char postgres_costly[] =
    "SELECT queryid, min(query) FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database "
    "WHERE datname = current_database()) AND query ~* '^\\s*(select|with|update|delete)\\M' AND "
    "query !~ 'pg_stat_|pg_locks|pg_class' AND length(query) < 10000 GROUP BY 1 ORDER BY "
    "sum(total_exec_time) DESC, 1 LIMIT 12";

struct postgres_plans postgres_plans_new(struct arena *arena, struct session *session)
{
    struct postgres_plans plans = {.arena = arena, .session = session, .text = buf_new(arena)};
    buf_add(&plans.text,
            STR("of\tnumber\tparent\tnode\ttable\talias\tindex\trows\twidth\tcost\tfilter\t"
                "condition\tjoin\tsort\n"));
    return plans;
}

struct str postgres_plans_table(struct postgres_plans *plans)
{
    return buf_str(&plans->text);
}

/* ---- nodes ---- */

struct plan {
    struct postgres_plans *plans;
    struct str of;
    int count;
};

static void put_text(struct buf *out, const char *text)
{
    for (; text && *text; text++)
        buf_add_char(out, (unsigned char)*text < ' ' ? ' ' : *text);
    buf_add_char(out, '\t');
}

static const char *text_of(const json_t *node, const char *name)
{
    return json_string_value(json_object_get(node, name));
}

/* "Sort Key": ["a.x", "a.y DESC"] */
static void put_list(struct buf *out, const json_t *list)
{
    const json_t *item;
    size_t i;
    json_array_foreach(list, i, item)
        buf_printf(out, "%s%s", i > 0 ? ", " : "", json_string_value(item));
}

/* A name as SQL has to write it. */
static void put_name(struct buf *out, const char *name)
{
    bool plain = *name == '_' || (*name >= 'a' && *name <= 'z');
    for (const char *at = name; *at; at++)
        plain = plain && (*at == '_' || (*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9'));
    if (plain) {
        buf_printf(out, "%s", name);
        return;
    }
    buf_add_char(out, '"');
    for (; *name; name++) {
        if (*name == '"')
            buf_add_char(out, '"');
        buf_add_char(out, (unsigned char)*name < ' ' ? ' ' : *name);
    }
    buf_add_char(out, '"');
}

static void put_node(struct plan *plan, const json_t *node, int parent, int depth)
{
    struct buf *out = &plan->plans->text;
    const char *schema = text_of(node, "Schema"), *table = text_of(node, "Relation Name");
    const char *join = text_of(node, "Hash Cond");
    const json_t *child;
    size_t i;
    if (plan->count == NODES_MAX || depth == DEPTH_MAX)
        return;
    const int number = plan->count++;
    buf_printf(out, "%.*s\t%d\t%d\t", STR_ARG(plan->of), number, parent);
    /* of ModifyTable: Insert, Update or Delete */
    const char *operation = text_of(node, "Operation");
    put_text(out, operation ? operation : text_of(node, "Node Type"));
    if (schema && table) {
        put_name(out, schema);
        buf_add_char(out, '.');
        put_name(out, table);
    }
    buf_add_char(out, '\t');
    put_text(out, text_of(node, "Alias"));
    put_text(out, text_of(node, "Index Name"));
    buf_printf(out, "%.0f\t%.0f\t%.2f\t", json_number_value(json_object_get(node, "Plan Rows")),
               json_number_value(json_object_get(node, "Plan Width")),
               json_number_value(json_object_get(node, "Total Cost")));
    put_text(out, text_of(node, "Filter"));
    put_text(out, text_of(node, "Index Cond"));
    join = join ? join : text_of(node, "Merge Cond");
    put_text(out, join ? join : text_of(node, "Join Filter"));
    put_list(out, json_object_get(node, "Sort Key"));
    buf_add_char(out, '\n');
    json_array_foreach(json_object_get(node, "Plans"), i, child)
        put_node(plan, child, number, depth + 1);
}

static bool put_plan(struct postgres_plans *plans, struct str of, struct str text)
{
    json_t *root = json_loadb(text.ptr, text.len, 0, NULL);
    const json_t *top = json_object_get(json_array_get(root, 0), "Plan");
    struct plan plan = {.plans = plans, .of = of};
    if (top)
        put_node(&plan, top, -1, 0);
    json_decref(root);
    return plan.count > 0;
}

/* ---- asking ---- */

static bool ask(struct postgres_plans *plans, const char *sql, struct str *first)
{
    struct session_rows rows;
    struct err ignored = {0};
    if (!session_ask(plans->session, plans->arena, sql, ROWS_MAX, &rows, &ignored))
        return false;
    *first = rows.rows > 0 && rows.columns > 0 ? rows.cells[0] : STR("");
    return true;
}

static bool explain_prepared(struct postgres_plans *plans, struct str statement, struct str *out)
{
    struct str text;
    int64_t count;
    struct buf sql = buf_new(plans->arena);
    if (!ask(plans, "SET plan_cache_mode = force_generic_plan", &text) ||
        !ask(plans, str_printf(plans->arena, "PREPARE warroom AS %.*s", STR_ARG(statement)).ptr,
             &text))
        return false;
    bool ok = ask(plans,
                  "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = "
                  "'warroom'",
                  &text) &&
              str_to_int(text, &count) && count > 0 && count <= PARAMETERS_MAX;
    buf_add(&sql, STR("EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE warroom("));
    for (int64_t i = 0; ok && i < count; i++)
        buf_printf(&sql, "%sNULL", i > 0 ? ", " : "");
    buf_add_char(&sql, ')');
    ok = ok && ask(plans, buf_str(&sql).ptr, out);
    return ask(plans, "DEALLOCATE warroom", &text) && ok;
}

static bool has_parameters(struct str statement)
{
    for (size_t i = 0; i + 1 < statement.len; i++)
        if (statement.ptr[i] == '$' && statement.ptr[i + 1] >= '1' && statement.ptr[i + 1] <= '9')
            return true;
    return false;
}

/* Of what may stand behind EXPLAIN; the rest is of no interest, or would lock. */
static bool is_planned(struct arena *arena, struct str statement)
{
    static const char *const words[] = {"select", "with", "update", "delete", NULL};
    const struct str head = str_lower(arena, str_slice(str_trim(statement), 0, 6));
    for (size_t i = 0; words[i]; i++)
        if (str_starts(head, str_of(words[i])))
            return true;
    return false;
}

bool postgres_plans_add(struct postgres_plans *plans, struct str of, struct str statement)
{
    struct str text;
    if (!is_planned(plans->arena, statement))
        return false;
    const bool ok = has_parameters(statement)
                        ? explain_prepared(plans, statement, &text)
                        : statement.len <= STATEMENT_BYTES_MAX &&
                              ask(plans,
                                  str_printf(plans->arena, "EXPLAIN (VERBOSE, FORMAT JSON) %.*s",
                                             STR_ARG(statement))
                                      .ptr,
                                  &text);
    return ok && put_plan(plans, of, text);
}
