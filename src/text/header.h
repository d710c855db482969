/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands before the message of a log line, and in which format.
 *
 * A file is looked at once (header_detect) and each of its lines is then held against the formats
 * that were seen there; a line that fits none is a message of its own or goes on with the one
 * before (text/event.h decides). A format may wrap another: what a container runtime, syslog or a
 * JSON object brings is often a line with a header of its own.
 */
#pragma once

#include "text/level.h"
#include "text/stamp.h"

struct arena;

/* From the one that takes the least by mistake to the one that takes the most. */
enum header_format {
    HEADER_NONE,
    HEADER_JSON,         /* one object a line */
    HEADER_RFC5424,      /* syslog: <34>1 2026-11-22T01:02:03Z web-1 app 12 ID - msg */
    HEADER_CRI,          /* container runtime: 2026-11-22T01:02:03.4Z stderr F msg */
    HEADER_KLOG,         /* I1122 01:02:03.456789 1 file.go:31] msg */
    HEADER_ACCESS,       /* nginx, Apache: 1.2.3.4 - - [22/Nov/2026:01:02:03 +0000] "GET ... */
    HEADER_NGINX_ERROR,  /* 2026/11/22 01:02:03 [error] 1#2: *3 msg */
    HEADER_APACHE_ERROR, /* [Sun Nov 22 01:02:03 2026] [core:error] [pid 1] msg */
    HEADER_REDIS,        /* 1:M 22 Nov 2026 01:02:03.456 * msg */
    HEADER_POSTGRES,     /* 2026-11-22 01:02:03 UTC [12] LOG:  msg */
    HEADER_SYSLOG,       /* RFC 3164: Nov 22 01:02:03 web-1 app[12]: msg */
    HEADER_COMPOSE,      /* Docker Compose: web-1  | msg */
    HEADER_PYTHON,       /* WARNING:name:msg, TIME - name - WARNING - msg */
    HEADER_LOG4J,        /* TIME, level, [thread], class: msg, in any order */
    HEADER_LOGFMT,       /* time=... level=info msg="..." */
    HEADER_LEVELLED,     /* ERROR: msg, [warn] msg */
    HEADER_STAMPED,      /* TIME msg */
    HEADER_FORMATS_COUNT
};

const char *header_format_name(enum header_format format); /* "none" for HEADER_NONE */

/* False: there is no such format. */
bool header_format_of(struct str name, enum header_format *out);

/* Its message may be a line of another program, with a header of its own. */
bool header_format_wraps(enum header_format format);

/* Every text lies in the line, but for what had to be unescaped; empty: it does not say. */
struct header {
    enum header_format format; /* the outermost; HEADER_NONE: the line has no header */
    enum header_format inner;  /* what the message of that has in its turn, or HEADER_NONE */
    bool has_time;
    uint32_t missing; /* STAMP_* of the time */
    int64_t time_ns;
    enum level level;
    struct str host;    /* of an access log: the client */
    struct str program; /* or service */
    struct str pid;     /* digits */
    struct str thread;
    struct str component; /* logger, class, module */
    struct str source;    /* "file.go:31" */
    struct str trace_id;
    struct str stack; /* a stack trace in a field of its own */
    struct str message;
    bool goes_on;    /* with what was said before: DETAIL and STATEMENT of PostgreSQL */
    bool unfinished; /* the container runtime has split the line; the next has the rest */
};

#define HEADER_SEEN_MAX 4 /* formats that one file may mix */

/* The formats of some lines, the most frequent first. */
struct header_mix {
    enum header_format formats[HEADER_SEEN_MAX];
    uint32_t count;
    bool names_components; /* "INFO word: msg": most lines have such a word, so it is a name */
    bool is_given;         /* not found out: nothing else is tried */
};

struct header_reader {
    struct header_mix outer;
    struct header_mix inner; /* of the messages; empty: they have no headers */
    int64_t newest_ns;       /* for times without a year, see stamp_read() */
};

#define HEADER_SAMPLE_LINES 400
#define HEADER_SAMPLE_BYTES ((size_t)256 << 10)

/* Looks at the first lines of `sample`; one that is cut at its end does no harm. */
struct header_reader header_detect(struct str sample, int64_t newest_ns);

/* Reads every line as this format, whatever it looks like; its messages are still looked at. */
struct header_reader header_reader_of(enum header_format format, struct str sample,
                                      int64_t newest_ns);

/*
 * False: the line fits no format of the file, and none that is strict (those before HEADER_PYTHON);
 * `out` then has it all as its message. What has to be unescaped is put into `scratch`.
 */
bool header_read(const struct header_reader *reader, struct str line, struct arena *scratch,
                 struct header *out);
