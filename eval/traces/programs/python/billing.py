# SPDX-License-Identifier: Apache-2.0
"""What is owed."""

RATES = {"norway": 25, "peru": 18}


class BillError(Exception):
    """A bill that cannot be written."""


def greet(order):
    customer = order["customer"]
    # CULPRIT null null
    return "Dear " + customer.name


def rate_of(country):
    # CULPRIT key index
    return RATES[country]


def gross(order, country):
    rate = rate_of(country)
    return order["net"] * (100 + rate) // 100


def mean(amounts):
    total = sum(amounts)
    # CULPRIT arithmetic arithmetic
    return total / len(amounts)


def line_amount(line):
    # CULPRIT chained index
    return line["price"] * line.get("count", 1)


def bill(order):
    try:
        return sum(line_amount(line) for line in order["lines"])
    except KeyError as error:
        raise BillError("the bill has a line that cannot be priced") from error


def dearest(lines):
    # CULPRIT type type
    return sorted(lines, key=lambda line: line["price"])[-1]
