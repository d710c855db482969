// SPDX-License-Identifier: Apache-2.0
// What is owed.
#include "shop.h"

#include <algorithm>
#include <numeric>
#include <vector>

int greet(const customer *customer)
{
    // CULPRIT null null
    return customer->number + 1;
}

int third(int place)
{
    int *amounts = new int[2]{1, 2};
    // CULPRIT index index
    const int amount = amounts[place];
    delete[] amounts;
    return amount;
}

int last_name()
{
    customer *last = new customer{3};
    delete last;
    // CULPRIT freed -
    return last->number;
}

int mean()
{
    std::vector<int> amounts(3, 4);
    // CULPRIT vector index
    return std::accumulate(amounts.begin(), amounts.end() + 1, 0);
}

int dearest()
{
    std::vector<const customer *> customers{nullptr, nullptr};
    std::sort(customers.begin(), customers.end(), [](const customer *a, const customer *b) {
        // CULPRIT sorted null
        return a->number < b->number;
    });
    return 0;
}
