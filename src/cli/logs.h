/* SPDX-License-Identifier: Apache-2.0 */
/* What `warroom logs` tells of some files, as a page for people and as JSON. */
#pragma once

#include "logs/compare.h"

struct logs_told {
    struct arena *arena;
    struct input *const *inputs;
    uint32_t inputs_count;
    const struct survey *survey;
    size_t limit;   /* of each list */
    bool has_split; /* the user said where the sides meet */
};

void logs_text_templates(const struct logs_told *told);
void logs_text_diff(const struct logs_told *told, const struct comparison_of_logs *it);
void logs_text_summary(const struct logs_told *told);

void logs_json_templates(const struct logs_told *told);
void logs_json_diff(const struct logs_told *told, const struct comparison_of_logs *it);
void logs_json_summary(const struct logs_told *told);

/* Templates by how often they came, ties by their text; numbers of survey->templates. */
uint32_t *logs_by_count(const struct logs_told *told);

/* Templates that were errors at any time, by when they first were. */
uint32_t *logs_first_errors(const struct logs_told *told, uint32_t *count);

/* Exceptions: the most frequent first. */
const struct survey_exception **logs_exceptions(const struct logs_told *told);
