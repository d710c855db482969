/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In which language a text is: by its script, then by words that every text of a language has (G.
 * Grefenstette, "Comparing two language identification schemes", 1995: from some twenty words on,
 * small words tell as surely as trigrams).
 *
 * Technical text, which has few of them in any language, is TONGUE_UNKNOWN and no foreign one.
 */
#pragma once

#include "base/str.h"

enum tongue {
    TONGUE_UNKNOWN, /* too few words, or hardly any that are common: tables, commands, names */
    TONGUE_ENGLISH,
    TONGUE_GERMAN,
    TONGUE_FRENCH,
    TONGUE_SPANISH,
    TONGUE_ITALIAN,
    TONGUE_PORTUGUESE,
    TONGUE_DUTCH,
    TONGUE_POLISH,
    TONGUE_SWEDISH,
    TONGUE_DANISH,
    TONGUE_CZECH,
    TONGUE_TURKISH,
    TONGUE_INDONESIAN,
    TONGUE_ROMANIAN,
    TONGUE_FINNISH,
    TONGUE_HUNGARIAN,
    TONGUE_OTHER_SCRIPT, /* most letters are of another than the Latin script */
    TONGUES
};

const char *tongue_name(enum tongue tongue); /* "german" */

/* Of UTF-8 text; what is not is passed over. */
enum tongue tongue_of(struct str text);
