/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/changes/touched.h"

/* A service is named by a path if one of the path's parts, up to a dot, is its name. */
static bool path_names(struct str files, struct str service)
{
    for (size_t at = 0; at + service.len <= files.len;) {
        const struct str rest = str_slice(files, at, files.len);
        const size_t found = str_find(rest, service);
        if (found == STR_NPOS)
            return false;
        const size_t from = at + found, to = from + service.len;
        const char before = from > 0 ? files.ptr[from - 1] : '/';
        const char after = to < files.len ? files.ptr[to] : '/';
        const bool starts = before == '/' || before == '"' || before == ' ' || before == ',';
        const bool ends = after == '/' || after == '.' || after == '"' || after == ' ';
        if (starts && ends)
            return true;
        at = from + 1;
    }
    return false;
}

struct str touched_service(const struct topology *topology, struct str service, struct str paths)
{
    if (service.len > 0)
        return service;
    for (uint32_t i = 0; i < topology->nodes.count; i++)
        if (path_names(paths, topology->nodes.keys[i]))
            return topology->nodes.keys[i];
    return STR("");
}
