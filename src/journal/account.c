/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/account.h"

#include "base/arena.h"

#include <stdio.h>

static void release(void *json)
{
    json_decref(json);
}

static json_t *array_in(struct arena *arena)
{
    json_t *array = json_array();
    arena_defer(arena, release, array);
    return array;
}

struct str account_text(const json_t *object, const char *name)
{
    const json_t *text = json_object_get(object, name);
    return json_is_string(text)
               ? (struct str){.ptr = json_string_value(text), .len = json_string_length(text)}
               : STR("");
}

static void conclude(struct account *account)
{
    const json_t *best = json_array_get(account->hypotheses, 0);
    account->conclusion.subject = account_text(best, "subject");
    account->conclusion.cause = account_text(best, "cause");
    account->conclusion.confidence = json_number_value(json_object_get(best, "confidence"));
}

/* ---- a journal ---- */

static void take_all(json_t *into, const json_t *from, const char *name)
{
    const json_t *items = json_object_get(from, name);
    for (size_t i = 0; i < json_array_size(items); i++)
        json_array_append(into, json_array_get(items, i));
}

/* The newest line about a lead stands for it, at its first place. */
static void take_lead(struct account *account, json_t *line)
{
    char id[24];
    snprintf(id, sizeof id, "%lld", (long long)json_integer_value(json_object_get(line, "id")));
    const uint32_t number = map_add(&account->leads_by_id, str_of(id));
    if (number < json_array_size(account->leads))
        json_array_set(account->leads, number, line);
    else
        json_array_append(account->leads, line);
}

static void take_step(struct arena *arena, struct account *account, const json_t *line,
                      uint32_t number)
{
    account->steps[account->steps_count++] =
        (struct account_step){.name = str_copy(arena, account_text(line, "name")), .line = number};
}

static void take_line(struct arena *arena, struct account *account, json_t *line, uint32_t number)
{
    const json_t *effects = json_object_get(line, "effects");
    take_all(account->sources, effects, "sources");
    take_all(account->evidence, effects, "evidence");
    take_all(account->withdrawn, effects, "withdrawn");
    switch (account->reader->lines[number].type) {
    case LINE_STEP:
        take_step(arena, account, line, number);
        break;
    case LINE_LEAD:
        take_lead(account, line);
        break;
    case LINE_PLAN:
        json_array_append(account->plans, line);
        break;
    case LINE_VERDICT:
        json_array_clear(account->hypotheses);
        take_all(account->hypotheses, line, "hypotheses");
        break;
    case LINE_CLOSE:
        json_array_append(account->end, line);
        account->conclusion.whole = true;
        account->conclusion.known = json_is_true(json_object_get(line, "known"));
        break;
    default:
        break;
    }
}

/* What was withdrawn is known by its number only: its claim goes with it. */
static void name_withdrawn(struct account *account)
{
    for (size_t i = 0; i < json_array_size(account->withdrawn); i++) {
        json_t *it = json_array_get(account->withdrawn, i);
        for (size_t k = 0; k < json_array_size(account->evidence); k++) {
            const json_t *evidence = json_array_get(account->evidence, k);
            if (json_equal(json_object_get(evidence, "id"), json_object_get(it, "id")))
                json_object_set(it, "claim", json_object_get(evidence, "claim"));
        }
    }
}

static void account_new(struct arena *arena, struct account *out)
{
    *out = (struct account){
        .sources = array_in(arena),
        .plans = array_in(arena),
        .evidence = array_in(arena),
        .leads = array_in(arena),
        .leads_by_id = map_new(arena),
        .withdrawn = array_in(arena),
        .hypotheses = array_in(arena),
        .end = array_in(arena),
    };
}

bool account_of_journal(struct arena *arena, const struct reader *reader, struct account *out,
                        struct err *err)
{
    account_new(arena, out);
    out->reader = reader;
    out->steps = arena_push_many(arena, struct account_step, reader->lines_count);
    for (uint32_t number = 0; number < reader->lines_count; number++) {
        json_t *line = reader_line(reader, number, err);
        if (!line)
            return false;
        if (number == 0) {
            arena_defer(arena, release, line);
            out->opening = line;
            continue;
        }
        take_line(arena, out, line, number);
        json_decref(line);
    }
    name_withdrawn(out);
    conclude(out);
    return true;
}

/* ---- a report ---- */

/* A report tells of gaps in words of their own. */
static void take_gaps(json_t *evidence, const json_t *gaps)
{
    for (size_t i = 0; i < json_array_size(gaps); i++) {
        const json_t *gap = json_array_get(gaps, i);
        json_array_append_new(evidence, json_pack("{s:s, s:O?, s:O?, s:O?}", "bearing", "gap",
                                                  "signal", json_object_get(gap, "signal"),
                                                  "subject", json_object_get(gap, "subject"),
                                                  "claim", json_object_get(gap, "text")));
    }
}

static void take_report_steps(struct arena *arena, struct account *account, const json_t *steps)
{
    account->steps = arena_push_many(arena, struct account_step, json_array_size(steps));
    for (size_t i = 0; i < json_array_size(steps); i++) {
        const json_t *step = json_array_get(steps, i);
        account->steps[account->steps_count++] =
            (struct account_step){.name = account_text(step, "name"), .json = step};
    }
}

bool account_of_report(struct arena *arena, const json_t *report, struct account *out,
                       struct err *err)
{
    account_new(arena, out);
    const json_t *verdict = json_object_get(report, "verdict");
    if (!json_is_object(verdict) || !json_is_array(json_object_get(report, "hypotheses")))
        return err_set(err, ERR_CORRUPT, "it is neither a journal nor a report in JSON");
    out->opening = report;
    take_all(out->sources, report, "sources");
    take_all(out->evidence, report, "evidence");
    take_gaps(out->evidence, json_object_get(report, "gaps"));
    take_all(out->withdrawn, report, "withdrawn");
    take_all(out->hypotheses, report, "hypotheses");
    take_report_steps(arena, out, json_object_get(report, "steps"));
    out->conclusion.whole = true;
    out->conclusion.known = json_is_true(json_object_get(verdict, "known"));
    conclude(out);
    return true;
}

json_t *account_step(const struct account *account, uint32_t number, struct err *err)
{
    const struct account_step *step = &account->steps[number];
    return account->reader ? reader_line(account->reader, step->line, err)
                           : json_incref((json_t *)(uintptr_t)step->json);
}
