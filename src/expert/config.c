/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key does not stand in the file: files like this are shared and committed. It says where the key
 * is. A key that is not known is an error, because a limit that is misspelt is no limit.
 */
#include "expert/config.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/secret.h"
#include "data/yaml.h"
#include "expert/expert.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define KEY_BYTES_MAX 4096
#define NEAR 3 /* slips of the finger between a key and the one that was meant */

#define TOKENS_MAX 100000 /* an election among 100 changes takes some 30,000 */
#define ANSWER_TOKENS_MAX                                                                          \
    1000 /* models that think first need more; what they need is theirs to say */
#define SPAN_MAX_NS (120 * NS_PER_S)

struct reading {
    struct arena *arena;
    const struct yaml_entry *at;
    struct expert_config *out;
};

static bool wrong(const struct reading *reading, struct err *err, const char *wanted)
{
    return err_set(err, ERR_USAGE, "%u:%u: %.*s: %s, not `%.*s`", reading->at->line,
                   reading->at->column, STR_ARG(reading->at->path), wanted,
                   (int)(reading->at->value.len < 80 ? reading->at->value.len : 80),
                   reading->at->value.ptr);
}

/* ---- kinds of values ---- */

static bool read_text(const struct reading *reading, void *field, struct err *err)
{
    *(struct str *)field = reading->at->value;
    return reading->at->value.len > 0 || wrong(reading, err, "some text is wanted");
}

static bool read_bool(const struct reading *reading, void *field, struct err *err)
{
    const bool yes = str_eq(reading->at->value, STR("true"));
    *(bool *)field = yes;
    return yes || str_eq(reading->at->value, STR("false")) ||
           wrong(reading, err, "true or false is wanted");
}

static bool read_real(const struct reading *reading, void *field, struct err *err)
{
    return (str_to_real(reading->at->value, field) && *(double *)field >= 0.0) ||
           wrong(reading, err, "a number that is not below 0 is wanted");
}

static bool read_count(const struct reading *reading, int64_t max, int64_t *out, struct err *err)
{
    return (str_to_int(reading->at->value, out) && *out > 0 && *out <= max) ||
           wrong(reading, err, "a whole number above 0, and not too large, is wanted");
}

static bool read_tokens(const struct reading *reading, void *field, struct err *err)
{
    int64_t number;
    if (!read_count(reading, 1000000000, &number, err))
        return false;
    *(uint64_t *)field = (uint64_t)number;
    return true;
}

static bool read_answer_tokens(const struct reading *reading, void *field, struct err *err)
{
    int64_t number;
    if (!read_count(reading, 1000000, &number, err))
        return false;
    *(uint32_t *)field = (uint32_t)number;
    return true;
}

static bool read_span(const struct reading *reading, void *field, struct err *err)
{
    int64_t seconds;
    if (!read_count(reading, 86400, &seconds, err))
        return false;
    *(int64_t *)field = seconds * NS_PER_S;
    return true;
}

static bool read_kind(const struct reading *reading, void *field, struct err *err)
{
    const struct expert_type *type = expert_type_find(reading->at->value);
    *(const struct expert_type **)field = type;
    return type ||
           wrong(reading, err, "openai (also llama-server, vLLM, Ollama) or anthropic is wanted");
}

static bool read_temperature(const struct reading *reading, void *field, struct err *err)
{
    reading->out->has_temperature = !str_eq(reading->at->value, STR("none"));
    return !reading->out->has_temperature || read_real(reading, field, err);
}

/* A line end in a key would be a header of its own. */
static bool is_key(struct str key)
{
    for (size_t i = 0; i < key.len; i++)
        if (!isgraph((unsigned char)key.ptr[i]))
            return false;
    return key.len > 0 && key.len < KEY_BYTES_MAX;
}

