/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A theme is told in one sentence, out of what can be counted in the history: a person can look it
 * up. A theme that moves the log-odds by less than WEIGHT_MIN is not told: it would be noise.
 */
#include "culprit/risk_reasons.h"

#include "base/arena.h"
#include "base/buf.h"

#include <math.h>
#include <stdlib.h>

#define WEIGHT_MIN 0.1 /* log-odds: a tenth */
#define LIKE_TOLD 0.25 /* a precedent that near is told whatever it weighs */
#define TOLD 3         /* paths or words of one sentence */
#define HOLDERS_MAX 60 /* changes that have a word; a word of more says little */
#define ID_BYTES 12    /* of a commit, which are enough to tell it from others */

/* ---- likeness ---- */

static struct str short_id(const struct change *change)
{
    return str_slice(change->id, 0, ID_BYTES);
}

static bool has(const struct landed *landed, uint32_t path)
{
    for (uint32_t i = 0; i < landed->paths_count; i++)
        if (landed->paths[i] == path)
            return true;
    return false;
}

static void tell_shared_paths(struct buf *out, const struct history *history,
                              const struct landed *one, const struct landed *other)
{
    uint32_t told = 0;
    for (uint32_t i = 0; i < one->paths_count && told < TOLD; i++)
        if (has(other, one->paths[i]))
            buf_printf(out, "%s`%.*s`", told++ > 0 ? ", " : "; both touch ",
                       STR_ARG(history->paths.keys[one->paths[i]]));
}

/* How many changes have the word, up to the later of the two; 0: not both of them have it. */
static uint32_t holders(const struct postings *list, uint32_t later, uint32_t earlier)
{
    bool has_earlier = false;
    for (uint32_t i = 0; i < list->count && i < HOLDERS_MAX; i++) {
        has_earlier |= list->items[i].change == earlier;
        if (list->items[i].change == later)
            return has_earlier ? i + 1 : 0;
    }
    return 0;
}

/* The rarest words that both have; of those as rare, the first in the history. */
static void tell_shared_words(struct buf *out, const struct history *history, uint32_t later,
                              uint32_t earlier)
{
    struct {
        uint32_t word, holders;
    } best[TOLD];
    uint32_t count = 0;
    for (uint32_t word = 0; word < history->words.count; word++) {
        const uint32_t found = holders(&history->postings[word], later, earlier);
        if (found == 0 || str_contains(history->words.keys[word], STR(" ")))
            continue;
        uint32_t at = count < TOLD ? count++ : TOLD;
        for (; at > 0 && best[at - 1].holders > found; at--)
            if (at < TOLD)
                best[at] = best[at - 1];
        if (at < TOLD) {
            best[at].word = word;
            best[at].holders = found;
        }
    }
    for (uint32_t i = 0; i < count; i++)
        buf_printf(out, "%s`%.*s`", i > 0 ? ", " : "; both have ",
                   STR_ARG(history->words.keys[best[i].word]));
}

static struct str likeness_text(struct arena *arena, const struct history *history,
                                const struct risk *risk)
{
    if (risk->hazards->precedent == HISTORY_NONE)
        return STR("it resembles no change that came back");
    const struct landed *landed = &history->items[risk->number];
    const struct landed *precedent = &history->items[risk->hazards->precedent];
    const struct landed *fate = &history->items[risk->hazards->precedent_fate];
    const bool taken_back = precedent->reverted_by == risk->hazards->precedent_fate;
    struct buf out = buf_new(arena);
    buf_printf(&out, "it resembles %.*s \"%.*s\", which %.*s %s",
               STR_ARG(short_id(&precedent->change)), STR_ARG(change_subject(&precedent->change)),
               STR_ARG(short_id(&fate->change)), taken_back ? "took back" : "repaired");
    tell_shared_paths(&out, history, landed, precedent);
    tell_shared_words(&out, history, risk->number, risk->hazards->precedent);
    return buf_str(&out);
}

/* ---- records ---- */

struct record {
    uint32_t came_back, all;
};

static void count_in(struct record *record, const struct history *history, uint32_t number,
                     uint32_t before)
{
    record->all++;
    record->came_back += hazards_fate(history, number, before) != HISTORY_NONE;
}

static struct record record_of_path(const struct history *history, uint32_t path, uint32_t before)
{
    const struct numbers *touches = &history->touches[path];
    struct record record = {0};
    for (uint32_t i = 0; i < touches->count && touches->items[i] < before; i++)
        count_in(&record, history, touches->items[i], before);
    return record;
}

