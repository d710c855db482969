/* SPDX-License-Identifier: Apache-2.0 */
/* zone_answer(): a UDP message as it comes to the name server of the gym's shop. */
#include "fuzz.h"

#include "../gym/shop/zone.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[] = "bank.example 127.0.0.9\n";
    unsigned char message[DNS_MESSAGE_MAX];
    struct zone zone = {.ttl_s = 5};
    struct zone_answer answer;
    fuzz_expect(!zone_parse(&zone, text), "the zone is one");
    const size_t length = size < sizeof message ? size : sizeof message;
    memcpy(message, data, length);
    zone_answer(&zone, message, length, &answer);
    fuzz_expect(answer.length <= sizeof message, "an answer fits into a message");
    fuzz_expect(answer.length == 0 || (message[2] & 0x80) != 0, "an answer says that it is one");
    fuzz_expect(memchr(answer.name, '\0', sizeof answer.name) != NULL, "the name ends");
    return 0;
}
