/* SPDX-License-Identifier: Apache-2.0 */
/* What was learnt, into files. */
#pragma once

#include "base/err.h"
#include "base/str.h"

/* Makes a folder unless it is there; NULL: none is wanted. */
MUST_CHECK bool keep_folder(const char *path, struct err *err);

MUST_CHECK bool keep_file(const char *path, struct str text, struct err *err);
