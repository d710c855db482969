/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stack trace says: what was thrown, why in the end, and where in the program's own code.
 * Java, .NET, Python, Node, Go, Rust, Ruby, PHP, and C and C++ by the address sanitizer. Text from
 * outside: at most STACK_BYTES_MAX of it are read. Texts point into it.
 */
#pragma once

#include "base/str.h"

#define STACK_BYTES_MAX ((size_t)64 << 10)
#define STACK_CHAIN_MAX 8 /* exceptions of one trace that are told apart */

struct stack {
    struct str thrown; /* "OrderException", "panic"; empty: this is no trace */
    struct str root;   /* what it was caused by in the end; of the same kind */
    struct str line;   /* the line that names the root */
    struct str frame;  /* the first line of a frame in own code; may be empty */
    struct str file;   /* "OrderService.java", the last part of its path; may be empty */
    struct str place;  /* "31": the line in it; may be empty */
    /* What is named, in this order: Java and Ruby tell what caused it below, Python and PHP above.
     */
    struct str chain[STACK_CHAIN_MAX];
    uint32_t chain_count;
};

struct stack stack_read(struct str text);

/* Whether a line can only be a part of a trace: a frame, or "Caused by:". */
bool stack_goes_on(struct str line);
