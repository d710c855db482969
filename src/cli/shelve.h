/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders into the knowledge base, one by one; what cannot be read is told and left out.
 */
#pragma once

#include "feedback/feedback.h"
#include "knowledge/knowledge.h"

struct shelving {
    struct ledger *ledger;
    const struct sentence_encoder *encoder; /* NULL: none */
    bool has_kind;                          /* else the path tells */
    enum kb_kind kind;
    int64_t now_ns;

    uint32_t outcomes[KB_UNCHANGED + 1]; /* counted */
    uint32_t removed, left_out, passages;
};

/* A file, or a folder and all below it. False: there is none, or the ledger failed. */
MUST_CHECK bool shelve(struct arena *arena, struct shelving *shelving, const char *path,
                       struct err *err);

/* `folder` NULL or empty: none is wanted. */
MUST_CHECK bool shelve_encoder(struct arena *arena, const char *folder,
                               const struct sentence_encoder **out, struct err *err);

/* What people said of an incident is found by `warroom kb search` as well; where they said that
 * nothing was broken, it is no more. */
MUST_CHECK bool shelve_memory(struct arena *arena, struct ledger *ledger,
                              const struct feedback *feedback, struct err *err);
