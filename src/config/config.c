/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include "base/arena.h"
#include "base/map.h"
#include "config/keys.h"

#include <ctype.h>
#include <stdlib.h>

#define EXPANDED_MAX 64 /* `${NAME}` in one value */

static bool at(const struct yaml_entry *entry, struct err *err)
{
    return err_context(err, "%u:%u: %.*s", entry->line, entry->column,
                       (int)(entry->path.len < 100 ? entry->path.len : 100), entry->path.ptr);
}

/* ---- ${NAME} ---- */

static bool is_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!isalnum((unsigned char)name.ptr[i]) && name.ptr[i] != '_')
            return false;
    return name.len > 0;
}

static bool put_variable(struct buf *out, struct str name, struct err *err)
{
    if (!is_name(name))
        return err_set(err, ERR_USAGE, "`${NAME}` is wanted, of letters, digits and `_`");
    const char *value = getenv(str_copy(out->arena, name).ptr);
    if (!value)
        return err_set(err, ERR_USAGE, "the environment has no %.*s; set it", STR_ARG(name));
    buf_add(out, str_of(value));
    return true;
}

/* What was put in is not looked at again. */
static bool expand(struct arena *arena, struct str text, struct str *out, struct err *err)
{
    struct buf buf = buf_new(arena);
    struct str rest = text;
    for (int i = 0;; i++) {
        const size_t open = str_find(rest, STR("${"));
        if (open == STR_NPOS)
            break;
        const struct str behind = str_slice(rest, open + 2, rest.len);
        const size_t close = str_find(behind, STR("}"));
        if (close == STR_NPOS || i == EXPANDED_MAX)
            return err_set(err, ERR_USAGE, "a `${` without its `}`, or too many of them");
        buf_add(&buf, str_slice(rest, 0, open));
        if (!put_variable(&buf, str_slice(behind, 0, close), err))
            return false;
        rest = str_slice(behind, close + 1, behind.len);
    }
    buf_add(&buf, rest);
    *out = buf_str(&buf);
    return true;
}

static bool expand_all(struct arena *arena, const struct yaml_entries *from,
                       struct yaml_entries *out, struct err *err)
{
    *out = (struct yaml_entries){.items = arena_push_many(arena, struct yaml_entry, from->count),
                                 .count = from->count,
                                 .room = from->count,
                                 .blanks = from->blanks,
                                 .blanks_count = from->blanks_count,
                                 .blanks_room = from->blanks_room};
    for (uint32_t i = 0; i < from->count; i++) {
        out->items[i] = from->items[i];
        if (str_contains(from->items[i].value, STR("${")) &&
            !expand(arena, from->items[i].value, &out->items[i].value, err))
            return at(&from->items[i], err);
    }
    return true;
}

static bool check_twice(struct arena *arena, const struct yaml_entries *entries, struct err *err)
{
    struct map seen = map_new(arena);
    for (uint32_t i = 0; i < entries->count; i++)
        if (map_add(&seen, entries->items[i].path) != i)
            return err_set(err, ERR_USAGE, "it is there twice") || at(&entries->items[i], err);
    return true;
}

/* ---- what has a name of the user's own ---- */

/* "sources.shop.url" below "sources." -> "shop"; empty: it stands elsewhere. */
static struct str item_of(struct str path, struct str section)
{
    if (!str_starts(path, section))
        return STR("");
    struct str rest = str_slice(path, section.len, path.len), name;
    if (!str_split(&rest, '.', &name))
        return STR("");
    const size_t open = str_find(name, STR("["));
    return open == STR_NPOS ? name : str_slice(name, 0, open);
}

