/* SPDX-License-Identifier: Apache-2.0 */
#include "case/evidence.h"

const char *signal_name(enum signal signal)
{
    static const char *const names[] = {
        [SIGNAL_CHANGES] = "changes", [SIGNAL_METRICS] = "metrics", [SIGNAL_EVENTS] = "events",
        [SIGNAL_LOGS] = "logs",       [SIGNAL_TRACES] = "traces",   [SIGNAL_TOPOLOGY] = "topology",
    };
    return names[signal];
}

const char *bearing_name(enum bearing bearing)
{
    static const char *const names[] = {
        [BEARING_SUPPORTS] = "supports",
        [BEARING_REFUTES] = "refutes",
        [BEARING_GAP] = "gap",
    };
    return names[bearing];
}

const char *finding_name(enum finding finding)
{
    static const char *const names[] = {
#define X(id, name, text) [FINDING_##id] = (name),
        FINDINGS(X)
#undef X
    };
    return names[finding];
}

const char *finding_text(enum finding finding)
{
    static const char *const texts[] = {
#define X(id, name, text) [FINDING_##id] = (text),
        FINDINGS(X)
#undef X
    };
    return texts[finding];
}
