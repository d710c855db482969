/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers, shares, spans and times of day. A number is borne out by the claim of whom it is told
 * of, in its unit, of the same time (before or since), to the precision in which it is written;
 * so is what follows from the numbers of one claim by a division: a third, twice as much.
 */
#include "guard/said_parts.h"

#include <math.h>

#define BOUND_MAX 1.5    /* "more than 100" is said of 150 at the most */
#define ABOUT 0.1        /* "about 100" of 87 to 118 */
#define ROUNDED_MAX 0.1  /* nobody may round by more, however coarse the last digit */
#define SHARE_CLOSE 0.02 /* "a third" of 0.31 to 0.35 */
#define MOST_MIN 0.5
#define NEARLY_ALL_MIN 0.85
#define SPAN_CLOSE_S 1.0 /* times are printed to the second */
#define DAY_S 86400
#define TIMES_MAX 256 /* points in time of all that is cited */

enum bound { BOUND_NONE, BOUND_OVER, BOUND_UNDER, BOUND_ABOUT };

static enum bound bound_of(const struct saying *saying, uint32_t at)
{
    for (uint32_t back = 1; back <= 2 && back <= at; back++) {
        const uint32_t i = at - back;
        if (said_is_stop(saying, i, ",;:."))
            break;
        if (said_is(saying, i, " over above exceeding ") ||
            (said_is(saying, i, " more longer higher greater ") &&
             said_is(saying, i + 1, " than ")))
            return back > 1 && said_is(saying, i, " more longer ") && at >= 3 &&
                           said_is(saying, i - 1, " no ")
                       ? BOUND_UNDER
                       : BOUND_OVER;
        if (said_is(saying, i, " under below ") ||
            (said_is(saying, i, " less fewer ") && said_is(saying, i + 1, " than ")))
            return BOUND_UNDER;
        if (said_is(saying, i, " about around roughly nearly almost approximately "))
            return BOUND_ABOUT;
    }
    return BOUND_NONE;
}

static bool is_close(double said, double found, double tolerance, enum bound bound)
{
    const double off = fabs(said - found);
    switch (bound) {
    case BOUND_OVER:
        if (found >= said && found <= said * BOUND_MAX)
            return true;
        break;
    case BOUND_UNDER:
        if (found <= said && found >= said / BOUND_MAX)
            return true;
        break;
    case BOUND_ABOUT:
        if (off <= ABOUT * fabs(found))
            return true;
        break;
    case BOUND_NONE:
        break;
    }
    return off <= tolerance * 1.000001 && off <= ROUNDED_MAX * fabs(found) + 1e-12;
}

/* ---- one number ---- */

static bool fits(const struct facts *facts, const struct fact *fact, const struct amount *said,
                 enum bound bound)
{
    const struct amount *found = &fact->amount;
    const double scale = found->unit == UNIT_NONE ? facts->unit_scale : 1.0;
    if (said->in_words && said->unit == UNIT_TIME && bound == BOUND_UNDER) /* "under a second" */
        return (found->unit == UNIT_TIME || facts->unit == UNIT_TIME) &&
               found->number * scale < said->number;
    if (said->unit == UNIT_NONE || (said->unit == UNIT_SHARE && found->unit == UNIT_SHARE))
        return said->rate && !facts->is_rate
                   ? false
                   : is_close(said->unit == UNIT_NONE ? said->written : said->number,
                              said->unit == UNIT_NONE ? found->written : found->number,
                              said->tolerance, bound);
    if (found->unit == said->unit)
        return is_close(said->number, found->number, said->tolerance, bound);
    /* "64mb" may be meant as 64 * 2^20, and is told as 64 MB */
    if (found->unit == UNIT_NONE && facts->unit == said->unit)
        return is_close(said->number, found->number * facts->unit_scale, said->tolerance, bound);
    return false;
}

/* The whole of a share is no number of what befell the part. */
static bool is_of_all(const struct saying *saying, uint32_t at)
{
    const uint32_t begin = said_part_begin(saying, at), end = said_part_end(saying, at);
    for (uint32_t i = begin; i < end; i++)
        if (said_is(saying, i, " of ") || said_has(saying, i, SENSE_ALL) ||
            said_has(saying, i, SENSE_NO) || said_has(saying, i, SENSE_MOST) ||
            said_has(saying, i, SENSE_OTHERS) ||
            (i != at && saying->words.items[i].kind == WORD_NUMBER))
            return true;
    return false;
}

