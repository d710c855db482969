/* SPDX-License-Identifier: Apache-2.0 */
#include "ask/look.h"

#include "agent/agent.h"
#include "base/arena.h"
#include "data/batch.h"
#include "data/json.h"
#include "engine/single.h"
#include "guard/claim.h"

#define TOLD_MAX 3
#define LINE_BYTES_MAX 160
#define INPUT_BYTES_MAX ((size_t)4096)

static uint32_t asked_already(const struct ask_answer *answer, struct str tool, struct str input)
{
    for (uint32_t i = 0; i < answer->tools_count; i++)
        if (str_eq(answer->tools[i].name, tool) && str_eq(answer->tools[i].input, input))
            return i + 1;
    return 0;
}

static void close_single(void *thing)
{
    single_close(thing);
}

/* The onset is that of the report, so that both speak of the same before and since. */
static bool ask_tool(struct answering *answering, const struct tool *tool, struct tool_use *use,
                     struct err *err)
{
    struct arena *arena = answering->arena;
    struct single *single = arena_push(arena, struct single);
    struct record in;
    struct record *out = arena_push(arena, struct record);
    if (!record_from_json(arena, tool->sig.input, use->input, &in, err))
        return false;
    arena_defer(arena, close_single, single);
    if (!single_open(arena, answering->matter->bundle, use->name.ptr, answering->matter->clock,
                     single, err))
        return false;
    const struct field *onset = field_find(in.fields, STR("onset"));
    if (onset && onset->type == TYPE_TIME && !record_at(&in, "onset")->known &&
        answering->casefile->onset_known)
        *record_at(&in, "onset") = value_time(answering->casefile->incident.start_ns);
    single_default(single, &in);
    if (!record_is_complete(&in, err) || !single_ask(single, &in, out, err))
        return false;
    use->output = out;
    return true;
}

uint32_t look(struct answering *answering, struct str tool, struct str input, struct err *err)
{
    struct ask_answer *answer = answering->out;
    const struct tool *found = agent_tool(tool);
    const uint32_t before = asked_already(answer, tool, input);
    if (before > 0 && answer->tools[before - 1].output)
        return before;
    if (before > 0) {
        err_set(err, ERR_USAGE, "it was asked already, in vain");
        return 0;
    }
    if (answering->matter->bundle.len == 0 || !found || input.len > INPUT_BYTES_MAX ||
        answer->tools_count == TOOLS_MAX) {
        err_set(err, ERR_NOT_FOUND,
                answering->matter->bundle.len == 0 ? "there is no bundle to ask tools about"
                : !found                           ? "there is no such tool"
                                                   : "no further tool may be asked");
        return 0;
    }
    struct tool_use *use = &answer->tools[answer->tools_count++];
    *use = (struct tool_use){.name = str_copy(answering->arena, tool),
                             .input = str_copy(answering->arena, input)};
    if (!ask_tool(answering, found, use, err)) {
        use->failure = str_copy(answering->arena, str_of(err->text));
        return 0;
    }
    return answer->tools_count;
}

bool say_of_rows(struct answering *answering, uint32_t tool, struct str text)
{
    const struct record *output = answering->out->tools[tool - 1].output;
    struct err err = {0};
    struct str bare = text;
    if (str_ends(bare, STR(".")))
        bare.len--;
    for (const struct field *field = output->fields; field->name; field++) {
        const struct value *value = record_at(output, field->name);
        if (field->type == TYPE_ROWS && value->known && claim_check(text, value->rows, &err)) {
            say_again(answering, str_printf(answering->arena, "%.*s [T%u].", STR_ARG(bare), tool));
            return true;
        }
    }
    answering->out->refused++;
    return false;
}

static const struct batch *rows_of(struct answering *answering, uint32_t tool, const char *name)
{
    return record_at(answering->out->tools[tool - 1].output, name)->rows;
}

static bool is_of(const struct batch *rows, size_t row, struct str service)
{
    return str_eq(batch_column(rows, "service")->texts[row], service);
}

static struct str number(struct answering *answering, const struct batch *rows, size_t row,
                         const char *name)
{
    const struct column *column = batch_column(rows, name);
    return column->type == TYPE_REAL
               ? claim_number(answering->arena, column->reals[row])
               : str_printf(answering->arena, "%lld", (long long)column->integers[row]);
}

void look_at_requests(struct answering *answering, struct str service)
{
    struct err err = {0};
    const uint32_t tool = look(answering, STR("traces.requests"), STR("{}"), &err);
    const struct batch *rows = tool > 0 ? rows_of(answering, tool, "services") : NULL;
    for (size_t row = 0; rows && row < rows->rows; row++) {
        if (!is_of(rows, row, service))
            continue;
        say_of_rows(answering, tool,
                    str_printf(answering->arena,
                               "Of %s requests to `%.*s` since it began %s failed, and of %s "
                               "before %s.",
                               number(answering, rows, row, "calls_since").ptr, STR_ARG(service),
                               number(answering, rows, row, "failed_since").ptr,
                               number(answering, rows, row, "calls_before").ptr,
                               number(answering, rows, row, "failed_before").ptr));
        if (batch_column(rows, "half_ms_since")->known[row] &&
            batch_column(rows, "half_ms_before")->known[row])
            say_of_rows(
                answering, tool,
                str_printf(answering->arena,
                           "Half of them took up to %s ms and all but a twentieth up to %s ms, "
                           "after %s and %s ms before.",
                           number(answering, rows, row, "half_ms_since").ptr,
                           number(answering, rows, row, "slow_ms_since").ptr,
                           number(answering, rows, row, "half_ms_before").ptr,
                           number(answering, rows, row, "slow_ms_before").ptr));
        return;
    }
}

void look_at_errors(struct answering *answering, struct str service)
{
    struct err err = {0};
    uint32_t told = 0;
    const uint32_t tool = look(answering, STR("logs.shifts"), STR("{}"), &err);
    const struct batch *rows = tool > 0 ? rows_of(answering, tool, "templates") : NULL;
    for (size_t row = 0; rows && row < rows->rows && told < TOLD_MAX; row++) {
        const struct str line = claim_quote(
            answering->arena, batch_column(rows, "exemplar")->texts[row], LINE_BYTES_MAX);
        if (!is_of(rows, row, service) || !batch_column(rows, "failing")->integers[row] ||
            !batch_column(rows, "more")->integers[row] || line.len == 0)
            continue;
        told += say_of_rows(answering, tool,
                            str_printf(answering->arena, "`%.*s` logs more lines like `%.*s`.",
                                       STR_ARG(service), STR_ARG(line)));
    }
    if (tool > 0 && told == 0)
        say_beside(answering,
                   str_printf(answering->arena,
                              "No line of `%.*s` that tells of a failure has become more frequent.",
                              STR_ARG(service)),
                   str_printf(answering->arena, "%.*s", STR_ARG(service)));
}
