/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text is scored by BM25 (S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework",
 * 2009), each part of a change by itself and then made comparable by the best candidate's score:
 * messages, paths and changed lines differ so much in length and wording that one sum of words
 * serves none. How rare a word is, is counted among the candidates: that is what has to be told
 * apart.
 */
#include "culprit/signs.h"

#include "base/arena.h"
#include "base/clock.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define K1 1.2 /* how soon a repeated word stops counting; the usual value */
#define B 0.75 /* how much long texts are held against themselves; the usual value */
#define COMMON_SHARE 0.5
#define RARE_CHANGES 10 /* a word is rare that so few candidates have */
#define PAST_CHANGES_MAX 5000

const char *sign_name(enum sign sign)
{
    static const char *const names[] = {
#define X(id, name) #name,
        SIGNS(X)
#undef X
    };
    return names[sign];
}

/* ---- words ---- */

struct score {
    double part[PARTS_COUNT];
    double message; /* subject and body as one text */
    double paths;   /* folders and names as one */
    double names;   /* identifiers and numbers, in any part */
    double pairs;
    double calm; /* the message, by words that do not just tell of trouble */
    double echo; /* words of past changes that spoke of the same */
    double covered, covered_subject, covered_message; /* weight of the words it has */
    double rarest;
    uint32_t rare_words;
    double text; /* all of it, by the formula */
};

struct measure {
    struct arena *arena;
    const struct question *question;
    uint32_t count; /* of candidates */
    struct score *scores;
    double average[PARTS_COUNT];
    double average_message, average_paths;
    double weight_all; /* of all words that are known at all */
    struct signs *signs;
};

static double rarity(uint32_t holders, uint32_t count)
{
    return log(1.0 + ((double)count - holders + 0.5) / (holders + 0.5));
}

static double often(double count, double length, double average)
{
    if (count <= 0.0)
        return 0.0;
    const double norm = average > 0.0 ? 1.0 - B + B * length / average : 1.0;
    return count * (K1 + 1.0) / (count + K1 * norm);
}

static const struct landed *candidate(const struct measure *m, uint32_t i)
{
    return &m->question->history->items[m->question->from + i];
}

static double mean_of(double sum, uint32_t count)
{
    return count > 0 ? sum / count : 0.0;
}

/* Of those that have the part at all: a change whose files nobody has looked at is not short. */
static void average_lengths(struct measure *m)
{
    double sums[PARTS_COUNT] = {0}, messages = 0, paths = 0;
    uint32_t counts[PARTS_COUNT] = {0}, seen = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        const uint32_t *lengths = candidate(m, i)->lengths;
        for (int part = 0; part < PARTS_COUNT; part++) {
            sums[part] += lengths[part];
            counts[part] += lengths[part] > 0;
        }
        messages += lengths[PART_SUBJECT] + lengths[PART_BODY];
        paths += lengths[PART_FOLDER] + lengths[PART_FILE];
        seen += lengths[PART_FOLDER] + lengths[PART_FILE] > 0;
    }
    for (int part = 0; part < PARTS_COUNT; part++)
        m->average[part] = mean_of(sums[part], counts[part]);
    m->average_message = mean_of(messages, m->count);
    m->average_paths = mean_of(paths, seen);
}

struct holders {
    uint32_t part[PARTS_COUNT], message, paths, any;
};

static struct holders holders_of(const struct postings *list)
{
    struct holders holders = {.any = list->count};
    for (uint32_t i = 0; i < list->count; i++) {
        const uint8_t *counts = list->items[i].counts;
        for (int part = 0; part < PARTS_COUNT; part++)
            holders.part[part] += counts[part] > 0;
        holders.message += counts[PART_SUBJECT] || counts[PART_BODY];
        holders.paths += counts[PART_FOLDER] || counts[PART_FILE];
    }
    return holders;
}

