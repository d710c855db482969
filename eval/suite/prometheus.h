/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Prometheus of our own on the loopback, with the metrics of one incident: made into blocks by
 * promtool, served by prometheus, asked by promtool. Names have underscores for what Prometheus
 * does not take; what was worked out when the bundle was loaded, rate(x), is left out.
 */
#pragma once

#include "eval/suite/task.h"

#include <sys/types.h>

struct prometheus {
    const char *url;  /* "http://127.0.0.1:40123" */
    const char *time; /* of the alert, in unix seconds */
    const char *folder;
    pid_t pid;
};

/* ERR_NOT_FOUND: it is not installed. `incident` is a folder. */
MUST_CHECK bool prometheus_start(const struct task_run *run, const char *incident,
                                 struct prometheus *out, struct err *err);

/* An instant query at that time: a line a series, sorted, numbers to nine digits. */
MUST_CHECK bool prometheus_ask(const struct prometheus *engine, struct arena *arena,
                               struct str query, struct str *out, struct err *err);

void prometheus_stop(struct prometheus *engine);
