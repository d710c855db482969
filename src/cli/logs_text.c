/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/logs.h"

#include "base/arena.h"
#include "base/clock.h"
#include "report/escape.h"

#include <math.h>
#include <stdio.h>

#define TEMPLATE_CHARS 150
#define EXAMPLE_CHARS 140
#define VALUE_CHARS 50
#define VALUES_SHOWN 4        /* of a parameter */
#define VALUE_PERCENT_MIN 2.0 /* where all values are rarer, none is common */

static const char *plain(const struct logs_told *told, struct str text, size_t chars)
{
    struct buf out = buf_new(told->arena);
    escape_plain(&out, escape_clip(told->arena, text, chars));
    return buf_str(&out).ptr;
}

static uint64_t events_of(const struct survey *survey)
{
    return survey->sides[0].events + survey->sides[1].events;
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole > 0 ? 100.0 * (double)part / (double)whole : 0;
}

static const struct survey_template *template_at(const struct logs_told *told, uint32_t number)
{
    return &told->survey->templates[number];
}

static const char *level_column(enum level level)
{
    return level == LEVEL_NONE ? "-" : level_name(level);
}

/* ---- the head of each page ---- */

static void print_formats(const struct survey *survey)
{
    const char *before = "";
    for (int i = HEADER_NONE + 1; i < HEADER_FORMATS_COUNT; i++)
        if (survey->formats[i] > 0) {
            printf("%s%s", before, header_format_name((enum header_format)i));
            before = ", ";
        }
    if (*before == '\0')
        printf("no header");
    before = " with ";
    for (int i = HEADER_NONE + 1; i < HEADER_FORMATS_COUNT; i++)
        if (survey->inner_formats[i] > 0) {
            printf("%s%s", before, header_format_name((enum header_format)i));
            before = ", ";
        }
}

static void print_assumed(const struct survey *survey)
{
    if (survey->missing & STAMP_NO_ZONE)
        printf("      no time zone is said, UTC is assumed\n");
    if (survey->missing & STAMP_NO_YEAR)
        printf("      no year is said, the newest that fits the file's own date is assumed\n");
    if (survey->missing & STAMP_NO_DATE)
        printf("      no date is said, that of the file is assumed\n");
    if (survey->outside > 0)
        printf("      %llu events are far from all others in time, or have none\n",
               (unsigned long long)survey->outside);
}

static const char *side_name(const struct survey *survey, struct arena *arena, int side)
{
    const struct survey_side *it = &survey->sides[side];
    if (!survey->has_time)
        return str_printf(arena, "lines %lld to %lld", (long long)it->start + 1, (long long)it->end)
            .ptr;
    return str_printf(arena, "%s to %s (%s)", time_format(arena, it->start).ptr,
                      time_format(arena, it->end - 1).ptr,
                      span_format(arena, it->end - it->start).ptr)
        .ptr;
}

static void print_head(const struct logs_told *told)
{
    const struct survey *survey = told->survey;
    for (uint32_t i = 0; i < told->inputs_count; i++)
        printf("%s%s", i > 0 ? ", " : "", plain(told, str_of(input_path(told->inputs[i])), 200));
    printf(": %llu lines, %llu events, %u templates; ", (unsigned long long)survey->lines,
           (unsigned long long)survey->events, survey->templates_count);
    print_formats(survey);
    printf("\n");
    if (survey->has_time)
        printf("      %s to %s UTC\n", time_format(told->arena, survey->min_ns).ptr,
               time_format(told->arena, survey->max_ns).ptr);
    print_assumed(survey);
}

static void print_left_out(size_t left_out, const char *what)
{
    if (left_out > 0)
        printf("      and %zu more %s; --limit shows more\n", left_out, what);
}

/* ---- templates ---- */

static void print_values(const struct logs_told *told, const struct survey_parameter *parameter)
{
    struct tally *both = arena_push(told->arena, struct tally);
    tally_merge(both, &parameter->values[0]);
    tally_merge(both, &parameter->values[1]);
    tally_sort(both);
    if (both->total == 0 || (both->used == 0 && both->lost > 0))
        return;
    if ((both->values[0].count < 2 && both->total > 1) ||
        percent(both->values[0].count, both->total) < VALUE_PERCENT_MIN)
        return;
    printf("                      %s:", entity_name(parameter->entity));
    for (uint32_t i = 0; i < both->used && i < VALUES_SHOWN; i++)
        printf("%s %s (%.0f%%)", i > 0 ? "," : "", plain(told, tally_text(both, i), VALUE_CHARS),
               percent(both->values[i].count, both->total));
    printf("%s\n", both->used > VALUES_SHOWN || both->lost > 0 ? ", ..." : "");
}

