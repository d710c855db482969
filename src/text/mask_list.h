/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many values of one kind in a row are one slot, a list, whatever their number: how many there are
 * was filled in, too. For mask.c alone.
 */
#pragma once

#include "text/mask.h"

/* The slots that end a shape, of one kind and apart by the same. All zero: there are none. */
struct mask_list {
    enum entity of; /* what the list is of, once it is one */
    uint32_t from;  /* their first atom; the word itself where one came between */
};

/*
 * Called before a slot of `entity` that begins at `start` of the message is added. True: it belongs
 * to the list that is the last atom of `out` now, and shall not be added.
 */
bool mask_list_joins(struct mask_list *list, struct shape *out, struct str message,
                     enum entity entity, size_t start);
