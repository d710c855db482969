/* SPDX-License-Identifier: Apache-2.0 */
#include "data/field.h"

const char *type_name(enum type type)
{
    static const char *const names[] = {
        [TYPE_BOOL] = "bool", [TYPE_INT] = "int",   [TYPE_REAL] = "real",     [TYPE_TEXT] = "text",
        [TYPE_TIME] = "time", [TYPE_SPAN] = "span", [TYPE_WINDOW] = "window", [TYPE_ROWS] = "rows",
    };
    return names[type];
}
