/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each sign belongs to one theme, and a theme is told in one sentence out of the change itself. A
 * theme that moved the score by less than WEIGHT_MIN is not told: it would be noise.
 */
#include "culprit/explain.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

#include <math.h>
#include <stdlib.h>

#define WEIGHT_MIN 0.1 /* of the log-odds: a tenth */
#define WORDS_TOLD 4
#define FILES_TOLD 2

const char *theme_name(enum theme theme)
{
    static const char *const names[] = {
#define X(id, name, text) #name,
        THEMES(X)
#undef X
    };
    return names[theme];
}

/* By the order of SIGNS: what stands before NAMED_FILE are words. */
static enum theme theme_of(enum sign sign)
{
    switch (sign) {
    case SIGN_NAMED_FILE:
    case SIGN_NAMED_FOLDER:
        return THEME_PLACES;
    case SIGN_AUTHOR_KIN:
    case SIGN_TOPIC_KIN:
    case SIGN_FILE_KIN:
    case SIGN_AUTHOR_PAST:
    case SIGN_TOPIC_PAST:
    case SIGN_FILE_PAST:
    case SIGN_ECHO:
        return THEME_KIN;
    case SIGN_PLACE:
    case SIGN_AGE:
    case SIGN_HABIT_REVERT:
    case SIGN_HABIT_REPAIR:
        return THEME_TIME;
    case SIGN_AUTHOR_BLAMED:
    case SIGN_TOPIC_BLAMED:
    case SIGN_FILE_BLAMED:
    case SIGN_REVERTED:
    case SIGN_FOLLOWED:
        return THEME_HISTORY;
    default:
        return sign < SIGN_NAMED_FILE ? THEME_WORDS : THEME_KIND;
    }
}

/* ---- words ---- */

struct found {
    struct str word;
    double rarity;
    const uint8_t *counts;
};

static int compare_found(const void *left, const void *right)
{
    const struct found *a = left, *b = right;
    if (a->rarity != b->rarity)
        return a->rarity > b->rarity ? -1 : 1;
    return str_compare(a->word, b->word);
}

/* The words of the alert that the change has, rarest first. */
static uint32_t find_words(const struct question *question, uint32_t number, struct found *found)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < question->clues->count; i++) {
        const struct str word = question->clues->items[i].word;
        const struct postings own = history_postings(question->history, word, number, number + 1);
        if (own.count == 0)
            continue;
        const struct postings all = history_postings(question->history, word, 0, question->to);
        found[count++] = (struct found){word, -log(all.count), own.items[0].counts};
    }
    qsort(found, count, sizeof *found, compare_found);
    return count;
}

static bool stands_in(const struct found *found, enum part from, enum part to)
{
    for (int part = (int)from; part <= (int)to; part++)
        if (found->counts[part] > 0)
            return true;
    return false;
}

static struct str words_text(struct arena *arena, const struct question *question, uint32_t number)
{
    static const struct {
        const char *what;
        enum part from, to;
    } groups[] = {{"its message says", PART_SUBJECT, PART_BODY},
                  {"its paths have", PART_FOLDER, PART_FILE},
                  {"its lines have", PART_LINE, PART_LINE},
                  {"it lies in", PART_SCOPE, PART_SCOPE}};
    struct found *found = arena_push_many(arena, struct found, CLUES_MAX);
    const uint32_t count = find_words(question, number, found);
    struct buf out = buf_new(arena);
    for (size_t group = 0; group < sizeof groups / sizeof *groups; group++) {
        uint32_t told = 0;
        for (uint32_t i = 0; i < count && told < WORDS_TOLD; i++) {
            if (!stands_in(&found[i], groups[group].from, groups[group].to))
                continue;
            if (told++ == 0)
                buf_printf(&out, "%s%s ", out.len > 0 ? "; " : "", groups[group].what);
            else
                buf_add(&out, STR(", "));
            buf_printf(&out, "`%.*s`", STR_ARG(found[i].word));
        }
    }
    return out.len > 0 ? buf_str(&out) : STR("it shares no word with the alert");
}

/* ---- places ---- */

static struct str places_text(struct arena *arena, const struct question *question,
                              const struct ranked_change *change)
{
    const struct history *history = question->history;
    const struct landed *landed = &history->items[change->number];
    struct buf out = buf_new(arena);
    uint32_t told = 0;
    for (uint32_t i = 0; i < landed->paths_count && told < FILES_TOLD; i++) {
        const struct str path = history->paths.keys[landed->paths[i]];
        for (uint32_t j = 0; j < question->clues->paths_count; j++) {
            if (!str_eq(path_name(path), path_name(question->clues->paths[j])))
                continue;
            buf_printf(&out, "%s`%.*s`", told++ > 0 ? ", " : "touches ", STR_ARG(path));
            break;
        }
    }
    if (told > 0)
        buf_add(&out, STR(", named in the alert"));
    else if (change->signs->of[SIGN_NAMED_FOLDER] > 0.0)
        buf_add(&out, STR("touches a folder that the alert names"));
    else
        buf_add(&out, STR("touches none of the files that the alert names"));
    return buf_str(&out);
}

/* ---- kin ---- */

