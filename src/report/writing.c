/* SPDX-License-Identifier: Apache-2.0 */
#include "report/writing.h"

#include "base/arena.h"
#include "guard/claim.h"

void writing_add(struct writing *writing, struct sentence **list, struct str text)
{
    while (*list)
        list = &(*list)->next;
    *list = arena_push(writing->arena, struct sentence);
    **list = (struct sentence){.text = str_copy(writing->arena, text)};
}

void writing_remove(struct writing *writing, struct str text, const char *why)
{
    writing_add(writing, &writing->report->removed,
                str_printf(writing->arena, "%.*s (%s)", STR_ARG(text), why));
}

bool writing_say(struct writing *writing, struct sentence **list, struct str text)
{
    struct err err = {0};
    if (sentence_check(text, writing->casefile->evidence, &err)) {
        writing_add(writing, list, text);
        return true;
    }
    writing_remove(writing, text, err.text);
    return false;
}

struct str writing_without_stop(struct str text)
{
    text = str_trim(text);
    while (str_ends(text, STR(".")))
        text.len--;
    return text;
}

bool writing_say_claim(struct writing *writing, struct sentence **list, const char *before,
                       const struct evidence *evidence)
{
    const struct str claim = writing_without_stop(evidence->claim);
    return writing_say(
        writing, list,
        str_printf(writing->arena, "%s%.*s [E%u].", before, STR_ARG(claim), evidence->id));
}
