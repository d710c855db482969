/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fault has a handful of cases, so its row counts them, `4/5`; shares with their intervals are
 * told of all.
 */
#include "gym/score/table.h"

#include "base/arena.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

/* ---- text ---- */

/* A text from outside must not steer a terminal. */
static void add_plain(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char byte = (unsigned char)text.ptr[i];
        buf_add_char(out, byte < ' ' || byte == 0x7f ? ' ' : (char)byte);
    }
}

static void add_padded(struct buf *out, struct str text, size_t width)
{
    add_plain(out, text);
    for (size_t i = text.len; i < width; i++)
        buf_add_char(out, ' ');
}

static void add_row(struct buf *out, const struct tally *tally, size_t width)
{
    add_padded(out, tally->name, width);
    buf_printf(out, " %5u", tally->cases);
    for (int i = 0; i < MEASURES_COUNT; i++) {
        char cell[24] = "-";
        if (tally->shares[i].of > 0)
            snprintf(cell, sizeof cell, "%u/%u", tally->shares[i].right, tally->shares[i].of);
        buf_printf(out, " %8s", cell);
    }
    if (tally->onsets > 0)
        buf_printf(out, " %7.1f %7.1f", tally->onset_p50_s, tally->onset_p90_s);
    else
        buf_printf(out, " %7s %7s", "-", "-");
    buf_printf(out, " %7.0f %7.0f", tally->p50_ms, tally->p95_ms);
    if (tally->sure > 0)
        buf_printf(out, " %5.2f\n", tally->ece);
    else
        buf_printf(out, " %5s\n", "-");
}

static void add_table(struct buf *out, const struct tallies *tallies)
{
    size_t width = sizeof "fault" - 1;
    for (uint32_t i = 0; i < tallies->count; i++)
        if (tallies->groups[i].name.len > width)
            width = tallies->groups[i].name.len;
    add_padded(out, STR(""), width);
    buf_printf(out, " %5s", "cases");
    for (int i = 0; i < MEASURES_COUNT; i++)
        buf_printf(out, " %8s", measures[i].column);
    buf_printf(out, " %7s %7s %7s %7s %5s\n", "onset s", "p90 s", "p50 ms", "p95 ms", "ECE");
    for (uint32_t i = 0; i < tallies->count; i++)
        add_row(out, &tallies->groups[i], width);
    if (tallies->count > 1)
        add_row(out, &tallies->all, width);
}

static void add_shares(struct buf *out, const struct tally *all)
{
    buf_add(out, STR("\nshare  95 % interval      of\n"));
    for (int i = 0; i < MEASURES_COUNT; i++) {
        if (all->shares[i].of == 0)
            continue;
        double low, high;
        share_interval(all->shares[i], &low, &high);
        buf_printf(out, "%.3f  %.3f to %.3f  %6u  %s\n", share_value(all->shares[i]), low, high,
                   all->shares[i].of, measures[i].text);
    }
    if (all->onsets > 0)
        buf_printf(out, "onset error of %u whose place is right: median %.1f s, p90 %.1f s\n",
                   all->onsets, all->onset_p50_s, all->onset_p90_s);
    if (all->sure > 0)
        buf_printf(out, "expected calibration error %.3f over %u with a hypothesis\n", all->ece,
                   all->sure);
}

static void add_failures(struct buf *out, const struct outcome *outcomes, uint32_t count)
{
    bool any = false;
    for (uint32_t i = 0; i < count; i++) {
        if (!outcomes[i].failed)
            continue;
        buf_add(out, any ? STR("  ") : STR("\nfailed, and counted as wrong:\n  "));
        any = true;
        add_plain(out, outcomes[i].set);
        buf_add_char(out, '/');
        add_plain(out, outcomes[i].id);
        buf_add(out, STR(": "));
        add_plain(out, outcomes[i].reason);
        buf_add_char(out, '\n');
    }
}

void outcomes_text(const struct outcome *outcomes, uint32_t count, struct buf *out)
{
    buf_add(out, STR("id\tfault\trecut\ttruth\ttop\trank\ttrue_kind\tkind\tchange_rank\tknown\t"
                     "confidence\tonset_error_s\tms\n"));
    for (uint32_t i = 0; i < count; i++) {
        const struct outcome *it = &outcomes[i];
        const struct str texts[] = {it->id, it->truth.fault, it->truth.recut,
                                    truth_name(&it->truth), it->top.subject};
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++) {
            add_plain(out, texts[j]);
            buf_add_char(out, '\t');
        }
        buf_printf(out, "%u\t", it->rank);
        add_plain(out, it->truth.kind);
        buf_add_char(out, '\t');
        add_plain(out, it->top.kind);
        buf_printf(out, "\t%u\t%s\t%.3f\t", it->change_rank, it->known ? "true" : "false",
                   it->confidence);
        if (it->has_onset)
            buf_printf(out, "%.3f", it->onset_error_s);
        buf_printf(out, "\t%.0f\n", it->wall_ms);
    }
    buf_add_char(out, '\n');
}

