/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How bad a line says it is. The words of all common loggers fall into six levels, those of syslog
 * (RFC 5424, table 2) and of PostgreSQL (its manual, "Message Severity Levels") among them.
 */
#pragma once

#include "base/str.h"

enum level {
    LEVEL_NONE, /* it does not say */
    LEVEL_TRACE,
    LEVEL_DEBUG,
    LEVEL_INFO, /* notice, too */
    LEVEL_WARN,
    LEVEL_ERROR,
    LEVEL_FATAL, /* critical, alert, emergency, panic */
    LEVELS
};

const char *level_name(enum level level); /* "ERROR"; "" where there is none */

/* Of a word, in capitals or not; LEVEL_NONE for any other word. */
enum level level_of_word(struct str word);

/* Of "V", "D", "I", "W", "E", "F": what klog and Android write. */
enum level level_of_letter(char letter);

/* Of a number as syslog has it, 0 to 7, or as Node's loggers do, 10 to 60. */
enum level level_of_number(int64_t number);
