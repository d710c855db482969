/* SPDX-License-Identifier: Apache-2.0 */
/* Shares are told with three digits in text: sets are small, and more would be noise. */
#include "eval/board.h"

#include "base/arena.h"
#include "base/map.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

struct board board_new(struct arena *arena, const struct outcome *outcomes, uint32_t count)
{
    struct map sets = map_new(arena);
    for (uint32_t i = 0; i < count; i++)
        map_add(&sets, outcomes[i].set);

    /* Two folders of one name may lie apart, so a set need not be one stretch of the outcomes. */
    struct scorecard *cards = arena_push_many(arena, struct scorecard, sets.count);
    struct outcome *members = arena_push_many(arena, struct outcome, count);
    for (uint32_t set = 0; set < sets.count; set++) {
        uint32_t members_count = 0;
        for (uint32_t i = 0; i < count; i++)
            if (str_eq(outcomes[i].set, sets.keys[set]))
                members[members_count++] = outcomes[i];
        cards[set] = scorecard_of(arena, members, members_count);
    }
    return (struct board){
        .outcomes = outcomes,
        .outcomes_count = count,
        .cards = cards,
        .cards_count = sets.count,
    };
}

/* A text from outside must not break the columns of a TSV, nor steer a terminal. */
static void add_plain(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char byte = (unsigned char)text.ptr[i];
        buf_add_char(out, byte < ' ' || byte == 0x7f ? ' ' : (char)byte);
    }
}

static void add_case_line(struct buf *out, const struct outcome *outcome)
{
    const struct str columns[] = {outcome->set, outcome->id};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        add_plain(out, columns[i]);
        buf_add_char(out, '\t');
    }
    buf_printf(out, "%u\t", outcome->rank);
    add_plain(out, truth_name(&outcome->truth));
    buf_add_char(out, '\t');
    add_plain(out, outcome->top.subject);
    buf_printf(out, "\t%.3f\t%s\t%.0f\t", outcome->confidence, outcome->known ? "true" : "false",
               outcome->wall_ms);
    add_plain(out, outcome->truth.fault);
    buf_add_char(out, '\t');
    add_plain(out, outcome->top.cause);
    buf_add_char(out, '\t');
    add_plain(out, outcome->top.kind);
    buf_printf(out, "\t%s\n", !outcome->has_kind ? "" : outcome->kind_right ? "true" : "false");
}

static void add_cases(struct buf *out, const struct board *board)
{
    buf_add(
        out,
        STR("set\tid\trank\ttruth\ttop\tconfidence\tknown\tms\tfault\tcause\tkind\tkind_right\n"));
    for (uint32_t i = 0; i < board->outcomes_count; i++)
        add_case_line(out, &board->outcomes[i]);
    buf_add_char(out, '\n');
}

static int set_width(const struct board *board)
{
    size_t width = sizeof "mean over sets" - 1;
    for (uint32_t i = 0; i < board->cards_count; i++)
        if (board->cards[i].set.len > width)
            width = board->cards[i].set.len;
    return (int)width;
}

/* The mean has no times: a percentile of percentiles would be no time at all. */
static void add_card(struct buf *out, const struct scorecard *card, int width, bool all_three,
                     bool times)
{
    buf_printf(out, "%-*.*s %6u %6.3f %6.3f %6.3f %6.3f", width, STR_ARG(card->set), card->cases,
               card->ac1, card->ac3, card->ac5, card->avg5);
    if (all_three && card->has_objects)
        buf_printf(out, " %6.3f", card->all_three);
    else if (all_three)
        buf_printf(out, " %6s", "-");
    if (card->kinds > 0)
        buf_printf(out, " %5.3f of %3u", card->kind, card->kinds);
    else
        buf_printf(out, " %12s", "-");
    buf_printf(out, " %5.3f %8u %9u %6u", card->ece, card->withheld, card->confident_wrong,
               card->failed);
    if (times)
        buf_printf(out, " %8.0f %8.0f", card->p50_ms, card->p95_ms);
    else
        buf_printf(out, " %8s %8s", "-", "-");
    buf_printf(out, " %8.0f\n", card->peak_rss_mb);
}

/* A line of its own for the sets that say which change did it: most do not. */
static void add_changes(struct buf *out, const struct board *board, int width)
{
    for (uint32_t i = 0; i < board->cards_count; i++) {
        const struct scorecard *card = &board->cards[i];
        if (card->changes > 0)
            buf_printf(out, "%-*.*s change@1 %.3f, change@5 %.3f of %u; another named in %u\n",
                       width, STR_ARG(card->set), card->change1, card->change5, card->changes,
                       card->wrong_named);
    }
}

