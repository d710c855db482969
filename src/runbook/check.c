/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks statements against what there is: actors and tools with their signatures, names that can
 * be seen, runbooks to follow.
 */
#include "runbook/check.h"

#include "actor/actor.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "runbook/scope.h"
#include "text/nearest.h"

static void check_statements(struct checker *checker, struct statement *statements);

/* What is defined within a block is gone at its end. */
static void check_block(struct checker *checker, struct statement *body)
{
    struct visible_name *outside = checker->names;
    check_statements(checker, body);
    checker->names = outside;
}

/* ---- calls ---- */

static const struct signature *find_callee(struct checker *checker, struct call_statement *call)
{
    call->actor = actor_find(call->callee);
    call->tool = call->actor ? NULL : agent_tool(call->callee);
    if (call->actor || call->tool)
        return call->actor ? &call->actor->sig : &call->tool->sig;

    struct nearest nearest = nearest_to(call->callee);
    for (const struct actor *const *actor = actors; *actor; actor++)
        nearest_try(&nearest, str_of((*actor)->sig.name));
    for (const struct agent *const *agent = agents; *agent; agent++)
        for (const struct tool *const *tool = (*agent)->tools; *tool; tool++)
            nearest_try(&nearest,
                        str_printf(checker->arena, "%s.%s", (*agent)->name, (*tool)->sig.name));
    const bool is_tool = str_contains(call->callee, STR("."));
    struct str otherwise = STR("`warroom tool list` has the tools");
    if (!is_tool)
        otherwise = checker->library && library_find(checker->library, call->callee)
                        ? str_printf(checker->arena, "a runbook is followed: `follow %.*s`",
                                     STR_ARG(call->callee))
                        : STR("`warroom actor list` has them");
    problem_add(checker->problems, call->callee_at,
                problem_did_you_mean(checker->problems, nearest.best, otherwise), "no %s `%.*s`",
                is_tool ? "tool" : "actor", STR_ARG(call->callee));
    return NULL;
}

/* What to write where another type was given. */
static struct str type_hint(enum type wanted, const struct expression *given)
{
    if (given->is_path)
        return STR("");
    switch (wanted) {
    case TYPE_TIME:
        return STR("a time comes from a path, such as `case.onset`");
    case TYPE_WINDOW:
        return STR("a window comes from a path, such as `case.window`");
    case TYPE_ROWS:
        return STR("rows come from a step");
    case TYPE_SPAN:
        return given->type == TYPE_INT || given->type == TYPE_REAL
                   ? STR("write its unit, such as `5m`")
                   : STR("a span is written `30s` or `5m`");
    case TYPE_TEXT:
        return STR("write it in double quotes");
    case TYPE_BOOL:
        return STR("write `true` or `false`");
    default:
        return given->type == TYPE_SPAN ? STR("write it without a unit") : STR("");
    }
}

static void check_argument_type(struct checker *checker, const struct field *field,
                                struct argument *argument)
{
    struct expression *value = &argument->value;
    if (!check_expression(checker, value) || value->type == field->type ||
        (field->type == TYPE_REAL && value->type == TYPE_INT))
        return;
    problem_add(checker->problems, value->at, type_hint(field->type, value),
                "`%s` wants %s, not %s", field->name, check_type_words(field->type),
                check_type_words(value->type));
}

static void fail_at_argument(struct checker *checker, const struct call_statement *call,
                             const struct field *fields, const struct argument *argument)
{
    struct nearest nearest = nearest_to(argument->name);
    for (const struct field *field = fields; field->name; field++)
        nearest_try(&nearest, str_of(field->name));
    struct str listed = check_list_fields(checker->arena, "it takes", fields);
    if (listed.len == 0)
        listed = STR("it takes nothing");
    problem_add(checker->problems, argument->at,
                problem_did_you_mean(checker->problems, nearest.best, listed),
                "`%.*s` takes no `%.*s`", STR_ARG(call->callee), STR_ARG(argument->name));
}

static const struct argument *find_argument(const struct call_statement *call, const char *name)
{
    for (const struct argument *it = call->arguments; it; it = it->next)
        if (str_eq(it->name, str_of(name)))
            return it;
    return NULL;
}

static void check_missing(struct checker *checker, const struct call_statement *call,
                          const struct field *fields)
{
    const struct field *first = NULL;
    struct buf names = buf_new(checker->arena);
    for (const struct field *field = fields; field->name; field++) {
        if (field->flags & FIELD_OPTIONAL || find_argument(call, field->name))
            continue;
        buf_printf(&names, "%s`%s`", first ? ", " : "", field->name);
        if (!first)
            first = field;
    }
    if (first)
        problem_add(checker->problems, call->callee_at,
                    str_printf(checker->arena, "add `%s: ...`, %s: %s", first->name,
                               check_type_words(first->type), first->summary),
                    "`%.*s` needs %s", STR_ARG(call->callee), buf_str(&names).ptr);
}