void logs_text_templates(const struct logs_told *told)
{
    const struct survey *survey = told->survey;
    const uint32_t *order = logs_by_count(told);
    print_head(told);
    printf("\n%10s  %6s  %-5s  template\n", "count", "share", "level");
    uint32_t shown = 0;
    for (; shown < survey->templates_count && shown < told->limit; shown++) {
        const struct survey_template *it = template_at(told, order[shown]);
        const uint64_t count = it->counts[0] + it->counts[1];
        if (count == 0)
            break; /* the window has none of it */
        printf("%10llu  %5.1f%%  %-5s  %s\n", (unsigned long long)count,
               percent(count, events_of(survey)), level_column(it->level),
               plain(told, it->text, TEMPLATE_CHARS));
        if (it->parameters_count > 0)
            printf("                      e.g. %s\n",
                   plain(told, it->first.example, EXAMPLE_CHARS));
        for (uint32_t i = 0; i < it->parameters_count; i++)
            print_values(told, &it->parameters[i]);
    }
    const uint64_t others = survey->others[0] + survey->others[1];
    if (others > 0)
        printf("%10llu  %5.1f%%         of very many other shapes\n", (unsigned long long)others,
               percent(others, events_of(survey)));
    print_left_out(survey->templates_count - shown, "templates");
}

/* ---- what differs ---- */

static const char *rate_text(const struct logs_told *told, double rate)
{
    if (!told->survey->has_time)
        return str_printf(told->arena, "%.3g in 1000 lines", rate).ptr;
    if (rate * 60 >= 1 || rate <= 0)
        return str_printf(told->arena, "%.3g a minute", rate * 60).ptr;
    return str_printf(told->arena, "%.3g an hour", rate * 3600).ptr;
}

static void print_change(const struct logs_told *told, const struct template_change *change)
{
    const struct survey_template *it = template_at(told, change->template);
    printf("  %-5s  %s\n         ", level_column(it->level), plain(told, it->text, TEMPLATE_CHARS));
    const char *chance = change->is_certain ? "" : ", may be chance";
    struct arena *arena = told->arena;
    switch (change->change) {
    case CHANGE_NEW:
        printf("%llu times", (unsigned long long)it->counts[1]);
        if (it->first.has_time)
            printf(", first at %s", time_format(arena, it->first.time_ns).ptr);
        printf("%s\n", chance);
        break;
    case CHANGE_STOPPED:
        printf("%llu times before", (unsigned long long)it->counts[0]);
        if (it->first.has_time)
            printf(", last at %s", time_format(arena, it->last_ns).ptr);
        printf("%s\n", chance);
        break;
    default:
        printf("%s, was %s: %.3g times (%.3g to %.3g)%s\n", rate_text(told, change->rates[1]),
               rate_text(told, change->rates[0]), change->ratio, change->low, change->high, chance);
    }
    if (it->parameters_count > 0 && change->change == CHANGE_NEW)
        printf("         e.g. %s\n", plain(told, it->first.example, EXAMPLE_CHARS));
}

/* Warnings and errors are shown though they may be chance; of the others only what is certain. */
static bool is_shown(const struct logs_told *told, const struct template_change *change)
{
    return change->is_certain || template_at(told, change->template)->level >= LEVEL_WARN;
}

static void print_changes(const struct logs_told *told, const struct comparison_of_logs *it,
                          enum change change, const char *title, size_t limit)
{
    size_t shown = 0, left_out = 0, doubtful = 0;
    for (uint32_t i = 0; i < it->changes_count; i++) {
        if (it->changes[i].change != change)
            continue;
        if (!is_shown(told, &it->changes[i])) {
            doubtful++;
            continue;
        }
        if (shown == limit) {
            left_out++;
            continue;
        }
        if (shown++ == 0)
            printf("\n%s\n", title);
        print_change(told, &it->changes[i]);
    }
    print_left_out(left_out, "of these");
    if (doubtful > 0 && shown == 0)
        printf("\n");
    if (doubtful > 0)
        printf("      %zu %s %s, which may be chance; --json has them\n", doubtful,
               shown > 0 ? "more" : "templates", change == CHANGE_NEW ? "are new" : "have stopped");
}

/* The template with that slot filled: "status [504] after <duration>". */
static struct str with_value(const struct logs_told *told, struct str text, uint32_t parameter,
                             struct str value)
{
    struct buf out = buf_new(told->arena);
    uint32_t slot = 0;
    for (size_t at = 0; at < text.len;) {
        const struct str rest = str_slice(text, at, text.len);
        size_t len = 0;
        for (int i = 0; i < ENTITIES && len == 0; i++) {
            const struct str mark = str_printf(told->arena, "<%s>", entity_name((enum entity)i));
            len = str_starts(rest, mark) ? mark.len : 0;
        }
        if (len > 0 && slot++ == parameter)
            buf_printf(&out, "[%.*s]", STR_ARG(value));
        else
            buf_add(&out, str_slice(rest, 0, len > 0 ? len : 1));
        at += len > 0 ? len : 1;
    }
    return buf_str(&out);
}

