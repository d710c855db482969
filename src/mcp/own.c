/* SPDX-License-Identifier: Apache-2.0 */
/* Tools that are no single agent's: whole investigations, SQL, claims, runbooks. */
#include "mcp/offer.h"

#include "ask/ask.h"
#include "base/arena.h"
#include "data/json.h"
#include "director/person.h"
#include "director/shipped.h"
#include "engine/investigate.h"
#include "engine/services.h"
#include "guard/claim.h"
#include "journal/shape.h"
#include "mcp/place.h"
#include "store/telemetry.h"

#include <stdlib.h>

static const struct query_limits limits = {.rows_max = OFFER_ROWS_MAX,
                                           .time_max_ns = 10 * NS_PER_S};

static struct str text_of(const struct asking *asking, const char *name)
{
    const struct value *value = record_at(asking->in, name);
    return value->known ? value->text : STR("");
}

static void put_text(struct buf *out, const char *name, struct str text)
{
    json_put_key(out, name);
    json_put_text(out, text);
}

/* ---- incidents ---- */

static const struct field no_fields[] = {{0}};

/* An archive is unpacked to be looked into; that goes again with the arena. */
static void put_incident(struct buf *out, const struct place *place)
{
    struct arena *arena = arena_new("mcp incident");
    struct bundle bundle;
    struct alert alert = {0};
    struct err unread = {0};
    const bool ok = bundle_open(arena, place->path, &bundle, &unread) &&
                    bundle_read_alert(&bundle, arena, &alert, &unread);
    json_put_comma(out);
    buf_add_char(out, '{');
    put_text(out, "incident", place->name);
    put_text(out, "alert", alert.name);
    put_text(out, "service", alert.service);
    put_text(out, "severity", alert.severity);
    put_text(out, "summary", ok ? alert.summary : str_of(unread.text));
    buf_add_char(out, '}');
    arena_free(arena);
}

static bool list_incidents(struct asking *asking, struct err *err)
{
    (void)err;
    struct place *places;
    const uint32_t count = place_list(asking->mcp, asking->arena, &places);
    buf_add(asking->json, STR("{\"incidents\":["));
    for (uint32_t i = 0; i < count; i++)
        put_incident(asking->json, &places[i]);
    buf_add(asking->json, STR("]}"));
    return true;
}

/* ---- investigate ---- */

static const struct field incident_only[] = {
    {"incident", TYPE_TEXT, 0, "its name, as list_incidents gives it", NULL},
    {0},
};

static bool library_for(struct asking *asking, struct library *out, struct err *err)
{
    struct buf problems = buf_new(asking->arena);
    return shipped_library(asking->arena, NULL, out, &problems, err);
}

static bool investigate_by(struct asking *asking, const struct library *library,
                           const struct planner *planner, struct report *out, struct err *err)
{
    const struct investigation how = {.clock = asking->mcp->clock,
                                      .direction = {.library = library, .planner = planner}};
    if (!investigate(asking->arena, asking->bundle, &how, out, err))
        return false;
    report_forget_timings(out);
    return true;
}

static void close_report(const struct report *report)
{
    casefile_close((struct casefile *)(uintptr_t)report->casefile);
}

/* On one line: a message is one. */
static void put_compact(struct buf *out, struct str json)
{
    json_t *root = json_loadb(json.ptr, json.len, 0, NULL);
    char *text = json_dumps(root, JSON_COMPACT);
    buf_add(out, str_of(text));
    free(text);
    json_decref(root);
}

static bool run_investigation(struct asking *asking, struct err *err)
{
    struct library library;
    struct report report;
    if (!library_for(asking, &library, err) ||
        !investigate_by(asking, &library, NULL, &report, err))
        return false;
    renderer_find(STR("markdown"))->render(&report, asking->text);
    struct buf json = buf_new(asking->arena);
    renderer_find(STR("json"))->render(&report, &json);
    put_compact(asking->json, buf_str(&json));
    close_report(&report);
    return true;
}

/* ---- questions ---- */

static const struct field ask_fields[] = {
    {"incident", TYPE_TEXT, 0, "its name, as list_incidents gives it", NULL},
    {"question", TYPE_TEXT, 0,
     "in words: the cause, when it began, what changed, who is affected, what to do, errors of a "
     "service, why not another one, ...",
     NULL},
    {0},
};

static bool ask_question(struct asking *asking, struct err *err)
{
    struct library library;
    struct report report;
    struct ask_answer answer;
    if (!library_for(asking, &library, err) ||
        !investigate_by(asking, &library, NULL, &report, err))
        return false;
    const struct ask_matter matter = {.report = &report,
                                      .bundle = asking->bundle,
                                      .ledger = asking->mcp->ledger,
                                      .clock = asking->mcp->clock};
    const bool ok = ask(asking->arena, &matter, text_of(asking, "question"), &answer, err);
    if (ok)
        ask_put_json(asking->json, text_of(asking, "question"), &answer);
    close_report(&report);
    return ok;
}

