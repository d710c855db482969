/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/database.h"

#include "base/arena.h"
#include "base/buf.h"
#include "gym/world/inventory.h"
#include "gym/world/paths.h"

#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATEMENTS_TIMEOUT_S 60
#define MIGRATIONS_MAX 256
#define PAST_ORDERS                                                                                \
    "200000" /* some years of them: what no index helps with takes time; 3 s to load */

/* Small, for a machine that does other things; and it tells what people look for in its log. */
static const char settings[] = "listen_addresses = '127.10.0.30'\n"
                               "port = 5432\n"
                               "unix_socket_directories = ''\n"
                               "max_connections = 60\n"
                               "shared_buffers = 32MB\n"
                               "fsync = off\n" /* it is thrown away: nothing is to survive */
                               "max_parallel_workers_per_gather = 0\n"
                               "autovacuum_max_workers = 1\n"
                               "log_line_prefix = '%n [%p] %q%u@%d %a '\n"
                               "log_min_duration_statement = 300\n"
                               "log_lock_waits = on\n"
                               "deadlock_timeout = 1s\n"
                               "log_connections = on\n"
                               "log_timezone = 'UTC'\n";

bool database_user(uid_t *uid, gid_t *gid, struct err *err)
{
    *uid = 0;
    *gid = 0;
    if (geteuid() != 0)
        return true;
    const struct passwd *user = getpwnam("postgres");
    if (!user)
        return err_set(err, ERR_NOT_FOUND,
                       "there is no user `postgres`; Debian's postgresql-15 makes it");
    *uid = user->pw_uid;
    *gid = user->pw_gid;
    return true;
}

