/* SPDX-License-Identifier: Apache-2.0 */
/* A body as it was before it was packed for the way, bounded: a bomb goes off at its limit. */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

/*
 * `encoding` is that of the header: "", identity, gzip. ERR_OVER_BUDGET: it is larger than that
 * once unpacked; ERR_DENIED: an encoding that we do not read; ERR_PROTOCOL: it is damaged.
 */
MUST_CHECK bool body_unpack(struct arena *arena, struct str encoding, struct str packed,
                            size_t bytes_max, struct str *out, struct err *err);

/* The block format of snappy, in which Loki's senders pack their protobuf. */
MUST_CHECK bool body_unsnap(struct arena *arena, struct str packed, size_t bytes_max,
                            struct str *out, struct err *err);