static void score_posting(struct measure *m, const struct clue *clue, const struct posting *posting,
                          const struct holders *holders, double times)
{
    const uint32_t i = posting->change - m->question->from;
    const uint32_t *lengths = candidate(m, i)->lengths;
    const uint8_t *counts = posting->counts;
    struct score *score = &m->scores[i];
    for (int part = 0; part < PARTS_COUNT; part++)
        score->part[part] += times * rarity(holders->part[part], m->question->to) *
                             often(counts[part], lengths[part], m->average[part]);
    const double said = counts[PART_SUBJECT] + counts[PART_BODY];
    score->message += times * rarity(holders->message, m->question->to) *
                      often(said, lengths[PART_SUBJECT] + lengths[PART_BODY], m->average_message);
    score->paths += times * rarity(holders->paths, m->question->to) *
                    often(counts[PART_FOLDER] + counts[PART_FILE],
                          lengths[PART_FOLDER] + lengths[PART_FILE], m->average_paths);
    if (!clue->trouble)
        score->calm += times * rarity(holders->message, m->question->to) *
                       often(said, lengths[PART_SUBJECT] + lengths[PART_BODY], m->average_message);
    const double weight = rarity(holders->any, m->question->to);
    score->covered += weight;
    score->covered_subject += counts[PART_SUBJECT] > 0 ? weight : 0.0;
    score->covered_message += said > 0 ? weight : 0.0;
    if (clue->kind == TERM_NAME || clue->kind == TERM_NUMBER)
        score->names += weight;
    if (weight > score->rarest)
        score->rarest = weight;
    score->rare_words += holders->any <= RARE_CHANGES;
}

static void score_words(struct measure *m)
{
    const struct question *question = m->question;
    for (uint32_t i = 0; i < question->clues->count; i++) {
        const struct clue *clue = &question->clues->items[i];
        const struct postings list =
            history_postings(question->history, clue->word, question->from, question->to);
        if (list.count == 0 || list.count > COMMON_SHARE * m->count + 1)
            continue;
        const struct postings past =
            history_postings(question->history, clue->word, 0, question->to);
        const struct holders holders = holders_of(&past);
        const double times = 1.0 + log(clue->count);
        m->weight_all += rarity(holders.any, m->question->to);
        for (uint32_t j = 0; j < list.count; j++)
            score_posting(m, clue, &list.items[j], &holders, times);
    }
}

static void score_pairs(struct measure *m)
{
    const struct question *question = m->question;
    for (uint32_t i = 0; i < question->clues->pairs_count; i++) {
        const struct str pair = question->clues->pairs[i];
        const struct postings list =
            history_postings(question->history, pair, question->from, question->to);
        if (list.count == 0)
            continue;
        const struct postings past = history_postings(question->history, pair, 0, question->to);
        for (uint32_t j = 0; j < list.count; j++)
            m->scores[list.items[j].change - question->from].pairs +=
                rarity(past.count, question->to);
    }
}

/* ---- echo: what changes spoke of that spoke of the same ---- */

#define ECHO_CHANGES 12
#define ECHO_TERMS 40

struct fit {
    double fit;
    uint32_t change;
};

static int compare_fits(const void *left, const void *right)
{
    const struct fit *a = left, *b = right;
    if (a->fit != b->fit)
        return a->fit > b->fit ? -1 : 1;
    return a->change > b->change ? -1 : a->change < b->change;
}

struct heard {
    struct str word;
    double weight;
};

static int compare_heard(const void *left, const void *right)
{
    const struct heard *a = left, *b = right;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return str_compare(a->word, b->word);
}

