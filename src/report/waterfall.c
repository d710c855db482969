/* SPDX-License-Identifier: Apache-2.0 */
#include "report/waterfall.h"

#include "base/arena.h"
#include "report/scale.h"
#include "report/svg.h"

#include <math.h>
#include <stdlib.h>

#define WIDTH 1000.0
#define LEFT 300.0
#define RIGHT 920.0 /* beyond it there is room for a label beside the longest bar */
#define ROW 24.0
#define TOP 26.0
#define FONT 12.0
#define INDENT 12.0
#define DEPTH_MAX 8
#define ROWS_MAX 40

static int longest_first(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x > y ? -1 : x < y;
}

/* How long a span must be to be shown: long spans are why anyone looks. */
static int64_t shortest_shown(struct arena *arena, const struct exhibit_trace *trace)
{
    if (trace->spans_count <= ROWS_MAX)
        return INT64_MIN;
    int64_t *lengths = arena_push_many(arena, int64_t, trace->spans_count);
    for (size_t i = 0; i < trace->spans_count; i++)
        lengths[i] = trace->spans[i].duration_us;
    qsort(lengths, trace->spans_count, sizeof *lengths, longest_first);
    return lengths[ROWS_MAX - 1];
}

static bool has_failed(const struct exhibit_span *span)
{
    const struct str status = span->status;
    int64_t code;
    if (str_to_int(status, &code))
        return code >= 400 || code == 2; /* HTTP, or OpenTelemetry's STATUS_CODE_ERROR */
    return str_find_no_case(status, STR("err")) != STR_NPOS ||
           str_find_no_case(status, STR("fail")) != STR_NPOS;
}

static double longest_end_us(const struct exhibit_trace *trace)
{
    double end_us = (double)trace->duration_us;
    for (size_t i = 0; i < trace->spans_count; i++)
        end_us =
            fmax(end_us, (double)trace->spans[i].start_us + (double)trace->spans[i].duration_us);
    return fmax(end_us, 1);
}

static void draw_axis(struct buf *out, double end_us, double bottom)
{
    const struct number_scale scale = scale_numbers(0, end_us, 5);
    for (uint32_t i = 0; i < scale.ticks_count && scale.ticks[i] <= end_us; i++) {
        const double x = LEFT + (RIGHT - LEFT) * scale.ticks[i] / end_us;
        svg_line(out, "grid", x, TOP - 6, x, bottom);
        svg_text(out, "tick", x, TOP - 11, SVG_MIDDLE,
                 scale.ticks[i] > 0 ? scale_duration_label(out->arena, scale.ticks[i]) : STR("0"));
    }
}

static void draw_span(struct buf *out, const struct exhibit_span *span, double end_us, double y,
                      bool suspect)
{
    struct arena *arena = out->arena;
    const double indent = INDENT * (span->depth < DEPTH_MAX ? span->depth : DEPTH_MAX);
    const double room = LEFT - 14 - indent;
    const struct str service = svg_fit(arena, span->service, room * 0.6, FONT);
    const double service_width = svg_text_width(service, FONT) + 10;
    const double start = fmin(fmax((double)span->start_us / end_us, 0), 1);
    const double share = fmin(fmax((double)span->duration_us / end_us, 0), 1 - start);
    const double x = LEFT + (RIGHT - LEFT) * start;
    const double width = fmax((RIGHT - LEFT) * share, 2);
    const bool failed = has_failed(span);

    buf_add(out, STR("<g>"));
    svg_title(out, str_printf(arena, "%.*s %.*s %.*s", STR_ARG(span->service),
                              STR_ARG(span->operation), STR_ARG(span->status)));
    svg_text(out, suspect ? "label strong" : "label", indent, y + 16, SVG_START, service);
    svg_text(out, "label faint", indent + service_width, y + 16, SVG_START,
             svg_fit(arena, span->operation, room - service_width, FONT));
    svg_rect(out, suspect ? "bar-suspect" : "bar", x, y + 5, width, ROW - 10, 3);
    if (failed)
        svg_rect(out, "bar-failed", x, y + 5, fmin(width, 4), ROW - 10, 2);
    svg_text(out, failed ? "tick failed" : "tick", x + width + 6, y + 16, SVG_START,
             str_printf(arena, "%s%s", scale_duration_label(arena, (double)span->duration_us).ptr,
                        failed ? ", failed" : ""));
    buf_add(out, STR("</g>\n"));
}

void waterfall_draw(struct buf *out, const struct exhibit_trace *trace, struct str suspect)
{
    const int64_t shortest_us = shortest_shown(out->arena, trace);
    const double end_us = longest_end_us(trace);
    size_t rows = 0;
    for (size_t i = 0; i < trace->spans_count; i++)
        rows += trace->spans[i].duration_us >= shortest_us;
    rows = rows < ROWS_MAX ? rows : ROWS_MAX;
    const size_t hidden = trace->spans_count - rows;
    const double bottom = TOP + (double)rows * ROW;

    svg_open(out, "wide", WIDTH, bottom + (hidden > 0 ? 24 : 6),
             str_printf(out->arena, "Spans of trace %.*s", STR_ARG(trace->trace_id)));
    draw_axis(out, end_us, bottom);
    size_t row = 0;
    for (size_t i = 0; i < trace->spans_count && row < rows; i++) {
        const struct exhibit_span *span = &trace->spans[i];
        if (span->duration_us < shortest_us)
            continue;
        const double y = TOP + (double)row++ * ROW;
        draw_span(out, span, end_us, y, suspect.len > 0 && str_eq(span->service, suspect));
    }
    if (hidden > 0)
        svg_text(out, "tick", 0, bottom + 16, SVG_START,
                 str_printf(out->arena, "%zu shorter spans are not shown", hidden));
    svg_close(out);
}
