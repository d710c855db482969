/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/risks.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/json.h"
#include "report/escape.h"

#include <math.h>
#include <stdio.h>

#define SCHEMA 1
#define SUBJECT_CHARS_MAX 100
#define TEXT_CHARS_MAX 300
#define ID_BYTES_TOLD 12
#define ID_BYTES_MAX 64
#define SCORE_RED 90.0 /* one change of ten */
#define SCORE_YELLOW 75.0

static struct str harmless(struct arena *arena, struct str text, size_t chars_max)
{
    struct buf out = buf_new(arena);
    escape_plain(&out, escape_clip(arena, text, chars_max));
    return buf_str(&out);
}

static const struct change *change_of(const struct risks *risks, uint32_t place)
{
    return &risks->history->items[risks->items[place]->number].change;
}

static uint32_t told(const struct risks *risks)
{
    return risks->limit < risks->count ? risks->limit : risks->count;
}

/* As it is told: 100 would say that nothing could be riskier. */
static int score_told(const struct risk *risk)
{
    return (int)fmin(99.0, floor(risk->score));
}

/* ---- for people ---- */

static const char *colour_of(const struct risks *risks, const struct risk *risk)
{
    if (!risks->colour)
        return "";
    return risk->score >= SCORE_RED ? "\033[1;31m" : risk->score >= SCORE_YELLOW ? "\033[33m" : "";
}

static const char *plain_of(const struct risks *risks, const struct risk *risk)
{
    return *colour_of(risks, risk) ? "\033[0m" : "";
}

static void print_reasons(struct arena *arena, const struct risks *risks, const struct risk *risk)
{
    const struct risk_reasons reasons = risk_explain(arena, risks->history, risks->model, risk);
    for (uint32_t i = 0; i < reasons.count; i++)
        printf("               %c %s\n", reasons.items[i].weight > 0.0 ? '+' : '-',
               harmless(arena, reasons.items[i].text, TEXT_CHARS_MAX).ptr);
    const struct risk_looks looks = risk_look(arena, risks->history, risks->owners, risk);
    for (uint32_t i = 0; i < looks.count; i++)
        printf("               ? %s\n", harmless(arena, looks.items[i].text, TEXT_CHARS_MAX).ptr);
}

static void print_change(struct arena *arena, const struct risks *risks, uint32_t place)
{
    const struct risk *risk = risks->items[place];
    const struct change *change = change_of(risks, place);
    printf("%s%5d%s %6.1f%%  %-12s  %s\n", colour_of(risks, risk), score_told(risk),
           plain_of(risks, risk), 100.0 * risk->probability,
           harmless(arena, str_slice(change->id, 0, ID_BYTES_TOLD), ID_BYTES_TOLD).ptr,
           harmless(arena, change_subject(change), SUBJECT_CHARS_MAX).ptr);
    print_reasons(arena, risks, risk);
}

static void print_few(const struct risks *risks)
{
    uint32_t few = 0;
    for (uint32_t i = 0; i < risks->count; i++)
        few += risks->items[i]->compared < RISK_SCORE_FEW;
    if (few > 0)
        printf("\n%u of them had fewer than %d changes before them: their scores say little.\n",
               few, RISK_SCORE_FEW);
}

void risks_print(struct arena *arena, const struct risks *risks)
{
    if (risks->count == 0) {
        printf("There is no change in it.\n");
        return;
    }
    const struct hazards *hazards = risks->items[0]->hazards;
    printf("%u change%s, the most risky first.\n", risks->count, risks->count == 1 ? "" : "s");
    printf(
        hazards->settled > 0
            ? "Of 100 changes here %.1f came back within %d days: were taken back, or repaired by "
              "one that\nnames them.\n\n"
            : "The history is too young to say how many come back; supposed are %.1f of 100 in "
              "%d days,\nto be taken back or repaired by one that names them.\n\n",
        100.0 * hazards->usual, HAZARDS_DAYS);
    printf("SCORE  CHANCE  CHANGE\n");
    for (uint32_t i = 0; i < told(risks); i++)
        print_change(arena, risks, i);
    if (risks->count > told(risks))
        printf("and %u more, less risky\n", risks->count - told(risks));
    print_few(risks);
    if (risks->over > 0)
        printf("\n%u of them over %g.\n", risks->over, risks->fail_over);
}

