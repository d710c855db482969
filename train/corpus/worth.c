/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Relevance: how often words of each of some forty things stand there (a thing is a row: forms of
 * it that mean the same to an operator), beside the length. Quality: the marks that J. Rae et al.,
 * "Scaling Language Models: Gopher", 2021, A1.1, cut by hand-set limits, and some of C. Raffel et
 * al., 2020, 2.2; here a regression sets the limits.
 */
#include "train/corpus/worth.h"

#include "text/minhash.h"
#include "text/terms.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

static const struct {
    const char *file;
    const char *text;
} shipped[] = {
#include "train/shipped_filters.inc"
};

/* ---- relevance ---- */

/* Stems, as terms_next() gives them, between blanks. */
static const struct {
    const char *name, *stems;
} things[] = {
    {"failure", " error fail failure fault exception crash panic broken degrad "},
    {"latency", " latency slow delay p99 p95 timeout hang stall respons "},
    {"alert", " alert alarm page pager firing threshold oncall "},
    {"incident", " incident outage postmortem downtime impact mitigat sev "},
    {"deploy", " deploy deployment rollout rollback release canary revert ship "},
    {"config", " config configuration sett flag env parameter toggle "},
    {"service", " service microservice backend frontend api endpoint gateway "},
    {"request", " request traffic http grpc rpc call qps throughput "},
    {"log", " log logg logger stderr syslog trace span "},
    {"metric", " metric gauge counter histogram dashboard monitor prometheu "},
    {"memory", " memory heap oom leak rss swap garbage "},
    {"cpu", " cpu core throttl load utiliz utilis process thread "},
    {"disk", " disk volume storage inode filesystem iop partition "},
    {"network", " network packet dns tcp tls certificate socket firewall "},
    {"connection", " connection pool connect refus reset proxy balancer upstream "},
    {"database", " database db sql query table index lock transaction replica "},
    {"queue", " queue kafka broker consumer producer topic backlog message "},
    {"cache", " cache redi memcach eviction ttl key "},
    {"container", " container pod kubernete docker image node cluster namespace kubectl "},
    {"restart", " restart kill reboot drain scal replica autoscal failover evict "},
    {"retry", " retry backoff circuit breaker limit quota rate saturat "},
    {"code", " code function bug patch commit merge branch test build compil "},
    {"server", " server host client machine vm instance daemon systemd "},
    {"time", " utc second minut millisecond ms timestamp clock deadline "},
    {"security", " token secret credential permission auth password key user "},
    {"run", " run command execut script job cron schedul worker operator "},
    {"diagnosis", " debug diagnos investig root caus symptom troubleshoot reproduc "},
    {"file", " file path directory folder permission descriptor "},
    {"version", " version upgrad migrat schema dependency library package "},
};

#define THINGS (sizeof things / sizeof *things)
#define PER 100.0   /* words */
#define CHANCES 1e4 /* so coarse that it is the same whoever made the C library */

static void look_relevance(struct str text, double *columns)
{
    struct terms terms = {.rest = text};
    struct term term;
    double words = 0.0;
    while (terms_next(&terms, &term)) {
        char padded[TERM_BYTES_MAX + 3];
        const int len = snprintf(padded, sizeof padded, " %.*s ", STR_ARG(term.text));
        words += term.kind != TERM_NAME;
        for (size_t i = 0; i < THINGS; i++)
            columns[i + 1] += strstr(things[i].stems, padded) != NULL && len > 3;
    }
    for (size_t i = 1; i <= THINGS; i++)
        columns[i] = log1p(PER * columns[i] / fmax(words, 1.0));
}

/* ---- quality ---- */

static const char *const quality_names[] = {
    "bias",        "words",       "long_words", "small_words", "letters",     "digits",
    "marks",       "capitals",    "sentences",  "short_lines", "same_lines",  "same_runs",
    "other_words", "vowels",      "addresses",  "boilerplate", "longest",     "same_bytes",
    "long_lines",  "comma_words", "starts",     "odd_starts",  "small_pairs",
};

#define QUALITY_COLUMNS (sizeof quality_names / sizeof *quality_names)

static const char *const boilerplate[] = {
    "cookie",     "subscribe",      "all rights reserved", "click here",    "sign up",
    "log in",     "privacy policy", "terms of service",    "newsletter",    "skip to content",
    "share this", "read more",      "javascript",          "add to cart",   "lorem ipsum",
    "follow us",  "previous next",  "table of contents",   "free shipping",
};

