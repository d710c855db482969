/* SPDX-License-Identifier: Apache-2.0 */
/* What a sender is told, in the encoding that it speaks. */
#pragma once

#include "intake/intake.h"

enum answer_form {
    ANSWER_PROTO, /* application/x-protobuf */
    ANSWER_JSON,  /* application/json */
    ANSWER_TEXT,  /* what Loki's senders log */
};

/* All is kept. */
struct intake_answer answer_kept(enum answer_form form);

/* All but `rejected` records of that table; `why` is a sentence. */
struct intake_answer answer_partly(struct arena *arena, enum answer_form form,
                                   enum harvest_table table, uint64_t rejected, struct str why);

/* Nothing; as google.rpc.Status, but for Loki. ERR_TIMEOUT and ERR_IO pass: come again. */
struct intake_answer answer_refused(struct arena *arena, enum answer_form form,
                                    const struct err *err);
