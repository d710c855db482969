/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps go from left to right in the order in which they were made, not by their time: how long
 * each took differs from run to run, and most are too short to be seen beside the longest. Each
 * stretch of steps for the same lead is a row below the last, so that the way only ever goes down,
 * and what became of a lead has its place at the right of its last step.
 */
#include "report/trail.h"

#include "base/arena.h"
#include "report/prose.h"
#include "report/svg.h"

#include <math.h>

#define WIDTH 1000.0
#define LEFT 206.0
#define STEPS_RIGHT 640.0 /* beyond it there is room for what became of the last lead */
#define RIGHT 990.0
#define TOP 26.0
#define ROW 34.0
#define REVISION 24.0 /* the height of a line that tells of one */
#define FONT 12.0
#define PITCH_MAX 44.0
#define DOT_MAX 5.0
#define DOT_MIN 1.5
#define TICK_WIDTH 30.0
#define END 20.0 /* from the last step of a lead to where it ends */
#define CUT 4.5
#define RING 6.0
#define BEND 10.0
#define LABEL_LEFT 22.0
#define LABEL_WIDTH 165.0
#define ROWS_MAX 24
#define IDLE_MAX 6
#define STEPS_MAX 400 /* as many as can still be told apart */

struct row {
    uint32_t lead_id;                  /* 0: no lead yet */
    const struct lead *lead;           /* NULL: none, or it is not known */
    uint32_t first, last;              /* steps, by place */
    bool is_last_of_lead;              /* where it is told what became of the lead */
    const struct plan_entry *revision; /* that came before it; NULL: none */
    double y;
};

struct trail {
    const struct report *report;
    struct arena *arena;
    struct buf *out;
    const struct step_entry **steps;
    uint32_t steps_count;
    struct row rows[ROWS_MAX];
    uint32_t rows_count;
    uint32_t left_out;   /* steps without a row */
    uint32_t idle_count; /* leads without a step, in rows of their own at the end */
    double pitch;
    double dot;
    double idle_top;
    double bottom;
};

/* ---- what is drawn ---- */

static const struct lead *lead_of(const struct report *report, uint32_t id)
{
    const struct lead *lead = report->leads;
    while (lead && lead->id != id)
        lead = lead->next;
    return lead;
}

static void take_steps(struct trail *trail)
{
    const struct casefile *casefile = trail->report->casefile;
    uint32_t count = 0;
    for (const struct step_entry *it = casefile->steps; it; it = it->next)
        count++;
    trail->steps = arena_push_many(trail->arena, const struct step_entry *, count + 1);
    for (const struct step_entry *it = casefile->steps; it; it = it->next)
        trail->steps[trail->steps_count++] = it;
}

/* The revision of the plan that came between two steps; NULL: none. */
static const struct plan_entry *revision_between(const struct trail *trail, uint32_t before,
                                                 uint32_t after)
{
    const struct plan_entry *found = NULL;
    for (const struct plan_entry *it = trail->report->plans; it; it = it->next)
        if (it != trail->report->plans && it->first_step_id > trail->steps[before]->id &&
            it->first_step_id <= trail->steps[after]->id)
            found = it;
    return found;
}

/* A row for each stretch of steps that serve the same lead under the same plan. */
static void take_rows(struct trail *trail)
{
    for (uint32_t i = 0; i < trail->steps_count; i++) {
        struct row *row = trail->rows_count > 0 ? &trail->rows[trail->rows_count - 1] : NULL;
        const uint32_t lead_id = trail->steps[i]->lead_id;
        const struct plan_entry *revision = i > 0 ? revision_between(trail, i - 1, i) : NULL;
        if (row && row->lead_id == lead_id && !revision) {
            row->last = i;
        } else if (trail->rows_count == ROWS_MAX || i >= STEPS_MAX) {
            trail->left_out = trail->steps_count - i;
            trail->steps_count = i;
        } else {
            trail->rows[trail->rows_count++] = (struct row){.lead_id = lead_id,
                                                            .lead = lead_of(trail->report, lead_id),
                                                            .first = i,
                                                            .last = i,
                                                            .revision = revision};
        }
    }
    for (uint32_t i = 0; i < trail->rows_count; i++) {
        trail->rows[i].is_last_of_lead = trail->rows[i].lead != NULL;
        for (uint32_t j = i + 1; j < trail->rows_count; j++)
            if (trail->rows[j].lead_id == trail->rows[i].lead_id)
                trail->rows[i].is_last_of_lead = false;
    }
}