#define LONG_WORD_BYTES 24    /* a path or a qualified name; few of many are */
#define PROSE_BYTES_MAX 16384 /* of a document, with what is mended */
#define SEEN_SLOTS 4096       /* a power of two; of a document of 4 kB at most a quarter is used */

/* How many of the hashes were there before. */
struct seen {
    uint64_t slots[SEEN_SLOTS];
    uint32_t used;
};

static bool seen_before(struct seen *seen, uint64_t hash)
{
    hash |= 1; /* 0 is an empty slot */
    for (uint64_t at = hash >> 32;; at++) {
        uint64_t *slot = &seen->slots[at % SEEN_SLOTS];
        if (*slot == hash)
            return true;
        if (*slot == 0) {
            if (seen->used < SEEN_SLOTS / 2) {
                *slot = hash;
                seen->used++;
            }
            return false;
        }
    }
}

static double repeated(struct str text, uint32_t words)
{
    struct seen seen = {0};
    struct shingles shingles = shingles_of(text, words);
    uint64_t hash;
    double all = 0.0, again = 0.0;
    while (shingles_next(&shingles, &hash)) {
        all++;
        again += seen_before(&seen, hash);
    }
    return again / fmax(all, 1.0);
}

static void look_lines(struct str text, double *columns)
{
    struct seen seen = {0};
    struct str rest = text, line;
    double lines = 0.0, ended = 0.0, small = 0.0, same = 0.0, longest = 0.0;
    while (str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        if (line.len == 0)
            continue;
        lines++;
        ended += strchr(".!?:;", line.ptr[line.len - 1]) != NULL && line.ptr[line.len - 1] != 0;
        small += line.len < 30;
        same += seen_before(&seen, str_hash(line));
        longest = fmax(longest, (double)line.len);
    }
    lines = fmax(lines, 1.0);
    columns[8] = ended / lines;
    columns[9] = small / lines;
    columns[10] = same / lines;
    columns[18] = longest > 1000.0 ? 1.0 : 0.0;
}

static void look_bytes(struct str text, double *columns)
{
    double letters = 0, digits = 0, marks = 0, capitals = 0, vowels = 0, same = 0, run = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i], lower = (char)(c | 32);
        const bool is_letter = lower >= 'a' && lower <= 'z';
        letters += is_letter || (unsigned char)c >= 0x80;
        capitals += is_letter && c != lower;
        vowels += is_letter && strchr("aeiouy", lower) != NULL;
        digits += c >= '0' && c <= '9';
        marks += !is_letter && (unsigned char)c < 0x80 && c > ' ' && !(c >= '0' && c <= '9');
        run = i > 0 && c == text.ptr[i - 1] && c > ' ' ? run + 1 : 0;
        same = fmax(same, run);
    }
    const double bytes = fmax((double)text.len, 1.0);
    columns[4] = letters / bytes;
    columns[5] = digits / bytes;
    columns[6] = marks / bytes;
    columns[7] = capitals / fmax(letters, 1.0);
    columns[13] = vowels / fmax(letters, 1.0);
    columns[17] = log1p(same);
}

static void look_words(struct str text, double *columns)
{
    static const char small_words[] =
        " the of and to in is that it for was on are as with be by at this "
        "from or an a have not which but has if will can when ";
    double words = 0, long_words = 0, small = 0, longest = 0, addresses = 0, commas = 0;
    double ends = 0, starts = 0, odd = 0, pairs = 0;
    bool was_end = true, was_small = false;
    for (size_t at = 0; at < text.len;) {
        while (at < text.len && (unsigned char)text.ptr[at] <= ' ')
            at++;
        const size_t start = at;
        while (at < text.len && (unsigned char)text.ptr[at] > ' ')
            at++;
        const struct str word = str_slice(text, start, at);
        if (word.len == 0)
            continue;
        char padded[20];
        words++;
        long_words += word.len > LONG_WORD_BYTES;
        longest = fmax(longest, (double)word.len);
        addresses += str_contains(word, STR("://")) || str_starts(word, STR("www."));
        commas += word.ptr[word.len - 1] == ',';
        const bool is_capital = word.ptr[0] >= 'A' && word.ptr[0] <= 'Z';
        snprintf(padded, sizeof padded, " %.*s ", (int)(word.len < 10 ? word.len : 10), word.ptr);
        const bool is_small = strstr(small_words, padded) != NULL;
        small += is_small;
        pairs += is_small && was_small;
        ends += was_end;
        starts += was_end && is_capital;
        odd += !was_end && is_capital;
        was_small = is_small;
        was_end = strchr(".!?", word.ptr[word.len - 1]) != NULL && word.ptr[word.len - 1] != '\0';
    }
    words = fmax(words, 1.0);
    columns[1] = log1p(words) / 7.0; /* 1 at a thousand */
    columns[2] = long_words / words;
    columns[3] = small / words;
    columns[14] = 10.0 * addresses / words;
    columns[16] = fmin(log1p(longest) / 5.0, 2.0);
    columns[19] = 10.0 * commas / words;
    columns[20] = starts / fmax(ends, 1.0);
    columns[21] = odd / words;
    columns[22] = 5.0 * pairs / words;
}

