<?php
// SPDX-License-Identifier: Apache-2.0
// What is owed.

function greet(array $order): string
{
    // CULPRIT null null
    return 'Dear ' . $order['customer']->name();
}

function mean(array $amounts): int
{
    // CULPRIT arithmetic arithmetic
    return intdiv(array_sum($amounts), count($amounts));
}

function total(array $lines): int
{
    $sum = 0;
    foreach ($lines as $line) {
        // CULPRIT type type
        $sum = $sum + $line['price'];
    }
    return $sum;
}

function settle(int $paid, int $owed, string $currency): string
{
    return ($owed - $paid) . $currency;
}

function close_bill(int $paid, int $owed): string
{
    // CULPRIT arguments assertion
    return settle($paid, $owed);
}

function rate(string $country): int
{
    // CULPRIT match -
    return match ($country) {
        'norway' => 25,
        'peru' => 18,
    };
}

function names(array $customers): array
{
    // CULPRIT callback -
    return array_map(fn (array $customer): string => $customer['name'], $customers);
}
