/* SPDX-License-Identifier: Apache-2.0 */
#include "feedback/feedback.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "case/signature.h"
#include "feedback/lesson.h"

#include <string.h>

static const char *const judgements[] = {
    [JUDGEMENT_RIGHT] = "right", [JUDGEMENT_WRONG] = "wrong", [JUDGEMENT_PARTLY] = "partly"};

const char *judgement_name(enum judgement judgement)
{
    return judgements[judgement];
}

bool judgement_parse(const char *name, enum judgement *out)
{
    for (size_t i = 0; i < sizeof judgements / sizeof *judgements; i++)
        if (strcmp(name, judgements[i]) == 0) {
            *out = (enum judgement)i;
            return true;
        }
    return false;
}

struct feedback feedback_about(struct arena *arena, const struct casefile *casefile)
{
    const struct hypothesis *best = casefile->hypotheses;
    const bool known = best && best->confidence >= CONFIDENCE_MIN;
    return (struct feedback){
        .case_key = alert_key(arena, casefile->alert),
        .alert = casefile->alert->name,
        .alert_ns = casefile->alert->starts_ns,
        .named = known ? best->subject : STR(""),
        .named_cause = known ? best->cause : STR(""),
        .confidence = best ? best->confidence : 0,
        .lesson = lesson_of(arena, casefile),
        .alert_service = casefile->subject.len > 0 ? casefile->subject : casefile->alert->service,
        .kind = known && best->kind != KIND_UNKNOWN ? str_of(kind_name(best->kind)) : STR(""),
        .signature = signature_of(arena, casefile)};
}

static bool check_texts(const struct feedback *feedback, struct err *err)
{
    const struct {
        const char *name;
        struct str text;
    } texts[] = {{"--service", feedback->service},
                 {"--cause", feedback->cause},
                 {"--change", feedback->change},
                 {"--note", feedback->note},
                 {"--fix", feedback->fix}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i].text.len > FEEDBACK_TEXT_BYTES_MAX)
            return err_set(err, ERR_USAGE, "%s is longer than %zu bytes", texts[i].name,
                           FEEDBACK_TEXT_BYTES_MAX);
        if (!utf8_is_valid(texts[i].text))
            return err_set(err, ERR_USAGE, "%s is no UTF-8", texts[i].name);
    }
    return true;
}

bool feedback_check(const struct feedback *feedback, struct err *err)
{
    const struct str named = feedback->named;
    if (!check_texts(feedback, err))
        return false;
    if (feedback->service.len > 0 && feedback->nothing)
        return err_set(err, ERR_USAGE, "--service and --nothing contradict each other");
    switch (feedback->judgement) {
    case JUDGEMENT_RIGHT:
        if (feedback->service.len > 0 && !str_eq(feedback->service, named))
            return err_set(err, ERR_USAGE,
                           "the report does not name `%.*s`: `wrong --service` says that it was it",
                           STR_ARG(feedback->service));
        if (feedback->nothing && named.len > 0)
            return err_set(err, ERR_USAGE,
                           "the report names `%.*s`: where nothing was broken it is `wrong`",
                           STR_ARG(named));
        return true;
    case JUDGEMENT_PARTLY:
        return (named.len > 0 && !feedback->nothing &&
                (feedback->service.len == 0 || str_eq(feedback->service, named))) ||
               err_set(err, ERR_USAGE,
                       "`partly` is a cause that is named at the right place, of another kind: "
                       "say `wrong`, with --service if you know the place");
    case JUDGEMENT_WRONG:
        return feedback->service.len == 0 || !str_eq(feedback->service, named) ||
               err_set(err, ERR_USAGE,
                       "the report names `%.*s`: where the kind was another, say `partly`",
                       STR_ARG(named));
    }
    return false;
}

bool feedback_keep(struct ledger *ledger, const struct feedback *feedback, struct err *err)
{
    const struct value values[] = {
        value_text(feedback->case_key),    value_text(feedback->alert),
        value_int(feedback->alert_ns),     value_text(feedback->named),
        value_text(feedback->named_cause), value_real(feedback->confidence),
        value_text(feedback->lesson),      value_text(str_of(judgement_name(feedback->judgement))),
        value_int(feedback->nothing),      value_text(feedback->service),
        value_text(feedback->cause),       value_text(feedback->change),
        value_text(feedback->note),        value_int(feedback->given_ns),
        value_text(feedback->fix),         value_text(feedback->alert_service),
        value_text(feedback->kind),        value_text(feedback->signature)};
    return feedback_check(feedback, err) &&
           ledger_run(
               ledger,
               "INSERT INTO feedback (case_key, alert, alert_ns, named, named_cause,"
               " confidence, lesson, judgement, nothing_broken, service, cause, change, note,"
               " given_ns, fix, alert_service, kind, signature)"
               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
               " ?17, ?18)",
               values, sizeof values / sizeof *values, err);
}

