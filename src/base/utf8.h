/* SPDX-License-Identifier: Apache-2.0 */
/* Characters of a text that came from outside, and may be none. */
#pragma once

#include "base/str.h"

#define UTF8_INVALID UINT32_MAX

/* Takes the first character off `rest`; UTF8_INVALID for a byte that is no UTF-8. */
uint32_t utf8_take(struct str *rest);

bool utf8_is_valid(struct str text);

/* The text itself where it is UTF-8; else a copy that has U+FFFD for each byte that is not. */
struct str utf8_mended(struct arena *arena, struct str text);
