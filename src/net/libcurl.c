/* SPDX-License-Identifier: Apache-2.0 */
#include "net/libcurl.h"

#include <dlfcn.h>
#include <pthread.h>

static struct libcurl functions;
static struct err failure;

static void *find(void *library, const char *name)
{
    void *found = dlsym(library, name);
    if (!found)
        err_set(&failure, ERR_IO, "libcurl has no %s; 7.85 or later is wanted", name);
    return found;
}

static void load(void)
{
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        err_set(&failure, ERR_IO, "libcurl is not there; install the package libcurl4");
        return;
    }
#define X(name) functions.name = (__typeof__(functions.name))find(library, #name);
    LIBCURL_FUNCTIONS(X)
#undef X
    if (failure.kind == ERR_NONE)
        functions.curl_global_init(CURL_GLOBAL_DEFAULT);
}

const struct libcurl *libcurl_load(struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (failure.kind == ERR_NONE)
        return &functions;
    *err = failure;
    return NULL;
}
