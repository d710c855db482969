/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom eval all` and `warroom eval task NAME`: puts tasks, keeps what came of each, and shows
 * them together.
 *
 * Each card is written when its task is done, so a run that is interrupted goes on where it was. A
 * card counts only for the program and the data it was measured with: its stamp says which.
 */
#include "base/arena.h"
#include "data/file.h"
#include "eval/program.h"
#include "eval/suite/page.h"
#include "eval/suite/stamp.h"
#include "eval/trial.h"
#include "eval/verb.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLOORS_MAX 64
#define FILE_BYTES_MAX ((size_t)64 << 20)

static const char help[] =
    "Puts the tasks of the evaluation to the program, and shows their scores.\n"
    "\n"
    "usage: warroom eval all [options]\n"
    "       warroom eval task NAME... [options]\n"
    "\n"
    "      --data DIR        the public sets, unpacked: rca/, changes/, loghub/, nab/\n"
    "      --gym DIR         recordings of the gym (default: the shipped incidents)\n"
    "      --expert FILE     a model of yours, for a third column\n"
    "      --mind NAME       none, small or model: only with that help; may be given more than "
    "once\n"
    "      --category NAME   only the tasks of one\n"
    "      --out DIR         where cards, scores.json and index.html go (default: build/eval)\n"
    "      --again           measure what was measured before, too\n"
    "      --list            the tasks, and what each asks\n"
    "      --json            print scores.json\n"
    "      --fail-under TASK=SCORE  exit with 1 if it is below; may be given more than once\n"
    "  -j, --jobs N          run N cases at once; at most one a core (default: 1)\n"
    "      --warroom PATH    the program to measure (default: $WARROOM, or else `warroom` beside\n"
    "                        this program)\n"
    "      --help            this text\n"
    "\n"
    "A task whose data are not at hand says so, and the others run. Run again, it goes on where "
    "it was.\n"
    "\n"
    "exit status: 0 measured; 1 some task was not measured, or is below --fail-under; 2 none was\n";

struct floor_rule {
    struct str task;
    double score;
};

struct suite {
    struct arena *arena;
    struct task_place place;
    const char *program;
    unsigned minds; /* 0: all that can be had */
    const char *category;
    bool again, list, json;
    struct floor_rule floors[FLOORS_MAX];
    uint32_t floors_count;
    char **names; /* of the tasks; NULL: all */
    struct str stamp;
    struct card *cards;
    uint32_t count;
};

/* ---- options ---- */

static bool parse_floor(struct suite *suite, struct str text, struct err *err)
{
    const size_t mark = str_find(text, STR("="));
    struct floor_rule rule = {.task = str_slice(text, 0, mark)};
    if (suite->floors_count < FLOORS_MAX && mark != STR_NPOS && task_find(rule.task) &&
        str_to_real(str_slice(text, mark + 1, text.len), &rule.score) && rule.score <= 1.0) {
        suite->floors[suite->floors_count++] = rule;
        return true;
    }
    return err_set(err, ERR_USAGE, "--fail-under wants TASK=SCORE with a score up to 1, not `%.*s`",
                   STR_ARG(text));
}

static bool parse_mind(struct suite *suite, struct str text, struct err *err)
{
    for (int mind = 0; mind < MINDS_COUNT; mind++)
        if (str_eq(text, str_of(mind_name((enum mind)mind)))) {
            suite->minds |= 1u << mind;
            return true;
        }
    return err_set(err, ERR_USAGE, "--mind wants none, small or model, not `%.*s`", STR_ARG(text));
}

static bool parse_category(struct suite *suite, struct str text, struct err *err)
{
    for (int i = 0; i < CATEGORIES_COUNT; i++)
        if (str_eq(text, str_of(category_name((enum category)i)))) {
            suite->category = category_name((enum category)i);
            return true;
        }
    return err_set(err, ERR_USAGE, "there is no category `%.*s`; --list has them", STR_ARG(text));
}

static bool parse_option(struct suite *suite, int option, struct err *err)
{
    struct trial jobs = {0};
    const struct str text = str_of(optarg);
    switch (option) {
    case 'd':
        suite->place.data = optarg;
        return true;
    case 'g':
        suite->place.gym = optarg;
        return true;
    case 'e':
        suite->place.expert = optarg;
        return true;
    case 'o':
        suite->place.out = optarg;
        return true;
    case 'w':
        suite->program = optarg;
        return true;
    case 'm':
        return parse_mind(suite, text, err);
    case 'c':
        return parse_category(suite, text, err);
    case 'f':
        return parse_floor(suite, text, err);
    case 'j':
        if (!trial_parse_jobs(&jobs, text, err))
            return false;
        suite->place.jobs = jobs.jobs;
        return true;
    default:
        suite->again |= option == 'a';
        suite->list |= option == 'l';
        suite->json |= option == 'J';
        return true;
    }
}

enum parsed { PARSED_RUN, PARSED_HELP, PARSED_WRONG };

static enum parsed parse_options(int argc, char **argv, struct suite *suite, struct err *err)
{
    static const struct option known[] = {
        {"data", required_argument, NULL, 'd'},   {"gym", required_argument, NULL, 'g'},
        {"expert", required_argument, NULL, 'e'}, {"out", required_argument, NULL, 'o'},
        {"mind", required_argument, NULL, 'm'},   {"category", required_argument, NULL, 'c'},
        {"again", no_argument, NULL, 'a'},        {"list", no_argument, NULL, 'l'},
        {"json", no_argument, NULL, 'J'},         {"fail-under", required_argument, NULL, 'f'},
        {"jobs", required_argument, NULL, 'j'},   {"warroom", required_argument, NULL, 'w'},
        {"help", no_argument, NULL, 'h'},         {0},
    };
    int option;
    while ((option = getopt_long(argc, argv, ":j:h", known, NULL)) != -1) {
        if (option == 'h')
            return PARSED_HELP;
        if (option == '?' || option == ':') {
            verb_wrong_option(option, argv, err);
            return PARSED_WRONG;
        }
        if (!parse_option(suite, option, err))
            return PARSED_WRONG;
    }
    suite->names = optind < argc ? argv + optind : NULL;
    for (char **name = suite->names; name && *name; name++)
        if (!task_find(str_of(*name))) {
            err_set(err, ERR_USAGE, "there is no task `%s`; --list has them", *name);
            return PARSED_WRONG;
        }
    return PARSED_RUN;
}

/* ---- what is kept ---- */

static const char *card_path(const struct suite *suite, const struct task *task, enum mind mind)
{
    return str_printf(suite->arena, "%s/%s.%s.card", suite->place.out, task->name, mind_name(mind))
        .ptr;
}

static bool recall(const struct suite *suite, const struct task *task, enum mind mind,
                   struct card *out)
{
    struct str text, stamp;
    struct err none;
    return !suite->again &&
           file_read(suite->arena, card_path(suite, task, mind), FILE_BYTES_MAX, &text, &none) &&
           str_split(&text, '\n', &stamp) && str_eq(stamp, suite->stamp) &&
           card_from_json(suite->arena, text, task, mind, out) && out->failure.len == 0;
}

static bool keep(const struct suite *suite, const struct card *card, struct err *err)
{
    struct buf text = buf_new(suite->arena);
    buf_printf(&text, "%.*s\n", STR_ARG(suite->stamp));
    card_put_whole(&text, card);
    return file_replace(card_path(suite, card->task, card->mind), buf_str(&text), 0666, err);
}

/* ---- the run ---- */

static bool is_wanted(const struct suite *suite, const struct task *task, enum mind mind)
{
    const unsigned minds = suite->minds          ? suite->minds
                           : suite->place.expert ? MINDS_ALL
                                                 : MIND(NONE) | MIND(SMALL);
    bool named = !suite->names;
    for (char **name = suite->names; name && *name; name++)
        named |= !strcmp(*name, task->name);
    return named && (task->minds & minds & 1u << mind) &&
           (!suite->category || !strcmp(suite->category, category_name(task->category)));
}

static bool measure_all(struct suite *suite, struct err *err)
{
    uint32_t count = 0;
    while (tasks[count])
        count++;
    suite->cards = arena_push_many(suite->arena, struct card, count * MINDS_COUNT);
    for (const struct task *const *task = tasks; *task; task++)
        for (int mind = 0; mind < MINDS_COUNT; mind++) {
            struct card *card = &suite->cards[suite->count];
            if (!is_wanted(suite, *task, (enum mind)mind))
                continue;
            suite->count++;
            if (recall(suite, *task, (enum mind)mind, card))
                continue;
            fprintf(stderr, "%s with %s ...\n", (*task)->name, mind_text((enum mind)mind));
            *card = card_measure(suite->arena, *task, &suite->place, (enum mind)mind);
            if (!keep(suite, card, err))
                return false;
        }
    return true;
}

static bool show(struct suite *suite, struct err *err)
{
    const struct sheet sheet = {
        .arena = suite->arena, .cards = suite->cards, .count = suite->count, .version = VERSION};
    struct buf page = buf_new(suite->arena), json = buf_new(suite->arena),
               text = buf_new(suite->arena);
    sheet_page(&sheet, &page);
    sheet_json(&sheet, &json);
    sheet_text(&sheet, &text);
    const char *folder = suite->place.out;
    return file_replace(str_printf(suite->arena, "%s/index.html", folder).ptr, buf_str(&page), 0666,
                        err) &&
           file_replace(str_printf(suite->arena, "%s/scores.json", folder).ptr, buf_str(&json),
                        0666, err) &&
           verb_print(buf_str(suite->json ? &json : &text), err);
}

static int status_of(const struct suite *suite)
{
    uint32_t measured = 0;
    bool under = false;
    for (uint32_t i = 0; i < suite->count; i++) {
        const struct card_entry *ours = card_ours(&suite->cards[i]);
        measured += ours != NULL;
        for (uint32_t k = 0; ours && k < suite->floors_count; k++)
            under |= str_eq(suite->floors[k].task, str_of(suite->cards[i].task->name)) &&
                     ours->score < suite->floors[k].score;
    }
    return measured == 0                      ? EXIT_NOT_MEASURED
           : under || measured < suite->count ? EXIT_UNDER
                                              : EXIT_MEASURED;
}

static int list(void)
{
    for (const struct task *const *task = tasks; *task; task++) {
        if (task == tasks || task[-1]->category != (*task)->category)
            printf("%s (%s)\n", category_text((*task)->category), category_name((*task)->category));
        printf("  %-24s %s; %s, of %s\n", (*task)->name, (*task)->summary, (*task)->measure,
               (*task)->source);
    }
    return EXIT_MEASURED;
}

static bool open_place(struct suite *suite, struct err *err)
{
    struct str program;
    if (!program_find(suite->arena, suite->program, &program, err))
        return false;
    suite->place.program = program.ptr;
    if (mkdir(suite->place.out, 0777) != 0 && errno != EEXIST)
        return err_set(err, ERR_IO, "%s: %s", suite->place.out, strerror(errno));
    return stamp_make(suite->arena, &suite->place, &suite->stamp, err);
}

static int run(int argc, char **argv)
{
    struct arena *arena = arena_new("suite");
    struct suite suite = {.arena = arena,
                          .place = {.out = "build/eval", .jobs = 1, .self = "/proc/self/exe"}};
    struct err err = {0};
    int status = EXIT_MEASURED;
    const enum parsed parsed = parse_options(argc, argv, &suite, &err);
    if (parsed == PARSED_HELP)
        fputs(help, stdout);
    else if (parsed == PARSED_RUN && suite.list)
        status = list();
    else if (parsed == PARSED_RUN && open_place(&suite, &err) && measure_all(&suite, &err) &&
             show(&suite, &err))
        status = status_of(&suite);
    else
        status = verb_complain("eval all", &err);
    arena_free(arena);
    return status;
}

const struct verb verb_all = {
    .name = "all", .summary = "All tasks, as a table and a page", .run = run};
const struct verb verb_task = {.name = "task", .summary = "One task, or several", .run = run};