static void score_echo(struct measure *m, const double *fits, uint32_t from, uint32_t count)
{
    const struct history *history = m->question->history;
    struct fit *order = arena_push_many(m->arena, struct fit, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct landed *landed = &history->items[from + i];
        order[i] = (struct fit){
            fits[i] / (10.0 + sqrt(landed->lengths[PART_SUBJECT] + landed->lengths[PART_BODY])),
            from + i};
    }
    qsort(order, count, sizeof *order, compare_fits);
    struct map words = map_new(m->arena);
    double *weights = arena_push_many(m->arena, double, ECHO_CHANGES * 4096);
    for (uint32_t i = 0; i < ECHO_CHANGES && i < count && order[i].fit > 0.0; i++) {
        struct map own = map_new(m->arena);
        struct terms terms = {.rest = history->items[order[i].change].change.message};
        struct term term;
        while (terms_next(&terms, &term) && own.count < 300) {
            if (term_is_common(term.text) || map_find(&own, term.text) != MAP_NONE)
                continue;
            map_add(&own, term.text);
            weights[map_add(&words, term.text)] += order[i].fit / order[0].fit;
        }
    }
    struct heard *heard = arena_push_many(m->arena, struct heard, words.count + 1);
    for (uint32_t i = 0; i < words.count; i++) {
        const struct postings past = history_postings(history, words.keys[i], 0, m->question->to);
        heard[i] = (struct heard){words.keys[i], weights[i] * rarity(past.count, m->question->to)};
        for (uint32_t j = 0; j < m->question->clues->count; j++)
            if (str_eq(m->question->clues->items[j].word, words.keys[i]))
                heard[i].weight = 0.0;
    }
    qsort(heard, words.count, sizeof *heard, compare_heard);
    for (uint32_t i = 0; i < ECHO_TERMS && i < words.count && heard[i].weight > 0.0; i++) {
        const struct postings list =
            history_postings(history, heard[i].word, m->question->from, m->question->to);
        for (uint32_t j = 0; j < list.count; j++) {
            const uint32_t at = list.items[j].change - m->question->from;
            const uint32_t *lengths = candidate(m, at)->lengths;
            m->scores[at].echo +=
                heard[i].weight *
                often(list.items[j].counts[PART_SUBJECT] + list.items[j].counts[PART_BODY],
                      lengths[PART_SUBJECT] + lengths[PART_BODY], m->average_message);
        }
    }
}

/* ---- from scores to signs ---- */

static void normalise(struct measure *m, enum sign sign)
{
    double best = 0.0;
    for (uint32_t i = 0; i < m->count; i++)
        best = fmax(best, m->signs[i].of[sign]);
    for (uint32_t i = 0; best > 0.0 && i < m->count; i++)
        m->signs[i].of[sign] /= best;
}

/* Parts as a person reads them: what is said, where, what was changed, in which function. */
static double text_formula(const struct signs *signs)
{
    return signs->of[SIGN_MESSAGE] + signs->of[SIGN_PATHS] + signs->of[SIGN_LINES] +
           0.5 * signs->of[SIGN_SCOPES];
}

static void tell_words(struct measure *m)
{
    const double all = m->weight_all > 0.0 ? m->weight_all : 1.0;
    const double rarest = rarity(1, m->question->to);
    double best_covered = 0.0;
    for (uint32_t i = 0; i < m->count; i++) {
        const struct score *score = &m->scores[i];
        double *of = m->signs[i].of;
        of[SIGN_SUBJECT] = score->part[PART_SUBJECT];
        of[SIGN_MESSAGE] = score->message;
        of[SIGN_PATHS] = score->paths;
        of[SIGN_LINES] = score->part[PART_LINE];
        of[SIGN_SCOPES] = score->part[PART_SCOPE];
        of[SIGN_NAMES] = score->names;
        of[SIGN_PAIRS] = score->pairs;
        of[SIGN_CALM] = of[SIGN_RAW_CALM] = score->calm;
        of[SIGN_RAW_PAIRS] = score->pairs;
        of[SIGN_RAW_SUBJECT] = score->part[PART_SUBJECT];
        of[SIGN_RAW_MESSAGE] = score->message;
        of[SIGN_RAW_PATHS] = score->paths;
        of[SIGN_RAW_LINES] = score->part[PART_LINE];
        of[SIGN_RAW_SCOPES] = score->part[PART_SCOPE];
        of[SIGN_RAW_NAMES] = score->names;
        of[SIGN_COVERED] = score->covered / all;
        of[SIGN_COVERED_SUBJECT] = score->covered_subject / all;
        of[SIGN_COVERED_MESSAGE] = score->covered_message / all;
        of[SIGN_RAREST] = score->rarest / rarest;
        of[SIGN_RARE_WORDS] = log1p(score->rare_words);
        best_covered = fmax(best_covered, of[SIGN_COVERED]);
    }
    static const enum sign relative[] = {SIGN_SUBJECT, SIGN_MESSAGE, SIGN_PATHS, SIGN_LINES,
                                         SIGN_SCOPES,  SIGN_NAMES,   SIGN_PAIRS, SIGN_CALM};
    for (size_t i = 0; i < sizeof relative / sizeof *relative; i++)
        normalise(m, relative[i]);
    for (uint32_t i = 0; i < m->count; i++) {
        m->scores[i].text = text_formula(&m->signs[i]);
        m->signs[i].of[SIGN_TEXT] = m->scores[i].text;
        m->signs[i].of[SIGN_BEST_COVERED] = best_covered;
    }
    normalise(m, SIGN_TEXT);
}

