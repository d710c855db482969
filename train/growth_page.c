/* SPDX-License-Identifier: Apache-2.0 */
#include "train/growth_page.h"

#include "base/arena.h"
#include "report/escape.h"
#include "report/scale.h"
#include "report/style.h"
#include "report/svg.h"

#include <math.h>

#define WIDTH 430.0
#define HEIGHT 230.0
#define LEFT 46.0
#define RIGHT 420.0
#define TOP 12.0
#define BOTTOM 192.0
#define CLEAR_ERRORS 2.0 /* standard errors from which on a change is called one */

/* ---- words ---- */

static const char *course_of(double gain, double error)
{
    return gain > CLEAR_ERRORS * error    ? "rises"
           : gain < -CLEAR_ERRORS * error ? "falls"
                                          : "neither rises nor falls for sure";
}

static struct str sentence_of(struct arena *arena, const struct growth *it)
{
    if (it->points_count == 0)
        return STR("There are too few classes of cases to hold some out.");
    return str_printf(
        arena,
        "From none to %u faults the curve %s: %+.3f nats a case, give or take %.3f, and AC@1 "
        "%+.3f, give or take %.3f. With all of them, the weights that were learned are worth "
        "%+.3f nats a case, give or take %.3f, beside those of the start.",
        it->points[it->points_count - 1].faults, course_of(it->gain, it->gain_error), it->gain,
        it->gain_error, it->ac1_gain, it->ac1_gain_error, it->worth, it->worth_error);
}

/* ---- charts ---- */

struct axes {
    struct buf *out;
    const struct growth *growth;
    struct number_scale y;
};

/* Each doubling is as wide: what the hundredth fault teaches is little. */
static double x_of(const struct axes *axes, uint32_t point)
{
    return LEFT + (RIGHT - LEFT) * point / fmax(axes->growth->points_count - 1, 1);
}

static double y_of(const struct axes *axes, double value)
{
    return BOTTOM - (BOTTOM - TOP) * scale_share(&axes->y, value);
}

static struct growth_band band_at(const struct growth *growth, uint32_t point, size_t offset)
{
    return *(const struct growth_band *)(const void *)((const char *)&growth->points[point] +
                                                       offset);
}

static void draw_axes(const struct axes *axes)
{
    struct buf *out = axes->out;
    for (uint32_t i = 0; i < axes->y.ticks_count; i++) {
        const double at = axes->y.ticks[i];
        svg_line(out, "grid", LEFT, y_of(axes, at), RIGHT, y_of(axes, at));
        svg_text(out, "tick", LEFT - 7, y_of(axes, at) + 4, SVG_END,
                 scale_number_label(out->arena, &axes->y, at));
    }
    for (uint32_t i = 0; i < axes->growth->points_count; i++)
        svg_text(out, "tick", x_of(axes, i), BOTTOM + 18, SVG_MIDDLE,
                 str_printf(out->arena, "%u", axes->growth->points[i].faults));
    svg_text(out, "tick", (LEFT + RIGHT) / 2, HEIGHT - 4, SVG_MIDDLE, STR("faults learned from"));
}

static void draw_band(const struct axes *axes, size_t offset)
{
    const uint32_t count = axes->growth->points_count;
    buf_add(axes->out, STR("<path class=\"band\" d=\""));
    for (uint32_t i = 0; i < 2 * count; i++) {
        const uint32_t point = i < count ? i : 2 * count - 1 - i;
        const struct growth_band band = band_at(axes->growth, point, offset);
        buf_printf(axes->out, "%s%.1f %.1f", i == 0 ? "M" : "L", x_of(axes, point),
                   y_of(axes, i < count ? band.low : band.high));
    }
    buf_add(axes->out, STR("Z\"/>\n"));
}

static void draw_line(const struct axes *axes, const char *class, size_t offset)
{
    buf_printf(axes->out, "<path class=\"%s\" d=\"", class);
    for (uint32_t i = 0; i < axes->growth->points_count; i++)
        buf_printf(axes->out, "%s%.1f %.1f", i == 0 ? "M" : "L", x_of(axes, i),
                   y_of(axes, band_at(axes->growth, i, offset).mean));
    buf_add(axes->out, STR("\"/>\n"));
}

static void draw_chart(struct buf *out, const struct growth *growth, const char *heading,
                       size_t offset, bool with_start)
{
    struct axes axes = {.out = out, .growth = growth};
    const size_t other = with_start ? offsetof(struct growth_point, unlearnt) : offset;
    double low = INFINITY, high = -INFINITY;
    for (uint32_t i = 0; i < growth->points_count; i++) {
        const struct growth_band band = band_at(growth, i, offset);
        low = fmin(low, fmin(band.low, fmin(band.mean, band_at(growth, i, other).mean)));
        high = fmax(high, fmax(band.high, fmax(band.mean, band_at(growth, i, other).mean)));
    }
    axes.y = scale_numbers(low, high, 5);
    const struct growth_band first = band_at(growth, 0, offset),
                             last = band_at(growth, growth->points_count - 1, offset);
    buf_printf(out, "<figure><figcaption><h3>%s</h3></figcaption>\n", heading);
    svg_open(out, "chart", WIDTH, HEIGHT, str_of(heading));
    svg_desc(out,
             str_printf(out->arena,
                        "From %.3f with no fault learned from to %.3f with %u. All values "
                        "stand in the table.",
                        first.mean, last.mean, growth->points[growth->points_count - 1].faults));
    draw_axes(&axes);
    draw_band(&axes, offset);
    if (with_start)
        draw_line(&axes, "edge", other);
    draw_line(&axes, "line", offset);
    svg_close(out);
    buf_add(out, STR("</figure>\n"));
}

