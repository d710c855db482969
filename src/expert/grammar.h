/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON Schema as a grammar that a sampler can be held to: GBNF, as llama.cpp reads it
 * (grammars/README.md of llama.cpp).
 *
 * Understood are `type` (also several), `properties` in their order, `required`, `items`,
 * `minItems`, `maxItems`, `minLength`, `maxLength`, `minimum` where it is 0 or more, `enum`,
 * `const`, `anyOf` and `oneOf`. No object has other members than its `properties`. What else a
 * schema asks (a pattern, say) is not in the grammar, so an answer in this form still has to be
 * judged.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

#define GRAMMAR_BYTES_MAX ((size_t)256 << 10)

/* ERR_USAGE: it is no schema, or one that no grammar can be made of; the text names the place. */
MUST_CHECK bool grammar_of_schema(struct arena *arena, struct str schema, struct str *out,
                                  struct err *err);