static bool is_idle(const struct trail *trail, const struct lead *lead)
{
    for (uint32_t i = 0; i < trail->rows_count; i++)
        if (trail->rows[i].lead == lead)
            return false;
    return lead->state == LEAD_SUPPOSED;
}

static double x_of(const struct trail *trail, uint32_t step)
{
    return LEFT + trail->pitch * (step + 0.5);
}

static void measure(struct trail *trail)
{
    const double steps = trail->steps_count > 0 ? trail->steps_count : 1;
    trail->pitch = fmin(PITCH_MAX, (STEPS_RIGHT - LEFT) / steps);
    trail->dot = fmax(fmin(DOT_MAX, trail->pitch * 0.36), DOT_MIN);
    trail->bottom = TOP;
    for (uint32_t i = 0; i < trail->rows_count; i++) {
        trail->bottom += trail->rows[i].revision ? REVISION : 0;
        trail->rows[i].y = trail->bottom + ROW / 2;
        trail->bottom += ROW;
    }
    trail->idle_top = trail->bottom;
    for (const struct lead *it = trail->report->leads; it; it = it->next)
        if (is_idle(trail, it) && trail->idle_count < IDLE_MAX)
            trail->idle_count++;
    trail->bottom += ROW * trail->idle_count;
}

static bool is_culprit(const struct trail *trail, const struct lead *lead)
{
    return trail->report->known && str_eq(lead->subject, trail->report->best->subject);
}

/* What became of a lead, in a few words, without the marks of a claim. */
static struct str outcome_of(const struct trail *trail, const struct lead *lead)
{
    struct buf out = buf_new(trail->arena);
    buf_printf(&out, "%s", prose_lead_state(lead->state));
    if (lead->state == LEAD_HELD && is_culprit(trail, lead))
        buf_printf(&out, ": the most likely cause");
    if (lead->reason.len > 0) {
        buf_printf(&out, ": ");
        buf_add(&out, prose_without_marks(trail->arena, lead->reason));
    }
    return buf_str(&out);
}

static uint32_t found_in(const struct trail *trail, const struct step_entry *step)
{
    uint32_t found = 0;
    for (const struct evidence *it = trail->report->casefile->evidence; it; it = it->next)
        found += it->step_id == step->id && it->bearing != BEARING_GAP;
    return found;
}

/* ---- drawing ---- */

static void draw_axis(const struct trail *trail)
{
    uint32_t every = 1;
    while (every * trail->pitch < TICK_WIDTH)
        every = every == 1 ? 5 : every * 2;
    for (uint32_t i = 0; i < trail->steps_count; i++)
        if (i % every == (every == 1 ? 0 : every - 1))
            svg_text(trail->out, "tick", x_of(trail, i), TOP - 10, SVG_MIDDLE,
                     str_printf(trail->arena, "S%u", trail->steps[i]->id));
    for (uint32_t i = 0; i < trail->rows_count; i++)
        svg_line(trail->out, "grid", 0, trail->rows[i].y - ROW / 2, RIGHT,
                 trail->rows[i].y - ROW / 2);
    for (uint32_t i = 0; i < trail->idle_count; i++)
        svg_line(trail->out, "grid", 0, trail->idle_top + ROW * i, RIGHT,
                 trail->idle_top + ROW * i);
    svg_line(trail->out, "rule", 0, trail->bottom, RIGHT, trail->bottom);
}

static double revision_top(const struct row *row)
{
    return row->y - ROW / 2 - REVISION;
}

/* The plan changed between two rows; why is told beside it, over the way that crosses it. */
static void draw_revision_text(const struct trail *trail, const struct row *row)
{
    const double y = revision_top(row) + REVISION / 2 + 4;
    const struct str why = prose_without_marks(trail->arena, row->revision->why);
    const double x = LABEL_LEFT + svg_text_width(STR("plan revised"), FONT) + 12;
    buf_add(trail->out, STR("<g>"));
    svg_title(trail->out, why);
    svg_text(trail->out, "mark-onset-text", LABEL_LEFT, y, SVG_START, STR("plan revised"));
    svg_text(trail->out, "label trail-why", x, y, SVG_START,
             svg_fit(trail->arena, why, RIGHT - x, FONT));
    buf_add(trail->out, STR("</g>\n"));
}

