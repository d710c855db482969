/* SPDX-License-Identifier: Apache-2.0 */
#include "data/digest.h"

#include "base/arena.h"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>

static struct {
    __typeof__(EVP_sha256) *sha256;
    __typeof__(EVP_Digest) *digest;
    __typeof__(HMAC) *hmac;
} functions;
static bool is_loaded;

static void load(void)
{
    void *library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return;
    functions.sha256 = (__typeof__(EVP_sha256) *)dlsym(library, "EVP_sha256");
    functions.digest = (__typeof__(EVP_Digest) *)dlsym(library, "EVP_Digest");
    functions.hmac = (__typeof__(HMAC) *)dlsym(library, "HMAC");
    is_loaded = functions.sha256 && functions.digest && functions.hmac;
}

static bool find(struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return is_loaded || err_set(err, ERR_IO, "libcrypto is not there; install the package libssl3");
}

bool digest_sha256(struct str bytes, struct digest *out, struct err *err)
{
    return find(err) && (functions.digest(bytes.ptr, bytes.len, out->bytes, NULL,
                                          functions.sha256(), NULL) == 1 ||
                         err_set(err, ERR_IO, "libcrypto gives no SHA-256"));
}

bool digest_hmac_sha256(struct str key, struct str bytes, struct digest *out, struct err *err)
{
    if (!find(err))
        return false;
    return (key.len <= INT32_MAX &&
            functions.hmac(functions.sha256(), key.ptr, (int)key.len,
                           (const unsigned char *)bytes.ptr, bytes.len, out->bytes, NULL)) ||
           err_set(err, ERR_IO, "libcrypto gives no HMAC of SHA-256");
}

struct str digest_hex(struct arena *arena, const struct digest *digest)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc(arena, 2 * DIGEST_BYTES + 1);
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        text[2 * i] = digits[digest->bytes[i] >> 4];
        text[2 * i + 1] = digits[digest->bytes[i] & 15];
    }
    return (struct str){.ptr = text, .len = 2 * (size_t)DIGEST_BYTES};
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool digest_of_hex(struct str text, struct digest *out)
{
    if (text.len != 2 * (size_t)DIGEST_BYTES)
        return false;
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        const int high = digit_of(text.ptr[2 * i]), low = digit_of(text.ptr[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out->bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

/* volatile: no compiler may leave the loop once the outcome is clear. */
bool secret_equals(struct str secret, struct str given)
{
    volatile unsigned char differs = secret.len != given.len;
    if (secret.len == 0)
        return false;
    for (size_t i = 0; i < given.len; i++)
        differs |= (unsigned char)(secret.ptr[i % secret.len] ^ given.ptr[i]);
    return differs == 0;
}

bool digest_equals(const struct digest *a, const struct digest *b)
{
    return secret_equals((struct str){(const char *)a->bytes, DIGEST_BYTES},
                         (struct str){(const char *)b->bytes, DIGEST_BYTES});
}
