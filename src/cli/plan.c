/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/plan.h"

#include "base/arena.h"
#include "cli/command.h"
#include "director/person.h"
#include "director/shipped.h"
#include "report/escape.h"

bool plan_load_library(struct arena *arena, const char *folder, struct library *out)
{
    struct buf problems = buf_new(arena);
    struct err err = {0};
    if (shipped_library(arena, folder, out, &problems, &err))
        return true;
    fputs(buf_str(&problems).ptr, stderr);
    command_failed(&err);
    return false;
}

bool plan_of_person(struct arena *arena, const char *name, const struct library *library,
                    struct planner *out)
{
    struct str text;
    struct err err = {0};
    const struct runbook *book = library_find(library, str_of(name));
    if (book) {
        text = book->text; /* itself, not a plan that follows it: its guard is not asked */
    } else if (!load_file(arena, name, &text, &err)) {
        command_failed(&err);
        return false;
    }
    struct buf problems = buf_new(arena);
    if (planner_of_person(arena, name, text, library, out, &problems))
        return true;
    fputs(buf_str(&problems).ptr, stderr);
    return false;
}

/* ---- trace ---- */

/* On one line, and harmless to a terminal. */
static void print_plain(FILE *out, struct arena *arena, struct str text)
{
    struct buf plain = buf_new(arena);
    escape_plain(&plain, escape_clip(arena, text, 300));
    fputs(buf_str(&plain).ptr, out);
}

static void trace_step(void *state, const struct step_entry *step, const struct record *in,
                       const struct record *out)
{
    (void)in, (void)out;
    FILE *file = state;
    struct arena *arena = arena_new("trace");
    fprintf(file, "S%-3u %8s  %-12.*s ", step->id, span_format(arena, step->took_ns).ptr,
            STR_ARG(step->runbook));
    print_plain(file, arena,
                str_printf(arena, "%s%.*s %.*s", step->lead_id > 0 ? "  " : "", STR_ARG(step->name),
                           STR_ARG(step->input)));
    fprintf(file, "\n%29s-> ", "");
    print_plain(file, arena, step->outcome);
    if (step->output.len > 0) {
        fprintf(file, "; ");
        print_plain(file, arena, step->output);
    }
    fprintf(file, "\n");
    arena_free(arena);
}

static void trace_lead(void *state, const struct lead *lead)
{
    FILE *file = state;
    struct arena *arena = arena_new("trace");
    fprintf(file, "     ");
    print_plain(file, arena,
                str_printf(arena, "lead %u, %.*s, is %s%s%.*s", lead->id, STR_ARG(lead->subject),
                           lead_state_name(lead->state),
                           lead->state == LEAD_HELD ? "" : " because ",
                           STR_ARG(lead->state == LEAD_SUPPOSED    ? lead->because
                                   : lead->state == LEAD_ABANDONED ? lead->reason
                                                                   : STR(""))));
    fprintf(file, "\n");
    arena_free(arena);
}

struct run_listener plan_trace(FILE *out)
{
    return (struct run_listener){.state = out, .step = trace_step, .lead = trace_lead};
}
