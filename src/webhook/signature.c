/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All signatures and all secrets are tried, each compared in constant time, so that neither which
 * of them fits nor how far one fits can be told from how long it took.
 */
#include "webhook/signature.h"

#include "data/digest.h"

#define HEADER_LEN_MAX 4096

static bool same_name(struct str a, struct str b)
{
    return a.len == b.len && str_find_no_case(a, b) == 0;
}

/* The first of that name; one without ptr: it was not sent. */
static struct str header_of(const struct webhook_post *post, const char *name)
{
    for (uint32_t i = 0; i < post->headers_count; i++)
        if (same_name(post->headers[i].name, str_of(name)))
            return str_trim(post->headers[i].value);
    return (struct str){0};
}

/* ---- signatures ---- */

/* Those with another prefix are of another version, and passed over. */
static uint32_t read_signatures(struct str header, struct str prefix, struct digest *out)
{
    uint32_t count = 0;
    struct str part;
    for (uint32_t i = 0; i < SIGNATURES_MAX && str_split(&header, ',', &part); i++) {
        part = str_trim(part);
        if (str_starts(part, prefix) &&
            digest_of_hex(str_slice(part, prefix.len, part.len), &out[count]))
            count++;
    }
    return count;
}

static bool check_signature(const struct webhook *webhook, const struct webhook_post *post,
                            const struct webhook_keys *keys, struct err *err)
{
    const struct str header = header_of(post, webhook->signature_header);
    struct digest sent[SIGNATURES_MAX];
    if (!header.ptr)
        return err_set(err, ERR_PROTOCOL, "the header %s is not there: it was not signed",
                       webhook->signature_header);
    const uint32_t count = header.len > HEADER_LEN_MAX
                               ? 0
                               : read_signatures(header, str_of(webhook->signature_prefix), sent);
    if (count == 0)
        return err_set(err, ERR_PROTOCOL, "the header %s holds no signature: %sHEX is wanted",
                       webhook->signature_header, webhook->signature_prefix);
    bool fits = false;
    for (uint32_t i = 0; i < keys->secrets_count; i++) {
        struct digest ours;
        if (!digest_hmac_sha256(keys->secrets[i], post->body, &ours, err))
            return false;
        for (uint32_t j = 0; j < count; j++)
            fits |= digest_equals(&ours, &sent[j]);
    }
    return fits || err_set(err, ERR_DENIED, "the signature is not of a secret that is configured");
}

/* ---- the token ---- */

/* RFC 6750: the scheme is told whatever its case. */
static struct str bearer_of(const struct webhook_post *post)
{
    const struct str scheme = STR("Bearer ");
    const struct str header = header_of(post, "Authorization");
    return str_find_no_case(str_slice(header, 0, scheme.len), scheme) == 0
               ? str_trim(str_slice(header, scheme.len, header.len))
               : (struct str){0};
}

static bool check_token(const struct webhook_post *post, struct str token, struct err *err)
{
    struct str given = header_of(post, "X-Warroom-Token");
    if (!given.ptr)
        given = bearer_of(post);
    if (!given.ptr)
        return err_set(err, ERR_USAGE,
                       "a token is wanted: send `X-Warroom-Token: TOKEN` or "
                       "`Authorization: Bearer TOKEN`, with the `webhooks.token` of warroom.yaml");
    return (given.len <= HEADER_LEN_MAX && secret_equals(token, given)) ||
           err_set(err, ERR_DENIED, "the token is not the one that is configured");
}

bool signature_check(const struct webhook *webhook, const struct webhook_post *post,
                     const struct webhook_keys *keys, struct err *err)
{
    if (webhook->signature_header && keys->secrets_count > 0)
        return check_signature(webhook, post, keys, err);
    return keys->token.len == 0 || check_token(post, keys->token, err);
}
