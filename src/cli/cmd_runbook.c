/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/arena.h"
#include "cli/ask.h"
#include "cli/explain.h"
#include "cli/plan.h"
#include "data/file.h"
#include "engine/investigate.h"
#include "engine/services.h"
#include "report/escape.h"
#include "runbook/load.h"
#include "runbook/scope.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern const struct command command_runbook;

#define TRIAGE "triage" /* is followed before any guard is asked */

struct words {
    const char *runbooks; /* a folder of the team's own; NULL: none */
    bool check_only;
    const char **files;
    int files_count;
};

/* A file that was named on the command line. */
struct named_file {
    const char *path;
    struct runbook *book;       /* NULL: it could not be read */
    struct runbook *in_library; /* the same, or an empty one; NULL: it has not even a name */
    struct problem *problems;
};

/* The name of a file may hold anything. */
static void print_plain(FILE *out, struct str line)
{
    struct arena *arena = arena_new("line");
    struct buf plain = buf_new(arena);
    escape_plain(&plain, line);
    fprintf(out, "%s\n", buf_str(&plain).ptr);
    arena_free(arena);
}

static void print_problems(FILE *out, const struct problem *problems, const char *path)
{
    struct arena *arena = arena_new("problems");
    struct buf all = buf_new(arena);
    runbook_print_problems(problems, str_of(path), &all);
    struct str rest = buf_str(&all), line;
    while (str_split(&rest, '\n', &line))
        print_plain(out, line);
    arena_free(arena);
}

/* ---- check ---- */

struct checking {
    struct arena *arena;
    struct library library;
    struct named_file *files;
    int files_count;
};

static bool is_named(const struct checking *checking, const struct runbook *book)
{
    for (int i = 0; i < checking->files_count; i++)
        if (checking->files[i].in_library == book)
            return true;
    return false;
}

/* In the place of a book of its name that the program has; beside one that was named as well. */
static void add_book(struct checking *checking, struct runbook *book)
{
    struct runbook **at = &checking->library.books;
    while (*at && (!str_eq((*at)->name, book->name) || is_named(checking, *at)))
        at = &(*at)->next;
    book->next = *at ? (*at)->next : NULL;
    *at = book;
}

static bool read_named(struct checking *checking, const char *path, struct named_file *out)
{
    struct err err = {0};
    struct str text;
    *out = (struct named_file){.path = path};
    if (!load_file(checking->arena, path, &text, &err)) {
        command_failed(&err);
        return false;
    }
    const bool good = runbook_parse(checking->arena, text, &out->book, &out->problems);
    out->book->file = str_of(path);
    out->in_library = out->book;
    if (!good) { /* an empty one of its name, so that those that follow it need not suffer for it */
        out->in_library = arena_push(checking->arena, struct runbook);
        *out->in_library = (struct runbook){.name = out->book->name, .file = out->book->file};
    }
    if (out->book->name.len > 0)
        add_book(checking, out->in_library);
    return good;
}

static void print_problem(const struct problem *problem)
{
    struct problem alone = *problem;
    alone.next = NULL;
    print_problems(stdout, &alone, "");
}

static bool print_problems_in(const struct problem *problems, struct str file)
{
    bool any = false;
    for (const struct problem *it = problems; it; it = it->next)
        if (str_eq(it->file, file)) {
            print_problem(it);
            any = true;
        }
    return any;
}

/* Whether there is any problem with it. */
static bool print_outcome(const struct checking *checking, const struct named_file *file,
                          const struct problem *problems)
{
    print_problems(stdout, file->problems, file->path);
    if (!file->book || file->problems || print_problems_in(problems, str_of(file->path)))
        return true;
    print_plain(stdout, str_printf(checking->arena, "%s: fine; at worst %u calls, %u hypotheses",
                                   file->path, file->book->worst.steps, file->book->worst.leads));
    return false;
}

/* A runbook of the program has one where a named one follows it and costs it too much. */
static void print_other_problems(const struct problem *problems)
{
    for (const struct problem *it = problems; it; it = it->next)
        print_problem(it);
}

static int check_files(struct checking *checking, const struct words *words)
{
    bool good = true;
    checking->files =
        arena_push_many(checking->arena, struct named_file, (size_t)words->files_count);
    for (int i = 0; i < words->files_count; i++) {
        checking->files_count = i; /* the others have not been read */
        good &= read_named(checking, words->files[i], &checking->files[i]);
    }
    checking->files_count = words->files_count;
    struct problem *problems = NULL;
    good &= library_check(checking->arena, &checking->library, &problems);
    bool any = false;
    for (int i = 0; i < checking->files_count; i++)
        any |= print_outcome(checking, &checking->files[i], problems);
    if (!any)
        print_other_problems(problems);
    return good ? EXIT_DONE : EXIT_FAILED;
}

