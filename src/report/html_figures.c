/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of the page that are looked at: drawings, and lines of logs. */
#include "report/html.h"

#include "base/arena.h"
#include "report/chart.h"
#include "report/escape.h"
#include "report/graph.h"
#include "report/prose.h"
#include "report/timeline.h"
#include "report/waterfall.h"

#define CHARTS_MAX 16
#define TEMPLATES_MAX 12
#define TRACES_MAX 4
#define LINE_CHARS_MAX 1200
#define DIFF_LINES_MAX 40

void html_timeline(const struct html *html)
{
    if (!timeline_has_any(html->report))
        return;
    html_section(html, "What happened", 0);
    html_raw(html, "<div class=\"scroll\">\n");
    timeline_draw(html->out, html->report);
    html_raw(html, "</div>\n<ul class=\"legend\">");
    if (html->best)
        html_raw(html, html->report->known
                           ? "<li><i class=\"red\"></i>cited for the cause</li>"
                           : "<li><i class=\"red\"></i>cited for the best guess</li>");
    html_raw(html, "<li><i></i>other evidence</li>");
    if (timeline_has_against(html->report))
        html_raw(html, "<li><i class=\"hollow\"></i>speaks against something</li>");
    html_raw(html, "</ul>\n");
    html_section_end(html);
}

void html_topology(const struct html *html)
{
    if (!graph_has_any(html->report))
        return;
    html_section(html, "Where it lies", 0);
    html_raw(html, "<div class=\"scroll\">\n");
    graph_draw(html->out, html->report);
    html_raw(html, "</div>\n<ul class=\"legend\">");
    if (html->best)
        html_raw(html, "<li><i class=\"box\"></i>best suspect</li>"
                       "<li><i class=\"path\"></i>way from the alert to it</li>");
    html_raw(html,
             "<li><i class=\"red\"></i>where the alert fired</li><li><i class=\"heat-key\"></i>"
             "the redder, the more speaks for it as the cause</li></ul>\n");
    html_section_end(html);
}

/* ---- changes ---- */


/* ---- series ---- */

static uint32_t count_of(const struct html *html, int kind)
{
    uint32_t count = 0;
    for (const struct exhibit *it = html->casefile->exhibits; it; it = it->next)
        count += (int)it->kind == kind;
    return count;
}

static void series_caption(const struct html *html, const struct exhibit *exhibit)
{
    const struct series_name *name = &exhibit->series.name;
    html_raw(html, "<figcaption><h3>");
    html_text(html, name->metric);
    html_raw(html, " <span>");
    html_text(html, name->service);
    if (name->instance.len > 0) {
        html_raw(html, " &middot; ");
        html_text(html, name->instance);
    }
    html_raw(html, "</span></h3>");
    html_cite(html, exhibit->evidence_id);
    html_raw(html, "</figcaption>\n");
}

static void claim_below(const struct html *html, uint32_t evidence_id)
{
    const struct evidence *evidence = casefile_find(html->casefile, evidence_id);
    if (!evidence)
        return;
    html_raw(html, "<p>");
    html_claim(html, evidence->claim);
    html_raw(html, "</p>\n");
}

static struct chart_marks marks_of(const struct html *html)
{
    return (struct chart_marks){
        .onset_ns = html->casefile->onset_known ? html->casefile->incident.start_ns : 0,
        .alert_ns = html->casefile->alert->starts_ns,
    };
}

void html_charts(const struct html *html)
{
    const uint32_t count = count_of(html, EXHIBIT_SERIES);
    if (count == 0)
        return;
    const struct chart_marks marks = marks_of(html);
    html_section(html, "Metrics", 0);
    html_raw(html, "<div class=\"figures\">\n");
    uint32_t drawn = 0;
    for (const struct exhibit *it = html->casefile->exhibits; it; it = it->next) {
        if (it->kind != EXHIBIT_SERIES || drawn == CHARTS_MAX)
            continue;
        drawn++;
        html_raw(html, "<figure>\n");
        series_caption(html, it);
        chart_draw(html->out, &it->series, &marks);
        claim_below(html, it->evidence_id);
        html_raw(html, "</figure>\n");
    }
    html_raw(html, "</div>\n<ul class=\"legend\"><li><i class=\"usual\"></i>usual before the onset"
                   "</li><li><i class=\"onset\"></i>onset</li>"
                   "<li><i class=\"alert\"></i>alert</li></ul>\n");
    if (count > drawn)
        buf_printf(html->out, "<p class=\"note\">%u more series are not drawn.</p>\n",
                   count - drawn);
    html_section_end(html);
}

