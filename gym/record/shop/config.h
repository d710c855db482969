// SPDX-License-Identifier: Apache-2.0
/* A role's configuration: `key = value` lines, read once at start. A change is a commit and a
 * restart. */
#pragma once
#include <stdbool.h>

#define CONFIG_OPTIONS_MAX 32

struct config {
    struct config_option {
        char key[40];
        char value[160];
    } options[CONFIG_OPTIONS_MAX];
    unsigned count;
};

/* False, with the reason on stderr, when the file cannot be read or a line is no option. */
bool config_read(struct config *config, const char *path);

/* `fallback` where the key is missing. */
const char *config_text(const struct config *config, const char *key, const char *fallback);
bool config_flag(const struct config *config, const char *key);

/* Ends the process when the value is no number in the range: a service must not start half
 * configured. */
long config_number(const struct config *config, const char *key, long fallback, long min, long max);
