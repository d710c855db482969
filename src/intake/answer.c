/* SPDX-License-Identifier: Apache-2.0 */
/* Sources: the OTLP specification 1.x, "OTLP/HTTP response"; google/rpc/code.proto. */
#include "intake/answer.h"

#include "base/buf.h"
#include "data/json.h"
#include "otlp/wire.h"

#define RETRY_AFTER_S 2 /* a commit takes milliseconds, closing a segment a second or two */

static const char *const media_types[] = {[ANSWER_PROTO] = "application/x-protobuf",
                                          [ANSWER_JSON] = "application/json",
                                          [ANSWER_TEXT] = "text/plain; charset=utf-8"};

struct intake_answer answer_kept(enum answer_form form)
{
    return (struct intake_answer){.status = form == ANSWER_TEXT ? 204 : 200,
                                  .content_type = media_types[form],
                                  .body = form == ANSWER_JSON ? STR("{}") : STR("")};
}

struct intake_answer answer_partly(struct arena *arena, enum answer_form form,
                                   enum harvest_table table, uint64_t rejected, struct str why)
{
    static const char *const names[] = {"rejectedLogRecords", "rejectedSpans",
                                        "rejectedDataPoints"};
    struct buf body = buf_new(arena);
    if (form == ANSWER_TEXT) {
        buf_printf(&body, "%llu lines were not taken, the others are kept: %.*s\n",
                   (unsigned long long)rejected, STR_ARG(why));
    } else if (form == ANSWER_JSON) {
        buf_printf(&body, "{\"partialSuccess\":{\"%s\":\"%llu\",\"errorMessage\":", names[table],
                   (unsigned long long)rejected);
        json_put_text(&body, why);
        buf_add(&body, STR("}}"));
    } else {
        struct buf partial = buf_new(arena);
        wire_put_varint(&partial, 1, rejected);
        wire_put_bytes(&partial, 2, why);
        wire_put_bytes(&body, 1, buf_str(&partial));
    }
    return (struct intake_answer){/* a push of Loki has no other way to be told */
                                  .status = form == ANSWER_TEXT ? 400 : 200,
                                  .content_type = media_types[form],
                                  .body = buf_str(&body)};
}

struct refusal {
    enum err_kind kind;
    int status;
    int code; /* google.rpc.Code */
};

static const struct refusal refusals[] = {
    {ERR_PROTOCOL, 400, 3},    /* INVALID_ARGUMENT */
    {ERR_OVER_BUDGET, 413, 8}, /* RESOURCE_EXHAUSTED */
    {ERR_DENIED, 415, 3},      /* INVALID_ARGUMENT */
    {ERR_TIMEOUT, 429, 8},     /* RESOURCE_EXHAUSTED: the sender is faster than the writer */
    {ERR_NONE, 503, 14},       /* UNAVAILABLE, for all else */
};

struct intake_answer answer_refused(struct arena *arena, enum answer_form form,
                                    const struct err *err)
{
    const struct refusal *refusal = refusals;
    while (refusal->kind != ERR_NONE && refusal->kind != err->kind)
        refusal++;
    struct buf body = buf_new(arena);
    const struct str why = str_of(err->text);
    if (form == ANSWER_TEXT) {
        buf_printf(&body, "%s\n", err->text);
    } else if (form == ANSWER_JSON) {
        buf_printf(&body, "{\"code\":%d,\"message\":", refusal->code);
        json_put_text(&body, why);
        buf_add_char(&body, '}');
    } else {
        wire_put_varint(&body, 1, (uint64_t)refusal->code);
        wire_put_bytes(&body, 2, why);
    }
    const bool passes = refusal->status == 429 || refusal->status == 503;
    return (struct intake_answer){.status = refusal->status,
                                  .content_type = media_types[form],
                                  .body = buf_str(&body),
                                  .retry_after_s = passes ? RETRY_AFTER_S : 0};
}
