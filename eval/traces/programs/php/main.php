<?php
// SPDX-License-Identifier: Apache-2.0
// A shop in small pieces, each of which goes wrong in its own way: main.php CASE.
require __DIR__ . '/billing.php';
require __DIR__ . '/stock.php';

switch ($argv[1]) {
    case 'null': greet(['customer' => null]); break;
    case 'arithmetic': mean([]); break;
    case 'type': total([['price' => 3], ['price' => []]]); break;
    case 'arguments': close_bill(3, 4); break;
    case 'match': rate('atlantis'); break;
    case 'format': load('{"bolts": 12,'); break;
    case 'chained': restore('12 bolts'); break;
    case 'missing': ship(['bolts' => 2]); break;
    case 'callback': names([['name' => 'Ada'], null]); break;
}
