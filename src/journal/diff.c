/* SPDX-License-Identifier: Apache-2.0 */
/* Part by part; within a part what is the same is put beside each other first, then compared. */
#include "journal/diff.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "journal/account.h"
#include "journal/align.h"
#include "journal/compare.h"

#include <string.h>

#define DIFFERENCES_MAX 1000
#define PLAN_LINES_MAX 10000

const char *part_name(enum part part)
{
    static const char *const names[] = {
#define X(id, name) #name,
        PARTS(X)
#undef X
    };
    return names[part];
}

struct diffing {
    struct arena *arena;
    const struct account *a;
    const struct account *b;
    struct comparison *out;
    struct difference **tail;
};

static void add(struct diffing *diffing, struct difference difference)
{
    if (diffing->out->count == DIFFERENCES_MAX) {
        diffing->out->left_out++;
        return;
    }
    struct difference *added = arena_push(diffing->arena, struct difference);
    *added = difference;
    *diffing->tail = added;
    diffing->tail = &added->next;
    diffing->out->count++;
}

/* One difference for each member of either that is other. `within`: where they are members. */
static void add_members(struct diffing *diffing, enum part part, struct str subject,
                        const char *within, const json_t *a, const json_t *b,
                        const char *const *ignored)
{
    json_t *names = json_object();
    json_object_update(names, (json_t *)(uintptr_t)a);
    json_object_update(names, (json_t *)(uintptr_t)b);
    for (const char *const *it = ignored; it && *it; it++)
        json_object_del(names, *it);
    const char *name;
    json_t *value;
    json_object_foreach(names, name, value)
    {
        struct json_difference it;
        if (json_differ(diffing->arena, str_printf(diffing->arena, "%s%s", within, name),
                        json_object_get(a, name), json_object_get(b, name), NULL, &it))
            add(diffing,
                (struct difference){
                    .part = part, .subject = subject, .path = it.path, .a = it.a, .b = it.b});
    }
    json_decref(names);
}

/* ---- the opening ---- */

static void diff_value(struct diffing *diffing, enum part part, const char *name)
{
    const json_t *a = json_object_get(diffing->a->opening, name);
    const json_t *b = json_object_get(diffing->b->opening, name);
    if (json_is_object(a) && json_is_object(b))
        add_members(diffing, part, STR(""), "", a, b, NULL);
    else if ((a || b) && !(a && b && json_equal(a, b)))
        add(diffing, (struct difference){.part = part,
                                         .a = json_shown(diffing->arena, a),
                                         .b = json_shown(diffing->arena, b)});
}

/* ---- texts ---- */

static struct str *lines_of(struct arena *arena, struct str text, uint32_t *count)
{
    struct str *lines = arena_push_many(arena, struct str, PLAN_LINES_MAX);
    *count = 0;
    while (*count < PLAN_LINES_MAX && str_split(&text, '\n', &lines[*count]))
        ++*count;
    return lines;
}

/* Only the lines that differ: "-12: ..." of A, "+12: ..." of B. */
static struct str lines_that_differ(struct arena *arena, struct str a, struct str b)
{
    struct buf out = buf_new(arena);
    uint32_t a_count, b_count, count;
    const struct str *of_a = lines_of(arena, a, &a_count);
    const struct str *of_b = lines_of(arena, b, &b_count);
    const struct align_pair *pairs = align(arena, of_a, a_count, of_b, b_count, &count);
    for (uint32_t i = 0; i < count; i++)
        if (pairs[i].b == ALIGN_NONE)
            buf_printf(&out, "-%u: %.*s\n", pairs[i].a + 1, STR_ARG(of_a[pairs[i].a]));
        else if (pairs[i].a == ALIGN_NONE)
            buf_printf(&out, "+%u: %.*s\n", pairs[i].b + 1, STR_ARG(of_b[pairs[i].b]));
    return buf_str(&out);
}

