/* SPDX-License-Identifier: Apache-2.0 */
/* Failures of which none had been counted before, by the label that says so. */
#pragma once

#include "summary/saying.h"

/*
 * "`requests_total` with `code` `502` rose from 0 to 172 and with `code` `200` fell from 5.8/s to
 * 0", up to `told_max` metrics in all; gives how many are told now. With `with_service`, whose they
 * are is said.
 */
uint32_t news_say(struct saying *saying, struct str service, int64_t since_ns, bool with_service,
                  uint32_t told, uint32_t told_max);
