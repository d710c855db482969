/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question goes two ways: by its words, where BM25 orders what has any of them (S. Robertson, H.
 * Zaragoza, "The Probabilistic Relevance Framework", 2009; FTS5's), and by its meaning, where each
 * passage is held against it. Their scores cannot be compared, their places can: reciprocal rank
 * fusion adds 1 / (60 + place) of each way (G. Cormack and others, "Reciprocal rank fusion
 * outperforms Condorcet and individual rank learning methods", SIGIR 2009). How much the way by
 * meaning counts was measured (docs/knowledge.md).
 *
 * What is found is a section: of several passages of one, the best stands for it.
 */
#include "knowledge/knowledge.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/utf8.h"
#include "knowledge/meaning.h"
#include "knowledge/words.h"

#include <stdlib.h>

#define DEPTH 100           /* passages that each way may bring */
#define FUSION 60.0         /* of the paper: how much the first place is worth over the tenth */
#define BY_MEANING 0.5      /* of a place by meaning, of one by words 1 */
#define MEANINGS_MAX 100000 /* passages that are held against a question: 0.1 s */

/* Titles and headings name the subject, in few words; the text below them speaks of it. */
#define BM25_SQL "bm25(kb_words, 3.0, 5.0, 1.0)"

struct found {
    int64_t passage, document;
    struct str section;
    double score; /* the larger the better */
};

struct way {
    struct found *items; /* the best first */
    uint32_t count;
};

static int compare_found(const void *left, const void *right)
{
    const struct found *a = left, *b = right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->passage < b->passage ? -1 : a->passage > b->passage;
}

static const struct field found_columns[] = {{"passage", TYPE_INT, 0, "", NULL},
                                             {"document", TYPE_INT, 0, "", NULL},
                                             {"section", TYPE_TEXT, 0, "", NULL},
                                             {"score", TYPE_REAL, 0, "", NULL},
                                             {0}};

static struct value kind_of(const struct kb_question *question)
{
    return value_text(question->has_kind ? str_of(kb_kind_name(question->kind)) : STR(""));
}

static bool by_words(struct ledger *ledger, struct arena *arena, const struct kb_question *question,
                     struct way *out, struct err *err)
{
    struct batch *rows;
    const struct value values[] = {value_text(words_question(arena, question->text)),
                                   kind_of(question), value_int(DEPTH)};
    if (values[0].text.len == 0)
        return true;
    if (!ledger_rows(ledger, arena,
                     "SELECT p.number AS passage, p.document, p.section, -" BM25_SQL
                     " AS score FROM kb_words JOIN kb_passages p ON p.number = kb_words.rowid"
                     " JOIN kb_documents d ON d.number = p.document"
                     " WHERE kb_words MATCH ?1 AND (?2 = '' OR d.kind = ?2)"
                     " ORDER BY score DESC, p.number LIMIT ?3",
                     values, 3, found_columns, &rows, err))
        return false;
    out->count = (uint32_t)rows->rows;
    out->items = arena_push_many(arena, struct found, rows->rows);
    for (size_t row = 0; row < rows->rows; row++)
        out->items[row] = (struct found){.passage = batch_column(rows, "passage")->integers[row],
                                         .document = batch_column(rows, "document")->integers[row],
                                         .section = batch_column(rows, "section")->texts[row],
                                         .score = batch_column(rows, "score")->reals[row]};
    return true;
}

static const struct field meaning_columns[] = {{"passage", TYPE_INT, 0, "", NULL},
                                               {"document", TYPE_INT, 0, "", NULL},
                                               {"section", TYPE_TEXT, 0, "", NULL},
                                               {"meaning", TYPE_TEXT, 0, "", NULL},
                                               {0}};

static bool by_meaning(struct ledger *ledger, struct arena *arena,
                       const struct kb_question *question, struct way *out, struct err *err)
{
    struct batch *rows;
    float asked[1][SENTENCE_NUMBERS], it[SENTENCE_NUMBERS];
    const struct str text = utf8_mended(arena, question->text);
    const struct value values[] = {kind_of(question), value_int(MEANINGS_MAX)};
    if (!ledger_rows(ledger, arena,
                     "SELECT p.number AS passage, p.document, p.section, p.meaning"
                     " FROM kb_passages p JOIN kb_documents d ON d.number = p.document"
                     " WHERE p.meaning <> '' AND (?1 = '' OR d.kind = ?1) ORDER BY 1 LIMIT ?2",
                     values, 2, meaning_columns, &rows, err))
        return false;
    sentence_encode(question->encoder, &text, 1, asked);
    out->items = arena_push_many(arena, struct found, rows->rows);
    for (size_t row = 0; row < rows->rows; row++)
        if (meaning_read(batch_column(rows, "meaning")->texts[row], it))
            out->items[out->count++] =
                (struct found){.passage = batch_column(rows, "passage")->integers[row],
                               .document = batch_column(rows, "document")->integers[row],
                               .section = batch_column(rows, "section")->texts[row],
                               .score = sentence_likeness(asked[0], it)};
    if (out->count > 1)
        qsort(out->items, out->count, sizeof *out->items, compare_found);
    out->count = out->count < DEPTH ? out->count : DEPTH;
    return true;
}

/* ---- both ---- */

struct fusion {
    struct arena *arena;
    struct map sections;
    struct found items[2 * DEPTH];
};

/* Places are those of sections: a long one does not take several. */
static void add_way(struct fusion *fusion, const struct way *way, double weight)
{
    struct map seen = map_new(fusion->arena);
    for (uint32_t i = 0; i < way->count; i++) {
        const struct found *it = &way->items[i];
        const struct str key =
            str_printf(fusion->arena, "%lld %.*s", (long long)it->document, STR_ARG(it->section));
        const uint32_t place = seen.count;
        if (map_add(&seen, key) < place)
            continue;
        const uint32_t known = fusion->sections.count;
        struct found *into = &fusion->items[map_add(&fusion->sections, key)];
        if (fusion->sections.count > known)
            *into = (struct found){
                .passage = it->passage, .document = it->document, .section = it->section};
        into->score += weight / (FUSION + 1 + place);
    }
}

static const struct field hit_columns[] = {
    {"path", TYPE_TEXT, 0, "", NULL},     {"title", TYPE_TEXT, 0, "", NULL},
    {"kind", TYPE_TEXT, 0, "", NULL},     {"sha", TYPE_TEXT, 0, "", NULL},
    {"added_ns", TYPE_INT, 0, "", NULL},  {"section", TYPE_TEXT, 0, "", NULL},
    {"text", TYPE_TEXT, 0, "", NULL},     {"first_line", TYPE_INT, 0, "", NULL},
    {"last_line", TYPE_INT, 0, "", NULL}, {0}};

static bool read_hit(struct ledger *ledger, struct arena *arena, const struct found *found,
                     struct kb_hit *out, struct err *err)
{
    struct batch *rows;
    const struct value values[] = {value_int(found->passage)};
    if (!ledger_rows(ledger, arena,
                     "SELECT d.path, d.title, d.kind, d.sha, d.added_ns, p.section, p.text,"
                     " p.first_line, p.last_line FROM kb_passages p"
                     " JOIN kb_documents d ON d.number = p.document WHERE p.number = ?1",
                     values, 1, hit_columns, &rows, err))
        return false;
    if (rows->rows == 0)
        return err_set(err, ERR_NOT_FOUND, "it was removed meanwhile; ask again");
    *out = (struct kb_hit){.number = found->passage,
                           .path = batch_column(rows, "path")->texts[0],
                           .title = batch_column(rows, "title")->texts[0],
                           .section = batch_column(rows, "section")->texts[0],
                           .text = batch_column(rows, "text")->texts[0],
                           .sha = batch_column(rows, "sha")->texts[0],
                           .added_ns = batch_column(rows, "added_ns")->integers[0],
                           .first_line = (uint32_t)batch_column(rows, "first_line")->integers[0],
                           .last_line = (uint32_t)batch_column(rows, "last_line")->integers[0],
                           .score = found->score};
    return kb_kind_parse(batch_column(rows, "kind")->texts[0], &out->kind) ||
           err_set(err, ERR_CORRUPT, "a document of a kind that is not known");
}

static bool search(struct ledger *ledger, struct arena *arena, struct arena *scratch,
                   const struct kb_question *question, struct kb_hit **out, uint32_t *count,
                   struct err *err)
{
    struct way words = {0}, meaning = {0};
    struct fusion *fusion = arena_push(scratch, struct fusion);
    fusion->arena = scratch;
    fusion->sections = map_new(scratch);
    const bool is_meant = question->encoder && question->by != KB_BY_WORDS;
    const bool is_worded = !question->encoder || question->by != KB_BY_MEANING;
    if ((is_worded && !by_words(ledger, scratch, question, &words, err)) ||
        (is_meant && !by_meaning(ledger, scratch, question, &meaning, err)))
        return false;
    add_way(fusion, &words, 1.0);
    add_way(fusion, &meaning, BY_MEANING);
    const uint32_t found = fusion->sections.count;
    if (found > 1)
        qsort(fusion->items, found, sizeof *fusion->items, compare_found);
    const uint32_t hits_max = question->hits_max < KB_HITS_MAX ? question->hits_max : KB_HITS_MAX;
    *count = found < hits_max ? found : hits_max;
    *out = arena_push_many(arena, struct kb_hit, *count);
    for (uint32_t i = 0; i < *count; i++)
        if (!read_hit(ledger, arena, &fusion->items[i], &(*out)[i], err))
            return false;
    return true;
}

bool kb_search(struct ledger *ledger, struct arena *arena, const struct kb_question *question,
               struct kb_hit **out, uint32_t *count, struct err *err)
{
    struct arena *scratch = arena_new("question");
    *count = 0;
    const bool ok = search(ledger, arena, scratch, question, out, count, err);
    arena_free(scratch);
    return ok;
}