static int check(const struct words *words)
{
    if (words->files_count == 0)
        return command_usage_error(&command_runbook, "the files to check are wanted");
    struct checking checking = {.arena = arena_new("check")};
    const int code = plan_load_library(checking.arena, words->runbooks, &checking.library)
                         ? check_files(&checking, words)
                         : EXIT_FAILED;
    arena_free(checking.arena);
    return code;
}

/* ---- fmt ---- */

static int format_file(struct arena *arena, const char *path, bool check_only)
{
    struct err err = {0};
    struct str text;
    if (!load_file(arena, path, &text, &err))
        return command_failed(&err);
    struct runbook *book;
    struct problem *problems;
    if (!runbook_parse(arena, text, &book, &problems)) {
        print_problems(stderr, problems, strcmp(path, "-") == 0 ? "standard input" : path);
        return EXIT_FAILED;
    }
    struct buf out = buf_new(arena);
    runbook_print(book, &out);
    const struct str printed = buf_str(&out);
    const bool same = str_eq(printed, text);
    if (!check_only && strcmp(path, "-") == 0) {
        fwrite(printed.ptr, 1, printed.len, stdout);
        return EXIT_DONE;
    }
    if (same)
        return EXIT_DONE;
    print_plain(stdout, str_of(path));
    if (check_only)
        return EXIT_NEGATIVE;
    return file_replace(path, printed, 0666, &err) ? EXIT_DONE : command_failed(&err);
}

static int format(const struct words *words)
{
    if (words->files_count == 0)
        return command_usage_error(&command_runbook,
                                   "the files to format are wanted, or - for standard input");
    int worst = EXIT_DONE;
    for (int i = 0; i < words->files_count; i++) {
        struct arena *arena = arena_new("fmt");
        const int code = format_file(arena, words->files[i], words->check_only);
        worst = code > worst ? code : worst;
        arena_free(arena);
    }
    return worst;
}

/* ---- explain ---- */

static const struct runbook *find_book(struct arena *arena, const struct library *library,
                                       const char *name)
{
    const struct runbook *shipped = library_find(library, str_of(name));
    if (shipped)
        return shipped;
    struct err err = {0};
    struct str text;
    if (!load_file(arena, name, &text, &err)) {
        command_failed(&err);
        return NULL;
    }
    struct runbook *book;
    struct problem *problems;
    if (runbook_parse(arena, text, &book, &problems) &&
        runbook_check(arena, book, library, &problems))
        return book;
    print_problems(stderr, problems, name);
    return NULL;
}

/* A guard is asked after triage, so triage is done here as well. */
static bool look_at_bundle(struct arena *arena, const char *path, const struct library *library,
                           const struct runbook *book, struct explain_bundle *out, struct err *err)
{
    struct bundle bundle;
    struct alert alert;
    if (!bundle_open(arena, str_of(path), &bundle, err) ||
        !bundle_read_alert(&bundle, arena, &alert, err))
        return false;
    struct casefile *casefile = casefile_open(&alert, clock_system(), 60 * NS_PER_S);
    struct services services;
    const bool ok = services_open(arena, &bundle, NULL, NULL, casefile, &services, err);
    if (ok) {
        const struct answerer live = {.answer = run_answer_live};
        struct run *run = run_new(casefile, &services, live, NULL);
        const struct runbook *triage = library_find(library, STR(TRIAGE));
        struct err late; /* what could not be found out in time is not known: good enough here */
        (void)(triage && run_book(run, triage, &late));
        *out = (struct explain_bundle){.is_given = true,
                                       .signals = scope_signals(casefile),
                                       .guard_holds = run_guard_holds(run, book)};
    }
    casefile_close(casefile);
    return ok;
}

static int explain_in(struct arena *arena, const struct words *words)
{
    struct library library;
    if (!plan_load_library(arena, words->runbooks, &library))
        return EXIT_FAILED;
    const struct runbook *book = find_book(arena, &library, words->files[0]);
    if (!book)
        return EXIT_FAILED;
    struct explain_bundle bundle = {0};
    struct err err = {0};
    if (words->files_count > 1 &&
        !look_at_bundle(arena, words->files[1], &library, book, &bundle, &err))
        return command_failed(&err);
    explain_book(stdout, book, &bundle);
    return EXIT_DONE;
}

static int explain(const struct words *words)
{
    if (words->files_count < 1 || words->files_count > 2)
        return command_usage_error(&command_runbook,
                                   "the name of a runbook or a file is wanted, and a bundle if "
                                   "there is one");
    struct arena *arena = arena_new("explain");
    const int code = explain_in(arena, words);
    arena_free(arena);
    return code;
}