static void check_arguments(struct checker *checker, struct call_statement *call,
                            const struct signature *sig)
{
    bool all_known = true;
    for (struct argument *it = call->arguments; it; it = it->next) {
        const struct field *field = check_find_field(sig->input, it->name);
        if (!field) {
            fail_at_argument(checker, call, sig->input, it);
            check_expression(checker, &it->value);
            all_known = false;
            continue;
        }
        const struct argument *same = find_argument(call, field->name);
        if (same != it)
            problem_add(checker->problems, it->at, STR("leave one of them"), "`%s` is given twice",
                        field->name);
        check_argument_type(checker, field, it);
    }
    if (all_known) /* else the one that is missing is likely the one that is misspelt */
        check_missing(checker, call, sig->input);
}

static struct visible_name *check_call(struct checker *checker, struct statement *statement)
{
    struct call_statement *call = &statement->call;
    const struct signature *sig = find_callee(checker, call);
    checker->giving = call->result;
    if (sig)
        check_arguments(checker, call, sig);
    else
        for (struct argument *it = call->arguments; it; it = it->next)
            check_expression(checker, &it->value);
    checker->giving = STR("");
    if (call->result.len == 0)
        return NULL;
    struct visible_name *result =
        check_define(checker, call->result, statement->at, NAME_RESULT, sig ? sig->output : NULL);
    call->slot = result->slot;
    return result;
}

/* ---- follow ---- */

static void fail_at_follow(struct checker *checker, const struct follow_statement *follow)
{
    struct nearest nearest = nearest_to(follow->name);
    for (const struct runbook *it = checker->library ? checker->library->books : NULL; it;
         it = it->next)
        if (!str_eq(it->name, checker->book->name))
            nearest_try(&nearest, it->name);
    problem_add(checker->problems, follow->name_at,
                problem_did_you_mean(checker->problems, nearest.best,
                                     STR("`warroom runbook list` has them")),
                "no runbook `%.*s`", STR_ARG(follow->name));
}

static void check_follow(struct checker *checker, struct follow_statement *follow)
{
    const struct str own = checker->book->name;
    follow->book = NULL;
    if (str_eq(follow->name, own)) {
        problem_add(checker->problems, follow->name_at, STR("it would never end"),
                    "`%.*s` cannot follow itself", STR_ARG(own));
        return;
    }
    const struct runbook *book =
        checker->library ? library_find(checker->library, follow->name) : NULL;
    if (!book) {
        fail_at_follow(checker, follow);
        return;
    }
    const struct str way = library_way_text(checker->arena, &checker->ways, book, own);
    if (way.len > 0)
        problem_add(checker->problems, follow->name_at, STR("leave one of them out"),
                    "this never ends: %.*s -> %.*s", STR_ARG(own), STR_ARG(way));
    else if (!book->checked)
        problem_add(checker->problems, follow->name_at, STR("mend that one first"),
                    "`%.*s` has problems of its own", STR_ARG(follow->name));
    else if (book->worst.depth + 1 > RUNBOOK_DEPTH_MAX)
        problem_add(checker->problems, follow->name_at, STR("leave some of them out"),
                    "more than %d runbooks would follow each other", RUNBOOK_DEPTH_MAX);
    else
        follow->book = book;
}

/* ---- blocks ---- */

static const struct field *row_fields(struct checker *checker, struct for_statement *loop)
{
    if (!check_expression(checker, &loop->rows))
        return NULL;
    if (loop->rows.type == TYPE_ROWS)
        return loop->rows.columns;
    problem_add(checker->problems, loop->rows.at,
                STR("only a field of the type rows can be looped over"), "this is %s, not rows",
                check_type_words(loop->rows.type));
    return NULL;
}

static void check_for(struct checker *checker, struct for_statement *loop)
{
    const struct field *fields = row_fields(checker, loop);
    if (loop->max < 1 || loop->max > RUNBOOK_REPEATS_MAX)
        problem_add(checker->problems, loop->max_at, STR(""), "`max` lies between 1 and %d",
                    RUNBOOK_REPEATS_MAX);
    struct visible_name *outside = checker->names;
    loop->slot = check_define(checker, loop->row, loop->row_at, NAME_ROW, fields)->slot;
    check_statements(checker, loop->body);
    checker->names = outside;
}

/* A chain of `else if` is walked, not descended into. */
static void check_if(struct checker *checker, struct statement *statement)
{
    for (struct statement *it = statement; it;) {
        check_test(checker, &it->branch.test);
        check_block(checker, it->branch.then);
        struct statement *otherwise = it->branch.otherwise;
        if (!otherwise || otherwise->kind != STATEMENT_IF || otherwise->next) {
            check_block(checker, otherwise);
            return;
        }
        it = otherwise;
    }
}

