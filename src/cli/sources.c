/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/sources.h"

#include "base/arena.h"
#include "cli/command.h"
#include "config/config.h"
#include "report/escape.h"

#include <stdio.h>
#include <time.h>

bool sources_option(struct sources_options *options, int argc, char **argv, int *at)
{
    const char *value;
    if ((value = command_option("--config", argc, argv, at)))
        options->config = value;
    else if (options->words_count < SOURCES_MAX &&
             (value = command_option("--source", argc, argv, at)))
        options->words[options->words_count++] = value;
    return value != NULL;
}

/* A file that is not right as a whole is not asked for a part of it. */
static bool load_config(struct arena *arena, const char *path, struct sources *out, struct err *err)
{
    struct config config;
    if (!config_load(arena, path, &config_readers_known, &config, NULL, err))
        return false;
    for (uint32_t i = 0; i < config.sources.count; i++)
        if (!sources_add(out, config.sources.items[i].thing, err))
            return false;
    return true;
}

bool sources_load(struct arena *arena, const struct sources_options *options, struct sources *out,
                  struct err *err)
{
    *out = (struct sources){0};
    const char *path = options->config;
    if (options->words_count == 0 && !config_find(options->config, &path, err))
        return false;
    if (path && !load_config(arena, path, out, err))
        return false;
    for (uint32_t i = 0; i < options->words_count; i++) {
        struct source source;
        if (!source_of_word(arena, str_of(options->words[i]), &source, err) ||
            !sources_add(out, &source, err))
            return false;
    }
    return out->count > 0 || err_set(err, ERR_USAGE,
                                     "no source is named; write --source http://HOST:9090, or "
                                     "--config FILE with `sources: {prometheus: {url: ...}}`");
}

static const char *plain(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    escape_plain(&out, text);
    return buf_str(&out).ptr;
}

void sources_print_findings(struct arena *arena, const struct source *source,
                            const struct findings *findings)
{
    printf("%-24s %-8s %10lld  %s%s%s\n", plain(arena, source->name),
           outcome_name(findings->outcome), (long long)findings->rows,
           span_format(arena, findings->took_ns).ptr, findings->note.len > 0 ? "; " : "",
           plain(arena, findings->note));
}

int64_t sources_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}
