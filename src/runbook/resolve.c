/* SPDX-License-Identifier: Apache-2.0 */
/* Resolves names and checks the types of expressions and tests. */
#include "runbook/check.h"

#include "base/arena.h"
#include "runbook/scope.h"
#include "text/nearest.h"

#include <string.h>

#define LISTED_MAX 8 /* fields in a hint */

/* ---- words ---- */

const char *check_type_words(enum type type)
{
    static const char *const words[] = {
        [TYPE_BOOL] = "a bool",     [TYPE_INT] = "a whole number", [TYPE_REAL] = "a number",
        [TYPE_TEXT] = "a text",     [TYPE_TIME] = "a time",        [TYPE_SPAN] = "a span",
        [TYPE_WINDOW] = "a window", [TYPE_ROWS] = "rows",
    };
    return words[type];
}

struct str check_list_fields(struct arena *arena, const char *before, const struct field *fields)
{
    struct buf text = buf_new(arena);
    size_t count = 0;
    while (fields[count].name)
        count++;
    if (count == 0)
        return STR("");
    const size_t listed = count > LISTED_MAX ? LISTED_MAX : count;
    buf_printf(&text, "%s", before);
    for (size_t i = 0; i < listed; i++)
        buf_printf(&text, "%s`%s`",
                   i == 0                               ? " "
                   : i + 1 == listed && listed == count ? " and "
                                                        : ", ",
                   fields[i].name);
    if (listed < count)
        buf_printf(&text, " and %zu more", count - listed);
    return buf_str(&text);
}

const struct field *check_find_field(const struct field *fields, struct str name)
{
    for (; fields->name; fields++)
        if (str_eq(str_of(fields->name), name))
            return fields;
    return NULL;
}

/* ---- names ---- */

static const struct {
    const char *name;
    const struct field *fields;
    enum root_kind root;
} roots[] = {
    {"alert", alert_fields, ROOT_ALERT},
    {"case", case_fields, ROOT_CASE},
    {"sources", sources_fields, ROOT_SOURCES},
    {"shows", shows_fields, ROOT_SHOWS},
};
#define ROOTS_COUNT (sizeof roots / sizeof *roots)

/* "`alert`, `case` or `sources`" */
static struct str list_roots(struct arena *arena)
{
    struct buf text = buf_new(arena);
    for (size_t i = 0; i < ROOTS_COUNT; i++)
        buf_printf(&text, "%s`%s`",
                   i == 0                 ? ""
                   : i + 1 == ROOTS_COUNT ? " or "
                                          : ", ",
                   roots[i].name);
    return buf_str(&text);
}

static struct visible_name *find_name(const struct checker *checker, struct str name)
{
    for (struct visible_name *it = checker->names; it; it = it->outer)
        if (str_eq(it->name, name))
            return it;
    return NULL;
}

struct visible_name *check_define(struct checker *checker, struct str name, struct span at,
                                  enum name_kind kind, const struct field *fields)
{
    const struct visible_name *same = find_name(checker, name);
    bool is_root = false;
    for (size_t i = 0; i < ROOTS_COUNT; i++)
        is_root |= str_eq(name, str_of(roots[i].name));
    if (is_root)
        problem_add(checker->problems, at, STR("take another name"),
                    "`%.*s` is there in every runbook", STR_ARG(name));
    else if (same)
        problem_add(checker->problems, at, STR("take another name"),
                    "`%.*s` is defined on line %u already", STR_ARG(name), same->line);
    struct visible_name *out = arena_push(checker->arena, struct visible_name);
    *out = (struct visible_name){.name = name,
                                 .line = at.line,
                                 .kind = kind,
                                 .fields = is_root || same ? NULL : fields,
                                 .slot = checker->book->slots_count++,
                                 .outer = checker->names};
    checker->names = out;
    return out;
}

static const struct definition *find_definition(const struct checker *checker, struct str name,
                                                uint32_t line, bool later)
{
    for (const struct definition *it = checker->definitions; it; it = it->next)
        if (str_eq(it->name, name) && (it->line > line) == later)
            return it;
    return NULL;
}