static bool read_key(const struct reading *reading, void *field, struct err *err)
{
    const struct str value = reading->at->value;
    struct str *key = field;
    if (!str_starts(value, STR("env:")) && !str_starts(value, STR("file:")))
        /* it may be the key itself, so it is not told */
        return err_set(err, ERR_USAGE,
                       "%u:%u: key: `env:NAME` or `file:PATH` is wanted; keys do not stand here",
                       reading->at->line, reading->at->column);
    if (!secret_read(reading->arena, value, key, err))
        return err_context(err, "%u:%u: key", reading->at->line, reading->at->column);
    return is_key(*key) || err_set(err, ERR_USAGE, "%u:%u: key: there is no key in `%.*s`",
                                   reading->at->line, reading->at->column, STR_ARG(value));
}

/* ---- the keys ---- */

static const struct key {
    const char *path;
    bool (*read)(const struct reading *reading, void *field, struct err *err);
    size_t field;
} keys[] = {
    {"kind", read_kind, offsetof(struct expert_config, type)},
    {"url", read_text, offsetof(struct expert_config, url)},
    {"model", read_text, offsetof(struct expert_config, model)},
    {"key", read_key, offsetof(struct expert_config, key)},
    {"cleartext", read_bool, offsetof(struct expert_config, is_cleartext)},
    {"schema", read_bool, offsetof(struct expert_config, takes_schema)},
    {"odds", read_bool, offsetof(struct expert_config, tells_odds)},
    {"temperature", read_temperature, offsetof(struct expert_config, temperature)},
    {"prices.input", read_real, offsetof(struct expert_config, price_in)},
    {"prices.output", read_real, offsetof(struct expert_config, price_out)},
    {"limits.tokens", read_tokens, offsetof(struct expert_config, tokens_max)},
    {"limits.answer", read_answer_tokens, offsetof(struct expert_config, answer_tokens_max)},
    {"limits.money", read_real, offsetof(struct expert_config, money_max)},
    {"limits.seconds", read_span, offsetof(struct expert_config, span_max_ns)},
    {"record", read_text, offsetof(struct expert_config, record)},
    {"replay", read_text, offsetof(struct expert_config, replay)},
};

#define KEYS_COUNT (sizeof keys / sizeof *keys)

static bool refuse_key(const struct yaml_entry *entry, struct err *err)
{
    const struct key *nearest = &keys[0];
    for (size_t i = 1; i < KEYS_COUNT; i++)
        if (str_distance(str_of(keys[i].path), entry->path) <
            str_distance(str_of(nearest->path), entry->path))
            nearest = &keys[i];
    const int shown = (int)(entry->path.len < 80 ? entry->path.len : 80);
    if (str_distance(str_of(nearest->path), entry->path) <= NEAR)
        return err_set(err, ERR_USAGE, "%u:%u: there is no key `%.*s`; did you mean `%s`?",
                       entry->line, entry->column, shown, entry->path.ptr, nearest->path);
    return err_set(err, ERR_USAGE, "%u:%u: there is no key `%.*s`; docs/experts.md has them all",
                   entry->line, entry->column, shown, entry->path.ptr);
}

static bool read_entry(const struct reading *reading, bool *seen, struct err *err)
{
    for (size_t i = 0; i < KEYS_COUNT; i++)
        if (str_eq(reading->at->path, str_of(keys[i].path))) {
            if (seen[i])
                return err_set(err, ERR_USAGE, "%u:%u: `%s` is there twice", reading->at->line,
                               reading->at->column, keys[i].path);
            seen[i] = true;
            return keys[i].read(reading, (char *)reading->out + keys[i].field, err);
        }
    return refuse_key(reading->at, err);
}

/* ---- what must fit together ---- */

static bool ends_in_path(struct str url, const char *path)
{
    return str_ends(url, str_of(path));
}

