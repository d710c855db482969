/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One question that fails is a gap of its own; three in a row, or a source that cannot be reached
 * or does not let us in, end the conversation: the time is better spent on saying so.
 */
#include "connect/inquiry.h"

#include "base/arena.h"
#include "connect/answer.h"

#include <ctype.h>

#define FAILURES_MAX 3 /* in a row */
#define TRIES_MAX 2    /* of one question: a case has seconds, and another source has the rest */
#define COMPLAINT_BYTES_MAX 160

const char *outcome_name(enum outcome outcome)
{
    static const char *const names[] = {
        [OUTCOME_READ] = "read",
        [OUTCOME_EMPTY] = "empty",
        [OUTCOME_PARTIAL] = "partial",
        [OUTCOME_FAILED] = "failed",
    };
    return names[outcome];
}

struct talk {
    const struct inquiry *inquiry;
    struct courier courier;
    struct str host;
    struct deadline deadline;
    struct gathered gathered;
    int64_t rows;      /* that have been kept */
    uint32_t asked;    /* how many of the questions */
    uint32_t answered; /* without a failure */
    uint32_t failures; /* in a row */
    bool is_over;
};

/* ---- one question ---- */

/* "HTTP 422: ..." says little; what the other side says of it goes with it, made plain. */
static void add_complaint(struct arena *scratch, const struct reply *reply, struct err *err)
{
    const struct str complaint = answer_complaint(scratch, reply->body);
    char text[COMPLAINT_BYTES_MAX + 1];
    size_t len = 0;
    for (; len < complaint.len && len < COMPLAINT_BYTES_MAX; len++)
        text[len] = isprint((unsigned char)complaint.ptr[len]) ? complaint.ptr[len] : ' ';
    text[len] = '\0';
    if (len > 0) {
        const struct err said = *err;
        err_set(err, said.kind, "%s It says: %s", said.text, text);
    }
}

/* One slow answer takes no more than half of the time of all. */
static struct deadline deadline_of(const struct talk *talk)
{
    const struct inquiry *inquiry = talk->inquiry;
    const struct deadline own = deadline_in(inquiry->clock, inquiry->source->budget_ns / 2);
    return own.at_ns < talk->deadline.at_ns ? own : talk->deadline;
}

static bool ask_by_request(struct talk *talk, struct arena *scratch,
                           const struct question *question, struct err *err)
{
    const struct inquiry *inquiry = talk->inquiry;
    const struct source *source = inquiry->source;
    struct request request;
    struct reply reply = {0};
    source_request(source, &request);
    if (!source->connector->encode(scratch, source, question, &request, err))
        return false;
    if (inquiry->asked)
        inquiry->asked(inquiry->state, question, &request);
    const bool came =
        courier_send(&talk->courier, scratch, &request, deadline_of(talk), &reply, err);
    if (!came && reply.status != 0)
        add_complaint(scratch, &reply, err);
    if (inquiry->answered)
        inquiry->answered(inquiry->state, &reply, came ? NULL : err);
    return came &&
           source->connector->decode(scratch, source, question, reply.body, &talk->gathered, err);
}

static bool ask(struct talk *talk, const struct question *question, struct err *err)
{
    const struct inquiry *inquiry = talk->inquiry;
    const struct connector *connector = inquiry->source->connector;
    struct arena *scratch = arena_new("question");
    bool ok;
    if (connector->gather)
        ok = connector->gather(scratch, inquiry->source, question, inquiry->clock,
                               deadline_of(talk), &talk->gathered, err);
    else
        ok = ask_by_request(talk, scratch, question, err);
    arena_free(scratch);
    return ok;
}

/* What was read before an answer broke off counts as well. */
static bool keep(struct talk *talk, struct err *err)
{
    struct rows *rows = &talk->gathered.rows;
    const bool ok = talk->inquiry->keep(talk->inquiry->state, rows, err);
    talk->rows += rows_total(rows);
    for (int file = 0; file < ROW_FILES_COUNT; file++) {
        rows->text[file].len = 0;
        rows->counts[file] = 0;
    }
    return ok;
}

static void take_failure(struct talk *talk, const struct question *question, const struct err *err)
{
    struct gathered *gathered = &talk->gathered;
    /* who may not ask for one thing may ask for the next, where that is foreseen */
    const bool is_shut =
        err->kind == ERR_UNREACHABLE || (err->kind == ERR_DENIED && !question->optional);
    if (question->optional && !is_shut && err->kind != ERR_TIMEOUT) {
        gathered_note(gathered, "no %s: %s", wanted_name(question->wanted), err->text);
        return;
    }
    gathered_left_out(gathered, "%s: %s", wanted_name(question->wanted), err->text);
    talk->failures++;
    talk->is_over |= is_shut || talk->failures == FAILURES_MAX;
}

