/* SPDX-License-Identifier: Apache-2.0 */
#include "train/keep.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool keep_folder(const char *path, struct err *err)
{
    return !path || mkdir(path, 0777) == 0 || errno == EEXIST ||
           err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

bool keep_file(const char *path, struct str text, struct err *err)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    bool ok = fwrite(text.ptr, 1, text.len, file) == text.len;
    ok &= fclose(file) == 0;
    return ok || err_set(err, ERR_IO, "%s: it could not be written whole", path);
}
