/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom expert check`: whether configured models do what their file says of them. */
#pragma once

#include "base/buf.h"
#include "expert/experts.h"
#include "net/courier.h"

/* Asks each two or three tiny questions and prints what came; whether all is well. */
bool probe_models(struct arena *arena, const struct experts *experts,
                  const struct transport *transport, bool json, struct buf *out);
