/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A claim is a sentence, so that its words are counted by how rare they are among the claims of the
 * case (the idf of BM25), and by nothing else. One common word is no answer: what is told shares a
 * third of what the question says.
 */
#include "ask/recall.h"

#include "base/arena.h"
#include "report/escape.h"
#include "text/terms.h"

#include <math.h>

#define SHARE_MIN 0.34
#define TOLD_MAX 4
#define WORDS_MAX 32
#define SNIPPET_CHARS 240

static struct map words_of(struct arena *arena, struct str text)
{
    struct map words = map_new(arena);
    struct terms terms = {.rest = text};
    struct term term;
    while (words.count < WORDS_MAX && terms_next(&terms, &term))
        if (!term_is_common(term.text))
            map_add(&words, term.text);
    return words;
}

struct nearness {
    const struct evidence *evidence;
    double share;
};

/* How much of the question each claim has. */
static uint32_t measure(struct arena *arena, const struct casefile *casefile,
                        const struct map *question, struct nearness *out)
{
    uint32_t count = 0, holders[WORDS_MAX] = {0};
    bool(*has)[WORDS_MAX] = arena_alloc(arena, (size_t)(casefile->evidence_count + 1) * WORDS_MAX);
    for (const struct evidence *it = casefile->evidence; it; it = it->next, count++) {
        struct terms terms = {.rest = it->claim};
        struct term term;
        out[count].evidence = it;
        while (terms_next(&terms, &term)) {
            const uint32_t word = map_find(question, term.text);
            if (word != MAP_NONE && !has[count][word]) {
                has[count][word] = true;
                holders[word]++;
            }
        }
    }
    double all = 0.0;
    for (uint32_t word = 0; word < question->count; word++)
        all += log(1.0 + (count - holders[word] + 0.5) / (holders[word] + 0.5));
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t word = 0; word < question->count; word++)
            if (has[i][word])
                out[i].share +=
                    log(1.0 + (count - holders[word] + 0.5) / (holders[word] + 0.5)) / all;
    return count;
}

bool recall_evidence(struct answering *answering, struct str question)
{
    const struct casefile *casefile = answering->casefile;
    const struct map words = words_of(answering->arena, question);
    struct nearness *near =
        arena_push_many(answering->arena, struct nearness, casefile->evidence_count + 1);
    const uint32_t count = measure(answering->arena, casefile, &words, near);
    uint32_t told = 0;
    for (; told < TOLD_MAX; told++) {
        struct nearness *best = NULL;
        for (uint32_t i = 0; i < count; i++)
            if (near[i].share >= SHARE_MIN && (!best || near[i].share > best->share))
                best = &near[i];
        if (!best)
            break;
        say_claim(answering, "", best->evidence);
        best->share = 0.0;
    }
    return told > 0;
}

/* On one line, and without what would look like a name or a citation of ours. */
static struct str snippet(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        buf_add_char(&out, c == '\n' || c == '`' ? ' ' : c == '[' ? '(' : c == ']' ? ')' : c);
    }
    return escape_clip(arena, str_trim(buf_str(&out)), SNIPPET_CHARS);
}

void recall_passages(struct answering *answering, struct str question, uint32_t count)
{
    const struct ask_matter *matter = answering->matter;
    struct ask_answer *out = answering->out;
    const struct kb_question asked = {
        .text = question, .encoder = matter->encoder, .hits_max = count};
    struct err err = {0};
    if (!matter->ledger || !kb_search(matter->ledger, answering->arena, &asked, &out->passages,
                                      &out->passages_count, &err))
        return;
    for (uint32_t i = 0; i < out->passages_count; i++) {
        const struct kb_hit *it = &out->passages[i];
        say_again(answering,
                  str_printf(answering->arena, "%s, written by people: \"%.*s\" [kb:%lld].",
                             snippet(answering->arena, it->title).ptr,
                             STR_ARG(snippet(answering->arena, it->text)), (long long)it->number));
    }
}
