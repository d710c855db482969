/* SPDX-License-Identifier: Apache-2.0 */
#include "report/timeline.h"

#include "base/arena.h"
#include "report/prose.h"
#include "report/scale.h"
#include "report/svg.h"

#include <math.h>

#define WIDTH 1000.0
#define LEFT 92.0
#define RIGHT 990.0
#define TOP 34.0
#define ROW 22.0
#define LANE_PAD 7.0
#define FONT 12.0
#define LABEL_WIDTH_MAX 210.0
#define LABEL_GAP 14.0
#define ROWS_MAX 12 /* of one lane; what does not fit is counted */
#define LANES (SIGNAL_TOPOLOGY + 1)

struct lane {
    uint32_t rows;
    double row_end[ROWS_MAX]; /* up to where a row is taken */
    uint32_t left_out;
    double top;
};

struct timeline {
    const struct report *report;
    struct buf *out;
    struct time_scale times;
    struct moments moments;
    struct lane lanes[LANES];
    uint32_t *rows; /* by moment; UINT32_MAX: left out */
    double bottom;
};

static double x_of(const struct timeline *timeline, int64_t time_ns)
{
    return LEFT + (RIGHT - LEFT) * scale_time_share(&timeline->times, time_ns);
}

static struct str label_of(const struct timeline *timeline, const struct evidence *evidence)
{
    struct arena *arena = timeline->out->arena;
    const char *finding = finding_name(evidence->finding);
    struct str words = str_printf(arena, "%s", finding);
    for (size_t i = 0; i < words.len; i++)
        if (words.ptr[i] == '_')
            ((char *)(uintptr_t)words.ptr)[i] = ' ';
    const struct str place = evidence->instance.len > 0 ? evidence->instance : evidence->subject;
    const double words_width = svg_text_width(words, FONT) + FONT;
    const struct str fitted = svg_fit(arena, place, LABEL_WIDTH_MAX - words_width, FONT);
    if (evidence->finding == FINDING_NONE)
        return fitted;
    return str_printf(arena, "%.*s %s", STR_ARG(fitted), words.ptr);
}

/* Where dot and label begin and end: the label is on the left where the right has no room. */
static bool label_is_left(double x, double width)
{
    return x + LABEL_GAP + width > RIGHT;
}

/* Items come by time; each takes the first row of its lane where it meets nobody. */
static void place(struct timeline *timeline, uint32_t at)
{
    const struct moment *moment = &timeline->moments.items[at];
    struct lane *lane = &timeline->lanes[moment->evidence->signal];
    const double x = x_of(timeline, moment->time_ns);
    const double width = svg_text_width(label_of(timeline, moment->evidence), FONT);
    const bool left = label_is_left(x, width);
    const double from = left ? x - LABEL_GAP - width : x - 6;
    const double to = left ? x + 6 : x + LABEL_GAP + width + 8;
    uint32_t row = 0;
    while (row < lane->rows && lane->row_end[row] > from)
        row++;
    if (row == ROWS_MAX) {
        timeline->rows[at] = UINT32_MAX;
        lane->left_out++;
        return;
    }
    if (row == lane->rows)
        lane->rows++;
    lane->row_end[row] = fmax(to, lane->row_end[row]);
    timeline->rows[at] = row;
}

/* A window as wide as what happened in it, with some room at both ends. */
static void measure(struct timeline *timeline)
{
    const struct moments *moments = &timeline->moments;
    const int64_t first_ns = moments->items[0].time_ns;
    const int64_t last_ns = moments->items[moments->count - 1].time_ns;
    const double room_ns = ((double)last_ns - (double)first_ns) / 20 + 20.0 * NS_PER_S;
    const double limit_ns = 4e18; /* times of others may be anything */
    timeline->times = scale_times((int64_t)fmax((double)first_ns - room_ns, -limit_ns),
                                  (int64_t)fmin((double)last_ns + 3 * room_ns, limit_ns), 9);
}

static void lay_out(struct timeline *timeline)
{
    for (uint32_t i = 0; i < timeline->moments.count; i++)
        if (timeline->moments.items[i].kind == MOMENT_EVIDENCE)
            place(timeline, i);
    double y = TOP;
    for (uint32_t i = 0; i < LANES; i++) {
        struct lane *lane = &timeline->lanes[i];
        lane->top = y;
        if (lane->rows > 0)
            y += (lane->rows + (lane->left_out > 0)) * ROW + 2 * LANE_PAD;
    }
    timeline->bottom = y;
}

static void draw_axis(const struct timeline *timeline)
{
    struct buf *out = timeline->out;
    for (uint32_t i = 0; i < timeline->times.ticks_count; i++) {
        const int64_t at_ns = timeline->times.ticks_ns[i];
        const double x = x_of(timeline, at_ns);
        svg_line(out, "grid", x, TOP, x, timeline->bottom);
        if (x > LEFT + 16 && x < RIGHT - 20)
            svg_text(out, "tick", x, timeline->bottom + 18, SVG_MIDDLE,
                     scale_time_label(out->arena, &timeline->times, at_ns));
    }
}

