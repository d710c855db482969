/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle as one file, for passing on: what archive_unpack() takes apart again. */
#pragma once

#include "base/err.h"

/*
 * Writes the plain files of `folder` as a .tar.zst to the descriptor, in the order of their names
 * and with no times, owners or rights of this machine: the same files give the same bytes.
 * truth.json, hidden files and links stay behind. ERR_CANCELLED: another folder took its place
 * meanwhile, so what was written may lack files.
 */
MUST_CHECK bool pack_folder(const char *folder, int fd, struct err *err);