struct ranked {
    double text;
    uint32_t index;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->text != b->text)
        return a->text > b->text ? -1 : 1;
    return a->index > b->index ? -1 : a->index < b->index; /* newest first */
}

static void tell_places(struct measure *m)
{
    struct ranked *order = arena_push_many(m->arena, struct ranked, m->count);
    for (uint32_t i = 0; i < m->count; i++)
        order[i] = (struct ranked){.text = m->scores[i].text, .index = i};
    qsort(order, m->count, sizeof *order, compare_ranked);
    const double second = m->count > 1 ? order[1].text : 0.0;
    for (uint32_t i = 0; i < m->count; i++) {
        double *of = m->signs[order[i].index].of;
        of[SIGN_TEXT_PLACE] = log1p(i);
        of[SIGN_LEAD] = order[i].text - (i == 0 ? second : order[0].text);
    }
}

/* ---- places that the alert names ---- */

/* How many of the last parts of two paths are the same. */
static uint32_t common_ending(struct str a, struct str b, uint32_t *parts_of_a)
{
    uint32_t same = 0;
    bool equal = true;
    *parts_of_a = 0;
    while (a.len > 0) {
        const struct str of_a = path_name(a), of_b = path_name(b);
        equal = equal && of_b.len > 0 && str_eq(of_a, of_b);
        same += equal;
        (*parts_of_a)++;
        a = path_folder(a);
        b = path_folder(b);
    }
    return same;
}

/* Share of the named folder that the file lies in, from any depth of either on. */
static double common_folder(struct str named, struct str path)
{
    uint32_t parts = 0, same = 0;
    struct str rest = path_folder(named), part;
    struct str folder = path_folder(path);
    while (str_split(&rest, '/', &part)) {
        if (part.len == 0)
            continue;
        parts++;
        struct str inner = folder, each;
        while (str_split(&inner, '/', &each))
            if (str_eq(each, part)) {
                same++;
                folder = inner;
                break;
            }
    }
    return parts > 0 ? (double)same / parts : 0.0;
}

static void tell_paths(struct measure *m)
{
    const struct clues *clues = m->question->clues;
    for (uint32_t i = 0; clues->paths_count > 0 && i < m->count; i++) {
        const struct landed *landed = candidate(m, i);
        double file = 0.0, folder = 0.0;
        for (uint32_t j = 0; j < landed->paths_count; j++) {
            const struct str path = m->question->history->paths.keys[landed->paths[j]];
            for (uint32_t k = 0; k < clues->paths_count; k++) {
                uint32_t parts;
                const uint32_t same = common_ending(clues->paths[k], path, &parts);
                uint32_t depth;
                common_ending(path, clues->paths[k], &depth);
                const uint32_t shorter = parts < depth ? parts : depth;
                if (same > 0)
                    file = fmax(file, 0.5 + 0.5 * same / shorter);
                folder = fmax(folder, common_folder(clues->paths[k], path));
            }
        }
        m->signs[i].of[SIGN_NAMED_FILE] = file;
        m->signs[i].of[SIGN_NAMED_FOLDER] = folder;
    }
}

/* ---- kin: others of the same author, topic or files ---- */

struct best_two {
    double first, second;
    uint32_t holder;
};

