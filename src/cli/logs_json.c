/* SPDX-License-Identifier: Apache-2.0 */
/* docs/logs.md has the members; what is not known is left out, but for times, which are null. */
#include "cli/logs.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/json.h"

#include <math.h>
#include <stdio.h>

#define SCHEMA_VERSION 1

static void put_text(struct buf *out, const char *name, struct str text)
{
    json_put_key(out, name);
    json_put_text(out, text);
}

static void put_count(struct buf *out, const char *name, uint64_t count)
{
    json_put_key(out, name);
    buf_printf(out, "%llu", (unsigned long long)count);
}

static void put_real(struct buf *out, const char *name, double real)
{
    json_put_key(out, name);
    json_put_real(out, real);
}

static void put_time(const struct logs_told *told, struct buf *out, const char *name, bool known,
                     int64_t time_ns)
{
    json_put_key(out, name);
    if (known)
        json_put_text(out, time_format_exact(told->arena, time_ns));
    else
        buf_add(out, STR("null"));
}

static void open_list(struct buf *out, const char *name)
{
    json_put_key(out, name);
    buf_add_char(out, '[');
}

static void open_item(struct buf *out)
{
    json_put_comma(out);
    buf_add(out, STR("\n{"));
}

static const struct survey_template *template_at(const struct logs_told *told, uint32_t number)
{
    return &told->survey->templates[number];
}

/* ---- what each document begins with ---- */

static void put_formats(struct buf *out, const char *name, const uint64_t *formats)
{
    open_list(out, name);
    for (int i = HEADER_NONE + 1; i < HEADER_FORMATS_COUNT; i++)
        if (formats[i] > 0) {
            json_put_comma(out);
            json_put_text(out, str_of(header_format_name((enum header_format)i)));
        }
    buf_add_char(out, ']');
}

static void put_levels(struct buf *out, const char *name, const uint64_t *levels)
{
    json_put_key(out, name);
    buf_add_char(out, '{');
    for (int i = LEVEL_NONE + 1; i < LEVELS; i++)
        put_count(out, level_name((enum level)i), levels[i]);
    buf_add_char(out, '}');
}

static void put_side(const struct logs_told *told, struct buf *out, const char *name, int side)
{
    const struct survey *survey = told->survey;
    const struct survey_side *it = &survey->sides[side];
    json_put_key(out, name);
    buf_add_char(out, '{');
    put_count(out, "events", it->events);
    put_time(told, out, "from", survey->has_time, it->start);
    put_time(told, out, "to", survey->has_time, it->end);
    put_levels(out, "levels", survey->levels[side]);
    buf_add_char(out, '}');
}

static struct buf begin(const struct logs_told *told, const char *kind)
{
    const struct survey *survey = told->survey;
    struct buf out = buf_new(told->arena);
    buf_printf(&out, "{\"schema_version\":%d,\"kind\":\"%s\"", SCHEMA_VERSION, kind);
    open_list(&out, "files");
    for (uint32_t i = 0; i < told->inputs_count; i++) {
        json_put_comma(&out);
        json_put_text(&out, str_of(input_path(told->inputs[i])));
    }
    buf_add_char(&out, ']');
    put_formats(&out, "formats", survey->formats);
    put_formats(&out, "inner_formats", survey->inner_formats);
    put_count(&out, "lines", survey->lines);
    put_count(&out, "events", survey->events);
    put_time(told, &out, "from", survey->has_time, survey->min_ns);
    put_time(told, &out, "to", survey->has_time, survey->max_ns);
    open_list(&out, "assumed");
    static const struct {
        uint32_t bit;
        const char *name;
    } assumed[] = {{STAMP_NO_ZONE, "zone"}, {STAMP_NO_YEAR, "year"}, {STAMP_NO_DATE, "date"}};
    for (size_t i = 0; i < sizeof assumed / sizeof *assumed; i++)
        if (survey->missing & assumed[i].bit) {
            json_put_comma(&out);
            json_put_text(&out, str_of(assumed[i].name));
        }
    buf_add_char(&out, ']');
    put_count(&out, "outside", survey->outside);
    put_count(&out, "without_template", survey->others[0] + survey->others[1]);
    return out;
}

static void finish(struct buf *out)
{
    printf("%s}\n", buf_str(out).ptr);
}