static void print_value_change(const struct logs_told *told, const struct value_change *it,
                               const char *sides[2])
{
    const bool is_attribute = it->template == UINT32_MAX;
    const struct survey_template *template = is_attribute ? NULL : template_at(told, it->template);
    printf("  %s %s: %.0f%% of %s, %.0f%% of %s\n",
           is_attribute ? attribute_name(it->parameter)
                        : entity_name(template->parameters[it->parameter].entity),
           plain(told, it->value, VALUE_CHARS), percent(it->counts[1], it->totals[1]), sides[1],
           percent(it->counts[0], it->totals[0]), sides[0]);
    if (template)
        printf("         %s\n",
               plain(told, with_value(told, template->text, it->parameter, it->value),
                     TEMPLATE_CHARS));
}

static void print_value_changes(const struct logs_told *told, const struct value_change *items,
                                uint32_t count, const char *title, const char *sides[2],
                                size_t limit)
{
    if (count > 0)
        printf("\n%s\n", title);
    for (uint32_t i = 0; i < count && i < limit; i++)
        print_value_change(told, &items[i], sides);
    print_left_out(count > limit ? count - limit : 0, "of these");
}

void logs_text_diff(const struct logs_told *told, const struct comparison_of_logs *it)
{
    const struct survey *survey = told->survey;
    static const char *names[] = {"before", "after"};
    print_head(told);
    for (int side = 0; side < 2; side++)
        printf("%-6s  %10llu events  %s\n", names[side],
               (unsigned long long)survey->sides[side].events,
               survey->sides[side].events > 0 ? side_name(survey, told->arena, side) : "");
    if (survey->sides[0].events == 0 || survey->sides[1].events == 0) {
        printf("\nOne side has no event, so nothing can be compared.\n");
        return;
    }
    if (fabs(it->pace - 1) > 0.05)
        printf("pace    the log as a whole: %.2g times as many\n", it->pace);
    print_changes(told, it, CHANGE_NEW, "NEW", told->limit);
    print_changes(told, it, CHANGE_STOPPED, "STOPPED", told->limit);
    print_changes(told, it, CHANGE_MORE, "MORE", told->limit);
    print_changes(told, it, CHANGE_LESS, "LESS", told->limit);
    print_value_changes(told, it->values, it->values_count, "OTHER VALUES", names, told->limit);
    uint32_t count;
    struct value_change *attributes = compare_attributes(told->arena, survey, false, &count);
    print_value_changes(told, attributes, count, "OTHER WRITERS AND ADDRESSES", names, told->limit);
    if (it->changes_count == 0 && it->values_count == 0 && count == 0)
        printf("\nThey tell the same.\n");
}

/* ---- a page for a person at two in the morning ---- */

