/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plan is short: it follows runbooks, and says of each why. What the alert complains about comes
 * first, then whatever else is the case (that something was changed, say): the guards of the
 * runbooks decide, and this file knows none of them but the one for when no guard holds.
 */
#include "director/plan.h"

#include "base/arena.h"
#include "runbook/scope.h"

/* Quotes would end the text, a line break is not allowed in it, and nobody reads on for ever. */
static void add_quoted(struct buf *out, struct str text)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len && i < 100; i++) {
        const char c = text.ptr[i];
        buf_add_char(out, c == '"' || c == '\\' ? '\'' : c < ' ' || c > '~' ? '?' : c);
    }
    buf_add_char(out, '"');
}

static void begin(struct buf *out, const char *name, struct str summary)
{
    buf_printf(out, "runbook %s ", name);
    add_quoted(out, summary);
    buf_printf(out, " {\n");
}

struct str plan_compose(struct arena *arena, const struct run *run, const struct library *library,
                        const char *name)
{
    const struct casefile *casefile = run_casefile(run);
    struct buf out = buf_new(arena);
    begin(&out, name,
          str_printf(arena, "%.*s: %s", STR_ARG(casefile->alert->name),
                     symptom_text(casefile->triage.symptom)));
    uint32_t followed = 0;
    for (const struct runbook *book = library->books; book; book = book->next) {
        if (!book->has_guard || run_has_followed(run, book) || !run_guard_holds(run, book))
            continue;
        buf_printf(&out, "    # ");
        runbook_print_test(&book->guard, &out);
        buf_printf(&out, "\n    follow %.*s\n", STR_ARG(book->name));
        followed++;
    }
    buf_printf(&out, "}\n");
    return followed > 0 ? buf_str(&out) : STR("");
}

struct str plan_widen(struct arena *arena, const struct casefile *casefile, const char *name)
{
    struct buf out = buf_new(arena);
    begin(&out, name,
          str_printf(arena, "%.*s: what was suspected was not it", STR_ARG(casefile->alert->name)));
    buf_printf(&out, "    follow widen\n}\n");
    return buf_str(&out);
}

struct str plan_single(struct arena *arena, const char *name, const char *summary)
{
    struct buf out = buf_new(arena);
    begin(&out, str_printf(arena, "%s_plan", name).ptr, str_of(summary));
    buf_printf(&out, "    follow %s\n}\n", name);
    return buf_str(&out);
}
