/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl, loaded when it is first asked for: it brings 26 libraries and 6 MB, which a program that
 * mostly asks nobody should not pay for at each start.
 */
#pragma once

#include "base/err.h"

#define CURL_DISABLE_TYPECHECK /* its macros would take our members for calls of its functions */
#include <curl/curl.h>

#define LIBCURL_FUNCTIONS(X)                                                                       \
    X(curl_global_init)                                                                            \
    X(curl_easy_init)                                                                              \
    X(curl_easy_setopt)                                                                            \
    X(curl_easy_perform)                                                                           \
    X(curl_easy_getinfo)                                                                           \
    X(curl_easy_header)                                                                            \
    X(curl_easy_strerror)                                                                          \
    X(curl_easy_cleanup)                                                                           \
    X(curl_slist_append)                                                                           \
    X(curl_slist_free_all)                                                                         \
    X(curl_url)                                                                                    \
    X(curl_url_set)                                                                                \
    X(curl_url_get)                                                                                \
    X(curl_url_cleanup)                                                                            \
    X(curl_free)

struct libcurl {
#define X(name) __typeof__(name) *name;
    LIBCURL_FUNCTIONS(X)
#undef X
};

/* NULL: it is not there, and err says what to install. */
const struct libcurl *libcurl_load(struct err *err);