static const struct field search_fields[] = {
    {"question", TYPE_TEXT, 0, "what is looked for, in words", NULL},
    {"kind", TYPE_TEXT, FIELD_OPTIONAL, "runbook, postmortem, doc or incident; default: any", NULL},
    {0},
};

#define PASSAGES_MAX 5

static void put_passage(struct buf *out, const struct kb_hit *it)
{
    json_put_comma(out);
    buf_add_char(out, '{');
    put_text(out, "cite", str_printf(out->arena, "kb:%lld", (long long)it->number));
    put_text(out, "place", kb_place(out->arena, it));
    put_text(out, "kind", str_of(kb_kind_name(it->kind)));
    put_text(out, "title", it->title);
    put_text(out, "section", it->section);
    put_text(out, "text", it->text);
    buf_add_char(out, '}');
}

static bool search_knowledge(struct asking *asking, struct err *err)
{
    const struct str kind = text_of(asking, "kind");
    struct kb_question question = {.text = text_of(asking, "question"), .hits_max = PASSAGES_MAX};
    struct kb_hit *hits;
    uint32_t count;
    if (!asking->mcp->ledger)
        return err_set(err, ERR_NOT_FOUND, "no ledger was named: warroom mcp --ledger FILE");
    question.has_kind = kb_kind_parse(kind, &question.kind);
    if (kind.len > 0 && !question.has_kind)
        return err_set(err, ERR_USAGE, "kind is one of runbook, postmortem, doc, incident");
    if (!kb_search(asking->mcp->ledger, asking->arena, &question, &hits, &count, err))
        return false;
    buf_add(asking->json, STR("{\"passages\":["));
    for (uint32_t i = 0; i < count; i++)
        put_passage(asking->json, &hits[i]);
    buf_add(asking->json, STR("]}"));
    return true;
}

/* ---- telemetry ---- */

static const struct field query_fields[] = {
    {"incident", TYPE_TEXT, 0, "its name, as list_incidents gives it", NULL},
    {"sql", TYPE_TEXT, 0,
     "one SELECT in DuckDB's SQL over metrics, logs, traces, changes, events, state, topology, "
     "alerts; DESCRIBE tells their columns",
     NULL},
    {0},
};

static bool open_store(struct asking *asking, struct casefile **casefile, struct services *services,
                       struct err *err)
{
    static const struct alert no_alert;
    struct bundle bundle;
    *casefile = NULL;
    if (!bundle_open(asking->arena, asking->bundle, &bundle, err))
        return false;
    *casefile = casefile_open(&no_alert, asking->mcp->clock, limits.time_max_ns);
    return services_open(asking->arena, &bundle, NULL, NULL, *casefile, services, err);
}

static void put_rows(struct buf *out, const struct batch *rows, bool cut)
{
    buf_add(out, STR("{\"rows\":["));
    for (size_t row = 0; row < rows->rows; row++) {
        json_put_comma(out);
        json_put_row(out, rows, row);
    }
    buf_printf(out, "],\"cut\":%s}", cut ? "true" : "false");
}

static bool query_rows(struct asking *asking, struct str sql, struct batch **rows, bool *cut,
                       struct err *err)
{
    struct casefile *casefile;
    struct services services;
    const bool ok =
        open_store(asking, &casefile, &services, err) &&
        telemetry_query(services.telemetry, asking->arena, sql, &limits, rows, cut, err);
    casefile_close(casefile);
    return ok;
}

static bool query_telemetry(struct asking *asking, struct err *err)
{
    struct batch *rows;
    bool cut;
    if (!query_rows(asking, text_of(asking, "sql"), &rows, &cut, err))
        return false;
    put_rows(asking->json, rows, cut);
    return true;
}

static const struct field claim_fields[] = {
    {"incident", TYPE_TEXT, 0, "its name, as list_incidents gives it", NULL},
    {"claim", TYPE_TEXT, 0,
     "a sentence: names in `backquotes`, times in UTC as HH:MM:SS, and numbers are looked for in "
     "the rows",
     NULL},
    {"sql", TYPE_TEXT, 0, "the SELECT whose rows are to bear it out", NULL},
    {0},
};

static bool check_claim(struct asking *asking, struct err *err)
{
    struct batch *rows;
    bool cut;
    struct err why = {0};
    if (!query_rows(asking, text_of(asking, "sql"), &rows, &cut, err))
        return false;
    const bool holds = claim_check(text_of(asking, "claim"), rows, &why);
    buf_printf(asking->json, "{\"holds\":%s", holds ? "true" : "false");
    put_text(asking->json, "why", str_of(why.text));
    buf_add_char(asking->json, '}');
    return true;
}