/* ---- the page ---- */

static void add_table(struct buf *out, const struct growth *growth)
{
    buf_add(out, STR("<details><summary>The values</summary><table><thead><tr>"
                     "<th class=\"num\" scope=\"col\">faults</th>"
                     "<th class=\"num\" scope=\"col\">AC@1</th>"
                     "<th class=\"num\" scope=\"col\">quartiles</th>"
                     "<th class=\"num\" scope=\"col\">log loss</th>"
                     "<th class=\"num\" scope=\"col\">quartiles</th>"
                     "<th class=\"num\" scope=\"col\">of the start</th></tr></thead>\n"));
    for (uint32_t i = 0; i < growth->points_count; i++) {
        const struct growth_point *it = &growth->points[i];
        buf_printf(out,
                   "<tr><td class=\"num\">%u</td><td class=\"num\">%.3f</td>"
                   "<td class=\"num\">%.3f to %.3f</td><td class=\"num\">%.3f</td>"
                   "<td class=\"num\">%.3f to %.3f</td><td class=\"num\">%.3f</td></tr>\n",
                   it->faults, it->ac1.mean, it->ac1.low, it->ac1.high, it->loss.mean, it->loss.low,
                   it->loss.high, it->unlearnt.mean);
    }
    buf_add(out, STR("</table></details>\n"));
}

static void add_split(struct buf *out, enum growth_split split, const struct growth *growth)
{
    buf_printf(out, "<section><h2>On %s<small>%u cases a shuffle</small></h2>\n<p class=\"lead\">",
               growth_split_text(split), growth->asked);
    escape_html(out, sentence_of(out->arena, growth));
    buf_add(out, STR("</p>\n"));
    if (growth->points_count > 0) {
        buf_add(out, STR("<div class=\"figures\">\n"));
        draw_chart(out, growth, "The first suspect is the cause (AC@1)",
                   offsetof(struct growth_point, ac1), false);
        draw_chart(out, growth, "Log loss, in nats a case: less is better",
                   offsetof(struct growth_point, loss), true);
        buf_add(out, STR("</div>\n<ul class=\"legend\"><li><i class=\"violet\"></i>learned, mean "
                         "over the shuffles</li><li><i class=\"usual\"></i>half of the "
                         "shuffles</li><li><i></i>the weights of the start, with only the scale "
                         "learned</li></ul>\n"));
        add_table(out, growth);
    }
    buf_add(out, STR("</section>\n"));
}

static void add_sets(struct buf *out, const struct growth_page *page)
{
    const struct examples *examples = page->examples;
    for (uint32_t set = 0; set < examples->sets.count; set++) {
        buf_add(out, set > 0 ? STR(", ") : STR(""));
        escape_html(out, examples->sets.keys[set]);
        buf_printf(out, " (%u%s)", examples_of_set(examples, set),
                   page->how->base && page->how->base[set] ? ", always learned from" : "");
    }
}

void growth_write_page(const struct growth_page *page, struct buf *out)
{
    buf_add(out, STR("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action "
                     "'none'\">\n<link rel=\"icon\" href=\"data:,\">\n"
                     "<title>Learning curve &middot; warroom</title>\n<style>\n"));
    buf_add(out, str_of(style));
    buf_add(out, STR("</style>\n</head>\n<body>\n<main>\n<header>\n<div class=\"brand\"><i></i>"
                     "<b>warroom</b> Training</div>\n<h1>Learning curve</h1>\n"
                     "<p class=\"lead\">What the weights of the verdict are worth on incidents "
                     "that they were not learned from. Sets: "));
    add_sets(out, page);
    buf_printf(out, ". Seed %u, %u shuffles, spread %g.</p>\n</header>\n", page->how->seed,
               page->how->shuffles, page->how->spread);
    for (int split = 0; split < GROWTH_SPLITS_COUNT; split++)
        add_split(out, (enum growth_split)split, &page->growths[split]);
    buf_add(out, STR("</main>\n</body>\n</html>\n"));
}

void growth_write_text(const struct growth_page *page, struct buf *out)
{
    for (int split = 0; split < GROWTH_SPLITS_COUNT; split++) {
        const struct growth *it = &page->growths[split];
        buf_printf(out, "On %s (%u cases a shuffle)\n", growth_split_text((enum growth_split)split),
                   it->asked);
        for (uint32_t i = 0; i < it->points_count; i++)
            buf_printf(out, "%6u faults  AC@1 %.3f  log loss %.3f (%.3f to %.3f), start %.3f\n",
                       it->points[i].faults, it->points[i].ac1.mean, it->points[i].loss.mean,
                       it->points[i].loss.low, it->points[i].loss.high,
                       it->points[i].unlearnt.mean);
        buf_add(out, sentence_of(out->arena, it));
        buf_add(out, STR("\n\n"));
    }
}