/* ---- for programs ---- */

static void put_text(struct arena *arena, struct buf *out, const char *name, struct str text)
{
    json_put_key(out, name);
    json_put_text(out, escape_clip(arena, text, TEXT_CHARS_MAX));
}

/* Rounded to what it can tell. */
static void put_real(struct buf *out, const char *name, double number)
{
    json_put_key(out, name);
    json_put_real(out, round(number * 1e4) / 1e4);
}

static void put_reasons(struct arena *arena, struct buf *out, const struct risks *risks,
                        const struct risk *risk)
{
    const struct risk_reasons reasons = risk_explain(arena, risks->history, risks->model, risk);
    json_put_key(out, "reasons");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < reasons.count; i++) {
        json_put_comma(out);
        buf_add_char(out, '{');
        put_text(arena, out, "theme", str_of(hazard_theme_name(reasons.items[i].theme)));
        put_real(out, "weight", reasons.items[i].weight);
        put_text(arena, out, "text", reasons.items[i].text);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void put_looks(struct arena *arena, struct buf *out, const struct risks *risks,
                      const struct risk *risk)
{
    const struct risk_looks looks = risk_look(arena, risks->history, risks->owners, risk);
    json_put_key(out, "look_at");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < looks.count; i++) {
        json_put_comma(out);
        buf_add_char(out, '{');
        put_text(arena, out, "what", str_of(risk_look_name(looks.items[i].what)));
        put_text(arena, out, "text", looks.items[i].text);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void put_precedent(struct arena *arena, struct buf *out, const struct risks *risks,
                          const struct risk *risk)
{
    json_put_key(out, "precedent");
    if (risk->hazards->precedent == HISTORY_NONE) {
        buf_add(out, STR("null"));
        return;
    }
    const struct landed *precedent = &risks->history->items[risk->hazards->precedent];
    const struct landed *fate = &risks->history->items[risk->hazards->precedent_fate];
    const bool taken_back = precedent->reverted_by == risk->hazards->precedent_fate;
    buf_add_char(out, '{');
    put_text(arena, out, "id", precedent->change.id);
    put_text(arena, out, "subject", change_subject(&precedent->change));
    put_real(out, "likeness", risk->hazards->of[HAZARD_LIKE]);
    put_text(arena, out, taken_back ? "taken_back_by" : "repaired_by", fate->change.id);
    buf_add_char(out, '}');
}

static void put_change(struct arena *arena, struct buf *out, const struct risks *risks,
                       uint32_t place)
{
    const struct risk *risk = risks->items[place];
    const struct change *change = change_of(risks, place);
    json_put_comma(out);
    buf_add_char(out, '{');
    put_text(arena, out, "id", change->id);
    put_real(out, "score", risk->score);
    put_real(out, "probability", risk->probability);
    put_real(out, "usual", risk->hazards->usual);
    buf_printf(out, ",\"compared\":%u", risk->compared);
    put_text(arena, out, "time", time_format_rfc3339(arena, change->time_ns));
    put_text(arena, out, "author", change->author);
    put_text(arena, out, "subject", change_subject(change));
    put_reasons(arena, out, risks, risk);
    put_looks(arena, out, risks, risk);
    put_precedent(arena, out, risks, risk);
    buf_add_char(out, '}');
}

void risks_print_json(struct arena *arena, const struct risks *risks)
{
    struct buf out = buf_new(arena);
    buf_printf(&out, "{\"schema\":%d,\"judged\":%u,\"over\":%u", SCHEMA, risks->count, risks->over);
    put_real(&out, "fail_over", risks->fail_over);
    buf_printf(&out, ",\"left_out\":%u", risks->feed->faults_count);
    json_put_key(&out, "changes");
    buf_add_char(&out, '[');
    for (uint32_t i = 0; i < told(risks); i++)
        put_change(arena, &out, risks, i);
    buf_add(&out, STR("]}"));
    printf("%s\n", buf_str(&out).ptr);
}
