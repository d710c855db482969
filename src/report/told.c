/* SPDX-License-Identifier: Apache-2.0 */
#include "report/told.h"

#include "base/arena.h"
#include "guard/said.h"

#include <stdlib.h>

#define SENTENCES_MAX 60 /* of all parts; a journal may have any number */

/* "E4 E9"; what is none of that cites nothing, and so does not pass. */
static uint32_t read_cites(struct str text, uint32_t cites[SAID_CITES_MAX])
{
    uint32_t count = 0;
    struct str part;
    while (count < SAID_CITES_MAX && str_split(&text, ' ', &part)) {
        int64_t number;
        if (!str_starts(part, STR("E")) || !str_to_int(str_slice(part, 1, part.len), &number) ||
            number <= 0 || number > UINT32_MAX)
            return 0;
        cites[count++] = (uint32_t)number;
    }
    return count;
}

static struct telling *telling_of(struct writing *writing, const struct prose *prose)
{
    struct telling **at = &writing->report->tellings;
    while (*at && !str_eq((*at)->part, prose->part))
        at = &(*at)->next;
    if (!*at) {
        *at = arena_push(writing->arena, struct telling);
        **at = (struct telling){.part = prose->part, .by = prose->expert};
    }
    return *at;
}

static void tell(struct writing *writing, const struct prose *prose)
{
    uint32_t cites[SAID_CITES_MAX];
    const uint32_t count = read_cites(prose->cites, cites);
    struct err err = {0};
    if (!said_check(writing->casefile, prose->text, cites, count, NULL, &err)) {
        writing_remove(writing, prose->text, err.text);
        return;
    }
    struct buf text = buf_new(writing->arena);
    buf_add(&text, writing_without_stop(prose->text));
    for (uint32_t i = 0; i < count; i++)
        buf_printf(&text, " [E%u]", cites[i]);
    buf_add_char(&text, '.');
    writing_add(writing, &telling_of(writing, prose)->sentences, buf_str(&text));
}

void told_write(struct writing *writing)
{
    uint32_t count = 0;
    for (const struct prose *it = writing->casefile->prose; it && count < SENTENCES_MAX;
         it = it->next, count++)
        tell(writing, it);
}

const struct telling *told_find(const struct report *report, const char *part)
{
    for (const struct telling *it = report->tellings; it; it = it->next)
        if (str_eq(it->part, str_of(part)))
            return it;
    return NULL;
}

struct str told_note(struct arena *arena, const struct telling *telling)
{
    return str_printf(arena,
                      "These are the words of a model, %.*s. Each sentence was held against the "
                      "evidence that it cites; those that it does not bear out were left out.",
                      STR_ARG(telling->by.len > 0 ? telling->by : STR("unnamed")));
}
