# SPDX-License-Identifier: Apache-2.0
"""A shop in small pieces, each of which goes wrong in its own way: main.py CASE."""
import sys

import billing
import stock

CASES = {
    "null": lambda: billing.greet({"customer": None}),
    "key": lambda: billing.gross({"net": 120}, "atlantis"),
    "format": lambda: stock.load('{"bolts": 12,'),
    "refused": lambda: stock.ask_supplier("127.0.0.1", 9),
    "arithmetic": lambda: billing.mean([]),
    "chained": lambda: billing.bill({"lines": [{"sku": "n-3"}]}),
    "recursion": lambda: stock.weigh({"inside": None}),
    "file": lambda: stock.restore("/srv/app/data/shelf-9.bin"),
    "type": lambda: billing.dearest([{"price": 3}, {"price": "4"}]),
    "library": lambda: stock.ship({"bolts": -2}),
}

if __name__ == "__main__":
    sys.path.insert(0, "/srv/app/site-packages")
    CASES[sys.argv[1]]()