static struct record record_of_author(const struct history *history, uint32_t author,
                                      uint32_t before)
{
    struct record record = {0};
    for (uint32_t i = 0; i < before; i++)
        if (history->items[i].author == author)
            count_in(&record, history, i, before);
    return record;
}

static struct record record_of_topic(const struct history *history, uint32_t topic, uint32_t before)
{
    struct record record = {0};
    for (uint32_t i = 0; i < before; i++)
        if (history->items[i].topic == topic)
            count_in(&record, history, i, before);
    return record;
}

static struct str record_text(struct arena *arena, struct record record, const char *where,
                              struct str name)
{
    return str_printf(arena, "%u of %u earlier changes %s `%.*s` came back", record.came_back,
                      record.all, where, STR_ARG(name));
}

/* Of the file of which most came back; empty: its files have no past. */
static struct str path_record_text(struct arena *arena, const struct history *history,
                                   const struct landed *landed, uint32_t before)
{
    struct record worst = {0};
    uint32_t path = HISTORY_NONE;
    for (uint32_t i = 0; i < landed->paths_count; i++) {
        const struct record one = record_of_path(history, landed->paths[i], before);
        if (path == HISTORY_NONE || one.came_back > worst.came_back ||
            (one.came_back == worst.came_back && one.all > worst.all)) {
            worst = one;
            path = landed->paths[i];
        }
    }
    if (path == HISTORY_NONE || worst.all == 0)
        return (struct str){0};
    return record_text(arena, worst, "to", history->paths.keys[path]);
}

static struct str words_record_text(struct arena *arena, const struct history *history,
                                    const struct landed *landed, const struct risk *risk,
                                    bool risky)
{
    const struct str files = path_record_text(arena, history, landed, risk->number);
    return str_printf(arena, "changes with words like its own came back %s often than others%s%.*s",
                      risky ? "more" : "less", files.len > 0 ? "; " : "", STR_ARG(files));
}

/* The strongest of its records, with what can be counted. */
static struct str records_text(struct arena *arena, const struct history *history,
                               const struct risk_model *model, const struct risk *risk, bool risky)
{
    static const enum hazard of_record[] = {HAZARD_WORD_RECORD, HAZARD_FILE_RECORD,
                                            HAZARD_TOPIC_RECORD, HAZARD_AUTHOR_RECORD};
    const struct landed *landed = &history->items[risk->number];
    enum hazard strongest = of_record[0];
    double most = -INFINITY;
    for (size_t i = 0; i < sizeof of_record / sizeof *of_record; i++) {
        const double adds =
            model->weights[of_record[i]] * risk->hazards->beside[of_record[i]] * (risky ? 1 : -1);
        if (adds > most) {
            most = adds;
            strongest = of_record[i];
        }
    }
    switch (strongest) {
    case HAZARD_AUTHOR_RECORD:
        return record_text(arena, record_of_author(history, landed->author, risk->number), "by",
                           landed->change.author);
    case HAZARD_TOPIC_RECORD:
        return landed->topic == HISTORY_NONE
                   ? STR("it names no topic, and such changes come back at another rate")
                   : record_text(arena, record_of_topic(history, landed->topic, risk->number),
                                 "about", history->topics.keys[landed->topic]);
    default:
        return words_record_text(arena, history, landed, risk, risky);
    }
}

/* ---- the others ---- */

static const char *plural(double count)
{
    return count == 1.0 ? "" : "s";
}

static struct str spread_text(struct arena *arena, const struct landed *landed)
{
    if (landed->change.files_count == 0)
        return STR("what it touches is not known");
    return str_printf(arena, "it changes %llu line%s in %u file%s of %u folder%s",
                      (unsigned long long)landed->lines, plural((double)landed->lines),
                      landed->change.files_count, plural(landed->change.files_count),
                      landed->folders_count, plural(landed->folders_count));
}

static struct str files_text(struct arena *arena, const struct risk *risk)
{
    const double *of = risk->hazards->of;
    const double changes = round(expm1(of[HAZARD_HOTNESS])), people = expm1(of[HAZARD_PEOPLE]);
    if (of[HAZARD_NEW] >= 1.0)
        return STR("all of its files are new");
    return str_printf(arena,
                      "its files were changed %.0f time%s before, on average; one of them %.0f "
                      "time%s in the last 30 days; lately by %.0f %s",
                      changes, plural(changes), round(expm1(of[HAZARD_RECENT])),
                      plural(round(expm1(of[HAZARD_RECENT]))), round(people),
                      round(people) == 1.0 ? "person" : "people");
}

