/* SPDX-License-Identifier: Apache-2.0 */
/* document_cut() and words_question(): any bytes are a document, and any are a question. */
#include "fuzz.h"

#include "base/arena.h"
#include "knowledge/cut.h"
#include "knowledge/words.h"

static void cut(struct str text, enum markup kind)
{
    struct arena *arena = arena_new("fuzz");
    const struct cutting cutting = document_cut(arena, text, kind);
    uint32_t lines = 1;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    fuzz_expect(cutting.count <= PASSAGES_MAX, "a document has a bounded number of passages");
    for (uint32_t i = 0; i < cutting.count; i++) {
        const struct passage *it = &cutting.passages[i];
        fuzz_expect(it->text.len <= PASSAGE_BYTES, "a passage is short");
        fuzz_expect(it->first_line >= 1 && it->first_line <= it->last_line &&
                        it->last_line <= lines,
                    "it stands in the document");
        fuzz_expect(i == 0 || it->first_line >= cutting.passages[i - 1].first_line,
                    "and not before the one before it");
    }
    arena_free(arena);
}

/* "word" OR "word": an even number of quotes, and nothing between them but OR. */
static void ask(struct str text)
{
    struct arena *arena = arena_new("fuzz");
    struct str query = words_question(arena, text);
    bool is_inside = false;
    for (size_t i = 0; i < query.len; i++) {
        const char c = query.ptr[i];
        fuzz_expect(c != '\0', "a query has no NUL");
        if (c == '"')
            is_inside = !is_inside;
        else
            fuzz_expect(is_inside || c == ' ' || c == 'O' || c == 'R', "only words are asked for");
    }
    fuzz_expect(!is_inside, "each quote ends");
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str text = fuzz_text(data, size);
    cut(text, MARKUP_MARKDOWN);
    cut(text, MARKUP_HTML);
    cut(text, MARKUP_TEXT);
    ask(text);
    return 0;
}
