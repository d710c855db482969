/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/page.h"

#include "base/arena.h"
#include "data/json.h"
#include "report/escape.h"
#include "report/style.h"
#include "report/svg.h"

#include <math.h>

#define SIZE 520.0
#define MIDDLE (SIZE / 2)
#define RADIUS 170.0
#define RINGS 5
#define PI 3.14159265358979323846

double sheet_category(const struct sheet *sheet, enum category category, enum mind mind,
                      uint32_t *measured)
{
    double sum = 0;
    *measured = 0;
    for (uint32_t i = 0; i < sheet->count; i++) {
        const struct card_entry *ours = card_ours(&sheet->cards[i]);
        if (!ours || sheet->cards[i].mind != mind || sheet->cards[i].task->category != category)
            continue;
        sum += ours->score;
        ++*measured;
    }
    return *measured > 0 ? sum / *measured : NAN;
}

/* ---- the spider chart ---- */

static void at_spoke(int spoke, double share, double *x, double *y)
{
    const double turn = 2 * PI * spoke / CATEGORIES_COUNT - PI / 2;
    *x = MIDDLE + RADIUS * share * cos(turn);
    *y = MIDDLE + RADIUS * share * sin(turn);
}

static void draw_web(struct buf *out)
{
    double x, y;
    for (int ring = 1; ring <= RINGS; ring++) {
        buf_add(out, STR("<path class=\"ring\" d=\""));
        for (int spoke = 0; spoke < CATEGORIES_COUNT; spoke++) {
            at_spoke(spoke, (double)ring / RINGS, &x, &y);
            buf_printf(out, "%s%.1f %.1f", spoke == 0 ? "M" : "L", x, y);
        }
        buf_add(out, STR("Z\"/>\n"));
        svg_text(out, "tick", MIDDLE + 4, MIDDLE - RADIUS * ring / RINGS - 2, SVG_START,
                 str_printf(out->arena, ".%d", 10 * ring / RINGS % 10 ? 10 * ring / RINGS : 0));
    }
    for (int spoke = 0; spoke < CATEGORIES_COUNT; spoke++) {
        at_spoke(spoke, 1.0, &x, &y);
        svg_line(out, "grid", MIDDLE, MIDDLE, x, y);
        at_spoke(spoke, 1.1, &x, &y);
        svg_text(out, "tick", x, y + 4,
                 x < MIDDLE - 5   ? SVG_END
                 : x > MIDDLE + 5 ? SVG_START
                                  : SVG_MIDDLE,
                 str_of(category_text((enum category)spoke)));
    }
}

static bool draw_mind(struct buf *out, const struct sheet *sheet, enum mind mind)
{
    double x, y;
    uint32_t measured, all = 0;
    struct buf path = buf_new(out->arena);
    for (int spoke = 0; spoke < CATEGORIES_COUNT; spoke++) {
        const double score = sheet_category(sheet, (enum category)spoke, mind, &measured);
        all += measured;
        at_spoke(spoke, isnan(score) ? 0.0 : fmax(score, 0.0), &x, &y);
        buf_printf(&path, "%s%.1f %.1f", spoke == 0 ? "M" : "L", x, y);
    }
    if (all > 0)
        buf_printf(out, "<path class=\"web %s\" d=\"%sZ\"/>\n", mind_name(mind),
                   buf_str(&path).ptr);
    return all > 0;
}

static void add_spider(struct buf *out, const struct sheet *sheet)
{
    buf_add(out, STR("<figure>\n"));
    svg_open(out, "chart spider", SIZE + 260, SIZE - 60, STR("Scores by category"));
    svg_desc(out, STR("One spoke a category, from 0 in the middle to 1. All values stand in the "
                      "table below."));
    buf_printf(out, "<g transform=\"translate(130 -40)\">\n");
    draw_web(out);
    bool is_drawn[MINDS_COUNT];
    for (int mind = 0; mind < MINDS_COUNT; mind++)
        is_drawn[mind] = draw_mind(out, sheet, (enum mind)mind);
    buf_add(out, STR("</g>\n"));
    svg_close(out);
    buf_add(out, STR("</figure>\n<ul class=\"legend\">"));
    for (int mind = 0; mind < MINDS_COUNT; mind++)
        buf_printf(out, "<li><i class=\"%s\"></i>%s%s</li>", mind_name((enum mind)mind),
                   mind_text((enum mind)mind), is_drawn[mind] ? "" : ": not measured");
    buf_add(out, STR("</ul>\n"));
}

/* ---- the tables ---- */

