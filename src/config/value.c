/* SPDX-License-Identifier: Apache-2.0 */
/* Values of warroom.yaml: what stands there as text, and what is wanted. */
#include "config/keys.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/secret.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void config_warn(struct config_reading *reading, const struct yaml_entry *entry, const char *format,
                 ...)
{
    char text[400];
    va_list args;
    if (!reading->warnings)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct config_warning *warning = arena_push(reading->arena, struct config_warning);
    warning->text = str_printf(reading->arena, "%u:%u: %.*s: %s", entry->line, entry->column,
                               STR_ARG(entry->path), text);
    *reading->warnings = warning;
    reading->warnings = &warning->next;
}

static bool refuse(const struct yaml_entry *entry, const char *wanted, struct err *err)
{
    return err_set(err, ERR_USAGE, "%s, not `%.*s`", wanted,
                   (int)(entry->value.len < 80 ? entry->value.len : 80), entry->value.ptr);
}

/* ---- plain ones ---- */

static bool read_bool(const struct yaml_entry *entry, bool *out, struct err *err)
{
    *out = str_eq(entry->value, STR("true"));
    return *out || str_eq(entry->value, STR("false")) ||
           refuse(entry, "true or false is wanted", err);
}

static bool read_choice(const struct config_key *key, const struct yaml_entry *entry,
                        struct str *out, struct err *err)
{
    struct str rest = str_of(key->choices), word;
    while (str_split(&rest, ' ', &word))
        if (str_eq(word, entry->value)) {
            *out = word;
            return true;
        }
    return refuse(entry, key->summary, err);
}

static bool read_count(const struct config_key *key, const struct yaml_entry *entry, int64_t *out,
                       struct err *err)
{
    return (str_to_int(entry->value, out) && *out >= key->min && *out <= key->max) ||
           err_set(err, ERR_USAGE, "a whole number from %lld to %lld is wanted, not `%.*s`",
                   (long long)key->min, (long long)key->max,
                   (int)(entry->value.len < 80 ? entry->value.len : 80), entry->value.ptr);
}

static bool read_span(struct arena *arena, const struct config_key *key,
                      const struct yaml_entry *entry, int64_t *out, struct err *err)
{
    return (span_parse(entry->value, out) && *out >= key->min && *out <= key->max) ||
           refuse(entry,
                  str_printf(arena, "a time from %s to %s is wanted",
                             span_format_exact(arena, key->min).ptr,
                             span_format_exact(arena, key->max).ptr)
                      .ptr,
                  err);
}

/* ---- sizes: decimal and binary units, as IEC 80000-13 has them ---- */

static const struct {
    const char *name;
    int64_t bytes;
} units[] = {
    {"B", 1},
    {"KiB", INT64_C(1) << 10},
    {"MiB", INT64_C(1) << 20},
    {"GiB", INT64_C(1) << 30},
    {"TiB", INT64_C(1) << 40},
    {"kB", INT64_C(1000)},
    {"KB", INT64_C(1000)},
    {"MB", INT64_C(1000000)},
    {"GB", INT64_C(1000000000)},
    {"TB", INT64_C(1000000000000)},
};

static bool parse_bytes(struct str text, int64_t *out)
{
    double number;
    size_t digits = 0;
    while (digits < text.len &&
           (isdigit((unsigned char)text.ptr[digits]) || text.ptr[digits] == '.'))
        digits++;
    const struct str unit = str_trim(str_slice(text, digits, text.len));
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_eq(unit, str_of(units[i].name)) &&
            str_to_real(str_slice(text, 0, digits), &number)) {
            const double bytes = number * (double)units[i].bytes;
            *out = bytes < 0x1p62 ? (int64_t)bytes : INT64_MAX;
            return true;
        }
    return false;
}

static bool read_bytes(const struct config_key *key, const struct yaml_entry *entry, int64_t *out,
                       struct err *err)
{
    return (parse_bytes(entry->value, out) && *out >= key->min && *out <= key->max) ||
           refuse(entry, "a size from 64MiB to 1024TiB is wanted, such as 20GiB or 500MB", err);
}

/* ---- places ---- */

static bool parse_port(struct str text, uint16_t *out)
{
    int64_t port;
    if (!str_to_int(text, &port) || port < 0 || port > UINT16_MAX)
        return false;
    *out = (uint16_t)port;
    return true;
}

