/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Export requests of OpenTelemetry, in both encodings, and pushes of Loki, taken apart into rows.
 * What the parts become is said in otlp/harvest.h.
 *
 * Fields that are not known are passed over, as the specification wants it, and so are known ones
 * of another type. What is damaged is refused as a whole, with ERR_PROTOCOL and where it is: then
 * nothing of the harvest may be used.
 */
#pragma once

#include "base/err.h"
#include "otlp/harvest.h"

enum decode_signal { DECODE_LOGS, DECODE_TRACES, DECODE_METRICS };

#define DECODE_JSON_NODES_MAX 4000000 /* of a request; each takes about 100 bytes once parsed */

/* `body` must stay as long as the harvest: its texts lie there. */
MUST_CHECK bool otlp_decode_proto(enum decode_signal signal, struct str body,
                                  struct harvest *harvest, struct err *err);

/* Bytes that are no UTF-8 are replaced first. */
MUST_CHECK bool otlp_decode_json(enum decode_signal signal, struct str body,
                                 struct harvest *harvest, struct err *err);

/* A line of a file of requests may be of any signal. `column` tells where it is no JSON. */
MUST_CHECK bool otlp_decode_line(struct str line, struct harvest *harvest, int *column,
                                 struct err *err);

/* logproto.PushRequest, unpacked; and {"streams": [...]}. */
MUST_CHECK bool loki_decode_proto(struct str body, struct harvest *harvest, struct err *err);
MUST_CHECK bool loki_decode_json(struct str body, struct harvest *harvest, struct err *err);
