/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom config`: whether warroom.yaml is right, a file to begin with, and what each key means.
 */
#include "cli/command.h"

#include "base/arena.h"
#include "config/config.h"
#include "expert/experts.h"
#include "report/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern const struct command command_config;

/* ---- check ---- */

static void print_warnings(const char *path, const struct config_warning *warnings)
{
    for (const struct config_warning *it = warnings; it; it = it->next) {
        struct arena *arena = arena_new("warning");
        struct buf plain = buf_new(arena);
        escape_plain(&plain, it->text);
        fprintf(stderr, "warroom: %s:%s\n", path, buf_str(&plain).ptr);
        arena_free(arena);
    }
}

static int check(struct arena *arena, const char *named)
{
    const char *path;
    struct config config;
    struct config_warning *warnings = NULL;
    struct err err = {0};
    if (!config_find(named, &path, &err))
        return command_failed(&err);
    if (!path) {
        puts("There is no warroom.yaml here, and none in /etc/warroom: all is as standard.");
        return EXIT_DONE;
    }
    const bool ok = config_load(arena, path, &config_readers_known, &config, &warnings, &err);
    print_warnings(path, warnings);
    if (!ok)
        return command_failed(&err);
    const bool is_six = memchr(config.serve.host.ptr, ':', config.serve.host.len) != NULL;
    printf("%s: %u sources, %u to be told; it listens at %s%.*s%s:%u%s.\n", path,
           config.sources.count, config.notify.count, is_six ? "[" : "", STR_ARG(config.serve.host),
           is_six ? "]" : "", config.serve.port,
           config.serve.certificate.len > 0 ? " with TLS" : "");
    const struct experts *experts = config.experts;
    if (experts && experts->count > 0)
        printf("%s: %u model%s may be asked.\n", path, experts->count,
               experts->count == 1 ? "" : "s");
    return warnings ? EXIT_NEGATIVE : EXIT_DONE;
}

/* ---- init ---- */

/* For its owner alone, and never in the place of another. */
static bool write_new(const char *path, struct str text, struct err *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_IO, "%s: %s%s", path, strerror(errno),
                       errno == EEXIST ? "; `config init -` prints it" : "");
    const bool ok = write(fd, text.ptr, text.len) == (ssize_t)text.len;
    return (close(fd) == 0 && ok) || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

static int init(struct arena *arena, const char *path)
{
    struct buf out = buf_new(arena);
    struct err err = {0};
    config_put_init(&out);
    const struct str text = buf_str(&out);
    if (!strcmp(path, "-")) {
        fwrite(text.ptr, 1, text.len, stdout);
        return EXIT_DONE;
    }
    if (!write_new(path, text, &err))
        return command_failed(&err);
    printf("%s is there now; name your sources in it, then `warroom config check %s`.\n", path,
           path);
    return EXIT_DONE;
}

/* ---- explain ---- */

static int explain(struct arena *arena, const char *key)
{
    struct buf out = buf_new(arena);
    struct err err = {0};
    if (!config_explain(&out, str_of(key), &config_readers_known, &err))
        return command_failed(&err);
    fwrite(buf_str(&out).ptr, 1, buf_str(&out).len, stdout);
    return EXIT_DONE;
}

static int run(int argc, char **argv)
{
    if (argc < 2 || argc > 3)
        return command_usage_error(&command_config, "check, init or explain is wanted");
    const char *word = argc == 3 ? argv[2] : NULL;
    if (word && word[0] == '-' && word[1])
        return command_usage_error(&command_config, "it takes no options");
    struct arena *arena = arena_new("config");
    const int code = !strcmp(argv[1], "check")  ? check(arena, word)
                     : !strcmp(argv[1], "init") ? init(arena, word ? word : "warroom.yaml")
                     : !strcmp(argv[1], "explain")
                         ? explain(arena, word)
                         : command_usage_error(&command_config, "check, init or explain is wanted");
    arena_free(arena);
    return code;
}

const struct command command_config = {
    .name = "config",
    .usage = "check [FILE] | init [FILE|-] | explain [KEY]",
    .summary = "Check warroom.yaml, begin one, or say what its keys mean",
    .help =
        "  check [FILE]    whether it is right; without FILE, the one that `serve` would take:\n"
        "                  $WARROOM_CONFIG, ./warroom.yaml, /etc/warroom/warroom.yaml\n"
        "  init [FILE|-]   write a file to begin with, warroom.yaml if not said; - prints it\n"
        "  explain [KEY]   all keys, or those below KEY: what they mean, and their standard;\n"
        "                  `explain sources`, `notify` and `experts` have the kinds\n"
        "\nExit code: 0 done, 1 it works and should be changed (a secret stands in the file),\n"
        "2 it is wrong, or could not be read or written.\n",
    .run = run,
};