static void offer(struct best_two *two, double text, uint32_t holder)
{
    if (text > two->first) {
        two->second = two->first;
        two->first = text;
        two->holder = holder;
    } else if (text > two->second) {
        two->second = text;
    }
}

static double best_of_others(const struct best_two *two, uint32_t self)
{
    return two->holder == self ? two->second : two->first;
}

static void tell_kin(struct measure *m)
{
    const struct history *history = m->question->history;
    struct best_two *authors = arena_push_many(m->arena, struct best_two, history->authors.count);
    struct best_two *topics = arena_push_many(m->arena, struct best_two, history->topics.count + 1);
    struct best_two *paths = arena_push_many(m->arena, struct best_two, history->paths.count + 1);
    for (uint32_t i = 0; i < m->count; i++) {
        const struct landed *landed = candidate(m, i);
        const double text = m->signs[i].of[SIGN_TEXT];
        offer(&authors[landed->author], text, i + 1);
        if (landed->topic != HISTORY_NONE)
            offer(&topics[landed->topic], text, i + 1);
        for (uint32_t j = 0; j < landed->paths_count; j++)
            offer(&paths[landed->paths[j]], text, i + 1);
    }
    for (uint32_t i = 0; i < m->count; i++) {
        const struct landed *landed = candidate(m, i);
        double *of = m->signs[i].of;
        of[SIGN_AUTHOR_KIN] = best_of_others(&authors[landed->author], i + 1);
        if (landed->topic != HISTORY_NONE)
            of[SIGN_TOPIC_KIN] = best_of_others(&topics[landed->topic], i + 1);
        for (uint32_t j = 0; j < landed->paths_count; j++)
            of[SIGN_FILE_KIN] =
                fmax(of[SIGN_FILE_KIN], best_of_others(&paths[landed->paths[j]], i + 1));
    }
}

/*
 * What the authors, topics and files were about before: how often the changes that touched them in
 * the past speak of what the alert says. Who owns what is not declared anywhere, but it shows.
 */
static void tell_past(struct measure *m)
{
    const struct question *question = m->question;
    const struct history *history = question->history;
    const uint32_t from = question->from > PAST_CHANGES_MAX ? question->from - PAST_CHANGES_MAX : 0;
    const uint32_t count = question->from - from;
    if (count == 0)
        return;
    double *fits = arena_push_many(m->arena, double, count);
    for (uint32_t i = 0; i < question->clues->count; i++) {
        const struct postings list =
            history_postings(history, question->clues->items[i].word, from, question->from);
        if (list.count == 0 || list.count > 0.1 * count + 1)
            continue;
        const double weight = rarity(list.count, count);
        for (uint32_t j = 0; j < list.count; j++)
            fits[list.items[j].change - from] += weight;
    }
    {
        const uint32_t efrom =
            question->to > PAST_CHANGES_MAX ? question->to - PAST_CHANGES_MAX : 0;
        const uint32_t ecount = question->to - efrom;
        double *all = arena_push_many(m->arena, double, ecount);
        for (uint32_t i = 0; i < question->clues->count; i++) {
            const struct postings list =
                history_postings(history, question->clues->items[i].word, efrom, question->to);
            if (list.count == 0 || list.count > 0.1 * ecount + 1)
                continue;
            const double weight = rarity(list.count, ecount);
            for (uint32_t j = 0; j < list.count; j++)
                all[list.items[j].change - efrom] += weight;
        }
        score_echo(m, all, efrom, ecount);
        for (uint32_t i = 0; i < m->count; i++)
            m->signs[i].of[SIGN_ECHO] = m->signs[i].of[SIGN_RAW_ECHO] = m->scores[i].echo;
        normalise(m, SIGN_ECHO);
    }
    struct past {
        double fit;
        uint32_t count;
    } *authors = arena_push_many(m->arena, struct past, history->authors.count),
      *topics = arena_push_many(m->arena, struct past, history->topics.count + 1),
      *paths = arena_push_many(m->arena, struct past, history->paths.count + 1);
    for (uint32_t i = 0; i < count; i++) {
        const struct landed *landed = &history->items[from + i];
        authors[landed->author].fit += fits[i];
        authors[landed->author].count++;
        if (landed->topic != HISTORY_NONE) {
            topics[landed->topic].fit += fits[i];
            topics[landed->topic].count++;
        }
        for (uint32_t j = 0; j < landed->paths_count; j++) {
            paths[landed->paths[j]].fit += fits[i];
            paths[landed->paths[j]].count++;
        }
    }
    for (uint32_t i = 0; i < m->count; i++) {
        const struct landed *landed = candidate(m, i);
        double *of = m->signs[i].of;
        const struct past *author = &authors[landed->author];
        of[SIGN_AUTHOR_PAST] = author->fit / (author->count + 5.0);
        if (landed->topic != HISTORY_NONE)
            of[SIGN_TOPIC_PAST] = topics[landed->topic].fit / (topics[landed->topic].count + 5.0);
        for (uint32_t j = 0; j < landed->paths_count; j++) {
            const struct past *path = &paths[landed->paths[j]];
            of[SIGN_FILE_PAST] = fmax(of[SIGN_FILE_PAST], path->fit / (path->count + 5.0));
        }
    }
    normalise(m, SIGN_AUTHOR_PAST);
    normalise(m, SIGN_TOPIC_PAST);
    normalise(m, SIGN_FILE_PAST);
}

