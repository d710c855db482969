/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does the knowledge base find the section that answers? Questions with the document and the
 * section where the answer stands, over documents that are added to a ledger of its own: by words,
 * and with the weights of the encoder by meaning and by both. What counts is the share of questions
 * whose section is the first, and is among the first five, with Wilson's interval of 95 %.
 */
#include "eval/verb.h"

#include "base/arena.h"
#include "base/buf.h"
#include "knowledge/cut.h"
#include "knowledge/knowledge.h"
#include "knowledge/shelf.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define QUESTIONS_MAX 1000
#define QUESTIONS_BYTES_MAX ((size_t)1 << 20)
#define FIRST 5
#define Z95 1.96

struct asked {
    struct str text, document, sections; /* alternatives, with | between */
};

struct options {
    const char *questions, *documents, *encoder;
    double at_least; /* of the way by words, among the first five */
    bool misses;
};

struct tally {
    uint32_t first, among, count;
};

static bool parse(int argc, char **argv, struct options *out, struct err *err)
{
    static const struct option known[] = {{"encoder", required_argument, NULL, 'e'},
                                          {"at-least", required_argument, NULL, 'a'},
                                          {"misses", no_argument, NULL, 'm'},
                                          {0}};
    int option;
    *out = (struct options){0};
    while ((option = getopt_long(argc, argv, ":", known, NULL)) != -1)
        if (option == 'e')
            out->encoder = optarg;
        else if (option == 'm')
            out->misses = true;
        else if (option != 'a' || !str_to_real(str_of(optarg), &out->at_least))
            return option == 'a' ? err_set(err, ERR_USAGE, "--at-least wants a share, 0 to 1")
                                 : verb_wrong_option(option, argv, err);
    if (argc - optind != 2)
        return err_set(err, ERR_USAGE,
                       "wanted: warroom eval kb QUESTIONS.tsv FOLDER [--encoder DIR] "
                       "[--at-least SHARE] [--misses]");
    out->questions = argv[optind];
    out->documents = argv[optind + 1];
    return true;
}

static bool read_questions(struct arena *arena, const char *path, struct asked *out,
                           uint32_t *count, struct err *err)
{
    struct str text, line;
    if (!shelf_read(arena, path, QUESTIONS_BYTES_MAX, &text, err))
        return false;
    for (uint32_t number = 1; str_split(&text, '\n', &line); number++) {
        struct asked it = {0};
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (*count == QUESTIONS_MAX || !str_split(&line, '\t', &it.text) ||
            !str_split(&line, '\t', &it.document))
            return err_set(err, ERR_USAGE, "%s: line %u: a question, a document and its sections",
                           path, number);
        it.sections = line;
        out[(*count)++] = it;
    }
    return true;
}

static bool add_all(struct arena *arena, struct ledger *ledger, const char *folder,
                    const struct sentence_encoder *encoder, struct err *err)
{
    struct shelf shelf;
    if (!shelf_look(arena, folder, &shelf, err))
        return false;
    for (uint32_t i = 0; i < shelf.count; i++) {
        struct kb_document document = {.path = shelf.files[i],
                                       .markup = markup_of_name(shelf.files[i])};
        struct kb_result result;
        if (!shelf_read(arena, shelf.files[i].ptr, DOCUMENT_BYTES_MAX, &document.bytes, err) ||
            !kb_add(ledger, &document, encoder, 0, &result, err))
            return false;
    }
    return true;
}

static bool answers(const struct kb_hit *hit, const struct asked *asked)
{
    struct str last = hit->section, alternatives = asked->sections, one;
    for (size_t at; (at = str_find(last, STR(" > "))) != STR_NPOS;)
        last = str_slice(last, at + 3, last.len);
    if (!str_ends(hit->path, asked->document))
        return false;
    if (alternatives.len == 0 || alternatives.ptr[0] == '|')
        if (last.len == 0)
            return true;
    while (str_split(&alternatives, '|', &one))
        if (one.len > 0 && str_eq(one, last))
            return true;
    return false;
}

