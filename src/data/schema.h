/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON Schema (draft 2020-12) of what data/json.h reads and writes in its plain form, made from the
 * same fields: whoever calls a tool or an actor by JSON can know in advance what fits.
 */
#pragma once

#include "base/buf.h"
#include "data/field.h"

/* What record_from_json() takes: optional fields may be left out, no others may be there. */
void schema_put_input(struct buf *out, const struct field *fields);

/* What record_to_json() gives: all fields are there, and null where it is not known. */
void schema_put_output(struct buf *out, const struct field *fields);

/* {"name", "description", "input", "output"} on one line, the last two each a schema. */
struct str schema_of_signature(struct arena *arena, struct str name, const struct signature *sig);
