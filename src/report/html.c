/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report to look at: one file that asks nobody for anything. There is no script in it, and its
 * own policy forbids every script and request, should a text of others ever get past escape_html().
 */
#include "report/html.h"

#include "base/arena.h"
#include "report/balance.h"
#include "report/escape.h"
#include "report/prose.h"
#include "report/style.h"
#include "report/told.h"

#define CLAIM_CHARS_MAX 1200 /* of a page that people read; the JSON form holds all of it */

/* ---- what all sections use ---- */

void html_raw(const struct html *html, const char *markup)
{
    buf_add(html->out, str_of(markup));
}

void html_text(const struct html *html, struct str text)
{
    escape_html(html->out, text);
}

void html_code(const struct html *html, struct str name)
{
    if (name.len == 0)
        return;
    html_raw(html, "<code>");
    html_text(html, name);
    html_raw(html, "</code>");
}

void html_cite(const struct html *html, uint32_t evidence_id)
{
    if (casefile_find(html->casefile, evidence_id))
        buf_printf(html->out, "<a class=\"cite\" href=\"#E%u\">E%u</a>", evidence_id, evidence_id);
    else
        buf_printf(html->out, "E%u", evidence_id);
}

void html_citations(const struct html *html, const struct evidence *const *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!prose_stands(html->report, list[i]))
            continue;
        html_cite(html, list[i]->id);
        html_raw(html, " ");
    }
}

void html_claim(const struct html *html, struct str claim)
{
    struct str rest = escape_clip(html->arena, claim, CLAIM_CHARS_MAX);
    struct piece piece;
    while (prose_next(&rest, &piece)) {
        if (piece.kind == PIECE_NAME)
            html_code(html, piece.text);
        else if (piece.kind == PIECE_CITATION)
            html_cite(html, piece.id);
        else
            html_text(html, piece.text);
    }
}

void html_meter(const struct html *html, const char *class, double share)
{
    buf_printf(html->out, "<span class=\"meter %s\"><i style=\"width:%d%%\"></i></span>", class,
               prose_percent(share));
}

void html_section(const struct html *html, const char *heading, uint32_t count)
{
    buf_printf(html->out, "<section>\n<h2>%s", heading);
    if (count > 0)
        buf_printf(html->out, "<small>%u</small>", count);
    html_raw(html, "</h2>\n");
}

void html_section_end(const struct html *html)
{
    html_raw(html, "</section>\n");
}

/* ---- the top of the page ---- */

static void head(const struct html *html)
{
    html_raw(html,
             "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
             "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
             "<meta name=\"referrer\" content=\"no-referrer\">\n"
             "<link rel=\"icon\" href=\"data:,\">\n<title>");
    html_text(html, html->casefile->alert->name);
    html_raw(html, " &middot; warroom</title>\n<style>\n");
    html_raw(html, style);
    html_raw(html, "</style>\n</head>\n<body>\n<main>\n");
}

