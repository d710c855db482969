/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What class of cause an exception, an error message or the end of a stack trace tells of, in any
 * runtime: out of the parts of the names and the words in it.
 *
 * A cause says what the program met. Where that is a kind of fault, it names the kind as
 * case/kind.h does; who is at fault (`end`) is the program that threw, whoever it called, or not
 * told by it.
 */
#pragma once

#include "base/str.h"
#include "case/kind.h"
#include "expert/hashed.h"

enum cause_end { CAUSE_OWN, CAUSE_CALLEE, CAUSE_EITHER };

#define CAUSES(X)                                                                                  \
    X(UNKNOWN, unknown, UNKNOWN, EITHER, "its words do not say what it is")                        \
    X(NULL, null, EXCEPTION, OWN, "something is used that is not there")                           \
    X(INDEX, index, EXCEPTION, OWN, "an index or a key lies outside")                              \
    X(TYPE, type, EXCEPTION, OWN, "a value is of another type")                                    \
    X(FORMAT, format, EXCEPTION, EITHER, "what was read has another form")                         \
    X(ASSERTION, assertion, EXCEPTION, OWN, "a state or an argument is not allowed")               \
    X(ARITHMETIC, arithmetic, EXCEPTION, OWN, "a number cannot be worked out")                     \
    X(RECURSION, recursion, EXCEPTION, OWN, "calls go too deep")                                   \
    X(VERSION, version, CHANGE, OWN, "parts do not fit each other")                                \
    X(FILE, file, CONFIGURATION, EITHER, "a file or an object is not found")                       \
    X(SETTING, setting, CONFIGURATION, OWN, "a setting is missing or refused")                     \
    X(PERMISSION, permission, CONFIGURATION, EITHER, "access is refused")                          \
    X(CERTIFICATE, certificate, CONFIGURATION, EITHER, "a certificate is refused")                 \
    X(NAME, name, CONFIGURATION, CALLEE, "a host name is not known")                               \
    X(TIMEOUT, timeout, DEPENDENCY, CALLEE, "an answer does not come in time")                     \
    X(REFUSED, refused, DEPENDENCY, CALLEE, "a connection is refused or breaks off")               \
    X(UNAVAILABLE, unavailable, DEPENDENCY, CALLEE, "what is called does not serve")               \
    X(EXHAUSTED, exhausted, CAPACITY, EITHER, "a limit of connections, files or requests is met")  \
    X(MEMORY, memory, MEMORY, OWN, "there is no more memory")                                      \
    X(DISK, disk, DISK, OWN, "a disk is full or cannot be written")                                \
    X(LOCK, lock, LOCKS, EITHER, "a lock is not had")

enum cause {
#define X(id, name, kind, end, text) CAUSE_IS_##id,
    CAUSES(X)
#undef X
        CAUSES_COUNT
};

const char *cause_name(enum cause cause); /* "refused" */
const char *cause_text(enum cause cause);
enum kind cause_kind(enum cause cause);
enum cause_end cause_end(enum cause cause);

/* What the head weighs. */
void cause_hash(struct str text, struct hashed *out, uint32_t buckets);

struct cause_guess {
    enum cause cause;
    double odds; /* 0 to 1, as often right as they say on runtimes that were left out */
};

/* Of the line that names it, or of a whole trace: any bytes; the first 4 kB are read. */
struct cause_guess cause_of(struct str text);