static void diff_text(struct diffing *diffing, enum part part, struct str subject, const json_t *a,
                      const json_t *b)
{
    const struct str text_a = account_text(a, "text"), text_b = account_text(b, "text");
    if (a && b && str_eq(text_a, text_b))
        return;
    add(diffing, (struct difference){
                     .part = part,
                     .subject = subject,
                     .path = a && b ? STR("text") : STR(""),
                     .a = a ? STR("a text") : STR(""),
                     .b = b ? a ? STR("another") : STR("a text") : STR(""),
                     .lines = lines_that_differ(diffing->arena, text_a, text_b),
                 });
}

static void diff_weights(struct diffing *diffing)
{
    const json_t *a = json_object_get(diffing->a->opening, "weights");
    const json_t *b = json_object_get(diffing->b->opening, "weights");
    if (a || b)
        diff_text(diffing, PART_WEIGHTS, STR(""), a, b);
}

static void diff_plans(struct diffing *diffing)
{
    const size_t of_a = json_array_size(diffing->a->plans);
    const size_t of_b = json_array_size(diffing->b->plans);
    for (size_t i = 0; i < of_a || i < of_b; i++) {
        const json_t *a = json_array_get(diffing->a->plans, i);
        const json_t *b = json_array_get(diffing->b->plans, i);
        static const char *const ignored[] = {"type", "text", "clock_ns", NULL};
        const struct str subject = str_printf(diffing->arena, "plan %zu", i + 1);
        diff_text(diffing, PART_PLAN, subject, a, b);
        if (a && b)
            add_members(diffing, PART_PLAN, subject, "", a, b, ignored);
    }
}

/* ---- lists whose things have a name ---- */

struct keyed {
    enum part part;
    struct str (*key_of)(struct arena *arena, const json_t *thing);
    struct str (*subject_of)(struct arena *arena, const json_t *thing);
    const char *const *ignored;
    bool is_text; /* what differs is told by lines */
};

/* In the order of A; what is only in B comes behind. */
static void diff_keyed(struct diffing *diffing, const struct keyed *keyed, const json_t *a,
                       const json_t *b)
{
    struct map of_b = map_new(diffing->arena);
    for (size_t i = 0; i < json_array_size(b); i++) /* of equal ones the first */
        map_add(&of_b, keyed->key_of(diffing->arena, json_array_get(b, i)));
    const json_t **things = arena_push_many(diffing->arena, const json_t *, of_b.count);
    bool *seen = arena_push_many(diffing->arena, bool, of_b.count);
    for (size_t i = json_array_size(b); i-- > 0;)
        things[map_find(&of_b, keyed->key_of(diffing->arena, json_array_get(b, i)))] =
            json_array_get(b, i);

    for (size_t i = 0; i < json_array_size(a); i++) {
        const json_t *thing = json_array_get(a, i);
        const struct str subject = keyed->subject_of(diffing->arena, thing);
        const uint32_t number = map_find(&of_b, keyed->key_of(diffing->arena, thing));
        if (number == MAP_NONE) {
            add(diffing,
                (struct difference){.part = keyed->part, .subject = subject, .a = STR("there")});
            continue;
        }
        seen[number] = true;
        if (keyed->is_text)
            diff_text(diffing, keyed->part, subject, thing, things[number]);
        else
            add_members(diffing, keyed->part, subject, "", thing, things[number], keyed->ignored);
    }
    for (uint32_t number = 0; number < of_b.count; number++)
        if (!seen[number])
            add(diffing, (struct difference){
                             .part = keyed->part,
                             .subject = keyed->subject_of(diffing->arena, things[number]),
                             .b = STR("there"),
                         });
}

static struct str by_name(struct arena *arena, const json_t *thing)
{
    return str_copy(arena, account_text(thing, "name"));
}

static struct str by_claim(struct arena *arena, const json_t *thing)
{
    const struct str bearing = account_text(thing, "bearing");
    const struct str subject = account_text(thing, "subject");
    const struct str claim = account_text(thing, "claim");
    return str_printf(arena, "%.*s|%.*s|%.*s", STR_ARG(bearing), STR_ARG(subject), STR_ARG(claim));
}

static struct str claim_of(struct arena *arena, const json_t *thing)
{
    return str_copy(arena, account_text(thing, "claim"));
}

