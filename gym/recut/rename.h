/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Other names for the same services, at word boundaries and wherever they stand.
 *
 * A word is of letters, digits and `_`, so `cart` is renamed in `cart-1`, `http://cart:8080/` and
 * `cart/cart.conf`, and not in `cart_items` or `cartoon`; of names that begin at the same place the
 * longest counts. A new name is as long as the old one and of small letters, so neither JSON nor
 * CSV nor a printed table can break. What products call their children ("worker process 12") is no
 * name.
 */
#pragma once

#include "base/buf.h"

#define RENAMES_MAX 256

struct renames {
    struct str from[RENAMES_MAX]; /* the longest first */
    struct str to[RENAMES_MAX];
    uint32_t count;
};

/*
 * Draws new names for `services`. A product stays what it is called (nginx is nginx in every shop),
 * and so do addresses and names of fewer than three letters. The same names and `seed`, the same
 * result.
 */
void renames_draw(struct renames *renames, struct arena *arena, const struct str *services,
                  uint32_t count, uint64_t seed);

void renames_apply(const struct renames *renames, struct str text, struct buf *out);