/* What there is instead of a name that is not there. */
static struct str hint_for_name(struct checker *checker, struct str name)
{
    struct nearest nearest = nearest_to(name);
    for (const struct visible_name *it = checker->names; it; it = it->outer)
        nearest_try(&nearest, it->name);
    for (size_t i = 0; i < ROOTS_COUNT; i++)
        nearest_try(&nearest, str_of(roots[i].name));
    const struct str roots_listed = list_roots(checker->arena);
    return problem_did_you_mean(
        checker->problems, nearest.best,
        checker->in_guard
            ? str_printf(checker->arena, "it can use %.*s", STR_ARG(roots_listed))
            : str_printf(checker->arena, "a name is a result, the row of a loop, a lead, %.*s",
                         STR_ARG(roots_listed)));
}

/* Tells that there is no such name here, and where there is one. */
static bool fail_at_name(struct checker *checker, struct str name, struct span at)
{
    const struct definition *later = find_definition(checker, name, at.line, true);
    const struct definition *inner = find_definition(checker, name, at.line, false);
    if (checker->in_guard)
        problem_add(checker->problems, at, hint_for_name(checker, name),
                    "`when` is read before any step has run: there is no `%.*s` yet",
                    STR_ARG(name));
    else if (str_eq(name, checker->giving))
        problem_add(checker->problems, at, STR("use it below this step"),
                    "`%.*s` is what this very step gives", STR_ARG(name));
    else if (inner)
        problem_add(checker->problems, at, STR("use it within that block"),
                    "`%.*s` is defined on line %u, within a block that has ended", STR_ARG(name),
                    inner->line);
    else if (later)
        problem_add(checker->problems, at, STR("move that line up"),
                    "`%.*s` is defined only on line %u", STR_ARG(name), later->line);
    else
        problem_add(checker->problems, at, hint_for_name(checker, name), "there is no `%.*s`",
                    STR_ARG(name));
    return false;
}

const struct visible_name *check_lead(struct checker *checker, struct str name, struct span at)
{
    const struct visible_name *found = find_name(checker, name);
    if (!found)
        fail_at_name(checker, name, at);
    else if (found->kind != NAME_LEAD)
        problem_add(checker->problems, at,
                    str_printf(checker->arena, "write `suppose %.*s is ... because ...` above",
                               STR_ARG(name)),
                    "`%.*s` is nothing that was supposed", STR_ARG(name));
    return found && found->kind == NAME_LEAD ? found : NULL;
}

/* ---- paths ---- */

/* The fields that the first name of a path has; NULL: it is wrong, which was told. */
static const struct field *resolve_first(struct checker *checker, struct path *path)
{
    const struct str name = path->names[0];
    for (size_t i = 0; i < ROOTS_COUNT; i++)
        if (str_eq(name, str_of(roots[i].name))) {
            path->root = roots[i].root;
            return roots[i].fields;
        }
    const struct visible_name *found = find_name(checker, name);
    if (!found) {
        fail_at_name(checker, name, path->names_at[0]);
        return NULL;
    }
    if (found->is_pending) {
        problem_add(checker->problems, path->names_at[0], STR("use it below that block"),
                    "`%.*s` is a result of the same `parallel`, where no step waits for another",
                    STR_ARG(name));
        return NULL;
    }
    path->root = ROOT_SLOT;
    path->slot = found->slot;
    return found->fields;
}

static bool check_path(struct checker *checker, struct expression *expression)
{
    struct path *path = &expression->path;
    const struct field *fields = resolve_first(checker, path);
    if (!fields)
        return false;
    const struct str first = path->names[0];
    if (path->names_count < 2) {
        problem_add(checker->problems, path->names_at[0],
                    check_list_fields(checker->arena, "say which of its fields:", fields),
                    "`%.*s` is no value by itself", STR_ARG(first));
        return false;
    }
    const struct field *field = check_find_field(fields, path->names[1]);
    if (!field) {
        struct nearest nearest = nearest_to(path->names[1]);
        for (const struct field *it = fields; it->name; it++)
            nearest_try(&nearest, str_of(it->name));
        struct str listed = check_list_fields(checker->arena, "it has", fields);
        if (listed.len == 0)
            listed = STR("it has no fields");
        problem_add(checker->problems, path->names_at[1],
                    problem_did_you_mean(checker->problems, nearest.best, listed),
                    "`%.*s` has no `%.*s`", STR_ARG(first), STR_ARG(path->names[1]));
        return false;
    }
    if (path->names_count > 2) {
        problem_add(checker->problems, path->names_at[2], STR("leave it out"),
                    "`%.*s.%s` is %s, which has no fields", STR_ARG(first), field->name,
                    check_type_words(field->type));
        return false;
    }
    expression->type = field->type;
    expression->columns = field->columns;
    return true;
}