static bool add_item(struct arena *arena, const struct yaml_entries *entries,
                     const struct yaml_entry *entry, struct str section, struct str name,
                     const struct config_reader *reader, struct config_items *out, struct err *err)
{
    for (uint32_t i = 0; i < out->count; i++)
        if (str_eq(out->items[i].name, name))
            return true; /* one more of its entries */
    if (out->count == CONFIG_ITEMS_MAX)
        return err_set(err, ERR_USAGE, "there are more than %d", CONFIG_ITEMS_MAX) ||
               at(entry, err);
    struct config_item *item = &out->items[out->count++];
    *item = (struct config_item){.name = str_copy(arena, name),
                                 .prefix =
                                     str_printf(arena, "%.*s%.*s", STR_ARG(section), STR_ARG(name)),
                                 .line = entry->line,
                                 .column = entry->column};
    return !reader->read || reader->read(arena, entries, item->prefix, &item->thing, err);
}

/* A key of a source or notifier that by its name holds what nobody should read. */
static void warn_of_plain_secret(struct config_reading *reading, const struct yaml_entry *raw)
{
    static const char *const words[] = {"token", "secret", "password", "key", "authorization"};
    struct str rest = raw->path, last = raw->path;
    while (str_split(&rest, '.', &last))
        ;
    bool is_secret = false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        is_secret = is_secret || str_find_no_case(last, str_of(words[i])) != STR_NPOS;
    if (!is_secret || raw->value.len == 0 || str_starts(raw->value, STR("env:")) ||
        str_starts(raw->value, STR("file:")) || str_starts(raw->value, STR("/")) ||
        str_contains(raw->value, STR("${")))
        return;
    reading->has_plain_secret = true;
    config_warn(reading, raw,
                "it stands in the file for all who see it; write env:NAME or "
                "file:PATH");
}

/* ---- models ---- */

static bool is_in(struct str path, struct str section)
{
    return str_eq(path, section) || (str_starts(path, section) && path.ptr[section.len] == '.');
}

/* What the reader of `experts` reads. */
static bool is_of_models(struct str path)
{
    return is_in(path, STR("experts")) || is_in(path, STR("policy")) || is_in(path, STR("limits"));
}

static bool read_models(struct arena *arena, const struct config_readers *readers,
                        struct config *out, struct err *err)
{
    bool any = false;
    for (uint32_t i = 0; i < out->entries.count; i++)
        any = any || is_of_models(out->entries.items[i].path);
    for (uint32_t i = 0; i < out->entries.blanks_count; i++)
        any = any || is_of_models(out->entries.blanks[i].path);
    return !any || !readers->experts.read ||
           readers->experts.read(arena, &out->entries, STR(""), &out->experts, err);
}

/* ---- entries ---- */

static bool refuse_key(const struct yaml_entry *entry, struct err *err)
{
    const char *nearest = config_key_nearest(entry->path);
    const int shown = (int)(entry->path.len < 100 ? entry->path.len : 100);
    if (nearest)
        return err_set(err, ERR_USAGE, "%u:%u: there is no key `%.*s`; did you mean `%s`?",
                       entry->line, entry->column, shown, entry->path.ptr, nearest);
    return err_set(err, ERR_USAGE,
                   "%u:%u: there is no key `%.*s`; `warroom config explain` has them all",
                   entry->line, entry->column, shown, entry->path.ptr);
}

/* "serve:" with nothing below it, as `config init` leaves it. */
static bool is_empty_section(const struct yaml_entry *entry)
{
    struct str section;
    if (entry->value.len > 0 && !str_eq(entry->value, STR("null")))
        return false;
    if (str_eq(entry->path, STR("sources")) || str_eq(entry->path, STR("notify")) ||
        entry->path.len == 0)
        return true;
    for (const struct config_key *key = config_keys; key->path; key++) {
        section = str_of(key->path);
        if (section.len > entry->path.len && str_starts(section, entry->path) &&
            section.ptr[entry->path.len] == '.')
            return true;
    }
    return false;
}

