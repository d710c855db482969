/* SPDX-License-Identifier: Apache-2.0 */
#include "text/level.h"

#include <string.h>
#include <strings.h>

#define WORD_MAX 13 /* bytes of the longest word below */

static const struct {
    const char *word;
    enum level level;
} words[] = {
    {"info", LEVEL_INFO},       {"error", LEVEL_ERROR},      {"warn", LEVEL_WARN},
    {"debug", LEVEL_DEBUG},     {"warning", LEVEL_WARN},     {"trace", LEVEL_TRACE},
    {"fatal", LEVEL_FATAL},     {"notice", LEVEL_INFO},      {"critical", LEVEL_FATAL},
    {"err", LEVEL_ERROR},       {"crit", LEVEL_FATAL},       {"emerg", LEVEL_FATAL},
    {"alert", LEVEL_FATAL},     {"panic", LEVEL_FATAL},      {"severe", LEVEL_ERROR},
    {"fine", LEVEL_DEBUG},      {"finer", LEVEL_TRACE},      {"finest", LEVEL_TRACE},
    {"config", LEVEL_INFO},     {"log", LEVEL_INFO},         {"verbose", LEVEL_DEBUG},
    {"failure", LEVEL_ERROR},   {"information", LEVEL_INFO}, {"informational", LEVEL_INFO},
    {"emergency", LEVEL_FATAL}, {"exception", LEVEL_ERROR},  {"dpanic", LEVEL_FATAL},
    {"debug1", LEVEL_DEBUG},    {"debug2", LEVEL_DEBUG},     {"debug3", LEVEL_DEBUG},
    {"debug4", LEVEL_DEBUG},    {"debug5", LEVEL_DEBUG},     {"inf", LEVEL_INFO},
    {"wrn", LEVEL_WARN},        {"dbg", LEVEL_DEBUG},        {"trc", LEVEL_TRACE},
    {"ftl", LEVEL_FATAL},
};

const char *level_name(enum level level)
{
    static const char *const names[LEVELS] = {"",     "TRACE", "DEBUG", "INFO",
                                              "WARN", "ERROR", "FATAL"};
    return names[level];
}

enum level level_of_word(struct str word)
{
    if (word.len < 3 || word.len > WORD_MAX)
        return LEVEL_NONE;
    const char first = (char)(word.ptr[0] | 0x20);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].word[0] == first && strlen(words[i].word) == word.len &&
            strncasecmp(words[i].word, word.ptr, word.len) == 0)
            return words[i].level;
    return LEVEL_NONE;
}

enum level level_of_letter(char letter)
{
    switch (letter) {
    case 'V':
    case 'T':
        return LEVEL_TRACE;
    case 'D':
        return LEVEL_DEBUG;
    case 'I':
    case 'N':
        return LEVEL_INFO;
    case 'W':
        return LEVEL_WARN;
    case 'E':
        return LEVEL_ERROR;
    case 'F':
    case 'A':
        return LEVEL_FATAL;
    default:
        return LEVEL_NONE;
    }
}

enum level level_of_number(int64_t number)
{
    static const enum level of_syslog[] = {LEVEL_FATAL, LEVEL_FATAL, LEVEL_FATAL, LEVEL_ERROR,
                                           LEVEL_WARN,  LEVEL_INFO,  LEVEL_INFO,  LEVEL_DEBUG};
    if (number >= 0 && number <= 7)
        return of_syslog[number];
    if (number >= 10 && number <= 60 && number % 10 == 0)
        return (enum level)(LEVEL_TRACE + number / 10 - 1);
    return LEVEL_NONE;
}
