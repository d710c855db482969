/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles that were collected elsewhere, as incidents of this server: the shipped ones. */
#pragma once

#include "serve/site.h"

/*
 * Opens an incident for each bundle in the folder that has none yet, and puts a link to the bundle
 * where its evidence would be collected; the workers do the rest. Before the workers start.
 */
MUST_CHECK bool examples_open(const struct site *site, struct ledger *ledger, const char *folder,
                              struct err *err);
