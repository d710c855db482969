/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/network.h"

#include "base/arena.h"
#include "gym/world/inventory.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

static bool loopback_up(struct err *err)
{
    struct ifreq request = {.ifr_name = "lo"};
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0;
    request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
    ok = ok && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    if (!ok)
        err_set(err, ERR_IO, "the loopback device does not come up: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool hosts_write(const char *path, struct err *err)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    fputs("127.0.0.1 localhost\n127.10.0.32 bank.example\n", file);
    for (const struct instance *it = inventory; it->name; it++)
        fprintf(file, "%s %s\n", it->address, it->name);
    /* a service's name is its first instance's: who wants all of them asks nginx or lists them */
    for (const struct instance *it = inventory; it->name; it++)
        if (instance_of(it->service, NULL) == it && strcmp(it->service, it->name) != 0)
            fprintf(file, "%s %s\n", it->address, it->service);
    if (fclose(file) != 0)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    return true;
}

bool network_open(struct world *world, struct err *err)
{
    const char *hosts = world_path(world, "run/hosts");
    if (!hosts_write(hosts, err))
        return false;
    if (!world->isolated)
        return true;
    if (mount(hosts, "/etc/hosts", NULL, MS_BIND, NULL) != 0)
        return err_set(err, ERR_IO, "/etc/hosts: mount: %s", strerror(errno));
    return loopback_up(err);
}

bool network_is_ours(struct str address, struct err *err)
{
    struct in_addr parsed;
    char text[INET_ADDRSTRLEN];
    const bool fits = address.len < sizeof text;
    snprintf(text, sizeof text, "%.*s", fits ? (int)address.len : 0, address.ptr);
    if (fits && inet_pton(AF_INET, text, &parsed) == 1 && ntohl(parsed.s_addr) >> 24 == 127)
        return true;
    return err_set(err, ERR_DENIED,
                   "%.*s is not an address of this machine's loopback (127.x.x.x); the gym touches "
                   "no other",
                   STR_ARG(address));
}

static struct sockaddr_in socket_address(const char *address, unsigned short port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, address, &at.sin_addr);
    return at;
}

bool network_is_free(const char *address, unsigned short port, struct err *err)
{
    if (!network_is_ours(str_of(address), err))
        return false;
    const struct sockaddr_in at = socket_address(address, port);
    const int one = 1;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    const bool free = fd >= 0 && bind(fd, (const struct sockaddr *)&at, sizeof at) == 0;
    if (!free)
        err_set(err, ERR_DENIED, "%s port %u is taken: %s; another world? see `warroom gym status`",
                address, port, strerror(errno));
    if (fd >= 0)
        close(fd);
    return free;
}

bool network_listens(const char *address, unsigned short port)
{
    const struct sockaddr_in at = socket_address(address, port);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool listens = fd >= 0 && connect(fd, (const struct sockaddr *)&at, sizeof at) == 0;
    if (fd >= 0)
        close(fd);
    return listens;
}

bool network_filter(struct world *world, const char *table, const char *rules, struct err *err)
{
    if (!host_has(&world->host, CAPABILITY_NFT, err))
        return false;
    const struct str text = str_printf(world->arena, "table inet %s {\n%s\n}\n", table, rules);
    return command_run(
        world,
        &(struct command){.argv = (const char *const[]){"nft", "-f", "-", NULL}, .input = text},
        world->arena, NULL, err);
}

bool network_unfilter(struct world *world, const char *table, struct err *err)
{
    return COMMAND(world, err, "nft", "delete", "table", "inet", table);
}