static void take_question(struct talk *talk, const struct question *question)
{
    struct err err = {0};
    if (ask(talk, question, &err)) {
        talk->answered++;
        talk->failures = 0;
    } else {
        take_failure(talk, question, &err);
    }
    if (!keep(talk, &err)) {
        gathered_left_out(&talk->gathered, "%s", err.text);
        talk->is_over = true;
    }
}

/* ---- all of them ---- */

static void open_talk(struct talk *talk)
{
    const struct inquiry *inquiry = talk->inquiry;
    const struct connector *connector = inquiry->source->connector;
    for (uint32_t i = 0; i < connector->first_count; i++) {
        const struct question question = {.wanted = connector->first[i].wanted,
                                          .optional = connector->first[i].optional,
                                          .window = inquiry->window,
                                          .alert = inquiry->alert,
                                          .rows_max = inquiry->source->rows_max};
        gathered_ask(&talk->gathered, &question);
    }
}

static bool is_time_up(const struct talk *talk)
{
    return deadline_passed(talk->deadline, talk->inquiry->clock);
}

static void converse(struct talk *talk)
{
    struct gathered *gathered = &talk->gathered;
    while (!talk->is_over && talk->asked < gathered->questions_count) {
        const uint32_t left = gathered->questions_count - talk->asked;
        if (is_time_up(talk))
            gathered_left_out(gathered, "the time was up, and %u questions were not asked", left);
        else if (talk->rows >= talk->inquiry->source->rows_max)
            gathered_left_out(gathered, "%lld rows are enough, and %u questions were not asked",
                              (long long)talk->rows, left);
        else {
            take_question(talk, &gathered->questions[talk->asked++]);
            continue;
        }
        return;
    }
}

static struct str join_notes(struct arena *arena, const struct gathered *gathered)
{
    struct buf out = buf_new(arena);
    for (uint32_t i = 0; i < gathered->notes_count; i++)
        buf_printf(&out, "%s%.*s", i > 0 ? "; " : "", STR_ARG(gathered->notes[i]));
    if (gathered->rows.masked.secrets + gathered->rows.masked.emails > 0)
        buf_printf(&out, "%s%u secrets and %u e-mail addresses are masked", out.len > 0 ? "; " : "",
                   gathered->rows.masked.secrets, gathered->rows.masked.emails);
    return buf_str(&out);
}

static enum outcome outcome_of(const struct talk *talk)
{
    if (talk->answered == 0)
        return OUTCOME_FAILED;
    if (talk->gathered.incomplete)
        return OUTCOME_PARTIAL;
    return talk->rows > 0 ? OUTCOME_READ : OUTCOME_EMPTY;
}

static void prepare(struct talk *talk, struct arena *own)
{
    const struct inquiry *inquiry = talk->inquiry;
    const struct source *source = inquiry->source;
    struct err ignored = {0};
    if (source->url.len > 0 && !url_host(own, source->url, &talk->host, &ignored))
        talk->host = STR(""); /* then the courier goes nowhere, and says so */
    talk->courier = (struct courier){.transport = source->transport.exchange ? source->transport
                                                                             : transport_network(),
                                     .clock = inquiry->clock,
                                     .pause = inquiry->pause,
                                     .pause_state = inquiry->pause_state,
                                     .hosts = &talk->host,
                                     .hosts_count = 1,
                                     .tries_max = TRIES_MAX};
    talk->deadline = deadline_in(inquiry->clock, source->budget_ns);
    if (inquiry->deadline.at_ns < talk->deadline.at_ns)
        talk->deadline = inquiry->deadline;
    talk->gathered =
        (struct gathered){.arena = own, .rows = rows_new(own, inquiry->source->redact)};
}

void inquire(struct arena *arena, const struct inquiry *inquiry, struct findings *out)
{
    struct arena *own = arena_new("inquiry");
    const int64_t started_ns = clock_now_ns(inquiry->clock);
    struct talk *talk = arena_push(own, struct talk);
    talk->inquiry = inquiry;
    prepare(talk, own);
    open_talk(talk);
    converse(talk);
    *out = (struct findings){.outcome = outcome_of(talk),
                             .rows = talk->rows,
                             .note = join_notes(arena, &talk->gathered),
                             .questions = talk->asked,
                             .took_ns = clock_now_ns(inquiry->clock) - started_ns,
                             .masked = talk->gathered.rows.masked};
    arena_free(own);
}