static struct str kin_text(struct arena *arena, const struct question *question,
                           const struct ranked_change *change)
{
    const struct landed *landed = &question->history->items[change->number];
    const double *of = change->signs->of;
    const double author = of[SIGN_AUTHOR_KIN] + of[SIGN_AUTHOR_PAST];
    const double topic = of[SIGN_TOPIC_KIN] + of[SIGN_TOPIC_PAST];
    const double files = of[SIGN_FILE_KIN] + of[SIGN_FILE_PAST];
    if (files > 0.0 && files >= author && files >= topic)
        return STR("other changes to its files speak of the same");
    if (topic > 0.0 && topic >= author)
        return str_printf(arena, "other changes to `%.*s` speak of the same",
                          STR_ARG(change_topic(&landed->change)));
    if (author > 0.0 && landed->change.author.len > 0)
        return str_printf(arena, "other changes by `%.*s` speak of the same",
                          STR_ARG(landed->change.author));
    return STR("no change near it speaks of the same");
}

/* ---- time ---- */

static struct str time_text(struct arena *arena, const struct question *question,
                            const struct ranked_change *change)
{
    const struct landed *landed = &question->history->items[change->number];
    const uint32_t place = question->to - change->number;
    const int64_t age_ns = question->at_ns - landed->change.time_ns;
    const struct str newest =
        place == 1 ? STR("the newest") : str_printf(arena, "the %u newest", place);
    if (age_ns < 0)
        return str_printf(arena, "landed as %.*s", STR_ARG(newest));
    return str_printf(arena, "landed %.*s before, %s%.*s",
                      STR_ARG(span_format(arena, age_ns / NS_PER_S * NS_PER_S)),
                      place == 1 ? "" : "among ", STR_ARG(newest));
}

/* ---- what became of others, and of it ---- */

static struct str history_text(const struct ranked_change *change)
{
    const double *of = change->signs->of;
    if (of[SIGN_REVERTED] > 0.0)
        return STR("it has been taken back already");
    if (of[SIGN_FOLLOWED] > 0.0)
        return STR("a later change names it");
    const double blamed = of[SIGN_FILE_BLAMED] + of[SIGN_TOPIC_BLAMED] + of[SIGN_AUTHOR_BLAMED];
    return blamed > 0.0 ? STR("changes like it were taken back or repaired more often than others")
                        : STR("changes like it were seldom taken back or repaired");
}

static struct str kind_text(struct arena *arena, const struct question *question,
                            const struct ranked_change *change)
{
    const struct landed *landed = &question->history->items[change->number];
    static const char *const texts[] = {
#define X(id, name, text) text,
        CHANGE_KINDS(X)
#undef X
    };
    struct buf out = buf_new(arena);
    for (int kind = 0; kind < CHANGE_KINDS_COUNT; kind++)
        if (landed->kinds & 1u << kind)
            buf_printf(&out, "%s%s", out.len > 0 ? ", " : "", texts[kind]);
    if (landed->change.files_count > 0)
        buf_printf(&out, "%s%u file%s", out.len > 0 ? ", " : "", landed->change.files_count,
                   landed->change.files_count == 1 ? "" : "s");
    if (landed->lines > 0)
        buf_printf(&out, ", %llu line%s", (unsigned long long)landed->lines,
                   landed->lines == 1 ? "" : "s");
    return out.len > 0 ? buf_str(&out) : STR("a change like others");
}

/* ---- all of them ---- */

static struct str text_of(struct arena *arena, const struct question *question,
                          const struct ranked_change *change, enum theme theme)
{
    switch (theme) {
    case THEME_WORDS:
        return words_text(arena, question, change->number);
    case THEME_PLACES:
        return places_text(arena, question, change);
    case THEME_CONTEXT:
        return context_text(arena, question, change->number, change->context);
    case THEME_KIN:
        return kin_text(arena, question, change);
    case THEME_TIME:
        return time_text(arena, question, change);
    case THEME_HISTORY:
        return history_text(change);
    default:
        return kind_text(arena, question, change);
    }
}

static int compare_reasons(const void *left, const void *right)
{
    const struct reason *a = left, *b = right;
    const bool a_speaks_for = a->weight > 0.0, b_speaks_for = b->weight > 0.0;
    if (a_speaks_for != b_speaks_for)
        return a_speaks_for ? -1 : 1;
    if (fabs(a->weight) != fabs(b->weight))
        return fabs(a->weight) > fabs(b->weight) ? -1 : 1;
    return a->theme < b->theme ? -1 : a->theme > b->theme;
}

struct reasons explain(struct arena *arena, const struct question *question,
                       const struct ranking *ranking, const struct ranker *ranker,
                       const struct ranked_change *change)
{
    double weights[THEMES_COUNT] = {0};
    for (int sign = 0; sign < SIGNS_COUNT; sign++)
        weights[theme_of((enum sign)sign)] += ranking->trusted * ranker->weights[sign] *
                                              (change->signs->of[sign] - ranking->mean[sign]);
    weights[THEME_CONTEXT] = ranker_context(ranker, change->context) - ranking->mean_context;
    struct reasons reasons = {0};
    for (int theme = 0; theme < THEMES_COUNT; theme++)
        if (fabs(weights[theme]) >= WEIGHT_MIN)
            reasons.items[reasons.count++] =
                (struct reason){.theme = (enum theme)theme,
                                .weight = weights[theme],
                                .text = text_of(arena, question, change, (enum theme)theme)};
    qsort(reasons.items, reasons.count, sizeof *reasons.items, compare_reasons);
    return reasons;
}
