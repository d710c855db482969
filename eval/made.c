/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A series is made in units of its own noise: the noise, a period, what happens; then samples are
 * left out, and it gets a level and a unit. How large things are is drawn evenly over orders of
 * magnitude, from what one sees at a glance on.
 */
#include "eval/made.h"

#include "base/arena.h"
#include "base/clock.h"

#include <math.h>

#define SAMPLES_MIN 16.0
#define SAMPLES_MAX 1600.0
#define TIMES_MIN 4.0 /* spreads of what was before: what is smaller is noise */
#define TIMES_MAX 80.0
#define BEYOND 1.2      /* of all that was before: less far out is what noise does, too */
#define LONG_MIN 24.0   /* samples; a shape that takes some time needs more of them */
#define SPREAD_MIN 0.02 /* of noise that is next to none */
#define NONE_SHARE 0.25
#define SPARSE_SHARE 0.25 /* of counts: hardly ever any */

struct draw {
    uint64_t state;
};

/* SplitMix64 (G. Steele et al., Fast splittable pseudorandom number generators, 2014). */
static uint64_t next(struct draw *draw)
{
    uint64_t z = draw->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static double evenly(struct draw *draw, double low, double high)
{
    return low + (high - low) * (double)(next(draw) >> 11) / 9007199254740992.0;
}

static double by_size(struct draw *draw, double low, double high)
{
    return low * exp(evenly(draw, 0, log(high / low)));
}

static bool perhaps(struct draw *draw, double share)
{
    return evenly(draw, 0, 1) < share;
}

static size_t below(struct draw *draw, size_t count)
{
    return (size_t)(next(draw) % (count > 0 ? count : 1));
}

static double normal(struct draw *draw)
{
    const double radius = sqrt(-2 * log(evenly(draw, 1e-12, 1)));
    return radius * cos(6.283185307179586 * evenly(draw, 0, 1));
}

/* Knuth's, for means of a few. */
static double poisson(struct draw *draw, double mean)
{
    const double floor = exp(-mean);
    double product = evenly(draw, 0, 1);
    int count = 0;
    for (; product > floor && count < 100; count++)
        product *= evenly(draw, 0, 1);
    return count;
}

const char *made_noise_name(enum made_noise noise)
{
    static const char *const names[] = {
#define X(name, word) #word,
        MADE_NOISES(X)
#undef X
    };
    return names[noise];
}

/* ---- what there was before ---- */

static void make_noise(struct draw *draw, enum made_noise noise, double *x, size_t n)
{
    const double kept = evenly(draw, 0.5, 0.97), few = by_size(draw, 0.05, 8);
    const double mean = perhaps(draw, SPARSE_SHARE) ? 0.03 : few;
    const double sigma = evenly(draw, 0.3, 1), grain = evenly(draw, 0.7, 2.5);
    const size_t turn = 2 + below(draw, 4), phase = below(draw, turn);
    const double regular = perhaps(draw, 0.6) ? 1 : evenly(draw, 0.7, 1);
    const double quiet = perhaps(draw, 0.6) ? 0 : 0.02;
    double last = normal(draw);
    for (size_t i = 0; i < n; i++) {
        const double z = normal(draw);
        last = kept * last + sqrt(1 - kept * kept) * z;
        switch (noise) {
        case MADE_WHITE:
            x[i] = z;
            break;
        case MADE_HEAVY:
            x[i] = z * fmin(1 / sqrt(evenly(draw, 0.02, 1)), 4);
            break;
        case MADE_WANDERING:
            x[i] = last;
            break;
        case MADE_COUNTS:
            x[i] = poisson(draw, mean);
            break;
        case MADE_SKEWED:
            x[i] = exp(sigma * z);
            break;
        case MADE_ROUNDED:
            x[i] = round(z / grain) * grain;
            break;
        case MADE_ALTERNATING:
            x[i] = (i + phase) % turn == 0 && perhaps(draw, regular) ? 2 : 0;
            break;
        default:
            x[i] = quiet * z;
        }
    }
}

struct period {
    double samples, height;
    bool is_square;
};

static struct period make_period(struct draw *draw, size_t n, double height_min)
{
    return (struct period){.samples = by_size(draw, 6, fmax(7, (double)n / 3)),
                           .height = by_size(draw, height_min, 12),
                           .is_square = perhaps(draw, 0.25)};
}

static double period_at(const struct period *period, double phase, size_t i)
{
    const double angle = 6.283185307179586 * ((double)i / period->samples + phase);
    const double wave = sin(angle) + 0.3 * sin(2 * angle);
    return period->height / 2 * (period->is_square ? (wave > 0 ? 1 : -1) : wave);
}

static double spread_of(const double *x, size_t n)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    return fmax(sqrt(squares / (double)n), SPREAD_MIN);
}

