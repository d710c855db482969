/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom eval rca`: how often, how surely and how fast the program finds the cause.
 *
 * The program is run as its users run it, one process a case, so start, memory and exit status are
 * measured too. The truths are read here and never leave this process.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "eval/board.h"
#include "eval/cases.h"
#include "eval/child.h"
#include "eval/program.h"
#include "eval/verb.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#define OUTPUT_BYTES_MAX ((size_t)16 << 20)
#define TIMEOUT_S_DEFAULT 120
#define TIMEOUT_S_MAX 86400
#define FLOORS_MAX 64

static const char help[] =
    "Measures how often warroom finds the cause of incidents whose cause is known.\n"
    "\n"
    "usage: warroom eval rca DIR... [options]\n"
    "\n"
    "Every folder at or below DIR that holds alert.json and truth.json is a case, and the folder\n"
    "that it lies in is its set. `warroom investigate` is run on each; a case is right at rank k\n"
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
    const char *program;
    uint32_t jobs;
    int64_t timeout_ns;
    const char *weights;
    const char *held_out;
    bool json;
    bool per_case;
    struct floor_rule floors[FLOORS_MAX];
    uint32_t floors_count;
};

struct rca {
    struct arena *arena;
    const struct rca_options *options;
    struct str program;
    struct eval_cases cases;
    struct outcome *outcomes; /* one a case, in the same order */
    uint32_t done_count;
    bool progress;
    const char *argv[10];
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

static bool parse_number(const char *option, struct str text, int64_t max, int64_t *out,
                         struct err *err)
{
    if (!str_to_int(text, out) || *out < 1 || *out > max)
        return err_set(err, ERR_USAGE, "%s wants a number from 1 to %lld, not `%.*s`", option,
                       (long long)max, STR_ARG(text));
    return true;
}

static bool parse_option(struct rca_options *options, int option, struct err *err)
{
    const struct str text = str_of(optarg);
    int64_t number;
    switch (option) {
    case 'j': {
        const int64_t cores = sysconf(_SC_NPROCESSORS_ONLN);
        if (!parse_number("-j", text, 1024, &number, err))
            return false;
        options->jobs = (uint32_t)(number < cores ? number : cores);
        return true;
    }
    case 't':
        if (!parse_number("--timeout", text, TIMEOUT_S_MAX, &number, err))
            return false;
        options->timeout_ns = number * NS_PER_S;
        return true;
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
        options->weights = optarg;
        return true;
    case 'H':
        options->held_out = optarg;
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
        {"jobs", required_argument, NULL, 'j'},    {"json", no_argument, NULL, 'J'},
        {"per-case", no_argument, NULL, 'p'},      {"fail-under", required_argument, NULL, 'f'},
        {"timeout", required_argument, NULL, 't'}, {"warroom", required_argument, NULL, 'w'},
        {"weights", required_argument, NULL, 'W'}, {"held-out", required_argument, NULL, 'H'},
        {"help", no_argument, NULL, 'h'},          {0},
    };
    int option;
    while ((option = getopt_long(argc, argv, ":j:h", known, NULL)) != -1) {
        if (option == 'h')
            return PARSED_HELP;
        if (option == '?' || option == ':') {
            err_set(err, ERR_USAGE, "`%s` %s", argv[optind - 1],
                    option == ':' ? "wants a value" : "is no option");
            return PARSED_WRONG;
        }
        if (!parse_option(options, option, err))
            return PARSED_WRONG;
    }
    if (options->weights && options->held_out) {
        err_set(err, ERR_USAGE, "--weights and --held-out: one of them says which weights");
        return PARSED_WRONG;
    }
    if (optind == argc) {
        err_set(err, ERR_USAGE, "name at least one folder with cases");
        return PARSED_WRONG;
    }
    return PARSED_RUN;
}

static bool find_cases(struct rca *rca, char **folders, struct err *err)
{
    for (; *folders; folders++)
        if (!cases_find(&rca->cases, *folders, err))
            return false;
    cases_sort(&rca->cases);
    if (rca->cases.count == 0)
        return err_set(err, ERR_NOT_FOUND,
                       "no case found: a case is a folder that holds alert.json and truth.json; "
                       "name a folder that has such folders in it");
    return true;
}

/* All before the first run: a truth that cannot be read should be known now, not in an hour. */
static bool read_truths(struct rca *rca, struct err *err)
{
    rca->outcomes = arena_push_many(rca->arena, struct outcome, rca->cases.count);
    for (uint32_t i = 0; i < rca->cases.count; i++) {
        const struct eval_case *item = &rca->cases.items[i];
        struct outcome *outcome = &rca->outcomes[i];
        outcome->set = item->set;
        outcome->id = item->id;
        struct str text;
        if (!cases_read_file(rca->arena, item->path, "truth.json", &text, err) ||
            !truth_parse(rca->arena, text, &outcome->truth, err))
            return err_context(err, "%.*s", STR_ARG(item->path));
    }
    return true;
}

static bool has_set(const struct rca *rca, struct str set)
{
    for (uint32_t i = 0; i < rca->cases.count; i++)
        if (str_eq(rca->cases.items[i].set, set))
            return true;
    return false;
}

/* A floor for a set that is not there would hold for ever, and nobody would notice. */
static bool check_floors(const struct rca *rca, struct err *err)
{
    for (uint32_t i = 0; i < rca->options->floors_count; i++) {
        const struct str set = rca->options->floors[i].set;
        if (set.len > 0 && !has_set(rca, set))
            return err_set(err, ERR_USAGE, "--fail-under names the set `%.*s`, which has no case",
                           STR_ARG(set));
    }
    return true;
}

/* NULL: those that the program was shipped with. */
static const char *weights_for(struct rca *rca, const struct eval_case *item)
{
    if (!rca->options->held_out)
        return rca->options->weights;
    return str_printf(rca->arena, "%s/%.*s.json", rca->options->held_out, STR_ARG(item->set)).ptr;
}

static const char *const *case_argv(void *state, uint32_t index)
{
    struct rca *rca = state;
    uint32_t count = 0;
    rca->argv[count++] = rca->program.ptr;
    rca->argv[count++] = "investigate";
    rca->argv[count++] = "--format";
    rca->argv[count++] = "json";
    rca->argv[count++] = "--no-progress";
    const char *weights = weights_for(rca, &rca->cases.items[index]);
    if (weights) {
        rca->argv[count++] = "--weights";
        rca->argv[count++] = weights;
    }
    rca->argv[count++] = rca->cases.items[index].path.ptr;
    rca->argv[count] = NULL;
    return rca->argv;
}

/*
 * A report that withholds its verdict comes with the exit status 1, as an answer that is "no" does
 * everywhere in the program. So 1 is a failure only if the report does not say the same.
 */
static struct str fault_of(struct rca *rca, const struct child_result *result,
                           struct answer *answer)
{
    const struct str fault = child_fault(rca->arena, result);
    const bool negative = result->end == CHILD_EXITED && result->code == 1;
    if (fault.len > 0 && !negative)
        return fault;
    struct err err = {0};
    const bool told = answer_parse(rca->arena, result->output, answer, &err);
    if (negative)
        return told && !answer->known ? (struct str){0} : fault;
    return told ? (struct str){0} : str_copy(rca->arena, str_of(err.text));
}

static void judge(struct rca *rca, struct outcome *outcome, const struct child_result *result)
{
    struct answer answer;
    outcome->wall_ms = (double)result->wall_ns / (double)NS_PER_MS;
    outcome->rss_mb = (double)result->rss_bytes / (1 << 20);
    outcome->reason = fault_of(rca, result, &answer);
    outcome->failed = outcome->reason.len > 0;
    if (!outcome->failed)
        outcome_judge(outcome, &outcome->truth, &answer);
}

static void case_done(void *state, uint32_t index, const struct child_result *result)
{
    struct rca *rca = state;
    struct outcome *outcome = &rca->outcomes[index];
    judge(rca, outcome, result);
    rca->done_count++;
    if (rca->progress)
        fprintf(stderr, "\r\033[K%u of %u: %.*s/%.*s", rca->done_count, rca->cases.count,
                STR_ARG(outcome->set), STR_ARG(outcome->id));
}

static bool run_cases(struct rca *rca, struct err *err)
{
    const struct children children = {
        .count = rca->cases.count,
        .at_once = rca->options->jobs,
        .timeout_ns = rca->options->timeout_ns,
        .output_bytes_max = OUTPUT_BYTES_MAX,
        .argv = case_argv,
        .done = case_done,
        .state = rca,
    };
    rca->progress = isatty(STDERR_FILENO) == 1;
    const bool ok = children_run(&children, err);
    if (rca->progress)
        fputs("\r\033[K", stderr);
    return ok;
}

static bool print_board(const struct rca *rca, const struct board *board, struct err *err)
{
    struct buf out = buf_new(rca->arena);
    if (rca->options->json)
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

static int measure(struct rca *rca, char **folders)
{
    struct err err = {0};
    if (!find_cases(rca, folders, &err) || !check_floors(rca, &err) || !read_truths(rca, &err) ||
        !program_find(rca->arena, rca->options->program, &rca->program, &err))
        return complain(&err);
    if (!run_cases(rca, &err))
        return complain(&err);

    struct board board = board_new(rca->arena, rca->outcomes, rca->cases.count);
    board.per_case = rca->options->per_case;
    if (!print_board(rca, &board, &err))
        return complain(&err);
    return holds_floors(rca->options, &board) ? EXIT_MEASURED : EXIT_UNDER;
}

static int run(int argc, char **argv)
{
    struct rca_options options = {.jobs = 1, .timeout_ns = TIMEOUT_S_DEFAULT * NS_PER_S};
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
    struct arena *arena = arena_new("eval");
    struct rca rca = {.arena = arena, .options = &options, .cases = cases_new(arena)};
    const int status = measure(&rca, argv + optind);
    arena_free(arena);
    return status;
}

const struct verb verb_rca = {
    .name = "rca",
    .summary = "how often, how surely and how fast it finds the cause",
    .run = run,
};
