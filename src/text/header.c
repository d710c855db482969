/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line of the sample counts for the strictest format that it fits; a format that a twentieth of
 * the sample fits is one of the file. One vote a line, because strict formats are special cases of
 * lax ones: each line of klog begins with a word and a time, too.
 */
#include "text/header.h"

#include "base/arena.h"
#include "text/header_lines.h"

#include <string.h>

#define SHARE_MIN 20u  /* one line in so many makes a format one of the file */
#define PERCENT_MIN 1u /* and of all lines, for one odd line makes no format */

static const struct {
    const char *name;
    header_line_reader *read;
    bool wraps; /* its message may have a header of its own */
} formats[HEADER_FORMATS_COUNT] = {
    [HEADER_NONE] = {"none", NULL, false},
    [HEADER_JSON] = {"json", header_json_line, true},
    [HEADER_RFC5424] = {"rfc5424", header_rfc5424_line, true},
    [HEADER_CRI] = {"cri", header_cri_line, true},
    [HEADER_KLOG] = {"klog", header_klog_line, false},
    [HEADER_ACCESS] = {"access", header_access_line, false},
    [HEADER_NGINX_ERROR] = {"nginx-error", header_nginx_error_line, false},
    [HEADER_APACHE_ERROR] = {"apache-error", header_apache_error_line, false},
    [HEADER_REDIS] = {"redis", header_redis_line, false},
    [HEADER_POSTGRES] = {"postgres", header_postgres_line, false},
    [HEADER_SYSLOG] = {"syslog", header_syslog_line, true},
    [HEADER_COMPOSE] = {"compose", header_compose_line, true},
    [HEADER_PYTHON] = {"python", header_python_line, false},
    [HEADER_LOG4J] = {"log4j", header_log4j_line, false},
    [HEADER_LOGFMT] = {"logfmt", header_logfmt_line, false},
    [HEADER_LEVELLED] = {"level-first", header_levelled_line, false},
    [HEADER_STAMPED] = {"time-first", header_stamped_line, false},
};

const char *header_format_name(enum header_format format)
{
    return formats[format].name;
}

bool header_format_of(struct str name, enum header_format *out)
{
    for (int i = 0; i < HEADER_FORMATS_COUNT; i++)
        if (str_eq(name, str_of(formats[i].name))) {
            *out = (enum header_format)i;
            return true;
        }
    return false;
}

bool header_format_wraps(enum header_format format)
{
    return formats[format].wraps;
}

/* ---- what the readers share ---- */

size_t header_take_time(struct str text, const struct header_asking *asking, struct header *out)
{
    struct stamp stamp;
    const size_t len = stamp_read(text, asking->newest_ns, &stamp);
    if (len == 0)
        return 0;
    out->has_time = true;
    out->time_ns = stamp.time_ns;
    out->missing = stamp.missing;
    return len;
}

bool header_is_number(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len > 0;
}

/* ---- one line ---- */

static bool read_as(enum header_format format, struct str line, const struct header_asking *asking,
                    struct header *out)
{
    *out = (struct header){0};
    if (!formats[format].read || !formats[format].read(line, asking, out))
        return false;
    out->format = format;
    return true;
}

/* A format that takes nothing by mistake may turn up where the sample had none of it. */
static bool read_mix(const struct header_mix *mix, struct str line, struct header_asking asking,
                     struct header *out)
{
    asking.names_components = mix->names_components;
    for (uint32_t i = 0; i < mix->count; i++)
        if (read_as(mix->formats[i], line, &asking, out))
            return true;
    for (int i = HEADER_NONE + 1; i <= HEADER_SYSLOG && !mix->is_given; i++)
        if (read_as((enum header_format)i, line, &asking, out))
            return true;
    return false;
}

static void prefer(struct str *kept, struct str inner)
{
    if (inner.len > 0)
        *kept = inner;
}

/* The program knows best what its line says, and whoever passed it on at what time. */
static void take_inner(struct header *out, const struct header *inner)
{
    out->inner = inner->format;
    if (!out->has_time) {
        out->has_time = inner->has_time;
        out->time_ns = inner->time_ns;
        out->missing = inner->missing;
    }
    if (inner->level != LEVEL_NONE)
        out->level = inner->level;
    prefer(&out->host, inner->host);
    prefer(&out->program, inner->program);
    prefer(&out->pid, inner->pid);
    prefer(&out->thread, inner->thread);
    prefer(&out->component, inner->component);
    prefer(&out->source, inner->source);
    prefer(&out->trace_id, inner->trace_id);
    prefer(&out->stack, inner->stack);
    out->message = inner->message;
    out->goes_on = inner->goes_on;
}

