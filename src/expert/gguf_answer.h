/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the process that reads a GGUF file writes, a line of JSON at a time: pieces of an answer,
 * {"piece": TEXT}, and the line that ends it. That process reads bytes of strangers and may have
 * been taken over, so its lines are believed in nothing.
 */
#pragma once

#include "expert/expert.h"

#include "base/buf.h"

/* How far a text has been read that still grows; zero before the first. */
struct gguf_lines {
    size_t from;   /* where the next line begins */
    size_t looked; /* up to where no line ends */
};

/* The next whole line of `text`, without its end; false: there is none yet. */
bool gguf_line_next(struct gguf_lines *at, struct str text, struct str *line);

/* Whether more lines of the same answer follow. */
bool gguf_line_is_piece(struct str line);

/* Adds its text; nothing where it has none. */
void gguf_piece_put(struct buf *out, struct str line);

/*
 * The line that ends an answer. What is kept of it is copied into the arena. False: it tells of a
 * failure, or is none; ERR_PROTOCOL where it does not say of which kind.
 */
MUST_CHECK bool gguf_answer_read(const struct brief *brief, struct str line, struct arena *arena,
                                 struct opinion *out, struct err *err);
