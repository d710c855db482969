/* SPDX-License-Identifier: Apache-2.0 */
/* Means over series weigh each the same, whatever its length and unit. */
#include "eval/series_board.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

const struct nab_profile *const profiles[PROFILES] = {&nab_standard, &nab_few_false_alarms,
                                                      &nab_few_misses};

static const char *const method_names[ROLLING_METHODS] = {"warroom", "last value", "period ago"};

struct forecast_means {
    size_t series; /* that could be forecast */
    double mape[ROLLING_METHODS], mase[ROLLING_METHODS];
    double coverage;
    size_t forecasts, judged;
};

static void add_mean(double *sum, size_t *count, double value)
{
    if (isnan(value))
        return;
    *sum += value;
    ++*count;
}

static struct forecast_means means_of(const struct series_board *board)
{
    struct forecast_means means = {0};
    size_t covered = 0;
    for (size_t i = 0; i < board->files->count; i++) {
        means.series += board->rolling[i].forecasts > 0;
        means.forecasts += board->rolling[i].forecasts;
        means.judged += board->rolling[i].judged;
        add_mean(&means.coverage, &covered, rolling_coverage(&board->rolling[i]));
    }
    means.coverage = covered > 0 ? means.coverage / (double)covered : NAN;
    for (int method = 0; method < ROLLING_METHODS; method++) {
        size_t with_mape = 0, with_mase = 0;
        for (size_t i = 0; i < board->files->count; i++) {
            add_mean(&means.mape[method], &with_mape, rolling_mape(&board->rolling[i], method));
            add_mean(&means.mase[method], &with_mase, rolling_mase(&board->rolling[i], method));
        }
        means.mape[method] = with_mape > 0 ? means.mape[method] / (double)with_mape : NAN;
        means.mase[method] = with_mase > 0 ? means.mase[method] / (double)with_mase : NAN;
    }
    return means;
}

/* What one series adds at the threshold of all, in the standard profile. */
static struct nab_tally tally_of(const struct series_board *board, size_t file)
{
    return nab_tally_of(&board->watched[0].series[file], profiles[PROFILE_STANDARD],
                        board->watched[0].results[PROFILE_STANDARD].threshold);
}

static void add_number(struct buf *out, int width, const char *format, double value)
{
    char text[64];
    snprintf(text, sizeof text, format, value);
    buf_printf(out, "  %*s", width, isnan(value) ? "-" : text);
}

static void add_lines(const struct series_board *board, struct buf *out)
{
    buf_printf(out, "series\twindows\tfound\tfalse alarms\traw\tperiod\tMAPE\tMASE\tinside\n");
    for (size_t i = 0; i < board->files->count; i++) {
        const struct nab_file *file = &board->files->items[i];
        const struct rolling *rolling = &board->rolling[i];
        const struct nab_tally tally = tally_of(board, i);
        for (size_t byte = 0; byte < file->name.len; byte++)
            buf_add_char(out,
                         (unsigned char)file->name.ptr[byte] < ' ' ? ' ' : file->name.ptr[byte]);
        buf_printf(out, "\t%zu\t%zu\t%zu\t%.2f\t%zu\t%.1f\t%.2f\t%.3f\n", tally.windows,
                   tally.found, tally.false_alarms, tally.raw, rolling->period,
                   rolling_mape(rolling, ROLLING_OURS), rolling_mase(rolling, ROLLING_OURS),
                   rolling_coverage(rolling));
    }
    buf_add_char(out, '\n');
}

static void add_detectors(const struct series_board *board, struct buf *out)
{
    buf_printf(out,
               "detector  standard  held out  few false alarms  few misses  found  false alarms"
               "  threshold\n");
    for (size_t i = 0; i < watchers_count; i++) {
        const struct watched *watched = &board->watched[i];
        const struct nab_result *standard = &watched->results[PROFILE_STANDARD];
        buf_printf(out, "%-8s", watched->watcher->name);
        add_number(out, 8, "%.1f", standard->score);
        add_number(out, 8, "%.1f", watched->held_out);
        add_number(out, 16, "%.1f", watched->results[PROFILE_FEW_FALSE_ALARMS].score);
        add_number(out, 10, "%.1f", watched->results[PROFILE_FEW_MISSES].score);
        buf_printf(out, "  %2zu/%zu  %12zu", standard->total.found, standard->total.windows,
                   standard->total.false_alarms);
        add_number(out, 9, "%.4g", standard->threshold);
        buf_add_char(out, '\n');
    }
}

