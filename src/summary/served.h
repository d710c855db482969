/* SPDX-License-Identifier: Apache-2.0 */
/* What users get: requests that are answered with a failure, by the lines of who answers them. */
#pragma once

#include "summary/saying.h"

/*
 * "14 of 19 `POST /checkout` and 7 of 22 `POST /login` got 502", of the requests since `since_ns`
 * in the access log of the service that nobody else calls. False: no line tells of such.
 */
bool served_say(struct saying *saying, int64_t since_ns);
