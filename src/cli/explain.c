/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree of numbered steps, as databases explain a query: each with the calls that it makes at
 * worst, all rounds of the loops around it together. What is followed stands below the step that
 * follows it, so the reader sees all that will be asked.
 */
#include "cli/explain.h"

#include "actor/actor.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "base/clock.h"
#include "report/escape.h"

#define LINE_CHARS_MAX 110
#define INDENT 3

struct explaining {
    FILE *out;
    struct arena *arena;
    const struct explain_bundle *bundle;
};

struct str explain_signals(struct arena *arena, unsigned signals)
{
    struct buf text = buf_new(arena);
    for (unsigned signal = 0; signal <= SIGNAL_TOPOLOGY; signal++) {
        if ((signals & (1u << signal)) == 0)
            continue;
        const bool is_last = signals >> (signal + 1) == 0;
        buf_printf(&text, "%s%s",
                   text.len == 0 ? ""
                   : is_last     ? " and "
                                 : ", ",
                   signal_name((enum signal)signal));
    }
    return text.len > 0 ? buf_str(&text) : STR("nothing in particular");
}

static const char *plain(const struct explaining *ex, struct str text)
{
    struct buf out = buf_new(ex->arena);
    escape_plain(&out, escape_clip(ex->arena, text, LINE_CHARS_MAX));
    return buf_str(&out).ptr;
}

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- steps ---- */

/* Where a step stands in the tree. */
struct place {
    struct str number; /* of the step around it, "4.1."; empty at the top */
    uint32_t depth;
    uint32_t rounds; /* of the loops around it, together */
};

/* `count` steps of that place have been numbered before; gives how many there are now. */
static uint32_t print_steps(const struct explaining *ex, const struct statement *statements,
                            struct place place, uint32_t count);

static uint32_t times(uint32_t a, uint32_t b)
{
    uint32_t product;
    return __builtin_mul_overflow(a, b, &product) ? UINT32_MAX : product;
}

static void print_detail(const struct explaining *ex, struct place place, struct str text)
{
    fprintf(ex->out, "%8s%*s%s\n", "", (int)(place.depth * INDENT + 5), "", plain(ex, text));
}

static const struct agent *agent_of(struct str callee)
{
    const struct str name = str_slice(callee, 0, str_find(callee, STR(".")));
    for (const struct agent *const *agent = agents; *agent; agent++)
        if (str_eq(str_of((*agent)->name), name))
            return *agent;
    return NULL;
}

/* Who is called and what that reads, and whether the bundle has it. */
static void print_call(const struct explaining *ex, const struct statement *statement,
                       struct place place)
{
    const struct call_statement *call = &statement->call;
    const unsigned signals = runbook_cost(statement).signals;
    struct buf text = buf_new(ex->arena);
    if (call->actor)
        buf_printf(&text, "%s: %s", phase_name(call->actor->phase), call->actor->sig.summary);
    else
        buf_printf(&text, "observes %s: %s", agent_of(call->callee)->name, call->tool->sig.summary);
    print_detail(ex, place, buf_str(&text));
    if (signals != 0)
        print_detail(
            ex, place,
            str_printf(ex->arena, "reads %.*s", STR_ARG(explain_signals(ex->arena, signals))));
    const unsigned missing = ex->bundle->is_given ? signals & ~ex->bundle->signals : 0;
    if (missing != 0)
        print_detail(ex, place,
                     str_printf(ex->arena, "NOT THERE: %.*s; this step will be skipped",
                                STR_ARG(explain_signals(ex->arena, missing))));
}

/* The branches of a chain of `else if` stand below each other, and are numbered through. */
static void print_branches(const struct explaining *ex, const struct statement *first,
                           struct place place, struct place inner)
{
    uint32_t count = print_steps(ex, first->branch.then, inner, 0);
    for (const struct statement *it = first->branch.otherwise; it;) {
        struct buf line = buf_new(ex->arena);
        const bool is_if = it->kind == STATEMENT_IF && !it->next;
        buf_printf(&line, is_if ? "else " : "else");
        if (is_if)
            runbook_print_line(it, &line);
        print_detail(ex, place, buf_str(&line));
        count = print_steps(ex, is_if ? it->branch.then : it, inner, count);
        it = is_if ? it->branch.otherwise : NULL;
    }
}

