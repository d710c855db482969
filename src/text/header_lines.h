/* SPDX-License-Identifier: Apache-2.0 */
/* The readers of one line, one for each format, for header.c alone. */
#pragma once

#include "text/header.h"

struct header_asking {
    int64_t newest_ns;
    bool names_components; /* a word before a colon is a name, not a part of the message */
    struct arena *scratch; /* for what must be unescaped */
};

/*
 * False: this is no line of that format, and `out` means nothing. Else time, level, names and
 * message stand in `out`, which was zeroed; the formats do not.
 */
typedef bool header_line_reader(struct str line, const struct header_asking *asking,
                                struct header *out);

/* header_fields.c: names with values */
header_line_reader header_json_line, header_logfmt_line;

/* header_layout.c: time, level, thread and class, in the order that somebody has configured */
header_line_reader header_log4j_line, header_python_line, header_levelled_line, header_stamped_line;

/* header_products.c: as one program writes them */
header_line_reader header_syslog_line, header_rfc5424_line, header_cri_line, header_klog_line,
    header_nginx_error_line, header_apache_error_line, header_access_line, header_postgres_line,
    header_redis_line, header_compose_line;

/* Puts the time at the beginning of `text` into `out`; the bytes that it takes up, or 0. */
size_t header_take_time(struct str text, const struct header_asking *asking, struct header *out);

/* All but the first `count` bytes, without blanks in front. */
static inline struct str header_behind(struct str text, size_t count)
{
    while (count < text.len && (text.ptr[count] == ' ' || text.ptr[count] == '\t'))
        count++;
    return str_slice(text, count, text.len);
}

bool header_is_number(struct str text); /* one digit or more, and nothing else */
