/* SPDX-License-Identifier: Apache-2.0 */
#include "train/told.h"

#include "base/arena.h"
#include "data/json.h"

#include <math.h>
#include <stdio.h>

#define FALL_MAX 0.10 /* of AC@1: a set that loses more unseen than seen was learned by heart */

static int width_of(const struct told *told)
{
    size_t width = sizeof "mean over sets" - 1;
    for (uint32_t set = 0; set < told->examples->sets.count; set++)
        if (told->examples->sets.keys[set].len > width)
            width = told->examples->sets.keys[set].len;
    return (int)width;
}

static void add_changes(const struct told *told, struct buf *out)
{
    struct weights start = *told->start, trained = told->validation->trained;
    buf_add(out, STR("\nweight                      start trained\n"));
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        if (start.findings[finding] != trained.findings[finding])
            buf_printf(out, "findings.%-17s %6.3f  %6.3f\n", finding_name((enum finding)finding),
                       start.findings[finding], trained.findings[finding]);
    for (const struct weights_setting *it = weights_settings; it->name; it++)
        if (*weights_at(&start, it) != *weights_at(&trained, it))
            buf_printf(out, "%-10s.%-15s %6.3f  %6.3f\n", it->group, it->name,
                       *weights_at(&start, it), *weights_at(&trained, it));
}

static void add_sets_table(const struct told *told, struct buf *out)
{
    const struct validation *it = told->validation;
    const int width = width_of(told);
    buf_printf(out,
               "%-*s  cases  among |  AC@1: start  trained  held out | nats: start  held out | ECE "
               "held out\n",
               width, "set");
    for (uint32_t set = 0; set < told->examples->sets.count; set++) {
        const struct set_scores *scores = &it->sets[set];
        buf_printf(out, "%-*.*s %6u %6u | %12.3f %8.3f %9.3f | %11.3f %9.3f | %12.3f%s\n", width,
                   STR_ARG(told->examples->sets.keys[set]), scores->cases, scores->findable,
                   scores->start_ac1, scores->trained_ac1, scores->held_out_ac1,
                   scores->start_likelihood, scores->held_out_likelihood, scores->held_out_ece,
                   scores->trained_ac1 - scores->held_out_ac1 > FALL_MAX ? "  <- falls" : "");
    }
    buf_printf(out, "%-*s %6u %6s | %12.3f %8.3f %9.3f | %11s %9s | %12.3f\n", width,
               "mean over sets", told->examples->count, "", it->start_ac1, it->trained_ac1,
               it->held_out_ac1, "", "", it->held_out_ece);
    buf_add(out, STR("(among: cases whose truth is among the suspects; held out: weights that were "
                     "learned without\nthe set; the last ECE is over all cases)\n"));
}

void told_table(const struct told *told, struct buf *out)
{
    const struct validation *it = told->validation;
    add_sets_table(told, out);
    buf_add(out, STR("\nspread  nats a case, held out\n"));
    for (size_t i = 0; i < it->spreads_count; i++)
        buf_printf(out, "%6g  %.4f%s\n", validate_spreads[i], it->likelihoods[i],
                   validate_spreads[i] == it->spread ? "  <- chosen" : "");
    buf_printf(out, "held out, what was learned is worth %+.3f nats a case, give or take %.3f\n",
               it->gain, it->gain_error);
    add_changes(told, out);
    if (told->left_out > 0)
        buf_printf(out, "\n%u cases were left out: they could not be investigated\n",
                   told->left_out);
}

void told_cases(const struct told *told, struct buf *out)
{
    buf_add(out, STR("set\tid\tright\tconfidence"));
#define X(id, name, text) buf_add(out, STR("\t" name));
    CONFIDENCE_FEATURES(X)
#undef X
    buf_add_char(out, '\n');
    for (uint32_t i = 0; i < told->examples->count; i++) {
        const struct example *example = &told->examples->items[i];
        const struct prediction *prediction = &told->validation->unseen[i];
        buf_printf(out, "%.*s\t%.*s\t%d\t%.3f", STR_ARG(told->examples->sets.keys[example->set]),
                   STR_ARG(example->id), prediction->right, told->validation->confidences[i]);
        for (int feature = 0; feature < CONFIDENCE_FEATURES_COUNT; feature++)
            buf_printf(out, "\t%.3f", prediction->measures.features[feature]);
        buf_add_char(out, '\n');
    }
    buf_add_char(out, '\n');
}

/* Of the names of the cases: the same data has the same digest on every machine. */
static uint64_t digest(const struct told *told)
{
    const struct examples *examples = told->examples;
    struct buf names = buf_new(examples->arena);
    for (uint32_t i = 0; i < examples->count; i++)
        buf_printf(&names, "%.*s/%.*s\n", STR_ARG(examples->sets.keys[examples->items[i].set]),
                   STR_ARG(examples->items[i].id));
    return str_hash(buf_str(&names));
}

static double rounded(double value)
{
    return round(value * 1000) / 1000;
}

static void add_sets(struct buf *out, const struct told *told, uint32_t left_out_set)
{
    buf_add(out, STR("\n    \"sets\": ["));
    bool first = true;
    for (uint32_t set = 0; set < told->examples->sets.count; set++) {
        const struct set_scores *scores = &told->validation->sets[set];
        if (set == left_out_set)
            continue;
        buf_printf(out, "%s\n      {\"name\": ", first ? "" : ",");
        json_put_text(out, told->examples->sets.keys[set]);
        buf_printf(out,
                   ", \"cases\": %u, \"ac1_start\": %g, \"ac1_trained\": %g, \"ac1_held_out\": %g, "
                   "\"ece_held_out\": %g}",
                   scores->cases, rounded(scores->start_ac1), rounded(scores->trained_ac1),
                   rounded(scores->held_out_ac1), rounded(scores->held_out_ece));
        first = false;
    }
    buf_add(out, STR("\n    ]"));
}

struct str told_provenance(struct arena *arena, const struct told *told, uint32_t left_out_set)
{
    const struct validation *it = told->validation;
    struct buf out = buf_new(arena);
    buf_add(&out, STR("{\n    \"by\": \"warroom train verdict " VERSION "\",\n    \"date\": "));
    json_put_text(&out, told->date);
    buf_printf(&out,
               ",\n    \"method\": \"%s; confidence: logistic regression on predictions for sets "
               "that were left out; nothing is drawn at random\"",
               it->spread > 0
                   ? "conditional logit, penalised, a set counting as twenty cases at most"
                   : "the weights of the start: none that were learned held on sets left out");
    buf_printf(&out, ",\n    \"spread\": %g,\n    \"learned\": %u,\n    \"cases\": %u", it->spread,
               it->fit.learned, told->examples->count);
    buf_printf(&out, ",\n    \"cases_digest\": \"%016llx\",", (unsigned long long)digest(told));
    add_sets(&out, told, left_out_set);
    buf_printf(&out,
               ",\n    \"gain_held_out\": %g,\n    \"gain_error\": %g,\n    \"ece_held_out\": %g",
               rounded(it->gain), rounded(it->gain_error), rounded(it->held_out_ece));
    buf_add(&out, STR(",\n    \"limits\": \"known to these systems only; of a finding that fewer "
                      "than two sets show nothing was learned\"\n  }"));
    return buf_str(&out);
}
