// SPDX-License-Identifier: Apache-2.0
/*
 * Certificates for the services that speak HTTPS, from an authority of the shop's own:
 *
 *   shop certificate AUTHORITY NAME HOST LIFETIME_S FOLDER
 *
 * AUTHORITY/ca.crt and ca.key are made when they are not there. A lifetime may be short, or over.
 */
#include "role.h"
#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YEARS_10_S (10L * 365 * 86400)
#define BACKDATE_S (30L * 86400) /* of notBefore: clocks differ, and certificates have a past */
#define PATH_SIZE 512

struct signer {
    X509 *certificate;
    EVP_PKEY *key;
};

static void path_of(const char *folder, const char *name, const char *ending, char out[PATH_SIZE])
{
    snprintf(out, PATH_SIZE, "%s/%s.%s", folder, name, ending);
}

static bool extension_add(X509 *certificate, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    const bool good = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return good;
}

/* `authority` NULL: it signs itself, and may sign others. */
static struct signer certificate_make(const char *name, const char *host, long lifetime_s,
                                      const struct signer *authority)
{
    struct signer made = {X509_new(), EVP_EC_gen("P-256")};
    uint64_t serial;
    if (!made.certificate || !made.key || RAND_bytes((unsigned char *)&serial, sizeof serial) != 1)
        abort();
    X509_set_version(made.certificate, X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.certificate), serial >> 1);
    X509_gmtime_adj(X509_getm_notBefore(made.certificate), -BACKDATE_S);
    X509_gmtime_adj(X509_getm_notAfter(made.certificate), lifetime_s);
    X509_set_pubkey(made.certificate, made.key);
    X509_NAME *subject = X509_get_subject_name(made.certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1,
                               0);
    X509 *issuer = authority ? authority->certificate : made.certificate;
    X509_set_issuer_name(made.certificate, X509_get_subject_name(issuer));

    char names[200];
    struct in_addr number;
    snprintf(names, sizeof names, "%s:%.180s",
             inet_pton(AF_INET, host, &number) == 1 ? "IP" : "DNS", host);
    const bool good =
        authority
            ? extension_add(made.certificate, issuer, NID_subject_alt_name, names)
            : extension_add(made.certificate, issuer, NID_basic_constraints, "critical,CA:TRUE") &&
                  extension_add(made.certificate, issuer, NID_key_usage,
                                "critical,keyCertSign,cRLSign");
    if (!good ||
        X509_sign(made.certificate, authority ? authority->key : made.key, EVP_sha256()) == 0)
        abort();
    return made;
}

static bool signer_write(const struct signer *signer, const char *folder, const char *name)
{
    char path[PATH_SIZE];
    path_of(folder, name, "crt", path);
    FILE *certificate = fopen(path, "we");
    path_of(folder, name, "key", path);
    FILE *key = fopen(path, "we");
    bool good = certificate && key && PEM_write_X509(certificate, signer->certificate) == 1 &&
                PEM_write_PrivateKey(key, signer->key, NULL, NULL, 0, NULL, NULL) == 1;
    if (certificate)
        good = fclose(certificate) == 0 && good;
    if (key)
        good = fclose(key) == 0 && good;
    return good;
}

static bool signer_read(struct signer *signer, const char *folder, const char *name)
{
    char path[PATH_SIZE];
    path_of(folder, name, "crt", path);
    FILE *certificate = fopen(path, "re");
    path_of(folder, name, "key", path);
    FILE *key = fopen(path, "re");
    signer->certificate = certificate ? PEM_read_X509(certificate, NULL, NULL, NULL) : NULL;
    signer->key = key ? PEM_read_PrivateKey(key, NULL, NULL, NULL) : NULL;
    if (certificate)
        fclose(certificate);
    if (key)
        fclose(key);
    return signer->certificate && signer->key;
}

static bool copy_authority(const struct signer *authority, const char *folder)
{
    char path[PATH_SIZE];
    path_of(folder, "ca", "crt", path);
    FILE *file = fopen(path, "we");
    const bool good = file && PEM_write_X509(file, authority->certificate) == 1;
    return file && fclose(file) == 0 && good;
}

int certificate_main(const char *authority_folder, const char *name, const char *host,
                     long lifetime_s, const char *folder)
{
    struct signer authority;
    if (!signer_read(&authority, authority_folder, "ca")) {
        authority = certificate_make("shop authority", "", YEARS_10_S, NULL);
        if (!signer_write(&authority, authority_folder, "ca")) {
            fprintf(stderr, "shop: cannot write %s/ca.crt\n", authority_folder);
            return 1;
        }
    }
    struct signer made = certificate_make(name, host, lifetime_s, &authority);
    const bool good = signer_write(&made, folder, name) && copy_authority(&authority, folder);
    if (!good)
        fprintf(stderr, "shop: cannot write %s/%s.crt\n", folder, name);
    X509_free(made.certificate);
    EVP_PKEY_free(made.key);
    X509_free(authority.certificate);
    EVP_PKEY_free(authority.key);
    return good ? 0 : 1;
}