static const struct field columns[] = {{"number", TYPE_INT, 0, "", NULL},
                                       {"is_corrected", TYPE_BOOL, 0, "", NULL},
                                       {"case_key", TYPE_TEXT, 0, "", NULL},
                                       {"alert", TYPE_TEXT, 0, "", NULL},
                                       {"alert_ns", TYPE_INT, 0, "", NULL},
                                       {"named", TYPE_TEXT, 0, "", NULL},
                                       {"named_cause", TYPE_TEXT, 0, "", NULL},
                                       {"confidence", TYPE_REAL, 0, "", NULL},
                                       {"lesson", TYPE_TEXT, 0, "", NULL},
                                       {"judgement", TYPE_TEXT, 0, "", NULL},
                                       {"nothing_broken", TYPE_BOOL, 0, "", NULL},
                                       {"service", TYPE_TEXT, 0, "", NULL},
                                       {"cause", TYPE_TEXT, 0, "", NULL},
                                       {"change", TYPE_TEXT, 0, "", NULL},
                                       {"note", TYPE_TEXT, 0, "", NULL},
                                       {"given_ns", TYPE_INT, 0, "", NULL},
                                       {"fix", TYPE_TEXT, 0, "", NULL},
                                       {"alert_service", TYPE_TEXT, 0, "", NULL},
                                       {"kind", TYPE_TEXT, 0, "", NULL},
                                       {"signature", TYPE_TEXT, 0, "", NULL},
                                       {0}};

static struct str text_at(const struct batch *rows, size_t row, const char *name)
{
    return batch_column(rows, name)->texts[row];
}

static int64_t integer_at(const struct batch *rows, size_t row, const char *name)
{
    return batch_column(rows, name)->integers[row];
}

static bool read_row(struct arena *arena, const struct batch *rows, size_t row,
                     struct feedback *out, struct err *err)
{
    *out = (struct feedback){.number = integer_at(rows, row, "number"),
                             .is_corrected = integer_at(rows, row, "is_corrected") != 0,
                             .case_key = text_at(rows, row, "case_key"),
                             .alert = text_at(rows, row, "alert"),
                             .alert_ns = integer_at(rows, row, "alert_ns"),
                             .named = text_at(rows, row, "named"),
                             .named_cause = text_at(rows, row, "named_cause"),
                             .confidence = batch_column(rows, "confidence")->reals[row],
                             .lesson = text_at(rows, row, "lesson"),
                             .nothing = integer_at(rows, row, "nothing_broken") != 0,
                             .service = text_at(rows, row, "service"),
                             .cause = text_at(rows, row, "cause"),
                             .change = text_at(rows, row, "change"),
                             .note = text_at(rows, row, "note"),
                             .given_ns = integer_at(rows, row, "given_ns"),
                             .fix = text_at(rows, row, "fix"),
                             .alert_service = text_at(rows, row, "alert_service"),
                             .kind = text_at(rows, row, "kind"),
                             .signature = text_at(rows, row, "signature")};
    const struct str judgement = text_at(rows, row, "judgement");
    return judgement_parse(str_copy(arena, judgement).ptr, &out->judgement) ||
           err_set(err, ERR_CORRUPT, "feedback %lld: no such judgement: %.*s",
                   (long long)out->number, STR_ARG(judgement));
}

bool feedback_read(struct ledger *ledger, struct arena *arena, struct feedback **out,
                   uint32_t *count, struct err *err)
{
    struct batch *rows;
    if (!ledger_rows(
            ledger, arena,
            "SELECT number, EXISTS (SELECT 1 FROM feedback later"
            " WHERE later.case_key = feedback.case_key"
            " AND later.number > feedback.number) AS is_corrected,"
            " case_key, alert, alert_ns, named, named_cause, confidence, lesson, judgement,"
            " nothing_broken, service, cause, change, note, given_ns, fix, alert_service,"
            " kind, signature FROM feedback ORDER BY number",
            NULL, 0, columns, &rows, err))
        return false;
    *count = (uint32_t)rows->rows;
    *out = arena_push_many(arena, struct feedback, rows->rows);
    for (size_t row = 0; row < rows->rows; row++)
        if (!read_row(arena, rows, row, &(*out)[row], err))
            return false;
    return true;
}

struct str feedback_place(const struct feedback *feedback)
{
    return feedback->judgement == JUDGEMENT_WRONG ? feedback->service : feedback->named;
}
