/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/remedy.h"

#include "agent/events/words.h"
#include "base/arena.h"
#include "store/telemetry.h"

#define REPLICAS_MAX 50
#define MEBIBYTE (1024.0 * 1024.0)

struct str remedy_words(struct arena *arena, const char *text, struct str name)
{
    const struct str all = str_of(text);
    const size_t at = str_find(all, STR("@"));
    if (at == STR_NPOS)
        return all;
    const struct str after = str_slice(all, at + 1, all.len);
    return str_printf(arena, "%.*s`%.*s`%.*s", (int)at, text, STR_ARG(name), STR_ARG(after));
}

static bool is_flag(const struct told_change *change)
{
    return str_eq(change->kind, STR("flag"));
}

/* Adds the command of the platform, or else of the source. */
static struct remedy with_command(struct arena *arena, const struct platform *platform,
                                  const struct told_change *change, struct str text)
{
    struct remedy remedy = {
        .text = text,
        .command = platform ? platform_undo(arena, platform) : STR(""),
        .risk = STR("What else that change brought goes with it."),
    };
    remedy.undo = remedy.command; /* the version before that one is this one */
    if (remedy.command.len > 0)
        return remedy;
    remedy.command = change_revert_command(arena, change->commit, change->parents);
    if (remedy.command.len > 0) {
        remedy.undo = STR("git revert --no-edit HEAD");
        remedy.risk = STR("What else that commit changed goes with it; it must be deployed to "
                          "take effect.");
    }
    return remedy;
}

struct remedy remedy_roll_back(struct arena *arena, const struct platform *platform,
                               const struct told_change *change)
{
    if (is_flag(change))
        return (struct remedy){
            .text = remedy_words(arena, "Set the flag of @ back, which was set just before",
                                 platform->name),
            .risk = STR("What else hangs on that flag goes with it."),
        };
    return with_command(arena, platform, change,
                        remedy_words(arena,
                                     "Roll back the last change of @, which was made just before",
                                     platform->name));
}

struct remedy remedy_take_back(struct arena *arena, const struct platform *platform,
                               const struct told_change *change, struct str id, bool is_last)
{
    struct str text = str_printf(arena, "%s `%.*s`%s, which fits best what is wrong",
                                 is_flag(change) ? "Set the flag back that" : "Take back",
                                 STR_ARG(id), is_flag(change) ? " set" : "");
    if (platform->name.len > 0)
        text = str_printf(arena, "%.*s in `%.*s`", STR_ARG(text), STR_ARG(platform->name));
    if (is_flag(change))
        return (struct remedy){.text = text,
                               .risk = STR("What else hangs on that flag goes with it.")};
    return with_command(arena, is_last ? platform : NULL, change, text);
}

struct remedy remedy_scale_out(struct arena *arena, const struct platform *platform)
{
    const int64_t now = platform->replicas, wanted = 2 * now;
    struct remedy remedy = {
        .text = remedy_words(arena, "Share the load of @ among more replicas, or shed some of it",
                             platform->name),
        .risk = STR("What it calls gets more load as well."),
    };
    if (now > 0 && wanted <= REPLICAS_MAX) {
        remedy.command = platform_scale(arena, platform, wanted);
        remedy.undo = platform_scale(arena, platform, now);
    }
    return remedy;
}

/* Twice: when all is well half of it is in use, and the shortage ends for now. */
struct remedy remedy_more_memory(struct arena *arena, const struct platform *platform)
{
    struct remedy remedy = {
        .text = remedy_words(arena, "Raise the memory limit of @", platform->name),
        .risk = STR("The node must have as much to give; a leak only takes longer."),
    };
    double bytes;
    if (!words_quantity(platform->memory_limit, &bytes) || bytes < MEBIBYTE)
        return remedy;
    const struct str twice = str_printf(arena, "%.0fMi", 2 * bytes / MEBIBYTE);
    remedy.command = platform_set_memory(arena, platform, twice);
    remedy.undo = platform_set_memory(arena, platform, platform->memory_limit);
    return remedy;
}

struct remedy remedy_restart(struct arena *arena, const struct platform *platform, const char *text)
{
    return (struct remedy){
        .text = remedy_words(arena, text, platform->name),
        .command = platform_restart(arena, platform),
        .risk = STR("What it holds in memory is lost, and with it what would show the fault."),
    };
}

struct remedy remedy_replace(struct arena *arena, const struct platform *platform,
                             struct str instance)
{
    struct remedy remedy = {
        .text = str_printf(arena, "Replace the replica `%.*s` of `%.*s`", STR_ARG(instance),
                           STR_ARG(platform->name)),
        .risk = STR("The other replicas carry its load until another one has started."),
    };
    if (instance.len > 0 && str_eq(instance, platform->pod))
        remedy.command = platform_replace_pod(arena, platform);
    return remedy;
}

struct str remedy_end_sessions(struct arena *arena, struct str application)
{
    if (application.len == 0)
        return STR("");
    const struct str name = sql_quote(arena, application);
    const struct str sql = str_printf(
        arena,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE %s IN (application_name, "
        "usename) AND pid IN (SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity)",
        name.ptr);
    struct command command = command_new(arena, "psql -c");
    command_add_text(&command, sql);
    return command_str(&command);
}