static struct str lead_of(struct arena *arena, const json_t *thing)
{
    return str_copy(arena, account_text(thing, "subject"));
}

static const char *const ignored_of_evidence[] = {"id", "step", NULL};
static const char *const ignored_of_leads[] = {"type",     "id",      "first_step", "last_step",
                                               "clock_ns", "against", NULL};
static const char *const ignored_of_withdrawn[] = {"id", NULL};

static const struct keyed runbooks = {PART_RUNBOOKS, by_name, by_name, NULL, true};
static const struct keyed sources = {PART_SOURCES, by_name, by_name, NULL, false};
static const struct keyed evidence = {PART_EVIDENCE, by_claim, claim_of, ignored_of_evidence,
                                      false};
static const struct keyed leads = {PART_LEADS, lead_of, lead_of, ignored_of_leads, false};
static const struct keyed withdrawn = {PART_WITHDRAWN, claim_of, claim_of, ignored_of_withdrawn,
                                       false};

/* ---- steps ---- */

static struct str step_subject(struct diffing *diffing, const struct account *account,
                               uint32_t number)
{
    return str_printf(diffing->arena, "step %u, `%.*s`", number + 1,
                      STR_ARG(account->steps[number].name));
}

static const char *const step_members[] = {"runbook", "input",   "input_text", "state",
                                           "error",   "outcome", "output",     NULL};

static void diff_step_member(struct diffing *diffing, struct str subject, const char *name,
                             const json_t *a, const json_t *b)
{
    struct json_difference it;
    if (json_is_object(a) && json_is_object(b))
        add_members(diffing, PART_STEPS, subject, str_printf(diffing->arena, "%s.", name).ptr, a, b,
                    NULL);
    else if ((a || b) && json_differ(diffing->arena, str_of(name), a, b, NULL, &it))
        add(diffing,
            (struct difference){
                .part = PART_STEPS, .subject = subject, .path = it.path, .a = it.a, .b = it.b});
}

static bool diff_step(struct diffing *diffing, struct align_pair pair, struct err *err)
{
    json_t *a = account_step(diffing->a, pair.a, err);
    json_t *b = a ? account_step(diffing->b, pair.b, err) : NULL;
    const struct str subject = step_subject(diffing, diffing->a, pair.a);
    for (const char *const *name = step_members; a && b && *name; name++)
        diff_step_member(diffing, subject, *name, json_object_get(a, *name),
                         json_object_get(b, *name));
    const bool ok = a && b;
    json_decref(a);
    json_decref(b);
    return ok;
}

static struct str *step_names(struct arena *arena, const struct account *account)
{
    struct str *names = arena_push_many(arena, struct str, account->steps_count);
    for (uint32_t i = 0; i < account->steps_count; i++)
        names[i] = account->steps[i].name;
    return names;
}

static bool diff_steps(struct diffing *diffing, struct err *err)
{
    uint32_t count;
    const struct align_pair *pairs =
        align(diffing->arena, step_names(diffing->arena, diffing->a), diffing->a->steps_count,
              step_names(diffing->arena, diffing->b), diffing->b->steps_count, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct align_pair pair = pairs[i];
        if (pair.b == ALIGN_NONE)
            add(diffing, (struct difference){.part = PART_STEPS,
                                             .subject = step_subject(diffing, diffing->a, pair.a),
                                             .a = STR("there")});
        else if (pair.a == ALIGN_NONE)
            add(diffing, (struct difference){.part = PART_STEPS,
                                             .subject = step_subject(diffing, diffing->b, pair.b),
                                             .b = STR("there")});
        else if (!diff_step(diffing, pair, err))
            return false;
    }
    return true;
}

/* ---- hypotheses ---- */