static bool shares_bear_out(const struct facts *facts, const struct amount *said, enum role role,
                            enum bound bound)
{
    const double close = said->in_words ? SHARE_CLOSE : said->tolerance;
    for (uint32_t i = 0; i < facts->shares_count; i++)
        if (facts->shares[i].role == role &&
            is_close(said->number, facts->shares[i].part / facts->shares[i].whole, close, bound))
            return true;
    return false;
}

/* "2.1 times": what now is, by what was. */
static bool factor_bears_out(const struct facts *facts, const struct amount *said, enum bound bound)
{
    for (uint32_t i = 0; i < facts->numbers_count; i++)
        for (uint32_t j = 0; j < facts->numbers_count; j++) {
            const struct fact *now = &facts->numbers[i], *before = &facts->numbers[j];
            if (now->role == ROLE_NOW && before->role == ROLE_BEFORE && before->amount.number > 0 &&
                now->amount.unit == before->amount.unit &&
                is_close(said->written, now->amount.number / before->amount.number, said->tolerance,
                         bound == BOUND_NONE ? BOUND_ABOUT : bound))
                return true;
        }
    return false;
}

/* "half took", "one in twenty takes": of a metric that is a percentile */
static bool is_of_percentile(const struct facts *facts, const struct amount *said)
{
    return said->in_words && ((said->number == 0.5 && str_contains(facts->claim, STR("_p50"))) ||
                              (said->number == 0.05 && str_contains(facts->claim, STR("_p95"))) ||
                              (said->number == 0.01 && str_contains(facts->claim, STR("_p99"))));
}

/* A number of a log line is none of who was affected: for that the claim must speak of it itself.
 */
static bool is_graver(const struct saying *saying, const struct facts *facts, uint32_t at)
{
    const uint64_t grave = lexicon_grave_topics();
    const uint32_t end = said_part_end(saying, at);
    for (uint32_t i = said_part_begin(saying, at); i < end; i++) {
        const uint64_t topics = lexicon_topics(said_plain(saying, i)) & grave;
        if (topics != 0 && (topics & facts->own_topics) == 0)
            return true;
    }
    return false;
}

static bool bears_out(const struct saying *saying, const struct facts *facts, uint32_t at)
{
    const struct amount *said = &saying->words.items[at].amount;
    const enum role role = said_role(saying, at);
    const enum bound bound = bound_of(saying, at);
    for (uint32_t i = 0; i < facts->numbers_count; i++) {
        const struct fact *fact = &facts->numbers[i];
        if (fact->role == role && fits(facts, fact, said, bound) &&
            !(fact->is_quoted && is_graver(saying, facts, at)) &&
            (!fact->is_whole || is_of_all(saying, at)))
            return true;
    }
    if (said->unit == UNIT_SHARE &&
        (shares_bear_out(facts, said, role, bound) || is_of_percentile(facts, said)))
        return true;
    return said->times && said->written >= 1.1 && factor_bears_out(facts, said, bound);
}

/* ---- points in time ---- */

struct times {
    double s[TIMES_MAX]; /* of the day */
    uint32_t count;
};

static double second_of_day(int64_t time_ns)
{
    const int64_t day_ns = (int64_t)DAY_S * 1000000000;
    return (double)(((time_ns % day_ns) + day_ns) % day_ns) / 1e9;
}

static void add_time(struct times *times, double s)
{
    if (times->count < TIMES_MAX)
        times->s[times->count++] = s;
}

static void add_times_of(struct times *times, const struct facts *facts)
{
    for (uint32_t i = 0; i < facts->clocks_count; i++)
        add_time(times, (double)facts->clocks[i].s);
    if (facts->evidence->onset_ns == 0)
        return;
    const double onset = second_of_day(facts->evidence->onset_ns);
    add_time(times, onset);
    if (facts->relation == RELATION_LEADS)
        add_time(times, onset + facts->lead_s);
}

static struct times all_times(const struct saying *saying)
{
    struct times times = {.count = 0};
    if (saying->casefile->onset_known)
        add_time(&times, second_of_day(saying->casefile->incident.start_ns));
    if (saying->casefile->alert->starts_ns != 0)
        add_time(&times, second_of_day(saying->casefile->alert->starts_ns));
    for (uint32_t i = 0; i < saying->cited_count; i++)
        add_times_of(&times, &saying->cited[i]);
    return times;
}

