/* SPDX-License-Identifier: Apache-2.0 */
#include "summary/amounts.h"

#include "base/arena.h"
#include "guard/claim.h"

#include <math.h>

/* Two digits that mean something, and all of those before the point. */
static struct str shown(struct arena *arena, double value)
{
    const double size = fabs(value);
    const bool whole = size >= 10 || size == round(size);
    return str_printf(arena, "%.*f", whole ? 0 : size >= 0.1 ? 1 : 2, value);
}

struct amount amount_of(struct arena *arena, enum amount_unit unit, double value)
{
    static const struct {
        enum amount_unit unit;
        double from, divisor;
        const char *name;
    } scales[] = {
        {AMOUNT_SECONDS, 0.9995, 1, "s"},    {AMOUNT_SECONDS, 0, 1e-3, "ms"},
        {AMOUNT_BYTES, 0.9995e9, 1e9, "GB"}, {AMOUNT_BYTES, 0.9995e6, 1e6, "MB"},
        {AMOUNT_BYTES, 0.9995e3, 1e3, "kB"}, {AMOUNT_BYTES, 0, 1, "bytes"},
    };
    for (size_t i = 0; value != 0 && i < sizeof scales / sizeof *scales; i++)
        if (scales[i].unit == unit && fabs(value) >= scales[i].from)
            return (struct amount){str_printf(arena, "%s %s",
                                              shown(arena, value / scales[i].divisor).ptr,
                                              scales[i].name),
                                   scales[i].divisor};
    return (struct amount){claim_number(arena, value), 1};
}

enum amount_unit amount_unit_of(struct str metric)
{
    return str_ends(metric, STR("_bytes")) || str_ends(metric, STR("_bytes_total")) ? AMOUNT_BYTES
           : str_ends(metric, STR("_seconds"))                                      ? AMOUNT_SECONDS
                                                                                    : AMOUNT_NUMBER;
}
