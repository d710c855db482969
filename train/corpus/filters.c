/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom train filters`: learns what the filters of `warroom train corpus` go by.
 *
 * Relevance is learned from short texts of known topics (seeds.txt), and measured on topics that
 * were left out. For quality the good are those texts and documents of the user, and the bad are
 * made from them, each in one of the ways in which pages go bad; measured on ways that were left
 * out.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "data/file.h"
#include "data/json.h"
#include "eval/verb.h"
#include "train/corpus/draw.h"
#include "train/corpus/gather.h"
#include "train/corpus/worth.h"
#include "train/keep.h"
#include "train/logistic.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROWS_MAX_OF_FILTERS 20000u
#define TEXTS_MAX 4000u
#define PENALTY 1.0 /* on the weights of features between 0 and some; the bias is free */
#define SEEDS_BYTES_MAX ((size_t)1 << 20)

static const char help[] =
    "Learns what `warroom train corpus` keeps: which prose is about running software, and which "
    "was\n"
    "written by somebody for somebody.\n"
    "\n"
    "usage: warroom train filters SEEDS [DOCUMENTS...] --out FILE [--seed N]\n"
    "\n"
    "SEEDS is a text of lines: `+ topic` or `- topic`, and below it what is, or is not, about "
    "running\n"
    "software. DOCUMENTS are files and folders of good prose about it.\n"
    "\n"
    "      --out FILE    write the weights there\n"
    "      --seed N      of how good texts are spoilt (default 1)\n"
    "      --help        this text\n"
    "\n"
    "exit status: 0 learnt; 2 not learnt: wrong usage, a file that cannot be read\n";

struct texts {
    struct arena *arena;
    struct str *items;
    bool *about;      /* whether it is about running software */
    uint32_t *topics; /* what is left out as a whole */
    uint32_t count;
    struct map names;
};

static void add_text(struct texts *texts, struct str text, bool about, struct str topic)
{
    if (texts->count == TEXTS_MAX)
        return;
    texts->items[texts->count] = str_copy(texts->arena, text);
    texts->about[texts->count] = about;
    texts->topics[texts->count++] = map_add(&texts->names, topic);
}

static bool read_seeds(struct texts *texts, const char *path, struct err *err)
{
    struct str rest, line, topic = STR("");
    if (!file_read(texts->arena, path, SEEDS_BYTES_MAX, &rest, err))
        return false;
    bool about = false;
    while (str_split(&rest, '\n', &line)) {
        if (str_starts(line, STR("+ ")) || str_starts(line, STR("- "))) {
            about = line.ptr[0] == '+';
            topic = str_slice(line, 2, line.len);
        } else if (line.len > 0 && topic.len > 0) {
            add_text(texts, line, about, topic);
        }
    }
    return texts->count > 0 ||
           err_set(err, ERR_USAGE, "%s: no `+ topic` or `- topic` is in it", path);
}

static bool take_document(void *state, const struct document *document, struct err *err)
{
    (void)err;
    struct texts *texts = state;
    const size_t end = str_find(document->source, STR("#"));
    if (document->kind == DOCUMENT_PROSE)
        add_text(texts, document->text, true, str_slice(document->source, 0, end));
    return true;
}

static void pass_over(void *state, enum passed_over why, struct str source, const char *what)
{
    (void)state, (void)why, (void)source, (void)what;
}

/* ---- what is spoilt ---- */

/* In which a page goes bad. */
enum way {
    WAY_SHUFFLED, /* words in no order */
    WAY_REPEATED, /* the same words again and again */
    WAY_MENU,     /* links of a page */
    WAY_NOISE,    /* letters that were read wrongly */
    WAY_ENCODED,  /* base64 */
    WAY_NUMBERS,  /* a table */
    WAY_MINIFIED, /* code on one line */
    WAY_SHOP,     /* a page that sells */
    WAYS_COUNT
};

static uint32_t words_of(struct arena *arena, struct str text, struct str **out)
{
    struct str *words = arena_push_many(arena, struct str, text.len + 1), word;
    uint32_t count = 0;
    while (str_split(&text, ' ', &word))
        if (str_trim(word).len > 0)
            words[count++] = str_trim(word);
    *out = words;
    return count;
}

static void put_word(struct buf *out, enum way way, struct str word, uint32_t at, uint64_t *state)
{
    static const char *const links[] = {"Home",   "About",          "Sign up",
                                        "Log in", "Privacy policy", "Next"};
    static const char *const offers[] = {"Buy now!", "FREE SHIPPING", "Click here", "SALE!!!",
                                         "Subscribe"};
    const uint64_t chance = draw(state);
    switch (way) {
    case WAY_MENU:
        buf_printf(out, "%.*s\n%s", STR_ARG(word), at % 3 == 0 ? links[chance % 6] : "");
        break;
    case WAY_NOISE:
        for (size_t i = 0; i < word.len; i++)
            buf_add_char(out, draw(state) % 4 == 0 ? (char)('!' + draw(state) % 60) : word.ptr[i]);
        buf_add_char(out, chance % 3 == 0 ? '~' : ' ');
        break;
    case WAY_ENCODED:
        for (size_t i = 0; i < word.len + 4; i++)
            buf_add_char(
                out,
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[draw(state) %
                                                                                   64]);
        buf_add(out, at % 12 == 11 ? STR("\n") : STR(""));
        break;
    case WAY_NUMBERS:
        buf_printf(out, "%llu.%llu%s", (unsigned long long)(chance % 1000),
                   (unsigned long long)(draw(state) % 100), at % 8 == 7 ? "\n" : " ");
        break;
    case WAY_MINIFIED:
        buf_printf(out, "%.*s%c%.*s%c", STR_ARG(word), "({[;=.,"[chance % 7], (int)(chance % 3),
                   "abc", ")}];"[draw(state) % 4]);
        break;
    case WAY_SHOP:
        buf_printf(out, "%.*s %s ", STR_ARG(word), at % 4 == 0 ? offers[chance % 5] : "");
        break;
    case WAY_SHUFFLED:
    case WAY_REPEATED:
    case WAYS_COUNT:
        buf_printf(out, "%.*s%s", STR_ARG(word), at % 14 == 13 ? "\n" : " ");
        break;
    }
}

static struct str spoil(struct arena *arena, enum way way, struct str text, uint64_t *state)
{
    struct buf out = buf_new(arena);
    struct str *words;
    const uint32_t count = words_of(arena, text, &words);
    const uint32_t piece = 8 + (uint32_t)(draw(state) % 8);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t at = way == WAY_SHUFFLED   ? (uint32_t)(draw(state) % count)
                            : way == WAY_REPEATED ? i % (piece < count ? piece : count)
                                                  : i;
        put_word(&out, way, words[at], i, state);
    }
    return buf_str(&out);
}

/* ---- learning ---- */

struct lesson {
    struct arena *arena;
    enum worth worth;
    struct logistic_rows rows;
};

static struct lesson lesson_new(struct arena *arena, enum worth worth)
{
    const uint32_t columns = worth_columns(worth);
    return (struct lesson){
        .arena = arena,
        .worth = worth,
        .rows = {.values = arena_push_many(arena, double, (size_t)ROWS_MAX_OF_FILTERS *columns),
                 .came = arena_push_many(arena, bool, ROWS_MAX_OF_FILTERS),
                 .weights = arena_push_many(arena, double, ROWS_MAX_OF_FILTERS),
                 .groups = arena_push_many(arena, uint32_t, ROWS_MAX_OF_FILTERS),
                 .columns = columns}};
}

static void add_row(struct lesson *lesson, struct str text, bool came, uint32_t group)
{
    struct logistic_rows *rows = &lesson->rows;
    double columns[WORTH_COLUMNS];
    if (rows->count == ROWS_MAX_OF_FILTERS)
        return;
    worth_look(lesson->worth, text, columns);
    memcpy(&rows->values[(size_t)rows->count * rows->columns], columns,
           rows->columns * sizeof *columns);
    rows->came[rows->count] = came;
    rows->weights[rows->count] = 1.0;
    rows->groups[rows->count++] = group;
}

static void fit(const struct lesson *lesson, uint32_t left_out, double *weights)
{
    double penalties[WORTH_COLUMNS];
    for (uint32_t i = 0; i < lesson->rows.columns; i++)
        penalties[i] = i == 0 ? 0.0 : PENALTY;
    logistic_fit(lesson->arena, &lesson->rows, left_out, penalties, weights);
}

struct measured {
    uint32_t good, good_kept, bad, bad_refused;
};

static bool is_kept(const struct logistic_rows *rows, uint32_t row, const double *weights)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < rows->columns; i++)
        sum += weights[i] * rows->values[(size_t)row * rows->columns + i];
    return sum > 0.0;
}

/* The good count as much as the bad, however many there are of either. */
static void balance(struct logistic_rows *rows)
{
    double good = 0.0;
    for (uint32_t row = 0; row < rows->count; row++)
        good += rows->came[row];
    const double bad = (double)rows->count - good, half = (double)rows->count / 2.0;
    for (uint32_t row = 0; row < rows->count; row++)
        rows->weights[row] = rows->came[row] ? half / fmax(good, 1.0) : half / fmax(bad, 1.0);
}

/* Each group by what was learned without it. */
static struct measured leave_out(const struct lesson *lesson, uint32_t groups)
{
    struct measured measured = {0};
    for (uint32_t group = 0; group < groups; group++) {
        double weights[WORTH_COLUMNS];
        fit(lesson, group, weights);
        for (uint32_t row = 0; row < lesson->rows.count; row++) {
            if (lesson->rows.groups[row] != group)
                continue;
            const bool kept = is_kept(&lesson->rows, row, weights);
            measured.good += lesson->rows.came[row];
            measured.good_kept += lesson->rows.came[row] && kept;
            measured.bad += !lesson->rows.came[row];
            measured.bad_refused += !lesson->rows.came[row] && !kept;
        }
    }
    return measured;
}

static void put_model(struct buf *out, const struct lesson *lesson, const struct measured *measured)
{
    double weights[WORTH_COLUMNS];
    fit(lesson, LOGISTIC_NO_GROUP, weights);
    buf_printf(out,
               "  \"%s\": {\n    \"held_out\": {\"good\": %u, \"kept\": %u, \"bad\": %u, "
               "\"refused\": %u},\n    \"weights\": {",
               worth_name(lesson->worth), measured->good, measured->good_kept, measured->bad,
               measured->bad_refused);
    for (uint32_t i = 0; i < lesson->rows.columns; i++)
        buf_printf(out, "%s\"%s\": %.4f",
                   i == 0       ? ""
                   : i % 5 == 0 ? ",\n      "
                                : ", ",
                   worth_column_name(lesson->worth, i), weights[i]);
    buf_printf(out, "}\n  }");
    printf("%-9s  held out: %u of %u good ones kept, %u of %u bad ones refused\n",
           worth_name(lesson->worth), measured->good_kept, measured->good, measured->bad_refused,
           measured->bad);
}

static void learn_relevance(struct buf *out, const struct texts *texts)
{
    struct lesson lesson = lesson_new(texts->arena, WORTH_RELEVANCE);
    for (uint32_t i = 0; i < texts->count; i++)
        add_row(&lesson, texts->items[i], texts->about[i], texts->topics[i]);
    balance(&lesson.rows);
    const struct measured measured = leave_out(&lesson, texts->names.count);
    put_model(out, &lesson, &measured);
}

/* Twice: each way left out, with an eighth of the good ones; and an eighth of the texts, in all
 * ways. */
static void learn_quality(struct buf *out, const struct texts *texts, uint64_t seed)
{
    struct lesson by_way = lesson_new(texts->arena, WORTH_QUALITY),
                  by_text = lesson_new(texts->arena, WORTH_QUALITY);
    uint64_t state = seed;
    for (uint32_t i = 0; i < texts->count; i++) {
        const uint32_t way = i % WAYS_COUNT, part = texts->topics[i] % WAYS_COUNT;
        const struct str spoilt = spoil(texts->arena, (enum way)way, texts->items[i], &state);
        add_row(&by_way, texts->items[i], true, part);
        add_row(&by_way, spoilt, false, way);
        add_row(&by_text, texts->items[i], true, part);
        add_row(&by_text, spoilt, false, part);
    }
    const struct measured ways = leave_out(&by_way, WAYS_COUNT),
                          known = leave_out(&by_text, WAYS_COUNT);
    printf(
        "quality    in ways that are known: %u of %u good ones kept, %u of %u bad ones refused\n",
        known.good_kept, known.good, known.bad_refused, known.bad);
    put_model(out, &by_way, &ways);
}

static bool learn(char **paths, const char *out_path, uint64_t seed, struct err *err)
{
    struct arena *arena = arena_new("filters");
    struct texts texts = {.arena = arena,
                          .items = arena_push_many(arena, struct str, TEXTS_MAX),
                          .about = arena_push_many(arena, bool, TEXTS_MAX),
                          .topics = arena_push_many(arena, uint32_t, TEXTS_MAX),
                          .names = map_new(arena)};
    struct gather gather = {.take = take_document, .pass = pass_over, .state = &texts};
    bool ok = read_seeds(&texts, *paths++, err);
    for (; ok && *paths; paths++)
        ok = gather_source(&gather, *paths, err);
    struct buf out = buf_new(arena);
    if (ok) {
        buf_printf(&out,
                   "{\n  \"about\": \"warroom train filters: %u texts of %u topics and files, "
                   "of quality each also spoilt in one of %d ways, seed %llu\",\n",
                   texts.count, texts.names.count, WAYS_COUNT, (unsigned long long)seed);
        learn_relevance(&out, &texts);
        buf_add(&out, STR(",\n"));
        learn_quality(&out, &texts, seed);
        buf_add(&out, STR("\n}\n"));
        ok = keep_file(out_path, buf_str(&out), err);
    }
    arena_free(arena);
    return ok;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {{"out", required_argument, NULL, 'o'},
                                          {"seed", required_argument, NULL, 's'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    const char *out = NULL;
    int64_t seed = 1;
    struct err err = {0};
    bool ok = true;
    int option;
    while (ok && (option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        if (option == 'o')
            out = optarg;
        else if (option == 's')
            ok = str_to_int(str_of(optarg), &seed) ||
                 err_set(&err, ERR_USAGE, "--seed wants a whole number, not `%s`", optarg);
        else if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        } else {
            ok = verb_wrong_option(option, argv, &err);
        }
    }
    if (ok && (!out || optind == argc))
        ok = err_set(&err, ERR_USAGE, "a file of seeds and --out FILE are wanted");
    ok = ok && learn(argv + optind, out, (uint64_t)seed, &err) && verb_printed(&err);
    return ok ? EXIT_MEASURED : verb_complain("train filters", &err);
}

const struct verb verb_filters = {
    .name = "filters",
    .summary = "which documents of a corpus are worth keeping",
    .run = run,
};