bool header_read(const struct header_reader *reader, struct str line, struct arena *scratch,
                 struct header *out)
{
    const struct header_asking asking = {.newest_ns = reader->newest_ns, .scratch = scratch};
    if (!read_mix(&reader->outer, line, asking, out)) {
        *out = (struct header){.message = line};
        return false;
    }
    struct header inner;
    if (reader->inner.count > 0 && formats[out->format].wraps &&
        read_mix(&reader->inner, out->message, asking, &inner) && inner.format != out->format)
        take_inner(out, &inner);
    return true;
}

/* ---- a file ---- */

struct votes {
    uint32_t of[HEADER_FORMATS_COUNT];
    uint32_t fitting, lines;
    uint32_t may_name, named; /* lines in which a component may stand, and does */
};

static void vote(struct votes *votes, struct str line, const struct header_asking *asking,
                 enum header_format but)
{
    struct header header;
    votes->lines++;
    for (int i = HEADER_NONE + 1; i < HEADER_FORMATS_COUNT; i++) {
        if (i == (int)but || !read_as((enum header_format)i, line, asking, &header))
            continue;
        votes->of[i]++;
        votes->fitting++;
        if (i == HEADER_LOG4J || i == HEADER_LEVELLED) {
            votes->may_name++;
            votes->named += header.component.len > 0;
        }
        return;
    }
}

/* Those with votes enough, most votes first; of two with as many the stricter. */
static struct header_mix elect(struct votes *votes)
{
    struct header_mix mix = {0};
    while (mix.count < HEADER_SEEN_MAX) {
        int best = HEADER_NONE;
        for (int i = HEADER_NONE + 1; i < HEADER_FORMATS_COUNT; i++)
            if (votes->of[i] > votes->of[best])
                best = i;
        const uint32_t count = votes->of[best];
        if (count == 0 || count * SHARE_MIN < votes->fitting ||
            count * 100 < votes->lines * PERCENT_MIN)
            break;
        mix.formats[mix.count++] = (enum header_format)best;
        votes->of[best] = 0;
    }
    return mix;
}

struct sample {
    struct str lines[HEADER_SAMPLE_LINES];
    enum header_format wrapped_by[HEADER_SAMPLE_LINES]; /* HEADER_NONE: these are whole lines */
    uint32_t count;
};

static struct header_mix mix_of(const struct sample *sample, struct header_asking asking)
{
    asking.names_components = true;
    struct votes votes = {0};
    for (uint32_t i = 0; i < sample->count; i++)
        vote(&votes, sample->lines[i], &asking, sample->wrapped_by[i]);
    asking.names_components = 4 * votes.named >= 3 * votes.may_name && votes.may_name > 0;
    if (!asking.names_components) {
        votes = (struct votes){0};
        for (uint32_t i = 0; i < sample->count; i++)
            vote(&votes, sample->lines[i], &asking, sample->wrapped_by[i]);
    }
    struct header_mix mix = elect(&votes);
    mix.names_components = asking.names_components;
    return mix;
}

static void take_sample(struct str text, struct sample *out)
{
    const bool cut = text.len > HEADER_SAMPLE_BYTES;
    struct str rest = str_slice(text, 0, HEADER_SAMPLE_BYTES), line;
    out->count = 0;
    while (out->count < HEADER_SAMPLE_LINES && str_split(&rest, '\n', &line)) {
        if (str_ends(line, STR("\r")))
            line.len--;
        if (str_trim(line).len > 0 && !(cut && rest.len == 0 && out->count > 0)) {
            out->wrapped_by[out->count] = HEADER_NONE;
            out->lines[out->count++] = line;
        }
    }
}

/* The messages of the wrapping lines take the place of the lines. */
static void unwrap(const struct header_mix *outer, struct header_asking asking,
                   struct sample *sample)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < sample->count; i++) {
        struct header header;
        if (!read_mix(outer, sample->lines[i], asking, &header) || !formats[header.format].wraps)
            continue;
        sample->wrapped_by[kept] = header.format;
        sample->lines[kept++] = header.message;
    }
    sample->count = kept;
}

static struct header_reader detect(struct str text, const struct header_mix *known,
                                   int64_t newest_ns)
{
    struct arena *arena = arena_new("headers");
    struct sample *sample = arena_push(arena, struct sample);
    const struct header_asking asking = {.newest_ns = newest_ns, .scratch = arena};
    struct header_reader reader = {.newest_ns = newest_ns};
    take_sample(text, sample);
    reader.outer = known ? *known : mix_of(sample, asking);
    unwrap(&reader.outer, asking, sample);
    reader.inner = mix_of(sample, asking);
    arena_free(arena);
    return reader;
}

struct header_reader header_detect(struct str sample, int64_t newest_ns)
{
    return detect(sample, NULL, newest_ns);
}

struct header_reader header_reader_of(enum header_format format, struct str sample,
                                      int64_t newest_ns)
{
    struct header_mix known = {
        .formats = {format}, .count = format != HEADER_NONE, .is_given = true};
    struct header_mix seen = header_detect(sample, newest_ns).outer;
    known.names_components = seen.names_components;
    return detect(sample, &known, newest_ns);
}
