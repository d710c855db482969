/* SPDX-License-Identifier: Apache-2.0 */
/* Where a line tells of a status of HTTP: a regular expression for DuckDB and Loki alike (RE2). */
#pragma once

/* As servers write it: behind the request in quotes, or after the word. Digits follow. */
#define STATUS_BEFORE "(\" |[Ss]tatus([_ ]?[Cc]ode)?[\"']?[=: ]+[\"']?)"
#define STATUS_BEHIND "\\b"
