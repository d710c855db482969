/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom train VERB ...`: finds the verb and gets out of the way. */
#include "eval/verb.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

extern const struct verb verb_verdict, verb_changes;

static const struct verb *const verbs[] = {&verb_verdict, &verb_changes};

#define VERBS_COUNT (sizeof verbs / sizeof *verbs)

static void print_help(FILE *to)
{
    fputs("Learns the numbers that warroom goes by from incidents and changes whose cause is "
          "known.\n\n"
          "usage: warroom train VERB [options]\n"
          "       warroom train VERB --help\n\n",
          to);
    for (size_t i = 0; i < VERBS_COUNT; i++)
        fprintf(to, "  %-8s %s\n", verbs[i]->name, verbs[i]->summary);
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_NOT_MEASURED;
    }
    if (is_one_of(argv[1], "--help", "-h") || strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return EXIT_MEASURED;
    }
    if (is_one_of(argv[1], "--version", "-V")) {
        puts("warroom-train " VERSION);
        return EXIT_MEASURED;
    }
    for (size_t i = 0; i < VERBS_COUNT; i++)
        if (strcmp(argv[1], verbs[i]->name) == 0)
            return verbs[i]->run(argc - 1, argv + 1);
    fprintf(stderr, "warroom train: there is no verb `%s`; see `warroom train --help`\n", argv[1]);
    return EXIT_NOT_MEASURED;
}