bool check_expression(struct checker *checker, struct expression *expression)
{
    if (expression->is_path)
        return check_path(checker, expression);
    expression->type = expression->literal.type;
    return true;
}

void check_text(struct checker *checker, struct expression *expression, const char *what)
{
    if (check_expression(checker, expression) && expression->type != TYPE_TEXT)
        problem_add(checker->problems, expression->at,
                    expression->is_path ? STR("") : STR("write it in double quotes"),
                    "%s is a text, not %s", what, check_type_words(expression->type));
}

/* ---- tests ---- */

static bool is_number(enum type type)
{
    return type == TYPE_INT || type == TYPE_REAL;
}

/* A symptom is one of a few words; a slip would make a test that never holds. */
static void check_symptom(struct checker *checker, const struct expression *path,
                          const struct expression *word)
{
    if (!path->is_path || path->path.root != ROOT_ALERT || word->is_path ||
        !str_eq(path->path.names[1], STR("symptom")))
        return;
    struct nearest nearest = nearest_to(word->literal.text);
    for (int i = 0; i < SYMPTOMS_COUNT; i++) {
        const struct str name = str_of(symptom_name((enum symptom)i));
        if (str_eq(name, word->literal.text))
            return;
        nearest_try(&nearest, name);
    }
    problem_add(
        checker->problems, word->at,
        problem_did_you_mean(checker->problems, nearest.best,
                             check_find_field(alert_fields, STR("symptom"))
                                 ? str_of(check_find_field(alert_fields, STR("symptom"))->summary)
                                 : STR("")),
        "no symptom is called so");
}

static void check_sides(struct checker *checker, struct comparison *comparison)
{
    const enum type left = comparison->left.type, right = comparison->right.type;
    const bool ordered =
        comparison->comparator != COMPARE_EQ && comparison->comparator != COMPARE_NE;
    const struct span at = comparison->comparator_at;
    if (left == TYPE_ROWS || left == TYPE_WINDOW || right == TYPE_ROWS || right == TYPE_WINDOW) {
        const enum type odd = left == TYPE_ROWS || left == TYPE_WINDOW ? left : right;
        problem_add(checker->problems, at, STR(""), "%s cannot be compared",
                    odd == TYPE_ROWS ? "rows" : "a window");
    } else if (left != right && !(is_number(left) && is_number(right))) {
        problem_add(checker->problems, at, STR(""), "%s cannot be compared with %s",
                    check_type_words(left), check_type_words(right));
    } else if (ordered && (left == TYPE_TEXT || left == TYPE_BOOL)) {
        problem_add(checker->problems, at, STR("use == or !="),
                    "%s is neither more nor less than another", check_type_words(left));
    } else if (left == TYPE_TEXT) {
        check_symptom(checker, &comparison->left, &comparison->right);
        check_symptom(checker, &comparison->right, &comparison->left);
    }
}

static void check_comparison(struct checker *checker, struct comparison *comparison)
{
    const bool left = check_expression(checker, &comparison->left);
    if (comparison->comparator == COMPARE_TRUTH) {
        if (left && comparison->left.type != TYPE_BOOL)
            problem_add(checker->problems, comparison->left.at, STR("compare it with something"),
                        "%s is neither true nor false", check_type_words(comparison->left.type));
        return;
    }
    const bool right = check_expression(checker, &comparison->right);
    if (left && right)
        check_sides(checker, comparison);
}

void check_test(struct checker *checker, struct test *test)
{
    for (struct alternative *any = test->any; any; any = any->next)
        for (struct comparison *all = any->all; all; all = all->next)
            check_comparison(checker, all);
}
