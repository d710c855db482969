/* SPDX-License-Identifier: Apache-2.0 */
#include "train/folders.h"

#include "eval/verb.h"

#include <getopt.h>
#include <stdio.h>

int folders_learn(int argc, char **argv, const char *command, const char *help,
                  folders_learn_fn *learn)
{
    static const struct option known[] = {{"out", required_argument, NULL, 'o'},
                                          {"held-out", required_argument, NULL, 'H'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    const char *out = NULL, *held_out = NULL;
    struct err err = {0};
    int option;
    while ((option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        if (option == 'o')
            out = optarg;
        else if (option == 'H')
            held_out = optarg;
        else if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        } else {
            verb_wrong_option(option, argv, &err);
            return verb_complain(command, &err);
        }
    }
    if (optind == argc || (!out && !held_out)) {
        err_set(&err, ERR_USAGE, "folders and --out or --held-out are wanted");
        return verb_complain(command, &err);
    }
    return learn(argv + optind, out, held_out);
}