static bool parse_host(struct arena *arena, struct str host, struct config *out)
{
    struct in_addr four;
    struct in6_addr six;
    if (str_eq(host, STR("localhost")))
        host = STR("127.0.0.1");
    const struct str text = str_copy(arena, host);
    out->serve.host = text;
    if (memchr(text.ptr, '\0', text.len))
        return false;
    if (inet_pton(AF_INET, text.ptr, &four) == 1) {
        out->serve.is_loopback = ntohl(four.s_addr) >> 24 == 127;
        return true;
    }
    out->serve.is_loopback = inet_pton(AF_INET6, text.ptr, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
    return inet_pton(AF_INET6, text.ptr, &six) == 1;
}

/* "127.0.0.1:8080", "[::1]:8080", "localhost:8080": names of hosts may lead anywhere. */
static bool read_address(struct arena *arena, const struct yaml_entry *entry, struct config *out,
                         struct err *err)
{
    struct str host = entry->value;
    size_t colon = host.len;
    while (colon > 0 && host.ptr[colon - 1] != ':')
        colon--;
    const bool has_port =
        colon > 0 && parse_port(str_slice(host, colon, host.len), &out->serve.port);
    host = str_slice(host, 0, colon > 0 ? colon - 1 : 0);
    if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
        host = str_slice(host, 1, host.len - 1);
    else if (memchr(host.ptr, ':', host.len))
        host = STR("");
    return (has_port && parse_host(arena, host, out)) ||
           refuse(entry, "ADDRESS:PORT is wanted: 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080", err);
}

static bool read_file(const struct yaml_entry *entry, struct str *out, struct err *err)
{
    *out = entry->value;
    if (entry->value.len == 0 || memchr(entry->value.ptr, '\0', entry->value.len))
        return refuse(entry, "the path of a file is wanted", err);
    return access(entry->value.ptr, R_OK) == 0 ||
           err_set(err, ERR_USAGE, "%.*s: %s",
                   (int)(entry->value.len < 200 ? entry->value.len : 200), entry->value.ptr,
                   strerror(errno));
}

static bool read_url(const struct yaml_entry *entry, struct str *out, struct err *err)
{
    *out = entry->value;
    while (str_ends(*out, STR("/")))
        out->len--;
    bool is_plain =
        str_find_no_case(*out, STR("http://")) == 0 || str_find_no_case(*out, STR("https://")) == 0;
    for (size_t i = 0; i < out->len; i++)
        is_plain = is_plain && isgraph((unsigned char)out->ptr[i]);
    return is_plain || refuse(entry, "http://... or https://... is wanted", err);
}

/* ---- secrets ---- */

static void warn_of_readers(struct config_reading *reading, const struct yaml_entry *entry)
{
    struct stat info;
    const struct str path = str_slice(entry->value, 5, entry->value.len); /* after "file:" */
    if (stat(path.ptr, &info) == 0 && (info.st_mode & (S_IRGRP | S_IROTH)))
        config_warn(reading, entry, "others on this machine may read %.*s; chmod 600",
                    STR_ARG(path));
}

static bool read_secret(struct config_reading *reading, const struct yaml_entry *entry,
                        struct str *out, struct err *err)
{
    const bool is_file = str_starts(entry->value, STR("file:"));
    const bool is_told = is_file || str_starts(entry->value, STR("env:")) || reading->is_expanded;
    if (!secret_read(reading->arena, entry->value, out, err))
        return false;
    if (out->len == 0)
        return err_set(err, ERR_USAGE, "it is empty; env:NAME or file:PATH is wanted");
    for (size_t i = 0; i < out->len; i++) /* a line end would be a header of its own */
        if (!isgraph((unsigned char)out->ptr[i]))
            return err_set(err, ERR_USAGE, "a secret is one word, without blanks and line ends");
    if (is_file)
        warn_of_readers(reading, entry);
    if (!is_told) {
        reading->has_plain_secret = true;
        config_warn(reading, entry,
                    "it stands in the file for all who see it; write env:NAME or "
                    "file:PATH");
    }
    return true;
}

static bool read_secrets(struct config_reading *reading, const struct yaml_entry *entry,
                         struct config_secrets *out, struct err *err)
{
    return (out->count < CONFIG_SECRETS_MAX ||
            err_set(err, ERR_USAGE, "at most %d of them are wanted", CONFIG_SECRETS_MAX)) &&
           read_secret(reading, entry, &out->items[out->count++], err);
}

bool config_value_read(struct config_reading *reading, const struct config_key *key,
                       const struct yaml_entry *entry, struct err *err)
{
    void *field = (char *)reading->out + key->field;
    switch (key->type) {
    case CONFIG_TEXT:
        *(struct str *)field = entry->value;
        return entry->value.len > 0 || refuse(entry, "some text is wanted", err);
    case CONFIG_CHOICE:
        return read_choice(key, entry, field, err);
    case CONFIG_BOOL:
        return read_bool(entry, field, err);
    case CONFIG_COUNT:
        return read_count(key, entry, field, err);
    case CONFIG_SPAN:
        return read_span(reading->arena, key, entry, field, err);
    case CONFIG_BYTES:
        return read_bytes(key, entry, field, err);
    case CONFIG_ADDRESS:
        return read_address(reading->arena, entry, reading->out, err);
    case CONFIG_FILE:
        return read_file(entry, field, err);
    case CONFIG_URL:
        return read_url(entry, field, err);
    case CONFIG_SECRET:
        return read_secret(reading, entry, field, err);
    case CONFIG_SECRETS:
        return read_secrets(reading, entry, field, err);
    }
    return false;
}
