/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/paths.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_program(const char *folder, size_t folder_len, const char *name, char *out,
                       size_t size)
{
    const int len = snprintf(out, size, "%.*s/%s", (int)folder_len, folder, name);
    return folder_len > 0 && len > 0 && (size_t)len < size && access(out, X_OK) == 0;
}

bool path_of_program(const char *name, char *out, size_t size)
{
    /* Debian's own first: a wrapper in /usr/local may be meant for other uses than ours */
    static const char *const folders[] = {"/usr/lib/postgresql/15/bin", "/usr/sbin", "/usr/bin",
                                          "/sbin", "/bin"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        if (is_program(folders[i], strlen(folders[i]), name, out, size))
            return true;
    const char *rest = getenv("PATH");
    while (rest && *rest) {
        const size_t len = strcspn(rest, ":");
        if (is_program(rest, len, name, out, size))
            return true;
        rest += len + (rest[len] == ':');
    }
    return false;
}

static bool beside_ourselves(const char *name, char *out, size_t size)
{
    char self[PATH_MAX], whole[PATH_MAX + 256];
    const ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len < 0)
        return false;
    self[len] = '\0';
    *strrchr(self, '/') = '\0';
    snprintf(whole, sizeof whole, "%s/%s", self, name);
    char *real = realpath(whole, NULL);
    const bool fits = real && (size_t)snprintf(out, size, "%s", real) < size;
    free(real);
    return fits;
}

bool path_of_shop(char *out, size_t size)
{
    const char *named = getenv("WARROOM_SHOP");
    if (named)
        return (size_t)snprintf(out, size, "%s", named) < size && access(out, X_OK) == 0;
    return beside_ourselves("gym/shop/shop", out, size);
}

bool path_of_source(const char *name, char *out, size_t size)
{
    const char *named = getenv("WARROOM_GYM");
    char relative[256];
    if (named)
        return (size_t)snprintf(out, size, "%s/%s", named, name) < size && access(out, R_OK) == 0;
    snprintf(relative, sizeof relative, "../gym/%s", name);
    return beside_ourselves(relative, out, size);
}

bool path_of_built(const char *name, char *out, size_t size)
{
    return beside_ourselves(name, out, size);
}

bool path_of_faketime(char *out, size_t size)
{
    glob_t found; /* a folder for each architecture */
    bool has = glob("/usr/lib/*/faketime/libfaketimeMT.so.1", 0, NULL, &found) == 0;
    has = has && (size_t)snprintf(out, size, "%s", found.gl_pathv[0]) < size;
    globfree(&found);
    return has;
}
