/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648, 4), with padding and without line ends. */
#pragma once

#include "base/buf.h"

void base64_put(struct buf *out, struct str bytes);
