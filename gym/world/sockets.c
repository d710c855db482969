/* SPDX-License-Identifier: Apache-2.0 */
/* Asks by NETLINK_SOCK_DIAG, sock_diag(7), as ss does; where the kernel does not answer, nothing is
 * told. Retransmits are of open connections, so their sum falls when one is closed: it is a level.
 */
#include "gym/world/sockets.h"

#include "gym/world/inventory.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define ANSWER_BYTES 32768
#define ANSWERS_MAX 256 /* of some hundred connections each */
#define ESTABLISHED 1   /* TCP_ESTABLISHED of the kernel */

struct link {
    unsigned connections;
    double rtt_s; /* summed */
    double retransmits;
};

static void link_add(struct link *links, const struct inet_diag_msg *of,
                     const struct tcp_info *info)
{
    for (size_t i = 0; inventory[i].name && i < INSTANCES_MAX; i++) {
        struct in_addr address;
        inet_pton(AF_INET, inventory[i].address, &address);
        const bool here =
            of->id.idiag_src[0] == address.s_addr && ntohs(of->id.idiag_sport) == inventory[i].port;
        const bool there =
            of->id.idiag_dst[0] == address.s_addr && ntohs(of->id.idiag_dport) == inventory[i].port;
        if (!here && !there)
            continue;
        links[i].connections++;
        links[i].rtt_s += (double)info->tcpi_rtt / 1e6;
        links[i].retransmits += (double)info->tcpi_total_retrans;
    }
}

static void message_take(struct link *links, const struct nlmsghdr *message)
{
    const struct inet_diag_msg *socket_of = NLMSG_DATA(message);
    const struct rtattr *attribute = (const struct rtattr *)(const void *)(socket_of + 1);
    long left = (long)message->nlmsg_len - (long)NLMSG_LENGTH(sizeof *socket_of);
    for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
        struct tcp_info info = {0};
        if (attribute->rta_type != INET_DIAG_INFO)
            continue;
        const size_t len = RTA_PAYLOAD(attribute);
        memcpy(&info, RTA_DATA(attribute), len < sizeof info ? len : sizeof info);
        link_add(links, socket_of, &info);
    }
}

/* False: that was the last of them. */
static bool answer_take(int fd, struct link *links)
{
    _Alignas(struct nlmsghdr) char bytes[ANSWER_BYTES];
    const ssize_t got = recv(fd, bytes, sizeof bytes, 0);
    if (got <= 0)
        return false;
    long left = got;
    for (const struct nlmsghdr *it = (const struct nlmsghdr *)(void *)bytes; NLMSG_OK(it, left);
         it = NLMSG_NEXT(it, left)) {
        if (it->nlmsg_type == NLMSG_DONE || it->nlmsg_type == NLMSG_ERROR)
            return false;
        message_take(links, it);
    }
    return true;
}

static bool links_read(struct link *links)
{
    struct {
        struct nlmsghdr head;
        struct inet_diag_req_v2 of;
    } request = {
        .head = {.nlmsg_len = sizeof request,
                 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .of = {.sdiag_family = AF_INET,
               .sdiag_protocol = IPPROTO_TCP,
               .idiag_ext = 1 << (INET_DIAG_INFO - 1),
               .idiag_states = 1 << ESTABLISHED},
    };
    const struct timeval patience = {.tv_sec = 1};
    const int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const bool sent = send(fd, &request, sizeof request, 0) == (ssize_t)sizeof request;
    for (unsigned i = 0; sent && i < ANSWERS_MAX && answer_take(fd, links); i++)
        ;
    close(fd);
    return sent;
}

static void sample(struct buf *out, const char *name, size_t of, double value)
{
    buf_printf(out, "%s{service=\"%s\",instance=\"%s\"} %.10g\n", name, inventory[of].service,
               inventory[of].name, value);
}

void sockets_print(struct buf *out)
{
    struct link links[INSTANCES_MAX] = {0};
    if (!links_read(links))
        return;
#define EACH(metric, value)                                                                        \
    buf_printf(out, "# TYPE " metric " gauge\n");                                                  \
    for (size_t i = 0; inventory[i].name && i < INSTANCES_MAX; i++)                                \
        if (inventory[i].part <= PART_NGINX && links[i].connections > 0)                           \
            sample(out, metric, i, (value));
    EACH("unit_tcp_connections", links[i].connections)
    EACH("unit_tcp_rtt_seconds", links[i].rtt_s / links[i].connections)
    EACH("unit_tcp_retransmitted_segments", links[i].retransmits)
#undef EACH
}
