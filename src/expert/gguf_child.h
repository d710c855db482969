/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process that reads a GGUF file: started with the first question about it, asked a line at a
 * time, and gone when we are. One that has died or was too late is started again with the next
 * question.
 */
#pragma once

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

struct arena;

#define GGUF_LINE_BYTES_MAX ((size_t)16 << 20)

/* A line that came before the last: part of an answer. */
typedef void gguf_piece_fn(void *state, struct str line);

/*
 * Sends `line`, and waits for the line that ends its answer: one that does not begin with
 * {"piece":. It lives in `arena`. Questions of several threads wait for each other. ERR_NOT_FOUND:
 * there is no program that reads such files; ERR_TIMEOUT; ERR_IO: it could not be started or has
 * died.
 */
MUST_CHECK bool gguf_child_ask(const char *path, struct str line, struct deadline deadline,
                               gguf_piece_fn *piece, void *state, struct arena *arena,
                               struct str *out, struct err *err);
