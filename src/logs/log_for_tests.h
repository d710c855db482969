/* SPDX-License-Identifier: Apache-2.0 */
/* For tests: a log that is written to a file and surveyed. */
#pragma once

#include "logs/survey.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define LOG_START_NS (INT64_C(1795305600) * NS_PER_S) /* 2026-11-22 00:00:00 */

/* "2026-11-22 00:00:07 LEVEL ", so many seconds from the start. */
static inline void log_stamp(struct buf *log, double at_s, const char *level)
{
    struct arena *arena = arena_new("stamp");
    buf_printf(log, "%s %s ",
               time_format(arena, LOG_START_NS + (int64_t)(at_s * (double)NS_PER_S)).ptr, level);
    arena_free(arena);
}

static inline struct survey_options log_options(void)
{
    return (struct survey_options){
        .since_ns = INT64_MIN, .until_ns = INT64_MAX, .split_share = 1, .threads = 1};
}

/* The files are gone when it returns. */
static inline bool log_try(struct arena *arena, struct buf *const *logs, uint32_t count,
                           const struct survey_options *options, struct survey *out,
                           struct err *err)
{
    struct input *inputs[2];
    bool ok = true;
    for (uint32_t i = 0; ok && i < count; i++) {
        char path[] = "/tmp/warroom-test-XXXXXX";
        const int fd = mkstemp(path);
        assert_true(fd >= 0);
        const struct str text = buf_str(logs[i]);
        assert_int_equal(write(fd, text.ptr, text.len), text.len);
        close(fd);
        ok = input_open(arena, str_copy(arena, str_of(path)).ptr, HEADER_NONE, LOG_START_NS,
                        &inputs[i], err);
        unlink(path);
    }
    return ok && survey_make(arena, inputs, count, options, out, err);
}

static inline struct survey log_survey(struct arena *arena, struct buf *log,
                                       const struct survey_options *options)
{
    struct survey survey;
    struct err err = {0};
    if (!log_try(arena, &log, 1, options, &survey, &err))
        fail_msg("%s", err.text);
    return survey;
}

static inline const struct survey_template *log_template(const struct survey *survey,
                                                         const char *part)
{
    for (uint32_t i = 0; i < survey->templates_count; i++)
        if (str_contains(survey->templates[i].text, str_of(part)))
            return &survey->templates[i];
    fail_msg("there is no template with %s", part);
    return NULL;
}
