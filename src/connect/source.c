/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/source.h"

#include "base/arena.h"
#include "base/base64.h"
#include "base/buf.h"
#include "connect/connector.h"
#include "data/secret.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define BUDGET_NS (20 * NS_PER_S) /* for one source in one case, where nothing is said */
#define BUDGET_MAX_NS (600 * NS_PER_S)
#define ROWS_MAX INT64_C(2000000)    /* of one source: what an investigation reads in seconds */
#define REPLY_MAX ((size_t)64 << 20) /* of one answer */

const struct field source_settings[] = {
    {"kind", TYPE_TEXT, FIELD_OPTIONAL, "what it is; its name where it is not said", NULL},
    {"url", TYPE_TEXT, FIELD_OPTIONAL, "where it is: http://HOST:PORT/PATH or https://...", NULL},
    {"path", TYPE_TEXT, FIELD_OPTIONAL, "a folder of this machine, for kinds that read one", NULL},
    {"key", TYPE_TEXT, FIELD_OPTIONAL,
     "sent as `Authorization: Bearer KEY`; env:NAME or file:/path", NULL},
    {"user", TYPE_TEXT, FIELD_OPTIONAL, "with `password`, sent as `Authorization: Basic ...`",
     NULL},
    {"password", TYPE_TEXT, FIELD_OPTIONAL, "env:NAME or file:/path", NULL},
    {"tenant", TYPE_TEXT, FIELD_OPTIONAL, "sent as `X-Scope-OrgID`, for Mimir, Loki and Tempo",
     NULL},
    {"cleartext", TYPE_BOOL, FIELD_OPTIONAL, "keys may go over http to another machine; false",
     NULL},
    {"ca_file", TYPE_TEXT, FIELD_OPTIONAL, "certificates to trust, PEM, instead of the system's",
     NULL},
    {"allow_link_local", TYPE_BOOL, FIELD_OPTIONAL,
     "its name may lead to a link-local address; false", NULL},
    {"redact", TYPE_BOOL, FIELD_OPTIONAL, "mask secrets and e-mail addresses in texts; true", NULL},
    {"budget", TYPE_SPAN, FIELD_OPTIONAL, "time for all its questions together; 20s", NULL},
    {"rows", TYPE_INT, FIELD_OPTIONAL, "how many rows are taken of it; 2000000", NULL},
    {0},
};

/* ---- reading ---- */

struct reading {
    struct arena *arena;
    struct source *source;
    struct record settings; /* of source_settings */
    const struct yaml_entry *entry;
    struct err *err;
};

static bool refuse(const struct reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool refuse(const struct reading *reading, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!reading->entry || reading->entry->line == 0)
        return err_set(reading->err, ERR_USAGE, "%s", text);
    return err_set(reading->err, ERR_USAGE, "%u:%u: %s", reading->entry->line,
                   reading->entry->column, text);
}

/* A value that breaks a line of HTTP would begin another one. */
static bool is_header_value(struct str value)
{
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.ptr[i] < ' ' || value.ptr[i] == 127)
            return false;
    return true;
}

static bool add_header(const struct reading *reading, struct str name, struct str value,
                       bool secret)
{
    struct source *source = reading->source;
    if (source->headers_count == SOURCE_HEADERS_MAX)
        return refuse(reading, "%.*s: more than %d headers", STR_ARG(source->name),
                      SOURCE_HEADERS_MAX);
    if (!is_header_value(value) || !is_header_value(name))
        return refuse(reading, "%.*s: a header's value is one line", STR_ARG(source->name));
    source->headers[source->headers_count++] = (struct header){
        .name = str_copy(reading->arena, name).ptr, .value = value, .secret = secret};
    return true;
}

static bool read_header(const struct reading *reading, struct str name, struct str text)
{
    struct str value;
    if (!secret_read(reading->arena, text, &value, reading->err))
        return refuse(reading, "%s", str_copy(reading->arena, str_of(reading->err->text)).ptr);
    return add_header(reading, name, value, true);
}

/* "service" or "service[1]". */
static struct str without_index(struct str name)
{
    const size_t at = str_find(name, STR("["));
    return at == STR_NPOS ? name : str_slice(name, 0, at);
}

static bool read_mapping(const struct reading *reading, struct str name)
{
    enum mapped what;
    struct mapping *mapping = &reading->source->mapping;
    if (!mapped_of_name(without_index(name), &what))
        return refuse(reading,
                      "there is no `%.*s` to map; service, instance, level, trace_id and "
                      "others are in docs/sources.md",
                      STR_ARG(name));
    if (mapping->own_count[what] == MAPPING_OWN_MAX)
        return refuse(reading, "more than %d names for `%s`", MAPPING_OWN_MAX, mapped_name(what));
    mapping->own[what][mapping->own_count[what]++] = reading->entry->value;
    return true;
}

