/* SPDX-License-Identifier: Apache-2.0 */
/* The spans of one trace, parents above children. */
#pragma once

#include "base/buf.h"
#include "case/exhibit.h"

/* Spans of `suspect` stand out; empty: none do. */
void waterfall_draw(struct buf *out, const struct exhibit_trace *trace, struct str suspect);
