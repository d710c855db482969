/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log lines that nobody has written: out of a grammar of what programs of all kinds say, with what
 * stands where in them, and how bad it is. What the log expert practises on, so that it need not
 * know the words of any one system.
 *
 * The grammar is general knowledge: how servers, databases, kernels, runtimes and libraries put
 * things. Drawn by a seed; the same one gives the same lines.
 */
#pragma once

#include "base/buf.h"
#include "expert/log/tagger.h"

#define GRAMMAR_ENTITIES_MAX 64

struct grammar_line {
    struct str text;
    struct found entities[GRAMMAR_ENTITIES_MAX];
    uint32_t entities_count;
    bool is_judged;
    enum gravity gravity;
};

/* Advances the state. The line lies in the buf until the next one. */
void grammar_draw(uint64_t *state, struct buf *buf, struct grammar_line *out);