void tallies_text(const struct tallies *tallies, const struct outcome *outcomes, uint32_t count,
                  struct buf *out)
{
    add_table(out, tallies);
    add_shares(out, &tallies->all);
    add_failures(out, outcomes, count);
}

/* ---- JSON ---- */

static json_t *real(double value, double steps)
{
    return json_real(round(value * steps) / steps);
}

static json_t *text(struct str s)
{
    json_t *value = json_stringn(s.ptr ? s.ptr : "", s.len);
    return value ? value : json_string("(not UTF-8)");
}

static json_t *share_json(struct share share)
{
    double low, high;
    share_interval(share, &low, &high);
    return json_pack("{s:i, s:i, s:o, s:[o, o]}", "right", (int)share.right, "of", (int)share.of,
                     "share", share.of > 0 ? real(share_value(share), 1e6) : json_null(),
                     "interval", real(low, 1e6), real(high, 1e6));
}

static json_t *tally_json(const struct tally *tally)
{
    json_t *json = json_object();
    json_object_set_new(json, "name", text(tally->name));
    json_object_set_new(json, "cases", json_integer(tally->cases));
    json_object_set_new(json, "failed", json_integer(tally->failed));
    for (int i = 0; i < MEASURES_COUNT; i++)
        json_object_set_new(json, measures[i].name, share_json(tally->shares[i]));
    const bool onsets = tally->onsets > 0;
    json_object_set_new(json, "onset_error",
                        json_pack("{s:i, s:o, s:o}", "of", (int)tally->onsets, "p50_s",
                                  onsets ? real(tally->onset_p50_s, 1e3) : json_null(), "p90_s",
                                  onsets ? real(tally->onset_p90_s, 1e3) : json_null()));
    json_object_set_new(json, "p50_ms", real(tally->p50_ms, 10));
    json_object_set_new(json, "p95_ms", real(tally->p95_ms, 10));
    json_object_set_new(json, "ece", tally->sure > 0 ? real(tally->ece, 1e6) : json_null());
    json_object_set_new(json, "ece_of", json_integer(tally->sure));
    return json;
}

static json_t *case_json(const struct outcome *outcome)
{
    json_t *json = json_object();
    json_object_set_new(json, "set", text(outcome->set));
    json_object_set_new(json, "id", text(outcome->id));
    json_object_set_new(json, "fault", text(outcome->truth.fault));
    json_object_set_new(json, "recut", text(outcome->truth.recut));
    json_object_set_new(json, "truth", text(truth_name(&outcome->truth)));
    json_object_set_new(json, "top", text(outcome->top.subject));
    json_object_set_new(json, "true_kind", text(outcome->truth.kind));
    json_object_set_new(json, "kind", text(outcome->top.kind));
    json_object_set_new(json, "kind_right",
                        outcome->has_kind ? json_boolean(outcome->kind_right) : json_null());
    json_object_set_new(json, "rank",
                        outcome->rank > 0 ? json_integer(outcome->rank) : json_null());
    json_object_set_new(json, "change_rank",
                        outcome->change_rank > 0 ? json_integer(outcome->change_rank)
                                                 : json_null());
    json_object_set_new(json, "known", json_boolean(outcome->known));
    json_object_set_new(json, "confidence", real(outcome->confidence, 1e6));
    json_object_set_new(json, "onset_error_s",
                        outcome->has_onset ? real(outcome->onset_error_s, 1e3) : json_null());
    json_object_set_new(json, "ms", real(outcome->wall_ms, 10));
    if (outcome->failed)
        json_object_set_new(json, "failed", text(outcome->reason));
    return json;
}

void tallies_json(const struct tallies *tallies, const struct outcome *outcomes, uint32_t count,
                  struct buf *out)
{
    json_t *groups = json_array(), *cases = json_array();
    for (uint32_t i = 0; i < tallies->count; i++)
        json_array_append_new(groups, tally_json(&tallies->groups[i]));
    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(cases, case_json(&outcomes[i]));
    json_t *json = json_pack("{s:o, s:o, s:o}", "all", tally_json(&tallies->all), "groups", groups,
                             "cases", cases);
    char *bytes = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    buf_add(out, str_of(bytes));
    buf_add_char(out, '\n');
    free(bytes);
    json_decref(json);
}
