/* SPDX-License-Identifier: Apache-2.0 */
#include "logs/survey.h"

#include "base/arena.h"
#include "base/clock.h"
#include "logs/counting.h"

#include <math.h>

/*
 * One stretch for both sides, in slots of nearly one length; or one stretch for each of two files.
 * Without times, lines are what is counted from first to last.
 */
static void set_sides(struct survey *survey, const struct mining *mining, uint32_t files,
                      const struct survey_options *options)
{
    const struct stretch *all = &mining->stretches[files];
    struct survey_side whole = {
        .start = survey->has_time ? all->start_ns : 0,
        .end = survey->has_time ? all->end_ns : (int64_t)mining->lines,
        .slots = SURVEY_SLOTS,
    };
    if (options->two_files) {
        for (uint32_t i = 0; i < 2; i++)
            survey->sides[i] = (struct survey_side){
                .start = survey->has_time ? mining->stretches[i].start_ns : mining->lines_before[i],
                .end = survey->has_time ? mining->stretches[i].end_ns : mining->lines_before[i + 1],
                .slots = SURVEY_SLOTS,
                .first_slot = i * SURVEY_SLOTS,
            };
        survey->slots = 2 * SURVEY_SLOTS;
        return;
    }
    const double length = (double)(whole.end - whole.start);
    const int64_t split = options->has_split
                              ? options->split_ns
                              : whole.start + (int64_t)(length * options->split_share);
    survey->slots = SURVEY_SLOTS;
    survey->sides[0] = whole;
    survey->sides[1] = (struct survey_side){.start = whole.end, .end = whole.end};
    if (split <= whole.start || split >= whole.end)
        return;
    const double share = (double)(split - whole.start) / length;
    const long before = lround(fmin(fmax(share * SURVEY_SLOTS, 1), SURVEY_SLOTS - 1));
    survey->sides[0].end = survey->sides[1].start = split;
    survey->sides[0].slots = survey->sides[1].first_slot = (uint32_t)before;
    survey->sides[1].slots = SURVEY_SLOTS - (uint32_t)before;
}

bool survey_make(struct arena *arena, struct input *const *inputs, uint32_t count,
                 const struct survey_options *options, struct survey *out, struct err *err)
{
    struct mining mining;
    *out = (struct survey){0};
    if (!mining_run(arena, inputs, count, options, &mining, err))
        return false;
    *out = (struct survey){
        .has_time = 2 * mining.timed > mining.events,
        .lines = mining.lines,
        .events = mining.events,
        .with_header = mining.with_header,
        .missing = mining.missing,
        .min_ns = mining.stretches[count].min_ns,
        .max_ns = mining.stretches[count].max_ns,
        .templates_count = miner_templates_count(mining.miner),
    };
    for (int i = 0; i < HEADER_FORMATS_COUNT; i++) {
        out->formats[i] = mining.formats[i];
        out->inner_formats[i] = mining.inner_formats[i];
    }
    const bool by_time =
        options->has_split || options->since_ns != INT64_MIN || options->until_ns != INT64_MAX;
    if (by_time && out->events > 0 && mining.timed == 0)
        return err_set(err, ERR_USAGE,
                       "%s: no line has a time, so there is none before or after another",
                       input_path(inputs[0]));
    out->templates = arena_push_many(arena, struct survey_template, out->templates_count + 1);
    for (uint32_t i = 0; i < out->templates_count; i++)
        out->templates[i].text = miner_template(mining.miner, i)->text;
    if (options->two_files && out->has_time)
        out->has_time = mining.stretches[0].any && mining.stretches[1].any;
    set_sides(out, &mining, count, options);
    return counting_run(arena, inputs, count, options, &mining, out, err);
}
