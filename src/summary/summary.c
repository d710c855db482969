/* SPDX-License-Identifier: Apache-2.0 */
/* A summary as text and as JSON. */
#include "summary/summary.h"

#include "data/json.h"
#include "report/prose.h"

struct str summary_text(struct arena *arena, const struct summary *summary)
{
    struct buf out = buf_new(arena);
    for (const struct summary_sentence *it = summary->sentences; it; it = it->next)
        buf_printf(&out, "%s%.*s", it == summary->sentences ? "" : " ",
                   STR_ARG(prose_without_marks(arena, it->text)));
    return buf_str(&out);
}

static void put_claims(struct buf *out, const struct summary_claim *claims)
{
    json_put_key(out, "claims");
    buf_add_char(out, '[');
    for (const struct summary_claim *it = claims; it; it = it->next) {
        json_put_comma(out);
        buf_add_char(out, '{');
        json_put_key(out, "text");
        json_put_text(out, it->text);
        json_put_key(out, "query");
        if (it->query.len > 0)
            json_put_text(out, it->query);
        else
            buf_printf(out, "null");
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

void summary_put_json(struct buf *out, const struct summary *summary)
{
    buf_add_char(out, '{');
    json_put_key(out, "known");
    buf_printf(out, summary->known ? "true" : "false");
    json_put_key(out, "text");
    json_put_text(out, summary_text(out->arena, summary));
    json_put_key(out, "sentences");
    buf_add_char(out, '[');
    for (const struct summary_sentence *it = summary->sentences; it; it = it->next) {
        json_put_comma(out);
        buf_add_char(out, '{');
        json_put_key(out, "text");
        json_put_text(out, it->text);
        put_claims(out, it->claims);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
    json_put_key(out, "withheld");
    json_put_text(out, summary->withheld);
    buf_add_char(out, '}');
}
