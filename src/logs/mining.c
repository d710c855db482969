/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stretch of a log is from its first time to its last, but for what lies far away: one line
 * with a wild clock must not squeeze all others into one slot. Far is more than the whole stretch
 * beside what a sample has between its first and last hundredth.
 */
#include "logs/mining.h"

#include "base/arena.h"
#include "logs/crew.h"
#include "logs/timed.h"

#include <stdlib.h>
#include <string.h>

#define DENSE_LINES (INT64_C(1) << 20)
#define DENSE_STEP 8     /* of the first million lines the time of each eighth is in the sample */
#define SPARSE_STEP 1024 /* and of what follows: 8 MB for a thousand million lines */
#define TRIM 100         /* one in so many at either end of the sample may be wild */

/* What one block tells. */
struct mined {
    uint32_t file;
    int64_t lines;
    uint64_t events, timed, with_header;
    uint64_t formats[HEADER_FORMATS_COUNT];
    uint64_t inner_formats[HEADER_FORMATS_COUNT];
    uint32_t missing;
    int64_t min_ns, max_ns;
    int64_t *sample;
    size_t sample_count;
};

struct sample {
    int64_t *items;
    size_t count, room;
};

struct work {
    struct input *const *inputs;
    const struct survey_options *options;
    struct miner *miners[CREW_MAX];
    struct arena *arena;
    struct mining *out;
    struct sample *samples; /* by file */
};

static bool is_sampled(int64_t number)
{
    return number % (number <= DENSE_LINES ? DENSE_STEP : SPARSE_STEP) == 1;
}

static void note_event(struct mined *mined, const struct event *event)
{
    mined->events++;
    mined->with_header += event->has_header;
    mined->formats[event->header.format]++;
    mined->inner_formats[event->header.inner]++;
    mined->missing |= event->header.missing;
}

static void note_time(struct mined *mined, const struct event *event, int64_t time_ns)
{
    if (mined->timed++ == 0)
        mined->min_ns = mined->max_ns = time_ns;
    mined->min_ns = time_ns < mined->min_ns ? time_ns : mined->min_ns;
    mined->max_ns = time_ns > mined->max_ns ? time_ns : mined->max_ns;
    if (is_sampled(event->number))
        mined->sample[mined->sample_count++] = time_ns;
}

static int64_t lines_of(struct str text)
{
    int64_t lines = 0;
    for (struct str line; str_split(&text, '\n', &line);)
        lines++;
    return lines;
}

static void *mine_block(void *state, uint32_t worker, const struct block *block,
                        struct arena *arena)
{
    struct work *work = state;
    const struct survey_options *options = work->options;
    struct mined *mined = arena_push(arena, struct mined);
    mined->file = block->file;
    mined->lines = lines_of(block->text);
    mined->sample = arena_push_many(arena, int64_t, (size_t)(mined->lines / DENSE_STEP) + 2);
    struct timed_events events;
    struct event event;
    timed_events_start(&events, arena, input_header(work->inputs[block->file]), block,
                       options->since_ns, options->until_ns);
    while (timed_events_next(&events, &event)) {
        note_event(mined, &event);
        if (events.has_time)
            note_time(mined, &event, events.time_ns);
        miner_add(work->miners[worker], timed_message(&event));
    }
    timed_events_end(&events);
    return mined;
}

static void add_sample(struct sample *sample, const struct mined *mined, struct arena *arena)
{
    if (mined->sample_count == 0)
        return;
    if (sample->count + mined->sample_count > sample->room) {
        const size_t room = 2 * (sample->room + mined->sample_count);
        sample->items = arena_grow(arena, sample->items, sample->count * sizeof *sample->items,
                                   room * sizeof *sample->items);
        sample->room = room;
    }
    memcpy(sample->items + sample->count, mined->sample,
           mined->sample_count * sizeof *mined->sample);
    sample->count += mined->sample_count;
}