/* ---- habits: how far back the culprits of the past lay, and whose they were ---- */

#define BINS 11

static uint32_t bin_of(uint32_t distance)
{
    uint32_t bin = 0;
    while (distance > 1 && bin < BINS - 1) {
        distance = (distance + 1) / 2;
        bin++;
    }
    return bin;
}

static bool happened(uint32_t change, const struct question *question)
{
    return change != HISTORY_NONE && change < question->to;
}

static void tell_habits(struct measure *m)
{
    const struct question *question = m->question;
    const struct history *history = question->history;
    double reverts[BINS], repairs[BINS], all_reverts = 0, all_repairs = 0, width[BINS] = {0};
    for (uint32_t d = 1; d <= 1000; d++)
        width[bin_of(d)] += 1;
    for (int bin = 0; bin < BINS; bin++)
        reverts[bin] = repairs[bin] = 2.0, all_reverts += 2.0, all_repairs += 2.0;
    struct rate {
        double blamed, all;
    } *authors = arena_push_many(m->arena, struct rate, history->authors.count + 1),
      *topics = arena_push_many(m->arena, struct rate, history->topics.count + 1),
      *paths = arena_push_many(m->arena, struct rate, history->paths.count + 1), total = {1, 20};
    for (uint32_t i = 0; i < question->to; i++) {
        const struct landed *landed = &history->items[i];
        const bool reverted = happened(landed->reverted_by, question);
        const bool named = happened(landed->named_by, question);
        if (reverted && landed->reverted_by - i <= 1000)
            reverts[bin_of(landed->reverted_by - i)] += 1, all_reverts += 1;
        else if (named && landed->named_by - i <= 1000)
            repairs[bin_of(landed->named_by - i)] += 1, all_repairs += 1;
        const double blamed = reverted || named;
        total.blamed += blamed, total.all++;
        authors[landed->author].blamed += blamed, authors[landed->author].all++;
        if (landed->topic != HISTORY_NONE)
            topics[landed->topic].blamed += blamed, topics[landed->topic].all++;
        for (uint32_t j = 0; j < landed->paths_count; j++)
            paths[landed->paths[j]].blamed += blamed, paths[landed->paths[j]].all++;
    }
    const double usual = total.blamed / total.all;
    for (uint32_t i = 0; i < m->count; i++) {
        const struct landed *landed = candidate(m, i);
        double *of = m->signs[i].of;
        const uint32_t bin = bin_of(m->count - i);
        of[SIGN_HABIT_REVERT] = log(reverts[bin] / all_reverts / width[bin]);
        of[SIGN_HABIT_REPAIR] = log(repairs[bin] / all_repairs / width[bin]);
        const struct rate *a = &authors[landed->author];
        of[SIGN_AUTHOR_BLAMED] = log((a->blamed + 10 * usual) / (a->all + 10) / usual);
        if (landed->topic != HISTORY_NONE) {
            const struct rate *t = &topics[landed->topic];
            of[SIGN_TOPIC_BLAMED] = log((t->blamed + 10 * usual) / (t->all + 10) / usual);
        }
        for (uint32_t j = 0; j < landed->paths_count; j++) {
            const struct rate *p = &paths[landed->paths[j]];
            of[SIGN_FILE_BLAMED] =
                fmax(of[SIGN_FILE_BLAMED], log((p->blamed + 10 * usual) / (p->all + 10) / usual));
        }
    }
}

