/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stretch of atoms that may all belong to a date is one, if it holds a month and a day, or two
 * times. Programs write dates with words in them in the C locale; other languages stay words.
 */
#include "text/date.h"

#include <string.h>

enum part { PART_NONE, PART_WEEKDAY, PART_MONTH, PART_DAY, PART_YEAR, PART_TIME, PART_ZONE, PARTS };

static bool is_name_of(struct str word, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (word.len >= 3 && word.ptr[0] == names[i][0] &&
            (str_eq(word, str_slice(str_of(names[i]), 0, 3)) || str_eq(word, str_of(names[i]))))
            return true;
    return false;
}

bool date_is_month(struct str word)
{
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    return is_name_of(word, names, sizeof names / sizeof *names);
}

static bool is_weekday(struct str word)
{
    static const char *const names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday"};
    return is_name_of(word, names, sizeof names / sizeof *names);
}

/* "UTC", "GMT", "CEST": capitals that end in T, or one of two that do not. */
static bool is_zone(struct str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] < 'A' || word.ptr[i] > 'Z')
            return false;
    return str_eq(word, STR("UTC")) ||
           ((word.len == 3 || word.len == 4) && word.ptr[word.len - 1] == 'T');
}

static enum part part_of(struct str message, const struct atom *atom)
{
    const struct str text = str_slice(message, atom->start, atom->end);
    if (atom->entity == ENTITY_TIME)
        return PART_TIME;
    if (atom->entity == ENTITY_NUMBER)
        return text.len <= 2 ? PART_DAY : text.len == 4 ? PART_YEAR : PART_NONE;
    if (atom->entity != ENTITY_WORD)
        return PART_NONE;
    if (is_weekday(text))
        return PART_WEEKDAY;
    if (date_is_month(text))
        return PART_MONTH;
    return is_zone(text) ? PART_ZONE : PART_NONE;
}

/* How many atoms from `first` on make a date; 0: none does. No part comes twice. */
static uint32_t date_length(struct str message, const struct shape *shape, uint32_t first)
{
    uint32_t seen[PARTS] = {0};
    uint32_t count = 0;
    for (; first + count < shape->atoms_count; count++) {
        const struct atom *atom = &shape->atoms[first + count];
        const enum part part = part_of(message, atom);
        if (part == PART_NONE || (seen[part] > 0 && part != PART_TIME))
            break;
        const bool apart =
            count > 0 && (atom->from - atom[-1].to > 2 || (shape->text[atom->from - 1] != ' ' &&
                                                           shape->text[atom->from - 1] != ','));
        if (apart)
            break;
        seen[part]++;
    }
    const bool named = seen[PART_MONTH] > 0 && (seen[PART_DAY] > 0 || seen[PART_YEAR] > 0);
    const bool twice = seen[PART_TIME] > 1 && seen[PART_TIME] == count;
    return named || twice ? count : 0;
}

void date_join(struct str message, struct shape *shape)
{
    const uint32_t atoms_count = shape->atoms_count, len = shape->len;
    uint32_t kept = 0, to = 0, from = 0; /* text before `from` has gone to before `to` */
    for (uint32_t i = 0, n; i < atoms_count; i += n) {
        struct atom atom = shape->atoms[i];
        const uint32_t date = date_length(message, shape, i);
        n = date > 0 ? date : 1;
        const struct atom last = shape->atoms[i + n - 1];
        const uint32_t gap = atom.from - from;
        memmove(shape->text + to, shape->text + from, gap);
        to += gap;
        const uint32_t size = date > 0 ? 1u : (uint32_t)(atom.to - atom.from);
        if (date > 0) {
            shape->text[to] = (char)ENTITY_TIME;
            atom.entity = ENTITY_TIME;
        } else {
            memmove(shape->text + to, shape->text + atom.from, size);
        }
        atom.from = (uint16_t)to;
        atom.to = (uint16_t)(to + size);
        atom.end = last.end;
        to += size;
        from = last.to;
        shape->atoms[kept++] = atom;
    }
    memmove(shape->text + to, shape->text + from, len - from);
    shape->len = to + len - from;
    shape->atoms_count = kept;
}