/* Documents show code, which is no prose and need not be: its lines, and what is longer than a
 * document, are left out. */
static struct str without_code(struct str text, char *bytes, size_t room)
{
    struct str line;
    size_t len = 0;
    while (str_split(&text, '\n', &line)) {
        if (str_starts(line, STR("    ")) || len + line.len + 1 > room)
            continue;
        if (line.len > 0)
            memcpy(bytes + len, line.ptr, line.len);
        len += line.len;
        bytes[len++] = '\n';
    }
    return (struct str){bytes, len};
}

static void look_quality(struct str text, double *columns)
{
    char bytes[PROSE_BYTES_MAX];
    text = without_code(text, bytes, sizeof bytes);
    look_words(text, columns);
    look_bytes(text, columns);
    look_lines(text, columns);
    columns[11] = repeated(text, 4);
    columns[12] = 1.0 - repeated(text, 1);
    for (size_t i = 0; i < sizeof boilerplate / sizeof *boilerplate; i++)
        columns[15] += str_find_no_case(text, str_of(boilerplate[i])) != STR_NPOS;
    columns[15] = fmin(columns[15], 3.0);
}

/* ---- both ---- */

const char *worth_name(enum worth worth)
{
    return worth == WORTH_RELEVANCE ? "relevance" : "quality";
}

uint32_t worth_columns(enum worth worth)
{
    return (uint32_t)(worth == WORTH_RELEVANCE ? THINGS + 1 : QUALITY_COLUMNS);
}

const char *worth_column_name(enum worth worth, uint32_t column)
{
    if (worth == WORTH_QUALITY || column == 0)
        return quality_names[column];
    return things[column - 1].name;
}

void worth_look(enum worth worth, struct str text, double *columns)
{
    _Static_assert(THINGS + 1 <= WORTH_COLUMNS && QUALITY_COLUMNS <= WORTH_COLUMNS, "room");
    memset(columns, 0, WORTH_COLUMNS * sizeof *columns);
    if (worth == WORTH_RELEVANCE)
        look_relevance(text, columns);
    else
        look_quality(text, columns);
    columns[0] = 1.0;
}

bool worth_parse(struct str text, struct worth_weights *out, struct err *err)
{
    json_error_t error;
    json_t *root = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &error);
    bool ok = root != NULL;
    *out = (struct worth_weights){0};
    for (int worth = 0; ok && worth < WORTH_COUNT; worth++) {
        const json_t *weights =
            json_object_get(json_object_get(root, worth_name((enum worth)worth)), "weights");
        for (uint32_t i = 0; ok && i < worth_columns((enum worth)worth); i++) {
            const json_t *weight =
                json_object_get(weights, worth_column_name((enum worth)worth, i));
            ok = json_is_number(weight);
            out->weights[worth][i] = json_number_value(weight);
        }
    }
    json_decref(root);
    return ok || err_set(err, ERR_CORRUPT,
                         "the filters' weights are not what this program wants: "
                         "make them anew with `warroom train filters`");
}

bool worth_shipped(struct worth_weights *out, struct err *err)
{
    return worth_parse(str_of(shipped[0].text), out, err);
}

double worth_chance(const struct worth_weights *weights, enum worth worth, struct str text)
{
    double columns[WORTH_COLUMNS], sum = 0.0;
    worth_look(worth, text, columns);
    for (uint32_t i = 0; i < worth_columns(worth); i++)
        sum += weights->weights[worth][i] * columns[i];
    return round(CHANCES / (1.0 + exp(-sum))) / CHANCES;
}