/* "twenty seconds after": between any two of the times. */
static bool lies_between(const struct saying *saying, const struct amount *said)
{
    const struct times times = all_times(saying);
    const double close = said->tolerance > SPAN_CLOSE_S ? said->tolerance : SPAN_CLOSE_S;
    for (uint32_t i = 0; i < times.count; i++)
        for (uint32_t j = 0; j < i; j++)
            if (fabs(fabs(times.s[i] - times.s[j]) - said->number) <= close)
                return true;
    return false;
}

/* "five seconds later", "22 seconds before storefront" */
static bool is_span(const struct saying *saying, uint32_t at)
{
    return saying->words.items[at].amount.unit == UNIT_TIME &&
           said_is(saying, at + 1, " later before after earlier ahead behind apart into prior ");
}

/* ---- times of day ---- */

static bool is_clock_of(const struct saying *saying, const struct facts *facts, uint32_t at)
{
    const struct word *word = &saying->words.items[at];
    const enum role role = said_role(saying, at) == ROLE_OTHERS ? ROLE_OTHERS : ROLE_NOW;
    for (uint32_t i = 0; i < facts->clocks_count; i++) {
        const int64_t off = facts->clocks[i].s - word->clock_s;
        if (facts->clocks[i].role == role && off >= 0 && off <= word->clock_tolerance_s)
            return true;
    }
    if (facts->evidence->onset_ns == 0 || role != ROLE_NOW)
        return false;
    const double off = second_of_day(facts->evidence->onset_ns) - (double)word->clock_s;
    return off > -1.0 && off < (double)word->clock_tolerance_s + 1.0;
}

static bool is_clock_of_case(const struct saying *saying, const struct word *word)
{
    const int64_t points[] = {saying->casefile->onset_known ? saying->casefile->incident.start_ns
                                                            : 0,
                              saying->casefile->alert->starts_ns};
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        if (points[i] != 0 && fabs(second_of_day(points[i]) - (double)word->clock_s) <
                                  1.0 + (double)word->clock_tolerance_s)
            return true;
    return false;
}

/* ---- all, most, twice ---- */

static bool share_is(const struct facts *facts, enum role role, double min, double max)
{
    for (uint32_t i = 0; i < facts->shares_count; i++) {
        const double share = facts->shares[i].part / facts->shares[i].whole;
        if (facts->shares[i].role == role && share >= min && share <= max)
            return true;
    }
    return false;
}

/* "all 8 requests", "almost no requests", "most of the others" */
static void check_quantity(struct saying *saying, uint32_t at)
{
    const bool all = said_is(saying, at, " all every each ") &&
                     !said_is(saying, at + 1, " but time ") &&
                     (at == 0 || !said_is(saying, at - 1, " in at of after above "));
    const bool most = said_is(saying, at, " most ") && said_is(saying, at + 1, " of ") &&
                      !said_is(saying, at + 2, " what ");
    const bool countable =
        said_is(saying, at + 1, " one single request requests call calls query queries of ") ||
        (at + 1 < saying->words.count && saying->words.items[at + 1].kind == WORD_NUMBER) ||
        (at + 2 < saying->words.count && saying->words.items[at + 2].kind == WORD_NUMBER);
    if (!most && !(all && countable))
        return;
    const bool nearly = at > 0 && said_is(saying, at - 1, " almost nearly ");
    const double min = most ? MOST_MIN : nearly ? NEARLY_ALL_MIN : 1.0;
    bool ok = false;
    for (uint32_t i = 0; i < saying->cited_count; i++) {
        const struct facts *facts = &saying->cited[i];
        if (!said_is_of(saying, facts, at))
            continue;
        ok |= share_is(facts, said_role(saying, at), min, 1.0) ||
              (facts->relation == RELATION_EXPLAINS && most);
        if (at + 1 < saying->words.count) /* "none of all 36": what is denied is counted there */
            for (uint32_t back = 1; back <= 2 && back <= at; back++)
                ok |= said_has(saying, at - back, SENSE_NO);
    }
    said_count(saying, ok, said_plain(saying, at), "is more than the claims it cites count");
}

/* "almost no": of few, not of none */
static void check_nearly_none(struct saying *saying, uint32_t at)
{
    if (!said_is(saying, at, " no none ") || at == 0 ||
        !said_is(saying, at - 1, " almost nearly practically "))
        return;
    bool ok = false;
    for (uint32_t i = 0; i < saying->cited_count; i++)
        ok |= share_is(&saying->cited[i], said_role(saying, at), 0.0, 1.0 - NEARLY_ALL_MIN);
    said_count(saying, ok, said_plain(saying, at), "is less than the claims it cites count");
}

