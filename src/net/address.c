/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A name that somebody else resolves can lead anywhere (DNS rebinding), so it is the address that
 * is looked at, when the socket is made. The ranges are those of RFC 6890; the two single addresses
 * are metadata services outside of link-local ranges.
 */
#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static bool is_shut_4(uint32_t address)
{
    return address >> 24 == 0 ||      /* 0.0.0.0/8 */
           address >> 16 == 0xa9fe || /* 169.254.0.0/16, link-local */
           address >> 28 >= 0xe ||    /* 224.0.0.0/3, multicast and reserved */
           address == 0x646464c8 /* 100.100.100.200 */;
}

static bool is_shut_6(const struct in6_addr *address)
{
    static const uint8_t metadata[16] = {0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, [15] = 0x54};
    const uint8_t *bytes = address->s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(address))
        return is_shut_4((uint32_t)bytes[12] << 24 | (uint32_t)bytes[13] << 16 |
                         (uint32_t)bytes[14] << 8 | bytes[15]);
    return IN6_IS_ADDR_UNSPECIFIED(address) || IN6_IS_ADDR_LINKLOCAL(address) ||
           IN6_IS_ADDR_MULTICAST(address) || memcmp(bytes, metadata, sizeof metadata) == 0;
}

bool address_is_shut(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return is_shut_4(ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr));
    if (address->sa_family == AF_INET6)
        return is_shut_6(&((const struct sockaddr_in6 *)address)->sin6_addr);
    return true;
}
