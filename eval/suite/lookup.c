/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The retrieval solver of P. Clark and others, "Combining Retrieval, Statistics, and Inference to
 * Answer Elementary Science Questions", AAAI 2016: question and option are searched for together,
 * and a passage counts that has words of both. The knowledge base's own score orders the passages
 * of one search and says nothing between two, so it is the share of the question's words times the
 * share of the option's. An encoder's likeness to question and option is added; neither is above 1.
 */
#include "eval/suite/lookup.h"

#include "base/arena.h"
#include "base/map.h"
#include "knowledge/cut.h"
#include "knowledge/knowledge.h"
#include "knowledge/shelf.h"
#include "text/terms.h"

#include <unistd.h>

#define PASSAGES 5 /* what the knowledge base is measured by, too (eval/kb.c) */

/* What the project says in words: of its documents, of runbooks, of complaints in logs. */
const char *const lookup_shelves[] = {
    "README.md", "docs", "runbooks", "src/agent/logs/complaint.c", "src/agent/logs/complaints.c",
    NULL};

struct lookup {
    struct arena *base;    /* of the ledger */
    struct arena *scratch; /* of one question */
    struct ledger *ledger;
    const char *path;
    const struct sentence_encoder *encoder;
};

static void remove_base(const struct lookup *lookup)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        unlink(str_printf(lookup->scratch, "%s%s", lookup->path, ends[i]).ptr);
}

static bool add(struct lookup *lookup, const char *name, struct err *err)
{
    struct shelf shelf;
    if (!shelf_look(lookup->base, name, &shelf, err))
        return false;
    for (uint32_t i = 0; i < shelf.count; i++) {
        struct kb_document document = {.path = shelf.files[i],
                                       .markup = markup_of_name(shelf.files[i])};
        struct kb_result result;
        if (!shelf_read(lookup->base, shelf.files[i].ptr, DOCUMENT_BYTES_MAX, &document.bytes,
                        err) ||
            !kb_add(lookup->ledger, &document, lookup->encoder, 0, &result, err))
            return false;
    }
    return true;
}

static bool fill(struct lookup *lookup, struct err *err)
{
    for (const char *const *shelf = lookup_shelves; *shelf; shelf++)
        if (!add(lookup, *shelf, err))
            return err_context(err, "the documents are those of the folder that this runs in");
    return true;
}

bool lookup_open(struct arena *arena, const char *folder, const struct sentence_encoder *encoder,
                 struct lookup **out, struct err *err)
{
    struct lookup *lookup = arena_push(arena, struct lookup);
    *lookup = (struct lookup){.base = arena_new("lookup"),
                              .scratch = arena_new("lookup"),
                              .path = str_printf(arena, "%s/lookup.db", folder).ptr,
                              .encoder = encoder};
    remove_base(lookup);
    if (ledger_open(lookup->base, lookup->path, &lookup->ledger, err) && fill(lookup, err)) {
        *out = lookup;
        return true;
    }
    lookup_close(lookup);
    return false;
}

void lookup_close(struct lookup *lookup)
{
    arena_free(lookup->base);
    remove_base(lookup);
    arena_free(lookup->scratch);
}

/* ---- choosing ---- */

static void put_words(struct map *words, struct str text)
{
    struct terms terms = {.rest = text};
    struct term term;
    while (terms_next(&terms, &term))
        if (!term_is_common(term.text))
            map_add(words, term.text);
}

double lookup_share(struct arena *scratch, struct str asked, struct str passage)
{
    struct map wanted = map_new(scratch), there = map_new(scratch);
    uint32_t found = 0;
    put_words(&wanted, asked);
    put_words(&there, passage);
    for (uint32_t i = 0; i < wanted.count; i++)
        found += map_find(&there, wanted.keys[i]) != MAP_NONE;
    return wanted.count > 0 ? (double)found / wanted.count : 0.0;
}

/* How near the nearest passage is, from 0. */
static bool nearness(struct lookup *lookup, struct str asked, struct str option, double *out,
                     struct err *err)
{
    static float meanings[2][SENTENCE_NUMBERS];
    const struct str both =
        str_printf(lookup->scratch, "%.*s %.*s", STR_ARG(asked), STR_ARG(option));
    const struct kb_question question = {
        .text = both, .encoder = lookup->encoder, .hits_max = PASSAGES};
    struct kb_hit *hits;
    uint32_t count;
    *out = 0.0;
    if (!kb_search(lookup->ledger, lookup->scratch, &question, &hits, &count, err))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        double near = lookup_share(lookup->scratch, asked, hits[i].text) *
                      lookup_share(lookup->scratch, option, hits[i].text);
        if (lookup->encoder) {
            sentence_encode(lookup->encoder, (const struct str[]){both, hits[i].text}, 2, meanings);
            near += sentence_likeness(meanings[0], meanings[1]);
        }
        if (near > *out)
            *out = near;
    }
    return true;
}

bool lookup_choose(struct lookup *lookup, const struct exam_question *question, uint32_t *out,
                   struct err *err)
{
    double best = -1.0;
    for (uint32_t i = 0; i < OPTIONS; i++) {
        double near;
        if (!nearness(lookup, question->text, question->options[i], &near, err))
            return false;
        if (near > best) {
            best = near;
            *out = i;
        }
    }
    arena_reset(lookup->scratch);
    return true;
}