/* ---- run ---- */

static int run_in(struct arena *arena, const struct words *words)
{
    struct library library;
    struct planner person;
    if (!plan_load_library(arena, words->runbooks, &library) ||
        !plan_of_person(arena, words->files[0], &library, &person))
        return EXIT_FAILED;
    const struct investigation how = {
        .clock = clock_system(),
        .direction = {.library = &library, .planner = &person, .listener = plan_trace(stdout)}};
    struct report report;
    struct err err = {0};
    if (!investigate(arena, str_of(words->files[1]), &how, &report, &err))
        return command_failed(&err);
    ask_print_found(report.casefile);
    casefile_close((struct casefile *)(uintptr_t)report.casefile);
    return EXIT_DONE;
}

static int run_on_bundle(const struct words *words)
{
    if (words->files_count != 2)
        return command_usage_error(&command_runbook,
                                   "the name of a runbook or a file is wanted, and a bundle");
    struct arena *arena = arena_new("run");
    const int code = run_in(arena, words);
    arena_free(arena);
    return code;
}

/* ---- list ---- */

static int list(const struct words *words)
{
    if (words->files_count > 0)
        return command_usage_error(&command_runbook, "`list` takes no file");
    struct arena *arena = arena_new("list");
    struct library library;
    if (!plan_load_library(arena, words->runbooks, &library)) {
        arena_free(arena);
        return EXIT_FAILED;
    }
    for (const struct runbook *book = library.books; book; book = book->next) {
        printf("%-14.*s %4u calls at worst  %.*s\n", STR_ARG(book->name), book->worst.steps,
               STR_ARG(book->summary));
        if (book->has_guard) {
            struct buf guard = buf_new(arena);
            runbook_print_test(&book->guard, &guard);
            printf("%-35s when %s\n", "", buf_str(&guard).ptr);
        }
    }
    arena_free(arena);
    return EXIT_DONE;
}

/* ---- the command ---- */

static const struct {
    const char *name;
    int (*run)(const struct words *words);
} verbs[] = {
    {"check", check}, {"fmt", format}, {"explain", explain}, {"run", run_on_bundle}, {"list", list},
};

static const char *read_words(int argc, char **argv, struct words *out)
{
    for (int i = 2; i < argc; i++) {
        if (!strcmp(argv[i], "--check") && !strcmp(argv[1], "fmt"))
            out->check_only = true;
        else if (!strcmp(argv[i], "--runbooks") && i + 1 < argc)
            out->runbooks = argv[++i];
        else if (!strncmp(argv[i], "--runbooks=", 11))
            out->runbooks = argv[i] + 11;
        else if (!strncmp(argv[i], "--", 2))
            return "an option that is not known, or without its value";
        else
            out->files[out->files_count++] = argv[i];
    }
    return NULL;
}

static int run(int argc, char **argv)
{
    struct arena *arena = arena_new("words");
    struct words words = {.files = arena_push_many(arena, const char *, (size_t)argc)};
    int code = EXIT_FAILED;
    size_t verb = 0;
    while (verb < sizeof verbs / sizeof *verbs &&
           (argc < 2 || strcmp(argv[1], verbs[verb].name) != 0))
        verb++;
    const char *problem = verb < sizeof verbs / sizeof *verbs
                              ? read_words(argc, argv, &words)
                              : "one of check, fmt, explain, run and list is wanted";
    if (problem)
        command_usage_error(&command_runbook, problem);
    else
        code = verbs[verb].run(&words);
    arena_free(arena);
    return code;
}

const struct command command_runbook = {
    .name = "runbook",
    .usage = "check FILE... | fmt [--check] FILE... | explain NAME|FILE [BUNDLE] | "
             "run NAME|FILE BUNDLE | list",
    .summary = "Check, format, explain or run a runbook, or list those that there are",
    .help =
        "  check          what is wrong, with line and column, and what to write instead; files\n"
        "                 may follow each other, and the runbooks of the program\n"
        "  fmt            gives each file its canonical form, and prints its name if that changed\n"
        "                 anything; - is standard input, to standard output\n"
        "  fmt --check    changes nothing\n"
        "  explain        the steps, what each reads, and what they come to at worst; with a\n"
        "                 bundle, what of it is not there, and whether `when` holds\n"
        "  run            triage, and then that runbook alone: each step as it is taken, and what\n"
        "                 was found, without a report\n"
        "  list           the runbooks of the program, with what they come to at worst\n"
        "  --runbooks DIR with the runbooks of that folder, in place of shipped ones of their\n"
        "                 name\n"
        "\ndocs/runbook.md has the language. Exit code: 0 fine, 1 `fmt --check` would change\n"
        "something, 2 there are problems, or it could not be done.\n",
    .run = run,
};
