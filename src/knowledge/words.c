/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FTS5 has a language (AND, NEAR, column filters, prefixes). None of it can be reached: a word goes
 * in as a string of that language, and a string has no syntax but its own quote, which is doubled.
 */
#include "knowledge/words.h"

#include "base/map.h"
#include "base/utf8.h"
#include "text/terms.h"

/* Words of questions that say nothing of what is asked; those of every text come beside. */
static bool asks(struct str word)
{
    static const char *const words[] = {"what", "which", "who",  "whom", "when", "where",  "why",
                                        "how",  "doe",   "do",   "can",  "may",  "should", "i",
                                        "my",   "me",    "mean", "tell", "it",   "its"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(word, str_of(words[i])))
            return true;
    return false;
}

void words_put(struct buf *out, struct str text)
{
    struct terms terms = {.rest = text};
    struct term term;
    while (terms_next(&terms, &term)) {
        if (out->len > 0)
            buf_add_char(out, ' ');
        buf_add(out, term.text);
    }
}

static void put_quoted(struct buf *out, struct str word)
{
    buf_add(out, out->len > 0 ? STR(" OR \"") : STR("\""));
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] == '"')
            buf_add_char(out, '"');
        buf_add_char(out, word.ptr[i]);
    }
    buf_add_char(out, '"');
}

struct str words_question(struct arena *arena, struct str question)
{
    struct terms terms = {.rest = utf8_mended(arena, question)};
    struct term term;
    struct map telling = map_new(arena), others = map_new(arena);
    while (telling.count < QUESTION_WORDS_MAX && others.count < QUESTION_WORDS_MAX &&
           terms_next(&terms, &term))
        map_add(term_is_common(term.text) || asks(term.text) ? &others : &telling, term.text);
    const struct map *words = telling.count > 0 ? &telling : &others;
    struct buf out = buf_new(arena);
    for (uint32_t i = 0; i < words->count; i++)
        put_quoted(&out, words->keys[i]);
    return buf_str(&out);
}
