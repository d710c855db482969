/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom eval experts`: what each small expert adds to investigations.
 *
 * The same cases are put to the program with all of them, without each one that an investigation
 * asks, and without any. Differences are paired: of the same case, with and without; their
 * interval is that of a bootstrap over the cases of a set (B. Efron, "Bootstrap Methods", 1979).
 * An expert that nobody asks there costs no run: its row says so.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "data/json.h"
#include "eval/paired.h"
#include "eval/trial.h"
#include "eval/verb.h"
#include "expert/small.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUNS_MAX (TRIAL_EXPERTS_MAX + 2)

static const char help[] =
    "Measures what each small expert adds to investigations.\n"
    "\n"
    "usage: warroom eval experts DIR... [options]\n"
    "\n"
    "The cases below DIR are as for `warroom eval rca`. They are investigated with all small\n"
    "experts, without each one that an investigation asks, and without any of them. Each row has "
    "what\n"
    "is lost by leaving one out: with less without, of the same cases, and its 95 % interval.\n"
    "`warroom eval changes` and `warroom eval logs` ask none.\n"
    "\n"
    "  -j, --jobs N         run N cases at once; at most one a core (default: 1, for fair times)\n"
    "      --json           print it as JSON, with the cards of the experts\n"
    "      --timeout SECONDS  for one case (default: 120)\n"
    "      --warroom PATH   the program to measure\n"
    "      --help           this text\n"
    "\n"
    "exit status: 0 measured; 2 not measured\n";

struct ablation {
    struct arena *arena;
    struct trial trial; /* of the cases; each run is a copy */
    const char *program;
    bool json;
    struct run {
        const char *left_out; /* NULL: nobody; "all": everybody */
        struct outcome *outcomes;
        double p50_ms, p95_ms, rss_mb;
    } runs[RUNS_MAX];
    uint32_t runs_count;
};

/* ---- running ---- */

static void tell_times(struct ablation *ablation, struct run *run)
{
    const uint32_t count = ablation->trial.cases.count;
    double *times = arena_push_many(ablation->arena, double, count);
    for (uint32_t i = 0; i < count; i++) {
        times[i] = run->outcomes[i].wall_ms;
        if (run->outcomes[i].rss_mb > run->rss_mb)
            run->rss_mb = run->outcomes[i].rss_mb;
    }
    qsort(times, count, sizeof *times, compare_reals);
    run->p50_ms = percentile(times, count, 0.50);
    run->p95_ms = percentile(times, count, 0.95);
}

/* `one` NULL: all of them. */
static bool leave_out(struct trial *trial, const char *one, struct err *err)
{
    bool ok = true;
    for (const struct small_expert *const *at = small_experts; ok && *at; at++)
        if (!one || strcmp((*at)->name, one) == 0)
            ok = trial_leave_out(trial, (*at)->name, err);
    return ok;
}

static bool run_without(struct ablation *ablation, const char *name, const char *one,
                        struct err *err)
{
    struct trial trial = ablation->trial;
    struct run *run = &ablation->runs[ablation->runs_count++];
    *run = (struct run){.left_out = name};
    if ((name && !leave_out(&trial, one, err)) || !trial_read_truths(&trial, err) ||
        !trial_run(&trial, ablation->program, err))
        return false;
    run->outcomes = trial.outcomes;
    tell_times(ablation, run);
    return true;
}

static bool run_all(struct ablation *ablation, struct err *err)
{
    bool ok = run_without(ablation, NULL, NULL, err);
    for (const struct small_expert *const *at = small_experts; ok && *at; at++)
        if ((*at)->is_in_investigations)
            ok = run_without(ablation, (*at)->name, (*at)->name, err);
    return ok && run_without(ablation, "all", NULL, err);
}

/* ---- telling ---- */

/* What is lost on the cases of a set; an empty name: on all. */
struct loss {
    uint32_t cases, won, lost, changed; /* of cases; by whoever is left out */
    struct paired first, reciprocal;    /* of AC@1, and of the mean reciprocal rank */
};

static double reciprocal(const struct outcome *outcome)
{
    return outcome->rank > 0 ? 1.0 / outcome->rank : 0.0;
}

static struct loss loss_of(struct ablation *ablation, const struct run *run, struct str set)
{
    const struct outcome *with = ablation->runs[0].outcomes, *without = run->outcomes;
    const uint32_t count = ablation->trial.cases.count;
    double *values[4];
    struct loss loss = {0};
    for (int i = 0; i < 4; i++)
        values[i] = arena_push_many(ablation->arena, double, count);
    for (uint32_t i = 0; i < count; i++) {
        if (set.len > 0 && !str_eq(with[i].set, set))
            continue;
        const bool a = with[i].rank == 1, b = without[i].rank == 1;
        values[0][loss.cases] = a;
        values[1][loss.cases] = b;
        values[2][loss.cases] = reciprocal(&with[i]);
        values[3][loss.cases] = reciprocal(&without[i]);
        loss.cases++;
        loss.won += a && !b;
        loss.lost += b && !a;
        loss.changed += with[i].rank != without[i].rank || with[i].known != without[i].known ||
                        with[i].confidence < without[i].confidence ||
                        with[i].confidence > without[i].confidence;
    }
    loss.first = paired_of(values[0], values[1], loss.cases);
    loss.reciprocal = paired_of(values[2], values[3], loss.cases);
    return loss;
}

static void put_text(struct buf *out, const char *left_out, struct str set, const struct loss *loss)
{
    buf_printf(out, "%-12s %-16.*s %5u  %.3f  %+.3f (%+.3f to %+.3f)  %.3f  %+.3f (%+.3f to %+.3f)",
               left_out, STR_ARG(set), loss->cases, loss->first.mean, loss->first.difference,
               loss->first.low, loss->first.high, loss->reciprocal.mean,
               loss->reciprocal.difference, loss->reciprocal.low, loss->reciprocal.high);
    buf_printf(out, "  %4u : %-4u %5u\n", loss->won, loss->lost, loss->changed);
}

static void put_paired(struct buf *out, const char *name, const struct paired *paired)
{
    json_put_key(out, name);
    buf_printf(out, "{\"with\":%.4f,\"less_without\":%.4f,\"interval\":[%.4f,%.4f]}", paired->mean,
               paired->difference, paired->low, paired->high);
}

static void put_json(struct buf *out, const char *left_out, struct str set, const struct loss *loss)
{
    json_put_comma(out);
    buf_printf(out, "{\"left_out\":\"%s\",\"set\":", left_out);
    json_put_text(out, set);
    buf_printf(out, ",\"cases\":%u,\"won\":%u,\"lost\":%u,\"changed\":%u", loss->cases, loss->won,
               loss->lost, loss->changed);
    put_paired(out, "ac1", &loss->first);
    put_paired(out, "mrr", &loss->reciprocal);
    buf_add_char(out, '}');
}

static void put_rows(struct ablation *ablation, const struct run *run, struct buf *out)
{
    const struct outcome *outcomes = ablation->runs[0].outcomes;
    for (uint32_t i = 0; i <= ablation->trial.cases.count; i++) {
        const bool is_last = i == ablation->trial.cases.count;
        bool is_told = false;
        for (uint32_t k = 0; !is_last && k < i; k++)
            is_told |= str_eq(outcomes[k].set, outcomes[i].set);
        if (is_told)
            continue;
        const struct loss loss = loss_of(ablation, run, is_last ? STR("") : outcomes[i].set);
        (ablation->json ? put_json : put_text)(out, run->left_out,
                                               is_last ? STR("all sets") : outcomes[i].set, &loss);
    }
}

static void put_experts_text(struct buf *out)
{
    buf_printf(out, "\nnot asked in an investigation, so nothing is lost without them; what each "
                    "is worth at its own tasks stands in its card:\n");
    for (const struct small_expert *const *at = small_experts; *at; at++)
        if (!(*at)->is_in_investigations)
            buf_printf(out, "  %-10s warroom expert card %s\n", (*at)->name, (*at)->name);
    buf_printf(out, "`eval changes` and `eval logs` ask none of them\n");
}

static void tell_text(struct ablation *ablation, struct buf *out)
{
    buf_printf(out, "left out     set              cases  AC@1   less without             MRR    "
                    "less without             won : lost changed\n");
    for (uint32_t i = 1; i < ablation->runs_count; i++)
        put_rows(ablation, &ablation->runs[i], out);
    buf_add_char(out, '\n');
    for (uint32_t i = 0; i < ablation->runs_count; i++) {
        const struct run *run = &ablation->runs[i];
        buf_printf(out, "without %-10s  p50 %.0f ms, p95 %.0f ms, peak %.0f MB\n",
                   run->left_out ? run->left_out : "any loss", run->p50_ms, run->p95_ms,
                   run->rss_mb);
    }
    put_experts_text(out);
}

static void tell_json(struct ablation *ablation, struct buf *out)
{
    buf_printf(out, "{\"rows\":[");
    for (uint32_t i = 1; i < ablation->runs_count; i++)
        put_rows(ablation, &ablation->runs[i], out);
    buf_printf(out, "],\"runs\":[");
    for (uint32_t i = 0; i < ablation->runs_count; i++) {
        const struct run *run = &ablation->runs[i];
        json_put_comma(out);
        buf_printf(out,
                   "{\"left_out\":\"%s\",\"p50_ms\":%.1f,\"p95_ms\":%.1f,\"peak_rss_mb\":%.1f}",
                   run->left_out ? run->left_out : "", run->p50_ms, run->p95_ms, run->rss_mb);
    }
    buf_printf(out, "],\"experts\":[");
    for (const struct small_expert *const *at = small_experts; *at; at++) {
        json_put_comma(out);
        buf_printf(out, "{\"name\":\"%s\",\"asked_in\":[%s],\"card\":%.*s}", (*at)->name,
                   (*at)->is_in_investigations ? "\"rca\"" : "", STR_ARG((*at)->card()));
    }
    buf_printf(out, "]}\n");
}

/* ---- the verb ---- */

static bool parse_options(int argc, char **argv, struct ablation *out, bool *wants_help,
                          struct err *err)
{
    static const struct option known[] = {
        {"jobs", required_argument, NULL, 'j'},    {"json", no_argument, NULL, 'J'},
        {"timeout", required_argument, NULL, 't'}, {"warroom", required_argument, NULL, 'w'},
        {"help", no_argument, NULL, 'h'},          {0}};
    int option;
    while ((option = getopt_long(argc, argv, ":j:h", known, NULL)) != -1) {
        bool ok = true;
        if (option == 'h')
            *wants_help = true;
        else if (option == 'j')
            ok = trial_parse_jobs(&out->trial, str_of(optarg), err);
        else if (option == 't')
            ok = trial_parse_timeout(&out->trial, str_of(optarg), err);
        else if (option == 'w')
            out->program = optarg;
        else if (option == 'J')
            out->json = true;
        else
            ok = verb_wrong_option(option, argv, err);
        if (!ok)
            return false;
    }
    return *wants_help || optind < argc ||
           err_set(err, ERR_USAGE, "name at least one folder with cases");
}

static bool measure(struct ablation *ablation, char **folders, struct err *err)
{
    struct buf out = buf_new(ablation->arena);
    if (!trial_find(&ablation->trial, folders, err) || !run_all(ablation, err))
        return false;
    (ablation->json ? tell_json : tell_text)(ablation, &out);
    return verb_print(buf_str(&out), err);
}

static int run(int argc, char **argv)
{
    struct ablation ablation = {
        .arena = arena_new("eval"),
        .trial = {.jobs = 1, .timeout_ns = TRIAL_TIMEOUT_S_DEFAULT * NS_PER_S}};
    struct err err = {0};
    bool wants_help = false;
    ablation.trial.arena = ablation.arena;
    bool ok = parse_options(argc, argv, &ablation, &wants_help, &err);
    if (ok && wants_help)
        fputs(help, stdout);
    else if (ok)
        ok = measure(&ablation, argv + optind, &err);
    arena_free(ablation.arena);
    return ok ? EXIT_MEASURED : verb_complain("eval experts", &err);
}

const struct verb verb_experts = {
    .name = "experts",
    .summary = "what each small expert adds to investigations",
    .run = run,
};
