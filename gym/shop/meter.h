// SPDX-License-Identifier: Apache-2.0
/* Counts and times the requests a process serves; told as text to a scraper and as OTLP metrics. */
#pragma once
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

struct database;

void meter_request(int status, double duration_s);
/* Whose pool is told too; NULL, the default, for none, and before it is closed. */
void meter_database(struct database *database);

/* `name value` lines. What is not known, as the latency of no requests, has no line. */
void meter_write_text(FILE *out);

/* The "metrics" array of an export request. */
json_t *meter_export(int64_t start_ns, int64_t now_ns);