static bool settings_add(const char *path, struct err *err)
{
    FILE *file = fopen(path, "ae");
    if (!file)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    fputs(settings, file);
    return fclose(file) == 0 || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

bool database_make(struct world *world, struct err *err)
{
    const char *data = world_path(world, "database");
    const char *secret = world_path(world, "run/secret");
    uid_t uid;
    gid_t gid;
    if (!database_user(&uid, &gid, err))
        return false;
    FILE *file = fopen(secret, "we");
    if (!file || fprintf(file, "%s\n", getenv("PGPASSWORD")) < 0 || fclose(file) != 0)
        return err_set(err, ERR_IO, "%s: %s", secret, strerror(errno));
    if (mkdir(data, 0700) != 0 ||
        (uid != 0 && (chown(data, uid, gid) != 0 || chown(secret, uid, gid) != 0)))
        return err_set(err, ERR_IO, "%s: %s", data, strerror(errno));
    const struct command initdb = {
        .argv = (const char *const[]){"initdb", "-D", data, "-U", "owner", "-A", "scram-sha-256",
                                      "--pwfile", secret, "--no-locale", "-E", "UTF8", "--no-sync",
                                      NULL},
        .timeout_s = STATEMENTS_TIMEOUT_S,
        .as_database_user = true,
    };
    if (!command_run(world, &initdb, world->arena, NULL, err))
        return false;
    return settings_add(world_path(world, "database/postgresql.conf"), err);
}

static bool psql(struct world *world, const char *user, const char *database, const char *variable,
                 const char *role, struct str sql, struct arena *arena, struct str *output,
                 struct err *err)
{
    char options[96];
    snprintf(options, sizeof options, "PGOPTIONS=-c log_min_duration_statement=-1%s%s",
             role ? " -c role=" : "", role ? role : "");
    const struct command command = {
        .argv = (const char *const[]){"psql", "-qX", "-A", "-t", "-F", "\t", "-h", "127.10.0.30",
                                      "-p", "5432", "-U", user, "-d", database, "-v",
                                      "ON_ERROR_STOP=1", "-v", variable, NULL},
        .input = sql,
        .timeout_s = STATEMENTS_TIMEOUT_S,
        .added = (const char *const[]){options, NULL},
    };
    return command_run(world, &command, arena, output, err);
}

bool database_run(struct world *world, bool as_owner, struct str sql, struct arena *arena,
                  struct str *output, struct err *err)
{
    return psql(world, "owner", "shop", "gym=1", as_owner ? NULL : "shop", sql, arena, output, err);
}

static bool schema_load(struct world *world, struct err *err)
{
    char path[512];
    if (!path_of_source("shop/schema.sql", path, sizeof path))
        return err_set(err, ERR_NOT_FOUND,
                       "gym/shop/schema.sql is not there; name the gym's folder "
                       "with $WARROOM_GYM");
    const struct str sql = str_printf(world->arena, "\\i %s\n", path);
    return psql(world, "owner", "shop", "past_orders=" PAST_ORDERS, "shop", sql, world->arena, NULL,
                err);
}

bool database_fill(struct world *world, struct err *err)
{
    const char *password = getenv("PGPASSWORD");
    const struct str roles =
        str_printf(world->arena,
                   "CREATE ROLE shop LOGIN PASSWORD '%s';\n"
                   "CREATE ROLE monitor LOGIN PASSWORD '%s' IN ROLE pg_monitor;\n"
                   "CREATE DATABASE shop OWNER shop;\n",
                   password, password);
    return psql(world, "owner", "postgres", "gym=1", NULL, roles, world->arena, NULL, err) &&
           schema_load(world, err) && database_migrate(world, err);
}

/* ---- sessions beside the shop's ---- */

bool database_session(struct world *world, const char *application, struct str sql,
                      uint32_t *number, struct err *err)
{
    char program[512];
    const char *script = world_path(world, "tmp/%s.sql", application);
    if (!path_of_program("psql", program, sizeof program))
        return err_set(err, ERR_NOT_FOUND, "there is no psql on this machine");
    FILE *file = fopen(script, "we");
    const bool wrote = file && fwrite(sql.ptr, 1, sql.len, file) == sql.len;
    if ((file && fclose(file) != 0) || !wrote)
        return err_set(err, ERR_IO, "%s: %s", script, strerror(errno));
    const char *name = str_printf(world->arena, "application_name=%s", application).ptr;
    const char **words = arena_push_many(world->arena, const char *, 12);
    size_t count = 0;
    words[count++] = str_copy(world->arena, str_of(program)).ptr;
    words[count++] = "-qX";
    words[count++] = "-v";
    words[count++] = "ON_ERROR_STOP=1";
    words[count++] = "-d";
    words[count++] =
        str_printf(world->arena, "host=127.10.0.30 port=5432 user=shop dbname=shop %s", name).ptr;
    const struct process_spec spec = {
        .name = application,
        .argv = words,
        .environment = world->environment,
        .folder = world->work,
        .log = world_path(world, "tmp/%s.log", application),
        .input = script,
    };
    return process_start(world->processes, &spec, number, err);
}

bool database_session_end(struct world *world, const char *application, uint32_t number,
                          struct err *err)
{
    int status;
    struct err late;
    /* with what it has started; its server process may not notice for long that it is gone */
    if (!process_wait(world->processes, number, 0, &status, &late) && late.kind != ERR_TIMEOUT)
        return err_set(err, late.kind, "%s", late.text);
    const struct str sql =
        str_printf(world->arena,
                   "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                   "WHERE application_name = '%s' AND pid <> pg_backend_pid();\n",
                   application);
    return database_run(world, true, sql, world->arena, NULL, err);
}

/* ---- migrations ---- */

static int is_migration(const struct dirent *entry)
{
    return str_ends(str_of(entry->d_name), STR(".sql"));
}

static bool migration_run(struct world *world, const char *name, struct err *err)
{
    const char *done = world_path(world, "run/migrated/%s", name);
    if (access(done, F_OK) == 0)
        return true;
    const struct str sql =
        str_printf(world->arena, "\\i %s\n", world_path(world, "live/postgres-1/%s", name));
    if (!database_run(world, false, sql, world->arena, NULL, err))
        return err_context(err, "migration %s", name);
    FILE *file = fopen(done, "we");
    if (!file || fclose(file) != 0)
        return err_set(err, ERR_IO, "%s: %s", done, strerror(errno));
    event_tell(world->processes, "Normal", "Migrated", "process/postgres-1", "migration %s was run",
               name);
    return true;
}

bool database_migrate(struct world *world, struct err *err)
{
    struct dirent **names = NULL;
    const char *folder = world_path(world, "live/postgres-1");
    mkdir(world_path(world, "run/migrated"), 0755);
    const int count = scandir(folder, &names, is_migration, alphasort);
    bool ok = count <= MIGRATIONS_MAX ||
              err_set(err, ERR_OVER_BUDGET, "%s: more than %d migrations", folder, MIGRATIONS_MAX);
    for (int i = 0; i < count; i++) {
        ok = ok && migration_run(world, names[i]->d_name, err);
        free(names[i]);
    }
    free(names);
    return ok;
}
