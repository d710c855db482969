// SPDX-License-Identifier: Apache-2.0
// What there is, and who brings more of it.
#include "shop.h"

#include <cstdlib>
#include <cstring>

int label(const char *text)
{
    char *place = static_cast<char *>(std::malloc(8));
    // CULPRIT copy index
    std::memcpy(place, text, std::strlen(text) + 1);
    const int first = place[0];
    std::free(place);
    return first;
}

static void put_back(char *box)
{
    std::free(box);
}

int give_back()
{
    char *box = static_cast<char *>(std::malloc(8));
    put_back(box);
    // CULPRIT twice -
    std::free(box);
    return 0;
}

int weigh(int depth)
{
    volatile char room[1024];
    room[depth % 1024] = 1;
    // CULPRIT recursion recursion
    return room[0] + weigh(depth + 1);
}
