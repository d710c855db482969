/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the server share while it runs: where things lie, and who does what. One thread
 * makes it, all read it; each part locks what is its own.
 */
#pragma once

#include "incident/incident.h"
#include "serve/http.h"

struct desk;
struct live;
struct library;

struct site {
    struct arena *arena;  /* lives as long as the server */
    const char *data;     /* the folder of incidents and their reports */
    const char *ledger;   /* the file */
    const char *program;  /* this very one, for children */
    const char *config;   /* the file; NULL: none */
    const char *ui;       /* a folder in place of the page that is built in; NULL: none */
    const char *page_url; /* by which people reach it; may be empty */
    bool has_sources;     /* somebody can be asked about an alert */
    bool is_loopback;     /* it listens to this machine alone */
    int64_t deadline_ns;  /* of one investigation */
    uint32_t workers;
    struct incident_limits limits;
    struct live *live;
    struct workers *worker_pool;
    struct http_server *http;
};

/* Since 1970. The only clock of the wall here: of what is written into the ledger. */
int64_t site_now_ns(void);

/* DATA/incidents/ID/NAME; the id is one of the ledger. */
struct str site_path(const struct site *site, struct arena *arena, struct str id, const char *name);
