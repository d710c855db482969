/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/loopback.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

bool loopback_free_port(int *out)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
                    getsockname(fd, (struct sockaddr *)&at, &len) == 0;
    if (fd >= 0)
        close(fd);
    *out = ntohs(at.sin_port);
    return ok;
}
