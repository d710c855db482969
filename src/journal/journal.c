/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/journal.h"

#include "base/arena.h"
#include "journal/effects.h"

#include <assert.h>

#define STEP_BYTES_MAX ((size_t)1 << 20) /* of a line beside its inputs, outputs and effects */

/* An answer whose step does not stand in the case yet. */
struct pending {
    uint32_t step_id; /* 0: there is none */
    struct buf members;
};

struct journal {
    struct arena *arena;
    struct arena *line_arena;    /* gone with each line */
    struct arena *pending_arena; /* gone with each step */
    struct journal_sink sink;
    bool stopped;
    uint64_t sum;
    uint32_t lines_count;

    struct clock clock;
    bool muted;
    int64_t first_ns; /* of the clock; -1: it has not been read */
    int64_t *ticks;   /* since the last line */
    uint32_t ticks_count;
    uint32_t ticks_room;

    struct moment since; /* the end of what was written down */
    struct pending pending;
    uint32_t steps_count;
    uint32_t plans_count;
    struct lead *leads; /* as they were written last, by number - 1 */
    uint32_t leads_count;
    uint32_t leads_room;
};

/* ---- the clock ---- */

static void keep_tick(struct journal *journal, int64_t now_ns)
{
    if (journal->ticks_count == journal->ticks_room) {
        const uint32_t room = journal->ticks_room > 0 ? journal->ticks_room * 2 : 64;
        journal->ticks = arena_grow(journal->arena, journal->ticks,
                                    journal->ticks_count * sizeof *journal->ticks,
                                    room * sizeof *journal->ticks);
        journal->ticks_room = room;
    }
    journal->ticks[journal->ticks_count++] = now_ns - journal->first_ns;
}

static int64_t now_and_keep(void *state)
{
    struct journal *journal = state;
    const int64_t now_ns = clock_now_ns(journal->clock);
    if (journal->first_ns < 0)
        journal->first_ns = now_ns;
    if (!journal->muted)
        keep_tick(journal, now_ns);
    return now_ns;
}

struct clock journal_clock(struct journal *journal)
{
    return (struct clock){.now_ns = now_and_keep, .state = journal};
}

/* ---- lines ---- */

static void free_arena(void *arena)
{
    arena_free(arena);
}

struct journal *journal_new(struct arena *arena, struct journal_sink sink, struct clock clock)
{
    struct journal *journal = arena_push(arena, struct journal);
    *journal = (struct journal){
        .arena = arena,
        .line_arena = arena_new("journal line"),
        .pending_arena = arena_new("journal step"),
        .sink = sink,
        .sum = LINE_SUM_START,
        .clock = clock,
        .first_ns = -1,
    };
    arena_defer(arena, free_arena, journal->line_arena);
    arena_defer(arena, free_arena, journal->pending_arena);
    return journal;
}

static struct buf start_line(struct journal *journal, enum line_type type)
{
    arena_reset(journal->line_arena);
    struct buf out = buf_new(journal->line_arena);
    buf_printf(&out, "{\"type\":\"%s\"", line_name(type));
    return out;
}

static void put_ticks(struct journal *journal, struct buf *out)
{
    if (journal->ticks_count == 0)
        return;
    json_put_key(out, "clock_ns");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < journal->ticks_count; i++) {
        json_put_comma(out);
        buf_printf(out, "%lld", (long long)journal->ticks[i]);
    }
    buf_add_char(out, ']');
    journal->ticks_count = 0;
}

static void end_line(struct journal *journal, struct buf *out)
{
    put_ticks(journal, out);
    buf_add(out, STR("}\n"));
    const struct str line = buf_str(out);
    journal->sum = line_sum(journal->sum, line);
    journal->lines_count++;
    if (!journal->stopped)
        journal->stopped = !journal->sink.write(journal->sink.state, line);
}

/* ---- open ---- */

static void put_alert(struct buf *out, const struct alert *alert)
{
    json_put_key(out, "alert");
    buf_add_char(out, '{');
    shape_put(out, alert_shapes, alert);
    json_put_key(out, "labels");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < alert->labels_count; i++) {
        json_put_comma(out);
        buf_add_char(out, '[');
        json_put_text_exact(out, alert->labels[i].name);
        buf_add_char(out, ',');
        json_put_text_exact(out, alert->labels[i].value);
        buf_add_char(out, ']');
    }
    buf_add(out, STR("]}"));
}