static struct str author_text(struct arena *arena, const struct landed *landed)
{
    const struct str author = landed->change.author;
    if (landed->author_before == 0)
        return str_printf(arena, "it is the first change by `%.*s` here", STR_ARG(author));
    return str_printf(arena,
                      "`%.*s` has %u earlier change%s here, and made %.0f %% of those to its files",
                      STR_ARG(author), landed->author_before, plural(landed->author_before),
                      100.0 * (double)landed->familiarity);
}

static struct str tests_text(struct arena *arena, const struct risk *risk)
{
    const double usual = risk->hazards->of[HAZARD_UNTESTED];
    return usual > 0.0
               ? str_printf(arena,
                            "it touches code and no test; %.0f %% of the last changes to these "
                            "files touched one",
                            100.0 * usual)
               : STR("it touches tests, or no code");
}

/* What has a part in it: a kind that speaks for the change is no reason why it is risky. */
static struct str kind_text(struct arena *arena, const struct landed *landed,
                            const struct risk_model *model, const struct risk *risk, bool risky)
{
    static const char *const texts[] = {
#define X(id, name, text) text,
        CHANGE_KINDS(X)
#undef X
    };
    const double *beside = risk->hazards->beside;
    const uint32_t words = landed->lengths[PART_SUBJECT] + landed->lengths[PART_BODY];
    struct buf out = buf_new(arena);
    for (int kind = 0; kind < CHANGE_KINDS_COUNT; kind++) {
        const int hazard = (int)HAZARD_IS_REVERT + kind;
        if (landed->kinds & 1u << kind && (model->weights[hazard] * beside[hazard] > 0.0) == risky)
            buf_printf(&out, "%s%s", out.len > 0 ? ", " : "it ", texts[kind]);
    }
    if (out.len == 0 || (model->weights[HAZARD_TALK] * beside[HAZARD_TALK] > 0.0) == risky)
        buf_printf(&out, "%smessage has %u word%s", out.len > 0 ? "; its " : "its ", words,
                   plural(words));
    return buf_str(&out);
}

/* ---- all of them ---- */

static struct str text_of(struct arena *arena, const struct history *history,
                          const struct risk_model *model, const struct risk *risk,
                          enum hazard_theme theme, double weight)
{
    const struct landed *landed = &history->items[risk->number];
    switch (theme) {
    case HAZARD_LIKENESS_THEME:
        return likeness_text(arena, history, risk);
    case HAZARD_RECORD_THEME:
        return records_text(arena, history, model, risk, weight > 0.0);
    case HAZARD_SPREAD_THEME:
        return spread_text(arena, landed);
    case HAZARD_FILES_THEME:
        return files_text(arena, risk);
    case HAZARD_AUTHOR_THEME:
        return author_text(arena, landed);
    case HAZARD_TESTS_THEME:
        return tests_text(arena, risk);
    default:
        return kind_text(arena, landed, model, risk, weight > 0.0);
    }
}

/* What makes it risky first, and then the rest; the strongest first. */
static int compare_reasons(const void *left, const void *right)
{
    const struct risk_reason *a = left, *b = right;
    if ((a->weight > 0.0) != (b->weight > 0.0))
        return a->weight > 0.0 ? -1 : 1;
    if (fabs(a->weight) != fabs(b->weight))
        return fabs(a->weight) > fabs(b->weight) ? -1 : 1;
    return (int)a->theme - (int)b->theme;
}

struct risk_reasons risk_explain(struct arena *arena, const struct history *history,
                                 const struct risk_model *model, const struct risk *risk)
{
    double weights[HAZARD_THEMES_COUNT] = {0};
    for (int hazard = 0; hazard < HAZARDS_COUNT; hazard++)
        weights[hazard_theme((enum hazard)hazard)] +=
            model->weights[hazard] * risk->hazards->beside[hazard];
    struct risk_reasons reasons = {0};
    for (int i = 0; i < HAZARD_THEMES_COUNT; i++) {
        const enum hazard_theme theme = (enum hazard_theme)i;
        const bool resembles =
            theme == HAZARD_LIKENESS_THEME && risk->hazards->of[HAZARD_LIKE] >= LIKE_TOLD;
        if (fabs(weights[i]) < WEIGHT_MIN && !resembles)
            continue;
        reasons.items[reasons.count++] = (struct risk_reason){
            theme, weights[i], text_of(arena, history, model, risk, theme, weights[i])};
    }
    qsort(reasons.items, reasons.count, sizeof *reasons.items, compare_reasons);
    return reasons;
}