/* ---- runbooks ---- */

static bool list_runbooks(struct asking *asking, struct err *err)
{
    struct library library;
    if (!library_for(asking, &library, err))
        return false;
    buf_add(asking->json, STR("{\"runbooks\":["));
    for (const struct runbook *book = library.books; book; book = book->next) {
        json_put_comma(asking->json);
        buf_add_char(asking->json, '{');
        put_text(asking->json, "name", book->name);
        put_text(asking->json, "summary", book->summary);
        put_text(asking->json, "text", book->text);
        buf_add_char(asking->json, '}');
    }
    buf_add(asking->json, STR("]}"));
    return true;
}

static const struct field text_fields[] = {
    {"text", TYPE_TEXT, 0, "the runbook, in the runbook language", NULL},
    {0},
};

static bool check_runbook(struct asking *asking, struct err *err)
{
    struct library library;
    struct planner planner;
    struct buf problems = buf_new(asking->arena);
    if (!library_for(asking, &library, err))
        return false;
    const bool fine = planner_of_person(asking->arena, "text", text_of(asking, "text"), &library,
                                        &planner, &problems);
    buf_printf(asking->json, "{\"fine\":%s", fine ? "true" : "false");
    put_text(asking->json, "problems", buf_str(&problems));
    buf_add_char(asking->json, '}');
    return true;
}

static const struct field run_fields[] = {
    {"incident", TYPE_TEXT, 0, "its name, as list_incidents gives it", NULL},
    {"name", TYPE_TEXT, FIELD_OPTIONAL, "one of list_runbooks", NULL},
    {"text", TYPE_TEXT, FIELD_OPTIONAL, "or a runbook, in the runbook language", NULL},
    {0},
};

static bool runbook_text(struct asking *asking, const struct library *library, struct str *out,
                         struct err *err)
{
    const struct str name = text_of(asking, "name");
    const struct runbook *book = name.len > 0 ? library_find(library, name) : NULL;
    *out = book ? book->text : text_of(asking, "text");
    if (name.len > 0 && !book)
        return err_set(err, ERR_NOT_FOUND, "there is no runbook `%.*s`; list_runbooks has them",
                       STR_ARG(str_slice(name, 0, 80)));
    return out->len > 0 || err_set(err, ERR_USAGE, "a name or a text is wanted");
}

static void put_evidence(struct buf *out, const struct casefile *casefile)
{
    buf_add(out, STR("{\"evidence\":["));
    for (const struct evidence *it = casefile->evidence; it; it = it->next) {
        json_put_comma(out);
        buf_add_char(out, '{');
        shape_put(out, evidence_shapes, it);
        buf_add_char(out, '}');
    }
    buf_add(out, STR("]}"));
}

static bool run_runbook(struct asking *asking, struct err *err)
{
    struct library library;
    struct planner planner;
    struct report report;
    struct str text;
    struct buf problems = buf_new(asking->arena);
    if (!library_for(asking, &library, err) || !runbook_text(asking, &library, &text, err))
        return false;
    if (!planner_of_person(asking->arena, "text", text, &library, &planner, &problems))
        return err_set(err, ERR_USAGE, "%s", buf_str(&problems).ptr);
    if (!investigate_by(asking, &library, &planner, &report, err))
        return false;
    put_evidence(asking->json, report.casefile);
    close_report(&report);
    return true;
}

const struct offer own_offers[] = {
    {"list_incidents", "List the incidents that can be asked about, with their alerts", no_fields,
     list_incidents},
    {"investigate",
     "Find the cause of an incident: the report, whose every sentence cites evidence; `known` is "
     "false where nothing is sure enough",
     incident_only, run_investigation},
    {"ask",
     "Ask about an incident in words: sentences, each citing the evidence, tool or passage that "
     "bears it out",
     ask_fields, ask_question},
    {"search_knowledge",
     "Find what the team has written down: runbooks, post-mortems, documents, past incidents",
     search_fields, search_knowledge},
    {"query_telemetry", "Ask the telemetry of an incident by SQL, read-only and bounded",
     query_fields, query_telemetry},
    {"check_claim",
     "Say whether the rows of a query bear out each name, time and number of a claim", claim_fields,
     check_claim},
    {"list_runbooks", "List the runbooks with their text", no_fields, list_runbooks},
    {"check_runbook", "Say what is wrong with a runbook, by line and column", text_fields,
     check_runbook},
    {"run_runbook", "Follow a runbook on an incident after triage, and give the evidence found",
     run_fields, run_runbook},
    {0},
};