static void put_books(struct buf *out, const struct journal_opening *opening)
{
    json_put_key(out, "runbooks");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < opening->books_count; i++) {
        json_put_comma(out);
        buf_add(out, STR("{\"name\":"));
        json_put_text_exact(out, opening->books[i].name);
        json_put_key(out, "text");
        json_put_text_exact(out, opening->books[i].text);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void put_weights(struct buf *out, struct str weights)
{
    if (weights.len == 0)
        return;
    json_put_key(out, "weights");
    buf_add(out, STR("{\"text\":"));
    json_put_text_exact(out, weights);
    buf_add_char(out, '}');
}

void journal_open(struct journal *journal, const struct casefile *casefile,
                  const struct journal_opening *opening)
{
    struct buf out = start_line(journal, LINE_OPEN);
    buf_printf(&out, ",\"version\":%d,\"program\":\"%s\"", JOURNAL_VERSION, VERSION);
    put_alert(&out, casefile->alert);
    buf_printf(&out, ",\"budget\":{\"time_ns\":%lld,\"steps\":%u}", (long long)opening->budget_ns,
               casefile->budget.steps_max);
    json_put_key(&out, "planner");
    json_put_text_exact(&out, opening->planner);
    buf_printf(&out, ",\"planner_is_final\":%s", opening->planner_is_final ? "true" : "false");
    if (opening->experts.len > 0) {
        json_put_key(&out, "experts");
        json_put_text_exact(&out, opening->experts);
    }
    put_books(&out, opening);
    put_weights(&out, opening->weights);
    end_line(journal, &out);
    journal->since = moment_of(casefile);
}

/* ---- what follows from the answers ---- */

static void write_step(struct journal *journal, const struct step_entry *step)
{
    struct buf out = start_line(journal, LINE_STEP);
    shape_put(&out, step_shapes, step);
    if (journal->pending.step_id == step->id) {
        const struct str members = buf_str(&journal->pending.members);
        if (members.len < JOURNAL_LINE_BYTES_MAX - STEP_BYTES_MAX)
            buf_add(&out, members);
        else
            buf_add(&out, STR(",\"answered\":true,\"too_large\":true"));
        arena_reset(journal->pending_arena);
        journal->pending = (struct pending){0};
    } else if (step->input.len > 0) {
        json_put_key(&out, "input_text");
        json_put_text_exact(&out, step->input);
    }
    end_line(journal, &out);
}

static void write_steps(struct journal *journal, const struct casefile *casefile)
{
    for (const struct step_entry *it = casefile->steps; it; it = it->next)
        if (it->id > journal->steps_count)
            write_step(journal, it);
    journal->steps_count = casefile->steps_count;
}

static void write_effects(struct journal *journal, enum line_type type,
                          const struct casefile *casefile)
{
    struct buf out = start_line(journal, type);
    json_put_key(&out, "effects");
    effects_put(&out, &journal->since, casefile);
    end_line(journal, &out);
    journal->since = moment_of(casefile);
}

static void write_walk(struct journal *journal, const struct casefile *casefile)
{
    if (!moment_is_now(&journal->since, casefile))
        write_effects(journal, LINE_WALK, casefile);
}

static void keep_lead(struct journal *journal, uint32_t number, const struct lead *lead)
{
    if (number == journal->leads_room) {
        const uint32_t room = journal->leads_room > 0 ? journal->leads_room * 2 : 16;
        journal->leads = arena_grow(journal->arena, journal->leads,
                                    journal->leads_count * sizeof *journal->leads,
                                    room * sizeof *journal->leads);
        journal->leads_room = room;
    }
    if (number == journal->leads_count)
        journal->leads_count++;
    journal->leads[number] = *lead;
}

static void write_leads(struct journal *journal, const struct casefile *casefile)
{
    uint32_t number = 0;
    for (const struct lead *it = casefile->leads; it; it = it->next, number++) {
        if (number < journal->leads_count && journal->leads[number].against == it->against &&
            shape_is_same(lead_shapes, &journal->leads[number], it))
            continue;
        keep_lead(journal, number, it);
        struct buf out = start_line(journal, LINE_LEAD);
        shape_put(&out, lead_shapes, it);
        if (it->against)
            buf_printf(&out, ",\"against\":%u", it->against->id);
        end_line(journal, &out);
    }
}

static void write_plans(struct journal *journal, const struct casefile *casefile)
{
    uint32_t number = 0;
    for (const struct plan_entry *it = casefile->plans; it; it = it->next) {
        if (++number <= journal->plans_count)
            continue;
        struct buf out = start_line(journal, LINE_PLAN);
        shape_put(&out, plan_shapes, it);
        end_line(journal, &out);
        journal->plans_count = number;
    }
}

void journal_sync(struct journal *journal, const struct casefile *casefile)
{
    write_steps(journal, casefile);
    write_walk(journal, casefile);
    write_leads(journal, casefile);
    write_plans(journal, casefile);
}

/* ---- what the world answers ---- */

void journal_begin(struct journal *journal, const struct casefile *casefile)
{
    assert(!journal->muted);
    journal_sync(journal, casefile);
    journal->muted = true;
}

void journal_end_loading(struct journal *journal, const struct casefile *casefile)
{
    journal->muted = false;
    write_effects(journal, LINE_LOADED, casefile);
}

static void put_error(struct buf *out, const struct err *err)
{
    json_put_key(out, "error");
    buf_printf(out, "{\"kind\":\"%s\"", line_err_name(err->kind));
    json_put_key(out, "text");
    json_put_text_exact(out, str_of(err->text));
    buf_add_char(out, '}');
}

void journal_end_answer(struct journal *journal, const struct casefile *casefile, uint32_t step_id,
                        const struct record *in, const struct record *out, bool ok,
                        const struct err *err)
{
    journal->muted = false;
    arena_reset(journal->pending_arena);
    journal->pending =
        (struct pending){.step_id = step_id, .members = buf_new(journal->pending_arena)};
    struct buf *members = &journal->pending.members;
    buf_add(members, STR(",\"answered\":true,\"input\":"));
    json_put_record_exact(members, in);
    json_put_key(members, "output");
    json_put_record_exact(members, out);
    if (!ok)
        put_error(members, err);
    json_put_key(members, "effects");
    effects_put(members, &journal->since, casefile);
    journal->since = moment_of(casefile);
}

void journal_end_planning(struct journal *journal, const struct casefile *casefile,
                          struct str planner, struct str text, bool ok, const struct err *err)
{
    journal->muted = false;
    struct buf out = start_line(journal, LINE_PLANNED);
    json_put_key(&out, "planner");
    json_put_text_exact(&out, planner);
    if (ok) {
        json_put_key(&out, "text");
        json_put_text_exact(&out, text);
    } else {
        put_error(&out, err);
    }
    json_put_key(&out, "effects");
    effects_put(&out, &journal->since, casefile);
    end_line(journal, &out);
    journal->since = moment_of(casefile);
}

void journal_end_reread(struct journal *journal, const struct casefile *casefile)
{
    journal->muted = false;
    write_effects(journal, LINE_REREAD, casefile);
}

void journal_end_exhibits(struct journal *journal, const struct casefile *casefile)
{
    journal->muted = false;
    write_effects(journal, LINE_EXHIBITS, casefile);
}

void journal_end_consulting(struct journal *journal, const struct casefile *casefile)
{
    journal->muted = false;
    write_effects(journal, LINE_CONSULTED, casefile);
}

/* ---- close ---- */

static void put_cited(struct buf *out, const char *name, const struct evidence *const *cited,
                      uint32_t count)
{
    json_put_key(out, name);
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        json_put_comma(out);
        buf_printf(out, "%u", cited[i]->id);
    }
    buf_add_char(out, ']');
}

