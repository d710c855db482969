/* SPDX-License-Identifier: Apache-2.0 */
#include "report/scale.h"

#include "base/arena.h"
#include "base/clock.h"

#include <math.h>

static double round_step(double rough)
{
    const double power = pow(10, floor(log10(rough)));
    const double digit = rough / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 2.5 ? 2.5 : digit <= 5 ? 5 : 10);
}

struct number_scale scale_numbers(double low, double high, uint32_t ticks_wanted)
{
    struct number_scale scale = {.low = 0, .high = 1, .step = 1};
    /* beyond 1e300 steps overflow, and nobody looks at such a chart */
    if (!(fabs(low) < 1e300) || !(fabs(high) < 1e300) || low > high)
        low = 0, high = 1;
    if (high - low <= fabs(high) * 1e-9) {
        const double room = high != 0 ? fabs(high) * 0.5 : 1;
        low -= high != 0 ? room : 0;
        high += room;
    }
    scale.step = round_step((high - low) / (ticks_wanted > 1 ? ticks_wanted - 1 : 1));
    scale.low = floor(low / scale.step + 1e-9) * scale.step;
    scale.high = ceil(high / scale.step - 1e-9) * scale.step;
    while (scale.ticks_count < TICKS_MAX) {
        const double at = scale.low + scale.ticks_count * scale.step;
        if (at > scale.high + scale.step * 0.01)
            break;
        scale.ticks[scale.ticks_count++] = fabs(at) < scale.step * 1e-6 ? 0 : at;
    }
    return scale;
}

double scale_share(const struct number_scale *scale, double value)
{
    const double share = (value - scale->low) / (scale->high - scale->low);
    return share > 0 ? fmin(share, 1) : 0;
}

struct str scale_number_label(struct arena *arena, const struct number_scale *scale, double at)
{
    static const struct {
        double size;
        const char *suffix;
    } units[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
    const double largest = fmax(fabs(scale->low), fabs(scale->high));
    if (largest >= 1e16 || largest < 1e-4)
        return str_printf(arena, "%.3g", at);
    double size = 1;
    const char *suffix = "";
    for (size_t i = 0; i < sizeof units / sizeof *units && size == 1; i++)
        if (largest >= units[i].size) {
            size = units[i].size;
            suffix = units[i].suffix;
        }
    int decimals = 0;
    for (double step = scale->step / size; decimals < 6 && fabs(step - round(step)) > 1e-6 * step;
         decimals++)
        step *= 10;
    return str_printf(arena, "%.*f%s", decimals, at / size, at != 0 ? suffix : "");
}

#define MINUTE_NS (60 * NS_PER_S)
#define HOUR_NS (60 * MINUTE_NS)

/* Times of others may be anything; differences of these do not overflow. */
static int64_t sane(int64_t time_ns)
{
    const int64_t far_ns = INT64_MAX / 4;
    return time_ns < -far_ns ? -far_ns : time_ns > far_ns ? far_ns : time_ns;
}

struct time_scale scale_times(int64_t start_ns, int64_t end_ns, uint32_t ticks_wanted)
{
    static const int64_t steps_ns[] = {
        NS_PER_S,        2 * NS_PER_S,     5 * NS_PER_S,      10 * NS_PER_S,      15 * NS_PER_S,
        30 * NS_PER_S,   MINUTE_NS,        2 * MINUTE_NS,     5 * MINUTE_NS,      10 * MINUTE_NS,
        15 * MINUTE_NS,  30 * MINUTE_NS,   HOUR_NS,           2 * HOUR_NS,        3 * HOUR_NS,
        6 * HOUR_NS,     12 * HOUR_NS,     NS_PER_DAY,        7 * NS_PER_DAY,     30 * NS_PER_DAY,
        90 * NS_PER_DAY, 365 * NS_PER_DAY, 3650 * NS_PER_DAY, 36500 * NS_PER_DAY,
    };
    const size_t steps_count = sizeof steps_ns / sizeof *steps_ns;
    struct time_scale scale = {.start_ns = sane(start_ns), .end_ns = sane(end_ns)};
    if (scale.end_ns - scale.start_ns < NS_PER_S)
        scale.end_ns = scale.start_ns + NS_PER_S;
    const int64_t wanted = ticks_wanted > 0 && ticks_wanted < TICKS_MAX ? ticks_wanted : TICKS_MAX;
    size_t step = 0;
    while (step + 1 < steps_count && (scale.end_ns - scale.start_ns) / steps_ns[step] > wanted)
        step++;
    scale.step_ns = steps_ns[step];

    int64_t at_ns = scale.start_ns - scale.start_ns % scale.step_ns;
    for (; at_ns <= scale.end_ns && scale.ticks_count < TICKS_MAX; at_ns += scale.step_ns)
        if (at_ns >= scale.start_ns)
            scale.ticks_ns[scale.ticks_count++] = at_ns;
    return scale;
}

struct str scale_time_label(struct arena *arena, const struct time_scale *scale, int64_t at_ns)
{
    if (scale->step_ns >= NS_PER_DAY)
        return str_slice(time_format(arena, at_ns), 0, 10);
    const struct str time = time_format_short(arena, at_ns);
    return scale->step_ns >= MINUTE_NS ? str_slice(time, 0, 5) : time;
}

double scale_time_share(const struct time_scale *scale, int64_t at_ns)
{
    const double share =
        (double)(sane(at_ns) - scale->start_ns) / (double)(scale->end_ns - scale->start_ns);
    return fmin(fmax(share, 0), 1);
}

struct str scale_duration_label(struct arena *arena, double duration_us)
{
    if (duration_us < 1000)
        return str_printf(arena, "%.0f \u00b5s", duration_us);
    if (duration_us < 1e6)
        return str_printf(arena, duration_us < 1e5 ? "%.3g ms" : "%.0f ms", duration_us / 1e3);
    return str_printf(arena, duration_us < 1e8 ? "%.3g s" : "%.0f s", duration_us / 1e6);
}
