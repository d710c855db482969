/* SPDX-License-Identifier: Apache-2.0 */
/* The server as a whole, from its start until somebody ends it. */
#pragma once

#include "base/err.h"

struct config;

struct serve_options {
    const struct config *config; /* with an empty path where there is no file */
    const char *host;            /* NULL: as configured */
    int port;                    /* -1: as configured */
    const char *data;            /* a folder; NULL: as configured */
    const char *examples;        /* a folder of bundles, each an incident; NULL: none */
    bool retells;                /* models of its file may write prose */
    const char *ui;              /* a folder in place of the page that is built in; NULL: none */
};

/* Until SIGTERM or SIGINT. False: it could not be started. */
MUST_CHECK bool serve_run(const struct serve_options *options, struct err *err);