static const char *severity_class(struct str severity)
{
    static const char *const bad[] = {"crit", "page", "high", "error", "fatal", "sev1", "p1"};
    static const char *const warn[] = {"warn", "medium", "minor", "sev2", "p2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (str_find_no_case(severity, str_of(bad[i])) != STR_NPOS)
            return "bad";
    for (size_t i = 0; i < sizeof warn / sizeof *warn; i++)
        if (str_find_no_case(severity, str_of(warn[i])) != STR_NPOS)
            return "warn";
    return "";
}

static void alert_header(const struct html *html)
{
    const struct alert *alert = html->casefile->alert;
    html_raw(html, "<header>\n<div class=\"brand\"><i></i><b>warroom</b> Root-cause report</div>\n"
                   "<h1>");
    html_text(html, alert->name.len > 0 ? alert->name : STR("Alert"));
    html_raw(html, "</h1>\n<div class=\"meta\">");
    if (alert->severity.len > 0) {
        buf_printf(html->out, "<span class=\"badge %s\">", severity_class(alert->severity));
        html_text(html, alert->severity);
        html_raw(html, "</span>");
    }
    if (alert->status.len > 0) {
        html_raw(html, "<span class=\"badge\">");
        html_text(html, alert->status);
        html_raw(html, "</span>");
    }
    html_code(html, alert->service);
    if (alert->starts_ns != 0) {
        html_raw(html, "<span>since ");
        html_text(html, time_format(html->arena, alert->starts_ns));
        html_raw(html, " UTC</span>");
    }
    if (alert->id.len > 0) {
        html_raw(html, "<span>id ");
        html_text(html, alert->id);
        html_raw(html, "</span>");
    }
    html_raw(html, "</div>\n");
    if (alert->summary.len > 0) {
        html_raw(html, "<p class=\"lead\">");
        html_text(html, alert->summary);
        html_raw(html, "</p>\n");
    }
    html_raw(html, "</header>\n");
}

static void dial(const struct html *html, double confidence)
{
    const double radius = 42, round = 2 * 3.14159265358979 * radius;
    const int percent = prose_percent(confidence);
    buf_printf(html->out,
               "<div class=\"dial\"><svg viewBox=\"0 0 100 100\" role=\"img\" "
               "aria-label=\"confidence %d percent\"><circle class=\"track\" cx=\"50\" cy=\"50\" "
               "r=\"%.0f\"/>",
               percent, radius);
    if (percent > 0)
        buf_printf(html->out,
                   "<circle class=\"value\" cx=\"50\" cy=\"50\" r=\"%.0f\" "
                   "stroke-dasharray=\"%.1f %.1f\" transform=\"rotate(-90 50 50)\"/>",
                   radius, round * prose_share(confidence), round);
    buf_printf(html->out,
               "<text x=\"50\" y=\"59\" text-anchor=\"middle\">%d%%</text></svg>"
               "%s confidence</div>\n",
               percent, prose_confidence(confidence));
}

static void place_and_cause(const struct html *html)
{
    const struct hypothesis *best = html->best;
    html_raw(html, "<h2>");
    html_text(html, best->subject);
    html_raw(html, "</h2>\n<p class=\"cause\">");
    html_claim(html, prose_cause(html->report, best));
    html_raw(html, "</p>\n<p class=\"facts\">");
    if (best->instance.len > 0) {
        html_raw(html, "instance ");
        html_code(html, best->instance);
        html_raw(html, " &middot; ");
    }
    const int64_t since_ns = prose_since(html->report, best);
    if (since_ns != 0) {
        html_raw(html, "since ");
        html_text(html, time_format_short(html->arena, since_ns));
        html_raw(html, " UTC &middot; ");
    }
    buf_printf(html->out, "kind: %s &middot; ", kind_text(best->kind));
    html_raw(html, best->cited_for_count > 0 ? "borne out by " : "");
    html_citations(html, best->cited_for, best->cited_for_count);
    html_raw(html, "</p>\n");
}

static void verdict(const struct html *html)
{
    buf_printf(html->out, "<section class=\"verdict %s\">\n<div>\n",
               html->report->known ? "known" : "unknown");
    if (html->report->known) {
        html_raw(html, "<p class=\"eyebrow\">Most likely cause</p>\n");
        place_and_cause(html);
    } else {
        html_raw(html, "<p class=\"eyebrow\">Verdict</p>\n<h2>The cause is not known</h2>\n"
                       "<p class=\"cause\">");
        html_raw(html, html->best ? "There are guesses, but none is borne out well enough to name "
                                    "it as the cause."
                                  : "Nothing that was found points to a cause.");
        html_raw(html, "</p>\n");
    }
    html_raw(html, "</div>\n");
    if (html->best)
        dial(html, html->best->confidence);
    html_raw(html, "</section>\n");
}

static void tile(const struct html *html, const char *name, struct str value, struct str detail)
{
    buf_printf(html->out, "<div><dt>%s</dt><dd>", name);
    html_text(html, value);
    if (detail.len > 0) {
        html_raw(html, " <small>");
        html_text(html, detail);
        html_raw(html, "</small>");
    }
    html_raw(html, "</dd></div>\n");
}

static struct str after_onset(const struct html *html)
{
    const int64_t later_ns = prose_onset_to_alert_ns(html->casefile);
    if (later_ns == 0)
        return STR("");
    return str_printf(html->arena, "%s later", span_format(html->arena, later_ns).ptr);
}

static void tiles(const struct html *html)
{
    const struct casefile *casefile = html->casefile;
    const int64_t onset_ns = casefile->onset_known ? casefile->incident.start_ns : 0;
    uint32_t read = 0, sources = 0, withdrawn = 0;
    for (const struct source_entry *it = casefile->sources; it; it = it->next, sources++)
        read += it->state == SOURCE_READ;
    for (const struct withdrawal *it = casefile->withdrawn; it; it = it->next)
        withdrawn++;
    const uint32_t evidence =
        prose_count(casefile, BEARING_SUPPORTS) + prose_count(casefile, BEARING_REFUTES);

    html_raw(html, "<dl class=\"tiles\">\n");
    tile(html, "Onset", onset_ns != 0 ? time_format_short(html->arena, onset_ns) : STR("not known"),
         STR(""));
    if (casefile->alert->starts_ns != 0)
        tile(html, "Alert", time_format_short(html->arena, casefile->alert->starts_ns),
             after_onset(html));
    tile(html, "Evidence", str_printf(html->arena, "%u", evidence),
         withdrawn > 0 ? str_printf(html->arena, "%u withdrawn", withdrawn) : STR(""));
    tile(html, "Sources read", str_printf(html->arena, "%u", read),
         str_printf(html->arena, "of %u", sources));
    const struct str took = prose_took(html->arena, html->report->took_ns);
    if (took.len > 0)
        tile(html, "Found in", took, STR(""));
    html_raw(html, "</dl>\n");
}

/* ---- what is said ---- */

static void sentence_list(const struct html *html, const char *class,
                          const struct sentence *sentences)
{
    buf_printf(html->out, "<ul class=\"claims %s\">\n", class);
    for (; sentences; sentences = sentences->next) {
        const bool against = str_starts(sentences->text, STR("Against it: "));
        html_raw(html, against ? "<li class=\"against\">" : "<li>");
        html_claim(html, sentences->text);
        html_raw(html, "</li>\n");
    }
    html_raw(html, "</ul>\n");
}

static void told(const struct html *html, const char *heading, const char *class,
                 const struct sentence *sentences)
{
    if (!sentences)
        return;
    html_section(html, heading, 0);
    sentence_list(html, class, sentences);
    html_section_end(html);
}

/* The first sentence of a known cause is what the verdict shows in large letters already. */
static const struct sentence *sentences_below(const struct html *html)
{
    const struct sentence *summary = html->report->summary;
    const bool is_verdict =
        summary && html->report->known && str_starts(summary->text, STR("The cause most likely"));
    return is_verdict ? summary->next : summary;
}

/* A model's words first, where there are any, and what the program says folded up below them. */
static void in_other_words(const struct html *html, const char *heading, const char *part,
                           const struct sentence *checked)
{
    const struct telling *telling = told_find(html->report, part);
    if (!telling) {
        told(html, heading, "", checked);
        return;
    }
    html_section(html, heading, 0);
    html_raw(html, "<p>");
    for (const struct sentence *it = telling->sentences; it; it = it->next) {
        html_claim(html, it->text);
        html_raw(html, it->next ? " " : "");
    }
    html_raw(html, "</p>\n<p class=\"quiet\">");
    html_text(html, told_note(html->arena, telling));
    html_raw(html, "</p>\n");
    if (checked) {
        html_raw(html, "<details><summary>as checked</summary>\n");
        sentence_list(html, "", checked);
        html_raw(html, "</details>\n");
    }
    html_section_end(html);
}

static void foot(const struct html *html)
{
    const int64_t took_ns = html->report->took_ns;
    html_raw(html, "<footer>");
    if (took_ns > 0)
        buf_printf(html->out, "warroom took %.*s. ", STR_ARG(span_format(html->arena, took_ns)));
    html_raw(html, "All times are UTC. Each claim was held against the rows of its own query "
                   "before it was printed.</footer>\n</main>\n</body>\n</html>\n");
}

static void pair_open(const struct html *html)
{
    html_raw(html, "<div class=\"pair\">\n");
}

static void pair_end(const struct html *html)
{
    html_raw(html, "</div>\n");
}

static void what_is_not_told(const struct html *html)
{
    const struct sentence *removed = html->report->removed;
    if (!removed && !html->casefile->withdrawn && prose_count(html->casefile, BEARING_GAP) == 0)
        return;
    html_raw(html, "<div class=\"column\">\n");
    html_gaps(html);
    html_withdrawn(html);
    html_consulted(html);
    told(html, "Removed from this report", "", removed);
    html_raw(html, "</div>\n");
}

static void render(const struct report *report, struct buf *out)
{
    const struct html page = {.report = report,
                              .casefile = report->casefile,
                              .best = report->best,
                              .arena = out->arena,
                              .out = out};
    head(&page);
    alert_header(&page);
    verdict(&page);
    html_mitigations(&page);
    in_other_words(&page, "What to do, in other words", "mitigation", NULL);
    html_blame(&page);
    tiles(&page);
    if (prose_is_triaged(report))
        html_impact(&page);
    pair_open(&page);
    in_other_words(&page, report->known ? "Why" : "What is known", "summary",
                   sentences_below(&page));
    told(&page, "What to do next", "steps", report->next_steps);
    pair_end(&page);
    html_balance(&page);
    html_timeline(&page);
    html_topology(&page);
    if (!prose_is_triaged(report))
        told(&page, "Who is affected", "", report->impact);
    html_charts(&page);
    html_logs(&page);
    html_traces(&page);
    html_hypotheses(&page);
    html_course(&page);
    html_corrections(&page);
    html_evidence(&page);
    pair_open(&page);
    html_sources(&page);
    what_is_not_told(&page);
    pair_end(&page);
    html_steps(&page);
    foot(&page);
}

const struct renderer renderer_html = {
    .name = "html",
    .media_type = "text/html",
    .summary = "To look at: one file with charts, that asks nobody for anything",
    .render = render,
};
