/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom ask`: a question about an incident. It is a bundle, a journal, or the folder that the
 * server keeps of one, which has both: then the journal gives the report that people have read, and
 * tools are asked about the bundle.
 */
#include "cli/command.h"

#include "ask/ask.h"
#include "base/arena.h"
#include "cli/conclude.h"
#include "cli/models.h"
#include "cli/shelve.h"
#include "report/escape.h"
#include "report/prose.h"
#include "serve/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern const struct command command_ask;

struct options {
    const char *question, *path, *incident, *ledger, *expert, *encoder;
    bool json, sandbox;
};

/* Whether it was an option. */
static bool take_option(int argc, char **argv, int *at, struct options *out)
{
    const char *value;
    if ((value = command_option("--ledger", argc, argv, at)))
        out->ledger = value;
    else if ((value = command_option("--incident", argc, argv, at)))
        out->incident = value;
    else if ((value = command_option("--expert", argc, argv, at)))
        out->expert = value;
    else if ((value = command_option("--encoder", argc, argv, at)))
        out->encoder = value;
    else if (!strcmp(argv[*at], "--json"))
        out->json = true;
    else if (!strcmp(argv[*at], "--sandbox"))
        out->sandbox = true;
    else
        return false;
    return true;
}

static const char *parse_options(int argc, char **argv, struct options *out)
{
    bool has_ended =
        false; /* behind `--` there are no options: a question may begin with anything */
    *out = (struct options){.encoder = getenv("WARROOM_ENCODER")};
    for (int i = 1; i < argc; i++) {
        if (!has_ended && !strcmp(argv[i], "--"))
            has_ended = true;
        else if (!has_ended && take_option(argc, argv, &i, out))
            continue;
        else if (!has_ended && argv[i][0] == '-')
            return "an option that is not known, or without its value";
        else if (!out->question)
            out->question = argv[i];
        else if (!out->path)
            out->path = argv[i];
        else
            return "one question, in quotes, and one case";
    }
    if (!out->question)
        return "a question is wanted, in quotes";
    if (out->sandbox && out->expert)
        return "--sandbox opens no connection, so it does not go with --expert";
    return !out->path == !out->incident
               ? "a case is wanted: a bundle, its journal, or --incident ID of a server"
               : NULL;
}

/* ---- the case ---- */

static struct str inside(struct arena *arena, struct str folder, const char *name)
{
    return str_printf(arena, "%.*s/%s", STR_ARG(folder), name);
}

static bool is_there(struct str path)
{
    return access(path.ptr, R_OK) == 0;
}

/* Beside the ledger of a server lies incidents/ID. No id leads anywhere else. */
static bool folder_of_incident(struct arena *arena, const struct options *options, struct str *out,
                               struct err *err)
{
    const struct str id = str_of(options->incident);
    struct str ledger = str_of(options->ledger);
    if (ledger.len == 0 && !ledger_usual_path(arena, &ledger, err))
        return false;
    size_t slash = ledger.len;
    while (slash > 0 && ledger.ptr[slash - 1] != '/')
        slash--;
    if (id.len == 0 || id.ptr[0] == '.' || str_contains(id, STR("/")))
        return err_set(err, ERR_USAGE, "no incident has such an id");
    *out = str_printf(arena, "%.*sincidents/%.*s", (int)slash, ledger.ptr, STR_ARG(id));
    return is_there(*out) || err_set(err, ERR_NOT_FOUND, "%s: there is no such incident", out->ptr);
}

struct places {
    struct str case_path; /* what is concluded */
    struct str bundle;    /* what tools are asked about; empty: nothing */
};

static bool find_case(struct arena *arena, const struct options *options, struct places *out,
                      struct err *err)
{
    struct str path = str_of(options->path);
    struct stat info;
    if (options->incident && !folder_of_incident(arena, options, &path, err))
        return false;
    const struct str journal = inside(arena, path, "journal.jsonl"),
                     bundle = inside(arena, path, "bundle");
    *out = (struct places){.case_path = path};
    if (is_there(journal)) { /* what the server keeps of one */
        out->case_path = journal;
        out->bundle = is_there(bundle) ? bundle : STR("");
        return true;
    }
    const bool is_folder = stat(path.ptr, &info) == 0 && S_ISDIR(info.st_mode);
    if (is_folder || str_ends(path, STR(".tar.zst")) || str_ends(path, STR(".tar.gz")))
        out->bundle = path;
    return true;
}

/* ---- telling ---- */

static void print_line(struct arena *arena, const struct said *said)
{
    struct buf out = buf_new(arena);
    if (said->is_command) {
        struct str rest = said->text, line;
        while (str_split(&rest, '\n', &line)) {
            buf_add(&out, STR("    "));
            escape_plain(&out, line);
            buf_add_char(&out, '\n');
        }
        printf("%s", buf_str(&out).ptr);
        return;
    }
    escape_plain(&out, said->text);
    printf("%s\n", buf_str(&out).ptr);
}

static void print_answer(struct arena *arena, const struct ask_answer *answer)
{
    for (const struct said *it = answer->said; it; it = it->next)
        print_line(arena, it);
    if (answer->tools_count + answer->passages_count > 0)
        puts("");
    for (uint32_t i = 0; i < answer->tools_count; i++)
        printf("[T%u] %s %s%s%s\n", i + 1, answer->tools[i].name.ptr, answer->tools[i].input.ptr,
               answer->tools[i].failure.len > 0 ? ": " : "",
               answer->tools[i].failure.len > 0 ? answer->tools[i].failure.ptr : "");
    for (uint32_t i = 0; i < answer->passages_count; i++) {
        struct buf out = buf_new(arena);
        escape_plain(&out, kb_place(arena, &answer->passages[i]));
        printf("[kb:%lld] %s\n", (long long)answer->passages[i].number, buf_str(&out).ptr);
    }
    if (answer->failure.len > 0) {
        struct buf out = buf_new(arena);
        escape_plain(&out, answer->failure);
        fprintf(stderr, "warroom: answered without a model: %s\n", buf_str(&out).ptr);
    }
    if (answer->refused > 0 && answer->model.len > 0)
        fprintf(stderr,
                "warroom: %u sentences of the model were left out: no evidence bears them "
                "out\n",
                answer->refused);
}

static void enter_sandbox(struct arena *arena, const struct places *places)
{
    const char *evidence[] = {places->case_path.ptr, places->bundle.ptr};
    const char *tmp = getenv("TMPDIR"); /* where archives are unpacked */
    const struct sandbox sandbox = {.evidence = evidence,
                                    .evidence_count = places->bundle.len > 0 ? 2 : 1,
                                    .output = tmp ? tmp : "/tmp"};
    const struct str lacks = sandbox_enter(arena, &sandbox);
    if (lacks.len > 0)
        fprintf(stderr, "warroom: the sandbox is not whole: %s\n", lacks.ptr);
}

/* Shut in it holds a copy of what people wrote, and no way into the ledger. */
static bool open_ledger(struct arena *arena, const struct options *options, struct ledger **out,
                        struct err *err)
{
    return options->sandbox ? kb_take_along(arena, options->ledger, out, err)
                            : ledger_open(arena, options->ledger, out, err);
}

/* What is opened before the sandbox is entered: nothing else of the machine is read after that. */
static bool prepare(struct arena *arena, const struct options *options, struct ask_matter *matter,
                    struct places *places, struct err *err)
{
    if (!find_case(arena, options, places, err) ||
        (options->ledger && !open_ledger(arena, options, &matter->ledger, err)) ||
        !shelve_encoder(arena, matter->ledger ? options->encoder : NULL, &matter->encoder, err) ||
        (options->expert && !models_open(arena, options->expert, &matter->panel, err)))
        return false;
    matter->bundle = places->bundle;
    return true;
}

static int answer(struct arena *arena, const struct options *options)
{
    struct ask_matter matter = {.clock = clock_system()};
    struct places places;
    struct report report;
    struct ask_answer out;
    struct err err = {0};
    if (!prepare(arena, options, &matter, &places, &err))
        return command_failed(&err);
    if (options->sandbox)
        enter_sandbox(arena, &places);
    if (!conclude(arena, places.case_path.ptr, &report, &err))
        return command_failed(&err);
    matter.report = &report;
    const bool ok = ask(arena, &matter, str_of(options->question), &out, &err);
    if (ok && options->json) {
        struct buf json = buf_new(arena);
        ask_put_json(&json, str_of(options->question), &out);
        puts(buf_str(&json).ptr);
    } else if (ok) {
        print_answer(arena, &out);
    }
    casefile_close((struct casefile *)(uintptr_t)report.casefile);
    return !ok ? command_failed(&err) : out.is_understood ? EXIT_DONE : EXIT_NEGATIVE;
}

static int run(int argc, char **argv)
{
    struct options options;
    const char *problem = parse_options(argc, argv, &options);
    if (problem)
        return command_usage_error(&command_ask, problem);
    struct arena *arena = arena_new("ask");
    const int code = answer(arena, &options);
    arena_free(arena);
    return code;
}

const struct command command_ask = {
    .name = "ask",
    .usage = "QUESTION CASE | QUESTION --incident ID [--ledger FILE] [--expert FILE] [--json]",
    .summary = "Ask about an incident: each sentence of the answer cites what bears it out",
    .help =
        "CASE is a bundle, the journal of its investigation, or the folder that a server keeps.\n"
        "\n"
        "  --incident ID   one of the server's: beside its ledger\n"
        "  --ledger FILE   runbooks, documents and earlier incidents are asked too (warroom kb)\n"
        "  --encoder DIR   weights of the sentence encoder ($WARROOM_ENCODER), for these\n"
        "  --expert FILE   a model may ask tools and word the answer (docs/experts.md)\n"
        "  --sandbox       with no rights but to read the case, and to write below TMPDIR\n"
        "  --json          for programs\n"
        "\nExit code: 0 answered, 1 not understood, 2 it could not be asked.\n",
    .run = run,
};
