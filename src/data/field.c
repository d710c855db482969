/* SPDX-License-Identifier: Apache-2.0 */
#include "data/field.h"

#define DISTANCE_MAX 2 /* slips of the finger; more is another word */

const char *type_name(enum type type)
{
    static const char *const names[] = {
        [TYPE_BOOL] = "bool", [TYPE_INT] = "int",   [TYPE_REAL] = "real",     [TYPE_TEXT] = "text",
        [TYPE_TIME] = "time", [TYPE_SPAN] = "span", [TYPE_WINDOW] = "window", [TYPE_ROWS] = "rows",
    };
    return names[type];
}

const char *type_wanted(enum type type)
{
    static const char *const texts[] = {
        [TYPE_BOOL] = "true or false is wanted",
        [TYPE_INT] = "a whole number is wanted",
        [TYPE_REAL] = "a number is wanted",
        [TYPE_TEXT] = "a text is wanted",
        [TYPE_TIME] = "a time is wanted: RFC 3339, or unix seconds",
        [TYPE_SPAN] = "a span is wanted: 5m, 90s, or a number of seconds",
        [TYPE_WINDOW] = "a window is wanted: its start, and its end behind it",
        [TYPE_ROWS] = "rows come out, and cannot be given",
    };
    return texts[type];
}

const struct field *field_find(const struct field *fields, struct str name)
{
    for (; fields->name; fields++)
        if (str_eq(str_of(fields->name), name))
            return fields;
    return NULL;
}

const struct field *field_nearest(const struct field *fields, struct str name)
{
    const struct field *nearest = NULL;
    uint32_t least = DISTANCE_MAX + 1;
    for (; fields->name; fields++) {
        const uint32_t distance = str_distance(str_of(fields->name), name);
        if (distance < least && distance < name.len) {
            least = distance;
            nearest = fields;
        }
    }
    return nearest;
}
