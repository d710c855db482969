/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom gym recut`: many cases out of few recordings, each with the truth that it then has. */
#include "gym/verbs.h"

#include "base/arena.h"
#include "base/clock.h"
#include "eval/cases.h"
#include "eval/packed.h"
#include "gym/recut/recut.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PER_BUNDLE_MAX 10000

static const char help[] =
    "usage: warroom gym recut BUNDLE|DIR... --out DIR [options]\n"
    "\n"
    "Tells each recording (a folder with alert.json and truth.json, or one as .tar.zst) as "
    "others:\n"
    "DIR/NAME-NN-WHAT. What was done stands in `recut` of truth.json, and the truth moves along.\n"
    "\n"
    "  late        the window begins later, at least 30 s before the fault\n"
    "  early       it ends sooner after the alert\n"
    "  no_metrics, no_traces, no_changes\n"
    "              nobody has kept them (without changes, `change` cannot be known, and "
    "truth.json\n"
    "              says so)\n"
    "  no_logs     nobody has kept those of one service\n"
    "  thin        some of the traces were sampled, whole ones\n"
    "  skew        the clock of one instance is wrong by up to 30 s\n"
    "  shift       all of it at another time\n"
    "  rename      services have other names; products (nginx, redis, ...) keep theirs\n"
    "\n"
    "      --out DIR          where to; it may be there\n"
    "      --seed N           (default: 1) the same bundle and seed, the same bytes\n"
    "      --per-bundle K     cases of each (default: one for each transformation alone); those\n"
    "                         behind have two to four together\n"
    "      --only WHAT,WHAT   these transformations only\n"
    "      --help             this text\n";

struct recut_options {
    const char *out;
    int64_t seed;
    int64_t per_bundle; /* 0: as many as there are transformations for it */
    uint32_t allowed;
};

struct tally_of_cuts {
    uint32_t bundles;
    uint32_t cases;
    struct rows_count rows;
};

static bool parse_integer(const char *option, const char *value, int64_t low, int64_t high,
                          int64_t *out, struct err *err)
{
    return (str_to_int(str_of(value), out) && *out >= low && *out <= high) ||
           err_set(err, ERR_USAGE, "%s wants a number from %lld to %lld, not `%s`", option,
                   (long long)low, (long long)high, value);
}

static bool parse_option(struct recut_options *options, int argc, char **argv, int *at,
                         struct err *err)
{
    const char *value;
    if ((value = verb_option("--seed", argc, argv, at)))
        return parse_integer("--seed", value, 0, INT64_MAX, &options->seed, err);
    if ((value = verb_option("--per-bundle", argc, argv, at)))
        return parse_integer("--per-bundle", value, 1, PER_BUNDLE_MAX, &options->per_bundle, err);
    if ((value = verb_option("--only", argc, argv, at)))
        return transformations_parse(str_of(value), &options->allowed, err);
    if ((value = verb_option("--out", argc, argv, at))) {
        options->out = value;
        return true;
    }
    return err_set(err, ERR_USAGE, "`%s` is no option, or wants a value", argv[*at]);
}

/* What is no option is moved to the front of argv, which ends with NULL then. */
static bool parse_arguments(struct recut_options *options, int argc, char **argv, struct err *err)
{
    int paths = 0;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-')
            argv[paths++] = argv[i];
        else if (!parse_option(options, argc, argv, &i, err))
            return false;
    }
    argv[paths] = NULL;
    if (!options->out)
        return err_set(err, ERR_USAGE, "--out DIR says where to");
    return paths > 0 || err_set(err, ERR_USAGE, "name at least one bundle, or a folder with some");
}

static bool cut_one(struct arena *arena, const struct recut_options *options,
                    const struct survey *survey, const char *folder, uint32_t number,
                    struct tally_of_cuts *tally, struct err *err)
{
    struct plan *plan = arena_push(arena, struct plan);
    if (!plan_make(plan, arena, survey, options->allowed, (uint64_t)options->seed, number))
        return true;
    const struct str out = str_printf(arena, "%s/%.*s-%02u-%s", options->out, STR_ARG(survey->id),
                                      number, plan_name(plan, arena).ptr);
    tally->cases++;
    return recut_write(arena, survey, plan, folder, out.ptr, &tally->rows, err);
}

static bool cut_folder(const struct recut_options *options, struct str id, const char *folder,
                       struct tally_of_cuts *tally, struct err *err)
{
    struct arena *arena = arena_new("recut"), *of_case = arena_new("recut case");
    struct survey survey;
    bool ok = recut_survey(arena, id, folder, &survey, err);
    const uint32_t count = !ok                       ? 0
                           : options->per_bundle > 0 ? (uint32_t)options->per_bundle
                                                     : plan_possible(&survey, options->allowed);
    for (uint32_t i = 0; ok && i < count; i++, arena_reset(of_case))
        ok = cut_one(of_case, options, &survey, folder, i, tally, err);
    tally->bundles += ok;
    arena_free(of_case);
    arena_free(arena);
    return ok;
}

static void remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir))
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    rmdir(folder);
}

static bool cut_packed(const struct recut_options *options, const struct eval_case *item,
                       struct tally_of_cuts *tally, struct err *err)
{
    char folder[] = "/tmp/warroom-recut-XXXXXX";
    if (!mkdtemp(folder))
        return err_set(err, ERR_IO, "%s: %s", folder, strerror(errno));
    const bool ok =
        packed_unpack(item->path, folder, err) && cut_folder(options, item->id, folder, tally, err);
    remove_folder(folder);
    return ok;
}

static bool cut_all(const struct recut_options *options, const struct eval_cases *cases,
                    struct tally_of_cuts *tally, struct err *err)
{
    if (mkdir(options->out, 0755) != 0 && errno != EEXIST)
        return err_set(err, ERR_IO, "%s: %s", options->out, strerror(errno));
    for (uint32_t i = 0; i < cases->count; i++) {
        const struct eval_case *item = &cases->items[i];
        if (!(packed_is(item->path) ? cut_packed(options, item, tally, err)
                                    : cut_folder(options, item->id, item->path.ptr, tally, err)))
            return err_context(err, "%.*s", STR_ARG(item->id));
    }
    return true;
}

static void print_tally(const struct tally_of_cuts *tally, int64_t span_ns)
{
    const double seconds = (double)span_ns / (double)NS_PER_S;
    printf("%u cases of %u bundles in %.1f s: %.0f an hour\n", tally->cases, tally->bundles,
           seconds, seconds > 0.0 ? tally->cases * 3600.0 / seconds : 0.0);
    if (tally->rows.unreadable > 0)
        printf("%llu rows could not be read, and were left out\n",
               (unsigned long long)tally->rows.unreadable);
}

static int run(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        return EXIT_MEASURED;
    }
    struct recut_options options = {.seed = 1, .allowed = (1u << RECUTS_COUNT) - 1};
    struct arena *arena = arena_new("recut cases");
    struct eval_cases cases = cases_new(arena);
    struct tally_of_cuts tally = {0};
    struct err err = {0};
    const struct clock clock = clock_system();
    const int64_t started_ns = clock_now_ns(clock);
    bool ok = parse_arguments(&options, argc, argv, &err);
    for (char **path = argv; ok && *path; path++)
        ok = cases_find(&cases, *path, &err);
    cases_sort(&cases);
    ok = ok &&
         (cases.count > 0 || err_set(&err, ERR_NOT_FOUND, "no recording with a truth is there")) &&
         cut_all(&options, &cases, &tally, &err);
    if (ok)
        print_tally(&tally, clock_now_ns(clock) - started_ns);
    arena_free(arena);
    return ok ? EXIT_MEASURED : verb_complain("gym recut", &err);
}

const struct verb verb_recut = {
    .name = "recut",
    .summary = "Many cases out of few recordings, each with its truth",
    .run = run,
};
