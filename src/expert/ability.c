/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/ability.h"

static const struct {
    const char *name, *text;
} abilities[] = {
#define X(name, word, text) {#word, text},
    ABILITIES(X)
#undef X
};

const char *ability_name(enum ability ability)
{
    return abilities[ability].name;
}

const char *ability_text(enum ability ability)
{
    return abilities[ability].text;
}