static double range_of(const double *x, size_t n)
{
    double low = x[0], high = x[0];
    for (size_t i = 1; i < n; i++) {
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
    }
    return high - low;
}

/* ---- what happens ---- */

struct making {
    struct draw draw;
    double *x;
    size_t n;
    double size; /* of what happens */
};

static size_t place(struct making *make, double low, double high)
{
    return (size_t)(evenly(&make->draw, low, high) * (double)make->n);
}

static void add_step(struct making *make, double sign)
{
    size_t at = place(make, 0.12, 0.88);
    const size_t soft = perhaps(&make->draw, 0.3) ? 1 + below(&make->draw, 3) : 0;
    const double wilder = perhaps(&make->draw, 0.3) ? evenly(&make->draw, 0.1, 0.35) : 0;
    const bool again = perhaps(&make->draw, 0.15);
    const size_t second = at + (make->n - at) / 2;
    for (size_t i = at; i < make->n; i++) {
        const double share = i < at + soft ? (double)(i - at + 1) / (double)(soft + 1) : 1;
        const double level = share * make->size * (again && i >= second ? 1.7 : 1);
        make->x[i] += sign * level * (1 + wilder * normal(&make->draw));
    }
}

static void add_ramp(struct making *make, double sign)
{
    const size_t at = perhaps(&make->draw, 0.3) ? 0 : place(make, 0.05, 0.75);
    const double stairs = perhaps(&make->draw, 0.35) ? evenly(&make->draw, 4, 12) : 0;
    const double bend = evenly(&make->draw, 0.8, 1.5);
    for (size_t i = at; i < make->n; i++) {
        double share = pow((double)(i - at + 1) / (double)(make->n - at), bend);
        share = stairs > 0 ? floor(share * stairs) / stairs : share;
        make->x[i] += sign * share * 1.5 * make->size;
    }
}

static void add_bump(struct making *make, size_t at, size_t width, double height)
{
    const bool fades = perhaps(&make->draw, 0.3);
    for (size_t i = 0; i < width && at + i < make->n; i++)
        make->x[at + i] +=
            height * (fades ? 1 - (double)i / (double)width : evenly(&make->draw, 0.75, 1));
}

static void add_spike(struct making *make, double sign, double width_max)
{
    const double most = fmax(1.5, width_max * (double)make->n);
    const size_t width = (size_t)by_size(&make->draw, 1, most);
    add_bump(make, 1 + below(&make->draw, make->n - width - 3), width, sign * make->size);
    /* a small second one does not make it several */
    if (perhaps(&make->draw, 0.15))
        add_bump(make, 1 + below(&make->draw, make->n - 3), 1,
                 sign * make->size * evenly(&make->draw, 0.1, 0.3));
}

