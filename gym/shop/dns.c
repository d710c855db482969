// SPDX-License-Identifier: Apache-2.0
/* The messages are made and read by glibc's resolver library; only whom to ask is ours. */
#include "dns.h"
#include "server.h"
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEPT_MAX 8 /* names that one service calls by */

static struct {
    pthread_mutex_t lock;
    bool has_server;
    struct sockaddr_in server;
    long cache_ns, timeout_s, attempts;
    struct kept {
        char name[64];
        char address[DNS_ADDRESS_SIZE];
        int64_t until_ns;
    } kept[KEPT_MAX];
    unsigned next;
} dns = {.lock = PTHREAD_MUTEX_INITIALIZER};

void dns_open(const struct config *config)
{
    const char *server = config_text(config, "dns_server", "");
    char host[64];
    unsigned short port = 53;
    dns.cache_ns = config_number(config, "dns_cache_s", 5, 0, 86400) * 1000000000;
    dns.timeout_s = config_number(config, "dns_timeout_s", 1, 1, 60);
    dns.attempts = config_number(config, "dns_attempts", 2, 1, 10);
    if (!server[0])
        return;
    dns.server.sin_family = AF_INET;
    if (!address_parse(server, host, &port) ||
        inet_pton(AF_INET, host, &dns.server.sin_addr) != 1) {
        fprintf(stderr, "shop: dns_server = %s: wants ADDRESS:PORT\n", server);
        exit(2);
    }
    dns.server.sin_port = htons(port);
    dns.has_server = true;
}

static bool kept_find(const char *name, char address[DNS_ADDRESS_SIZE])
{
    bool found = false;
    pthread_mutex_lock(&dns.lock);
    for (unsigned i = 0; i < KEPT_MAX && !found; i++) {
        found = strcmp(dns.kept[i].name, name) == 0 && dns.kept[i].until_ns > now_ns();
        if (found)
            memcpy(address, dns.kept[i].address, DNS_ADDRESS_SIZE);
    }
    pthread_mutex_unlock(&dns.lock);
    return found;
}

static void keep(const char *name, const char address[DNS_ADDRESS_SIZE])
{
    pthread_mutex_lock(&dns.lock);
    struct kept *kept = &dns.kept[dns.next++ % KEPT_MAX];
    snprintf(kept->name, sizeof kept->name, "%s", name);
    memcpy(kept->address, address, DNS_ADDRESS_SIZE);
    kept->until_ns = now_ns() + dns.cache_ns;
    pthread_mutex_unlock(&dns.lock);
}

/* The first A record; false where there is none. */
static bool first_address(const unsigned char *message, int length, char address[DNS_ADDRESS_SIZE])
{
    ns_msg parsed;
    ns_rr record;
    if (ns_initparse(message, length, &parsed) != 0)
        return false;
    for (int i = 0; i < ns_msg_count(parsed, ns_s_an); i++)
        if (ns_parserr(&parsed, ns_s_an, i, &record) == 0 && ns_rr_type(record) == ns_t_a &&
            ns_rr_rdlen(record) == 4)
            return inet_ntop(AF_INET, ns_rr_rdata(record), address, DNS_ADDRESS_SIZE) != NULL;
    return false;
}

static enum dns_result ask(const char *name, char address[DNS_ADDRESS_SIZE], char *why, size_t size)
{
    struct __res_state state = {0};
    unsigned char message[512];
    if (res_ninit(&state) != 0)
        return DNS_FAILED;
    state.nscount = 1;
    state.nsaddr_list[0] = dns.server;
    state.retrans = (int)dns.timeout_s;
    state.retry = (int)dns.attempts;
    state.options &= ~(unsigned long)(RES_DNSRCH | RES_DEFNAMES);
    const int length = res_nquery(&state, name, ns_c_in, ns_t_a, message, sizeof message);
    const int reason = state.res_h_errno;
    res_nclose(&state);
    if (length > 0 && first_address(message, length, address))
        return DNS_FOUND;
    snprintf(why, size, "cannot resolve %s: %s", name,
             reason == HOST_NOT_FOUND ? "no such name (NXDOMAIN)"
             : reason == TRY_AGAIN    ? "no answer from the name server"
                                      : "no address (NODATA or SERVFAIL)");
    return DNS_FAILED;
}

/* Read each time: it is small, and who edits it wants to be heard. */
static enum dns_result look_up(const char *path, const char *name, char address[DNS_ADDRESS_SIZE])
{
    FILE *file = fopen(path, "re");
    char line[200];
    enum dns_result result = DNS_NOT_ASKED;
    while (file && result != DNS_FOUND && fgets(line, sizeof line, file)) {
        char one[64];
        char read[DNS_ADDRESS_SIZE];
        if (sscanf(line, "%15s %63s", read, one) != 2 || strcmp(one, name) != 0)
            continue;
        memcpy(address, read, sizeof read);
        result = DNS_FOUND;
    }
    if (file)
        fclose(file);
    return result;
}

enum dns_result dns_resolve(const char *name, char address[DNS_ADDRESS_SIZE], char *why,
                            size_t size)
{
    struct in_addr number;
    if (inet_pton(AF_INET, name, &number) == 1)
        return DNS_NOT_ASKED;
    if (!dns.has_server)
        return getenv("SHOP_HOSTS") ? look_up(getenv("SHOP_HOSTS"), name, address) : DNS_NOT_ASKED;
    if (kept_find(name, address))
        return DNS_FOUND;
    const enum dns_result result = ask(name, address, why, size);
    if (result == DNS_FOUND)
        keep(name, address);
    return result;
}