static void put_first(const struct logs_told *told, struct buf *out, const char *name,
                      const struct survey_first *first)
{
    json_put_key(out, name);
    buf_add_char(out, '{');
    put_time(told, out, "time", first->has_time, first->time_ns);
    put_text(out, "file", str_of(input_path(told->inputs[first->file])));
    put_count(out, "line", (uint64_t)first->number);
    if (first->example.len > 0)
        put_text(out, "text", first->example);
    buf_add_char(out, '}');
}

static void put_template(const struct logs_told *told, struct buf *out, uint32_t number)
{
    const struct survey_template *it = template_at(told, number);
    put_text(out, "template", it->text);
    put_count(out, "count", it->counts[0] + it->counts[1]);
    if (it->level != LEVEL_NONE)
        put_text(out, "level", str_of(level_name(it->level)));
    put_first(told, out, "first", &it->first);
    put_time(told, out, "last", it->first.has_time, it->last_ns);
    put_count(out, "errors", it->errors);
    if (it->errors > 0)
        put_first(told, out, "first_error", &it->first_error);
}

/* ---- templates ---- */

static void put_parameter(const struct logs_told *told, struct buf *out,
                          const struct survey_parameter *parameter)
{
    struct tally *both = arena_push(told->arena, struct tally);
    tally_merge(both, &parameter->values[0]);
    tally_merge(both, &parameter->values[1]);
    tally_sort(both);
    json_put_comma(out);
    buf_add_char(out, '{');
    put_text(out, "kind", str_of(entity_name(parameter->entity)));
    put_count(out, "count_error", both->lost);
    open_list(out, "values");
    for (uint32_t i = 0; i < both->used; i++) {
        json_put_comma(out);
        buf_add_char(out, '{');
        put_text(out, "value", tally_text(both, i));
        put_count(out, "count", both->values[i].count);
        buf_add_char(out, '}');
    }
    buf_add(out, STR("]}"));
}

void logs_json_templates(const struct logs_told *told)
{
    const struct survey *survey = told->survey;
    const uint32_t *order = logs_by_count(told);
    const uint64_t events = survey->sides[0].events + survey->sides[1].events;
    struct buf out = begin(told, "templates");
    open_list(&out, "templates");
    uint32_t shown = 0;
    for (; shown < survey->templates_count && shown < told->limit; shown++) {
        const struct survey_template *it = template_at(told, order[shown]);
        if (it->counts[0] + it->counts[1] == 0)
            break;
        open_item(&out);
        put_template(told, &out, order[shown]);
        put_real(&out, "share", (double)(it->counts[0] + it->counts[1]) / (double)events);
        open_list(&out, "parameters");
        for (uint32_t i = 0; i < it->parameters_count; i++)
            put_parameter(told, &out, &it->parameters[i]);
        buf_add(&out, STR("]}"));
    }
    buf_add_char(&out, ']');
    put_count(&out, "left_out", survey->templates_count - shown);
    finish(&out);
}

/* ---- what differs ---- */

static void put_changes(const struct logs_told *told, struct buf *out,
                        const struct comparison_of_logs *it)
{
    open_list(out, "changes");
    for (uint32_t i = 0; i < it->changes_count; i++) {
        const struct template_change *change = &it->changes[i];
        const struct survey_template *template = template_at(told, change->template);
        open_item(out);
        put_text(out, "change", str_of(change_name(change->change)));
        put_template(told, out, change->template);
        put_count(out, "before", template->counts[0]);
        put_count(out, "after", template->counts[1]);
        put_real(out, "rate_before", change->rates[0]);
        put_real(out, "rate_after", change->rates[1]);
        if (change->ratio > 0) {
            put_real(out, "ratio", change->ratio);
            put_real(out, "ratio_low", change->low);
            put_real(out, "ratio_high", fmin(change->high, 1e300));
        }
        put_real(out, "p", change->p);
        json_put_key(out, "certain");
        buf_printf(out, "%s}", change->is_certain ? "true" : "false");
    }
    buf_add_char(out, ']');
}

