/* SPDX-License-Identifier: Apache-2.0 */
#include "text/frame.h"

#include <ctype.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool has_any(struct str text, const char *const *parts)
{
    for (; *parts; parts++)
        if (str_contains(text, str_of(*parts)))
            return true;
    return false;
}

static bool starts_with_any(struct str text, const char *const *starts)
{
    for (; *starts; starts++)
        if (str_starts(text, str_of(*starts)))
            return true;
    return false;
}

bool frame_is_foreign(struct str frame)
{
    static const char *const packages[] = {"java.",
                                           "javax.",
                                           "jdk.",
                                           "sun.",
                                           "com.sun.",
                                           "jakarta.",
                                           "kotlin.",
                                           "scala.",
                                           "org.springframework.",
                                           "org.apache.",
                                           "org.hibernate.",
                                           "org.eclipse.",
                                           "org.jboss.",
                                           "org.postgresql.",
                                           "org.slf4j.",
                                           "org.junit.",
                                           "com.fasterxml.",
                                           "com.google.",
                                           "com.mysql.",
                                           "com.zaxxer.",
                                           "com.netflix.",
                                           "io.netty.",
                                           "io.grpc.",
                                           "io.vertx.",
                                           "io.micrometer.",
                                           "io.opentelemetry.",
                                           "ch.qos.",
                                           "feign.",
                                           "okhttp3.",
                                           "reactor.",
                                           "System.",
                                           "Microsoft.",
                                           "Npgsql.",
                                           "Newtonsoft.",
                                           NULL};
    static const char *const paths[] = {
        "site-packages/",  "dist-packages/",  "/lib/python",      "<frozen ",
        "node_modules/",   "node:",           "(internal/",       "/usr/local/go/",
        "/go/pkg/mod/",    "/rustc/",         ".cargo/registry/", "/usr/lib/go",
        "<anonymous>",     "/usr/lib/ruby/",  "/gems/",           "<internal:",
        "/vendor/bundle/", "/usr/share/php/", "[internal ",       "/libsanitizer/",
        "../sysdeps/",     "../csu/",         "/usr/include/",    NULL};
    /* where packages of these are kept; elsewhere it may be a word of the trade */
    static const char *const vendored[] = {".php", ".go:", NULL};
    return starts_with_any(frame, packages) || has_any(frame, paths) ||
           (str_contains(frame, STR("/vendor/")) && has_any(frame, vendored));
}

/* What stands between the name of a file and the line in it, at `at`; 0: nothing of the kind. */
static size_t mark_at(struct str text, size_t at)
{
    static const char *const marks[] = {":line ", ":", "(", " on line "};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_starts(str_slice(text, at, text.len), str_of(marks[i])))
            return str_of(marks[i]).len;
    return 0;
}

bool frame_place(struct str text, struct str *file, struct str *line)
{
    for (size_t at = 0; at + 1 < text.len; at++) {
        const size_t mark = mark_at(text, at);
        if (mark == 0)
            continue;
        const size_t digits = at + mark;
        size_t end = digits;
        while (end < text.len && is_digit(text.ptr[end]))
            end++;
        size_t from = at;
        bool dot = false;
        while (from > 0 && (isalnum((unsigned char)text.ptr[from - 1]) ||
                            str_find(STR("_-.+$"), str_slice(text, from - 1, from)) != STR_NPOS)) {
            dot |= text.ptr[from - 1] == '.';
            from--;
        }
        if (end == digits || from == at || !dot)
            continue;
        *file = str_slice(text, from, at);
        *line = str_slice(text, digits, end);
        return true;
    }
    return false;
}
