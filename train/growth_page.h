/* SPDX-License-Identifier: Apache-2.0 */
/* The learning curve as a page of HTML by itself, and as lines for a terminal. */
#pragma once

#include "base/buf.h"
#include "train/growth.h"

struct growth_page {
    const struct examples *examples;
    const struct growth_how *how;
    const struct growth *growths; /* by split */
};

void growth_write_page(const struct growth_page *page, struct buf *out);
void growth_write_text(const struct growth_page *page, struct buf *out);
