/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ask.h"

#include "base/arena.h"
#include "cli/print.h"
#include "data/json.h"
#include "data/schema.h"
#include "engine/single.h"
#include "journal/shape.h"
#include "report/escape.h"

#include <stdio.h>
#include <string.h>

struct words {
    const char *name;
    const char *bundle;
    const char *input; /* JSON; NULL: none is given */
    char **fields;     /* FIELD=VALUE */
    int fields_count;
    bool json;
};

/* What was in the case before the call, so that only what the call has added is told. */
struct before {
    uint32_t evidence;
    uint32_t proposals[PROPOSAL_CORRECTION + 1];
    uint32_t drafts;
};

/* ---- words ---- */

static const char *read_words(int argc, char **argv, struct words *out)
{
    *out = (struct words){.name = argv[0], .fields = argv};
    for (int i = 1; i < argc; i++) {
        const char *value;
        if (!strcmp(argv[i], "--json"))
            out->json = true;
        else if ((value = command_option("--input", argc, argv, &i)))
            out->input = value;
        else if (!strncmp(argv[i], "--", 2))
            return "an option that is not known, or without its value";
        else if (!out->bundle)
            out->bundle = argv[i];
        else
            out->fields[out->fields_count++] = argv[i]; /* never past the word it comes from */
    }
    return out->bundle ? NULL : "a bundle is wanted: a folder or a .tar.zst";
}

static bool fill_word(const struct record *in, char *word, struct err *err)
{
    struct str rest = str_of(word), name = STR("");
    str_split(&rest, '=', &name);
    const struct field *field = field_find(in->fields, name);
    if (!field) {
        const struct field *near = field_nearest(in->fields, name);
        return near ? err_set(err, ERR_USAGE, "it takes no `%.*s`; did you mean `%s`?",
                              STR_ARG(name), near->name)
                    : err_set(err, ERR_USAGE, "it takes no `%.*s`", STR_ARG(name));
    }
    return value_parse(field->type, rest, record_at(in, field->name), err) ||
           err_context(err, "%s", field->name);
}

static bool fill_input(const struct words *words, const struct single *single, struct record *in,
                       struct err *err)
{
    const struct str json = words->input ? str_of(words->input) : STR("{}");
    if (!record_from_json(single->arena, single->sig->input, json, in, err))
        return err_context(err, "%s: input", single->name);
    for (int i = 0; i < words->fields_count; i++)
        if (!fill_word(in, words->fields[i], err))
            return err_context(err, "%s", single->name);
    single_default(single, in);
    return true;
}

/* ---- what came out ---- */

static struct before count(const struct casefile *casefile)
{
    struct before before = {.evidence = casefile->evidence_count};
    for (const struct proposal *it = casefile->proposals; it; it = it->next)
        before.proposals[it->kind]++;
    for (const struct draft *it = casefile->drafts; it; it = it->next)
        before.drafts++;
    return before;
}

static struct str plain(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    escape_plain(&out, text);
    return buf_str(&out);
}

static void print_line(struct arena *arena, const char *indent, struct str text)
{
    if (text.len > 0)
        printf("%s%s\n", indent, plain(arena, text).ptr);
}

static void print_evidence(struct arena *arena, const struct evidence *it)
{
    printf("\nE%u  %s  %s  strength %.3f  %s\n", it->id, bearing_name(it->bearing),
           finding_name(it->finding), it->strength, plain(arena, it->subject).ptr);
    print_line(arena, "    ", it->claim);
    print_line(arena, "    ", it->query);
}

static void print_proposal(struct arena *arena, const struct proposal *it)
{
    printf("\n%s  %s\n", proposal_kind_name(it->kind), plain(arena, it->subject).ptr);
    print_line(arena, "    ", it->text);
    print_line(arena, "    $ ", it->command);
    print_line(arena, "    to undo: ", it->undo);
    print_line(arena, "    risk: ", it->risk);
}

static void print_added(struct arena *arena, const struct casefile *casefile, struct before before)
{
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->id > before.evidence)
            print_evidence(arena, it);
    for (const struct proposal *it = casefile->proposals; it; it = it->next)
        if (before.proposals[it->kind] > 0)
            before.proposals[it->kind]--;
        else
            print_proposal(arena, it);
    uint32_t number = 0;
    for (const struct draft *it = casefile->drafts; it; it = it->next)
        if (++number > before.drafts)
            printf("\n%s: %s\n", plain(arena, it->section).ptr, plain(arena, it->text).ptr);
}

void ask_print_found(const struct casefile *casefile)
{
    struct arena *arena = arena_new("found");
    print_added(arena, casefile, (struct before){0});
    arena_free(arena);
}

static void put_item(struct buf *out, const struct shape *shapes, const void *thing)
{
    json_put_comma(out);
    buf_add_char(out, '{');
    shape_put(out, shapes, thing);
    buf_add_char(out, '}');
}

static struct str added_json(struct arena *arena, const struct casefile *casefile,
                             struct before before, const struct record *output)
{
    struct buf out = buf_new(arena);
    buf_add_char(&out, '{');
    json_put_key(&out, "output");
    buf_add(&out, record_to_json(arena, output, SIZE_MAX));
    json_put_key(&out, "evidence");
    buf_add_char(&out, '[');
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->id > before.evidence)
            put_item(&out, evidence_shapes, it);
    buf_add_char(&out, ']');
    json_put_key(&out, "proposals");
    buf_add_char(&out, '[');
    for (const struct proposal *it = casefile->proposals; it; it = it->next)
        if (before.proposals[it->kind] > 0)
            before.proposals[it->kind]--;
        else
            put_item(&out, proposal_shapes, it);
    buf_add_char(&out, ']');
    json_put_key(&out, "drafts");
    buf_add_char(&out, '[');
    uint32_t number = 0;
    for (const struct draft *it = casefile->drafts; it; it = it->next)
        if (++number > before.drafts)
            put_item(&out, draft_shapes, it);
    buf_add(&out, STR("]}"));
    return buf_str(&out);
}

static void print_answer(const struct words *words, const struct single *single,
                         struct before before, const struct record *out)
{
    struct arena *arena = single->arena;
    if (words->json && single->actor) {
        printf("%s\n", added_json(arena, single->casefile, before, out).ptr);
    } else if (words->json) {
        printf("%s\n", record_to_json(arena, out, SIZE_MAX).ptr);
    } else {
        print_record(stdout, out);
        print_added(arena, single->casefile, before);
    }
}

static bool ask(struct arena *arena, const struct words *words, struct err *err)
{
    struct single single;
    struct record in, out;
    bool ok =
        single_open(arena, str_of(words->bundle), words->name, clock_system(), &single, err) &&
        fill_input(words, &single, &in, err);
    if (ok) {
        const struct before before = count(single.casefile);
        ok = single_ask(&single, &in, &out, err);
        if (ok)
            print_answer(words, &single, before, &out);
    }
    single_close(&single);
    return ok;
}

int ask_run(const struct command *command, int argc, char **argv)
{
    struct words words;
    const char *problem = read_words(argc, argv, &words);
    if (problem)
        return command_usage_error(command, problem);
    struct arena *arena = arena_new("ask");
    struct err err = {0};
    const int code = ask(arena, &words, &err) ? EXIT_DONE : command_failed(&err);
    arena_free(arena);
    return code;
}

void ask_print_schema(const char *name, const struct signature *sig)
{
    struct arena *arena = arena_new("schema");
    print_indented(stdout, schema_of_signature(arena, str_of(name), sig));
    arena_free(arena);
}
