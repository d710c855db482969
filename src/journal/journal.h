/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal of an investigation, while it is written: a line for each step with its inputs, its
 * outputs, its time and what it put into the case. With it the investigation can be run again
 * without the sources (journal/replay.h), or held against another one (journal/diff.h).
 *
 * It looks on. Whoever asks the world (a bundle, an actor, a model) says journal_begin() before and
 * one of journal_end_*() after; what the case holds more by then is the world's answer, and is
 * written down. All else follows from the answers and would come out the same again: plans, leads,
 * steps and verdict are read off the case, and written down for readers and to be compared.
 *
 * Lines are handed out as they come, so that a crash leaves what was done.
 */
#pragma once

#include "case/casefile.h"
#include "data/record.h"
#include "journal/line.h"

struct journal;

struct journal_sink {
    void *state;
    /* A whole line with its end. False: no further one is wanted. */
    bool (*write)(void *state, struct str line);
};

/* A runbook that could be followed. */
struct journal_book {
    struct str name;
    struct str text;
};

struct journal_opening {
    int64_t budget_ns;
    struct str planner; /* who was asked for a plan; empty: nobody */
    bool planner_is_final;
    const struct journal_book *books;
    uint32_t books_count;
    struct str experts; /* the models that could be asked, "local, cloud"; empty: none */
    struct str weights; /* by which the verdict weighs, as their file has them */
};

struct journal *journal_new(struct arena *arena, struct journal_sink sink, struct clock clock);

/*
 * The clock for the case: what it says is written down as well, so that the same case runs out of
 * time at the same place again. What the world reads off it between begin and end is not.
 */
struct clock journal_clock(struct journal *journal);

/* Right after casefile_open(). */
void journal_open(struct journal *journal, const struct casefile *casefile,
                  const struct journal_opening *opening);

/* ---- what the world answers ---- */

void journal_begin(struct journal *journal, const struct casefile *casefile);

void journal_end_loading(struct journal *journal, const struct casefile *casefile);

/*
 * An actor or a tool has answered. The line is written once the step with this number stands in the
 * case: at the next begin or sync. `err` says why where `ok` is false.
 */
void journal_end_answer(struct journal *journal, const struct casefile *casefile, uint32_t step_id,
                        const struct record *in, const struct record *out, bool ok,
                        const struct err *err);

/* Whoever was asked for a plan has answered with this text, or has failed. */
void journal_end_planning(struct journal *journal, const struct casefile *casefile,
                          struct str planner, struct str text, bool ok, const struct err *err);

void journal_end_reread(struct journal *journal, const struct casefile *casefile);
void journal_end_exhibits(struct journal *journal, const struct casefile *casefile);
void journal_end_consulting(struct journal *journal, const struct casefile *casefile);

/* ---- what follows from it ---- */

/* Writes what is new in the case: steps, leads, plans. Each begin does so too. */
void journal_sync(struct journal *journal, const struct casefile *casefile);

/* Verdict and end, once the report has been written. */
void journal_close(struct journal *journal, const struct casefile *casefile, bool known,
                   int64_t took_ns);
