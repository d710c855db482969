/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the server share while it runs: where things lie, and who does what. One thread
 * makes it, all read it; each part locks what is its own.
 */
#pragma once

#include "config/config.h"
#include "incident/incident.h"
#include "serve/http.h"
#include "serve/wall.h"

struct auth;
struct desk;
struct live;
struct metrics;
struct pace;
struct receive;
struct scribe;
struct workers;

struct site {
    struct arena *arena;         /* lives as long as the server */
    const struct config *config; /* all as standard where there is no file */
    const char *config_path;     /* NULL: there is none */
    const char *data;            /* the folder of incidents and their reports */
    const char *ledger;          /* the file */
    const char *program;         /* this very one, for children */
    const char *ui;              /* a folder in place of the page that is built in; NULL: none */
    bool has_sources;            /* somebody can be asked about an alert */
    bool retells;                /* models are configured that may write prose */
    int64_t deadline_ns;         /* of one investigation */
    uint32_t workers;
    struct incident_limits limits;
    struct auth *auth;
    struct pace *pace; /* of who posts; of the thread of all connections */
    struct desk *desk; /* alerts in */
    struct live *live;
    struct metrics *metrics;
    struct receive *receive; /* NULL: nothing is pushed here */
    struct scribe *scribe;   /* NULL: nothing is told in the words of a model */
    struct workers *worker_pool;
    struct http_server *http;
};

/* What proves who posts to that kind of webhook; nothing where nothing is configured. */
struct webhook_keys site_webhook_keys(const struct site *site, const char *kind);

/* DATA/incidents/ID/NAME; the id is one of the ledger. */
struct str site_path(const struct site *site, struct arena *arena, struct str id, const char *name);
