/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/known.h"

#include "data/file.h"

#define PATH "eval/known_near"
#define BYTES_MAX ((size_t)1 << 20)

bool known_read(struct arena *arena, struct pile **out, struct err *err)
{
    struct str text, line;
    if (!file_read(arena, PATH, BYTES_MAX, &text, err))
        return false;
    *out = pile_new(arena);
    while (str_split(&text, '\n', &line))
        if (!str_starts(line, STR("#")) && !pile_add(*out, line, STR(PATH)))
            return err_set(err, ERR_OVER_BUDGET, "%s: more than %d lines", PATH, PILE_TEXTS_MAX);
    pile_close(*out);
    return true;
}

bool known_is(struct arena *scratch, const struct pile *known, struct str text)
{
    struct pile *one = pile_new(scratch);
    if (!pile_add(one, text, STR("")) || pile_count(one) == 0)
        return false;
    const struct nearest nearest = pile_nearest(known, pile_text(one, 0));
    return nearest_is_near(&nearest);
}