/* ---- the change itself ---- */

static void tell_kinds(const struct landed *landed, double *of)
{
    static const struct {
        enum change_kind kind;
        enum sign sign;
    } table[] = {
        {CHANGE_REVERT, SIGN_IS_REVERT}, {CHANGE_RELAND, SIGN_IS_RELAND},
        {CHANGE_REPAIR, SIGN_IS_REPAIR}, {CHANGE_CLEANUP, SIGN_IS_CLEANUP},
        {CHANGE_MERGE, SIGN_IS_MERGE},   {CHANGE_VERSION, SIGN_IS_VERSION},
        {CHANGE_RENAME, SIGN_IS_RENAME}, {CHANGE_TESTS, SIGN_IS_TESTS},
        {CHANGE_DOCS, SIGN_IS_DOCS},     {CHANGE_GENERATED, SIGN_IS_GENERATED},
        {CHANGE_CONFIG, SIGN_IS_CONFIG}, {CHANGE_BUILD, SIGN_IS_BUILD},
        {CHANGE_UNSEEN, SIGN_IS_UNSEEN},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        of[table[i].sign] = (landed->kinds & 1u << table[i].kind) != 0;
}

static void tell_change(struct measure *m, uint32_t i)
{
    const struct landed *landed = candidate(m, i);
    const struct question *question = m->question;
    double *of = m->signs[i].of;
    const double age_ns = (double)(question->at_ns - landed->change.time_ns);
    of[SIGN_PLACE] = log(m->count - i);
    of[SIGN_AGE] = log1p(fmax(age_ns, 0.0) / (double)(60 * NS_PER_S) / 60.0);
    of[SIGN_SIZE] = log1p((double)landed->lines);
    of[SIGN_FILES] = log1p(landed->change.files_count);
    of[SIGN_FOLDERS] = log1p(landed->folders_count);
    of[SIGN_TALK] = log1p(landed->lengths[PART_SUBJECT] + landed->lengths[PART_BODY]);
    of[SIGN_HOTNESS] = log1p((double)landed->hotness);
    of[SIGN_FAMILIARITY] = (double)landed->familiarity;
    of[SIGN_AUTHOR] = log1p(landed->author_before);
    of[SIGN_REVERTED] = happened(landed->reverted_by, question);
    of[SIGN_FOLLOWED] = happened(landed->named_by, question);
    tell_kinds(landed, of);

    const struct clues *clues = question->clues;
    uint32_t names = 0;
    for (uint32_t j = 0; j < clues->count; j++)
        names += clues->items[j].kind == TERM_NAME;
    of[SIGN_SAYS] = log1p(clues->words_count);
    of[SIGN_SAYS_NAMES] = log1p(names);
    of[SIGN_BLAMES_CHANGE] = clues->blames_change;
    of[SIGN_BLAMES_BUILD] = clues->blames_build;
}

struct signs *signs_measure(struct arena *arena, const struct question *question)
{
    assert(question->from <= question->to && question->to <= question->history->count);
    struct measure m = {
        .arena = arena, .question = question, .count = question->to - question->from};
    m.scores = arena_push_many(arena, struct score, m.count);
    m.signs = arena_push_many(arena, struct signs, m.count);
    average_lengths(&m);
    score_words(&m);
    score_pairs(&m);
    tell_words(&m);
    tell_places(&m);
    tell_paths(&m);
    tell_kin(&m);
    tell_past(&m);
    tell_habits(&m);
    for (uint32_t i = 0; i < m.count; i++)
        tell_change(&m, i);
    return m.signs;
}