static const char *way_class(const struct trail *trail, const struct row *row)
{
    if (!row->lead || row->lead->state != LEAD_HELD)
        return "trail-way";
    return is_culprit(trail, row->lead) ? "trail-way trail-culprit" : "trail-way trail-held";
}

/* From the last step of a row down to the first of the next. */
static void draw_bend(const struct trail *trail, uint32_t at)
{
    const double x = x_of(trail, trail->rows[at].last);
    const double to_x = x_of(trail, trail->rows[at + 1].first), to_y = trail->rows[at + 1].y;
    const double bend = fmin(BEND, to_x - x);
    svg_path(trail->out, "trail-bend",
             str_printf(trail->arena, "M%.1f %.1fV%.1fQ%.1f %.1f %.1f %.1fH%.1f", x,
                        trail->rows[at].y, to_y - bend, x, to_y, x + bend, to_y, to_x)
                 .ptr);
}

static void draw_ways(const struct trail *trail)
{
    for (uint32_t i = 0; i + 1 < trail->rows_count; i++)
        draw_bend(trail, i);
    for (uint32_t i = 0; i < trail->rows_count; i++) {
        const struct row *row = &trail->rows[i];
        svg_line(trail->out, way_class(trail, row), x_of(trail, row->first), row->y,
                 x_of(trail, row->last), row->y);
    }
}

static void draw_step(const struct trail *trail, const struct row *row, uint32_t at, double y)
{
    const struct step_entry *step = trail->steps[at];
    const uint32_t found = found_in(trail, step);
    const bool held = row->lead && row->lead->state == LEAD_HELD;
    const double x = x_of(trail, at);
    const char *dot = step->state == STEP_FAILED                  ? "trail-failed"
                      : step->state == STEP_SKIPPED || found == 0 ? "trail-nothing"
                      : held && is_culprit(trail, row->lead)      ? "dot-suspect"
                      : held                                      ? "dot"
                                                                  : "trail-found";
    buf_printf(trail->out, "<a href=\"#S%u\">", step->id);
    svg_title(trail->out, str_printf(trail->arena, "S%u, %.*s: %.*s", step->id, STR_ARG(step->name),
                                     STR_ARG(step->outcome)));
    svg_circle(trail->out, dot, x, y, step->state == STEP_SKIPPED ? trail->dot * 0.6 : trail->dot);
    buf_printf(trail->out, "</a>\n");
}

/* What became of the lead of a row, behind its end. */
static void draw_outcome(const struct trail *trail, const struct lead *lead, double x, double y)
{
    const struct str outcome = outcome_of(trail, lead);
    const char *class = lead->state == LEAD_HELD        ? "label strong halo"
                        : lead->state == LEAD_ABANDONED ? "label halo"
                                                        : "label faint halo";
    buf_add(trail->out, STR("<g>"));
    svg_title(trail->out, outcome);
    svg_text(trail->out, class, x, y + 4, SVG_START,
             svg_fit(trail->arena, outcome, RIGHT - x, FONT));
    buf_add(trail->out, STR("</g>\n"));
}

/* A lead that was given up is cut; one that held ends in a ring. */
static void draw_end(const struct trail *trail, const struct row *row, double y)
{
    const struct lead *lead = row->lead;
    const double from_x = x_of(trail, row->last), x = from_x + END;
    struct buf *out = trail->out;
    svg_line(out, way_class(trail, row), from_x, y, lead->state == LEAD_HELD ? x - RING : x, y);
    if (lead->state == LEAD_HELD) {
        svg_circle(out, is_culprit(trail, lead) ? "ring-suspect" : "trail-ring", x, y, RING);
    } else if (lead->state == LEAD_ABANDONED) {
        svg_line(out, "trail-cut", x - CUT, y - CUT, x + CUT, y + CUT);
        svg_line(out, "trail-cut", x - CUT, y + CUT, x + CUT, y - CUT);
    }
    draw_outcome(trail, lead, x + 14, y);
}

