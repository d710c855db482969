/* SPDX-License-Identifier: Apache-2.0 */
#include "train/keep.h"

#include "data/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

bool keep_folder(const char *path, struct err *err)
{
    return !path || mkdir(path, 0777) == 0 || errno == EEXIST ||
           err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

bool keep_file(const char *path, struct str text, struct err *err)
{
    return file_replace(path, text, 0666, err);
}
