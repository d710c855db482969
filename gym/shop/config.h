// SPDX-License-Identifier: Apache-2.0
/* A role's configuration: `key = value` lines, read once at start. A change is a commit and a
 * restart. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define CONFIG_OPTIONS_MAX 64
#define CONFIG_VALUE_SIZE 240

struct config {
    char folder[400]; /* of the file: paths in it are from there */
    struct config_option {
        char key[40];
        char value[CONFIG_VALUE_SIZE];
    } options[CONFIG_OPTIONS_MAX];
    unsigned count;
};

/* False, with the reason on stderr, when the file cannot be read or a line is no option. */
bool config_read(struct config *config, const char *path);

/* `fallback` where the key is missing. */
const char *config_text(const struct config *config, const char *key, const char *fallback);
bool config_flag(const struct config *config, const char *key, bool fallback);

/* True when the words of the value, between spaces, hold this one. */
bool config_has_word(const struct config *config, const char *key, const char *word);

/* Both end the process when the value is none of what is allowed: a service must not start half
 * configured. `words` ends with NULL; the first is the fallback. */
long config_number(const struct config *config, const char *key, long fallback, long min, long max);
unsigned config_choice(const struct config *config, const char *key, const char *const words[]);

/* The path that a key names; false where the key is missing. */
bool config_path(const struct config *config, const char *key, char *out, size_t size);

/* The text of the file that a key names, less its last newline; NULL where the key is missing. Ends
 * the process when the file cannot be read. To be freed. */
char *config_file(const struct config *config, const char *key);

/* The first line of such a file: a password, a token. */
char *config_secret(const struct config *config, const char *key);