/* Eight heights; a slot with anything in it is never blank. */
static void print_bars(const uint32_t *slots, uint32_t count)
{
    static const char *const bars[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    uint32_t most = 0;
    for (uint32_t i = 0; i < count; i++)
        most = slots[i] > most ? slots[i] : most;
    for (uint32_t i = 0; i < count; i++)
        printf("%s", bars[slots[i] == 0 ? 0 : 1 + (int)(7.0 * slots[i] / most)]);
}

static void print_levels(const struct logs_told *told)
{
    const struct survey *survey = told->survey;
    uint32_t *all = arena_push_many(told->arena, uint32_t, survey->slots);
    for (int level = 0; level < LEVELS; level++)
        for (uint32_t i = 0; i < survey->slots; i++)
            all[i] += survey->level_slots[level][i];
    const int64_t span_ns = survey->sides[1].end - survey->sides[0].start;
    printf("\nCOURSE  each column is %s\n",
           survey->has_time
               ? span_format(told->arena, span_ns / survey->slots).ptr
               : str_printf(told->arena, "%lld lines", (long long)(span_ns / survey->slots)).ptr);
    printf("  %-5s %9llu  ", "all", (unsigned long long)survey->events);
    print_bars(all, survey->slots);
    printf("\n");
    for (int level = LEVELS - 1; level > LEVEL_NONE; level--) {
        const uint64_t count = survey->levels[0][level] + survey->levels[1][level];
        if (count == 0)
            continue;
        printf("  %-5s %9llu  ", level_name((enum level)level), (unsigned long long)count);
        print_bars(survey->level_slots[level], survey->slots);
        printf("\n");
    }
}

static void print_loudest(const struct logs_told *told, size_t limit)
{
    const uint32_t *order = logs_by_count(told);
    printf("\nLOUDEST\n");
    for (uint32_t i = 0; i < told->survey->templates_count && i < limit; i++) {
        const struct survey_template *it = template_at(told, order[i]);
        const uint64_t count = it->counts[0] + it->counts[1];
        if (count > 0)
            printf("  %5.1f%%  %-5s  %s\n", percent(count, events_of(told->survey)),
                   level_column(it->level), plain(told, it->text, TEMPLATE_CHARS));
    }
}

/* "2026-11-22 01:02:03, web.log, line 7": what is known and not plain. */
static const char *where(const struct logs_told *told, const struct survey_first *first)
{
    struct buf out = buf_new(told->arena);
    if (first->has_time)
        buf_printf(&out, "%s, ", time_format(told->arena, first->time_ns).ptr);
    if (told->inputs_count > 1)
        buf_printf(&out, "%s, ", plain(told, str_of(input_path(told->inputs[first->file])), 200));
    buf_printf(&out, "line %lld", (long long)first->number);
    return buf_str(&out).ptr;
}

static void print_first_errors(const struct logs_told *told, size_t limit)
{
    uint32_t count;
    const uint32_t *order = logs_first_errors(told, &count);
    if (count > 0)
        printf("\nFIRST ERRORS\n");
    for (uint32_t i = 0; i < count && i < limit; i++) {
        const struct survey_template *it = template_at(told, order[i]);
        printf("  %s: %llu times\n         %s\n", where(told, &it->first_error),
               (unsigned long long)it->errors, plain(told, it->first_error.example, EXAMPLE_CHARS));
    }
    print_left_out(count > limit ? count - limit : 0, "kinds of errors");
}

static void print_thrown(const struct logs_told *told, size_t limit)
{
    const struct survey *survey = told->survey;
    const struct survey_exception **order = logs_exceptions(told);
    if (survey->exceptions_count > 0)
        printf("\nTHROWN\n");
    for (uint32_t i = 0; i < survey->exceptions_count && i < limit; i++) {
        const struct survey_exception *it = order[i];
        printf("  %s: %llu times, first %s\n", plain(told, it->chain, TEMPLATE_CHARS),
               (unsigned long long)(it->counts[0] + it->counts[1]), where(told, &it->first));
        printf("         %s\n", plain(told, it->line, EXAMPLE_CHARS));
        if (it->frame.len > 0)
            printf("         own code: %s\n", plain(told, it->frame, EXAMPLE_CHARS));
    }
    print_left_out(survey->exceptions_count > limit ? survey->exceptions_count - limit : 0,
                   "exceptions");
}

static const char *slot_time(const struct logs_told *told, uint32_t slot)
{
    const struct survey *survey = told->survey;
    const struct survey_side *side = &survey->sides[slot >= survey->sides[0].slots];
    const int64_t at = side->start + (int64_t)((double)(side->end - side->start) *
                                               (slot - side->first_slot) / fmax(side->slots, 1));
    return survey->has_time ? time_format(told->arena, at).ptr
                            : str_printf(told->arena, "line %lld", (long long)at + 1).ptr;
}

static void print_bursts(const struct logs_told *told, size_t limit)
{
    uint32_t count;
    const struct burst *bursts = find_bursts(told->arena, told->survey, &count);
    if (count > 0)
        printf("\nBURSTS\n");
    for (uint32_t i = 0; i < count && i < limit; i++) {
        const struct survey_template *it = template_at(told, bursts[i].template);
        printf("  from %s: %llu times, usually %.2g  %s\n         %s\n",
               slot_time(told, bursts[i].from_slot), (unsigned long long)bursts[i].count,
               bursts[i].usual, level_column(it->level), plain(told, it->text, TEMPLATE_CHARS));
    }
    print_left_out(count > limit ? count - limit : 0, "bursts");
}

void logs_text_summary(const struct logs_told *told)
{
    const struct survey *survey = told->survey;
    const size_t limit = told->limit;
    print_head(told);
    print_levels(told);
    print_loudest(told, limit);
    print_first_errors(told, limit);
    print_thrown(told, limit);
    print_bursts(told, limit);
    if (survey->sides[1].slots > 0) {
        const struct comparison_of_logs it = compare_sides(told->arena, survey);
        const char *since = slot_time(told, survey->sides[1].first_slot);
        print_changes(told, &it, CHANGE_NEW, str_printf(told->arena, "NEW since %s", since).ptr,
                      limit);
        print_changes(told, &it, CHANGE_STOPPED,
                      str_printf(told->arena, "STOPPED before %s", since).ptr, limit);
    }
    static const char *sides[] = {"the rest", "errors"};
    uint32_t count;
    struct value_change *values = compare_attributes(told->arena, survey, true, &count);
    print_value_changes(told, values, count, "WHAT GOES WITH ERRORS", sides, limit);
}
