/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/databases/journal.h"

#include "base/arena.h"

#include <ctype.h>
#include <stdio.h>

static bool load(struct call *call, struct arena *arena, void *thing, struct err *err)
{
    struct journal *out = thing;
    struct lines lines;
    if (!lines_load(call, &lines, err))
        return false;
    unsigned *says = arena_push_many(arena, unsigned, lines.templates.count + 1);
    bool *is_server = arena_push_many(arena, bool, lines.services.count + 1);
    for (uint32_t i = 0; i < lines.templates.count; i++) {
        says[i] = database_line_of(lines.items[lines.exemplar[i]].message).says;
        is_server[lines.service_of[i]] |= (says[i] & DATABASE_SERVER) != 0;
    }
    *out = (struct journal){.lines = lines, .says = says, .is_server = is_server};
    return true;
}

bool journal_load(struct call *call, struct journal *out, struct err *err)
{
    return call_load_once(call, "databases", sizeof *out, load, out, err);
}

bool journal_next(const struct journal *journal, unsigned says, uint32_t *at,
                  const struct line **line, struct database_line *out)
{
    while (*at < journal->lines.count) {
        const struct line *it = &journal->lines.items[(*at)++];
        if (it->of_reference || !(journal->says[it->template] & says))
            continue;
        *out = database_line_of(it->message);
        if (out->says & says) {
            *line = it;
            return true;
        }
    }
    return false;
}

/* ---- whose ---- */

static bool is_word_end(struct str text, size_t at)
{
    return at >= text.len || !isalnum((unsigned char)text.ptr[at]);
}

static bool has_words(struct str text, struct str words)
{
    if (words.len == 0)
        return false;
    for (size_t from = 0; from < text.len;) {
        const size_t at = str_find(str_slice(text, from, text.len), words);
        if (at == STR_NPOS)
            return false;
        if ((from + at == 0 || is_word_end(text, from + at - 1)) &&
            is_word_end(text, from + at + words.len))
            return true;
        from += at + 1;
    }
    return false;
}

static struct str longest_in(const struct map *names, struct str text, struct str best)
{
    for (uint32_t i = 0; i < names->count; i++)
        if (names->keys[i].len > best.len && has_words(text, names->keys[i]))
            best = names->keys[i];
    return best;
}

struct str journal_service_of(const struct journal *journal, const struct topology *topology,
                              struct str application)
{
    const struct str best = longest_in(&topology->nodes, application, STR(""));
    return longest_in(&journal->lines.services, application, best);
}

/* ---- sessions ---- */

static uint32_t number_of(struct sessions *sessions, uint32_t service, struct str process)
{
    struct arena *arena = sessions->processes.arena;
    const uint32_t number =
        map_add(&sessions->processes, str_printf(arena, "%u %.*s", service, STR_ARG(process)));
    if (number >= sessions->room) {
        const uint32_t room = sessions->room > 0 ? sessions->room * 2 : 64;
        sessions->applications =
            arena_grow(arena, sessions->applications, sessions->room * sizeof(struct str),
                       room * sizeof(struct str));
        sessions->room = room;
    }
    return number;
}

#define TELLS (DATABASE_SESSION | DATABASE_WAIT | DATABASE_HOLD | DATABASE_STATEMENT)

struct sessions sessions_read(const struct journal *journal, struct arena *arena)
{
    struct sessions sessions = {.processes = map_new(arena)};
    const struct line *line;
    struct database_line said;
    for (uint32_t at = 0; journal_next(journal, TELLS, &at, &line, &said);) {
        if (said.process.len == 0 || said.application.len == 0)
            continue;
        const uint32_t number = number_of(&sessions, line->service, said.process);
        if (sessions.applications[number].len == 0)
            sessions.applications[number] = said.application;
    }
    return sessions;
}

void sessions_note(struct sessions *sessions, const struct line *line,
                   const struct database_line *said)
{
    if ((said->says & DATABASE_SESSION) && said->process.len > 0 && said->application.len > 0)
        sessions->applications[number_of(sessions, line->service, said->process)] =
            said->application;
}

struct str sessions_application(const struct sessions *sessions, uint32_t service,
                                struct str process)
{
    char key[64];
    if (process.len > 20)
        return STR("");
    const int len = snprintf(key, sizeof key, "%u %.*s", service, STR_ARG(process));
    const uint32_t number =
        map_find(&sessions->processes, (struct str){.ptr = key, .len = (size_t)len});
    return number == MAP_NONE ? STR("") : sessions->applications[number];
}
