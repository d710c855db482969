/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom eval rca`: how often, how surely and how fast the program finds the cause.
 *
 * The program is run as its users run it, one process a case, so start, memory and exit status are
 * measured too.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "eval/board.h"
#include "eval/trial.h"
#include "eval/verb.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>

#define FLOORS_MAX 64

static const char help[] =
    "Measures how often warroom finds the cause of incidents whose cause is known.\n"
    "\n"
    "usage: warroom eval rca DIR... [options]\n"
    "\n"
    "Every folder at or below DIR that holds alert.json and truth.json is a case, packed\n"
    "(.tar.zst) or not, and the folder that it lies in is its set. `warroom investigate` is run on "
    "each; a case is right at rank k\n"
    "when the k-th hypothesis names the service, instance or object of the truth. A case whose\n"
    "program fails, answers no JSON or takes too long counts as wrong.\n"
    "\n"
    "  -j, --jobs N             run N cases at once; at most one a core (default: 1, for fair "
    "times)\n"
    "      --json               print the scores as JSON\n"
    "      --per-case           print a line for each case too: tab-separated, or `cases` in JSON\n"
    "      --fail-under AC1     exit with 1 if AC@1 of any set is below, 0 to 1\n"
    "      --fail-under SET=AC1 the same for one set; may be given more than once\n"
    "      --weights FILE       let the program weigh by that file, not as it was shipped\n"
    "      --held-out DIR       let it weigh each set by DIR/SET.json, as `warroom train verdict\n"
    "                           --held-out DIR` writes them: learned without that set\n"
    "      --expert FILE        let it ask the models of that file (docs/experts.md)\n"
    "      --plan-by-expert     with --expert: let a model write the plans\n"
    "      --without-expert NAME  do not let it ask that small expert; may be given more than "
    "once\n"
    "      --timeout SECONDS    for one case (default: 120)\n"
    "      --warroom PATH       the program to measure (default: $WARROOM, or else `warroom`\n"
    "                           beside this program)\n"
    "      --help               this text\n"
    "\n"
    "AC@k: share of cases whose rank is at most k. Avg@5: mean of AC@1 to AC@5. all3: object,\n"
    "cause and taxonomy of the first hypothesis are all right, where the truth has an object.\n"
    "change@k: share of the cases with a known culprit change where it is among the first k.\n"
    "withheld: answered \"not known\". confident: named a cause, but not the right place.\n"
    "\n"
    "exit status: 0 measured; 1 measured, but below --fail-under; 2 not measured: wrong usage,\n"
    "no case found, a truth that cannot be read\n";

/* What --fail-under asks for. */
struct floor_rule {
    struct str set; /* empty: each set */
    double ac1;
};

struct rca_options {
    struct trial trial;
    const char *program;
    bool json;
    bool per_case;
    struct floor_rule floors[FLOORS_MAX];
    uint32_t floors_count;
};

static bool parse_floor(struct rca_options *options, struct str text, struct err *err)
{
    if (options->floors_count == FLOORS_MAX)
        return err_set(err, ERR_USAGE, "--fail-under may be given %d times", FLOORS_MAX);
    struct floor_rule *rule = &options->floors[options->floors_count++];
    struct str share = text;
    for (size_t i = text.len; i > 0; i--) /* the last `=`: a set's name may have one */
        if (text.ptr[i - 1] == '=') {
            rule->set = str_slice(text, 0, i - 1);
            share = str_slice(text, i, text.len);
            break;
        }
    if (!str_to_real(share, &rule->ac1) || rule->ac1 < 0.0 || rule->ac1 > 1.0 ||
        (share.len != text.len && rule->set.len == 0))
        return err_set(err, ERR_USAGE,
                       "--fail-under wants AC1 or SET=AC1 with AC1 from 0 to 1, "
                       "not `%.*s`",
                       STR_ARG(text));
    return true;
}

