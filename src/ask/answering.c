/* SPDX-License-Identifier: Apache-2.0 */
#include "ask/answering.h"

#include "base/arena.h"
#include "guard/claim.h"

struct answering answering_new(struct arena *arena, const struct ask_matter *matter,
                               struct ask_answer *out)
{
    return (struct answering){.arena = arena,
                              .matter = matter,
                              .casefile = matter->report->casefile,
                              .out = out,
                              .last = &out->said,
                              .told = map_new(arena),
                              .beside = buf_new(arena)};
}

static void add(struct answering *answering, struct str text, bool is_command)
{
    const uint32_t before = answering->told.count;
    if (text.len == 0 || answering->out->said_count == SAID_MAX ||
        map_add(&answering->told, text) < before)
        return;
    struct said *said = arena_push(answering->arena, struct said);
    *said = (struct said){.text = str_copy(answering->arena, text), .is_command = is_command};
    *answering->last = said;
    answering->last = &said->next;
    answering->out->said_count++;
}

bool say(struct answering *answering, struct str text)
{
    struct err err = {0};
    if (!sentence_check_beside(text, buf_str(&answering->beside), answering->casefile->evidence,
                               &err)) {
        answering->out->refused++;
        return false;
    }
    add(answering, text, false);
    return true;
}

void say_again(struct answering *answering, struct str text)
{
    add(answering, text, false);
}

void say_all(struct answering *answering, const struct sentence *list)
{
    for (; list; list = list->next)
        say_again(answering, list->text);
}

void say_claim(struct answering *answering, const char *before, const struct evidence *evidence)
{
    struct str claim = evidence->claim;
    if (str_ends(claim, STR(".")))
        claim.len--;
    if (evidence->bearing == BEARING_GAP)
        add(answering, str_printf(answering->arena, "%s%.*s.", before, STR_ARG(claim)), false);
    else
        add(answering,
            str_printf(answering->arena, "%s%.*s [E%u].", before, STR_ARG(claim), evidence->id),
            false);
}

void say_command(struct answering *answering, struct str command)
{
    add(answering, command, true);
}

void say_beside(struct answering *answering, struct str text, struct str values)
{
    buf_add(&answering->beside, values);
    buf_add_char(&answering->beside, '\n');
    say(answering, text);
}
