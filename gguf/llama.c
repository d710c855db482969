/* SPDX-License-Identifier: Apache-2.0 */
#include "gguf/llama.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PACKAGED "/usr/lib/warroom/llama/libllama.so"

static struct llama functions;
static char complaint[200]; /* the first: those that follow only say that there was one */

void llama_complaint(char *out, size_t size)
{
    snprintf(out, size, "%s", complaint);
    complaint[0] = '\0';
}

static void hear(enum ggml_log_level level, const char *text, void *state)
{
    (void)state;
    if (level != GGML_LOG_LEVEL_ERROR || complaint[0])
        return;
    snprintf(complaint, sizeof complaint, "%s", text);
    complaint[strcspn(complaint, "\n")] = '\0';
    for (char *at = complaint; *at; at++) /* names out of the file are among it */
        if (!isprint((unsigned char)*at))
            *at = '?';
}

static bool find_functions(void *library, struct err *err)
{
#define X(name)                                                                                    \
    functions.name = (__typeof__(functions.name))dlsym(library, #name);                            \
    if (!functions.name)                                                                           \
        return err_set(err, ERR_IO, "the library of llama.cpp has no %s; %s is wanted", #name,     \
                       LLAMA_VERSION);
    LLAMA_FUNCTIONS(X)
#undef X
    return true;
}

/*
 * Whether members are where they are thought to be: a version that is not released yet keeps its
 * number while its structures change. These are the values that they are given over there.
 */
static bool has_our_layout(void)
{
    const struct llama_model_params model = functions.llama_model_default_params();
    const struct llama_context_params context = functions.llama_context_default_params();
    return !model.devices && model.n_gpu_layers == -1 && !model.kv_overrides && !model.vocab_only &&
           !model.check_tensors && model.use_extra_bufts && !model.no_alloc &&
           context.n_batch == 2048 && context.n_ubatch == 512 && context.n_seq_max == 1 &&
           context.defrag_thold < 0.0f && context.type_k == GGML_TYPE_F16 &&
           context.type_v == GGML_TYPE_F16 && !context.abort_callback && !context.embeddings &&
           context.offload_kqv && context.no_perf && !context.samplers && !context.ctx_other;
}

/* The kinds of processors that it knows are shared objects in the folder of the library. */
static void load_processors(const char *file)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", file);
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
    functions.ggml_backend_load_all_from_path(slash ? folder : NULL);
}

/* The one that is named; else the one of the build, where it still is; else the one of the package.
 */
static const char *find_library(void)
{
    const char *named = getenv("WARROOM_LIBLLAMA");
    if (named)
        return named;
    return access(LLAMA_LIBRARY, R_OK) == 0 ? LLAMA_LIBRARY : PACKAGED;
}

const struct llama *llama_load(struct err *err)
{
    const char *file = find_library();
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        err_set(err, ERR_IO, "llama.cpp is not there: %s; scripts/llama_library.sh fetches it",
                dlerror());
        return NULL;
    }
    if (!find_functions(library, err))
        return NULL;
    const char *version = functions.llama_version();
    if (strcmp(version, LLAMA_VERSION) != 0) {
        err_set(err, ERR_USAGE, "%s is llama.cpp %s, and this was built for %s", file, version,
                LLAMA_VERSION);
        return NULL;
    }
    if (!has_our_layout()) {
        err_set(err, ERR_USAGE, "%s is another llama.cpp %s than this was built for", file,
                version);
        return NULL;
    }
    functions.llama_log_set(hear, NULL);
    load_processors(file);
    functions.llama_backend_init();
    return &functions;
}