/* "http://host" and "http://host/v1" are what people write; a URL that is whole stays as it is. */
static struct str whole_url(struct arena *arena, struct str url, const char *path)
{
    while (str_ends(url, STR("/")))
        url.len--;
    if (ends_in_path(url, path))
        return url;
    const size_t host = str_find(url, STR("://"));
    const bool is_bare = host != STR_NPOS && !memchr(url.ptr + host + 3, '/', url.len - host - 3);
    return str_printf(arena, "%.*s%s%s", STR_ARG(url), is_bare ? "/v1" : "", path);
}

static bool check_secrecy(const struct expert_config *config, struct err *err)
{
    const bool is_plain = str_find_no_case(config->url, STR("https:")) != 0;
    if (config->key.len == 0 || config->is_cleartext || !is_plain ||
        host_is_this_machine(config->host))
        return true;
    return err_set(
        err, ERR_USAGE,
        "url: the key would go to %.*s for all to read; write https, or `cleartext: true`",
        STR_ARG(config->host));
}

static bool settle_in_process(struct expert_config *out, struct err *err)
{
    if (out->url.len + out->key.len > 0)
        return err_set(err, ERR_USAGE, "%s: nothing is sent, so there is neither `url` nor `key`",
                       out->type->name);
    if (out->record.len + out->replay.len > 0)
        return err_set(err, ERR_USAGE, "%s: nothing is sent, so nothing is recorded or replayed",
                       out->type->name);
    out->host = str_of(out->type->name);
    return true;
}

static bool settle(struct arena *arena, struct expert_config *out, struct err *err)
{
    if (!out->type)
        return err_set(err, ERR_USAGE, "`kind` is wanted: openai or anthropic");
    if (!out->type->infer && out->url.len == 0)
        return err_set(err, ERR_USAGE, "`url` is wanted: where the model is asked");
    if (out->model.len == 0)
        return err_set(err, ERR_USAGE, "`model` is wanted: its name, as the other side spells it");
    if (out->tells_odds && !out->type->tells_odds)
        return err_set(err, ERR_USAGE, "odds: %s tells none; leave it out", out->type->name);
    if (out->money_max > 0.0 && out->price_in + out->price_out <= 0.0)
        return err_set(err, ERR_USAGE, "limits.money wants prices.input and prices.output");
    if (out->record.len > 0 && out->replay.len > 0)
        return err_set(err, ERR_USAGE, "one of `record` and `replay` is wanted, not both");
    if (out->type->infer)
        return settle_in_process(out, err);
    out->url = whole_url(arena, out->url, out->type->path);
    if (!url_host(arena, out->url, &out->host, err))
        return err_context(err, "url");
    return check_secrecy(out, err);
}

bool expert_config_read(struct arena *arena, struct str text, struct expert_config *out,
                        struct err *err)
{
    *out = (struct expert_config){.takes_schema = true,
                                  .has_temperature = true,
                                  .tokens_max = TOKENS_MAX,
                                  .answer_tokens_max = ANSWER_TOKENS_MAX,
                                  .span_max_ns = SPAN_MAX_NS};
    struct yaml_entries entries;
    bool seen[KEYS_COUNT] = {false};
    if (!yaml_read(arena, text, &entries, err))
        return false;
    for (uint32_t i = 0; i < entries.count; i++) {
        const struct reading reading = {.arena = arena, .at = &entries.items[i], .out = out};
        if (!read_entry(&reading, seen, err))
            return false;
    }
    return settle(arena, out, err);
}

bool expert_config_load(struct arena *arena, const char *path, struct expert_config *out,
                        struct err *err)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    char *text = arena_alloc(arena, CONFIG_BYTES_MAX + 1);
    const size_t len = fread(text, 1, CONFIG_BYTES_MAX + 1, file);
    const bool ok = !ferror(file);
    fclose(file);
    if (!ok || len > CONFIG_BYTES_MAX)
        return err_set(err, ERR_USAGE, "%s: a file of at most %zu bytes is wanted", path,
                       CONFIG_BYTES_MAX);
    return expert_config_read(arena, (struct str){.ptr = text, .len = len}, out, err) ||
           err_context(err, "%s", path);
}