static bool read_entry(struct config_reading *reading, const struct config_readers *readers,
                       const struct yaml_entry *raw, const struct yaml_entry *entry,
                       struct err *err)
{
    struct config *out = reading->out;
    const struct str source = item_of(entry->path, STR("sources."));
    const struct str notifier = item_of(entry->path, STR("notify."));
    if (is_of_models(entry->path))
        return true;
    if (source.len > 0 || notifier.len > 0)
        warn_of_plain_secret(reading, raw);
    if (source.len > 0)
        return add_item(reading->arena, &out->entries, entry, STR("sources."), source,
                        &readers->sources, &out->sources, err);
    if (notifier.len > 0)
        return add_item(reading->arena, &out->entries, entry, STR("notify."), notifier,
                        &readers->notify, &out->notify, err);
    const struct config_key *key = config_key_find(entry->path);
    if (!key)
        return is_empty_section(entry) || refuse_key(entry, err);
    reading->is_expanded = !str_eq(raw->value, entry->value);
    return config_value_read(reading, key, entry, err) || at(entry, err);
}

/* ---- what must fit together ---- */

static bool check_reach(const struct config *config, struct err *err)
{
    if (config->serve.is_loopback)
        return true;
    const struct str host = config->serve.host;
    if (config->serve.certificate.len == 0 && !config->serve.is_behind_proxy)
        return err_set(err, ERR_USAGE,
                       "serve.listen: others can reach %.*s, and would be read on the way; give "
                       "serve.tls.certificate and serve.tls.key, or, where a proxy speaks TLS, "
                       "serve.behind_proxy: true",
                       STR_ARG(host));
    return config->webhooks.token.len > 0 ||
           err_set(err, ERR_USAGE,
                   "serve.listen: others can reach %.*s, and whoever does could start "
                   "investigations; give webhooks.token: env:WARROOM_TOKEN",
                   STR_ARG(host));
}

static bool settle(const struct config *config, struct err *err)
{
    if ((config->serve.certificate.len > 0) != (config->serve.key.len > 0))
        return err_set(err, ERR_USAGE,
                       "serve.tls: `certificate` and `key` are wanted, both or neither");
    const bool is_clickhouse = str_eq(config->receive.store, STR("clickhouse"));
    if (is_clickhouse && config->receive.url.len == 0)
        return err_set(err, ERR_USAGE,
                       "receive.store: clickhouse wants receive.clickhouse.url, such as "
                       "http://127.0.0.1:8123");
    return check_reach(config, err);
}

/* The standards are read as what a user writes. */
static void read_standards(struct arena *arena, struct config *out)
{
    struct config_reading reading = {.arena = arena, .out = out};
    struct err err = {0};
    *out = (struct config){
        .sources = {.items = arena_push_many(arena, struct config_item, CONFIG_ITEMS_MAX)},
        .notify = {.items = arena_push_many(arena, struct config_item, CONFIG_ITEMS_MAX)}};
    for (const struct config_key *key = config_keys; key->path; key++) {
        const struct yaml_entry entry = {.path = str_of(key->path), .value = str_of(key->standard)};
        if (key->standard && !config_value_read(&reading, key, &entry, &err))
            abort(); /* a standard that is refused: config_test reads them all */
    }
}

bool config_read(struct arena *arena, struct str text, const struct config_readers *readers,
                 struct config *out, struct config_warning **warnings, struct err *err)
{
    struct yaml_entries raw;
    struct config_reading reading = {.arena = arena, .out = out, .warnings = warnings};
    if (warnings)
        *warnings = NULL;
    read_standards(arena, out);
    if (!yaml_read(arena, text, &raw, err) || !expand_all(arena, &raw, &out->entries, err) ||
        !check_twice(arena, &out->entries, err))
        return false;
    for (uint32_t i = 0; i < raw.count; i++)
        if (!read_entry(&reading, readers, &raw.items[i], &out->entries.items[i], err))
            return false;
    out->has_plain_secret = reading.has_plain_secret;
    return read_models(arena, readers, out, err) && settle(out, err);
}
