/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a runbook does when it runs, as a table: a text, and what happened. The calls are answered
 * by the test: `rank_suspects` names a, b and c; `walk_dependencies` explains what the test says.
 */
#include "runbook/run.h"

#include "agent/fixture_for_tests.h"

struct theatre {
    struct fixture *fix;
    const char *explained; /* of whom walk_dependencies says that it is explained */
    const char *settled;   /* which lead is enough */
    const char *fails;     /* which callee fails */
    struct buf asked;      /* the calls, in order */
};

static struct batch *suspects(struct arena *arena, const struct field *fields)
{
    size_t at = 0;
    while (fields[at].type != TYPE_ROWS)
        at++;
    struct batch *rows = batch_new(arena, fields[at].columns);
    for (const char *name = "abc"; *name; name++) {
        const size_t row = batch_add_row(rows);
        batch_set(rows, row, "subject", value_text((struct str){name, 1}));
        batch_set(rows, row, "because", value_text(STR("it was loud")));
        if (*name == 'a') /* of the others it is not known */
            batch_set(rows, row, "finding", value_text(STR("a")));
    }
    return rows;
}

static struct str service_of(const struct record *in)
{
    for (size_t i = 0; in->fields[i].name; i++)
        if (str_eq(str_of(in->fields[i].name), STR("service")) && in->values[i].known)
            return in->values[i].text;
    return STR("");
}

static bool answer(void *state, const struct callee *callee, struct call *call,
                   const struct record *in, struct record *out, struct err *err)
{
    struct theatre *theatre = state;
    const struct str name = str_of(callee->name), service = service_of(in);
    buf_printf(&theatre->asked, "%s%s%s%.*s", theatre->asked.len > 0 ? " " : "", callee->name,
               service.len > 0 ? ":" : "", STR_ARG(service));
    if (theatre->fails && str_eq(name, str_of(theatre->fails)))
        return err_set(err, ERR_TIMEOUT, "%s: it took too long", callee->name);
    if (str_eq(name, STR("rank_suspects"))) {
        struct batch *rows = suspects(call->scratch, callee->sig->output);
        for (size_t i = 0; callee->sig->output[i].name; i++)
            if (callee->sig->output[i].type == TYPE_ROWS)
                out->values[i] = value_rows(rows);
    } else if (str_eq(name, STR("walk_dependencies"))) {
        *record_at(out, "explained") =
            value_bool(theatre->explained && str_eq(service, str_of(theatre->explained)));
        *record_at(out, "reason") = value_text(STR("it waits"));
    }
    return true;
}

static bool is_borne_out(void *state, const struct lead *lead)
{
    (void)state;
    return !str_eq(lead->subject, STR("c"));
}

static bool is_enough(void *state, const struct lead *lead)
{
    const struct theatre *theatre = state;
    return theatre->settled && str_eq(lead->subject, str_of(theatre->settled));
}

static const struct runbook *read_book(struct arena *arena, const char *text)
{
    struct runbook *book;
    struct problem *problems = NULL;
    if (!runbook_parse(arena, str_of(text), &book, &problems) ||
        !runbook_check(arena, book, NULL, &problems)) {
        struct buf words = buf_new(arena);
        runbook_print_problems(problems, STR("test"), &words);
        fail_msg("%s", buf_str(&words).ptr);
    }
    return book;
}

static struct theatre theatre_open(void)
{
    struct theatre theatre = {.fix = fixture_open()};
    fixture_seal(theatre.fix);
    theatre.asked = buf_new(theatre.fix->arena);
    theatre.fix->casefile->budget.steps_max = 100;
    casefile_add_source(theatre.fix->casefile, STR("logs.jsonl"), SOURCE_READ, 1, STR(""));
    return theatre;
}

static bool play(struct theatre *theatre, const char *text, struct err *err)
{
    struct run *run =
        run_new(theatre->fix->casefile, &theatre->fix->services,
                (struct answerer){.answer = answer, .state = theatre},
                &(struct run_listener){
                    .state = theatre, .is_borne_out = is_borne_out, .is_settled = is_enough});
    return run_book(run, read_book(theatre->fix->arena, text), err);
}

/* "a:held b:abandoned" */
static struct str leads_of(const struct theatre *theatre)
{
    struct buf out = buf_new(theatre->fix->arena);
    for (const struct lead *it = theatre->fix->casefile->leads; it; it = it->next)
        buf_printf(&out, "%s%.*s:%s", out.len > 0 ? " " : "", STR_ARG(it->subject),
                   lead_state_name(it->state));
    return buf_str(&out);
}

#define LOOP                                                                                       \
    "runbook x \"x\" {\n"                                                                          \
    "    found = rank_suspects()\n"                                                                \
    "    for s in found.rows max 5 {\n"                                                            \
    "        suppose h is s.subject because s.because\n"                                           \
    "        verify h {\n"                                                                         \
    "            w = walk_dependencies(service: h.subject)\n"                                      \
    "            if w.explained { refute h because w.reason }\n"                                   \
    "            find_new_errors()\n"                                                              \
    "        }\n"                                                                                  \
    "    }\n"                                                                                      \
    "}\n"

