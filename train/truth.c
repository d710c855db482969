/* SPDX-License-Identifier: Apache-2.0 */
#include "train/truth.h"

#include "base/arena.h"
#include "eval/cases.h"
#include "eval/score.h"

bool truth_of_text(struct arena *arena, struct str text, const struct truth **out, struct err *err)
{
    struct truth *truth = arena_push(arena, struct truth);
    *out = truth;
    return truth_parse(arena, text, truth, err);
}

bool truth_read(struct arena *arena, struct str folder, const struct truth **out, struct err *err)
{
    struct str text;
    return (cases_read_file(arena, folder, "truth.json", &text, err) &&
            truth_of_text(arena, text, out, err)) ||
           err_context(err, "%.*s", STR_ARG(folder));
}

bool truth_is_nobody(const struct truth *truth)
{
    return truth->nobody;
}

struct str truth_fault(const struct truth *truth)
{
    return truth->fault;
}

struct str truth_place(const struct truth *truth)
{
    return truth->service.len > 0 ? truth->service : truth->instance;
}

bool truth_tells_change(const struct truth *truth, struct str *change)
{
    *change = truth->change;
    return truth->tells_change || truth->nobody;
}

bool truth_names(const struct truth *truth, struct str subject, struct str instance)
{
    const struct suspect suspect = {.subject = subject, .instance = instance};
    return suspect_is_right(&suspect, truth);
}