static void add_burst(struct making *make)
{
    const size_t span = (size_t)fmax(7, evenly(&make->draw, 0.15, 0.6) * (double)make->n);
    const size_t from = 1 + below(&make->draw, make->n - span);
    const size_t most = span / 3 < 12 ? span / 3 : 12;
    const size_t count = 3 + below(&make->draw, most > 3 ? most - 2 : 1);
    for (size_t k = 0; k < count; k++) {
        const size_t room = span / count;
        const size_t at = from + k * room + below(&make->draw, room > 2 ? room - 1 : 1);
        const size_t width = 1 + (room > 6 ? below(&make->draw, room / 4 + 1) : 0);
        add_bump(make, at, width, make->size * evenly(&make->draw, 0.4, 1));
    }
}

static void add_swing(struct making *make)
{
    const size_t at = place(make, 0.2, 0.75);
    const double samples = by_size(&make->draw, 2, fmax(3, (double)(make->n - at) / 3));
    const bool random = perhaps(&make->draw, 0.4);
    for (size_t i = at; i < make->n; i++)
        make->x[i] += make->size * (random ? evenly(&make->draw, -1, 1)
                                           : cos(6.283185307179586 * (double)(i - at) / samples));
}

static void lose_period(struct making *make)
{
    const size_t at = place(make, 0.4, 0.8);
    struct period period = make_period(&make->draw, at, 1);
    period.height = make->size * 2;
    period.samples = fmin(period.samples, (double)at / 3);
    const double phase = evenly(&make->draw, 0, 1), level = evenly(&make->draw, -0.4, 0.4);
    for (size_t i = 0; i < make->n; i++)
        make->x[i] += i < at ? period_at(&period, phase, i) : level * period.height;
}

static void add_ceiling(struct making *make)
{
    const size_t from = place(make, 0, 0.4), to = from + 3 + place(make, 0.12, 0.35);
    const double ceiling = evenly(&make->draw, -0.5, 0.5) + 1.5 * make->size;
    const double rest = perhaps(&make->draw, 0.5) ? 0 : 0.01 * make->size;
    for (size_t i = from; i < make->n; i++) {
        const double share = fmin((double)(i - from) / (double)(to - from), 1.3);
        make->x[i] += share * 1.6 * make->size;
        if (i >= to || make->x[i] > ceiling)
            make->x[i] = ceiling - rest * fabs(normal(&make->draw));
    }
}

static void freeze(struct making *make)
{
    for (size_t i = place(make, 0.35, 0.8) + 1; i < make->n; i++)
        make->x[i] = make->x[i - 1];
}

static void add_teeth(struct making *make)
{
    const double length = evenly(&make->draw, (double)make->n / 7, (double)make->n / 2.1);
    const double phase = evenly(&make->draw, 0, 1), drop = evenly(&make->draw, 0.7, 1);
    const size_t from = perhaps(&make->draw, 0.5) ? 0 : place(make, 0.05, 0.3);
    for (size_t i = from; i < make->n; i++) {
        const double teeth = (double)(i - from) / length + phase;
        const double share = teeth - floor(teeth);
        make->x[i] += 2 * make->size * (share * drop + (1 - drop) * (double)i / (double)make->n);
    }
}

static void happen(struct making *make, enum curve curve)
{
    switch (curve) {
    case CURVE_STEP_UP:
    case CURVE_STEP_DOWN:
        add_step(make, curve == CURVE_STEP_UP ? 1 : -1);
        break;
    case CURVE_RAMP_UP:
    case CURVE_RAMP_DOWN:
        add_ramp(make, curve == CURVE_RAMP_UP ? 1 : -1);
        break;
    case CURVE_SPIKE:
        add_spike(make, 1, 0.1);
        break;
    case CURVE_DIP:
        add_spike(make, -1, 0.15);
        break;
    case CURVE_BURST:
        add_burst(make);
        break;
    case CURVE_OSCILLATION:
        add_swing(make);
        break;
    case CURVE_PERIOD_LOST:
        lose_period(make);
        break;
    case CURVE_SATURATED:
        add_ceiling(make);
        break;
    case CURVE_FROZEN:
        freeze(make);
        break;
    case CURVE_SAWTOOTH:
        add_teeth(make);
        break;
    default:
        break; /* nothing, or a hole, which is made last */
    }
}

