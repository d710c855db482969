/* SPDX-License-Identifier: Apache-2.0 */
/* Unpacks an archive from somewhere else, trusting nothing in it. */
#pragma once

#include "base/err.h"
#include "base/str.h"

/*
 * Writes the plain files of a .tar.zst into `folder`, which exists, under the last part of their
 * names. Links, devices, hidden files and truth.json are passed over; too many files, too many
 * bytes or a damaged archive are errors.
 */
MUST_CHECK bool archive_unpack(struct str archive_path, struct str folder, struct err *err);
