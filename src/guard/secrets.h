/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a text says that is nobody else's business: keys, passwords, addresses of people.
 *
 * Found by form, so what looks like nothing (a password alone in a sentence) is not found. A thing
 * too many is masked rather than one too few: "token = string" loses its second word.
 */
#pragma once

#include "base/buf.h"

struct masked {
    uint32_t secrets;
    uint32_t emails;
};

/* Adds the text with `[secret]` and `[email]` in their places; counts them, where asked to. */
void secrets_mask(struct buf *out, struct str text, struct masked *masked);
