/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the model is not sure enough, nothing is named: five wrong names cost more time than none.
 */
#include "cli/culprits.h"

#include "base/arena.h"
#include "base/clock.h"
#include "cli/consult.h"
#include "data/json.h"
#include "report/escape.h"

#include <math.h>
#include <stdio.h>

#define SCHEMA 1
#define SUBJECT_CHARS_MAX 100
#define TEXT_CHARS_MAX 240
#define FILES_TOLD 3
#define OWNERS_SHOWN 3
#define ID_BYTES_MAX 64

static struct str harmless(struct arena *arena, struct str text, size_t chars_max)
{
    struct buf out = buf_new(arena);
    escape_plain(&out, escape_clip(arena, text, chars_max));
    return buf_str(&out);
}

static uint32_t told(const struct culprits *culprits)
{
    if (!culprits->ranking->named)
        return 0;
    return culprits->limit < culprits->ranking->count ? culprits->limit : culprits->ranking->count;
}

static int percent(double share)
{
    return (int)lround(100.0 * share);
}

/* ---- for people ---- */

/* The model's, from 1; 0: it has none. */
static uint32_t place_by_model(const struct culprits *culprits, uint32_t number)
{
    const struct consulted *consulted = culprits->consulted;
    for (uint32_t i = 0; consulted && consulted->numbers && i < consulted->election.candidates; i++)
        if (consulted->numbers[i] == number)
            return i + 1;
    return 0;
}

static bool is_joined(const struct culprits *culprits)
{
    return culprits->consulted && culprits->consulted->numbers;
}

static void print_consulted(struct arena *arena, const struct consulted *consulted)
{
    const struct bill *bill = &consulted->bill;
    printf("The order is ours joined with that of %s: %u ballots in %u rounds, %llu tokens",
           harmless(arena, consulted->model, SUBJECT_CHARS_MAX).ptr, consulted->election.ballots,
           consulted->election.rounds, (unsigned long long)(bill->tokens_in + bill->tokens_out));
    if (bill->money > 0.0)
        printf(", cost %.4f", bill->money);
    printf(". Probabilities are ours.\n");
}

static void print_files(struct arena *arena, const struct change *change)
{
    for (uint32_t i = 0; i < change->files_count && i < FILES_TOLD; i++)
        printf("%s%s", i > 0 ? ", " : "     ",
               harmless(arena, change->files[i].path, TEXT_CHARS_MAX).ptr);
    if (change->files_count > FILES_TOLD)
        printf(" and %u more", change->files_count - FILES_TOLD);
    if (change->files_count > 0)
        printf("\n");
}

static struct owner_list owners_to_ask(struct arena *arena, const struct culprits *culprits,
                                       const struct change *change)
{
    const struct question *question = culprits->question;
    return owners_of_change(arena, culprits->owners, question->history, question->to, change);
}

static void print_owners(struct arena *arena, const struct owner_list *owners)
{
    const bool by_habit = owners->changes > 0;
    for (uint32_t i = 0; i < owners->count && i < OWNERS_SHOWN; i++) {
        printf("%s%s",
               i > 0      ? ", "
               : by_habit ? "     who changes these folders: "
                          : "     owners: ",
               harmless(arena, owners->items[i].name, SUBJECT_CHARS_MAX).ptr);
        if (by_habit)
            printf(" (%u of %u)", owners->items[i].count, owners->changes);
    }
    if (owners->count > OWNERS_SHOWN)
        printf(" and %u more", owners->count - OWNERS_SHOWN);
    if (owners->count > 0)
        printf("\n");
}

static void print_change(struct arena *arena, const struct culprits *culprits, uint32_t place)
{
    const struct ranked_change *ranked = &culprits->ranking->items[place];
    const struct change *change = &culprits->question->history->items[ranked->number].change;
    printf("\n%2u. %s  %s\n", place + 1, harmless(arena, change->id, ID_BYTES_MAX).ptr,
           harmless(arena, change_subject(change), SUBJECT_CHARS_MAX).ptr);
    const uint32_t by_model = place_by_model(culprits, ranked->number);
    printf("     %d%%; %s", percent(ranked->probability), time_format(arena, change->time_ns).ptr);
    if (change->author.len > 0)
        printf(" by %s", harmless(arena, change->author, SUBJECT_CHARS_MAX).ptr);
    if (by_model > 0)
        printf("; number %u by the model", by_model);
    printf("\n");
    print_files(arena, change);
    const struct owner_list owners = owners_to_ask(arena, culprits, change);
    print_owners(arena, &owners);
    const struct reasons reasons =
        explain(arena, culprits->question, culprits->ranking, culprits->ranker, ranked);
    for (uint32_t i = 0; i < reasons.count; i++)
        printf("     %c %s\n", reasons.items[i].weight > 0.0 ? '+' : '-',
               harmless(arena, reasons.items[i].text, TEXT_CHARS_MAX).ptr);
    const struct str revert = change_revert_command(arena, change->id, change->parents);
    if (revert.len > 0)
        printf("     to take it back: %s\n", revert.ptr);
}