static bool ask(struct arena *arena, struct ledger *ledger, const struct asked *asked,
                const struct sentence_encoder *encoder, enum kb_by by, struct tally *tally,
                struct err *err)
{
    const struct kb_question question = {
        .text = asked->text, .encoder = encoder, .by = by, .hits_max = FIRST};
    struct kb_hit *hits;
    uint32_t count;
    if (!kb_search(ledger, arena, &question, &hits, &count, err))
        return false;
    tally->count++;
    for (uint32_t i = 0; i < count; i++)
        if (answers(&hits[i], asked)) {
            tally->first += i == 0;
            tally->among++;
            break;
        }
    return true;
}

/* ---- telling ---- */

static void put_share(struct buf *out, uint32_t hits, uint32_t count)
{
    const double n = count > 0 ? count : 1, share = hits / n;
    const double middle = (share + Z95 * Z95 / (2 * n)) / (1 + Z95 * Z95 / n);
    const double half =
        Z95 / (1 + Z95 * Z95 / n) * sqrt(share * (1 - share) / n + Z95 * Z95 / (4 * n * n));
    buf_printf(out, "  %.2f [%.2f, %.2f]", share, middle - half, middle + half);
}

static const struct {
    const char *name;
    enum kb_by by;
    bool wants_encoder;
} ways[] = {
    {"words", KB_BY_WORDS, false}, {"meaning", KB_BY_MEANING, true}, {"both", KB_BY_BOTH, true}};

static bool measure(struct arena *arena, struct ledger *ledger, const struct options *options,
                    const struct sentence_encoder *encoder, struct buf *out, bool *is_enough,
                    struct err *err)
{
    struct asked *all = arena_push_many(arena, struct asked, QUESTIONS_MAX);
    uint32_t count = 0;
    if (!read_questions(arena, options->questions, all, &count, err))
        return false;
    buf_printf(out, "%u questions\nway      first              of five\n", count);
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
        struct tally tally = {0};
        if (ways[way].wants_encoder && !encoder)
            continue;
        for (uint32_t i = 0; i < count; i++) {
            const uint32_t before = tally.among;
            if (!ask(arena, ledger, &all[i], encoder, ways[way].by, &tally, err))
                return false;
            if (options->misses && tally.among == before)
                fprintf(stderr, "%s: %.*s\n", ways[way].name, STR_ARG(all[i].text));
        }
        buf_printf(out, "%-7s", ways[way].name);
        put_share(out, tally.first, tally.count);
        put_share(out, tally.among, tally.count);
        buf_add_char(out, '\n');
        if (way == 0)
            *is_enough = tally.among >= options->at_least * tally.count;
    }
    return true;
}

static bool measure_all(struct arena *arena, const struct options *options, const char *path,
                        bool *is_enough, struct err *err)
{
    struct ledger *ledger;
    const struct sentence_encoder *encoder = NULL;
    struct buf out = buf_new(arena);
    return (!options->encoder || sentence_open(arena, options->encoder, &encoder, err)) &&
           ledger_open(arena, path, &ledger, err) &&
           add_all(arena, ledger, options->documents, encoder, err) &&
           measure(arena, ledger, options, encoder, &out, is_enough, err) &&
           verb_print(buf_str(&out), err);
}

static int run(int argc, char **argv)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[] = "/tmp/warroom-kb-XXXXXX";
    struct options options;
    bool is_enough = true;
    struct err err = {0};
    if (!parse(argc, argv, &options, &err))
        return verb_complain("eval kb", &err);
    const int fd = mkstemp(path);
    if (fd < 0)
        return verb_complain("eval kb",
                             (err_set(&err, ERR_IO, "%s: it cannot be made", path), &err));
    close(fd);
    struct arena *arena = arena_new("eval kb");
    const bool ok = measure_all(arena, &options, path, &is_enough, &err);
    arena_free(arena);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
    return !ok ? verb_complain("eval kb", &err) : is_enough ? EXIT_MEASURED : EXIT_UNDER;
}

const struct verb verb_kb = {
    .name = "kb", .summary = "Whether the knowledge base finds what answers", .run = run};
