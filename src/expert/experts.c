/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is not understood is refused: a policy that is misspelt would let through what it should
 * hold back. So is what YAML has two ways to leave out: `logs: []` and `logs: *alias` say nothing
 * that could be read, and nothing is what lets everything through.
 */
#include "expert/experts.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/map.h"
#include "expert/expert.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#define NAME_BYTES_MAX 40
#define SECONDS_MAX 86400

static const struct str sections[] = {STR("experts"), STR("policy"), STR("limits")};

struct reading {
    struct arena *arena;
    const struct yaml_entries *entries;
    struct experts *out;
    struct map names;
    struct map seen;
};

static bool wrong(const struct yaml_entry *at, struct err *err, const char *wanted)
{
    return err_set(err, ERR_USAGE, "%u:%u: %.*s: %s", at->line, at->column,
                   (int)(at->path.len < 80 ? at->path.len : 80), at->path.ptr, wanted);
}

/* "policy.logs[1]" in "policy" -> "logs[1]"; empty: it stands elsewhere. */
static struct str below(struct str path, struct str section)
{
    return str_starts(path, section) && path.len > section.len && path.ptr[section.len] == '.'
               ? str_slice(path, section.len + 1, path.len)
               : STR("");
}

bool experts_own(struct str path)
{
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (str_eq(path, sections[i]) || below(path, sections[i]).len > 0)
            return true;
    return false;
}

/* ---- experts ---- */

static bool is_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!isalnum((unsigned char)name.ptr[i]) && name.ptr[i] != '_' && name.ptr[i] != '-')
            return false;
    return name.len > 0 && name.len <= NAME_BYTES_MAX && !str_eq(name, STR("all")) &&
           !str_eq(name, STR("none"));
}

static bool read_expert(struct reading *reading, struct str name, struct err *err)
{
    struct experts *out = reading->out;
    const struct str prefix = str_printf(reading->arena, "experts.%.*s.", STR_ARG(name));
    struct expert_config *config = &out->items[out->count];
    if (!expert_config_read(reading->arena, reading->entries, prefix, config, err))
        return isdigit((unsigned char)err->text[0]) /* it has its place */
                   ? false
                   : err_context(err, "experts.%.*s", STR_ARG(name));
    config->name = str_copy(reading->arena, name);
    out->count++;
    return true;
}

static bool read_experts(struct reading *reading, struct err *err)
{
    for (uint32_t i = 0; i < reading->entries->count; i++) {
        const struct yaml_entry *entry = &reading->entries->items[i];
        struct str rest = below(entry->path, STR("experts")), name;
        if (rest.len == 0 || !str_split(&rest, '.', &name))
            continue;
        if (map_find(&reading->names, name) != MAP_NONE)
            continue;
        if (!is_name(name))
            return wrong(entry, err,
                         "a name of letters, digits, `-` and `_` is wanted, and neither `all` nor "
                         "`none`");
        if (rest.len == 0)
            return wrong(entry, err, "the keys of a model are wanted below its name");
        if (reading->out->count == EXPERTS_MAX)
            return wrong(entry, err, "there are more than 16 models");
        map_add(&reading->names, name);
        if (!read_expert(reading, name, err))
            return false;
    }
    return true;
}

/* ---- policy ---- */

/* "logs", "logs[3]", "default" */
static bool find_material(struct str path, unsigned *out)
{
    const size_t open = str_find(path, STR("["));
    const struct str name = open == STR_NPOS ? path : str_slice(path, 0, open);
    if (open != STR_NPOS && !str_ends(path, STR("]")))
        return false;
    for (*out = 0; *out < MATERIALS_COUNT; (*out)++)
        if (str_eq(name, str_of(material_name(*out))))
            return true;
    return str_eq(name, STR("default")); /* MATERIALS_COUNT */
}

static bool read_model(const struct reading *reading, const struct yaml_entry *entry,
                       uint32_t *models, struct err *err)
{
    const bool is_list = str_ends(entry->path, STR("]"));
    const uint32_t model = map_find(&reading->names, entry->value);
    if (model != MAP_NONE)
        *models |= UINT32_C(1) << model;
    else if (str_eq(entry->value, STR("all")) && !is_list)
        *models = UINT32_MAX;
    else if (!str_eq(entry->value, STR("none")) || is_list)
        return wrong(entry, err,
                     "names of models are wanted, as `experts` has them; or `all`, or `none`");
    return true;
}

static bool read_policy(struct reading *reading, struct err *err)
{
    uint32_t models[MATERIALS_COUNT + 1] = {0};
    bool told[MATERIALS_COUNT + 1] = {false};
    for (uint32_t i = 0; i < reading->entries->count; i++) {
        const struct yaml_entry *entry = &reading->entries->items[i];
        const struct str path = below(entry->path, STR("policy"));
        unsigned material;
        if (path.len == 0)
            continue;
        if (!find_material(path, &material))
            return wrong(entry, err,
                         "changes, metrics, events, logs, traces, topology, alert, documents or "
                         "default is wanted here");
        if (!read_model(reading, entry, &models[material], err))
            return false;
        told[material] = true;
    }
    const uint32_t rest = told[MATERIALS_COUNT] ? models[MATERIALS_COUNT] : UINT32_MAX;
    for (unsigned material = 0; material < MATERIALS_COUNT; material++)
        reading->out->policy.may[material] = told[material] ? models[material] : rest;
    return true;
}

/* ---- limits ---- */

