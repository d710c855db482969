/* SPDX-License-Identifier: Apache-2.0 */
/* Spans in OTLP's JSON, as back ends of traces give them: ids in hexadecimal or base64. */
#pragma once

#include "connect/answer.h"
#include "connect/connector.h"

/* `root` is the trace, or what holds it as `trace`, `batches` or `resourceSpans`. */
void otlp_spans_read(struct arena *scratch, const struct source *source, const json_t *root,
                     struct gathered *out);

/* Attributes ([{"key", "value": {"stringValue"}}]) as labels; they live in `scratch`. */
struct labelled otlp_attributes(struct arena *scratch, const json_t *attributes);