/* ---- all of it ---- */

static enum curve draw_curve(struct draw *draw)
{
    return perhaps(draw, NONE_SHARE) ? CURVE_NONE : (enum curve)(1 + below(draw, CURVES_COUNT - 1));
}

/* What freezes must have moved; a swing of what swings already is no news. */
static enum made_noise draw_noise(struct draw *draw, unsigned noises, enum curve curve)
{
    enum made_noise noise;
    const unsigned still = (1u << MADE_QUIET) | (1u << MADE_ALTERNATING) | (1u << MADE_COUNTS);
    const unsigned may = curve == CURVE_FROZEN && (noises & ~still) ? noises & ~still : noises;
    do
        noise = (enum made_noise)below(draw, MADE_NOISES_COUNT);
    while (!(may & (1u << noise)));
    return noise;
}

static bool may_repeat(enum curve curve)
{
    return curve != CURVE_OSCILLATION && curve != CURVE_SAWTOOTH && curve != CURVE_BURST &&
           curve != CURVE_PERIOD_LOST && curve != CURVE_SATURATED;
}

/* Some samples are lost, and of a hole many in a row; then level and unit. */
static void finish(struct arena *arena, struct making *make, struct made *made)
{
    struct draw *draw = &make->draw;
    const size_t n = make->n;
    const double lost = perhaps(draw, 0.3) ? evenly(draw, 0, 0.08) : 0;
    const size_t hole = place(make, 0.1, 0.4) + 5, from = 2 + below(draw, n - hole - 4);
    const double unit = by_size(draw, 1e-6, 1e9);
    const double level = perhaps(draw, 0.4) ? 0 : by_size(draw, 0.1, 1e3);
    const int64_t step_ns = (int64_t)by_size(draw, 1e9, 3e11);
    made->times_ns = arena_push_many(arena, int64_t, n);
    made->values = arena_push_many(arena, double, n);
    for (size_t i = 0; i < n; i++) {
        const bool in_hole = made->curve == CURVE_GAP && i >= from && i < from + hole;
        if (in_hole || (i > 0 && i + 1 < n && perhaps(draw, lost)))
            continue;
        made->times_ns[made->count] = (int64_t)i * step_ns;
        made->values[made->count++] = unit * (level + make->x[i]);
    }
}

struct made made_series(struct arena *arena, uint64_t seed, uint64_t number, unsigned noises)
{
    struct making make = {.draw = {seed * UINT64_C(0xd1342543de82ef95) + number}};
    struct draw *draw = &make.draw;
    next(draw);
    struct made made = {.curve = draw_curve(draw)};
    made.noise = draw_noise(draw, noises, made.curve);
    const bool is_long = made.curve == CURVE_SAWTOOTH || made.curve == CURVE_GAP ||
                         made.curve == CURVE_PERIOD_LOST || made.curve == CURVE_OSCILLATION;
    make.n = (size_t)by_size(draw, is_long ? LONG_MIN : SAMPLES_MIN, SAMPLES_MAX);
    make.x = arena_push_many(arena, double, make.n);
    make_noise(draw, made.noise, make.x, make.n);
    if (may_repeat(made.curve) && perhaps(draw, 0.35)) {
        const struct period period = make_period(draw, make.n, 1);
        const double phase = evenly(draw, 0, 1);
        for (size_t i = 0; i < make.n; i++)
            make.x[i] += period_at(&period, phase, i);
    }
    make.size = spread_of(make.x, make.n) * by_size(draw, TIMES_MIN, TIMES_MAX);
    if (made.curve == CURVE_SPIKE || made.curve == CURVE_DIP || made.curve == CURVE_BURST)
        make.size = fmax(make.size, BEYOND * range_of(make.x, make.n));
    happen(&make, made.curve);
    if (perhaps(draw, 0.08)) /* the first sample is of a thing that is just starting */
        make.x[0] -= make.size * evenly(draw, 0.3, 1);
    finish(arena, &make, &made);
    return made;
}