static bool refuse_unknown(const struct reading *reading, struct str name)
{
    const struct field *own = reading->source->connector->settings;
    const struct field *near = own ? field_nearest(own, name) : NULL;
    if (!near)
        near = field_nearest(source_settings, name);
    return near ? refuse(reading, "there is no setting `%.*s`; is `%s` meant?", STR_ARG(name),
                         near->name)
                : refuse(reading, "there is no setting `%.*s` of a source of kind %s",
                         STR_ARG(name), reading->source->connector->name);
}

/* The items of a list stand one after another, with commas. */
static bool read_setting(const struct reading *reading, struct str path)
{
    const struct str name = without_index(path);
    const struct field *own = reading->source->connector->settings;
    const struct field *field = own ? field_find(own, name) : NULL;
    const struct record *record = field ? &reading->source->settings : &reading->settings;
    if (!field && !(field = field_find(source_settings, name)))
        return refuse_unknown(reading, name);
    struct value *value = record_at(record, field->name);
    if (value->known && field->type == TYPE_TEXT && name.len < path.len) {
        value->text = str_printf(reading->arena, "%.*s,%.*s", STR_ARG(value->text),
                                 STR_ARG(reading->entry->value));
        return true;
    }
    struct err problem = {0};
    return value_parse(field->type, reading->entry->value, value, &problem) ||
           refuse(reading, "`%s`: %s", field->name, problem.text);
}

static bool read_entry(const struct reading *reading, struct str name)
{
    const struct str headers = STR("headers."), mapping = STR("mapping.");
    if (str_starts(name, headers))
        return read_header(reading, str_slice(name, headers.len, name.len), reading->entry->value);
    if (str_starts(name, mapping))
        return read_mapping(reading, str_slice(name, mapping.len, name.len));
    return read_setting(reading, name);
}

/* ---- what the settings mean together ---- */

static struct str text_of(const struct reading *reading, const char *name)
{
    const struct value *value = record_at(&reading->settings, name);
    return value->known ? value->text : STR("");
}

static bool read_keys(const struct reading *reading)
{
    struct arena *arena = reading->arena;
    const struct str key = text_of(reading, "key"), user = text_of(reading, "user");
    struct str secret;
    if (key.len > 0 && user.len > 0)
        return refuse(reading, "%.*s: either `key`, or `user` and `password`",
                      STR_ARG(reading->source->name));
    if (key.len > 0)
        return (secret_read(arena, key, &secret, reading->err) ||
                err_context(reading->err, "%.*s: key", STR_ARG(reading->source->name))) &&
               add_header(reading, STR("Authorization"),
                          str_printf(arena, "Bearer %.*s", STR_ARG(secret)), true);
    if (user.len == 0)
        return true;
    if (!secret_read(arena, text_of(reading, "password"), &secret, reading->err))
        return err_context(reading->err, "%.*s: password", STR_ARG(reading->source->name));
    if (reading->source->connector->gather) {
        reading->source->user = user;
        reading->source->password = secret;
        return true;
    }
    const struct str both = str_printf(arena, "%.*s:%.*s", STR_ARG(user), STR_ARG(secret));
    struct buf basic = buf_new(arena);
    buf_add(&basic, STR("Basic "));
    base64_put(&basic, both);
    return add_header(reading, STR("Authorization"), buf_str(&basic), true);
}

static bool read_place(const struct reading *reading)
{
    struct source *source = reading->source;
    struct str host;
    source->url = text_of(reading, "url");
    source->path = text_of(reading, "path");
    while (source->url.len > 0 && source->url.ptr[source->url.len - 1] == '/')
        source->url.len--;
    if (source->connector->wants_path)
        return source->path.len > 0 ||
               refuse(reading, "%.*s: `path` is wanted, a folder", STR_ARG(source->name));
    if (source->url.len == 0)
        return refuse(reading, "%.*s: `url` is wanted: http://HOST:PORT", STR_ARG(source->name));
    return source->connector->gather ||
           url_host(reading->arena, source->url, &host, reading->err) ||
           err_context(reading->err, "%.*s", STR_ARG(source->name));
}

static bool check_cleartext(const struct reading *reading)
{
    const struct source *source = reading->source;
    struct str host;
    bool has_key = false;
    for (uint32_t i = 0; i < source->headers_count; i++)
        has_key |= source->headers[i].secret;
    if (!has_key || record_at(&reading->settings, "cleartext")->truth ||
        str_find_no_case(source->url, STR("http://")) != 0 ||
        (url_host(reading->arena, source->url, &host, reading->err) && host_is_this_machine(host)))
        return true;
    return refuse(reading,
                  "%.*s: a key would go over http for all to read; write https, or "
                  "`cleartext: true`",
                  STR_ARG(source->name));
}

