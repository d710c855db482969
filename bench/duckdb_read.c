/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floor under any investigation: DuckDB alone reads the data files of a folder, once, whole.
 *
 * Every column is counted, so every column is parsed; nothing is kept. A program that does more
 * than this with the same files and the same library cannot be faster for long, whoever wrote it.
 */
#include <dirent.h>
#include <duckdb.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define THREADS "2" /* as many as the engine gives its store */

static const struct {
    const char *suffix;
    const char *relation; /* around the file's name, quoted */
} formats[] = {
    {".csv", "read_csv('%s', header = true, ignore_errors = true)"},
    {".parquet", "read_parquet('%s')"},
    {".jsonl", "read_json('%s', format = 'newline_delimited', ignore_errors = true)"},
};

#define FORMATS_COUNT (sizeof formats / sizeof *formats)

static const char *relation_for(const char *name)
{
    const size_t len = strlen(name);
    for (size_t i = 0; i < FORMATS_COUNT; i++) {
        const size_t suffix_len = strlen(formats[i].suffix);
        if (len > suffix_len && strcmp(name + len - suffix_len, formats[i].suffix) == 0)
            return formats[i].relation;
    }
    return NULL;
}

static bool read_file(duckdb_connection connection, const char *path, const char *relation,
                      long long *rows)
{
    char from[PATH_MAX + 128], sql[PATH_MAX + 256];
    if (strchr(path, '\'')) {
        fprintf(stderr, "%s: this bench does not quote names\n", path);
        return false;
    }
    /* The formats are ours, from the table above. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(from, sizeof from, relation, path);
#pragma GCC diagnostic pop
    snprintf(sql, sizeof sql, "SELECT count(*), count(COLUMNS(*)) FROM %s", from);

    duckdb_result result;
    const bool ok = duckdb_query(connection, sql, &result) == DuckDBSuccess;
    if (ok)
        *rows += duckdb_value_int64(&result, 0, 0);
    else
        fprintf(stderr, "%s: %s\n", path, duckdb_result_error(&result));
    duckdb_destroy_result(&result);
    return ok;
}

static bool read_folder(duckdb_connection connection, const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir) {
        fprintf(stderr, "%s: %s\n", folder, strerror(errno));
        return false;
    }
    bool ok = true;
    long long rows = 0;
    unsigned files = 0;
    for (struct dirent *entry = readdir(dir); ok && entry; entry = readdir(dir)) {
        char path[PATH_MAX];
        const char *relation = relation_for(entry->d_name);
        if (!relation ||
            (size_t)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= sizeof path)
            continue;
        ok = read_file(connection, path, relation, &rows);
        files++;
    }
    closedir(dir);
    if (ok)
        printf("%u files, %lld rows\n", files, rows);
    return ok;
}

static bool open_database(duckdb_database *out)
{
    duckdb_config config;
    if (duckdb_create_config(&config) != DuckDBSuccess)
        return false;
    const bool ok = duckdb_set_config(config, "threads", THREADS) == DuckDBSuccess &&
                    duckdb_open_ext(NULL, out, config, NULL) == DuckDBSuccess;
    duckdb_destroy_config(&config);
    return ok;
}

int main(int argc, char **argv)
{
    duckdb_database database;
    duckdb_connection connection;
    if (argc != 2) {
        fputs("usage: bench-duckdb-read FOLDER\n", stderr);
        return 2;
    }
    if (!open_database(&database)) {
        fputs("DuckDB could not be opened\n", stderr);
        return 2;
    }
    bool ok = duckdb_connect(database, &connection) == DuckDBSuccess;
    if (ok) {
        ok = read_folder(connection, argv[1]);
        duckdb_disconnect(&connection);
    }
    duckdb_close(&database);
    return ok ? 0 : 2;
}
