/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key does not stand in the file: files like this are shared and committed. It says where the key
 * is. A key that is not known is an error, because a limit that is misspelt is no limit.
 */
#include "expert/config.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/map.h"
#include "data/secret.h"
#include "expert/expert.h"

#include <ctype.h>

#define KEY_BYTES_MAX 4096
#define NEAR 3 /* slips of the finger between a key and the one that was meant */

#define TOKENS_MAX 100000 /* an election among 100 changes takes some 30,000 */
/* Models that think first need more; what they need is theirs to say. */
#define ANSWER_TOKENS_MAX 1000
#define SPAN_MAX_NS (120 * NS_PER_S)

struct reading {
    struct arena *arena;
    const struct yaml_entry *at;
    struct str path; /* below the prefix: "limits.tokens", "abilities[1]" */
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

static bool read_mask(const struct reading *reading, void *field, struct err *err)
{
    const bool names = str_eq(reading->at->value, STR("names"));
    *(bool *)field = names;
    return names || str_eq(reading->at->value, STR("secrets")) ||
           wrong(reading, err, "secrets or names is wanted");
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
    return type || wrong(reading, err,
                         "openai (also llama-server, vLLM, Ollama), anthropic or gguf is wanted");
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

/* One, or a list: the first takes away all that stood there as standard. */
static bool read_ability(const struct reading *reading, void *field, struct err *err)
{
    unsigned *abilities = field;
    if (!str_ends(reading->path, STR("]")) || str_ends(reading->path, STR("[0]")))
        *abilities = 0;
    for (unsigned i = 0; i < ABILITIES_COUNT; i++)
        if (str_eq(reading->at->value, str_of(ability_name((enum ability)i))) &&
            ((1u << i) & ABILITIES_OF_WORDS) != 0) {
            *abilities |= 1u << i;
            return true;
        }
    return wrong(reading, err, "plan, rank, explain or label is wanted");
}

/* ---- the keys ---- */

static const struct key {
    struct expert_key told;
    bool (*read)(const struct reading *reading, void *field, struct err *err);
    size_t field;
} keys[] = {
    {{"kind", NULL,
      "whose words it speaks: openai, which llama-server, vLLM, Ollama and LiteLLM "
      "speak as well, anthropic, or gguf: a file on this machine"},
     read_kind,
     offsetof(struct expert_config, type)},
    {{"url", NULL, "where; `/v1` and the path of the endpoint are added where they are missing"},
     read_text,
     offsetof(struct expert_config, url)},
    {{"model", NULL, "its name, as the other side spells it; with gguf the path of the file"},
     read_text,
     offsetof(struct expert_config, model)},
    {{"key", NULL, "`env:NAME` or `file:PATH`; without it none is sent"},
     read_key,
     offsetof(struct expert_config, key)},
    {{"abilities", "[plan, rank, explain, label]", "what it may be asked for, one or a list"},
     read_ability,
     offsetof(struct expert_config, abilities)},
    {{"cleartext", "false", "`true`: the key may go over http to another machine"},
     read_bool,
     offsetof(struct expert_config, is_cleartext)},
    {{"schema", "true",
      "`false`: the endpoint takes no JSON schema, and is told the form in words"},
     read_bool,
     offsetof(struct expert_config, takes_schema)},
    {{"mask", "secrets",
      "what does not leave: `secrets`; `names`: those of services, hosts and people as well, which "
      "go as aliases and come back"},
     read_mask,
     offsetof(struct expert_config, masks_names)},
    {{"odds", "false",
      "`true`: it tells log-probabilities (`top_logprobs`), by which the last "
      "ballot is decided; not for models that think before they answer"},
     read_bool,
     offsetof(struct expert_config, tells_odds)},
    {{"stream", "true", "`false`: the endpoint cannot send an answer while it is written"},
     read_bool,
     offsetof(struct expert_config, streams)},
    {{"temperature", "0", "`none`: do not send any, for models that refuse it"},
     read_temperature,
     offsetof(struct expert_config, temperature)},
    {{"prices.input", NULL, "for a million tokens, in any currency: what it cost is told in it"},
     read_real,
     offsetof(struct expert_config, price_in)},
    {{"prices.output", NULL, "the same of what it writes"},
     read_real,
     offsetof(struct expert_config, price_out)},
    {{"limits.tokens", "100000", "of all questions to it together"},
     read_tokens,
     offsetof(struct expert_config, tokens_max)},
    {{"limits.answer", "1000", "tokens of one answer; models that think need more"},
     read_answer_tokens,
     offsetof(struct expert_config, answer_tokens_max)},
    {{"limits.money", NULL, "in the currency of the prices; wants them"},
     read_real,
     offsetof(struct expert_config, money_max)},
    {{"limits.seconds", "120", "that it is waited for, all questions and repeated tries together"},
     read_span,
     offsetof(struct expert_config, span_max_ns)},
    {{"record", NULL, "a folder that exchanges are kept in"},
     read_text,
     offsetof(struct expert_config, record)},
    {{"replay", NULL, "a folder that replies are taken from, instead of being asked for"},
     read_text,
     offsetof(struct expert_config, replay)},
};

#define KEYS_COUNT (sizeof keys / sizeof *keys)

const struct expert_key *expert_key_at(size_t index)
{
    return index < KEYS_COUNT ? &keys[index].told : NULL;
}

bool expert_config_refuse(const struct yaml_entry *entry, struct str prefix, struct err *err)
{
    const struct str path = str_slice(entry->path, prefix.len, entry->path.len);
    const struct key *nearest = &keys[0];
    for (size_t i = 1; i < KEYS_COUNT; i++)
        if (str_distance(str_of(keys[i].told.path), path) <
            str_distance(str_of(nearest->told.path), path))
            nearest = &keys[i];
    const int shown = (int)(entry->path.len < 80 ? entry->path.len : 80);
    if (str_distance(str_of(nearest->told.path), path) <= NEAR)
        return err_set(err, ERR_USAGE, "%u:%u: there is no key `%.*s`; did you mean `%.*s%s`?",
                       entry->line, entry->column, shown, entry->path.ptr, STR_ARG(prefix),
                       nearest->told.path);
    return err_set(err, ERR_USAGE, "%u:%u: there is no key `%.*s`; docs/experts.md has them all",
                   entry->line, entry->column, shown, entry->path.ptr);
}

/* "abilities[2]" is a value of "abilities"; no other key takes a list. */
static bool is_value_of(struct str path, const struct key *key)
{
    const struct str name = str_of(key->told.path);
    return str_eq(path, name) || (key->read == read_ability && str_starts(path, name) &&
                                  path.ptr[name.len] == '[' && str_ends(path, STR("]")));
}

static bool read_entry(const struct reading *reading, struct map *seen, struct str prefix,
                       struct err *err)
{
    for (size_t i = 0; i < KEYS_COUNT; i++)
        if (is_value_of(reading->path, &keys[i])) {
            const uint32_t before = seen->count;
            if (map_add(seen, reading->path) != before)
                return err_set(err, ERR_USAGE, "%u:%u: `%.*s` is there twice", reading->at->line,
                               reading->at->column, STR_ARG(reading->at->path));
            return keys[i].read(reading, (char *)reading->out + keys[i].field, err);
        }
    return expert_config_refuse(reading->at, prefix, err);
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
    if (out->temperature > 0.0)
        return err_set(err, ERR_USAGE,
                       "temperature: %s always takes the likeliest word; leave it out",
                       out->type->name);
    out->host = str_of(out->type->name);
    return true;
}

static bool settle(struct arena *arena, struct expert_config *out, struct err *err)
{
    if (!out->type)
        return err_set(err, ERR_USAGE, "`kind` is wanted: openai, anthropic or gguf");
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

static struct expert_config standard(void)
{
    return (struct expert_config){.takes_schema = true,
                                  .streams = true,
                                  .has_temperature = true,
                                  .abilities = ABILITIES_OF_WORDS,
                                  .tokens_max = TOKENS_MAX,
                                  .answer_tokens_max = ANSWER_TOKENS_MAX,
                                  .span_max_ns = SPAN_MAX_NS};
}

bool expert_config_read(struct arena *arena, const struct yaml_entries *entries, struct str prefix,
                        struct expert_config *out, struct err *err)
{
    struct map seen = map_new(arena);
    *out = standard();
    for (uint32_t i = 0; i < entries->count; i++) {
        const struct yaml_entry *entry = &entries->items[i];
        if (!str_starts(entry->path, prefix))
            continue;
        const struct reading reading = {.arena = arena,
                                        .at = entry,
                                        .path = str_slice(entry->path, prefix.len, entry->path.len),
                                        .out = out};
        if (!read_entry(&reading, &seen, prefix, err))
            return false;
    }
    if (!settle(arena, out, err))
        return false;
    out->name = out->model;
    return true;
}
