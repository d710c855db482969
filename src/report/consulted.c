/* SPDX-License-Identifier: Apache-2.0 */
#include "report/consulted.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "report/scale.h"

static struct str span(struct arena *arena, int64_t span_ns)
{
    return scale_duration_label(arena, (double)span_ns / NS_PER_US);
}

struct str consulted_usage(struct arena *arena, const struct consultation *it)
{
    struct buf out = buf_new(arena);
    if (it->questions == 0)
        return STR("nothing was sent");
    buf_printf(&out, "%u question%s", it->questions, it->questions == 1 ? "" : "s");
    if (it->repairs > 0)
        buf_printf(&out, ", %u of them a repair", it->repairs);
    if (it->tokens_in + it->tokens_out > 0)
        buf_printf(&out, "; %llu tokens in, %llu out", (unsigned long long)it->tokens_in,
                   (unsigned long long)it->tokens_out);
    if (it->money > 0.0)
        buf_printf(&out, "; cost %.4f", it->money);
    if (it->took_ns > 0)
        buf_printf(&out, "; %.*s", STR_ARG(span(arena, it->took_ns)));
    if (it->first_ns > 0)
        buf_printf(&out, ", the first word after %.*s", STR_ARG(span(arena, it->first_ns)));
    return buf_str(&out);
}

struct str consulted_outcome(struct arena *arena, const struct consultation *it)
{
    if (it->failure.len > 0)
        return str_printf(arena, "not used: %.*s", STR_ARG(it->failure));
    if (it->refused > 0)
        return str_printf(arena, "used, without %u sentence%s that no evidence bears out",
                          it->refused, it->refused == 1 ? "" : "s");
    return STR("used");
}

struct str consulted_who(const struct consultation *it)
{
    return it->expert.len > 0 ? it->expert : STR("nobody");
}