static bool parse_option(struct rca_options *options, int option, struct err *err)
{
    const struct str text = str_of(optarg);
    switch (option) {
    case 'j':
        return trial_parse_jobs(&options->trial, text, err);
    case 't':
        return trial_parse_timeout(&options->trial, text, err);
    case 'J':
        options->json = true;
        return true;
    case 'p':
        options->per_case = true;
        return true;
    case 'w':
        options->program = optarg;
        return true;
    case 'W':
        options->trial.weights = optarg;
        return true;
    case 'e':
        options->trial.expert = optarg;
        return true;
    case 'P':
        options->trial.plan_by_expert = true;
        return true;
    case 'x':
        return trial_leave_out(&options->trial, optarg, err);
    case 'H':
        options->trial.held_out = optarg;
        return true;
    default:
        assert(option == 'f');
        return parse_floor(options, text, err);
    }
}

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static enum parsed parse_options(int argc, char **argv, struct rca_options *options,
                                 struct err *err)
{
    static const struct option known[] = {
        {"jobs", required_argument, NULL, 'j'},
        {"json", no_argument, NULL, 'J'},
        {"per-case", no_argument, NULL, 'p'},
        {"fail-under", required_argument, NULL, 'f'},
        {"timeout", required_argument, NULL, 't'},
        {"warroom", required_argument, NULL, 'w'},
        {"weights", required_argument, NULL, 'W'},
        {"held-out", required_argument, NULL, 'H'},
        {"expert", required_argument, NULL, 'e'},
        {"plan-by-expert", no_argument, NULL, 'P'},
        {"without-expert", required_argument, NULL, 'x'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int option;
    while ((option = getopt_long(argc, argv, ":j:h", known, NULL)) != -1) {
        if (option == 'h')
            return PARSED_HELP;
        if (option == '?' || option == ':') {
            verb_wrong_option(option, argv, err);
            return PARSED_WRONG;
        }
        if (!parse_option(options, option, err))
            return PARSED_WRONG;
    }
    if (options->trial.weights && options->trial.held_out) {
        err_set(err, ERR_USAGE, "--weights and --held-out: one of them says which weights");
        return PARSED_WRONG;
    }
    if (optind == argc) {
        err_set(err, ERR_USAGE, "name at least one folder with cases");
        return PARSED_WRONG;
    }
    return PARSED_RUN;
}

static bool has_set(const struct trial *trial, struct str set)
{
    for (uint32_t i = 0; i < trial->cases.count; i++)
        if (str_eq(trial->cases.items[i].set, set))
            return true;
    return false;
}

/* A floor for a set that is not there would hold for ever, and nobody would notice. */
static bool check_floors(const struct rca_options *options, struct err *err)
{
    for (uint32_t i = 0; i < options->floors_count; i++) {
        const struct str set = options->floors[i].set;
        if (set.len > 0 && !has_set(&options->trial, set))
            return err_set(err, ERR_USAGE, "--fail-under names the set `%.*s`, which has no case",
                           STR_ARG(set));
    }
    return true;
}

static bool print_board(const struct rca_options *options, const struct board *board,
                        struct err *err)
{
    struct buf out = buf_new(options->trial.arena);
    if (options->json)
        board_json(board, &out);
    else
        board_text(board, &out);
    return verb_print(buf_str(&out), err);
}

/* Says each set that is below its floor. */
static bool holds_floors(const struct rca_options *options, const struct board *board)
{
    bool holds = true;
    for (uint32_t i = 0; i < options->floors_count; i++) {
        const struct floor_rule *rule = &options->floors[i];
        for (uint32_t j = 0; j < board->cards_count; j++) {
            const struct scorecard *card = &board->cards[j];
            if ((rule->set.len > 0 && !str_eq(rule->set, card->set)) || card->ac1 >= rule->ac1)
                continue;
            fprintf(stderr, "warroom eval: AC@1 of %.*s is %.3f, below %.3f\n", STR_ARG(card->set),
                    card->ac1, rule->ac1);
            holds = false;
        }
    }
    return holds;
}

static int complain(const struct err *err)
{
    return verb_complain("eval rca", err);
}

static int measure(struct rca_options *options, char **folders)
{
    struct trial *trial = &options->trial;
    struct err err = {0};
    if (!trial_find(trial, folders, &err) || !check_floors(options, &err) ||
        !trial_read_truths(trial, &err) || !trial_run(trial, options->program, &err))
        return complain(&err);

    struct board board = board_new(trial->arena, trial->outcomes, trial->cases.count);
    board.per_case = options->per_case;
    if (!print_board(options, &board, &err))
        return complain(&err);
    return holds_floors(options, &board) ? EXIT_MEASURED : EXIT_UNDER;
}

static int run(int argc, char **argv)
{
    struct rca_options options = {
        .trial = {.jobs = 1, .timeout_ns = TRIAL_TIMEOUT_S_DEFAULT * NS_PER_S}};
    struct err err = {0};
    switch (parse_options(argc, argv, &options, &err)) {
    case PARSED_HELP:
        fputs(help, stdout);
        return EXIT_MEASURED;
    case PARSED_WRONG:
        return complain(&err);
    case PARSED_RUN:
        break;
    }
    options.trial.arena = arena_new("eval");
    const int status = measure(&options, argv + optind);
    arena_free(options.trial.arena);
    return status;
}

const struct verb verb_rca = {
    .name = "rca",
    .summary = "how often, how surely and how fast it finds the cause",
    .run = run,
};
