/* SPDX-License-Identifier: Apache-2.0 */
#include "text/mask_list.h"

#include <string.h>

#define LIST_MIN 12       /* so many of a kind in a row are a list */
#define SERIAL_LIST_MIN 3 /* the same for names that differ in their number: "db1 db2 db3" */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A list goes on: between this slot and the one before is what was there last time. */
static bool continues_list(const struct shape *out, uint32_t first, uint32_t last, uint32_t from)
{
    const struct atom *a = &out->atoms[last];
    const uint32_t gap = from - a->to;
    if (gap == 0 || gap > 2)
        return false;
    if (first == last)
        return true;
    const struct atom *b = &out->atoms[first + 1];
    const uint32_t gap_first = (uint32_t)(b->from - out->atoms[first].to);
    return gap == gap_first &&
           memcmp(out->text + a->to, out->text + out->atoms[first].to, gap) == 0;
}

/* "an14" and "an15": the same before the first digit. */
static bool same_head(struct str message, size_t a, size_t b)
{
    size_t i = 0;
    while (a + i < b && b + i < message.len && message.ptr[a + i] == message.ptr[b + i] &&
           !is_digit(message.ptr[a + i]))
        i++;
    if (i > 0 && b + i < message.len && message.ptr[a + i] == '-')
        a++; /* a sign */
    if (i > 0 && b + i < message.len && message.ptr[b + i] == '-')
        b++;
    return i > 0 && b + i < message.len && is_digit(message.ptr[a + i]) &&
           is_digit(message.ptr[b + i]);
}

/* The list is the last atom; it takes what follows at once. */
static bool grow(const struct mask_list *list, struct shape *out, enum entity entity)
{
    const struct atom *last = &out->atoms[out->atoms_count - 1];
    const uint32_t gap = out->len - last->to;
    if (gap == 0 || gap > 2 || list->of != entity)
        return false;
    out->len = last->to;
    return true;
}

/* The atoms from `from` on become one. */
static void make(struct mask_list *list, struct shape *out, enum entity entity)
{
    out->atoms_count = list->from + 1;
    struct atom *atom = &out->atoms[list->from];
    out->text[atom->from] = (char)ENTITY_LIST;
    atom->to = (uint16_t)(atom->from + 1);
    atom->entity = ENTITY_LIST;
    out->len = atom->to;
    list->of = entity;
}

bool mask_list_joins(struct mask_list *list, struct shape *out, struct str message,
                     enum entity entity, size_t start)
{
    const uint32_t count = out->atoms_count;
    const struct atom *last = count > 0 ? &out->atoms[count - 1] : NULL;
    const bool listed = last && last->entity == ENTITY_LIST;
    const bool goes_on =
        last && entity != ENTITY_WORD &&
        (listed ? grow(list, out, entity)
                : last->entity == entity && continues_list(out, list->from, count - 1, out->len));
    if (!goes_on) {
        list->from = count;
        return false;
    }
    if (listed)
        return true;
    const bool serial = entity == ENTITY_ID && same_head(message, last->start, start);
    if (count - list->from + 1 < (serial ? SERIAL_LIST_MIN : LIST_MIN))
        return false;
    make(list, out, entity);
    return true;
}
