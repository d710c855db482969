/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom train sft`: instruction data, out of incidents whose truth is known and of the ledger.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "data/digest.h"
#include "data/json.h"
#include "engine/services.h"
#include "eval/verb.h"
#include "feedback/feedback.h"
#include "feedback/lesson.h"
#include "guard/secrets.h"
#include "store/telemetry.h"
#include "train/corpus/apart.h"
#include "train/corpus/chat.h"
#include "train/keep.h"
#include "train/recording.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WITHOUT_MAX 100
#define STRANGERS_MAX 400 /* changes of other incidents that are kept as distractors */
#define TASKS_MAX 8
#define LOAD_NS (60 * NS_PER_S)

static const char help[] =
    "Writes instruction data in chat format from incidents whose truth is known, and from "
    "feedback.\n"
    "\n"
    "usage: warroom train sft DIR... --journals DIR --out FILE [options]\n"
    "       warroom train sft --ledger FILE --out FILE [options]\n"
    "\n"
    "Cases are found as for `warroom train verdict`. Each line of FILE is\n"
    "{\"messages\": [{\"role\", \"content\"}, ...], \"task\"}; the tasks are rank (which of 2 to "
    "20 changes,\n"
    "by what was known when the alert fired), summary, symptoms, query and feedback. All of it is "
    "made\n"
    "and checked by code. FILE.manifest.json says what came of it.\n"
    "\n"
    "      --out FILE        where the lines go\n"
    "      --journals DIR    of investigations; those that are not there are made\n"
    "      --ledger FILE     what people said of reports\n"
    "      --without DIR     an evaluation set: none of its cases, and nothing like them, goes "
    "in;\n"
    "                        may be said again\n"
    "      --keep-evaluated  those that eval/sets lists go in as well\n"
    "      --program FILE    the warroom that investigates (default: beside this one)\n"
    "  -j, --jobs N          so many at once (default 1)\n"
    "      --seed N          of candidates and wording (default 1)\n"
    "      --help            this text\n"
    "\n"
    "exit status: 0 made; 2 not made: wrong usage, no case, a file that cannot be written\n";

struct order {
    const char *out, *ledger, *without[WITHOUT_MAX];
    int without_count;
    bool keeps_evaluated;
    struct recording recording;
    int64_t seed, jobs;
};

struct tally {
    const char *task;
    uint64_t count;
};

struct making {
    struct arena *arena, *scratch;
    const struct order *order;
    const struct apart *apart;
    struct chats chats;
    uint64_t drawn;
    FILE *out;
    struct candidates strangers;
    struct tally tasks[TASKS_MAX];
    struct masked masked;
    uint64_t cases, evaluated_cases, unread_cases, wrong_cases, like_evaluated, feedback;
    bool failed;
    struct err err; /* why */
};

/* ---- one line ---- */

static void put_message(struct making *making, struct buf *out, const char *role,
                        struct str content)
{
    struct buf clean = buf_new(making->scratch);
    secrets_mask(&clean, content, &making->masked);
    buf_printf(out, "{\"role\":\"%s\",\"content\":", role);
    json_put_text(out, buf_str(&clean));
    buf_add_char(out, '}');
}

static void count_task(struct making *making, const char *task)
{
    for (struct tally *it = making->tasks; it < making->tasks + TASKS_MAX; it++) {
        if (it->task && strcmp(it->task, task) != 0)
            continue;
        it->task = task;
        it->count++;
        return;
    }
}

static bool take(void *state, const struct chat *chat, struct err *err)
{
    struct making *making = state;
    if (apart_judge(making->apart, chat->user) != APART_CLEAN ||
        apart_judge(making->apart, chat->assistant) != APART_CLEAN) {
        making->like_evaluated++;
        return true;
    }
    struct buf line = buf_new(making->scratch);
    buf_add(&line, STR("{\"messages\":["));
    put_message(making, &line, "system", chat->system);
    buf_add_char(&line, ',');
    put_message(making, &line, "user", chat->user);
    buf_add_char(&line, ',');
    put_message(making, &line, "assistant", chat->assistant);
    buf_printf(&line, "],\"task\":\"%s\"}\n", chat->task);
    count_task(making, chat->task);
    const bool ok = fwrite(line.ptr, 1, line.len, making->out) == line.len ||
                    err_set(err, ERR_IO, "%s: %s", making->order->out, strerror(errno));
    arena_reset(making->scratch);
    return ok;
}

/* ---- a case ---- */

static bool is_right(const struct casefile *casefile, const struct truth *truth)
{
    const struct hypothesis *best = casefile->hypotheses;
    const bool known = best && best->confidence >= CONFIDENCE_MIN;
    if (truth_is_nobody(truth))
        return !known;
    return known && truth_names(truth, best->subject, best->instance);
}

static void add_strangers(struct making *making, const struct candidates *own)
{
    struct candidates *strangers = &making->strangers;
    for (uint32_t i = 0; i < own->count && strangers->count < STRANGERS_MAX; i++)
        strangers->items[strangers->count++] = own->items[i];
}

static bool give_case(struct making *making, const struct casefile *casefile,
                      const struct truth *truth, struct telemetry *telemetry,
                      const struct alert *alert, struct err *err)
{
    struct candidates own;
    struct str culprit;
    if (!candidates_read(making->arena, telemetry, alert, &own, err))
        return false;
    bool ok = !truth_tells_change(truth, &culprit) ||
              chat_rank(&making->chats, alert, &own, &making->strangers, culprit, err);
    add_strangers(making, &own);
    ok = ok && chat_queries(&making->chats, casefile, telemetry, err);
    if (!is_right(casefile, truth)) {
        making->wrong_cases++;
        return ok;
    }
    return ok && chat_summary(&making->chats, (struct casefile *)(uintptr_t)casefile, err) &&
           (truth_is_nobody(truth) || chat_symptoms(&making->chats, casefile, truth, err));
}

/* The bundle once more, for its changes and for queries: a journal holds only what was asked. */
static bool give_bundle(struct making *making, struct arena *arena, const struct eval_case *item,
                        const struct casefile *casefile, const struct truth *truth, struct err *err)
{
    struct bundle bundle;
    struct alert alert;
    struct services services;
    struct err why = {0};
    if (!bundle_open(arena, item->path, &bundle, &why) ||
        !bundle_read_alert(&bundle, arena, &alert, &why)) {
        making->unread_cases++;
        return true;
    }
    struct casefile *loading = casefile_open(&alert, clock_system(), LOAD_NS);
    const bool is_read = services_open(arena, &bundle, NULL, NULL, loading, &services, &why);
    const bool ok = !is_read || give_case(making, casefile, truth, services.telemetry, &alert, err);
    casefile_close(loading);
    making->cases += is_read;
    making->unread_cases += !is_read;
    return ok;
}

static void heard(void *state, const struct eval_case *item, const struct casefile *casefile,
                  const struct truth *truth)
{
    struct making *making = state;
    struct arena *arena = arena_new("case");
    making->failed =
        making->failed || !give_bundle(making, arena, item, casefile, truth, &making->err);
    arena_free(arena);
}

static bool is_evaluated(const struct making *making, const struct eval_case *item)
{
    struct arena *arena = arena_new("alert");
    struct bundle bundle;
    struct alert alert;
    struct err why = {0};
    const bool is = bundle_open(arena, item->path, &bundle, &why) &&
                    bundle_read_alert(&bundle, arena, &alert, &why) &&
                    apart_has_case(making->apart, alert_key(arena, &alert));
    arena_free(arena);
    return is;
}

/* Before anything is investigated, what is evaluated goes. */
static void leave_out_evaluated(struct making *making, struct eval_cases *cases)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < cases->count; i++)
        if (!is_evaluated(making, &cases->items[i]))
            cases->items[kept++] = cases->items[i];
    making->evaluated_cases = cases->count - kept;
    cases->count = kept;
}

static bool read_cases(struct making *making, char **folders, struct err *err)
{
    struct eval_cases cases = cases_new(making->arena);
    uint32_t left_out = 0;
    for (; *folders; folders++)
        if (!cases_find(&cases, *folders, err))
            return false;
    cases_sort(&cases);
    leave_out_evaluated(making, &cases);
    if (cases.count == 0 && making->evaluated_cases > 0)
        return true;
    if (!recording_each(making->arena, &making->order->recording, &cases, heard, making, &left_out,
                        err))
        return false;
    making->unread_cases += left_out;
    if (making->failed)
        *err = making->err;
    return !making->failed;
}

static bool read_ledger(struct making *making, const char *path, struct err *err)
{
    struct ledger *ledger;
    struct feedback *all;
    uint32_t count;
    if (access(path, R_OK) != 0)
        return err_set(err, ERR_NOT_FOUND, "%s: there is no ledger", path);
    if (!ledger_open(making->arena, path, &ledger, err) ||
        !feedback_read(ledger, making->arena, &all, &count, err))
        return false;
    bool ok = true;
    for (uint32_t i = 0; ok && i < count; i++) {
        const struct str place = feedback_place(&all[i]);
        struct casefile *lesson;
        if (all[i].is_corrected || all[i].lesson.len == 0 || (place.len == 0 && !all[i].nothing) ||
            apart_has_case(making->apart, all[i].case_key))
            continue;
        ok = lesson_read(all[i].lesson, &lesson, err) &&
             chat_feedback(&making->chats, lesson, all[i].alert, place, all[i].cause, err);
        making->feedback += ok;
        if (ok)
            casefile_close(lesson);
    }
    return ok;
}

/* ---- what came of it ---- */

static bool put_manifest(struct making *making, struct err *err)
{
    const struct apart_counts apart = apart_counts(making->apart);
    struct buf out = buf_new(making->arena);
    buf_printf(
        &out,
        "{\"made_by\": \"warroom train sft " VERSION "\", \"seed\": %lld,\n \"cases\": %llu, "
        "\"feedback\": %llu,\n \"left_out\": {\"evaluated_cases\": %llu, \"unread_cases\": %llu, "
        "\"like_evaluated\": %llu, \"queries_not_borne_out\": %llu},\n"
        " \"wrong_cases\": %llu,\n \"masked\": {\"secrets\": %u, \"emails\": %u},\n"
        " \"kept_apart\": {\"sets\": %u, \"cases\": %u, \"documents\": %u},\n \"tasks\": {",
        (long long)making->order->seed, (unsigned long long)making->cases,
        (unsigned long long)making->feedback, (unsigned long long)making->evaluated_cases,
        (unsigned long long)making->unread_cases, (unsigned long long)making->like_evaluated,
        (unsigned long long)making->chats.not_borne_out, (unsigned long long)making->wrong_cases,
        making->masked.secrets, making->masked.emails, apart.folders, apart.cases, apart.documents);
    for (int i = 0; i < TASKS_MAX && making->tasks[i].task; i++) {
        buf_printf(&out, "%s\"%s\": %llu", i > 0 ? ", " : "", making->tasks[i].task,
                   (unsigned long long)making->tasks[i].count);
        printf("%-10s %llu\n", making->tasks[i].task, (unsigned long long)making->tasks[i].count);
    }
    buf_add(&out, STR("}}\n"));
    printf("of %llu cases and %llu words of people; left out: %llu evaluated, %llu unread, %llu "
           "lines like "
           "what is evaluated, %llu queries that do not bear out their claim\n",
           (unsigned long long)making->cases, (unsigned long long)making->feedback,
           (unsigned long long)making->evaluated_cases, (unsigned long long)making->unread_cases,
           (unsigned long long)making->like_evaluated,
           (unsigned long long)making->chats.not_borne_out);
    return keep_file(str_printf(making->arena, "%s.manifest.json", making->order->out).ptr,
                     buf_str(&out), err);
}

static bool read_apart(struct making *making, struct err *err)
{
    const struct order *order = making->order;
    struct apart *apart = apart_new(making->arena);
    uint32_t known;
    making->apart = apart;
    if (!order->keeps_evaluated && !apart_add_known(apart, &known, err))
        return false;
    if (order->keeps_evaluated)
        fprintf(stderr,
                "warroom train sft: what eval/sets lists goes in: do not measure with it\n");
    for (int i = 0; i < order->without_count; i++)
        if (!apart_add(apart, order->without[i], err))
            return false;
    return true;
}

static bool make(struct making *making, char **folders, struct err *err)
{
    const struct order *order = making->order;
    if (!read_apart(making, err))
        return false;
    making->out = fopen(order->out, "we");
    if (!making->out)
        return err_set(err, ERR_IO, "%s: %s", order->out, strerror(errno));
    bool ok = (!*folders || read_cases(making, folders, err)) &&
              (!order->ledger || read_ledger(making, order->ledger, err));
    ok = (fclose(making->out) == 0 ||
          (ok && err_set(err, ERR_IO, "%s: it could not be written whole", order->out))) &&
         ok;
    return ok && put_manifest(making, err);
}

static int sft(const struct order *order, char **folders)
{
    struct err err = {0};
    struct making making = {.arena = arena_new("sft"),
                            .scratch = arena_new("line"),
                            .order = order,
                            .drawn = (uint64_t)order->seed};
    making.chats = (struct chats){.take = take, .state = &making, .drawn = &making.drawn};
    making.strangers.items = arena_push_many(making.arena, struct candidate, STRANGERS_MAX);
    const bool ok = make(&making, folders, &err) && verb_printed(&err);
    arena_free(making.scratch);
    arena_free(making.arena);
    return ok ? EXIT_MEASURED : verb_complain("train sft", &err);
}

static bool read_option(int option, char **argv, struct order *order, struct err *err)
{
    switch (option) {
    case 'o':
        order->out = optarg;
        return true;
    case 'J':
        order->recording.journals = optarg;
        return true;
    case 'l':
        order->ledger = optarg;
        return true;
    case 'p':
        order->recording.program = optarg;
        return true;
    case 'k':
        return order->keeps_evaluated = true;
    case 'w':
        if (order->without_count == WITHOUT_MAX)
            return err_set(err, ERR_USAGE, "--without is said more than %d times", WITHOUT_MAX);
        order->without[order->without_count++] = optarg;
        return true;
    case 'j':
        return (str_to_int(str_of(optarg), &order->jobs) && order->jobs >= 1 &&
                order->jobs <= 64) ||
               err_set(err, ERR_USAGE, "--jobs wants a number from 1 to 64, not `%s`", optarg);
    case 's':
        return str_to_int(str_of(optarg), &order->seed) ||
               err_set(err, ERR_USAGE, "--seed wants a whole number, not `%s`", optarg);
    default:
        return verb_wrong_option(option, argv, err);
    }
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        {"out", required_argument, NULL, 'o'},      {"journals", required_argument, NULL, 'J'},
        {"ledger", required_argument, NULL, 'l'},   {"without", required_argument, NULL, 'w'},
        {"keep-evaluated", no_argument, NULL, 'k'}, {"program", required_argument, NULL, 'p'},
        {"jobs", required_argument, NULL, 'j'},     {"seed", required_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},           {0}};
    struct order order = {.seed = 1, .jobs = 1};
    struct err err = {0};
    bool ok = true;
    int option;
    while (ok && (option = getopt_long(argc, argv, ":j:h", known, NULL)) != -1) {
        if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        }
        ok = read_option(option, argv, &order, &err);
    }
    order.recording.jobs = (uint32_t)order.jobs;
    if (ok && !order.out)
        ok = err_set(&err, ERR_USAGE, "--out FILE is wanted");
    if (ok && optind == argc && !order.ledger)
        ok = err_set(&err, ERR_USAGE, "folders of cases, or --ledger FILE, are wanted");
    if (ok && optind < argc && !order.recording.journals)
        ok = err_set(&err, ERR_USAGE,
                     "--journals DIR is wanted: that is where investigations are kept");
    return ok ? sft(&order, argv + optind) : verb_complain("train sft", &err);
}

const struct verb verb_sft = {
    .name = "sft",
    .summary = "instruction data in chat format, from incidents and feedback",
    .run = run,
};
