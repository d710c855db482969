/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom kb`: documents into the ledger, and questions to them. What a folder held the last time
 * and holds no more is taken out again when it is added again.
 */
#include "cli/command.h"

#include "base/arena.h"
#include "base/clock.h"
#include "cli/shelve.h"
#include "data/json.h"
#include "knowledge/knowledge.h"
#include "report/escape.h"
#include "serve/wall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct command command_kb;

#define HITS_DEFAULT 5
#define PATHS_MAX 256
#define SHOWN_CHARS 300 /* of a passage: what tells whether it is worth opening */

struct options {
    const char *verb;
    const char *paths[PATHS_MAX]; /* or the words of a question */
    uint32_t paths_count;
    const char *ledger, *encoder;
    bool has_kind, json;
    enum kb_kind kind;
    uint32_t hits_max;
};

static const char *take_option(int argc, char **argv, int *at, struct options *out, bool *is_taken)
{
    const char *value;
    int64_t number;
    *is_taken = true;
    if ((value = command_option("--kind", argc, argv, at))) {
        out->has_kind = kb_kind_parse(str_of(value), &out->kind);
        return out->has_kind ? NULL : "--kind is one of runbook, postmortem, doc, incident";
    }
    if ((value = command_option("--ledger", argc, argv, at)))
        out->ledger = value;
    else if ((value = command_option("--encoder", argc, argv, at)))
        out->encoder = value;
    else if ((value = command_option("-n", argc, argv, at))) {
        if (!str_to_int(str_of(value), &number) || number < 1 || number > KB_HITS_MAX)
            return "-n wants a number from 1 to 50";
        out->hits_max = (uint32_t)number;
    } else if (!strcmp(argv[*at], "--json"))
        out->json = true;
    else
        *is_taken = false;
    return NULL;
}

static const char *parse_options(int argc, char **argv, struct options *out)
{
    *out = (struct options){.hits_max = HITS_DEFAULT, .encoder = getenv("WARROOM_ENCODER")};
    for (int i = 1; i < argc; i++) {
        bool is_taken;
        const char *problem = take_option(argc, argv, &i, out, &is_taken);
        if (problem)
            return problem;
        if (is_taken)
            continue;
        if (argv[i][0] == '-')
            return "an option that is not known, or without its value";
        if (!out->verb)
            out->verb = argv[i];
        else if (out->paths_count == PATHS_MAX)
            return "too many words";
        else
            out->paths[out->paths_count++] = argv[i];
    }
    static const char *const verbs[] = {"add", "search", "list", "remove"};
    bool is_known = false;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        is_known |= out->verb && !strcmp(out->verb, verbs[i]);
    if (!is_known)
        return "add, search, list or remove is wanted";
    const bool lists = !strcmp(out->verb, "list");
    return out->paths_count > 0 || lists  ? NULL
           : !strcmp(out->verb, "search") ? "a question is wanted"
                                          : "a file or folder is wanted";
}

static void print_plain(struct str text)
{
    struct arena *scratch = arena_new("line");
    struct buf out = buf_new(scratch);
    escape_plain(&out, text);
    fputs(buf_str(&out).ptr, stdout);
    arena_free(scratch);
}

static void put_text(struct buf *out, const char *name, struct str text)
{
    json_put_key(out, name);
    json_put_text(out, text);
}

static void put_number(struct buf *out, const char *name, int64_t number)
{
    json_put_key(out, name);
    buf_printf(out, "%lld", (long long)number);
}

/* ---- search ---- */

static const char *const states[] = {
    [KB_SAME] = "same", [KB_CHANGED] = "changed", [KB_GONE] = "gone", [KB_UNREAD] = "unread"};

static void put_hit(struct buf *out, const struct kb_hit *hit, enum kb_state state)
{
    json_put_comma(out);
    buf_add_char(out, '{');
    put_text(out, "cite", str_printf(out->arena, "kb:%lld", (long long)hit->number));
    put_text(out, "path", hit->path);
    put_text(out, "kind", str_of(kb_kind_name(hit->kind)));
    put_text(out, "title", hit->title);
    put_text(out, "section", hit->section);
    put_number(out, "first_line", hit->first_line);
    put_number(out, "last_line", hit->last_line);
    put_text(out, "sha", hit->sha);
    put_text(out, "added", time_format_rfc3339(out->arena, hit->added_ns));
    put_text(out, "document", str_of(states[state]));
    put_text(out, "text", hit->text);
    buf_add_char(out, '}');
}

static void print_hit(struct arena *arena, const struct kb_hit *hit, enum kb_state state)
{
    static const char *const notes[] = {[KB_SAME] = "",
                                        [KB_CHANGED] =
                                            "  (the file has changed since it was added)",
                                        [KB_GONE] = "  (the file is gone)",
                                        [KB_UNREAD] = "  (the file cannot be read now)"};
    struct buf line = buf_new(arena);
    for (size_t i = 0; i < hit->text.len; i++) /* on one line */
        buf_add_char(&line, hit->text.ptr[i] == '\n' ? ' ' : hit->text.ptr[i]);
    printf("[kb:%lld] ", (long long)hit->number);
    print_plain(hit->title);
    if (hit->section.len > 0) {
        fputs(" > ", stdout);
        print_plain(hit->section);
    }
    printf("\n    %s, sha %.12s: ", kb_kind_name(hit->kind), hit->sha.ptr);
    print_plain(kb_place(arena, hit));
    printf("%s\n    ", notes[state]);
    print_plain(escape_clip(arena, buf_str(&line), SHOWN_CHARS));
    fputs("\n\n", stdout);
}

static struct str question_of(struct arena *arena, const struct options *options)
{
    struct buf out = buf_new(arena);
    for (uint32_t i = 0; i < options->paths_count; i++) {
        buf_add(&out, i > 0 ? STR(" ") : STR(""));
        buf_add(&out, str_of(options->paths[i]));
    }
    return buf_str(&out);
}

static int search_command(struct arena *arena, struct ledger *ledger, const struct options *options)
{
    struct kb_question question = {.text = question_of(arena, options),
                                   .has_kind = options->has_kind,
                                   .kind = options->kind,
                                   .hits_max = options->hits_max};
    struct kb_hit *hits;
    uint32_t count;
    struct err err = {0};
    if (!shelve_encoder(arena, options->encoder, &question.encoder, &err) ||
        !kb_search(ledger, arena, &question, &hits, &count, &err))
        return command_failed(&err);
    struct buf out = buf_new(arena);
    buf_add_char(&out, '[');
    for (uint32_t i = 0; i < count; i++) {
        const enum kb_state state = kb_state_of(arena, hits[i].path, hits[i].sha);
        if (options->json)
            put_hit(&out, &hits[i], state);
        else
            print_hit(arena, &hits[i], state);
    }
    if (options->json)
        printf("%s]\n", buf_str(&out).ptr);
    else if (count == 0)
        puts("Nothing that was added speaks of it.");
    return count > 0 ? EXIT_DONE : EXIT_NEGATIVE;
}

/* ---- list ---- */

static int list_command(struct arena *arena, struct ledger *ledger, const struct options *options)
{
    struct kb_entry *entries;
    uint32_t count;
    struct err err = {0};
    if (!kb_list(ledger, arena, STR(""), &entries, &count, &err))
        return command_failed(&err);
    struct buf out = buf_new(arena);
    buf_add_char(&out, '[');
    for (uint32_t i = 0; i < count; i++) {
        const struct kb_entry *it = &entries[i];
        if (!options->json) {
            printf("%-10s  %4lld sections  %.12s  ", kb_kind_name(it->kind),
                   (long long)it->passages, it->sha.ptr);
            print_plain(it->path);
            fputs("  ", stdout);
            print_plain(it->title);
            puts("");
            continue;
        }
        json_put_comma(&out);
        buf_add_char(&out, '{');
        put_text(&out, "path", it->path);
        put_text(&out, "kind", str_of(kb_kind_name(it->kind)));
        put_text(&out, "title", it->title);
        put_text(&out, "sha", it->sha);
        put_text(&out, "added", time_format_rfc3339(arena, it->added_ns));
        put_number(&out, "bytes", it->bytes);
        put_number(&out, "passages", it->passages);
        put_number(&out, "meant", it->meant);
        buf_add_char(&out, '}');
    }
    if (options->json)
        printf("%s]\n", buf_str(&out).ptr);
    else if (count == 0)
        puts("Nothing was added yet: warroom kb add FOLDER");
    return EXIT_DONE;
}

/* ---- add, remove ---- */

static int add_command(struct arena *arena, struct ledger *ledger, const struct options *options)
{
    struct shelving shelving = {.ledger = ledger,
                                .has_kind = options->has_kind,
                                .kind = options->kind,
                                .now_ns = wall_now_ns()};
    struct err err = {0};
    if (!shelve_encoder(arena, options->encoder, &shelving.encoder, &err))
        return command_failed(&err);
    for (uint32_t i = 0; i < options->paths_count; i++)
        if (!shelve(arena, &shelving, options->paths[i], &err))
            return command_failed(&err);
    printf("%u added, %u updated, %u unchanged, %u removed, %u left out; %u passages%s.\n",
           shelving.outcomes[KB_ADDED], shelving.outcomes[KB_UPDATED],
           shelving.outcomes[KB_UNCHANGED], shelving.removed, shelving.left_out, shelving.passages,
           shelving.encoder ? "" : ", found by their words alone");
    return shelving.left_out > 0 && shelving.outcomes[KB_ADDED] + shelving.outcomes[KB_UPDATED] +
                                            shelving.outcomes[KB_UNCHANGED] ==
                                        0
               ? EXIT_NEGATIVE
               : EXIT_DONE;
}

/* A path as it was added, even if nothing is there any more. */
static struct str path_of(struct arena *arena, const char *path)
{
    char *real = realpath(path, NULL);
    const struct str out = str_copy(arena, str_of(real ? real : path));
    free(real);
    if (real || out.ptr[0] == '/' || strchr(path, ':'))
        return out;
    char *here = realpath(".", NULL);
    const struct str full = str_printf(arena, "%s/%s", here ? here : "", path);
    free(here);
    return full;
}

static int remove_command(struct arena *arena, struct ledger *ledger, const struct options *options)
{
    uint32_t removed = 0;
    struct err err = {0};
    for (uint32_t i = 0; i < options->paths_count; i++) {
        uint32_t count;
        if (!kb_remove(ledger, path_of(arena, options->paths[i]), &count, &err))
            return command_failed(&err);
        removed += count;
    }
    printf("%u removed.\n", removed);
    return removed > 0 ? EXIT_DONE : EXIT_NEGATIVE;
}

static int run(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(struct arena *arena, struct ledger *ledger, const struct options *options);
    } verbs[] = {{"add", add_command},
                 {"search", search_command},
                 {"list", list_command},
                 {"remove", remove_command}};
    struct options options;
    struct ledger *ledger;
    struct err err = {0};
    const char *problem = parse_options(argc, argv, &options);
    if (problem)
        return command_usage_error(&command_kb, problem);
    struct arena *arena = arena_new("kb");
    int code = EXIT_FAILED;
    if (!ledger_open(arena, options.ledger, &ledger, &err))
        code = command_failed(&err);
    else
        for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
            if (!strcmp(verbs[i].name, options.verb))
                code = verbs[i].run(arena, ledger, &options);
    arena_free(arena);
    return code;
}

const struct command command_kb = {
    .name = "kb",
    .usage = "add PATH... [--kind NAME] | search QUESTION [-n N] [--json] | list | remove PATH... "
             "[--ledger FILE]",
    .summary = "Keep documents, and find what they say",
    .help =
        "  add             files, or all documents of folders: Markdown, HTML, text. What is "
        "there\n"
        "                  is brought up to date, and what a folder holds no more is removed\n"
        "  search          sections that speak of it, with the lines where they stand\n"
        "  list            what was added\n"
        "  remove          a document, or all of a folder\n"
        "  --kind NAME     runbook, postmortem or doc; of `add`, by default what the path says; "
        "of\n"
        "                  `search`, by default any, and `incident` too: what people said of one\n"
        "  -n N            at most so many sections; 5\n"
        "  --encoder DIR   weights of the sentence encoder ($WARROOM_ENCODER): found by meaning "
        "as\n"
        "                  well; without them by words alone\n"
        "  --ledger FILE   where it is kept (default: in ~/.local/share/warroom)\n"
        "\nExit code: 0 done, 1 nothing found, 2 not done.\n",
    .run = run,
};
