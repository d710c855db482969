/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/detect.h"

#include "base/arena.h"
#include "base/clock.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define VALUE_MAX 1e150 /* larger ones are taken for this: their squares must be finite */
#define ROUNDING 1e-12  /* of a value's size: what differs by less is the same */
#define SLOT_NS (300 * NS_PER_S)
#define DAY_SLOTS 288
#define WEEK_SLOTS (7 * DAY_SLOTS)

#define LEVEL_RATE 0.05     /* the recent level is that of the last 20 values */
#define LONG_RATE 0.005     /* and the long one that of 200 */
#define MEAN_RATE_MIN 0.002 /* the mean of all forgets after 500: it has to follow a drift */
#define SEASON_RATE 0.3     /* three days or weeks make a habit */
#define LOSS_RATE 0.01      /* a forecaster is known by its last 100 values */
#define CLIP_LOSSES 3.0     /* the most that one value moves a forecaster, in its mean losses */
#define CLIP_AFTER 50       /* values; before, a mean loss is not known well enough */
#define LOSS_SHARE_MIN 1e-6 /* no forecaster outweighs another by more, squared */
#define SHORT_COUNT 10      /* values in the short mean, as in the paper named in eval/nab.h */

#define TAIL_BINS 1024
#define TAIL_BINS_PER_OCTAVE 16 /* 4 % wide, over 64 octaves */
#define TAIL_SHARE 0.02         /* which is the tail of the answers */
#define TAIL_COUNT_MIN 5        /* fewer have no shape */
#define TAIL_SLOPE_MIN 0.05     /* of a tail that is all in one bin */
#define TAIL_MEMORY 4000.0      /* answers; then all that was seen counts half */
#define TAIL_REFIT 50           /* answers, between two fits */
#define WARM_COUNT 100          /* values before the first score */

#define EVENT_COUNT 50   /* an event goes on for this many values, */
#define EVENT_SHARE 0.03 /* and the longer, the more has been seen */
#define EVENT_MARGIN 1.0 /* within, news is what is e times rarer than all of it so far */

/* The answers so far to one question, as counts over their logarithm. */
struct tail {
    float bins[TAIL_BINS];
    size_t used;   /* bins; those above are empty */
    double zeros;  /* answers of zero have no logarithm */
    double count;  /* all, zeros too */
    double origin; /* log2 of the lower end of bins[0] */
    bool placed;   /* the origin is known */
    bool fitted;
    double start;  /* ln of the answer where the tail begins */
    double rarity; /* -ln of the share that lies in it */
    double slope;  /* mean of ln(answer) - start over the tail */
};

/* A habit: what is usual in each slot of a day or a week. */
struct habit {
    double *usual;
    bool *known;
    int64_t slots;
    int64_t slot; /* where the values come from now; -1 at first */
    double sum;   /* of the values in it, so far */
    int64_t count;
};

enum { LEVEL, DAY, WEEK, MEAN, FORECASTERS };

enum { FROM_MIXTURE, FROM_DAY, FROM_LONG, QUESTIONS };

struct detector {
    uint64_t seen;
    double level, mean, long_mean;
    struct habit day, week; /* with clipped updates */
    struct habit raw_day;   /* without: it forgets a wrong habit sooner */
    double losses[FORECASTERS];
    double weights[FORECASTERS]; /* how much of a loss has been seen, up to 1 */
    double recent[SHORT_COUNT];
    struct tail tails[QUESTIONS];
    double event_score; /* of the latest event, at its rarest */
    uint64_t event_at;
};

static void habit_init(struct habit *habit, struct arena *arena, int64_t slots)
{
    habit->usual = arena_push_many(arena, double, (size_t)slots);
    habit->known = arena_push_many(arena, bool, (size_t)slots);
    habit->slots = slots;
    habit->slot = -1;
}

struct detector *detector_new(struct arena *arena)
{
    struct detector *detector = arena_push(arena, struct detector);
    habit_init(&detector->day, arena, DAY_SLOTS);
    habit_init(&detector->raw_day, arena, DAY_SLOTS);
    habit_init(&detector->week, arena, WEEK_SLOTS);
    return detector;
}

static void tail_fit(struct tail *tail)
{
    const double want = fmax(TAIL_SHARE * tail->count, TAIL_COUNT_MIN);
    double inside = 0, excess = 0;
    size_t from = tail->used;
    while (from > 0 && inside + (double)tail->bins[from - 1] < want)
        inside += (double)tail->bins[--from];
    tail->start = M_LN2 * (tail->origin + (double)from / TAIL_BINS_PER_OCTAVE);
    for (size_t i = from; i < tail->used; i++)
        excess += (double)tail->bins[i] * M_LN2 * ((double)(i - from) + 0.5) / TAIL_BINS_PER_OCTAVE;
    tail->slope = fmax(inside > 0 ? excess / inside : 0, TAIL_SLOPE_MIN);
    tail->rarity = log(tail->count / fmax(inside, 1.0));
    tail->fitted = true;
}

