/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One source of a configuration: where it is, how to be let in, and what is not to leave it.
 *
 *   prometheus: {url: "http://127.0.0.1:9090"}
 *   shop-code: {kind: git, path: /srv/shop}
 *
 * The settings that all kinds have are in source_settings; a connector adds its own.
 */
#pragma once

#include "connect/mapping.h"
#include "data/record.h"
#include "data/yaml.h"
#include "net/courier.h"

#define SOURCE_HEADERS_MAX 6

struct connector;

struct source {
    struct str name;
    const struct connector *connector;
    struct str url;  /* without a slash at the end */
    struct str path; /* of a folder or file; empty: none */
    struct header headers[SOURCE_HEADERS_MAX];
    uint32_t headers_count;
    struct str user, password; /* of what speaks no HTTP; else they are in the headers */
    struct str ca_file;
    bool allow_link_local;
    bool redact;
    int64_t budget_ns; /* for all its questions together */
    int64_t rows_max;  /* of all its answers together */
    struct mapping mapping;
    struct record settings;     /* of its connector */
    struct transport transport; /* no exchange(): the network */
};

/* Settings of all kinds; `headers`, `mapping` and lists besides have members of their own. */
extern const struct field source_settings[];

/*
 * Reads what stands in the configuration under `prefix`, "sources.prometheus": all entries whose
 * path begins so. The last part of the prefix is the name, and the kind where there is no `kind`.
 * What is not known is refused with its line and column and the nearest name that is; a key is
 * taken from where it lies ("env:NAME", "file:/path").
 */
MUST_CHECK bool source_read(struct arena *arena, const struct yaml_entries *entries,
                            struct str prefix, struct source *out, struct err *err);

#define SOURCES_MAX 64

struct sources {
    struct source items[SOURCES_MAX];
    uint32_t count;
};

/* Names are unique. */
MUST_CHECK bool sources_add(struct sources *sources, const struct source *source, struct err *err);

/* From a command line: NAME=URL, NAME=/PATH, or a URL or path alone, whose kind is guessed. */
MUST_CHECK bool source_of_word(struct arena *arena, struct str word, struct source *out,
                               struct err *err);

/* A setting of its connector; the default where it is not set. */
struct str source_text(const struct source *source, const char *name, struct str otherwise);
int64_t source_integer(const struct source *source, const char *name, int64_t otherwise);
bool source_truth(const struct source *source, const char *name, bool otherwise);

/* A request with the source's headers and limits; url.h adds the rest. */
void source_request(const struct source *source, struct request *out);
