// SPDX-License-Identifier: Apache-2.0
/* Counts and times the requests a process serves; told as text to a scraper and as OTLP metrics. */
#pragma once
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

struct database;

/* A number of a role's own, read when somebody asks. */
struct gauge {
    const char *name;
    double value;
};
#define GAUGES_MAX 4

void meter_request(int status, double duration_s);
/* Whose pool is told too; NULL, the default, for none, and before it is closed. */
void meter_database(struct database *database);

/* Fills what is known now and returns how many; NULL, the default, for none. */
void meter_gauges(unsigned (*read)(struct gauge out[GAUGES_MAX]));

/* `name value` lines. What is not known, as the latency of no requests, has no line. */
void meter_write_text(FILE *out);

/* The "metrics" array of an export request. */
json_t *meter_export(int64_t start_ns, int64_t now_ns);