static void tail_forget(struct tail *tail)
{
    tail->zeros /= 2;
    tail->count = tail->zeros;
    for (size_t i = 0; i < TAIL_BINS; i++) {
        tail->bins[i] /= 2;
        tail->count += (double)tail->bins[i];
    }
}

static void tail_add(struct tail *tail, double answer)
{
    tail->count++;
    if (!(answer > 0)) {
        tail->zeros++;
    } else {
        const double octaves = log2(answer);
        if (!tail->placed)
            tail->origin = octaves - TAIL_BINS / 2.0 / TAIL_BINS_PER_OCTAVE;
        tail->placed = true;
        const double place = (octaves - tail->origin) * TAIL_BINS_PER_OCTAVE;
        const size_t bin = (size_t)fmin(fmax(place, 0), TAIL_BINS - 1);
        tail->bins[bin]++;
        tail->used = bin + 1 > tail->used ? bin + 1 : tail->used;
    }
    if (tail->count > TAIL_MEMORY)
        tail_forget(tail);
}

/* -ln of the share of answers that are as large; 0 below the tail. */
static double tail_surprise(const struct tail *tail, double answer)
{
    if (!(answer > 0))
        return 0;
    if (tail->count <= tail->zeros) /* the first that is not zero */
        return log(tail->count + 1);
    const double excess = log(answer) - tail->start;
    return tail->fitted && excess > 0 ? tail->rarity + excess / tail->slope : 0;
}

static int64_t slot_of(const struct habit *habit, int64_t time_ns)
{
    const int64_t slot = time_ns / SLOT_NS % habit->slots;
    return slot < 0 ? slot + habit->slots : slot;
}

static double clipped(double change, double most)
{
    return most > 0 ? fmin(fmax(change, -most), most) : change;
}

/*
 * Turns to the slot of a time. What was seen in the slot before becomes part of the habit only now:
 * values of the same visit must not be held against each other. A slot that was never seen before
 * begins with what `shorter` makes of it, or with its own mean where that is NULL.
 */
static void habit_turn(struct habit *habit, int64_t time_ns, double clip,
                       const struct habit *shorter)
{
    const int64_t slot = slot_of(habit, time_ns);
    if (slot == habit->slot)
        return;
    if (habit->count > 0) {
        const double mean = habit->sum / (double)habit->count;
        double *usual = &habit->usual[habit->slot];
        if (habit->known[habit->slot])
            *usual += SEASON_RATE * clipped(mean - *usual, clip);
        else
            *usual = shorter ? shorter->usual[habit->slot % shorter->slots] : mean;
        habit->known[habit->slot] = true;
    }
    habit->slot = slot;
    habit->sum = 0;
    habit->count = 0;
}

static bool habit_knows(const struct habit *habit)
{
    return habit->known[habit->slot];
}

static double habit_usual(const struct habit *habit)
{
    return habit->usual[habit->slot];
}

static void habit_add(struct habit *habit, double value)
{
    habit->sum += value;
    habit->count++;
}

static double loss_of(const struct detector *detector, int which)
{
    const double weight = detector->weights[which];
    return weight > 0 ? detector->losses[which] / weight : 0;
}

/* The most that a value may move a forecaster; 0: as much as it wants. */
static double clip_of(const struct detector *detector, int which)
{
    return detector->seen > CLIP_AFTER ? CLIP_LOSSES * loss_of(detector, which) : 0;
}

struct forecasts {
    double values[FORECASTERS];
    bool known[FORECASTERS];
};

static struct forecasts forecasts_of(const struct detector *detector)
{
    return (struct forecasts){
        .values = {[LEVEL] = detector->level,
                   [DAY] = habit_usual(&detector->day),
                   [WEEK] = habit_usual(&detector->week),
                   [MEAN] = detector->mean},
        .known = {[LEVEL] = true,
                  [DAY] = habit_knows(&detector->day),
                  [WEEK] = habit_knows(&detector->week),
                  [MEAN] = true},
    };
}

