/* SPDX-License-Identifier: Apache-2.0 */
/* The first line of a request, as far as it says what is wanted. Pure. */
#pragma once

#include "serve/http.h"

/*
 * Path and query of the URI as it came, decoded, into the request. False: the path does not begin
 * with "/", or has ".." in it; something is no UTF-8 in percent-encoding, or has a NUL in it; or
 * there are more than HTTP_QUERY_MAX parameters.
 */
bool uri_read(struct http_request *request, struct str uri);
