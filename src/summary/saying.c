/* SPDX-License-Identifier: Apache-2.0 */
#include "summary/saying.h"

#include "base/arena.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#include <ctype.h>

/* As of claims of evidence (engine/reread.c). */
static const struct query_limits limits = {.rows_max = 1000, .time_max_ns = 10 * NS_PER_S};

void saying_open(struct saying *saying, struct call *call, struct summary *out,
                 uint32_t sentences_max, uint32_t words_max)
{
    *out = (struct summary){0};
    *saying = (struct saying){.call = call,
                              .out = out,
                              .sentences_max = sentences_max,
                              .words_max = words_max,
                              .sentence = buf_new(call->casefile->arena),
                              .last = &out->sentences};
    saying->last_claim = &saying->claims;
}

/* What stands between blanks. */
static uint32_t count_words(struct str text)
{
    uint32_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += !isspace((unsigned char)text.ptr[i]) &&
                 (i == 0 || isspace((unsigned char)text.ptr[i - 1]));
    return count;
}

/* The alert as rows: what it says of itself, a row a text. */
static struct batch *rows_of_alert(struct arena *arena, const struct alert *alert)
{
    static const struct field columns[] = {
        {"text", TYPE_TEXT, 0, "a name, a label or an annotation", NULL},
        {"starts", TYPE_TIME, 0, "when it fired", NULL},
        {0},
    };
    struct batch *rows = batch_new(arena, columns);
    for (uint32_t i = 0; i < alert->labels_count + 3; i++) {
        const struct str own[] = {alert->name, alert->service, alert->summary};
        const size_t row = batch_add_row(rows);
        batch_set(rows, row, "text", value_text(i < 3 ? own[i] : alert->labels[i - 3].value));
        batch_set(rows, row, "starts", value_time(alert->starts_ns));
    }
    return rows;
}

static bool is_borne_out(const struct saying *saying, struct str claim, struct str query,
                         struct err *err)
{
    const struct call *call = saying->call;
    struct batch *rows;
    bool cut;
    if (query.len == 0)
        return claim_check(claim, rows_of_alert(call->scratch, call->casefile->alert), err);
    return telemetry_query(call->services->telemetry, call->scratch, query, &limits, &rows, &cut,
                           err) &&
           claim_check(claim, rows, err);
}

static void withhold(struct saying *saying, struct str claim, const struct err *err)
{
    struct summary *out = saying->out;
    out->withheld = str_printf(saying->call->casefile->arena, "%.*s%.*s (%s)\n",
                               STR_ARG(out->withheld), STR_ARG(claim), err->text);
}

bool saying_has_room(const struct saying *saying, uint32_t words)
{
    return saying->out->sentences_count < saying->sentences_max &&
           saying->out->words_count +
                   count_words((struct str){saying->sentence.ptr, saying->sentence.len}) + words <=
               saying->words_max;
}

bool saying_claim(struct saying *saying, const char *joint, struct str claim, struct str query)
{
    struct arena *arena = saying->call->casefile->arena;
    struct err err = {0};
    const uint32_t words = count_words(claim) + (saying->claims ? count_words(str_of(joint)) : 0);
    if (!saying_has_room(saying, words))
        return false;
    if (!is_borne_out(saying, claim, query, &err)) {
        withhold(saying, claim, &err);
        return false;
    }
    if (saying->claims)
        buf_add(&saying->sentence, str_of(joint));
    buf_add(&saying->sentence, claim);
    struct summary_claim *kept = arena_push(arena, struct summary_claim);
    *kept = (struct summary_claim){.text = str_copy(arena, claim), .query = str_copy(arena, query)};
    *saying->last_claim = kept;
    saying->last_claim = &kept->next;
    return true;
}

void saying_end_sentence(struct saying *saying)
{
    struct arena *arena = saying->call->casefile->arena;
    if (!saying->claims)
        return;
    buf_add_char(&saying->sentence, '.');
    struct summary_sentence *sentence = arena_push(arena, struct summary_sentence);
    *sentence = (struct summary_sentence){.text = str_copy(arena, buf_str(&saying->sentence)),
                                          .claims = saying->claims};
    char *first = (char *)(uintptr_t)sentence->text.ptr;
    *first = (char)toupper((unsigned char)*first); /* a name stands in a backquote, and stays */
    saying->out->words_count += count_words(sentence->text);
    saying->out->sentences_count++;
    *saying->last = sentence;
    saying->last = &sentence->next;
    saying->sentence = buf_new(arena);
    saying->claims = NULL;
    saying->last_claim = &saying->claims;
}