static void check_parallel(struct checker *checker, struct statement *steps)
{
    struct visible_name *outside = checker->names;
    for (struct statement *it = steps; it; it = it->next) {
        if (it->kind != STATEMENT_CALL) {
            problem_add(checker->problems, it->at, STR("put it above or below that block"),
                        "only calls can stand within `parallel`");
            continue;
        }
        struct visible_name *result = check_call(checker, it);
        if (result)
            result->is_pending = true;
    }
    for (struct visible_name *it = checker->names; it != outside; it = it->outer)
        it->is_pending = false;
}

/* ---- leads ---- */

static void check_suppose(struct checker *checker, struct suppose_statement *suppose)
{
    check_text(checker, &suppose->subject, "whom it is about");
    check_text(checker, &suppose->because, "the reason");
    suppose->slot =
        check_define(checker, suppose->name, suppose->name_at, NAME_LEAD, lead_fields)->slot;
}

static void check_verify(struct checker *checker, struct verify_statement *verify)
{
    const struct visible_name *lead = check_lead(checker, verify->name, verify->name_at);
    const struct visible_name *around = checker->verified;
    if (lead && around == lead)
        problem_add(checker->problems, verify->name_at, STR("leave the inner one out"),
                    "`%.*s` is being verified already", STR_ARG(verify->name));
    if (lead)
        verify->slot = lead->slot;
    checker->verified = lead;
    check_block(checker, verify->body);
    checker->verified = around;
}

static void check_refute(struct checker *checker, struct refute_statement *refute)
{
    const struct visible_name *lead = check_lead(checker, refute->name, refute->name_at);
    if (lead && checker->verified != lead)
        problem_add(
            checker->problems, refute->name_at,
            str_printf(checker->arena, "put it into `verify %.*s { ... }`", STR_ARG(refute->name)),
            "`%.*s` is not what is verified here", STR_ARG(refute->name));
    if (lead)
        refute->slot = lead->slot;
    check_text(checker, &refute->because, "the reason");
}

static void check_statements(struct checker *checker, struct statement *statements)
{
    for (struct statement *it = statements; it && !problems_are_enough(checker->problems);
         it = it->next) {
        switch (it->kind) {
        case STATEMENT_CALL:
            check_call(checker, it);
            break;
        case STATEMENT_FOLLOW:
            check_follow(checker, &it->follow);
            break;
        case STATEMENT_FOR:
            check_for(checker, &it->loop);
            break;
        case STATEMENT_IF:
            check_if(checker, it);
            break;
        case STATEMENT_PARALLEL:
            check_parallel(checker, it->parallel);
            break;
        case STATEMENT_SUPPOSE:
            check_suppose(checker, &it->suppose);
            break;
        case STATEMENT_VERIFY:
            check_verify(checker, &it->verify);
            break;
        case STATEMENT_REFUTE:
            check_refute(checker, &it->refute);
            break;
        }
    }
}

/* ---- the runbook ---- */

void statements_each(struct statement *statements,
                     void (*visit)(struct statement *statement, void *state), void *state)
{
    for (struct statement *it = statements; it; it = it->next) {
        visit(it, state);
        switch (it->kind) {
        case STATEMENT_FOR:
            statements_each(it->loop.body, visit, state);
            break;
        case STATEMENT_IF:
            statements_each(it->branch.then, visit, state);
            statements_each(it->branch.otherwise, visit, state);
            break;
        case STATEMENT_PARALLEL:
            statements_each(it->parallel, visit, state);
            break;
        case STATEMENT_VERIFY:
            statements_each(it->verify.body, visit, state);
            break;
        default:
            break;
        }
    }
}

static void note_definition(struct statement *statement, void *state)
{
    struct checker *checker = state;
    struct str name = STR("");
    uint32_t line = statement->at.line;
    if (statement->kind == STATEMENT_CALL) {
        name = statement->call.result;
    } else if (statement->kind == STATEMENT_SUPPOSE) {
        name = statement->suppose.name;
        line = statement->suppose.name_at.line;
    } else if (statement->kind == STATEMENT_FOR) {
        name = statement->loop.row;
        line = statement->loop.row_at.line;
    }
    if (name.len == 0)
        return;
    struct definition *definition = arena_push(checker->arena, struct definition);
    *definition = (struct definition){.name = name, .line = line, .next = checker->definitions};
    checker->definitions = definition;
}

bool runbook_check(struct arena *arena, struct runbook *book, const struct library *library,
                   struct problem **problems)
{
    struct problems found = problems_new(arena, book->file);
    struct checker checker = {.arena = arena, .problems = &found, .book = book, .library = library};
    if (library)
        checker.ways = library_ways_to(arena, library, book->name);
    book->slots_count = 0;
    statements_each(book->body, note_definition, &checker);
    if (book->has_guard) {
        checker.in_guard = true;
        check_test(&checker, &book->guard);
        checker.in_guard = false;
    }
    check_statements(&checker, book->body);
    book->worst = cost_of(book->body);
    if (!found.first)
        cost_check(&found, book);
    book->checked = !found.first;
    *problems = found.first;
    return book->checked;
}
