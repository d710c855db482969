/* SPDX-License-Identifier: Apache-2.0 */
/* Texts and names as they stand in SQL for ClickHouse. Nothing in one can end it. */
#pragma once

#include "base/buf.h"

void clickhouse_put_text(struct buf *out, struct str text); /* 'it\'s' */
void clickhouse_put_name(struct buf *out, struct str name); /* `otel_logs` */