/* The mean of the forecasts, each weighed by the inverse square of its loss. */
static double mixture_of(const struct detector *detector, const struct forecasts *forecasts)
{
    double worst = 0, sum = 0, weights = 0;
    for (int i = 0; i < FORECASTERS; i++)
        worst = fmax(worst, loss_of(detector, i));
    for (int i = 0; i < FORECASTERS; i++) {
        if (!forecasts->known[i] || !(detector->weights[i] > 0) || !(worst > 0))
            continue;
        const double share = fmax(loss_of(detector, i) / worst, LOSS_SHARE_MIN);
        sum += forecasts->values[i] / (share * share);
        weights += 1 / (share * share);
    }
    return weights > 0 ? sum / weights : detector->level;
}

static void learn_losses(struct detector *detector, const struct forecasts *forecasts, double value)
{
    for (int i = 0; i < FORECASTERS; i++) {
        if (!forecasts->known[i])
            continue;
        /* Clipped like the values, and twice: a loss has to be able to grow. */
        const double most = CLIP_LOSSES * clip_of(detector, i);
        const double loss = clipped(fabs(value - forecasts->values[i]), most);
        detector->losses[i] += LOSS_RATE * (loss - detector->losses[i]);
        detector->weights[i] += LOSS_RATE * (1 - detector->weights[i]);
    }
}

static double short_mean(const struct detector *detector)
{
    double sum = 0;
    for (size_t i = 0; i < SHORT_COUNT; i++)
        sum += detector->recent[i];
    return sum / SHORT_COUNT;
}

static void learn(struct detector *detector, const struct forecasts *forecasts, double value)
{
    const double level_clip = clip_of(detector, LEVEL);
    learn_losses(detector, forecasts, value);
    detector->level += LEVEL_RATE * clipped(value - detector->level, level_clip);
    detector->mean +=
        fmax(MEAN_RATE_MIN, 1.0 / (double)(detector->seen + 1)) * (value - detector->mean);
    habit_add(&detector->day, value);
    habit_add(&detector->week, value);
    habit_add(&detector->raw_day, value);
}

static void turn(struct detector *detector, int64_t time_ns)
{
    habit_turn(&detector->day, time_ns, clip_of(detector, DAY), NULL);
    habit_turn(&detector->raw_day, time_ns, 0, NULL);
    habit_turn(&detector->week, time_ns, clip_of(detector, WEEK), &detector->day);
}

/* An event is told once: within it only what is much rarer than all that was told is news. */
static double news_of(struct detector *detector, double score)
{
    const double event_count = EVENT_COUNT + EVENT_SHARE * (double)detector->seen;
    const bool goes_on =
        detector->event_score > 0 && (double)(detector->seen - detector->event_at) < event_count;
    if (!(score > (goes_on ? detector->event_score + EVENT_MARGIN : 0)))
        return 0;
    detector->event_score = score;
    detector->event_at = detector->seen;
    return score;
}

static double surprise_of(struct detector *detector, const double answers[QUESTIONS])
{
    double score = 0;
    for (int i = 0; i < QUESTIONS; i++) {
        struct tail *tail = &detector->tails[i];
        if (detector->seen >= WARM_COUNT) {
            if (tail->placed && detector->seen % TAIL_REFIT == 0)
                tail_fit(tail);
            score = fmax(score, tail_surprise(tail, answers[i]));
        }
        tail_add(tail, answers[i]);
    }
    return score;
}

static double distance(double value, double other)
{
    const double apart = fabs(value - other);
    return apart > ROUNDING * fmax(fabs(value), fabs(other)) ? apart : 0;
}

struct detection detector_push(struct detector *detector, int64_t time_ns, double value)
{
    if (!isfinite(value))
        return (struct detection){.expected = detector->level};
    value = fmin(fmax(value, -VALUE_MAX), VALUE_MAX);
    if (detector->seen == 0)
        detector->level = detector->mean = detector->long_mean = value;

    turn(detector, time_ns);
    const struct forecasts forecasts = forecasts_of(detector);
    const double expected = mixture_of(detector, &forecasts);
    detector->recent[detector->seen % SHORT_COUNT] = value;
    detector->long_mean += LONG_RATE * (value - detector->long_mean);
    const struct habit *day = &detector->raw_day;
    const double answers[QUESTIONS] = {
        [FROM_MIXTURE] = distance(value, expected),
        [FROM_DAY] = habit_knows(day) ? distance(value, habit_usual(day)) : 0,
        [FROM_LONG] =
            detector->seen >= SHORT_COUNT ? distance(short_mean(detector), detector->long_mean) : 0,
    };
    const double score = news_of(detector, surprise_of(detector, answers));
    learn(detector, &forecasts, value);
    detector->seen++;
    return (struct detection){.score = score, .expected = expected};
}