static void add_scores(struct buf *out, const struct board *board)
{
    const int width = set_width(board);
    const struct scorecard mean = scorecard_mean(board->cards, board->cards_count);
    buf_printf(out, "%-*s %6s %6s %6s %6s %6s", width, "set", "cases", "AC@1", "AC@3", "AC@5",
               "Avg@5");
    if (mean.has_objects)
        buf_printf(out, " %6s", "all3");
    buf_printf(out, " %12s %5s %8s %9s %6s %8s %8s %8s\n", "kind", "ECE", "withheld", "confident",
               "failed", "p50 ms", "p95 ms", "peak MB");
    for (uint32_t i = 0; i < board->cards_count; i++)
        add_card(out, &board->cards[i], width, mean.has_objects, true);
    if (board->cards_count > 1)
        add_card(out, &mean, width, mean.has_objects, false);
    add_changes(out, board, width);
    buf_add(out,
            STR("(kind: place and kind of fault, of the cases whose kind is known; ECE: expected "
                "calibration\nerror; confident: named a cause, but not the right place; peak "
                "MB: of the program, with all it\nloads)\n"));
}

static void add_reliability(struct buf *out, const struct reliability *reliability)
{
    if (reliability->cases == 0)
        return;
    buf_add(out, STR("\nconfidence  cases   mean  right\n"));
    for (uint32_t i = 0; i < RELIABILITY_BINS; i++)
        if (reliability->bins[i].cases > 0)
            buf_printf(out, "%.1f to %.1f %7u %6.3f %6.3f\n", i / 10.0, (i + 1) / 10.0,
                       reliability->bins[i].cases, reliability->bins[i].confidence_mean,
                       reliability->bins[i].accuracy);
    buf_printf(out, "expected calibration error %.3f over %u cases with a hypothesis\n",
               reliability->ece, reliability->cases);
}

static void add_failures(struct buf *out, const struct board *board)
{
    bool any = false;
    for (uint32_t i = 0; i < board->outcomes_count; i++) {
        const struct outcome *outcome = &board->outcomes[i];
        if (!outcome->failed)
            continue;
        if (!any)
            buf_add(out, STR("\nfailed, and counted as wrong:\n"));
        any = true;
        buf_add(out, STR("  "));
        add_plain(out, outcome->set);
        buf_add_char(out, '/');
        add_plain(out, outcome->id);
        buf_add(out, STR(": "));
        add_plain(out, outcome->reason);
        buf_add_char(out, '\n');
    }
}

void board_text(const struct board *board, struct buf *out)
{
    if (board->per_case)
        add_cases(out, board);
    add_scores(out, board);
    const struct reliability reliability = reliability_of(board->outcomes, board->outcomes_count);
    add_reliability(out, &reliability);
    add_failures(out, board);
}

/* Rounded to what is meant: six digits behind the point for a share, one for a millisecond. */
static json_t *real(double value, double steps)
{
    return json_real(round(value * steps) / steps);
}

static json_t *text(struct str s)
{
    json_t *value = json_stringn(s.ptr ? s.ptr : "", s.len);
    return value ? value : json_string("(not UTF-8)");
}

static json_t *card_json(const struct scorecard *card)
{
    json_t *json = json_object();
    json_object_set_new(json, "cases", json_integer(card->cases));
    json_object_set_new(json, "ac1", real(card->ac1, 1e6));
    json_object_set_new(json, "ac3", real(card->ac3, 1e6));
    json_object_set_new(json, "ac5", real(card->ac5, 1e6));
    json_object_set_new(json, "avg5", real(card->avg5, 1e6));
    json_object_set_new(json, "kinds", json_integer(card->kinds));
    json_object_set_new(json, "kind", card->kinds > 0 ? real(card->kind, 1e6) : json_null());
    json_object_set_new(json, "changes", json_integer(card->changes));
    json_object_set_new(json, "change1",
                        card->changes > 0 ? real(card->change1, 1e6) : json_null());
    json_object_set_new(json, "change5",
                        card->changes > 0 ? real(card->change5, 1e6) : json_null());
    json_object_set_new(json, "wrong_named", json_integer(card->wrong_named));
    json_object_set_new(json, "ece", real(card->ece, 1e6));
    json_object_set_new(json, "withheld", json_integer(card->withheld));
    json_object_set_new(json, "confident_wrong", json_integer(card->confident_wrong));
    json_object_set_new(json, "failed", json_integer(card->failed));
    json_object_set_new(json, "p50_ms", real(card->p50_ms, 10));
    json_object_set_new(json, "p95_ms", real(card->p95_ms, 10));
    json_object_set_new(json, "peak_rss_mb", real(card->peak_rss_mb, 10));
    if (card->has_objects)
        json_object_set_new(json, "all_three", real(card->all_three, 1e6));
    return json;
}