static void print_below(const struct explaining *ex, const struct statement *it, struct place place,
                        struct str number)
{
    struct place inner = {.number = number, .depth = place.depth + 1, .rounds = place.rounds};
    switch (it->kind) {
    case STATEMENT_CALL:
        print_call(ex, it, place);
        break;
    case STATEMENT_FOLLOW:
        print_detail(ex, place, it->follow.book->summary);
        print_steps(ex, it->follow.book->body, inner, 0);
        break;
    case STATEMENT_FOR:
        inner.rounds = times(place.rounds, it->loop.max);
        print_steps(ex, it->loop.body, inner, 0);
        break;
    case STATEMENT_IF:
        print_branches(ex, it, place, inner);
        break;
    case STATEMENT_PARALLEL:
        print_steps(ex, it->parallel, inner, 0);
        break;
    case STATEMENT_VERIFY:
        print_steps(ex, it->verify.body, inner, 0);
        break;
    case STATEMENT_SUPPOSE:
    case STATEMENT_REFUTE:
        break;
    }
}

static uint32_t print_steps(const struct explaining *ex, const struct statement *statements,
                            struct place place, uint32_t count)
{
    for (const struct statement *it = statements; it; it = it->next) {
        struct buf line = buf_new(ex->arena);
        const struct str number = str_printf(ex->arena, "%.*s%u.", STR_ARG(place.number), ++count);
        const uint32_t calls = times(runbook_cost(it).steps, place.rounds);
        buf_printf(&line, "%.*s ", STR_ARG(number));
        runbook_print_line(it, &line);
        fprintf(ex->out, "%8s  %*s%s\n", calls > 0 ? str_printf(ex->arena, "%u", calls).ptr : "",
                (int)(place.depth * INDENT), "", plain(ex, buf_str(&line)));
        print_below(ex, it, place, number);
    }
    return count;
}

/* ---- the head ---- */

static void print_guard(const struct explaining *ex, const struct runbook *book)
{
    struct buf test = buf_new(ex->arena);
    if (!book->has_guard) {
        fprintf(ex->out, "  when       always, where it is asked for\n");
        return;
    }
    runbook_print_test(&book->guard, &test);
    fprintf(ex->out, "  when       %s\n", plain(ex, buf_str(&test)));
    if (ex->bundle->is_given)
        fprintf(ex->out, "             which %s for this bundle\n",
                ex->bundle->guard_holds ? "holds" : "DOES NOT HOLD");
}

static void print_limits(const struct explaining *ex, const struct limits *limits)
{
    struct buf text = buf_new(ex->arena);
    if (limits->steps > 0)
        buf_printf(&text, ", %u call%s", limits->steps, plural(limits->steps));
    if (limits->time_ns > 0)
        buf_printf(&text, ", %s", span_format(ex->arena, limits->time_ns).ptr);
    if (limits->tokens > 0)
        buf_printf(&text, ", %u token%s of a model", limits->tokens, plural(limits->tokens));
    if (text.len > 0)
        fprintf(ex->out, "  stops at   %s, whichever comes first\n", buf_str(&text).ptr + 2);
}

static void print_reads(const struct explaining *ex, const struct runbook *book)
{
    const unsigned missing = ex->bundle->is_given ? book->worst.signals & ~ex->bundle->signals : 0;
    fprintf(ex->out, "  reads      %s\n", explain_signals(ex->arena, book->worst.signals).ptr);
    if (missing != 0)
        fprintf(ex->out, "             NOT THERE: %s\n", explain_signals(ex->arena, missing).ptr);
}

void explain_book(FILE *out, const struct runbook *book, const struct explain_bundle *bundle)
{
    struct arena *arena = arena_new("explain");
    const struct explaining ex = {.out = out, .arena = arena, .bundle = bundle};
    fprintf(out, "%s: %s\n", plain(&ex, book->name), plain(&ex, book->summary));
    print_guard(&ex, book);
    print_limits(&ex, &book->limits);
    fprintf(out, "  at worst   %u call%s, %u hypothes%cs\n", book->worst.steps,
            plural(book->worst.steps), book->worst.leads, book->worst.leads == 1 ? 'i' : 'e');
    print_reads(&ex, book);
    fprintf(out, "\n%8s  %s\n", "calls", "step");
    print_steps(&ex, book->body, (struct place){.number = STR(""), .rounds = 1}, 0);
    arena_free(arena);
}