static void draw_lead_label(const struct trail *trail, const struct lead *lead, double y)
{
    struct buf *out = trail->out;
    const char *class = lead->state == LEAD_HELD        ? "label strong"
                        : lead->state == LEAD_ABANDONED ? "label trail-gone"
                                                        : "label faint";
    buf_printf(out, "<a href=\"#L%u\">", lead->id);
    svg_title(out, prose_without_marks(trail->arena, lead->because));
    svg_text(out, "tick", 0, y + 4, SVG_START, str_printf(trail->arena, "%u", lead->id));
    svg_text(out, class, LABEL_LEFT, y + 4, SVG_START,
             svg_fit(trail->arena, lead->subject, LABEL_WIDTH, FONT));
    buf_add(out, STR("</a>\n"));
}

static void draw_row(const struct trail *trail, uint32_t at)
{
    const struct row *row = &trail->rows[at];
    const double y = row->y;
    if (row->revision)
        draw_revision_text(trail, row);
    if (row->lead)
        draw_lead_label(trail, row->lead, y);
    else
        svg_text(trail->out, "label faint", LABEL_LEFT, y + 4, SVG_START,
                 at == 0 ? STR("first look") : STR("after that"));
    if (row->is_last_of_lead)
        draw_end(trail, row, y);
    for (uint32_t step = row->first; step <= row->last; step++)
        draw_step(trail, row, step, y);
}

/* Leads that nobody has followed have a row and no way. */
static void draw_idle(const struct trail *trail)
{
    uint32_t drawn = 0;
    for (const struct lead *it = trail->report->leads; it; it = it->next) {
        if (!is_idle(trail, it) || drawn == trail->idle_count)
            continue;
        const double y = trail->idle_top + ROW * (drawn++ + 0.5);
        draw_lead_label(trail, it, y);
        draw_outcome(trail, it, LEFT, y);
    }
}

static void describe(const struct trail *trail)
{
    struct buf text = buf_new(trail->arena);
    buf_printf(&text, "%u steps.", trail->steps_count + trail->left_out);
    for (const struct lead *it = trail->report->leads; it; it = it->next) {
        const struct str steps = prose_steps_of(trail->arena, it);
        buf_printf(&text, " Lead %u, ", it->id);
        buf_add(&text, it->subject);
        buf_printf(&text, "%s%s. ", steps.len > 0 ? ", " : "", steps.ptr);
        buf_add(&text, outcome_of(trail, it));
        buf_add_char(&text, '.');
    }
    svg_desc(trail->out, buf_str(&text));
}

bool trail_has_any(const struct report *report)
{
    for (const struct step_entry *it = report->casefile->steps; it; it = it->next)
        if (it->lead_id != 0)
            return report->leads != NULL;
    return false;
}

bool trail_names_the_cause(const struct report *report)
{
    for (const struct lead *it = report->leads; it && report->known; it = it->next)
        if (it->state == LEAD_HELD && str_eq(it->subject, report->best->subject))
            return true;
    return false;
}

void trail_draw(struct buf *out, const struct report *report)
{
    struct trail trail = {.report = report, .arena = out->arena, .out = out};
    take_steps(&trail);
    take_rows(&trail);
    measure(&trail);
    const bool more = trail.left_out > 0;
    svg_open(out, "wide", WIDTH, trail.bottom + (more ? 26 : 6),
             STR("The way of the investigation"));
    describe(&trail);
    draw_axis(&trail);
    for (uint32_t i = 0; i < trail.rows_count; i++)
        if (trail.rows[i].revision)
            svg_rect(out, "trail-revision", 0, revision_top(&trail.rows[i]), RIGHT, REVISION, 0);
    draw_ways(&trail);
    for (uint32_t i = 0; i < trail.rows_count; i++)
        draw_row(&trail, i);
    draw_idle(&trail);
    if (more)
        svg_text(out, "tick", 0, trail.bottom + 18, SVG_START,
                 str_printf(trail.arena, "%u more steps are not drawn", trail.left_out));
    svg_close(out);
}