static void diff_hypotheses(struct diffing *diffing)
{
    static const char *const ignored[] = {"subject", "for", "against", NULL};
    const json_t *all_a = diffing->a->hypotheses, *all_b = diffing->b->hypotheses;
    for (size_t i = 0; i < json_array_size(all_a) || i < json_array_size(all_b); i++) {
        const json_t *a = json_array_get(all_a, i), *b = json_array_get(all_b, i);
        const struct str subject_a = account_text(a, "subject");
        const struct str subject_b = account_text(b, "subject");
        const struct str subject = a ? subject_a : subject_b;
        if (a && b && str_eq(subject_a, subject_b))
            add_members(diffing, PART_HYPOTHESES,
                        str_printf(diffing->arena, "%zu. `%.*s`", i + 1, STR_ARG(subject_a)), "", a,
                        b, ignored);
        else if (a && b)
            add(diffing, (struct difference){
                             .part = PART_HYPOTHESES,
                             .subject = str_printf(diffing->arena, "%zu.", i + 1),
                             .a = json_shown(diffing->arena, json_object_get(a, "subject")),
                             .b = json_shown(diffing->arena, json_object_get(b, "subject")),
                         });
        else
            add(diffing,
                (struct difference){
                    .part = PART_HYPOTHESES,
                    .subject = str_printf(diffing->arena, "%zu. `%.*s`", i + 1, STR_ARG(subject)),
                    .a = a ? STR("there") : STR(""),
                    .b = b ? STR("there") : STR(""),
                });
    }
}

/* ---- all of it ---- */

static bool diff(struct diffing *diffing, struct err *err)
{
    static const char *const ignored[] = {"type", "clock_ns", "took_ns", "lines", "sum", NULL};
    const struct account *a = diffing->a, *b = diffing->b;
    diffing->out->a = a->conclusion;
    diffing->out->b = b->conclusion;
    diff_value(diffing, PART_PROGRAM, "program");
    diff_value(diffing, PART_ALERT, "alert");
    diff_value(diffing, PART_BUDGET, "budget");
    diff_value(diffing, PART_PLAN, "planner");
    diff_value(diffing, PART_PLAN, "experts");
    diff_keyed(diffing, &runbooks, json_object_get(a->opening, "runbooks"),
               json_object_get(b->opening, "runbooks"));
    diff_weights(diffing);
    diff_keyed(diffing, &sources, a->sources, b->sources);
    diff_plans(diffing);
    if (!diff_steps(diffing, err))
        return false;
    diff_keyed(diffing, &evidence, a->evidence, b->evidence);
    diff_keyed(diffing, &leads, a->leads, b->leads);
    diff_keyed(diffing, &withdrawn, a->withdrawn, b->withdrawn);
    diff_hypotheses(diffing);
    if (json_array_size(a->end) == json_array_size(b->end))
        add_members(diffing, PART_END, STR(""), "", json_array_get(a->end, 0),
                    json_array_get(b->end, 0), ignored);
    else
        add(diffing, (struct difference){.part = PART_END,
                                         .a = json_array_size(a->end) ? STR("there") : STR(""),
                                         .b = json_array_size(b->end) ? STR("there") : STR("")});
    return true;
}

static bool diff_accounts(struct arena *arena, const struct account *a, const struct account *b,
                          struct comparison *out, struct err *err)
{
    *out = (struct comparison){0};
    struct diffing diffing = {
        .arena = arena, .a = a, .b = b, .out = out, .tail = &out->differences};
    return diff(&diffing, err);
}

bool diff_journals(struct arena *arena, const struct reader *a, const struct reader *b,
                   struct comparison *out, struct err *err)
{
    struct account *of_a = arena_push(arena, struct account);
    struct account *of_b = arena_push(arena, struct account);
    return account_of_journal(arena, a, of_a, err) && account_of_journal(arena, b, of_b, err) &&
           diff_accounts(arena, of_a, of_b, out, err);
}

bool diff_reports(struct arena *arena, const json_t *a, const json_t *b, struct comparison *out,
                  struct err *err)
{
    struct account *of_a = arena_push(arena, struct account);
    struct account *of_b = arena_push(arena, struct account);
    return (account_of_report(arena, a, of_a, err) || err_context(err, "A")) &&
           (account_of_report(arena, b, of_b, err) || err_context(err, "B")) &&
           diff_accounts(arena, of_a, of_b, out, err);
}
