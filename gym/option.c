/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/verbs.h"

const char *verb_option(const char *name, int argc, char **argv, int *at)
{
    const char *word = argv[*at];
    const size_t len = strlen(name);
    if (strncmp(word, name, len) != 0)
        return NULL;
    if (word[len] == '=')
        return word + len + 1;
    return word[len] == '\0' && *at + 1 < argc ? argv[++*at] : NULL;
}