static void draw_lanes(const struct timeline *timeline)
{
    struct buf *out = timeline->out;
    for (uint32_t i = 0; i < LANES; i++) {
        const struct lane *lane = &timeline->lanes[i];
        if (lane->rows == 0)
            continue;
        svg_line(out, "rule", 0, lane->top, RIGHT, lane->top);
        svg_text(out, "label", 0, lane->top + LANE_PAD + 15, SVG_START,
                 str_of(signal_name((enum signal)i)));
        if (lane->left_out > 0)
            svg_text(out, "tick", LEFT + 4, lane->top + LANE_PAD + lane->rows * ROW + 15, SVG_START,
                     str_printf(out->arena, "and %u more", lane->left_out));
    }
    svg_line(out, "rule", 0, timeline->bottom, RIGHT, timeline->bottom);
}

static void draw_item(const struct timeline *timeline, uint32_t at)
{
    const struct moment *moment = &timeline->moments.items[at];
    const struct evidence *evidence = moment->evidence;
    const struct hypothesis *best = timeline->report->best;
    struct buf *out = timeline->out;
    const double x = x_of(timeline, moment->time_ns);
    const double y =
        timeline->lanes[evidence->signal].top + LANE_PAD + timeline->rows[at] * ROW + ROW / 2;
    const struct str label = label_of(timeline, evidence);
    const bool left = label_is_left(x, svg_text_width(label, FONT));
    const bool cited = best && prose_cites(best, evidence);
    const char *dot = evidence->bearing == BEARING_REFUTES ? "dot-against"
                      : cited                              ? "dot-suspect"
                                                           : "dot-other";

    buf_printf(out, "<a href=\"#E%u\">", evidence->id);
    svg_title(out, str_printf(out->arena, "E%u, %s: %.*s", evidence->id,
                              time_format_short(out->arena, moment->time_ns).ptr,
                              STR_ARG(evidence->claim)));
    buf_printf(out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>\n", dot, x, y);
    svg_text(out, cited ? "label strong halo" : "label halo", left ? x - 10 : x + 10, y + 4,
             left ? SVG_END : SVG_START, label);
    buf_add(out, STR("</a>\n"));
}

static void draw_mark(const struct timeline *timeline, const struct moment *moment, double y)
{
    const bool onset = moment->kind == MOMENT_ONSET;
    const double x = x_of(timeline, moment->time_ns);
    struct buf *out = timeline->out;
    svg_line(out, onset ? "mark-onset" : "mark-alert", x, y + 4, x, timeline->bottom);
    svg_text(out, onset ? "mark-onset-text" : "mark-alert-text", x > RIGHT - 50 ? RIGHT : x, y,
             x > RIGHT - 50 ? SVG_END : SVG_MIDDLE,
             str_printf(out->arena, "%s %s", onset ? "onset" : "alert",
                        time_format_short(out->arena, moment->time_ns).ptr));
}

/* Labels of marks that stand close together go below each other. */
static void draw_marks(const struct timeline *timeline)
{
    double last_x = -WIDTH, y;
    for (uint32_t i = 0; i < timeline->moments.count; i++) {
        const struct moment *moment = &timeline->moments.items[i];
        if (moment->kind == MOMENT_EVIDENCE)
            continue;
        const double x = x_of(timeline, moment->time_ns);
        y = x - last_x < 110 ? TOP - 6 : TOP - 20;
        last_x = x;
        draw_mark(timeline, moment, y);
    }
}

bool timeline_has_any(const struct report *report)
{
    for (const struct evidence *it = report->casefile->evidence; it; it = it->next)
        if (it->onset_ns != 0 && it->bearing != BEARING_GAP)
            return true;
    return false;
}

bool timeline_has_against(const struct report *report)
{
    for (const struct evidence *it = report->casefile->evidence; it; it = it->next)
        if (it->onset_ns != 0 && it->bearing == BEARING_REFUTES)
            return true;
    return false;
}

void timeline_draw(struct buf *out, const struct report *report)
{
    struct timeline timeline = {.report = report, .out = out};
    timeline.moments = prose_moments(report, out->arena);
    if (timeline.moments.count == 0)
        return;
    timeline.rows = arena_push_many(out->arena, uint32_t, timeline.moments.count);
    measure(&timeline);
    lay_out(&timeline);

    svg_open(out, "wide", WIDTH, timeline.bottom + 26, STR("Timeline of what happened"));
    draw_axis(&timeline);
    draw_lanes(&timeline);
    draw_marks(&timeline);
    for (uint32_t i = 0; i < timeline.moments.count; i++)
        if (timeline.moments.items[i].kind == MOMENT_EVIDENCE && timeline.rows[i] != UINT32_MAX)
            draw_item(&timeline, i);
    svg_close(out);
}
