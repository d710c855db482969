/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/promql.h"

#include "base/arena.h"

#define WARNINGS_TOLD_MAX 3

static void put_char(struct buf *out, char c)
{
    if (c == '"' || c == '\\')
        buf_printf(out, "\\%c", c);
    else if ((unsigned char)c < ' ' || c == 127)
        buf_printf(out, "\\x%02x", (unsigned)(unsigned char)c);
    else
        buf_add_char(out, c);
}

void promql_put_text(struct buf *out, struct str text)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++)
        put_char(out, text.ptr[i]);
    buf_add_char(out, '"');
}

void promql_put_pattern(struct buf *out, const struct str *texts, uint32_t count)
{
    buf_add_char(out, '"');
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_char(out, '|');
        for (size_t at = 0; at < texts[i].len; at++) {
            const char c = texts[i].ptr[at];
            if (c && strchr("\\.+*?()|[]{}^$", c))
                buf_add(out, STR("\\\\"));
            put_char(out, c);
        }
    }
    buf_add_char(out, '"');
}

void promql_put_matchers(struct buf *out, const struct question *question, struct str match)
{
    for (uint32_t i = 0; i < question->matchers_count; i++) {
        if (out->len > 0 && out->ptr[out->len - 1] != '{')
            buf_add_char(out, ',');
        buf_printf(out, "%.*s=", STR_ARG(question->matchers[i].name));
        promql_put_text(out, question->matchers[i].value);
    }
    if (match.len > 0 && out->len > 0 && out->ptr[out->len - 1] != '{')
        buf_add_char(out, ',');
    buf_add(out, match);
}

bool promql_point(const json_t *point, int64_t *time_ns, struct str *value)
{
    const json_t *time = json_array_get(point, 0);
    *value = answer_string(json_array_get(point, 1));
    return json_is_number(time) && time_from_real(json_number_value(time), time_ns);
}

bool promql_data(struct arena *arena, struct str body, struct gathered *gathered,
                 const json_t **out, struct err *err)
{
    json_t *root;
    if (!answer_json(arena, body, &root, err))
        return false;
    const struct str status = answer_text(root, "status");
    if (!str_eq(status, STR("success"))) {
        const struct str complaint = answer_complaint(arena, body);
        return err_set(err, ERR_PROTOCOL, "it does not say `success`%s%.*s",
                       complaint.len > 0 ? ", but: " : "; is it the API's URL?",
                       (int)(complaint.len < 200 ? complaint.len : 200), complaint.ptr);
    }
    const json_t *warnings = json_object_get(root, "warnings");
    for (size_t i = 0; i < json_array_size(warnings) && i < WARNINGS_TOLD_MAX; i++)
        gathered_note(gathered, "it warns: %.*s",
                      STR_ARG(str_slice(answer_string(json_array_get(warnings, i)), 0, 200)));
    *out = json_object_get(root, "data");
    return true;
}
