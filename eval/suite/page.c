/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/page.h"

#include "base/arena.h"
#include "data/json.h"
#include "report/escape.h"
#include "report/style.h"
#include "report/svg.h"

#include <math.h>
#include <string.h>

#define SIZE 520.0
#define MIDDLE (SIZE / 2)
#define RADIUS 170.0
#define RINGS 5
#define PI 3.14159265358979323846

/* Whether that card speaks for its task with that help. */
static bool counts_for(const struct card *card, enum mind mind)
{
    return card->mind == mind || (card->mind == MIND_NONE && !(card->task->minds & 1u << mind));
}

static bool is_asked(const struct sheet *sheet, enum mind mind)
{
    for (uint32_t i = 0; i < sheet->count; i++)
        if (sheet->cards[i].mind == mind)
            return true;
    return false;
}

struct figure sheet_category(const struct sheet *sheet, enum category category, enum mind mind)
{
    static double samples[CARD_SAMPLES];
    struct figure figure = {.score = NAN, .low = NAN, .high = NAN};
    double sum = 0;
    bool has_samples = true;
    memset(samples, 0, sizeof samples);
    for (uint32_t i = 0; i < sheet->count && is_asked(sheet, mind); i++) {
        const struct card *card = &sheet->cards[i];
        const struct card_entry *ours = card_ours(card);
        if (!ours || card->task->category != category || !counts_for(card, mind))
            continue;
        sum += ours->score;
        figure.tasks++;
        has_samples = has_samples && ours->samples;
        for (int k = 0; has_samples && k < CARD_SAMPLES; k++)
            samples[k] += ours->samples[k];
    }
    if (figure.tasks == 0)
        return figure;
    figure.score = sum / figure.tasks;
    for (int k = 0; k < CARD_SAMPLES; k++)
        samples[k] /= figure.tasks;
    if (has_samples)
        card_interval(samples, &figure.low, &figure.high);
    return figure;
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
    uint32_t all = 0;
    struct buf path = buf_new(out->arena);
    for (int spoke = 0; spoke < CATEGORIES_COUNT; spoke++) {
        const struct figure figure = sheet_category(sheet, (enum category)spoke, mind);
        all += figure.tasks;
        at_spoke(spoke, figure.tasks == 0 ? 0.0 : fmax(figure.score, 0.0), &x, &y);
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

static void add_figure(struct buf *out, const struct sheet *sheet, enum category category,
                       enum mind mind)
{
    const struct figure figure = sheet_category(sheet, category, mind);
    if (figure.tasks == 0)
        return;
    buf_printf(out,
               "<tr><td><b>all</b></td><td>%s</td><td>mean</td><td class=\"num\">%u tasks</td>"
               "<td class=\"num\"><b>%.3f</b></td>",
               mind_text(mind), figure.tasks, figure.score);
    if (isnan(figure.low))
        buf_add(out, STR("<td></td><td></td></tr>\n"));
    else
        buf_printf(out, "<td class=\"num\">%.3f to %.3f</td><td></td></tr>\n", figure.low,
                   figure.high);
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
    for (int mind = 0; mind < MINDS_COUNT; mind++)
        add_figure(out, sheet, category, (enum mind)mind);
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
               "the mean over the tasks of the category, each as it is without that help where it "
               "can make no difference.</p>\n</header>\n",
               sheet->version);
    add_spider(out, sheet);
    for (int category = 0; category < CATEGORIES_COUNT; category++)
        add_category(out, sheet, (enum category)category);
    buf_add(out, STR("</main>\n</body>\n</html>\n"));
}

/* ---- JSON and text ---- */

static void put_number(struct buf *out, const char *name, double number)
{
    if (isnan(number))
        return;
    json_put_key(out, name);
    json_put_real(out, round(number * 1e4) / 1e4);
}

void sheet_json(const struct sheet *sheet, struct buf *out)
{
    buf_add(out, STR("{\"categories\":{"));
    for (int category = 0; category < CATEGORIES_COUNT; category++) {
        json_put_key(out, category_name((enum category)category));
        buf_add_char(out, '{');
        for (int mind = 0; mind < MINDS_COUNT; mind++) {
            const struct figure figure =
                sheet_category(sheet, (enum category)category, (enum mind)mind);
            if (figure.tasks == 0)
                continue;
            json_put_key(out, mind_name((enum mind)mind));
            buf_printf(out, "{\"tasks\":%u", figure.tasks);
            put_number(out, "score", figure.score);
            put_number(out, "low", figure.low);
            put_number(out, "high", figure.high);
            buf_add_char(out, '}');
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

static void tell_card(struct buf *out, const struct card *card)
{
    const struct card_entry *ours = card_ours(card);
    buf_printf(out, "  %-24s %-19s ", card->task->name, mind_text(card->mind));
    if (!ours) {
        buf_add(out, STR("not measured: "));
        escape_plain(out, card->failure);
        buf_add_char(out, '\n');
        return;
    }
    buf_printf(out, "%6u %6.3f  %.3f - %.3f ", ours->items, ours->score, ours->low, ours->high);
    for (uint32_t k = 0; k < card->entries_count; k++)
        if (&card->entries[k] != ours)
            buf_printf(out, " %.*s %.3f", STR_ARG(card->entries[k].who), card->entries[k].score);
    buf_add_char(out, '\n');
}

static void tell_category(struct buf *out, const struct sheet *sheet, enum category category)
{
    for (int mind = 0; mind < MINDS_COUNT; mind++) {
        const struct figure figure = sheet_category(sheet, category, (enum mind)mind);
        if (figure.tasks == 0)
            continue;
        buf_printf(out, "  %-24s %-19s %6u %6.3f ", "all", mind_text((enum mind)mind), figure.tasks,
                   figure.score);
        if (!isnan(figure.low))
            buf_printf(out, " %.3f - %.3f", figure.low, figure.high);
        buf_add_char(out, '\n');
    }
}

void sheet_text(const struct sheet *sheet, struct buf *out)
{
    buf_printf(out, "%-26s %-19s %6s %6s  %-13s %s\n", "task", "with", "items", "score", "95 %",
               "beside it");
    for (uint32_t i = 0; i < sheet->count; i++) {
        const enum category category = sheet->cards[i].task->category;
        if (i == 0 || category != sheet->cards[i - 1].task->category)
            buf_printf(out, "%s\n", category_text(category));
        tell_card(out, &sheet->cards[i]);
        if (i + 1 == sheet->count || category != sheet->cards[i + 1].task->category)
            tell_category(out, sheet, category);
    }
}