void culprits_print(struct arena *arena, const struct culprits *culprits)
{
    const struct ranking *ranking = culprits->ranking;
    if (!ranking->named)
        printf(
            "NOT KNOWN: if one of these %u changes did it, it is among the five most likely with "
            "%d%%, which is too little to name them.\n",
            ranking->candidates, percent(ranking->sure_five));
    else
        printf("%u changes had landed. If one of them did it, it is %s first with %d%%, and among "
               "%s first five with %d%%.\n",
               ranking->candidates, is_joined(culprits) ? "our own" : "the",
               percent(ranking->sure_first), is_joined(culprits) ? "our own" : "the",
               percent(ranking->sure_five));
    if (is_joined(culprits))
        print_consulted(arena, culprits->consulted);
    for (uint32_t i = 0; i < told(culprits); i++)
        print_change(arena, culprits, i);
}

/* ---- for programs ---- */

static void put_text(struct buf *out, const char *name, struct str text)
{
    json_put_key(out, name);
    json_put_text(out, text);
}

/* Rounded to what it can tell. */
static void put_real(struct buf *out, const char *name, double number)
{
    json_put_key(out, name);
    json_put_real(out, round(number * 1e4) / 1e4);
}

static void put_reasons(struct arena *arena, struct buf *out, const struct culprits *culprits,
                        const struct ranked_change *ranked)
{
    const struct reasons reasons =
        explain(arena, culprits->question, culprits->ranking, culprits->ranker, ranked);
    json_put_key(out, "reasons");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < reasons.count; i++) {
        json_put_comma(out);
        buf_add_char(out, '{');
        put_text(out, "theme", str_of(theme_name(reasons.items[i].theme)));
        put_real(out, "weight", reasons.items[i].weight);
        put_text(out, "text", escape_clip(arena, reasons.items[i].text, TEXT_CHARS_MAX));
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void put_files(struct buf *out, const struct change *change)
{
    json_put_key(out, "files");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < change->files_count && i < HISTORY_FILES_MAX; i++) {
        json_put_comma(out);
        json_put_text(out, change->files[i].path);
    }
    buf_add_char(out, ']');
}

static void put_owners(struct buf *out, const struct owner_list *owners)
{
    json_put_key(out, "owners");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < owners->count; i++) {
        json_put_comma(out);
        json_put_text(out, owners->items[i].name);
    }
    buf_add_char(out, ']');
    json_put_key(out, "owners_by");
    buf_add(out, owners->count == 0    ? STR("null")
                 : owners->changes > 0 ? STR("\"habit\"")
                                       : STR("\"codeowners\""));
}

static void put_change(struct arena *arena, struct buf *out, const struct culprits *culprits,
                       uint32_t place)
{
    const struct ranked_change *ranked = &culprits->ranking->items[place];
    const struct change *change = &culprits->question->history->items[ranked->number].change;
    json_put_comma(out);
    buf_add_char(out, '{');
    put_text(out, "id", change->id);
    put_real(out, "probability", ranked->probability);
    const uint32_t by_model = place_by_model(culprits, ranked->number);
    if (by_model > 0)
        buf_printf(out, ",\"place_by_model\":%u", by_model);
    put_text(out, "time", time_format_rfc3339(arena, change->time_ns));
    put_text(out, "author", change->author);
    put_text(out, "subject", change_subject(change));
    put_files(out, change);
    const struct owner_list owners = owners_to_ask(arena, culprits, change);
    put_owners(out, &owners);
    put_reasons(arena, out, culprits, ranked);
    json_put_key(out, "revert");
    const struct str revert = change_revert_command(arena, change->id, change->parents);
    if (revert.len > 0)
        json_put_text(out, revert);
    else
        buf_add(out, STR("null"));
    buf_add_char(out, '}');
}

static void put_consulted(struct buf *out, const struct consulted *consulted)
{
    const struct bill *bill = &consulted->bill;
    json_put_key(out, "expert");
    buf_add_char(out, '{');
    put_text(out, "model", consulted->model);
    buf_printf(out, ",\"ballots\":%u,\"rounds\":%u,\"questions\":%u,\"repairs\":%u",
               consulted->election.ballots, consulted->election.rounds, bill->questions,
               bill->repairs);
    buf_printf(out, ",\"tokens_in\":%llu,\"tokens_out\":%llu", (unsigned long long)bill->tokens_in,
               (unsigned long long)bill->tokens_out);
    json_put_key(out, "cost");
    json_put_real(out, bill->money);
    json_put_key(out, "failure");
    if (consulted->failure.len > 0)
        json_put_text(out, consulted->failure);
    else
        buf_add(out, STR("null"));
    buf_add_char(out, '}');
}

void culprits_print_json(struct arena *arena, const struct culprits *culprits)
{
    const struct ranking *ranking = culprits->ranking;
    struct buf out = buf_new(arena);
    buf_printf(&out, "{\"schema\":%d,\"known\":%s", SCHEMA, ranking->named ? "true" : "false");
    put_text(&out, "at", time_format_rfc3339(arena, culprits->question->at_ns));
    put_real(&out, "sure_first", ranking->sure_first);
    put_real(&out, "sure_five", ranking->sure_five);
    buf_printf(&out, ",\"candidates\":%u,\"left_out\":%u", ranking->candidates,
               culprits->feed->faults_count);
    if (culprits->consulted)
        put_consulted(&out, culprits->consulted);
    json_put_key(&out, "changes");
    buf_add_char(&out, '[');
    for (uint32_t i = 0; i < told(culprits); i++)
        put_change(arena, &out, culprits, i);
    buf_add(&out, STR("]}"));
    printf("%s\n", buf_str(&out).ptr);
}
