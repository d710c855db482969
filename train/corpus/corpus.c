/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom train corpus`: a corpus out of what a user has, and a ledger of what did not go into it.
 */
#include "base/str.h"
#include "eval/verb.h"
#include "train/corpus/making.h"

#include <getopt.h>
#include <stdio.h>

#define RELEVANCE_MIN 0.2 /* a user's own documents are rather kept */
#define QUALITY_MIN 0.5

static const char help[] =
    "Builds a corpus to train a language model with, from documents, code, logs, traces, "
    "repositories\n"
    "and past incidents.\n"
    "\n"
    "usage: warroom train corpus SOURCES... --out DIR [options]\n"
    "\n"
    "SOURCES are files and folders. A folder with alert.json, or a .tar.zst, is an incident; one "
    "with\n"
    ".git gives its history too. DIR gets causal.jsonl ({\"text\"}: logs and traces), "
    "denoise.jsonl\n"
    "({\"input\", \"target\"}: documents and code), both from simple to complex; dropped.jsonl, "
    "with\n"
    "what is in neither and why; and manifest.json.\n"
    "\n"
    "      --out DIR          made if it is not there\n"
    "      --ledger FILE      what people said of reports, too\n"
    "      --without DIR      an evaluation set: nothing that it has goes in; may be said again\n"
    "      --keep-evaluated   those that eval/sets lists go in as well\n"
    "      --relevance CHANCE prose that is less likely about software is dropped (default 0.2)\n"
    "      --quality CHANCE   prose that is less likely fit to read is dropped (default 0.5)\n"
    "      --seed N           of what is taken out of documents (default 1)\n"
    "      --help             this text\n"
    "\n"
    "exit status: 0 made; 2 not made: wrong usage, a source that is not there\n";

static bool read_chance(const char *option, double *out, struct err *err)
{
    return (str_to_real(str_of(optarg), out) && *out >= 0.0 && *out <= 1.0) ||
           err_set(err, ERR_USAGE, "--%s wants a chance from 0 to 1, not `%s`", option, optarg);
}

static bool read_option(int option, char **argv, struct corpus_order *order, struct err *err)
{
    switch (option) {
    case 'o':
        order->out = optarg;
        return true;
    case 'l':
        order->ledger = optarg;
        return true;
    case 'w':
        if (order->without_count == CORPUS_WITHOUT_MAX)
            return err_set(err, ERR_USAGE, "--without is said more than %d times",
                           CORPUS_WITHOUT_MAX);
        order->without[order->without_count++] = optarg;
        return true;
    case 'k':
        return order->keeps_evaluated = true;
    case 'r':
        return read_chance("relevance", &order->relevance_min, err);
    case 'q':
        return read_chance("quality", &order->quality_min, err);
    case 's':
        return str_to_int(str_of(optarg), &order->seed) ||
               err_set(err, ERR_USAGE, "--seed wants a whole number, not `%s`", optarg);
    default:
        return verb_wrong_option(option, argv, err);
    }
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {{"out", required_argument, NULL, 'o'},
                                          {"ledger", required_argument, NULL, 'l'},
                                          {"without", required_argument, NULL, 'w'},
                                          {"keep-evaluated", no_argument, NULL, 'k'},
                                          {"relevance", required_argument, NULL, 'r'},
                                          {"quality", required_argument, NULL, 'q'},
                                          {"seed", required_argument, NULL, 's'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    struct corpus_order order = {
        .relevance_min = RELEVANCE_MIN, .quality_min = QUALITY_MIN, .seed = 1};
    struct err err = {0};
    bool ok = true;
    int option;
    while (ok && (option = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        if (option == 'h') {
            fputs(help, stdout);
            return EXIT_MEASURED;
        }
        ok = read_option(option, argv, &order, &err);
    }
    if (ok && (!order.out || (optind == argc && !order.ledger)))
        ok = err_set(&err, ERR_USAGE, "sources and --out DIR are wanted");
    ok = ok && corpus_make(&order, argv + optind, &err) && verb_printed(&err);
    return ok ? EXIT_MEASURED : verb_complain("train corpus", &err);
}

const struct verb verb_corpus = {
    .name = "corpus",
    .summary = "a corpus for a language model, from what a user has",
    .run = run,
};
