/* SPDX-License-Identifier: Apache-2.0 */
/* A question that was put to a model, and what became of it. Its answer stands where it was used.
 */
#pragma once

#include "base/str.h"

struct consultation {
    struct str ability; /* "explain" */
    struct str task;    /* "rewrite_summary" */
    struct str expert;  /* who was asked, as the configuration calls it; empty: nobody could be */
    struct str because; /* why that one, with the router's probability; may be empty */
    struct str failure; /* why nothing of it is used; empty: it is */
    uint32_t questions; /* that were sent, with repairs */
    uint32_t repairs;
    uint32_t refused; /* sentences of the answer that no evidence bears out */
    uint64_t tokens_in;
    uint64_t tokens_out;
    double money; /* in the unit of the prices; 0 where there are none */
    int64_t took_ns;
    int64_t first_ns; /* until its first word came; 0: it was not streamed */
    struct consultation *next;
};
