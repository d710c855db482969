/* SPDX-License-Identifier: Apache-2.0 */
#include "case/kind.h"

const char *kind_name(enum kind kind)
{
    static const char *const names[] = {
#define X(id, name, text) name,
        KINDS(X)
#undef X
    };
    return names[kind];
}

const char *kind_text(enum kind kind)
{
    static const char *const texts[] = {
#define X(id, name, text) text,
        KINDS(X)
#undef X
    };
    return texts[kind];
}
