/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom expert`: the models that are configured, and the small ones that are in the program. */
#include "cli/command.h"

#include "base/arena.h"
#include "cli/models.h"
#include "cli/print.h"
#include "cli/probe.h"
#include "data/json.h"
#include "expert/small.h"
#include "report/escape.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern const struct command command_expert;

#define WORDS_MAX 4
#define MATERIAL_BYTES_MAX ((size_t)1 << 20)

struct asked {
    const char *words[WORDS_MAX]; /* the verb, and what it is given */
    int words_count;
    const char *expert; /* a file of models */
    bool json;
};

/* ---- list ---- */

static void print_abilities(struct buf *out, unsigned abilities, bool json)
{
    bool any = false;
    for (unsigned i = 0; i < ABILITIES_COUNT; i++)
        if ((abilities & (1u << i)) != 0) {
            buf_printf(out, json ? "%s\"%s\"" : "%s%s",
                       !any   ? ""
                       : json ? ","
                              : " ",
                       ability_name((enum ability)i));
            any = true;
        }
}

/* "logs, traces": what it may not see. */
static struct str hidden_from(struct arena *arena, const struct experts *experts, uint32_t index)
{
    struct buf out = buf_new(arena);
    for (unsigned material = 0; material < MATERIALS_COUNT; material++)
        if (policy_forbids(&experts->policy, 1u << material, index) == material)
            buf_printf(&out, "%s%s", out.len > 0 ? ", " : "", material_name(material));
    return buf_str(&out);
}

static void print_configured(struct arena *arena, struct buf *out, const struct experts *experts)
{
    buf_add(out, experts->count > 0 ? STR("Configured, in the order in which they are asked:\n")
                                    : STR("No models are configured; everything works without.\n"));
    for (uint32_t i = 0; i < experts->count; i++) {
        const struct expert_config *config = &experts->items[i];
        const struct str hidden = hidden_from(arena, experts, i);
        buf_add(out, STR("  "));
        escape_plain(out, config->name);
        buf_printf(out, "  %s  ", config->type->name);
        escape_plain(out, config->host);
        buf_add(out, STR("  "));
        print_abilities(out, config->abilities, false);
        if (hidden.len > 0)
            buf_printf(out, "; may not see %.*s", STR_ARG(hidden));
        buf_add_char(out, '\n');
    }
}

static void print_small(struct buf *out)
{
    buf_add(out, small_experts[0] ? STR("Small, in the program:\n") : STR(""));
    for (const struct small_expert *const *at = small_experts; *at; at++) {
        buf_printf(out, "  %s  %s\n", (*at)->name, (*at)->summary);
        for (const struct small_task *task = (*at)->tasks; task->name; task++)
            buf_printf(out, "    %-20s %-9s %s\n", task->name, ability_name(task->ability),
                       task->summary);
    }
}

static void put_configured(struct arena *arena, struct buf *out, const struct experts *experts)
{
    for (uint32_t i = 0; i < experts->count; i++) {
        const struct expert_config *config = &experts->items[i];
        json_put_comma(out);
        buf_add(out, STR("{\"name\":"));
        json_put_text(out, config->name);
        buf_printf(out, ",\"kind\":\"%s\",\"model\":", config->type->name);
        json_put_text(out, config->model);
        json_put_key(out, "host");
        json_put_text(out, config->host);
        buf_add(out, STR(",\"abilities\":["));
        print_abilities(out, config->abilities, true);
        buf_add(out, STR("],\"may_not_see\":"));
        json_put_text(out, hidden_from(arena, experts, i));
        buf_add_char(out, '}');
    }
}

static void put_small(struct buf *out)
{
    for (const struct small_expert *const *at = small_experts; *at; at++) {
        json_put_comma(out);
        buf_printf(out, "{\"name\":\"%s\",\"summary\":", (*at)->name);
        json_put_text(out, str_of((*at)->summary));
        buf_add(out, STR(",\"tasks\":["));
        for (const struct small_task *task = (*at)->tasks; task->name; task++) {
            json_put_comma(out);
            buf_printf(out, "{\"name\":\"%s\",\"ability\":\"%s\",\"summary\":", task->name,
                       ability_name(task->ability));
            json_put_text(out, str_of(task->summary));
            buf_printf(out, ",\"material\":%s,\"answer\":%s}", task->material, task->answer);
        }
        buf_add(out, STR("]}"));
    }
}

static int list(struct arena *arena, const struct asked *asked)
{
    struct experts experts = {0};
    struct err err = {0};
    struct buf out = buf_new(arena);
    if (!models_load(arena, asked->expert, &experts, &err) &&
        (asked->expert || err.kind != ERR_NOT_FOUND))
        return command_failed(&err);
    if (asked->json) {
        buf_add(&out, STR("{\"configured\":["));
        put_configured(arena, &out, &experts);
        buf_add(&out, STR("],\"small\":["));
        put_small(&out);
        buf_add(&out, STR("]}\n"));
    } else {
        print_configured(arena, &out, &experts);
        print_small(&out);
    }
    fwrite(buf_str(&out).ptr, 1, out.len, stdout);
    return EXIT_DONE;
}

/* ---- small ones ---- */

static const struct small_expert *find_small(struct arena *arena, const char *name, struct err *err)
{
    const struct small_expert *small = small_expert_find(str_of(name));
    struct buf names = buf_new(arena);
    for (const struct small_expert *const *at = small_experts; *at; at++)
        buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", (*at)->name);
    if (!small)
        err_set(err, ERR_USAGE, "there is no small expert `%.80s`; there are: %s", name,
                names.len > 0 ? buf_str(&names).ptr : "none");
    return small;
}

static int card(struct arena *arena, const struct asked *asked)
{
    struct err err = {0};
    const struct small_expert *small = find_small(arena, asked->words[1], &err);
    if (!small)
        return command_failed(&err);
    if (asked->json)
        printf("%.*s\n", STR_ARG(small->card()));
    else
        print_indented(stdout, small->card());
    return EXIT_DONE;
}

static bool read_input(struct arena *arena, struct str *out, struct err *err)
{
    struct buf text = buf_new(arena);
    char block[4096];
    size_t got;
    while (text.len <= MATERIAL_BYTES_MAX && (got = fread(block, 1, sizeof block, stdin)) > 0)
        buf_add(&text, (struct str){block, got});
    *out = buf_str(&text);
    return text.len <= MATERIAL_BYTES_MAX ||
           err_set(err, ERR_USAGE, "at most %zu bytes of JSON are taken", MATERIAL_BYTES_MAX);
}

static int ask(struct arena *arena, const struct asked *asked)
{
    struct err err = {0};
    struct opinion opinion = {0};
    struct str material = str_of(asked->words[3]);
    const struct small_expert *small = find_small(arena, asked->words[1], &err);
    const struct small_task *task =
        small ? small_task_find(arena, small, str_of(asked->words[2]), &err) : NULL;
    if (!task || (str_eq(material, STR("-")) && !read_input(arena, &material, &err)))
        return command_failed(&err);
    const struct brief brief = {.ability = task->ability, .task = task->name, .material = material};
    if (!small_infer(small, &brief, arena, &opinion, &err)) {
        err_context(&err, "%s", task->name);
        return command_failed(&err);
    }
    if (asked->json)
        printf("%.*s\n", STR_ARG(opinion.text));
    else
        print_indented(stdout, opinion.text);
    return EXIT_DONE;
}

/* ---- check ---- */

static int check(struct arena *arena, const struct asked *asked)
{
    struct experts experts;
    struct err err = {0};
    struct buf out = buf_new(arena);
    const char *path = asked->words_count > 1 ? asked->words[1] : asked->expert;
    if (!models_load(arena, path, &experts, &err))
        return command_failed(&err);
    const bool ok = probe_models(arena, &experts, NULL, asked->json, &out);
    fwrite(buf_str(&out).ptr, 1, out.len, stdout);
    return ok ? EXIT_DONE : EXIT_NEGATIVE;
}

/* ---- the command ---- */

static const struct verb {
    const char *name;
    int words_min, words_max; /* with the verb itself */
    int (*run)(struct arena *arena, const struct asked *asked);
    const char *wants;
} verbs[] = {
    {"list", 1, 1, list, "`list` takes no further word"},
    {"card", 2, 2, card, "`card` wants the name of a small expert"},
    {"ask", 4, 4, ask, "`ask` wants a small expert, its task, and JSON or -"},
    {"check", 1, 2, check, "`check` wants a file of models"},
};

static const char *read_words(int argc, char **argv, struct asked *out)
{
    *out = (struct asked){0};
    for (int i = 1; i < argc; i++) {
        const char *value;
        if (!strcmp(argv[i], "--json"))
            out->json = true;
        else if ((value = command_option("--expert", argc, argv, &i)))
            out->expert = value;
        else if (argv[i][0] == '-' && argv[i][1] != '\0')
            return "an option that is not known, or without its value";
        else if (out->words_count == WORDS_MAX)
            return "that are too many words";
        else
            out->words[out->words_count++] = argv[i];
    }
    return out->words_count > 0 ? NULL : "list, card, ask or check is wanted";
}

static int run(int argc, char **argv)
{
    struct asked asked;
    const char *problem = read_words(argc, argv, &asked);
    if (problem)
        return command_usage_error(&command_expert, problem);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(asked.words[0], verbs[i].name) != 0)
            continue;
        if (asked.words_count < verbs[i].words_min || asked.words_count > verbs[i].words_max)
            return command_usage_error(&command_expert, verbs[i].wants);
        struct arena *arena = arena_new("expert");
        const int code = verbs[i].run(arena, &asked);
        arena_free(arena);
        return code;
    }
    return command_usage_error(&command_expert, "list, card, ask or check is wanted");
}

const struct command command_expert = {
    .name = "expert",
    .usage = "list|card|ask|check [WORD...] [--expert FILE] [--json]",
    .summary = "Models that may be asked: which there are, and whether they answer",
    .help =
        "  list                  those that are configured, and the small ones of the program\n"
        "  card NAME             of a small one: its data, seed, size, scores and limits\n"
        "  ask NAME TASK JSON    asks a small one; - is standard input\n"
        "  check [FILE]          asks each configured one two or three tiny questions, which "
        "hold\n"
        "                        nothing of yours: form, streaming, odds, seconds\n\n"
        "  --expert FILE  the file of models, or a warroom.yaml with `experts`; without it the\n"
        "                 warroom.yaml that `serve` would take\n"
        "  --json         for programs\n"
        "\nExit code: 0 done, 1 a model does not do what its file says, 2 it could not be "
        "done.\n",
    .run = run,
};
