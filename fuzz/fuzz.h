/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the targets share. A target hands any bytes to one parser and then says what must be true
 * of the outcome; the sanitizers say the rest.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct telemetry;

/* The entry point of each target; libFuzzer, or replay.c, calls it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process with that sentence where `holds` is false. */
void fuzz_expect(bool holds, const char *sentence);

/* The input as a text. */
struct str fuzz_text(const uint8_t *data, size_t size);

/* Whether `part` is empty or lies within `whole`. */
bool fuzz_is_inside(struct str whole, struct str part);

bool fuzz_is_utf8(struct str text);

/* An operation that has failed says why in a text that ends. */
void fuzz_expect_reason(bool ok, const struct err *err);

/*
 * A store with the tables of a case, empty and not sealed: one for all inputs, for to open one
 * takes longer than most inputs do.
 */
struct telemetry *fuzz_store(void);
