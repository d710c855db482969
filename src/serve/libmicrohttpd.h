/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmicrohttpd, loaded when it is first asked for: with GnuTLS it brings 12 libraries and a fifth
 * of the time that the program takes to start, which only `warroom serve` should pay for.
 */
#pragma once

#include "base/err.h"

#include <microhttpd.h>

#define LIBMICROHTTPD_FUNCTIONS(X)                                                                 \
    X(MHD_start_daemon)                                                                            \
    X(MHD_stop_daemon)                                                                             \
    X(MHD_quiesce_daemon)                                                                          \
    X(MHD_get_connection_info)                                                                     \
    X(MHD_get_connection_values_n)                                                                 \
    X(MHD_suspend_connection)                                                                      \
    X(MHD_resume_connection)                                                                       \
    X(MHD_create_response_from_buffer)                                                             \
    X(MHD_create_response_from_fd64)                                                               \
    X(MHD_create_response_from_callback)                                                           \
    X(MHD_add_response_header)                                                                     \
    X(MHD_queue_response)                                                                          \
    X(MHD_destroy_response)

struct libmicrohttpd {
#define X(name) __typeof__(name) *name;
    LIBMICROHTTPD_FUNCTIONS(X)
#undef X
};

/* NULL: it is not there, and err says what to install. */
const struct libmicrohttpd *libmicrohttpd_load(struct err *err);
