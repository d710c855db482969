/* SPDX-License-Identifier: Apache-2.0 */
#include "webhook/reading.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A page of text; more is a log that somebody has put into an annotation. */
#define VALUE_LEN_MAX 4096
#define NAME_LEN_MAX 256
#define URL_LEN_MAX 2048
#define LABELS_MAX 128
#define SKEW_MAX_NS (10 * 60 * NS_PER_S) /* clocks that are further ahead than this are wrong */

void reading_fail(struct reading *reading, const char *name, const char *wanted)
{
    if (reading->failed)
        return;
    reading->failed = true;
    err_set(reading->err, ERR_PROTOCOL, "`%s%s`: %s", reading->where, name, wanted);
}

/* ---- members ---- */

static const json_t *member(const struct reading *reading, const json_t *from, const char *name)
{
    const json_t *value = reading->failed ? NULL : json_object_get(from, name);
    return json_is_null(value) ? NULL : value;
}

const json_t *reading_object(struct reading *reading, const json_t *from, const char *name)
{
    const json_t *value = member(reading, from, name);
    if (!value || json_is_object(value))
        return value;
    reading_fail(reading, name, "an object is wanted");
    return NULL;
}

const json_t *reading_array(struct reading *reading, const json_t *from, const char *name)
{
    const json_t *value = member(reading, from, name);
    if (!value || json_is_array(value))
        return value;
    reading_fail(reading, name, "an array is wanted");
    return NULL;
}

/* At most `max` bytes of it, and no half of a character. */
static struct str cut(struct str text, size_t max)
{
    if (text.len <= max)
        return text;
    text.len = max;
    while (text.len > 0 && ((unsigned char)text.ptr[text.len] & 0xc0) == 0x80)
        text.len--;
    return text;
}

static struct str scalar(struct arena *arena, const json_t *value)
{
    if (json_is_string(value))
        return str_copy(
            arena,
            cut((struct str){json_string_value(value), json_string_length(value)}, VALUE_LEN_MAX));
    if (json_is_integer(value))
        return str_printf(arena, "%lld", (long long)json_integer_value(value));
    if (json_is_real(value))
        return str_printf(arena, "%.15g", json_real_value(value));
    return json_is_true(value) ? STR("true") : STR("false");
}

struct str reading_text(struct reading *reading, const json_t *from, const char *name)
{
    const json_t *value = member(reading, from, name);
    if (!value)
        return STR("");
    if (!json_is_object(value) && !json_is_array(value))
        return scalar(reading->arena, value);
    reading_fail(reading, name, "a text is wanted");
    return STR("");
}

/* Go writes a time that is not set as the first second of the year 1. */
static bool is_no_time(struct str text)
{
    return text.len == 0 || str_eq(text, STR("0")) || str_starts(text, STR("0001-01-01T"));
}

int64_t reading_time(struct reading *reading, const json_t *from, const char *name)
{
    int64_t time_ns;
    const struct str text = str_trim(reading_text(reading, from, name));
    if (is_no_time(text))
        return 0;
    if (time_parse(text, &time_ns))
        return time_ns;
    reading_fail(reading, name, "a time is wanted: RFC 3339, or a number since 1970");
    return 0;
}

/* ---- a notice ---- */

struct notice *reading_notice(struct reading *reading, size_t labels_max)
{
    struct notices *out = reading->out;
    if (reading->failed)
        return NULL;
    if (out->count == NOTICES_MAX) {
        reading_fail(reading, "alerts", "there are more than 5000; send them in several posts");
        return NULL;
    }
    /* Doubled when it is full, which is where its count is a power of two. */
    if ((out->count & (out->count - 1)) == 0)
        out->items = arena_grow(reading->arena, out->items, out->count * sizeof *out->items,
                                (out->count ? 2 * (size_t)out->count : 1) * sizeof *out->items);
    struct notice *notice = &out->items[out->count++];
    reading->labels_room = (uint32_t)(labels_max < LABELS_MAX ? labels_max : LABELS_MAX);
    *notice = (struct notice){
        .alert.labels = arena_push_many(reading->arena, struct label, reading->labels_room)};
    return notice;
}

/* What there is no room for is dropped: nobody reads the two hundredth label. */
static void put_label(struct reading *reading, struct notice *notice, struct str name,
                      struct str value)
{
    struct alert *alert = &notice->alert;
    if (reading->failed || value.len == 0 || name.len == 0 ||
        alert->labels_count == reading->labels_room)
        return;
    name = str_copy(reading->arena, cut(name, NAME_LEN_MAX));
    if (alert_label(alert, name.ptr).len > 0)
        return;
    alert->labels[alert->labels_count++] = (struct label){.name = name, .value = value};
}

void reading_label(struct reading *reading, struct notice *notice, const char *name,
                   struct str value)
{
    put_label(reading, notice, str_of(name), value);
}

static struct str any_value(struct arena *arena, const json_t *value)
{
    if (json_is_null(value))
        return STR("");
    if (!json_is_object(value) && !json_is_array(value))
        return scalar(arena, value);
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    const struct str copy = str_copy(arena, cut(str_of(text), VALUE_LEN_MAX));
    free(text);
    return copy;
}

void reading_labels(struct reading *reading, struct notice *notice, const json_t *from)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)from, name, value)
        put_label(reading, notice, str_of(name), any_value(reading->arena, value));
}

size_t reading_labels_count(const json_t *from)
{
    return json_object_size(from);
}

