/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/cause_words.h"

static const struct {
    const char *word;
    enum cause cause;
} complaint_causes[] = {
    {"certificate", CAUSE_IS_CERTIFICATE},
    {"credentials", CAUSE_IS_PERMISSION},
    {"clock", CAUSE_IS_SETTING},
    {"name", CAUSE_IS_NAME},
    {"resolver", CAUSE_IS_NAME},
    {"setting", CAUSE_IS_SETTING},
    {"file", CAUSE_IS_FILE},
    {"files", CAUSE_IS_EXHAUSTED},
    {"connections", CAUSE_IS_EXHAUSTED},
    {"store", CAUSE_IS_EXHAUSTED},
    {"pool", CAUSE_IS_EXHAUSTED},
    {"throttled", CAUSE_IS_EXHAUSTED},
    {"disk", CAUSE_IS_DISK},
    {"memory", CAUSE_IS_MEMORY},
    {"locks", CAUSE_IS_LOCK},
    {"statement", CAUSE_IS_TIMEOUT},
    {"schema", CAUSE_IS_VERSION},
    {"program", CAUSE_IS_FILE},
    {"message", CAUSE_IS_FORMAT},
    {"crash", CAUSE_IS_UNKNOWN},
    {"probe", CAUSE_IS_UNAVAILABLE},
    {"no route", CAUSE_IS_REFUSED},
    {"unanswered", CAUSE_IS_TIMEOUT},
    {"refused", CAUSE_IS_REFUSED},
    {"upstreams", CAUSE_IS_UNAVAILABLE},
    {"unavailable", CAUSE_IS_UNAVAILABLE},
    {"broken", CAUSE_IS_REFUSED},
    {"late", CAUSE_IS_TIMEOUT},
};

static const struct {
    const char *word;
    enum cause cause;
} name_causes[] = {
    {"NullPointer", CAUSE_IS_NULL},
    {"NullReference", CAUSE_IS_NULL},
    {"IndexOutOf", CAUSE_IS_INDEX},
    {"ArrayIndex", CAUSE_IS_INDEX},
    {"IndexError", CAUSE_IS_INDEX},
    {"KeyError", CAUSE_IS_INDEX},
    {"KeyNotFound", CAUSE_IS_INDEX},
    {"NoSuchElement", CAUSE_IS_INDEX},
    {"TypeError", CAUSE_IS_TYPE},
    {"AttributeError", CAUSE_IS_TYPE},
    {"NameError", CAUSE_IS_TYPE},
    {"ReferenceError", CAUSE_IS_TYPE},
    {"ClassCast", CAUSE_IS_TYPE},
    {"InvalidCast", CAUSE_IS_TYPE},
    {"ValueError", CAUSE_IS_FORMAT},
    {"NumberFormat", CAUSE_IS_FORMAT},
    {"ZeroDivision", CAUSE_IS_ARITHMETIC},
    {"DivideByZero", CAUSE_IS_ARITHMETIC},
    {"Arithmetic", CAUSE_IS_ARITHMETIC},
    {"AssertionError", CAUSE_IS_ASSERTION},
    {"ConcurrentModification", CAUSE_IS_ASSERTION},
    {"UnsupportedOperation", CAUSE_IS_ASSERTION},
    {"StackOverflow", CAUSE_IS_RECURSION},
    {"NoSuchMethod", CAUSE_IS_VERSION},
    {"NoSuchField", CAUSE_IS_VERSION},
    {"NoClassDefFound", CAUSE_IS_VERSION},
    {"ClassNotFound", CAUSE_IS_VERSION},
    {"Timeout", CAUSE_IS_TIMEOUT},
    {"TimedOut", CAUSE_IS_TIMEOUT},
    {"UnknownHost", CAUSE_IS_NAME},
    {"Connect", CAUSE_IS_REFUSED},
    {"Socket", CAUSE_IS_REFUSED},
    {"BrokenPipe", CAUSE_IS_REFUSED},
    {"NoRoute", CAUSE_IS_REFUSED},
    {"Unavailable", CAUSE_IS_UNAVAILABLE},
    {"HttpServerError", CAUSE_IS_UNAVAILABLE},
    {"StatusRuntimeException", CAUSE_IS_UNAVAILABLE},
};

enum cause cause_by_words(const struct complaint_ear *ear, struct str text)
{
    const struct complaint_heard heard = complaint_in(ear, text);
    for (size_t i = 0; heard.complaint && i < sizeof complaint_causes / sizeof *complaint_causes;
         i++)
        if (strcmp(complaint_causes[i].word, heard.complaint->name) == 0)
            return complaint_causes[i].cause;
    for (size_t i = 0; i < sizeof name_causes / sizeof *name_causes; i++)
        if (str_contains(text, str_of(name_causes[i].word)))
            return name_causes[i].cause;
    return CAUSE_IS_UNKNOWN;
}
