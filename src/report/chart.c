/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The band is where the middle eight tenths of the samples before the onset lie. It is measured
 * here, for the eye; what evidence says about the series has been computed from all of its rows.
 */
#include "report/chart.h"

#include "base/arena.h"
#include "report/scale.h"
#include "report/svg.h"

#include <math.h>
#include <stdlib.h>

#define WIDTH 520.0
#define HEIGHT 196.0
#define LEFT 46.0
#define RIGHT 510.0
#define TOP 22.0
#define BOTTOM 170.0
#define BASELINE_POINTS_MIN 4
#define MARK_LABEL_WIDTH 44.0

struct chart {
    struct buf *out;
    const struct exhibit_series *series;
    struct number_scale values;
    struct time_scale times;
    bool has_baseline;
    double usual_low, usual_median, usual_high;
};

static double x_of(const struct chart *chart, int64_t time_ns)
{
    return LEFT + (RIGHT - LEFT) * scale_time_share(&chart->times, time_ns);
}

static double y_of(const struct chart *chart, double value)
{
    return BOTTOM - (BOTTOM - TOP) * scale_share(&chart->values, value);
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void measure_baseline(struct chart *chart, int64_t onset_ns)
{
    const struct exhibit_series *series = chart->series;
    double *before = arena_push_many(chart->out->arena, double, series->points_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < series->points_count; i++)
        if (series->points[i].time_ns < onset_ns && isfinite(series->points[i].value))
            before[count++] = series->points[i].value;
    if (onset_ns == 0 || count < BASELINE_POINTS_MIN)
        return;
    qsort(before, count, sizeof *before, by_size);
    chart->has_baseline = true;
    chart->usual_low = before[count / 10];
    chart->usual_median = before[count / 2];
    chart->usual_high = before[count - 1 - count / 10];
}

static void measure(struct chart *chart)
{
    const struct exhibit_series *series = chart->series;
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < series->points_count; i++) {
        if (!isfinite(series->points[i].value))
            continue;
        low = fmin(low, series->points[i].value);
        high = fmax(high, series->points[i].value);
    }
    /* an axis that starts at zero tells the truth about sizes; far from zero it hides the change */
    if (low > 0 && low < 0.85 * high)
        low = 0;
    chart->values = scale_numbers(low, high, 4);
    const size_t count = series->points_count;
    chart->times = scale_times(count > 0 ? series->points[0].time_ns : 0,
                               count > 0 ? series->points[count - 1].time_ns : 0, 5);
}

static void draw_axes(const struct chart *chart)
{
    struct buf *out = chart->out;
    for (uint32_t i = 0; i < chart->values.ticks_count; i++) {
        const double at = chart->values.ticks[i];
        svg_line(out, "grid", LEFT, y_of(chart, at), RIGHT, y_of(chart, at));
        svg_text(out, "tick", LEFT - 7, y_of(chart, at) + 4, SVG_END,
                 scale_number_label(out->arena, &chart->values, at));
    }
    for (uint32_t i = 0; i < chart->times.ticks_count; i++) {
        const int64_t at_ns = chart->times.ticks_ns[i];
        const double x = x_of(chart, at_ns);
        const bool last = x > RIGHT - 18;
        svg_line(out, "grid", x, BOTTOM, x, BOTTOM + 4);
        svg_text(out, "tick", last ? RIGHT + 8 : x, BOTTOM + 18, last ? SVG_END : SVG_MIDDLE,
                 scale_time_label(out->arena, &chart->times, at_ns));
    }
}

static void draw_baseline(const struct chart *chart, int64_t onset_ns)
{
    if (!chart->has_baseline)
        return;
    const double top = y_of(chart, chart->usual_high);
    const double height = fmax(y_of(chart, chart->usual_low) - top, 2);
    svg_rect(chart->out, "band", LEFT, top, RIGHT - LEFT, height, 0);
    svg_line(chart->out, "median", LEFT, y_of(chart, chart->usual_median), RIGHT,
             y_of(chart, chart->usual_median));
    const double x = x_of(chart, onset_ns);
    svg_rect(chart->out, "after", x, TOP, RIGHT - x, BOTTOM - TOP, 0);
}

/* The line is broken where the series is: a gap is not a straight line. */
static void draw_line(const struct chart *chart)
{
    const struct exhibit_series *series = chart->series;
    struct buf *out = chart->out;
    size_t drawn = 0;
    bool pen_down = false;
    buf_add(out, STR("<path class=\"line\" d=\""));
    for (size_t i = 0; i < series->points_count; i++) {
        const struct exhibit_point *point = &series->points[i];
        if (!isfinite(point->value)) {
            pen_down = false;
            continue;
        }
        buf_printf(out, "%c%.1f %.1f", pen_down ? 'L' : 'M', x_of(chart, point->time_ns),
                   y_of(chart, point->value));
        pen_down = true;
        drawn++;
    }
    buf_add(out, STR("\"/>\n"));
    if (drawn == 1)
        for (size_t i = 0; i < series->points_count; i++)
            if (isfinite(series->points[i].value))
                buf_printf(out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n",
                           x_of(chart, series->points[i].time_ns),
                           y_of(chart, series->points[i].value));
}

static bool is_inside(const struct chart *chart, int64_t time_ns)
{
    return time_ns != 0 && time_ns >= chart->times.start_ns && time_ns <= chart->times.end_ns;
}

static void draw_marks(const struct chart *chart, const struct chart_marks *marks)
{
    const bool onset = is_inside(chart, marks->onset_ns);
    const bool alert = is_inside(chart, marks->alert_ns);
    const double onset_x = x_of(chart, marks->onset_ns), alert_x = x_of(chart, marks->alert_ns);
    /* labels stand on the outer sides of the two lines, so that they never meet */
    const bool onset_left = alert && onset_x <= alert_x && onset_x > LEFT + MARK_LABEL_WIDTH;
    if (onset) {
        svg_line(chart->out, "mark-onset", onset_x, TOP - 8, onset_x, BOTTOM);
        svg_text(chart->out, "mark-onset-text", onset_x + (onset_left ? -5 : 5), TOP - 9,
                 onset_left ? SVG_END : SVG_START, STR("onset"));
    }
    if (alert) {
        const bool left = alert_x > RIGHT - MARK_LABEL_WIDTH || (onset && alert_x < onset_x);
        svg_line(chart->out, "mark-alert", alert_x, TOP - 8, alert_x, BOTTOM);
        svg_text(chart->out, "mark-alert-text", alert_x + (left ? -5 : 5), TOP - 9,
                 left ? SVG_END : SVG_START, STR("alert"));
    }
}

void chart_draw(struct buf *out, const struct exhibit_series *series,
                const struct chart_marks *marks)
{
    struct chart chart = {.out = out, .series = series};
    const int64_t onset_ns = series->onset_ns != 0 ? series->onset_ns : marks->onset_ns;
    measure(&chart);
    measure_baseline(&chart, onset_ns);

    svg_open(out, "chart", WIDTH, HEIGHT,
             str_printf(out->arena, "Chart of %.*s", STR_ARG(series->name.metric)));
    draw_baseline(&chart, onset_ns);
    draw_axes(&chart);
    draw_line(&chart);
    draw_marks(&chart, &(struct chart_marks){.onset_ns = onset_ns, .alert_ns = marks->alert_ns});
    svg_close(out);
}