static void put_values(const struct logs_told *told, struct buf *out, const char *name,
                       const struct value_change *items, uint32_t count)
{
    open_list(out, name);
    for (uint32_t i = 0; i < count; i++) {
        const struct value_change *it = &items[i];
        const bool is_attribute = it->template == UINT32_MAX;
        open_item(out);
        if (is_attribute) {
            put_text(out, "kind", str_of(attribute_name(it->parameter)));
        } else {
            const struct survey_template *template = template_at(told, it->template);
            put_text(out, "kind", str_of(entity_name(template->parameters[it->parameter].entity)));
            put_text(out, "template", template->text);
            put_count(out, "parameter", it->parameter);
        }
        put_text(out, "value", it->value);
        put_count(out, "before", it->counts[0]);
        put_count(out, "of_before", it->totals[0]);
        put_count(out, "after", it->counts[1]);
        put_count(out, "of_after", it->totals[1]);
        put_real(out, "p", it->p);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

void logs_json_diff(const struct logs_told *told, const struct comparison_of_logs *it)
{
    struct buf out = begin(told, "diff");
    put_side(told, &out, "before", 0);
    put_side(told, &out, "after", 1);
    put_real(&out, "pace", it->pace);
    put_changes(told, &out, it);
    put_values(told, &out, "values", it->values, it->values_count);
    uint32_t count;
    const struct value_change *attributes =
        compare_attributes(told->arena, told->survey, false, &count);
    put_values(told, &out, "attributes", attributes, count);
    finish(&out);
}

/* ---- the summary ---- */

static void put_course(const struct logs_told *told, struct buf *out)
{
    const struct survey *survey = told->survey;
    json_put_key(out, "course");
    buf_add_char(out, '{');
    for (int level = 0; level < LEVELS; level++) {
        open_list(out, level == LEVEL_NONE ? "none" : level_name((enum level)level));
        for (uint32_t i = 0; i < survey->slots; i++)
            buf_printf(out, "%s%u", i > 0 ? "," : "", survey->level_slots[level][i]);
        buf_add_char(out, ']');
    }
    buf_add_char(out, '}');
}

static void put_thrown(const struct logs_told *told, struct buf *out)
{
    const struct survey *survey = told->survey;
    const struct survey_exception **order = logs_exceptions(told);
    open_list(out, "exceptions");
    for (uint32_t i = 0; i < survey->exceptions_count; i++) {
        const struct survey_exception *it = order[i];
        open_item(out);
        put_text(out, "thrown", it->thrown);
        put_text(out, "root", it->root);
        put_text(out, "chain", it->chain);
        put_text(out, "line", it->line);
        put_text(out, "frame", it->frame);
        put_text(out, "place", it->place);
        put_count(out, "count", it->counts[0] + it->counts[1]);
        put_first(told, out, "first", &it->first);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void put_bursts(const struct logs_told *told, struct buf *out)
{
    uint32_t count;
    const struct burst *bursts = find_bursts(told->arena, told->survey, &count);
    open_list(out, "bursts");
    for (uint32_t i = 0; i < count; i++) {
        open_item(out);
        put_text(out, "template", template_at(told, bursts[i].template)->text);
        put_count(out, "from_column", bursts[i].from_slot);
        put_count(out, "to_column", bursts[i].to_slot);
        put_count(out, "count", bursts[i].count);
        put_real(out, "usual", bursts[i].usual);
        put_real(out, "p", bursts[i].p);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

void logs_json_summary(const struct logs_told *told)
{
    const struct survey *survey = told->survey;
    struct buf out = begin(told, "summary");
    put_side(told, &out, "before", 0);
    put_side(told, &out, "last_part", 1);
    put_course(told, &out);
    open_list(&out, "loudest");
    const uint32_t *order = logs_by_count(told);
    for (uint32_t i = 0; i < survey->templates_count && i < told->limit; i++) {
        open_item(&out);
        put_template(told, &out, order[i]);
        buf_add_char(&out, '}');
    }
    uint32_t count;
    order = logs_first_errors(told, &count);
    buf_add_char(&out, ']');
    open_list(&out, "first_errors");
    for (uint32_t i = 0; i < count && i < told->limit; i++) {
        open_item(&out);
        put_template(told, &out, order[i]);
        buf_add_char(&out, '}');
    }
    buf_add_char(&out, ']');
    put_thrown(told, &out);
    put_bursts(told, &out);
    const struct comparison_of_logs it = compare_sides(told->arena, survey);
    put_changes(told, &out, &it);
    const struct value_change *values = compare_attributes(told->arena, survey, true, &count);
    put_values(told, &out, "with_errors", values, count);
    finish(&out);
}
