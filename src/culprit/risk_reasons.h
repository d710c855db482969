/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a change is called risky, in words: what its hazards add to the log-odds, gathered by theme,
 * beside the usual change here. The score is that sum, so these are its reasons.
 *
 * And what a reviewer should look at whatever the score: what it touches, tests, owners. That adds
 * nothing: in the histories that were learnt from it foretold nothing, or there was nothing to
 * learn it from.
 *
 * The texts quote words, paths and people from outside; escape them where they are shown.
 */
#pragma once

#include "culprit/owners.h"
#include "culprit/risk.h"

struct risk_reason {
    enum hazard_theme theme;
    double weight; /* log-odds; below 0: it speaks for the change */
    struct str text;
};

struct risk_reasons {
    struct risk_reason items[HAZARD_THEMES_COUNT]; /* what makes it risky, strongest first; then
                                                      the rest */
    uint32_t count;
};

#define RISK_LOOKS(X)                                                                              \
    X(LIMITS, limits, "limits or time-outs")                                                       \
    X(ACCESS, access, "secrets or permissions")                                                    \
    X(MIGRATION, migration, "migrations or schemas")                                               \
    X(SWITCHES, switches, "switches or defaults")                                                  \
    X(CONFIG, config, "configuration")                                                             \
    X(TESTS, tests, "tests that are missing")                                                      \
    X(OWNERS, owners, "owners who have not seen it")                                               \
    X(UNSEEN, unseen, "files that are not known")

enum risk_look {
#define X(id, name, text) RISK_LOOK_##id,
    RISK_LOOKS(X)
#undef X
        RISK_LOOKS_COUNT
};

struct risk_look_at {
    enum risk_look what;
    struct str text;
};

struct risk_looks {
    struct risk_look_at items[RISK_LOOKS_COUNT];
    uint32_t count;
};

const char *risk_look_name(enum risk_look look);

struct risk_reasons risk_explain(struct arena *arena, const struct history *history,
                                 const struct risk_model *model, const struct risk *risk);

/* `owners` is NULL where no file names any; then those are asked who change these folders most. */
struct risk_looks risk_look(struct arena *arena, const struct history *history,
                            const struct owners *owners, const struct risk *risk);