static json_t *case_json(const struct outcome *outcome)
{
    json_t *json = json_object();
    json_object_set_new(json, "set", text(outcome->set));
    json_object_set_new(json, "id", text(outcome->id));
    json_object_set_new(json, "rank",
                        outcome->rank > 0 ? json_integer(outcome->rank) : json_null());
    json_object_set_new(json, "truth", text(truth_name(&outcome->truth)));
    json_object_set_new(json, "top", text(outcome->top.subject));
    json_object_set_new(json, "confidence", real(outcome->confidence, 1e6));
    json_object_set_new(json, "known", json_boolean(outcome->known));
    json_object_set_new(json, "ms", real(outcome->wall_ms, 10));
    json_object_set_new(json, "fault", text(outcome->truth.fault));
    json_object_set_new(json, "cause", text(outcome->top.cause));
    json_object_set_new(json, "kind", text(outcome->top.kind));
    json_object_set_new(json, "kind_right",
                        outcome->has_kind ? json_boolean(outcome->kind_right) : json_null());
    json_object_set_new(json, "change_rank",
                        outcome->change_rank > 0 ? json_integer(outcome->change_rank)
                                                 : json_null());
    json_object_set_new(json, "tells_change", json_boolean(outcome->truth.change.len > 0));
    json_object_set_new(json, "names_change", json_boolean(outcome->names_change));
    json_object_set_new(json, "nobody", json_boolean(outcome->truth.nobody));
    json_object_set_new(json, "tells_onset", json_boolean(outcome->truth.tells_onset));
    json_object_set_new(json, "onset_error_s",
                        outcome->has_onset ? real(outcome->onset_error_s, 10) : json_null());
    return json;
}

static json_t *cases_json(const struct board *board)
{
    json_t *cases = json_array();
    for (uint32_t i = 0; i < board->outcomes_count; i++)
        json_array_append_new(cases, case_json(&board->outcomes[i]));
    return cases;
}

static json_t *failures_json(const struct board *board)
{
    json_t *failures = json_array();
    for (uint32_t i = 0; i < board->outcomes_count; i++) {
        const struct outcome *outcome = &board->outcomes[i];
        if (!outcome->failed)
            continue;
        json_t *failure = json_object();
        json_object_set_new(failure, "set", text(outcome->set));
        json_object_set_new(failure, "id", text(outcome->id));
        json_object_set_new(failure, "reason", text(outcome->reason));
        json_array_append_new(failures, failure);
    }
    return failures;
}

/* The bins that have a case. */
static json_t *reliability_json(const struct reliability *reliability)
{
    json_t *bins = json_array();
    for (uint32_t i = 0; i < RELIABILITY_BINS; i++) {
        if (reliability->bins[i].cases == 0)
            continue;
        json_t *bin = json_object();
        json_object_set_new(bin, "from", real((double)i / RELIABILITY_BINS, 1e6));
        json_object_set_new(bin, "cases", json_integer(reliability->bins[i].cases));
        json_object_set_new(bin, "confidence", real(reliability->bins[i].confidence_mean, 1e6));
        json_object_set_new(bin, "right", real(reliability->bins[i].accuracy, 1e6));
        json_array_append_new(bins, bin);
    }
    return bins;
}

static json_t *mean_json(const struct scorecard *mean)
{
    json_t *json = json_object();
    json_object_set_new(json, "ac1", real(mean->ac1, 1e6));
    json_object_set_new(json, "ac3", real(mean->ac3, 1e6));
    json_object_set_new(json, "ac5", real(mean->ac5, 1e6));
    json_object_set_new(json, "avg5", real(mean->avg5, 1e6));
    return json;
}

void board_json(const struct board *board, struct buf *out)
{
    const struct scorecard mean = scorecard_mean(board->cards, board->cards_count);
    const struct reliability reliability = reliability_of(board->outcomes, board->outcomes_count);
    json_t *sets = json_object();
    for (uint32_t i = 0; i < board->cards_count; i++) {
        const struct str set = str_copy(out->arena, board->cards[i].set);
        json_object_set_new(sets, set.ptr, card_json(&board->cards[i]));
    }

    json_t *json = json_object();
    json_object_set_new(json, "sets", sets);
    json_object_set_new(json, "mean", mean_json(&mean));
    json_object_set_new(json, "ece",
                        reliability.cases > 0 ? real(reliability.ece, 1e6) : json_null());
    json_object_set_new(json, "reliability", reliability_json(&reliability));
    json_object_set_new(json, "peak_rss_mb", real(mean.peak_rss_mb, 10));
    json_object_set_new(json, "failures", failures_json(board));
    if (board->per_case)
        json_object_set_new(json, "cases", cases_json(board));
    char *bytes = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    buf_add(out, str_of(bytes));
    buf_add_char(out, '\n');
    free(bytes);
    json_decref(json);
}
