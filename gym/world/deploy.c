/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/deploy.h"

#include "base/arena.h"
#include "base/clock.h"
#include "gym/world/database.h"
#include "gym/world/inventory.h"
#include "gym/world/paths.h"
#include "gym/world/unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES_MAX (64u << 10)
#define FILES_MAX 64 /* in a service's folder */

struct deploys {
    unsigned count;
    int records_fd;
};

/* ---- files ---- */

static bool file_read(struct world *world, const char *path, struct str *out, struct err *err)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return err_set(err, ERR_NOT_FOUND, "%s: %s", path, strerror(errno));
    char text[FILE_BYTES_MAX];
    const size_t len = fread(text, 1, sizeof text, file);
    fclose(file);
    *out = str_copy(world->arena, (struct str){text, len});
    return true;
}

static bool file_write(const char *path, struct str text, const char *mode, struct err *err)
{
    FILE *file = fopen(path, mode);
    if (!file || fwrite(text.ptr, 1, text.len, file) != text.len) {
        err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
        if (file)
            fclose(file);
        return false;
    }
    return fclose(file) == 0 || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

static const char *config_path(struct world *world, const char *service, const char *file)
{
    return file ? world_path(world, "config/%s/%s", service, file)
                : world_path(world, "config/%s/%s.conf", service, service);
}

/* Where the value of a key begins and ends: `key = value` or `key value;`. False: not in there. */
static bool value_find(struct str text, struct str key, size_t *from, size_t *to)
{
    for (size_t line = 0, end; line < text.len; line = end + 1) {
        const struct str rest = str_slice(text, line, text.len);
        const char *newline = memchr(rest.ptr, '\n', rest.len);
        end = newline ? (size_t)(newline - text.ptr) : text.len;
        size_t at = line;
        while (at < end && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
            at++;
        if (!str_starts(str_slice(text, at, end), key))
            continue;
        at += key.len;
        if (at < end && text.ptr[at] != ' ' && text.ptr[at] != '=')
            continue;
        while (at < end && (text.ptr[at] == ' ' || text.ptr[at] == '='))
            at++;
        *from = at;
        *to = end;
        while (*to > at && (text.ptr[*to - 1] == ';' || text.ptr[*to - 1] == ' '))
            --*to;
        return true;
    }
    return false;
}

bool deploy_get(struct world *world, const char *service, const char *file, const char *key,
                char *out, size_t size)
{
    struct str text;
    struct err unused;
    size_t from, to;
    if (!file_read(world, config_path(world, service, file), &text, &unused) ||
        !value_find(text, str_of(key), &from, &to))
        return false;
    return (size_t)snprintf(out, size, "%.*s", (int)(to - from), text.ptr + from) < size;
}

bool deploy_set(struct world *world, const char *service, const char *file, const char *key,
                const char *value, struct err *err)
{
    const char *path = config_path(world, service, file);
    struct str text;
    size_t from, to;
    if (!file_read(world, path, &text, err))
        return false;
    if (!value_find(text, str_of(key), &from, &to))
        return err_set(err, ERR_NOT_FOUND, "%s has no `%s`", path, key);
    if (str_eq(str_slice(text, from, to), str_of(value)))
        return err_set(err, ERR_USAGE, "%s: `%s` is %s already", path, key, value);
    return file_write(path,
                      str_printf(world->arena, "%.*s%s%.*s", (int)from, text.ptr, value,
                                 (int)(text.len - to), text.ptr + to),
                      "we", err);
}

bool deploy_replace(struct world *world, const char *path, const char *from, const char *to,
                    struct err *err)
{
    struct str text, done = STR("");
    const char *whole = world_path(world, "config/%s", path);
    if (!file_read(world, whole, &text, err))
        return false;
    size_t at = str_find(text, str_of(from));
    if (at == STR_NPOS)
        return err_set(err, ERR_NOT_FOUND, "%s has no `%s`", path, from);
    for (unsigned i = 0; i < 1000 && at != STR_NPOS; i++) {
        done = str_printf(world->arena, "%.*s%.*s%s", STR_ARG(done), (int)at, text.ptr, to);
        text = str_slice(text, at + strlen(from), text.len);
        at = str_find(text, str_of(from));
    }
    return file_write(whole, str_printf(world->arena, "%.*s%.*s", STR_ARG(done), STR_ARG(text)),
                      "we", err);
}

bool deploy_write(struct world *world, const char *path, const char *text, struct err *err)
{
    const char *whole = world_path(world, "config/%s", path);
    if (!text)
        return unlink(whole) == 0 || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    return file_write(whole, str_of(text), "we", err);
}

bool deploy_append(struct world *world, const char *path, const char *text, struct err *err)
{
    return file_write(world_path(world, "config/%s", path), str_of(text), "ae", err);
}

/* ---- git ---- */

#define GIT(world, err, ...)                                                                       \
    COMMAND(world, err, "git", "-C", world_path((world), "config"), "-c",                          \
            "core.hooksPath=/dev/null", __VA_ARGS__)

static bool head_id(struct world *world, char id[CHANGE_ID_SIZE], struct err *err)
{
    struct str said;
    const struct command command = {
        .argv = (const char *const[]){"git", "-C", world_path(world, "config"), "rev-parse",
                                      "--short=8", "HEAD", NULL}};
    if (!command_run(world, &command, world->arena, &said, err))
        return false;
    snprintf(id, CHANGE_ID_SIZE, "%.*s", (int)(said.len < 8 ? said.len : 8), said.ptr);
    return true;
}

/* "Mina Okafor" is mina@shop.example. */
static const char *mail_of(struct world *world, const char *author)
{
    const size_t first = strcspn(author, " ");
    const struct str name = str_lower(world->arena, (struct str){author, first});
    return str_printf(world->arena, "%.*s@shop.example", STR_ARG(name)).ptr;
}

bool deploy_commit(struct world *world, const char *author, const char *message,
                   char id[CHANGE_ID_SIZE], struct err *err)
{
    const char *name = str_printf(world->arena, "user.name=%s", author).ptr;
    const char *mail = str_printf(world->arena, "user.email=%s", mail_of(world, author)).ptr;
    return GIT(world, err, "add", "-A") &&
           GIT(world, err, "-c", name, "-c", mail, "-c", "commit.gpgSign=false", "commit", "-q",
               "-m", message) &&
           head_id(world, id, err);
}

/* ---- from the repository to where processes read it ---- */

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* What a commit has removed is not there any more where it is put. */
static void live_clear(struct world *world, const char *from, const char *to)
{
    struct dirent **names = NULL;
    const int count = scandir(to, &names, is_file, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = names[i]->d_name;
        if (strcmp(name, "version") != 0 &&
            access(str_printf(world->arena, "%s/%s", from, name).ptr, F_OK) != 0)
            unlink(str_printf(world->arena, "%s/%s", to, name).ptr);
        free(names[i]);
    }
    free(names);
}

static bool live_put(struct world *world, const struct instance *instance, struct err *err)
{
    struct dirent **names = NULL;
    char id[CHANGE_ID_SIZE];
    const char *from = world_path(world, "config/%s", instance->service);
    const char *to = world_path(world, "live/%s", instance->name);
    const int count = scandir(from, &names, is_file, alphasort);
    if (count < 0)
        return err_set(err, ERR_NOT_FOUND, "%s: %s", from, strerror(errno));
    mkdir(to, 0755);
    bool ok = count <= FILES_MAX || err_set(err, ERR_OVER_BUDGET, "%s: too many files", from);
    for (int i = 0; i < count; i++) {
        struct str text;
        const char *name = names[i]->d_name;
        ok = ok &&
             file_read(world, str_printf(world->arena, "%s/%s", from, name).ptr, &text, err) &&
             file_write(str_printf(world->arena, "%s/%s", to, name).ptr, text, "we", err);
        free(names[i]);
    }
    free(names);
    live_clear(world, from, to);
    return ok && head_id(world, id, err) &&
           file_write(str_printf(world->arena, "%s/version", to).ptr, str_of(id), "we", err);
}

void deploy_version(struct world *world, const char *instance, char out[CHANGE_ID_SIZE])
{
    struct str text = STR("");
    struct err unused;
    if (!file_read(world, world_path(world, "live/%s/version", instance), &text, &unused))
        text = STR("unknown");
    snprintf(out, CHANGE_ID_SIZE, "%.*s", STR_ARG(text));
}

/* ---- rollouts ---- */

static void record_write(struct world *world, const struct rollout *rollout, int64_t began_ns,
                         const char *kind, const char *id)
{
    char name[24], message[96];
    snprintf(name, sizeof name, "deploy-%u", world->deploys->count);
    snprintf(message, sizeof message, "%s at %s", rollout->service, id);
    json_t *row = json_pack("{s:s, s:f, s:s, s:s, s:s, s:s, s:[], s:s}", "id", name, "timestamp",
                            (double)(began_ns / NS_PER_MS) / 1e3, "service", rollout->service,
                            "kind", kind, "author", rollout->author, "message", message, "files",
                            "detail", str_printf(world->arena, "commit %s", id).ptr);
    if (rollout->instance)
        json_object_set_new(row, "instance", json_string(rollout->instance));
    char *text = json_dumps(row, JSON_COMPACT | JSON_REAL_PRECISION(13));
    json_decref(row);
    if (!text)
        return;
    const size_t len = strlen(text);
    text[len] = '\n';
    if (write(world->deploys->records_fd, text, len + 1) < 0)
        perror("warroom gym: deploys.jsonl");
    free(text);
}

static bool nginx_reload(struct world *world, struct err *err)
{
    struct process_state state;
    const char *prefix = str_printf(world->arena, "%s/", world->work).ptr;
    if (!COMMAND(world, err, "nginx", "-t", "-q", "-p", prefix, "-e", "log/nginx-error.log", "-c",
                 "live/nginx-1/nginx.conf"))
        return err_context(err, "nginx keeps the configuration it has");
    if (process_find(world->processes, "nginx-1", &state))
        process_signal(world->processes, state.number, SIGHUP);
    event_tell(world->processes, "Normal", "Reloaded", "process/nginx-1",
               "nginx-1 reloaded its configuration");
    return true;
}

/* How many of the service's instances are to run, as its unit says. */
static uint32_t replicas_of(struct world *world, const struct instance *instance)
{
    struct unit unit;
    struct err err;
    if (!unit_read(world_path(world, "live/%s/unit.conf", instance->name), &unit, &err)) {
        event_tell(world->processes, "Warning", "UnitInvalid", instance->name, "%s", err.text);
        return UINT32_MAX;
    }
    return unit.replicas;
}

static bool instance_put(struct world *world, const struct instance *instance,
                         const struct rollout *rollout, struct err *err)
{
    struct process_state state;
    if (instance->part == PART_NGINX)
        return nginx_reload(world, err);
    if (instance->part == PART_POSTGRES)
        return database_migrate(world, err);
    if (instance->part == PART_REDIS || rollout->how == ROLLOUT_REPLACING ||
        !process_find(world->processes, instance->name, &state) || state.ended)
        return instance_replace(world, instance, err);
    return instance_roll(world, instance, err);
}

/* One that the unit has no more replica for is stopped. */
static bool rollout_each(struct world *world, const struct rollout *rollout, struct err *err)
{
    uint32_t place = 0;
    for (const struct instance *it = instance_of(rollout->service, NULL); it;
         it = instance_of(rollout->service, it), place++) {
        if (rollout->instance && strcmp(rollout->instance, it->name) != 0)
            continue;
        if (!live_put(world, it, err))
            return false;
        if (place >= replicas_of(world, it)) {
            event_tell(world->processes, "Normal", "ScaledDown",
                       str_printf(world->arena, "service/%s", rollout->service).ptr,
                       "%s is not among the replicas any more", it->name);
            instance_stop(world, it);
        } else if (!instance_put(world, it, rollout, err)) {
            return false;
        }
    }
    return true;
}

bool deploy_rollout(struct world *world, const struct rollout *rollout, int64_t *began_ns,
                    struct err *err)
{
    char id[CHANGE_ID_SIZE];
    struct err why = {0};
    const char *object = str_printf(world->arena, "service/%s", rollout->service).ptr;
    if (!service_exists(rollout->service))
        return err_set(err, ERR_NOT_FOUND, "there is no service `%s`", rollout->service);
    if (!head_id(world, id, err))
        return false;
    const unsigned number = ++world->deploys->count;
    const int64_t at_ns = wall_clock_ns();
    if (began_ns)
        *began_ns = at_ns;
    event_tell(world->processes, "Normal", "DeployStarted", object, "deploy-%u of %s at %s by %s",
               number, rollout->service, id, rollout->author);
    record_write(world, rollout, at_ns,
                 strcmp(rollout->service, "nginx") == 0 ? "config" : "deploy", id);
    if (rollout_each(world, rollout, &why))
        event_tell(world->processes, "Normal", "DeployFinished", object,
                   "deploy-%u of %s at %s finished", number, rollout->service, id);
    else
        event_tell(world->processes, "Warning", "DeployStuck", object, "deploy-%u of %s at %s: %s",
                   number, rollout->service, id, why.text);
    return true;
}

bool deploy_revert(struct world *world, const char *id, const char *author, const char *service,
                   struct err *err)
{
    const char *name = str_printf(world->arena, "user.name=%s", author).ptr;
    const char *mail = str_printf(world->arena, "user.email=%s", mail_of(world, author)).ptr;
    return GIT(world, err, "-c", name, "-c", mail, "revert", "--no-edit", id) &&
           deploy_rollout(
               world,
               &(struct rollout){.author = author, .service = service, .how = ROLLOUT_REPLACING},
               NULL, err);
}

/* ---- the first commit ---- */

/* Who serves over TLS has a certificate of the world's own authority, which is in no repository. */
static bool certificates_make(struct world *world, struct err *err)
{
    char shop[512];
    const char *folder = world_path(world, "authority");
    if (access(world_path(world, "config/payment"), F_OK) != 0 || !path_of_shop(shop, sizeof shop))
        return true;
    mkdir(folder, 0700);
    const char *year = "31536000", *payment = year;
    if (world->certificate_s > 0)
        payment = str_printf(world->arena, "%u", world->certificate_s).ptr;
    world->certificate_ends_ns = wall_clock_ns() + strtoll(payment, NULL, 10) * NS_PER_S;
    return COMMAND(world, err, shop, "certificate", folder, "payment", "127.10.0.18", payment,
                   world_path(world, "config/payment")) &&
           COMMAND(world, err, shop, "certificate", folder, "bank", "bank.example", year,
                   world_path(world, "config/bank")) &&
           COMMAND(world, err, "cp", world_path(world, "config/payment/ca.crt"),
                   world_path(world, "config/checkout/ca.crt")) &&
           COMMAND(world, err, "cp", world_path(world, "config/bank/ca.crt"),
                   world_path(world, "config/payment/bank-ca.crt"));
}

static bool first_day_set(struct world *world, struct err *err)
{
    for (size_t i = 0; i < world->first_day_count; i++) {
        const struct first_day *it = &world->first_day[i];
        if (!deploy_set(world, it->service, it->file, it->key, it->value, err))
            return err_context(err, "the first day's configuration");
    }
    return true;
}

bool deploy_open(struct world *world, struct err *err)
{
    char source[512], id[CHANGE_ID_SIZE];
    struct deploys *deploys = arena_push(world->arena, struct deploys);
    const char *records = world_path(world, "deploys.jsonl");
    world->deploys = deploys;
    deploys->records_fd = open(records, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (deploys->records_fd < 0)
        return err_set(err, ERR_IO, "%s: %s", records, strerror(errno));
    if (!path_of_source("shop/config", source, sizeof source))
        return err_set(err, ERR_NOT_FOUND,
                       "gym/shop/config is not there; name the gym's folder with "
                       "$WARROOM_GYM");
    if (!COMMAND(world, err, "cp", "-r", "--no-preserve=mode", source,
                 world_path(world, "config")) ||
        !certificates_make(world, err) || !first_day_set(world, err) ||
        !COMMAND(world, err, "git", "init", "-q", "-b", "main", world_path(world, "config")) ||
        !deploy_commit(world, "Tomas Lind", "shop: configuration of all services", id, err))
        return false;
    for (const struct instance *it = inventory; it->name; it++)
        if (access(world_path(world, "config/%s", it->service), F_OK) == 0 &&
            !live_put(world, it, err))
            return false;
    return true;
}
