/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/single.h"

#include "base/arena.h"
#include "runbook/scope.h"
#include "verdict/verdict.h"

#include <string.h>

#define BUDGET_NS (60 * NS_PER_S)

static bool find_callee(struct single *single, struct err *err)
{
    const struct str name = str_of(single->name);
    single->actor = actor_find(name);
    single->tool = single->actor ? NULL : agent_tool(name);
    if (!single->actor && !single->tool)
        return err_set(err, ERR_NOT_FOUND, "there is no actor or tool `%s`", single->name);
    single->sig = single->actor ? &single->actor->sig : &single->tool->sig;
    return true;
}

static bool is_askable(const struct single *single, const struct actor *actor)
{
    for (const struct field *field = actor->sig.input; field->name; field++)
        if (!(field->flags & FIELD_OPTIONAL))
            return false;
    return (actor->needs & ~scope_signals(single->casefile)) == 0;
}

static bool ask_actor(struct single *single, const struct actor *actor, const struct record *in,
                      struct record *out, struct err *err)
{
    struct call call = {.casefile = single->casefile,
                        .services = &single->services,
                        .scratch = single->arena,
                        .step_id = 1};
    return actor_run(actor, &call, in, out, err);
}

static bool find_onset(struct single *single, struct err *err)
{
    const struct actor *actor = actor_find(STR("find_onset"));
    struct record out;
    const struct record none = record_new(single->arena, actor->sig.input);
    return single->actor == actor || ask_actor(single, actor, &none, &out, err);
}

/* What one of them cannot find out is no reason to ask none. */
static void find_cause(struct single *single)
{
    for (const struct actor *const *actor = actors; *actor; actor++) {
        const struct record none = record_new(single->arena, (*actor)->sig.input);
        struct record out;
        struct err ignored = {0};
        if (*actor != single->actor && (*actor)->phase < PHASE_CORRECT &&
            is_askable(single, *actor) && !ask_actor(single, *actor, &none, &out, &ignored))
            casefile_add_gap(single->casefile, SIGNAL_EVENTS, STR(""), str_of(ignored.text));
    }
    verdict_rank(single->casefile);
}

static bool has_signals(const struct single *single, struct err *err)
{
    const unsigned missing =
        single->actor ? single->actor->needs & ~scope_signals(single->casefile) : 0;
    for (unsigned signal = 0; signal <= SIGNAL_TOPOLOGY; signal++)
        if (missing & (1u << signal))
            return err_set(err, ERR_NOT_FOUND, "%s needs %s, and the bundle has none", single->name,
                           signal_name((enum signal)signal));
    return true;
}

bool single_open(struct arena *arena, struct str bundle_path, const char *name, struct clock clock,
                 struct single *out, struct err *err)
{
    *out = (struct single){.arena = arena, .name = name};
    struct bundle bundle;
    if (!find_callee(out, err) || !bundle_open(arena, bundle_path, &bundle, err) ||
        !bundle_read_alert(&bundle, arena, &out->alert, err))
        return false;
    out->casefile = casefile_open(&out->alert, clock, BUDGET_NS);
    if (!services_open(arena, &bundle, NULL, NULL, out->casefile, &out->services, err) ||
        !has_signals(out, err) || !find_onset(out, err))
        return false;
    if (out->actor && out->actor->reads_case)
        find_cause(out);
    return true;
}

static void default_time(const struct record *in, const char *name, int64_t time_ns)
{
    const struct field *field = field_find(in->fields, str_of(name));
    if (field && field->type == TYPE_TIME && !record_at(in, name)->known)
        *record_at(in, name) = value_time(time_ns);
}

void single_default(const struct single *single, const struct record *in)
{
    default_time(in, "alert", single->alert.starts_ns);
    default_time(in, "onset", single->casefile->incident.start_ns);
}

bool single_ask(struct single *single, const struct record *in, struct record *out, struct err *err)
{
    struct call call = {
        .casefile = single->casefile, .services = &single->services, .scratch = single->arena};
    return single->actor ? ask_actor(single, single->actor, in, out, err)
                         : agent_use(&call, single->name, in, out, err);
}

void single_close(struct single *single)
{
    casefile_close(single->casefile);
}
