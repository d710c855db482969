/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers SELECTs over a bundle as the agents' queries are answered, for bench/scale/clickhouse.py.
 *
 * Each line of standard input is one statement. Its rows go to standard output, cells apart by
 * tabs, then a line with a dot; a statement that fails ends the program. Before the first, a dot
 * says that the bundle has been read.
 */
#include "base/arena.h"
#include "case/casefile.h"
#include "engine/services.h"
#include "source/bundle.h"
#include "store/telemetry.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define TIME_MAX_NS (60 * NS_PER_S)
#define ROWS_MAX 100000

static void print_cell(struct value value)
{
    switch (value.type) {
    case TYPE_REAL:
        printf("%.17g", value.real);
        break;
    case TYPE_TEXT:
        printf("%.*s", STR_ARG(value.text));
        break;
    default:
        printf("%" PRId64, value.integer);
    }
}

static void print_rows(const struct batch *rows)
{
    for (size_t row = 0; row < rows->rows; row++)
        for (uint32_t i = 0; i < rows->columns_count; i++) {
            print_cell(batch_value(rows, row, i));
            putchar(i + 1 < rows->columns_count ? '\t' : '\n');
        }
    puts(".");
    fflush(stdout);
}

static bool answer_all(struct telemetry *telemetry, struct err *err)
{
    const struct query_limits limits = {.rows_max = ROWS_MAX, .time_max_ns = TIME_MAX_NS};
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    bool ok = true;
    print_rows(&(struct batch){0});
    while (ok && (len = getline(&line, &room, stdin)) > 0) {
        struct arena *scratch = arena_new("answer");
        const size_t size = (size_t)len - (line[len - 1] == '\n');
        struct batch *rows;
        bool cut;
        ok = telemetry_query(telemetry, scratch, (struct str){line, size}, &limits, &rows, &cut,
                             err);
        if (ok)
            print_rows(rows);
        arena_free(scratch);
    }
    free(line);
    return ok;
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_new("bench");
    struct err err = {0};
    struct bundle bundle;
    static const struct alert no_alert;
    struct services services;
    if (argc != 2) {
        fputs("usage: bench-store-answers BUNDLE\n", stderr);
        return 2;
    }
    struct casefile *casefile = casefile_open(&no_alert, clock_system(), TIME_MAX_NS);
    const bool ok = bundle_open(arena, str_of(argv[1]), &bundle, &err) &&
                    services_open(arena, &bundle, NULL, NULL, casefile, &services, &err) &&
                    answer_all(services.telemetry, &err);
    if (!ok)
        fprintf(stderr, "bench-store-answers: %s\n", err.text);
    casefile_close(casefile);
    arena_free(arena);
    return ok ? 0 : 2;
}
