// SPDX-License-Identifier: Apache-2.0
#pragma once

struct customer {
    int number;
};

int greet(const customer *customer);
int third(int place);
int last_name();
int mean();
int dearest();
int label(const char *text);
int give_back();
int weigh(int depth);
