// SPDX-License-Identifier: Apache-2.0
// A shop in small pieces, each of which goes wrong in its own way: shop CASE.
#include "shop.h"

#include <cstring>

int main(int, char **argv)
{
    const auto is = [&](const char *name) { return std::strcmp(argv[1], name) == 0; };
    if (is("null")) return greet(nullptr);
    if (is("index")) return third(2);
    if (is("freed")) return last_name();
    if (is("copy")) return label("bolts and nuts");
    if (is("vector")) return mean();
    if (is("twice")) return give_back();
    if (is("recursion")) return weigh(0);
    if (is("sorted")) return dearest();
    return 0;
}