static const struct {
    const char *why;
    const char *text;
    const char *explained, *settled, *fails;
    const char *asked;
    const char *leads;
} plays[] = {
    {"steps run in their order", "runbook x \"x\" { find_onset() find_new_errors() }", NULL, NULL,
     NULL, "find_onset find_new_errors", ""},
    {"what was answered is not asked again",
     "runbook x \"x\" { find_new_errors() find_new_errors() }", NULL, NULL, NULL, "find_new_errors",
     ""},
    {"a step without its signal is left out",
     "runbook x \"x\" { find_shifted_metrics() find_new_errors() }", NULL, NULL, NULL,
     "find_new_errors", ""},
    {"a step that fails does not end the run", "runbook x \"x\" { find_onset() find_new_errors() }",
     NULL, NULL, "find_onset", "find_onset find_new_errors", ""},
    {"steps in parallel all run", "runbook x \"x\" { parallel { find_onset() find_new_errors() } }",
     NULL, NULL, NULL, "find_onset find_new_errors", ""},
    {"a test decides",
     "runbook x \"x\" { if sources.metrics { find_onset() } else { find_new_errors() } }", NULL,
     NULL, NULL, "find_new_errors", ""},
    {"what is not known compares with nothing",
     "runbook x \"x\" { if case.onset > alert.starts or not case.subject == \"a\" { find_onset() } "
     "}",
     NULL, NULL, NULL, "", ""},
    {"each suspect is followed; for c too little speaks", LOOP, NULL, NULL, NULL,
     "rank_suspects walk_dependencies:a find_new_errors walk_dependencies:b walk_dependencies:c",
     "a:held b:held c:abandoned"},
    {"who is refuted is asked no more", LOOP, "a", NULL, NULL,
     "rank_suspects walk_dependencies:a walk_dependencies:b find_new_errors walk_dependencies:c",
     "a:abandoned b:held c:abandoned"},
    {"enough is enough", LOOP, "a", "b", NULL,
     "rank_suspects walk_dependencies:a walk_dependencies:b find_new_errors", "a:abandoned b:held"},
    {"what fails refutes nothing", LOOP, "a", "a", "walk_dependencies",
     "rank_suspects walk_dependencies:a find_new_errors", "a:held"},
    {"what was answered in one round is not the answer of the next",
     "runbook x \"x\" { f = rank_suspects() for s in f.rows max 3 { suppose h is s.subject because "
     "s.because verify h { w = walk_dependencies(service: s.finding) if w.explained { refute h "
     "because w.reason } } } }",
     "a", NULL, NULL, "rank_suspects walk_dependencies:a", "a:abandoned b:held c:abandoned"},
    {"a loop ends at its max",
     "runbook x \"x\" { f = rank_suspects() for s in f.rows max 2 { walk_dependencies(service: "
     "s.subject) } }",
     NULL, NULL, NULL, "rank_suspects walk_dependencies:a walk_dependencies:b", ""},
    {"its own limit ends a runbook",
     "runbook x \"x\" { limit steps 1 find_onset() find_new_errors() }", NULL, NULL, NULL,
     "find_onset", ""},
};

static void runbooks_do_what_they_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plays / sizeof *plays; i++) {
        struct theatre theatre = theatre_open();
        struct err err = {0};
        theatre.explained = plays[i].explained;
        theatre.settled = plays[i].settled;
        theatre.fails = plays[i].fails;
        if (!play(&theatre, plays[i].text, &err))
            fail_msg("%s: %s", plays[i].why, err.text);
        if (!str_eq(buf_str(&theatre.asked), str_of(plays[i].asked)))
            fail_msg("%s: asked %s, not %s", plays[i].why, buf_str(&theatre.asked).ptr,
                     plays[i].asked);
        if (!str_eq(leads_of(&theatre), str_of(plays[i].leads)))
            fail_msg("%s: leads %s, not %s", plays[i].why, leads_of(&theatre).ptr, plays[i].leads);
        fixture_close(theatre.fix);
    }
}

/* Each step stands in the case, with what it was given, and the lead that it was for. */
static void steps_are_entered(void **state)
{
    (void)state;
    struct theatre theatre = theatre_open();
    struct err err = {0};
    theatre.fails = "find_new_errors";
    assert_true(play(&theatre, LOOP, &err));
    const struct step_entry *first = theatre.fix->casefile->steps;
    assert_true(str_eq(first->name, STR("rank_suspects")));
    assert_true(str_eq(first->runbook, STR("x")));
    assert_int_equal(first->lead_id, 0);
    assert_int_equal(first->state, STEP_DONE);
    const struct step_entry *second = first->next;
    assert_int_equal(second->lead_id, 1);
    assert_true(str_contains(second->input, STR("\"a\"")));
    assert_int_equal(second->next->state, STEP_FAILED);
    assert_true(str_contains(second->next->outcome, STR("it took too long")));
    assert_int_equal(theatre.fix->casefile->leads->first_step_id, 2);
    assert_int_equal(theatre.fix->casefile->leads->last_step_id, 3);
    fixture_close(theatre.fix);
}

static void the_case_ends_the_run_when_its_time_is_over(void **state)
{
    (void)state;
    struct theatre theatre = theatre_open();
    struct err err = {0};
    theatre.fix->now_ns = 2 * NS_PER_S;
    assert_false(play(&theatre, LOOP, &err));
    assert_int_equal(err.kind, ERR_TIMEOUT);
    assert_int_equal(theatre.asked.len, 0);
    fixture_close(theatre.fix);

    theatre = theatre_open();
    theatre.fix->casefile->budget.steps_max = 3;
    assert_false(play(&theatre, LOOP, &err));
    assert_int_equal(err.kind, ERR_OVER_BUDGET);
    assert_int_equal(theatre.fix->casefile->steps_count, 3);
    fixture_close(theatre.fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runbooks_do_what_they_say),
        cmocka_unit_test(steps_are_entered),
        cmocka_unit_test(the_case_ends_the_run_when_its_time_is_over),
    };
    return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