static bool settle(const struct reading *reading)
{
    struct source *source = reading->source;
    const struct value *redact = record_at(&reading->settings, "redact");
    const struct value *budget = record_at(&reading->settings, "budget");
    const struct value *rows = record_at(&reading->settings, "rows");
    const struct str tenant = text_of(reading, "tenant");
    source->redact = !redact->known || redact->truth;
    source->budget_ns = budget->known ? budget->integer : BUDGET_NS;
    source->rows_max = rows->known ? rows->integer : ROWS_MAX;
    source->ca_file = text_of(reading, "ca_file");
    source->allow_link_local = record_at(&reading->settings, "allow_link_local")->truth;
    if (source->budget_ns <= 0 || source->budget_ns > BUDGET_MAX_NS)
        return refuse(reading, "%.*s: `budget` is from 1s to 600s", STR_ARG(source->name));
    if (source->rows_max <= 0)
        return refuse(reading, "%.*s: `rows` is at least 1", STR_ARG(source->name));
    return read_place(reading) && read_keys(reading) && check_cleartext(reading) &&
           (tenant.len == 0 || add_header(reading, STR("X-Scope-OrgID"), tenant, false));
}

/* ---- which entries ---- */

/* What follows the prefix in the path of one of its entries, empty for any other. */
static struct str name_below(const struct yaml_entry *entry, struct str prefix)
{
    return str_starts(entry->path, prefix) && entry->path.len > prefix.len + 1 &&
                   entry->path.ptr[prefix.len] == '.'
               ? str_slice(entry->path, prefix.len + 1, entry->path.len)
               : STR("");
}

static struct str kinds_there_are(struct arena *arena)
{
    struct buf out = buf_new(arena);
    for (const struct connector *const *it = connectors; *it; it++)
        buf_printf(&out, "%s%s", out.len > 0 ? ", " : "", (*it)->name);
    return buf_str(&out);
}

static bool find_kind(struct reading *reading, const struct yaml_entries *entries,
                      struct str prefix)
{
    struct source *source = reading->source;
    struct str kind = source->name;
    for (uint32_t i = 0; i < entries->count; i++)
        if (str_eq(name_below(&entries->items[i], prefix), STR("kind"))) {
            reading->entry = &entries->items[i];
            kind = reading->entry->value;
        } else if (name_below(&entries->items[i], prefix).len > 0 && !reading->entry) {
            reading->entry = &entries->items[i];
        }
    source->connector = connector_find(kind);
    return source->connector || refuse(reading, "there is no kind of source `%.*s`; there are %s",
                                       STR_ARG(kind), kinds_there_are(reading->arena).ptr);
}

bool source_read(struct arena *arena, const struct yaml_entries *entries, struct str prefix,
                 struct source *out, struct err *err)
{
    static const struct field none[] = {{0}};
    size_t name_at = prefix.len;
    while (name_at > 0 && prefix.ptr[name_at - 1] != '.')
        name_at--;
    *out = (struct source){.name = str_slice(prefix, name_at, prefix.len)};
    struct reading reading = {
        .arena = arena, .source = out, .settings = record_new(arena, source_settings), .err = err};
    if (!find_kind(&reading, entries, prefix))
        return false;
    out->settings = record_new(arena, out->connector->settings ? out->connector->settings : none);
    for (uint32_t i = 0; i < entries->count; i++) {
        const struct str name = name_below(&entries->items[i], prefix);
        reading.entry = &entries->items[i];
        if (name.len > 0 && !read_entry(&reading, name))
            return false;
    }
    reading.entry = NULL;
    return settle(&reading);
}

/* ---- using it ---- */

struct str source_text(const struct source *source, const char *name, struct str otherwise)
{
    const struct value *value = record_at(&source->settings, name);
    return value->known ? value->text : otherwise;
}

int64_t source_integer(const struct source *source, const char *name, int64_t otherwise)
{
    const struct value *value = record_at(&source->settings, name);
    return value->known ? value->integer : otherwise;
}

bool source_truth(const struct source *source, const char *name, bool otherwise)
{
    const struct value *value = record_at(&source->settings, name);
    return value->known ? value->truth : otherwise;
}

void source_request(const struct source *source, struct request *out)
{
    *out = (struct request){.reply_bytes_max = REPLY_MAX,
                            .ca_file = source->ca_file,
                            .allow_link_local = source->allow_link_local,
                            .headers_count = source->headers_count};
    memcpy(out->headers, source->headers, sizeof source->headers);
}
