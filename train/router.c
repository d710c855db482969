/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom train router`: what each choice is likely to answer right, from held-back answers. */
#include "base/arena.h"
#include "data/json.h"
#include "eval/verb.h"
#include "train/keep.h"
#include "train/route.h"

#include <getopt.h>
#include <stdio.h>

static const char help[] =
    "Learns which choice is likely to answer a question right: the rules, or a small expert.\n"
    "\n"
    "usage: warroom train router ANSWERS... --out FILE\n"
    "\n"
    "ANSWERS are files that `warroom eval expert NAME --answers FILE` and `warroom train expert\n"
    "NAME --answers FILE` write: answers to questions from which nothing of who answered was\n"
    "learned. What the numbers are worth on a set that was left out: `warroom eval router`.\n"
    "\n"
    "      --out FILE  write the numbers there (models/router.json)\n"
    "      --help      this text\n"
    "\n"
    "Nothing is drawn, so there is no seed. exit status: 0 learnt; 2 not learnt\n";

/* Tasks of small experts that are not routed. */
static const struct {
    const char *task, *reason;
} reasons[] = {
    {"find_entities", "a line has several answers, which are not right or wrong as a whole"},
    {"next_template", "a surprise is a number of which nobody knows the right one"},
    {"continue_series", "a forecast is near or far, and not right or wrong"},
    {"rank_span_classes", "68 cases do not tell it from the rules"},
    {"match_change", "it is a sign beside others of a change, and no choice beside their ranker"},
    {"likeness", "a likeness is a number of which nobody knows the right one"},
    {"embed", "a direction is not right or wrong"},
};

static void put_weights(struct buf *out, const char *name, const double *weights, int count)
{
    buf_printf(out, "\"%s\": [", name);
    for (int i = 0; i < count; i++) {
        buf_printf(out, "%s", i > 0 ? ", " : "");
        json_put_real(out, weights[i]);
    }
    buf_printf(out, "]");
}

static void put_choice(struct buf *out, const struct router_choice *choice, bool is_last)
{
    buf_printf(out, "      \"%s\": {", choice->name);
    put_weights(out, "before", choice->before, ROUTER_FACTS_BEFORE);
    buf_printf(out, ",\n        ");
    put_weights(out, "after", choice->after, ROUTER_FACTS);
    buf_printf(out,
               ",\n        \"right\": %.3f, \"answers\": %u, \"cost_us\": %g, \"money\": 0}%s\n",
               choice->right, choice->answers, choice->cost_us, is_last ? "" : ",");
}

static void put_task(struct buf *out, const struct router_task *task)
{
    buf_printf(out, "    \"%s\": {\"choices\": {\n", task->name);
    for (uint32_t i = 0; i < task->count; i++)
        put_choice(out, &task->choices[i], i + 1 == task->count);
    buf_printf(out, "    }},\n");
}

static bool is_first(const struct held_answers *answers, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++)
        if (str_eq(str_of(answers->items[i].task), str_of(answers->items[at].task)))
            return false;
    return true;
}

static struct str file_text(struct arena *arena, const struct held_answers *answers)
{
    const size_t count = sizeof reasons / sizeof *reasons;
    struct buf out = buf_new(arena);
    buf_printf(&out,
               "{\n  \"card\": {\"name\": \"router\", \"version\": 1, \"seed\": null,\n"
               "    \"data\": \"%u held-back answers\",\n"
               "    \"facts\": [\"1\", \"length\", \"the rules speak\", \"candidates\", \"how sure "
               "the small expert is\"],\n"
               "    \"limits\": \"a cost is a power of ten; sets are systems, groups or kinds, and "
               "one unlike all of them may be routed worse\"},\n  \"tasks\": {\n",
               answers->count);
    for (uint32_t i = 0; i < answers->count; i++)
        if (is_first(answers, i)) {
            const struct router_task task = route_learn(answers, answers->items[i].task, NULL);
            put_task(&out, &task);
        }
    for (size_t i = 0; i < count; i++)
        buf_printf(&out, "    \"%s\": {\"reason\": \"%s\"}%s\n", reasons[i].task, reasons[i].reason,
                   i + 1 < count ? "," : "");
    buf_printf(&out, "  }\n}\n");
    return buf_str(&out);
}

static bool learn(struct arena *arena, char **paths, const char *out, struct err *err)
{
    struct held_answers answers = {0};
    struct router *again = arena_push(arena, struct router);
    for (; *paths; paths++)
        if (!answers_read(arena, *paths, &answers, err))
            return false;
    const struct str text = file_text(arena, &answers);
    /* what we cannot read ourselves is not handed out */
    return router_parse(text, again, err) && keep_file(out, text, err);
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        {"out", required_argument, NULL, 'o'}, {"help", no_argument, NULL, 'h'}, {0}};
    const char *out = NULL;
    struct err err = {0};
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        if (option == 'o') {
            out = optarg;
        } else if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        } else {
            verb_wrong_option(option, argv, &err);
            return verb_complain("train router", &err);
        }
    }
    struct arena *arena = arena_new("train");
    bool ok = (out && optind < argc) ||
              err_set(&err, ERR_USAGE, "files of held-back answers and --out are wanted");
    ok = ok && learn(arena, argv + optind, out, &err);
    arena_free(arena);
    return ok ? EXIT_MEASURED : verb_complain("train router", &err);
}

const struct verb verb_router = {
    .name = "router",
    .summary = "which choice is likely to answer right: rules, small expert",
    .run = run,
};
