/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Triage, once more: when every hypothesis has failed, the onset may lie further back than it
 * seemed (what is slow to show began before), and the cause where no call of the alert's service
 * leads. Evidence that was found before stays: it was true of the narrower window.
 */
#include "actor/actor.h"

#include "base/arena.h"

static const struct field input[] = {
    {"earlier", TYPE_SPAN, 0, "by how much the onset is moved back", NULL},
    {0},
};

static const struct field output[] = {
    {"onset", TYPE_TIME, 0, "from which on is looked now", NULL},
    {0},
};

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct casefile *casefile = call->casefile;
    const int64_t earlier_ns = record_at(in, "earlier")->integer;
    if (earlier_ns <= 0)
        return err_set(err, ERR_USAGE, "`earlier` is a length of time above zero");
    int64_t onset_ns = casefile->incident.start_ns - earlier_ns;
    if (onset_ns <= casefile->data.start_ns)
        onset_ns = casefile->incident.start_ns; /* there would be no before to compare with */
    casefile->incident.start_ns = onset_ns;
    casefile->onset_known = false;
    casefile->onset_error_ns += earlier_ns;
    casefile->beyond_reach = true;
    casefile_add_gap(casefile, SIGNAL_METRICS, STR(""),
                     str_printf(call->scratch,
                                "No hypothesis held, so the search was widened: from %s on, and to "
                                "services that the alert's does not call.",
                                time_format_short(call->scratch, onset_ns).ptr));
    *record_at(out, "onset") = value_time(onset_ns);
    return true;
}

const struct actor actor_widen_search = {
    .sig = {.name = "widen_search",
            .summary = "Look further back, and at services that the alert's does not call",
            .input = input,
            .output = output},
    .phase = PHASE_TRIAGE,
    .run = run,
};