static void check_doubling(struct saying *saying, uint32_t at)
{
    const struct amount twice = {
        .written = said_is(saying, at, " tripled triples tripling ") ? 3 : 2, .tolerance = 0.1};
    if (!said_is(saying, at, " doubled doubles doubling tripled triples tripling "))
        return;
    bool ok = false;
    for (uint32_t i = 0; i < saying->cited_count; i++)
        ok |= said_is_of(saying, &saying->cited[i], at) &&
              factor_bears_out(&saying->cited[i], &twice, BOUND_ABOUT);
    said_count(saying, ok, said_plain(saying, at), "is not what became of it");
}

/* ---- all of it ---- */

static void check_number(struct saying *saying, uint32_t at)
{
    bool ok = is_span(saying, at) && lies_between(saying, &saying->words.items[at].amount);
    for (uint32_t i = 0; i < saying->cited_count && !ok; i++)
        ok = said_is_of(saying, &saying->cited[i], at) && bears_out(saying, &saying->cited[i], at);
    said_count(saying, ok, saying->words.items[at].text,
               "is no number of whom it is told of, in the claims it cites");
}

/* "15 of the 45", "4 out of 8": both of one share, not each of any */
static void check_share(struct saying *saying, uint32_t at)
{
    uint32_t next = at + 1;
    next += said_is(saying, next, " out ");
    if (!said_is(saying, next, " of "))
        return;
    next++;
    next += said_is(saying, next, " the its these those all ");
    if (next >= saying->words.count || saying->words.items[next].kind != WORD_NUMBER ||
        saying->words.items[at].amount.in_words)
        return;
    const struct amount *part = &saying->words.items[at].amount;
    const struct amount *whole = &saying->words.items[next].amount;
    bool told = false, ok = false;
    for (uint32_t i = 0; i < saying->cited_count; i++) {
        const struct facts *facts = &saying->cited[i];
        for (uint32_t j = 0; j < facts->shares_count && said_is_of(saying, facts, at); j++) {
            const struct fact_share *share = &facts->shares[j];
            told = true;
            ok |= share->part == part->number && share->whole == whole->number &&
                  share->role == said_role(saying, next);
        }
    }
    if (told)
        said_count(saying, ok, saying->words.items[at].text, "is no part of that many");
}

static void check_clock(struct saying *saying, uint32_t at)
{
    bool ok = is_clock_of_case(saying, &saying->words.items[at]);
    for (uint32_t i = 0; i < saying->cited_count && !ok; i++)
        ok =
            said_is_of(saying, &saying->cited[i], at) && is_clock_of(saying, &saying->cited[i], at);
    said_count(saying, ok, saying->words.items[at].text,
               "is no time of whom it is told of, in the claims it cites");
}

/* "once more", "at once" */
static bool is_idiom(const struct saying *saying, uint32_t at)
{
    return str_eq(saying->words.items[at].lower, STR("once")) &&
           ((at > 0 && said_is(saying, at - 1, " at ")) || said_is(saying, at + 1, " more again "));
}

/* "one replica fails", of a claim that tells one from the others */
static bool is_one_of_them(const struct saying *saying, uint32_t at)
{
    bool ok = false;
    for (uint32_t i = 0; i < saying->cited_count; i++)
        ok |= saying->cited[i].evidence->finding == FINDING_REPLICAS;
    return ok && str_eq(saying->words.items[at].lower, STR("one")) &&
           said_is(saying, at + 1, " replica instance pod process copy of ");
}

/* "not one", "not once", "not a single one": a denial, and checked as such */
static bool is_denied_one(const struct saying *saying, uint32_t at)
{
    return saying->words.items[at].amount.written == 1 && at > 0 &&
           (said_is(saying, at - 1, " not ") ||
            (said_is(saying, at - 1, " single ") && at > 2 && said_is(saying, at - 3, " not ")));
}

void said_check_numbers(struct saying *saying)
{
    for (uint32_t at = 0; at < saying->words.count; at++) {
        const enum word_kind kind = saying->words.items[at].kind;
        if (kind == WORD_NUMBER && !is_idiom(saying, at) && !is_denied_one(saying, at) &&
            !is_one_of_them(saying, at))
            check_number(saying, at);
        if (kind == WORD_NUMBER)
            check_share(saying, at);
        if (kind == WORD_CLOCK)
            check_clock(saying, at);
        if (kind == WORD_PLAIN) {
            check_quantity(saying, at);
            check_nearly_none(saying, at);
            check_doubling(saying, at);
        }
    }
}