static void merge_block(void *state, void *result)
{
    struct work *work = state;
    const struct mined *mined = result;
    struct mining *out = work->out;
    out->lines += (uint64_t)mined->lines;
    out->lines_before[mined->file + 1] += mined->lines;
    out->events += mined->events;
    out->timed += mined->timed;
    out->with_header += mined->with_header;
    out->missing |= mined->missing;
    for (int i = 0; i < HEADER_FORMATS_COUNT; i++) {
        out->formats[i] += mined->formats[i];
        out->inner_formats[i] += mined->inner_formats[i];
    }
    add_sample(&work->samples[mined->file], mined, work->arena);
    struct stretch *stretch = &out->stretches[mined->file];
    if (mined->timed == 0)
        return;
    if (!stretch->any || mined->min_ns < stretch->min_ns)
        stretch->min_ns = mined->min_ns;
    if (!stretch->any || mined->max_ns > stretch->max_ns)
        stretch->max_ns = mined->max_ns;
    stretch->any = true;
}

static void note_progress(void *state, double done)
{
    const struct work *work = state;
    if (work->options->progress)
        work->options->progress(done / 2);
}

/* ---- the stretch of time ---- */

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Where there are wild times, all that a sample has of the others and a margin: it has not all. */
static void find_stretch(struct stretch *stretch, const struct sample *sample)
{
    const size_t count = sample->count;
    stretch->start_ns = stretch->min_ns;
    stretch->end_ns = stretch->max_ns + 1;
    if (count == 0)
        return;
    qsort(sample->items, count, sizeof *sample->items, by_value);
    const int64_t low = sample->items[count / TRIM];
    const int64_t high = sample->items[count - 1 - count / TRIM];
    const int64_t span = high - low, margin = span / SURVEY_SLOTS;
    if (low - stretch->min_ns > span) {
        size_t first = 0;
        while (low - sample->items[first] > span)
            first++;
        stretch->start_ns = sample->items[first] - margin;
    }
    if (stretch->max_ns - high > span) {
        size_t last = count - 1;
        while (sample->items[last] - high > span)
            last--;
        stretch->end_ns = sample->items[last] + margin + 1;
    }
}

static void join_stretches(struct mining *out, uint32_t count)
{
    struct stretch *all = &out->stretches[count];
    for (uint32_t i = 0; i < count; i++) {
        const struct stretch *one = &out->stretches[i];
        if (!one->any)
            continue;
        if (!all->any) {
            *all = *one;
            continue;
        }
        all->start_ns = one->start_ns < all->start_ns ? one->start_ns : all->start_ns;
        all->end_ns = one->end_ns > all->end_ns ? one->end_ns : all->end_ns;
        all->min_ns = one->min_ns < all->min_ns ? one->min_ns : all->min_ns;
        all->max_ns = one->max_ns > all->max_ns ? one->max_ns : all->max_ns;
    }
}

bool mining_run(struct arena *arena, struct input *const *inputs, uint32_t count,
                const struct survey_options *options, struct mining *out, struct err *err)
{
    struct arena *scratch = arena_new("mining");
    *out = (struct mining){
        .lines_before = arena_push_many(arena, int64_t, count + 1),
        .stretches = arena_push_many(arena, struct stretch, count + 1),
    };
    struct work work = {.inputs = inputs,
                        .options = options,
                        .arena = scratch,
                        .out = out,
                        .samples = arena_push_many(scratch, struct sample, count)};
    const uint32_t threads = options->threads > 1 ? options->threads : 1;
    struct arena *arenas[CREW_MAX] = {arena};
    for (uint32_t i = 0; i < threads && i < CREW_MAX; i++) {
        arenas[i] = i == 0 ? arena : arena_new("miner");
        work.miners[i] = miner_new(arenas[i], (struct miner_limits){0});
    }
    const struct crew crew = {.threads = threads,
                              .state = &work,
                              .work = mine_block,
                              .merge = merge_block,
                              .progress = note_progress};
    const bool ok = crew_run(&crew, inputs, count, err);
    for (uint32_t i = 1; i < threads && i < CREW_MAX; i++) {
        miner_merge(work.miners[0], work.miners[i]);
        arena_free(arenas[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        find_stretch(&out->stretches[i], &work.samples[i]);
        out->lines_before[i + 1] += out->lines_before[i];
    }
    join_stretches(out, count);
    arena_free(scratch);
    miner_finish(work.miners[0]);
    out->miner = work.miners[0];
    return ok;
}
