/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/otlp_spans.h"

#include "base/arena.h"

#include <ctype.h>

#define ID_BYTES_MAX 16

/* ---- attributes ---- */

static struct str any_value(struct arena *scratch, const json_t *value)
{
    const json_t *found;
    if ((found = json_object_get(value, "stringValue")))
        return str_copy(scratch, answer_string(found));
    if ((found = json_object_get(value, "intValue")))
        return str_printf(scratch, "%lld", (long long)answer_integer(found, 0));
    if ((found = json_object_get(value, "doubleValue")))
        return str_printf(scratch, "%.9g", json_number_value(found));
    if ((found = json_object_get(value, "boolValue")))
        return json_is_true(found) ? STR("true") : STR("false");
    return STR("");
}

struct labelled otlp_attributes(struct arena *scratch, const json_t *attributes)
{
    struct label *labels = arena_push_many(scratch, struct label, ANSWER_LABELS_MAX);
    struct labelled out = {.labels = labels};
    const json_t *one;
    size_t i;
    json_array_foreach(attributes, i, one)
    {
        if (out.count == ANSWER_LABELS_MAX)
            break;
        labels[out.count++] =
            (struct label){.name = str_copy(scratch, answer_text(one, "key")),
                           .value = any_value(scratch, json_object_get(one, "value"))};
    }
    return out;
}

/* ---- ids ---- */

static bool is_hex(struct str id)
{
    for (size_t i = 0; i < id.len; i++)
        if (!isxdigit((unsigned char)id.ptr[i]))
            return false;
    return id.len == 16 || id.len == 32;
}

static int sextet_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* Anything that is neither stays as it is. */
static struct str hex_of(struct arena *scratch, struct str id)
{
    struct buf out = buf_new(scratch);
    uint32_t bits = 0, held = 0;
    if (is_hex(id))
        return id;
    for (size_t i = 0; i < id.len && id.ptr[i] != '='; i++) {
        const int sextet = sextet_of(id.ptr[i]);
        if (sextet < 0 || out.len >= (size_t)2 * ID_BYTES_MAX)
            return id;
        bits = bits << 6 | (uint32_t)sextet;
        held += 6;
        if (held >= 8) {
            held -= 8;
            buf_printf(&out, "%02x", bits >> held & 0xFF);
        }
    }
    return buf_str(&out);
}

/* ---- spans ---- */

static struct str kind_of(const json_t *kind)
{
    static const char *const names[] = {"", "internal", "server", "client", "producer", "consumer"};
    static const struct str prefix = {"SPAN_KIND_", 10};
    const int64_t number = answer_integer(kind, 0);
    const struct str name = answer_string(kind);
    for (size_t i = 1; str_starts(name, prefix) && i < sizeof names / sizeof *names; i++)
        if (str_find_no_case(name, str_of(names[i])) != STR_NPOS)
            return str_of(names[i]);
    return number > 0 && number <= 5 ? str_of(names[number]) : STR("");
}

static struct str status_of(const struct source *source, const json_t *span,
                            const struct labelled *attributes)
{
    const json_t *code = json_object_get(json_object_get(span, "status"), "code");
    if (answer_integer(code, 0) == 2 || str_eq(answer_string(code), STR("STATUS_CODE_ERROR")))
        return STR("ERROR");
    return mapping_value(&source->mapping, MAPPED_STATUS, attributes, NULL);
}

static void read_span(struct arena *scratch, const struct source *source, const json_t *span,
                      const struct labelled *resource, struct gathered *out)
{
    const struct labelled attributes =
        otlp_attributes(scratch, json_object_get(span, "attributes"));
    const int64_t start_ns = answer_integer(json_object_get(span, "startTimeUnixNano"), 0);
    const int64_t end_ns = answer_integer(json_object_get(span, "endTimeUnixNano"), 0);
    const struct span_row row = {
        .start_ns = start_ns,
        .duration_ns = start_ns > 0 && end_ns > start_ns ? end_ns - start_ns : 0,
        .trace_id = hex_of(scratch, answer_text(span, "traceId")),
        .span_id = hex_of(scratch, answer_text(span, "spanId")),
        .parent_id = hex_of(scratch, answer_text(span, "parentSpanId")),
        .service = mapping_service(&source->mapping, resource),
        .instance = mapping_value(&source->mapping, MAPPED_INSTANCE, resource, NULL),
        .operation = answer_text(span, "name"),
        .status = status_of(source, span, &attributes),
        .kind = kind_of(json_object_get(span, "kind")),
        .more = {.labels = attributes.labels, .count = attributes.count}};
    if (start_ns > 0)
        rows_span(&out->rows, &row);
}

static const json_t *first_of(const json_t *object, const char *a, const char *b)
{
    const json_t *found = json_object_get(object, a);
    return found ? found : json_object_get(object, b);
}

void otlp_spans_read(struct arena *scratch, const struct source *source, const json_t *root,
                     struct gathered *out)
{
    const json_t *trace = json_object_get(root, "trace");
    const json_t *resource, *scope, *span;
    size_t i, j, k;
    json_array_foreach(first_of(trace ? trace : root, "resourceSpans", "batches"), i, resource)
    {
        const struct labelled around = otlp_attributes(
            scratch, json_object_get(json_object_get(resource, "resource"), "attributes"));
        json_array_foreach(first_of(resource, "scopeSpans", "instrumentationLibrarySpans"), j,
                           scope)
        {
            json_array_foreach(json_object_get(scope, "spans"), k, span)
                read_span(scratch, source, span, &around, out);
        }
    }
}
