/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A slow link: `slow-link DEVICE DELAY_MS JITTER_MS` makes a TUN device and gives each packet that
 * is routed into it back to the kernel after so long, in the order in which they came. Where tc has
 * no netem, that is the same thing. It ends with SIGTERM, and the device with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define PACKETS_MAX 4096 /* on the link at a time; more are lost, as in a queue that is full */
#define PACKET_BYTES_MAX 65536

static struct packet {
    int64_t due_ns;
    size_t len;
    char *bytes;
} packets[PACKETS_MAX];
static unsigned first, count;

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int device_open(const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
    const int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) {
        fprintf(stderr, "slow-link: /dev/net/tun: %s\n", strerror(errno));
        exit(1);
    }
    return fd;
}

static void take(int fd, int64_t delay_ns, int64_t jitter_ns)
{
    static int64_t last_ns;
    static char bytes[PACKET_BYTES_MAX];
    for (ssize_t len; (len = read(fd, bytes, sizeof bytes)) > 0;) {
        if (count == PACKETS_MAX)
            continue;
        struct packet *packet = &packets[(first + count++) % PACKETS_MAX];
        packet->due_ns = now_ns() + delay_ns + (int64_t)((drand48() - 0.5) * (double)jitter_ns);
        if (packet->due_ns < last_ns)
            packet->due_ns = last_ns;
        last_ns = packet->due_ns;
        packet->len = (size_t)len;
        packet->bytes = malloc(packet->len);
        if (!packet->bytes)
            abort();
        memcpy(packet->bytes, bytes, packet->len);
    }
}

static void give(int fd)
{
    for (; count > 0 && packets[first].due_ns <= now_ns(); first = (first + 1) % PACKETS_MAX) {
        if (write(fd, packets[first].bytes, packets[first].len) < 0 && errno != EIO)
            fprintf(stderr, "slow-link: a packet is lost: %s\n", strerror(errno));
        free(packets[first].bytes);
        count--;
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: slow-link DEVICE DELAY_MS JITTER_MS\n");
        return 2;
    }
    const int64_t delay_ns = atoi(argv[2]) * INT64_C(1000000);
    const int64_t jitter_ns = atoi(argv[3]) * INT64_C(1000000);
    const int fd = device_open(argv[1]);
    for (;;) { /* until it is ended */
        const int64_t wait_ns = count > 0 ? packets[first].due_ns - now_ns() : INT64_MAX;
        struct timespec wait = {0};
        if (wait_ns > 0 && count > 0)
            wait = (struct timespec){wait_ns / 1000000000, (long)(wait_ns % 1000000000)};
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        ppoll(&ready, 1, count > 0 ? &wait : NULL, NULL);
        take(fd, delay_ns, jitter_ns);
        give(fd);
    }
}