void series_board_text(const struct series_board *board, struct buf *out)
{
    if (board->per_series)
        add_lines(board, out);
    add_detectors(board, out);
    const struct forecast_means means = means_of(board);
    buf_printf(out, "\nforecast    MAPE %%   MASE\n");
    for (int method = 0; method < ROLLING_METHODS; method++) {
        buf_printf(out, "%-10s", method_names[method]);
        add_number(out, 6, "%.1f", means.mape[method]);
        add_number(out, 5, "%.2f", means.mase[method]);
        buf_add_char(out, '\n');
    }
    buf_printf(
        out,
        "\n%zu series, %zu forecasts of up to %d steps, %zu of them of values too small for a "
        "percentage.\nThe 90 %% interval held %.1f %% of the values.\n",
        means.series, means.forecasts, ROLLING_AHEAD, means.forecasts - means.judged,
        100 * means.coverage);
}

/* JSON knows no NAN and no infinity. */
static json_t *real(double value)
{
    return isfinite(value) ? json_real(round(value * 1e6) / 1e6) : json_null();
}

static json_t *detector_json(const struct watched *watched)
{
    const struct nab_result *standard = &watched->results[PROFILE_STANDARD];
    json_t *json = json_object();
    json_object_set_new(json, "standard", real(standard->score));
    json_object_set_new(json, "held_out", real(watched->held_out));
    json_object_set_new(json, "few_false_alarms",
                        real(watched->results[PROFILE_FEW_FALSE_ALARMS].score));
    json_object_set_new(json, "few_misses", real(watched->results[PROFILE_FEW_MISSES].score));
    json_object_set_new(json, "windows", json_integer((json_int_t)standard->total.windows));
    json_object_set_new(json, "found", json_integer((json_int_t)standard->total.found));
    json_object_set_new(json, "false_alarms",
                        json_integer((json_int_t)standard->total.false_alarms));
    json_object_set_new(json, "threshold", real(standard->threshold));
    return json;
}

static json_t *method_json(double mape, double mase)
{
    json_t *json = json_object();
    json_object_set_new(json, "mape", real(mape));
    json_object_set_new(json, "mase", real(mase));
    return json;
}

static json_t *series_json(const struct series_board *board, size_t file)
{
    const struct rolling *rolling = &board->rolling[file];
    const struct nab_tally tally = tally_of(board, file);
    const struct str name = board->files->items[file].name;
    json_t *json = json_object();
    json_object_set_new(json, "series", json_stringn(name.ptr, name.len));
    json_object_set_new(json, "windows", json_integer((json_int_t)tally.windows));
    json_object_set_new(json, "found", json_integer((json_int_t)tally.found));
    json_object_set_new(json, "false_alarms", json_integer((json_int_t)tally.false_alarms));
    json_object_set_new(json, "raw", real(tally.raw));
    json_object_set_new(json, "period", json_integer((json_int_t)rolling->period));
    json_object_set_new(json, "inside", real(rolling_coverage(rolling)));
    json_t *forecasts = json_object();
    for (int method = 0; method < ROLLING_METHODS; method++)
        json_object_set_new(
            forecasts, method_names[method],
            method_json(rolling_mape(rolling, method), rolling_mase(rolling, method)));
    json_object_set_new(json, "forecasts", forecasts);
    return json;
}

void series_board_json(const struct series_board *board, struct buf *out)
{
    json_t *json = json_object(), *detectors = json_object(), *forecasts = json_object();
    for (size_t i = 0; i < watchers_count; i++)
        json_object_set_new(detectors, watchers[i].name, detector_json(&board->watched[i]));
    const struct forecast_means means = means_of(board);
    for (int method = 0; method < ROLLING_METHODS; method++)
        json_object_set_new(forecasts, method_names[method],
                            method_json(means.mape[method], means.mase[method]));
    json_object_set_new(json, "detectors", detectors);
    json_object_set_new(json, "forecasts", forecasts);
    json_object_set_new(json, "inside", real(means.coverage));
    if (board->per_series) {
        json_t *series = json_array();
        for (size_t i = 0; i < board->files->count; i++)
            json_array_append_new(series, series_json(board, i));
        json_object_set_new(json, "series", series);
    }
    char *text = json_dumps(json, JSON_INDENT(2));
    buf_add(out, str_of(text));
    buf_add_char(out, '\n');
    free(text);
    json_decref(json);
}
