/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/connector.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>

#define NOTE_BYTES_MAX 400

#define X(name) extern const struct connector connector_##name;
#include "connect/connector_list.inc"
#undef X

const struct connector *const connectors[] = {
#define X(name) &connector_##name,
#include "connect/connector_list.inc"
#undef X
    NULL,
};

const struct connector *connector_find(struct str name)
{
    for (const struct connector *const *it = connectors; *it; it++)
        if (str_eq(name, str_of((*it)->name)))
            return *it;
    return NULL;
}

const char *wanted_name(enum wanted wanted)
{
    static const char *const names[] = {
#define X(id, name) [WANT_##id] = name,
        WANTED(X)
#undef X
    };
    return names[wanted];
}

/* ---- questions ---- */

static const struct str *copy_names(struct arena *arena, const struct str *names, uint32_t count)
{
    struct str *copies = arena_push_many(arena, struct str, count > 0 ? count : 1);
    for (uint32_t i = 0; i < count; i++)
        copies[i] = str_copy(arena, names[i]);
    return copies;
}

static const struct matcher *copy_matchers(struct arena *arena, const struct matcher *matchers,
                                           uint32_t count)
{
    struct matcher *copies = arena_push_many(arena, struct matcher, count > 0 ? count : 1);
    for (uint32_t i = 0; i < count; i++)
        copies[i] = (struct matcher){.name = str_copy(arena, matchers[i].name),
                                     .value = str_copy(arena, matchers[i].value)};
    return copies;
}

void gathered_ask(struct gathered *gathered, const struct question *question)
{
    struct arena *arena = gathered->arena;
    if (gathered->questions_count == QUESTIONS_MAX) {
        gathered_left_out(gathered, "more than %d questions were to be asked; the rest was not",
                          QUESTIONS_MAX);
        return;
    }
    if (!gathered->questions)
        gathered->questions = arena_push_many(arena, struct question, QUESTIONS_MAX);
    struct question *copy = &gathered->questions[gathered->questions_count++];
    *copy = *question;
    copy->service = str_copy(arena, question->service);
    copy->cursor = str_copy(arena, question->cursor);
    copy->names = copy_names(arena, question->names, question->names_count);
    copy->matchers = copy_matchers(arena, question->matchers, question->matchers_count);
}

/* ---- notes ---- */

static void note(struct gathered *gathered, const char *format, va_list args)
{
    char text[NOTE_BYTES_MAX];
    vsnprintf(text, sizeof text, format, args);
    for (uint32_t i = 0; i < gathered->notes_count; i++)
        if (str_eq(gathered->notes[i], str_of(text)))
            return;
    if (gathered->notes_count < GATHERED_NOTES_MAX)
        gathered->notes[gathered->notes_count++] = str_copy(gathered->arena, str_of(text));
}

void gathered_note(struct gathered *gathered, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    note(gathered, format, args);
    va_end(args);
}

void gathered_left_out(struct gathered *gathered, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    note(gathered, format, args);
    va_end(args);
    gathered->incomplete = true;
}

/* ---- facts ---- */

void gathered_learn(struct gathered *gathered, const char *name, struct str value)
{
    uint32_t at = 0;
    while (at < gathered->facts_count && !str_eq(gathered->facts[at].name, str_of(name)))
        at++;
    if (at == GATHERED_FACTS_MAX)
        return;
    gathered->facts_count += at == gathered->facts_count;
    gathered->facts[at] =
        (struct label){.name = str_of(name), .value = str_copy(gathered->arena, value)};
}

struct str gathered_fact(const struct gathered *gathered, const char *name)
{
    for (uint32_t i = 0; i < gathered->facts_count; i++)
        if (str_eq(gathered->facts[i].name, str_of(name)))
            return gathered->facts[i].value;
    return STR("");
}

bool gathered_is_new(struct gathered *gathered, struct str id)
{
    if (!gathered->seen.arena)
        gathered->seen = map_new(gathered->arena);
    const uint32_t before = gathered->seen.count;
    return map_add(&gathered->seen, id) == before;
}
