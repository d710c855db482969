/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/libmicrohttpd.h"

#include <dlfcn.h>
#include <pthread.h>

static struct libmicrohttpd functions;
static struct err failure;

static void *find(void *library, const char *name)
{
    void *found = dlsym(library, name);
    if (!found)
        err_set(&failure, ERR_IO, "libmicrohttpd has no %s; 0.9.75 or later is wanted", name);
    return found;
}

static void load(void)
{
    void *library = dlopen("libmicrohttpd.so.12", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        err_set(&failure, ERR_IO,
                "libmicrohttpd is not there; install the package libmicrohttpd12");
        return;
    }
#define X(name) functions.name = (__typeof__(functions.name))find(library, #name);
    LIBMICROHTTPD_FUNCTIONS(X)
#undef X
}

const struct libmicrohttpd *libmicrohttpd_load(struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (failure.kind == ERR_NONE)
        return &functions;
    *err = failure;
    return NULL;
}
