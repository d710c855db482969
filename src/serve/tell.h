/* SPDX-License-Identifier: Apache-2.0 */
/*
 * News of an incident for those whom the configuration names (notify/). What cannot be told is
 * logged and fails nothing: the page has it all the same.
 */
#pragma once

#include "notify/news.h"
#include "store/ledger.h"

struct site;

/* As the incident stands in the ledger now. Waits for the network; of a worker. */
void tell_news(const struct site *site, struct ledger *ledger, struct str id,
               enum news_phase phase);
