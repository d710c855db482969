// SPDX-License-Identifier: Apache-2.0
/* A regular expression of the configuration, that what customers type is held against. */
#pragma once
#include "config.h"

struct pattern;

/* `KEY_match_limit`, another key, bounds the steps of a match. Ends the process when the expression
 * does not compile. */
struct pattern *pattern_new(const struct config *config, const char *key, const char *fallback);
void pattern_free(struct pattern *pattern);

enum pattern_result { PATTERN_MATCH, PATTERN_NO_MATCH, PATTERN_GAVE_UP };
enum pattern_result pattern_match(const struct pattern *pattern, const char *text);