static void add_card(struct buf *out, const struct card *card)
{
    buf_add(out, STR("<tr><td>"));
    escape_html(out, str_of(card->task->name));
    buf_add(out, STR("</td><td>"));
    escape_html(out, str_of(mind_text(card->mind)));
    buf_add(out, STR("</td><td>"));
    escape_html(out, str_of(card->task->measure));
    if (card->failure.len > 0) {
        buf_add(out, STR("</td><td colspan=\"4\">not measured: "));
        escape_html(out, card->failure);
        buf_add(out, STR("</td></tr>\n"));
        return;
    }
    const struct card_entry *ours = card_ours(card);
    buf_printf(out,
               "</td><td class=\"num\">%u</td><td class=\"num\"><b>%.3f</b></td>"
               "<td class=\"num\">%.3f to %.3f</td><td>",
               ours->items, ours->score, ours->low, ours->high);
    for (uint32_t i = 0; i < card->entries_count; i++) {
        const struct card_entry *entry = &card->entries[i];
        if (entry == ours)
            continue;
        escape_html(out, entry->who);
        buf_printf(out, " %.3f; ", entry->score);
    }
    buf_add(out, STR("</td></tr>\n"));
}

static void add_category(struct buf *out, const struct sheet *sheet, enum category category)
{
    buf_printf(out, "<section><h2>%s</h2>\n<table><thead><tr>", category_text(category));
    static const char *const heads[] = {"task",  "with", "measure",  "items",
                                        "score", "95 %", "beside it"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        buf_printf(out, "<th scope=\"col\">%s</th>", heads[i]);
    buf_add(out, STR("</tr></thead>\n"));
    for (uint32_t i = 0; i < sheet->count; i++)
        if (sheet->cards[i].task->category == category)
            add_card(out, &sheet->cards[i]);
    buf_add(out, STR("</table></section>\n"));
}

static const char own_style[] =
    ".ring{fill:none;stroke:var(--grid)}.web{fill-opacity:.12;stroke-width:2}"
    ".web.none{stroke:var(--bar);fill:var(--bar)}.web.small{stroke:var(--accent);fill:var(--accent)"
    "}"
    ".web.model{stroke:var(--good);fill:var(--good)}.legend i.none{background:var(--bar)}"
    ".legend i.small{background:var(--accent)}.legend i.model{background:var(--good)}";

void sheet_page(const struct sheet *sheet, struct buf *out)
{
    buf_add(out, STR("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action "
                     "'none'\">\n<link rel=\"icon\" href=\"data:,\">\n"
                     "<title>Evaluation &middot; warroom</title>\n<style>\n"));
    buf_add(out, str_of(style));
    buf_add(out, str_of(own_style));
    buf_printf(out,
               "</style>\n</head>\n<body>\n<main>\n<header>\n<div class=\"brand\"><i></i>"
               "<b>warroom</b> %s</div>\n<h1>Evaluation</h1>\n<p class=\"lead\">What is asked, of "
               "how many items, and what others score on the same. A score is between 0 and 1, "
               "more is better; 95 %% is the interval of a bootstrap over the items. A spoke is "
               "the mean over the tasks of the category.</p>\n</header>\n",
               sheet->version);
    add_spider(out, sheet);
    for (int category = 0; category < CATEGORIES_COUNT; category++)
        add_category(out, sheet, (enum category)category);
    buf_add(out, STR("</main>\n</body>\n</html>\n"));
}

/* ---- JSON and text ---- */

void sheet_json(const struct sheet *sheet, struct buf *out)
{
    buf_add(out, STR("{\"categories\":{"));
    for (int category = 0; category < CATEGORIES_COUNT; category++) {
        json_put_key(out, category_name((enum category)category));
        buf_add_char(out, '{');
        for (int mind = 0; mind < MINDS_COUNT; mind++) {
            uint32_t measured;
            const double score =
                sheet_category(sheet, (enum category)category, (enum mind)mind, &measured);
            if (isnan(score))
                continue;
            json_put_key(out, mind_name((enum mind)mind));
            json_put_real(out, round(score * 1e4) / 1e4);
        }
        buf_add_char(out, '}');
    }
    buf_add(out, STR("},\n\"cards\":["));
    for (uint32_t i = 0; i < sheet->count; i++) {
        buf_add(out, i > 0 ? STR(",\n") : STR("\n"));
        card_put_json(out, &sheet->cards[i]);
    }
    buf_add(out, STR("\n]}\n"));
}

void sheet_text(const struct sheet *sheet, struct buf *out)
{
    buf_printf(out, "%-26s %-19s %6s %6s  %-13s %s\n", "task", "with", "items", "score", "95 %",
               "beside it");
    for (uint32_t i = 0; i < sheet->count; i++) {
        const struct card *card = &sheet->cards[i];
        const struct card_entry *ours = card_ours(card);
        if (i == 0 || card->task->category != sheet->cards[i - 1].task->category)
            buf_printf(out, "%s\n", category_text(card->task->category));
        buf_printf(out, "  %-24s %-19s ", card->task->name, mind_text(card->mind));
        if (!ours) {
            buf_add(out, STR("not measured: "));
            escape_plain(out, card->failure);
            buf_add_char(out, '\n');
            continue;
        }
        buf_printf(out, "%6u %6.3f  %.3f - %.3f ", ours->items, ours->score, ours->low, ours->high);
        for (uint32_t k = 0; k < card->entries_count; k++)
            if (&card->entries[k] != ours)
                buf_printf(out, " %.*s %.3f", STR_ARG(card->entries[k].who),
                           card->entries[k].score);
        buf_add_char(out, '\n');
    }
}
