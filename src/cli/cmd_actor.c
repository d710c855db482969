/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "actor/actor.h"
#include "base/arena.h"
#include "cli/ask.h"
#include "cli/print.h"
#include "data/json.h"
#include "data/schema.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_actor;

static const char *effect_name(enum actor_effect effect)
{
    return effect == ACTOR_READS ? "reads" : "suggests";
}

static const char *effect_text(enum actor_effect effect)
{
    return effect == ACTOR_READS ? "looks only" : "proposes a change; a person carries it out";
}

static void print_needs(unsigned needs)
{
    printf("  needs ");
    for (unsigned signal = 0; signal <= SIGNAL_TOPOLOGY; signal++)
        if (needs & (1u << signal))
            printf(" %s", signal_name((enum signal)signal));
    printf("%s\n", needs == 0 ? " no signal in particular" : "");
}

static void print_actor(const struct actor *actor)
{
    printf("%s: %s\n", actor->sig.name, actor->sig.summary);
    printf("  effect %s: %s\n", effect_name(actor->effect), effect_text(actor->effect));
    print_needs(actor->needs);
    printf("  takes\n");
    print_fields(stdout, actor->sig.input, "    ");
    printf("  gives\n");
    print_fields(stdout, actor->sig.output, "    ");
}

static void list_as_text(void)
{
    for (int phase = 0; phase < PHASES_COUNT; phase++) {
        printf("%s%s: %s\n", phase > 0 ? "\n" : "", phase_name((enum phase)phase),
               phase_text((enum phase)phase));
        for (const struct actor *const *actor = actors; *actor; actor++)
            if ((*actor)->phase == (enum phase)phase) {
                printf("\n");
                print_actor(*actor);
            }
    }
}

static void put_actor(struct buf *out, const struct actor *actor)
{
    json_put_comma(out);
    buf_add_char(out, '{');
    json_put_key(out, "name");
    json_put_text(out, str_of(actor->sig.name));
    json_put_key(out, "description");
    json_put_text(out, str_of(actor->sig.summary));
    json_put_key(out, "phase");
    json_put_text(out, str_of(phase_name(actor->phase)));
    json_put_key(out, "effect");
    json_put_text(out, str_of(effect_name(actor->effect)));
    json_put_key(out, "needs");
    buf_add_char(out, '[');
    for (unsigned signal = 0; signal <= SIGNAL_TOPOLOGY; signal++)
        if (actor->needs & (1u << signal)) {
            json_put_comma(out);
            json_put_text(out, str_of(signal_name((enum signal)signal)));
        }
    buf_add_char(out, ']');
    json_put_key(out, "input");
    schema_put_input(out, actor->sig.input);
    json_put_key(out, "output");
    schema_put_output(out, actor->sig.output);
    buf_add_char(out, '}');
}

static void list_as_json(void)
{
    struct arena *arena = arena_new("actors");
    struct buf out = buf_new(arena);
    buf_add_char(&out, '[');
    for (const struct actor *const *actor = actors; *actor; actor++)
        put_actor(&out, *actor);
    buf_add_char(&out, ']');
    print_indented(stdout, buf_str(&out));
    arena_free(arena);
}

static int no_such_actor(const char *name)
{
    struct err err;
    err_set(&err, ERR_NOT_FOUND, "there is no actor `%s`; `warroom actor list` has them", name);
    return command_failed(&err);
}

static int run(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    const struct actor *actor = argc > 2 ? actor_find(str_of(argv[2])) : NULL;
    if (!strcmp(verb, "list") && (argc == 2 || (argc == 3 && !strcmp(argv[2], "--json")))) {
        (argc == 3 ? list_as_json : list_as_text)();
        return EXIT_DONE;
    }
    if (!strcmp(verb, "schema") && argc == 3) {
        if (!actor)
            return no_such_actor(argv[2]);
        ask_print_schema(argv[2], &actor->sig);
        return EXIT_DONE;
    }
    if (!strcmp(verb, "run") && argc >= 3)
        return actor ? ask_run(&command_actor, argc - 2, argv + 2) : no_such_actor(argv[2]);
    return command_usage_error(&command_actor,
                               "`actor list`, `actor schema` with an actor, or "
                               "`actor run` with an actor and a bundle, are wanted");
}

const struct command command_actor = {
    .name = "actor",
    .usage = "list [--json] | schema ACTOR | run ACTOR BUNDLE [FIELD=VALUE ...] [--input JSON] "
             "[--json]",
    .summary = "List the actors, or run one alone on a bundle",
    .help = "  list     each actor by phase, with what it takes, gives and needs\n"
            "  schema   what one takes and gives, as JSON Schema\n"
            "  run      what one gives, and the evidence and proposals that it adds, after the\n"
            "           onset has been found; before one that corrects or judges what\n"
            "           others found, those are asked\n" ASK_HELP,
    .run = run,
};
