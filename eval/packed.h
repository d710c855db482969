/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of a bundle that is packed: .tar.zst or .tar.gz.
 *
 * Of a name inside only what follows the last slash counts; links, devices and hidden files are
 * passed over. The program that is measured unpacks for itself, and leaves truth.json aside.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

bool packed_is(struct str path); /* by its name */

/* The name of what is packed: "/a/loss.tar.zst" is "loss". */
struct str packed_id(struct str path);

/* One file, whole, of at most `bytes_max`. ERR_NOT_FOUND: it is not in there. */
MUST_CHECK bool packed_read(struct arena *arena, struct str path, const char *name,
                            size_t bytes_max, struct str *out, struct err *err);

/* All files into `folder`, which exists. */
MUST_CHECK bool packed_unpack(struct str path, const char *folder, struct err *err);