/* ---- logs ---- */

static void count_row(const struct html *html, const char *name, const char *class, int64_t count,
                      int64_t most)
{
    buf_printf(html->out, "<span>%s</span>", name);
    html_meter(html, class, most > 0 ? (double)count / (double)most : 0);
    buf_printf(html->out, "<b>%lld</b>", (long long)count);
}

static void log_template(const struct html *html, const struct exhibit *exhibit)
{
    const struct exhibit_template *template = &exhibit->template;
    const int64_t most = template->before > template->after ? template->before : template->after;
    const struct str line = template->exemplar.len > 0 ? template->exemplar : template->text;
    html_raw(html, "<article>\n<div><h3>");
    html_text(html, template->service);
    html_cite(html, exhibit->evidence_id);
    if (template->before == 0 && template->after > 0)
        html_raw(html, "<span class=\"badge bad\">new</span>");
    html_raw(html, "</h3><pre>");
    html_text(html, escape_clip(html->arena, line, LINE_CHARS_MAX));
    html_raw(html, "</pre>");
    if (template->exemplar.len > 0 && template->text.len > 0) {
        html_raw(html, "<details><summary>pattern</summary><pre>");
        html_text(html, escape_clip(html->arena, template->text, LINE_CHARS_MAX));
        html_raw(html, "</pre></details>");
    }
    html_raw(html, "</div>\n<div class=\"counts\">");
    count_row(html, "before", "", template->before, most);
    count_row(html, "after", template->after > template->before ? "risen" : "", template->after,
              most);
    html_raw(html, "</div>\n</article>\n");
}

void html_logs(const struct html *html)
{
    const uint32_t count = count_of(html, EXHIBIT_TEMPLATE);
    if (count == 0)
        return;
    html_section(html, "Logs", 0);
    html_raw(html, "<div class=\"log\">\n");
    uint32_t shown = 0;
    for (const struct exhibit *it = html->casefile->exhibits; it; it = it->next)
        if (it->kind == EXHIBIT_TEMPLATE && shown++ < TEMPLATES_MAX)
            log_template(html, it);
    html_raw(html, "</div>\n");
    if (count > TEMPLATES_MAX)
        buf_printf(html->out, "<p class=\"note\">%u more patterns are not shown.</p>\n",
                   count - TEMPLATES_MAX);
    html_section_end(html);
}

/* ---- traces ---- */

static void trace_figure(const struct html *html, const struct exhibit *exhibit)
{
    html_raw(html, "<figure class=\"trace\">\n<figcaption><h3>Trace <span>");
    html_text(html, exhibit->trace.trace_id);
    html_raw(html, "</span></h3>");
    html_cite(html, exhibit->evidence_id);
    html_raw(html, "</figcaption>\n<div class=\"scroll\">\n");
    waterfall_draw(html->out, &exhibit->trace, html->best ? html->best->subject : STR(""));
    html_raw(html, "</div>\n");
    claim_below(html, exhibit->evidence_id);
    html_raw(html, "</figure>\n");
}

void html_traces(const struct html *html)
{
    if (count_of(html, EXHIBIT_TRACE) == 0)
        return;
    html_section(html, "Traces", 0);
    uint32_t shown = 0;
    for (const struct exhibit *it = html->casefile->exhibits; it; it = it->next)
        if (it->kind == EXHIBIT_TRACE && shown++ < TRACES_MAX)
            trace_figure(html, it);
    html_raw(html, "<ul class=\"legend\"><li><i class=\"violet\"></i>best suspect</li>"
                   "<li><i></i>others</li></ul>\n");
    html_section_end(html);
}
