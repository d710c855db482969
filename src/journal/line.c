/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/line.h"

#include <string.h>

const char *line_name(enum line_type type)
{
    static const char *const names[] = {
#define X(id, name, text) #name,
        LINES(X)
#undef X
    };
    return names[type];
}

const char *line_text(enum line_type type)
{
    static const char *const texts[] = {
#define X(id, name, text) text,
        LINES(X)
#undef X
    };
    return texts[type];
}

static const char *const err_names[] = {
#define X(name, text) #name,
    ERR_KINDS(X)
#undef X
};

const char *line_err_name(enum err_kind kind)
{
    return err_names[kind];
}

enum err_kind line_err_kind(const char *name)
{
    for (size_t i = 0; name && i < sizeof err_names / sizeof *err_names; i++)
        if (strcmp(err_names[i], name) == 0)
            return (enum err_kind)i;
    return ERR_NONE;
}

/* FNV-1a. */
uint64_t line_sum(uint64_t sum, struct str bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        sum = (sum ^ (unsigned char)bytes.ptr[i]) * UINT64_C(1099511628211);
    return sum;
}
