/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/verb.h"

#include "base/ending.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static void print_help(const struct verb_program *program, FILE *to)
{
    fprintf(to,
            "%s\n\n"
            "usage: warroom %s VERB [options]\n"
            "       warroom %s VERB --help\n\n",
            program->purpose, program->name, program->name);
    for (const struct verb *const *verb = program->verbs; *verb; verb++)
        fprintf(to, "  %-8s %s\n", (*verb)->name, (*verb)->summary);
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

int verb_main(const struct verb_program *program, int argc, char **argv)
{
    ending_heed_signals();
    json_end_without_memory();
    if (argc < 2) {
        print_help(program, stderr);
        return EXIT_NOT_MEASURED;
    }
    if (is_one_of(argv[1], "--help", "-h") || strcmp(argv[1], "help") == 0) {
        print_help(program, stdout);
        return EXIT_MEASURED;
    }
    if (is_one_of(argv[1], "--version", "-V")) {
        printf("warroom-%s " VERSION "\n", program->name);
        return EXIT_MEASURED;
    }
    for (const struct verb *const *verb = program->verbs; *verb; verb++)
        if (strcmp(argv[1], (*verb)->name) == 0)
            return (*verb)->run(argc - 1, argv + 1);
    fprintf(stderr, "warroom %s: there is no verb `%s`; see `warroom %s --help`\n", program->name,
            argv[1], program->name);
    return EXIT_NOT_MEASURED;
}

int verb_complain(const char *command, const struct err *err)
{
    fprintf(stderr, "warroom %s: %s\n", command, err->text);
    if (err->kind == ERR_USAGE)
        fprintf(stderr, "see `warroom %s --help`\n", command);
    return EXIT_NOT_MEASURED;
}

bool verb_wrong_option(int option, char **argv, struct err *err)
{
    return err_set(err, ERR_USAGE, "`%s` %s", argv[optind - 1],
                   option == ':' ? "wants a value" : "is no option");
}

bool verb_printed(struct err *err)
{
    return (fflush(stdout) == 0 && !ferror(stdout)) ||
           err_set(err, ERR_IO, "the scores could not be written");
}

bool verb_print(struct str scores, struct err *err)
{
    fwrite(scores.ptr, 1, scores.len, stdout);
    return verb_printed(err);
}
