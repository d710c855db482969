/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each request goes through here: which route it takes, whether who asks may take it, what all
 * answers have in common, and who did what.
 */
#pragma once

#include "serve/clerk.h"

struct door {
    struct site *site;
    struct clerks *clerks;
};

/* The door must outlive the server. */
struct http_handler door_handler(struct door *door);

/* What a clerk does with an exchange. */
void door_work(struct clerk *clerk, struct http_exchange *exchange);