static void write_verdict(struct journal *journal, const struct casefile *casefile)
{
    struct buf out = start_line(journal, LINE_VERDICT);
    json_put_key(&out, "hypotheses");
    buf_add_char(&out, '[');
    for (const struct hypothesis *it = casefile->hypotheses; it; it = it->next) {
        json_put_comma(&out);
        buf_add_char(&out, '{');
        shape_put(&out, hypothesis_shapes, it);
        put_cited(&out, "for", it->cited_for, it->cited_for_count);
        put_cited(&out, "against", it->cited_against, it->cited_against_count);
        buf_add_char(&out, '}');
    }
    buf_add_char(&out, ']');
    end_line(journal, &out);
}

void journal_close(struct journal *journal, const struct casefile *casefile, bool known,
                   int64_t took_ns)
{
    journal_sync(journal, casefile);
    write_verdict(journal, casefile);
    const uint64_t sum = journal->sum;
    const uint32_t lines_count = journal->lines_count;
    struct buf out = start_line(journal, LINE_CLOSE);
    json_put_key(&out, "stopped_because");
    json_put_text_exact(&out, casefile->stopped_because);
    buf_printf(&out, ",\"known\":%s,\"took_ns\":%lld,\"lines\":%u,\"sum\":\"%016llx\"",
               known ? "true" : "false", (long long)took_ns, lines_count + 1,
               (unsigned long long)sum);
    end_line(journal, &out);
}
