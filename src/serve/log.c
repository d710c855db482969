/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/log.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/json.h"
#include "serve/wall.h"

#include <stdio.h>
#include <unistd.h>

#define TEXT_BYTES_MAX 1000

void log_line(enum log_level level, const char *about, const char *format, ...)
{
    static const char *const levels[] = {"info", "warning", "error"};
    char text[TEXT_BYTES_MAX];
    struct arena *arena = arena_new("log");
    struct buf out = buf_new(arena);
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const int64_t now_ms = wall_now_ns() / NS_PER_MS;
    buf_printf(&out, "time=%s level=%s about=%s text=",
               time_format_rfc3339(arena, now_ms * NS_PER_MS).ptr, levels[level], about);
    json_put_text(&out, str_of(text));
    buf_add_char(&out, '\n');
    const struct str line = buf_str(&out);
    if (write(STDERR_FILENO, line.ptr, line.len) < 0) {
        /* nobody listens: there is nobody to tell */
    }
    arena_free(arena);
}