static void put_tag(struct reading *reading, struct notice *notice, struct str tag)
{
    struct str rest = str_trim(tag), name;
    if (memchr(rest.ptr, ':', rest.len) && str_split(&rest, ':', &name))
        put_label(reading, notice, str_trim(name),
                  str_copy(reading->arena, cut(str_trim(rest), VALUE_LEN_MAX)));
}

void reading_tags(struct reading *reading, struct notice *notice, const json_t *from,
                  const char *name)
{
    const json_t *value = member(reading, from, name);
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value) && i < TAGS_MAX; i++)
            put_tag(reading, notice, any_value(reading->arena, json_array_get(value, i)));
        return;
    }
    struct str rest = reading_text(reading, from, name), tag;
    for (uint32_t i = 0; i < TAGS_MAX && str_split(&rest, ',', &tag); i++)
        put_tag(reading, notice, tag);
}

/* ---- the last word ---- */

static int by_name(const void *a, const void *b)
{
    const struct label *x = a, *y = b;
    return str_compare(x->name, y->name);
}

struct str reading_fingerprint(struct reading *reading, const struct notice *notice)
{
    const struct alert *alert = &notice->alert;
    struct label *sorted = arena_push_many(reading->arena, struct label, alert->labels_count + 1);
    struct buf text = buf_new(reading->arena);
    memcpy(sorted, alert->labels, alert->labels_count * sizeof *sorted);
    qsort(sorted, alert->labels_count, sizeof *sorted, by_name);
    buf_printf(&text, "%.*s\n%.*s", STR_ARG(alert->name), STR_ARG(alert->service));
    for (uint32_t i = 0; i < alert->labels_count; i++)
        buf_printf(&text, "\n%.*s\t%.*s", STR_ARG(sorted[i].name), STR_ARG(sorted[i].value));
    return str_printf(reading->arena, "%016llx", (unsigned long long)str_hash(buf_str(&text)));
}

/* What labels call a service, the plainest first: those of docs/bundle.md, and Kubernetes' own. */
static struct str service_in_labels(const struct alert *alert)
{
    static const char *const names[] = {
        "service", "service_name", "app", "app_kubernetes_io_name", "deployment", "workload"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct str value = alert_label(alert, names[i]);
        if (value.len > 0)
            return value;
    }
    return STR("");
}

static struct str checked_url(struct str url)
{
    bool is_plain = url.len <= URL_LEN_MAX;
    for (size_t i = 0; i < url.len && is_plain; i++)
        is_plain = isgraph((unsigned char)url.ptr[i]);
    return is_plain && (str_find_no_case(url, STR("https://")) == 0 ||
                        str_find_no_case(url, STR("http://")) == 0)
               ? url
               : STR("");
}

/* A name that is short and plain stays, so that people find it again in the sender's pages. */
static struct str checked_fingerprint(struct reading *reading, struct str fingerprint)
{
    bool is_plain = fingerprint.len <= FINGERPRINT_LEN_MAX;
    for (size_t i = 0; i < fingerprint.len && is_plain; i++)
        is_plain = isgraph((unsigned char)fingerprint.ptr[i]);
    return is_plain
               ? fingerprint
               : str_printf(reading->arena, "%016llx", (unsigned long long)str_hash(fingerprint));
}

/* When it began tells one time that it fires from another, where nothing better does. */
static void settle_start(struct reading *reading, struct notice *notice)
{
    struct alert *alert = &notice->alert;
    if (alert->starts_ns <= 0 || alert->starts_ns > reading->post->now_ns + SKEW_MAX_NS)
        alert->starts_ns = reading->post->now_ns;
    else if (notice->episode.len == 0)
        notice->episode = str_printf(reading->arena, "%lld", (long long)alert->starts_ns);
    notice->episode = checked_fingerprint(reading, notice->episode);
}

void reading_settle(struct reading *reading, struct notice *notice)
{
    struct alert *alert = &notice->alert;
    if (reading->failed)
        return;
    if (alert->name.len == 0)
        alert->name = alert_label(alert, "alertname");
    if (alert->name.len == 0) {
        reading_fail(reading, "name", "it is missing: what fired?");
        return;
    }
    alert->name = str_copy(reading->arena, cut(alert->name, NAME_LEN_MAX));
    if (alert->service.len == 0)
        alert->service = service_in_labels(alert);
    alert->service = str_copy(reading->arena, cut(alert->service, NAME_LEN_MAX));
    if (alert->severity.len == 0)
        alert->severity = alert_label(alert, "severity");
    if (alert->summary.len == 0)
        alert->summary = alert_label(alert, "summary");
    if (alert->summary.len == 0)
        alert->summary = alert_label(alert, "description");
    if (notice->fingerprint.len == 0)
        notice->fingerprint = reading_fingerprint(reading, notice);
    notice->fingerprint = checked_fingerprint(reading, notice->fingerprint);
    if (alert->id.len == 0)
        alert->id = notice->fingerprint;
    alert->status = str_of(notice_status_name(notice->status));
    settle_start(reading, notice);
    notice->url = checked_url(notice->url);
}

struct str reading_severity(struct reading *reading, struct str priority)
{
    static const char *const names[] = {"critical", "high", "warning", "low", "info"};
    if (priority.len == 2 && (priority.ptr[0] | 0x20) == 'p' && priority.ptr[1] >= '1' &&
        priority.ptr[1] <= '5')
        return str_of(names[priority.ptr[1] - '1']);
    return str_lower(reading->arena, priority);
}

void reading_set_key(struct reading *reading, const char *kind, struct str id)
{
    if (reading->failed || id.len == 0)
        return;
    reading->out->key =
        str_printf(reading->arena, "%s:%.*s", kind, STR_ARG(checked_fingerprint(reading, id)));
    reading->out->has_id = true;
}