static bool read_limits(struct reading *reading, struct err *err)
{
    for (uint32_t i = 0; i < reading->entries->count; i++) {
        const struct yaml_entry *entry = &reading->entries->items[i];
        const struct str key = below(entry->path, STR("limits"));
        int64_t number = 0;
        const bool is_whole =
            str_to_int(entry->value, &number) && number > 0 && number <= 1000000000;
        if (str_eq(key, STR("tokens"))) {
            reading->out->tokens_max = (uint64_t)number;
        } else if (str_eq(key, STR("seconds"))) {
            if (!is_whole || number > SECONDS_MAX)
                return wrong(entry, err, "a whole number from 1 to 86400 is wanted");
            reading->out->span_max_ns = number * NS_PER_S;
        } else if (str_eq(key, STR("money"))) {
            if (!str_to_real(entry->value, &reading->out->money_max) ||
                reading->out->money_max <= 0.0)
                return wrong(entry, err, "a number above 0 is wanted");
        } else if (key.len > 0) {
            return wrong(entry, err, "tokens, money or seconds is wanted here");
        }
        if (str_eq(key, STR("tokens")) && !is_whole)
            return wrong(entry, err, "a whole number above 0, and not too large, is wanted");
    }
    return true;
}

/* A limit of money that some models have no prices for would hold for the others alone. */
static bool check_prices(const struct experts *experts, struct err *err)
{
    for (uint32_t i = 0; experts->money_max > 0.0 && i < experts->count; i++) {
        const struct expert_config *config = &experts->items[i];
        if (config->type->infer || config->price_in + config->price_out > 0.0 ||
            host_is_this_machine(config->host))
            continue;
        return err_set(err, ERR_USAGE,
                       "limits.money wants `prices` of each model that is elsewhere, and "
                       "experts.%.*s has none",
                       STR_ARG(config->name));
    }
    return true;
}

/* ---- the whole ---- */

static bool check_twice(struct reading *reading, struct err *err)
{
    for (uint32_t i = 0; i < reading->entries->count; i++) {
        const struct yaml_entry *entry = &reading->entries->items[i];
        const uint32_t before = reading->seen.count;
        if (experts_own(entry->path) && map_add(&reading->seen, entry->path) != before)
            return wrong(entry, err, "it is there twice");
    }
    for (uint32_t i = 0; i < reading->entries->blanks_count; i++) {
        const struct yaml_entry *blank = &reading->entries->blanks[i];
        if (experts_own(blank->path) && !str_eq(blank->path, STR("experts")))
            return wrong(blank, err, "nothing stands here, or an alias; `none` is what says none");
    }
    return true;
}

bool experts_read_sections(struct arena *arena, const struct yaml_entries *entries,
                           struct experts *out, struct err *err)
{
    struct reading reading = {.arena = arena,
                              .entries = entries,
                              .out = out,
                              .names = map_new(arena),
                              .seen = map_new(arena)};
    *out = (struct experts){0};
    return check_twice(&reading, err) && read_experts(&reading, err) &&
           read_policy(&reading, err) && read_limits(&reading, err) && check_prices(out, err);
}

static bool read_one(struct arena *arena, const struct yaml_entries *entries, struct experts *out,
                     struct err *err)
{
    *out = (struct experts){.count = 1};
    for (unsigned material = 0; material < MATERIALS_COUNT; material++)
        out->policy.may[material] = UINT32_MAX;
    return expert_config_read(arena, entries, STR(""), &out->items[0], err);
}

static bool has_sections(const struct yaml_entries *entries)
{
    for (uint32_t i = 0; i < entries->count; i++)
        if (below(entries->items[i].path, STR("experts")).len > 0)
            return true;
    return false;
}

bool experts_read(struct arena *arena, struct str text, struct experts *out, struct err *err)
{
    struct yaml_entries entries;
    if (!yaml_read(arena, text, &entries, err))
        return false;
    if (!has_sections(&entries))
        return read_one(arena, &entries, out, err);
    for (uint32_t i = 0; i < entries.count; i++)
        if (!experts_own(entries.items[i].path))
            return wrong(&entries.items[i], err,
                         "with several models all stands below experts, policy and limits");
    return experts_read_sections(arena, &entries, out, err);
}

bool experts_load(struct arena *arena, const char *path, struct experts *out, struct err *err)
{
    FILE *file = fopen(path, "rbe");
    if (!file)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    char *text = arena_alloc(arena, CONFIG_BYTES_MAX + 1);
    const size_t len = fread(text, 1, CONFIG_BYTES_MAX + 1, file);
    const bool ok = !ferror(file);
    fclose(file);
    if (!ok || len > CONFIG_BYTES_MAX)
        return err_set(err, ERR_USAGE, "%s: a file of at most %zu bytes is wanted", path,
                       CONFIG_BYTES_MAX);
    return experts_read(arena, (struct str){.ptr = text, .len = len}, out, err) ||
           err_context(err, "%s", path);
}

/* ---- for people ---- */

void experts_explain(struct buf *out)
{
    const struct expert_key *key;
    for (size_t i = 0; (key = expert_key_at(i)) != NULL; i++)
        buf_printf(out, "    %-14s %-8s %s\n", key->path,
                   key->standard && strlen(key->standard) < 8 ? key->standard : "-", key->summary);
    buf_add(out, STR("\npolicy: what may go to which of them; all may where nothing is said\n"));
    for (unsigned material = 0; material < MATERIALS_COUNT; material++)
        buf_printf(out, "    %-14s names of models, `all` or `none`\n", material_name(material));
    buf_add(out, STR("    default        the same for what is not named\n"
                     "\nlimits: of all of them together\n"
                     "    tokens         of all questions\n"
                     "    money          in the currency of the prices\n"
                     "    seconds        from the first question on\n"));
}
