<?php
// SPDX-License-Identifier: Apache-2.0
// What there is, and who brings more of it.

function load(string $text): int
{
    // CULPRIT format format
    return json_decode($text, true, 8, JSON_THROW_ON_ERROR)['bolts'];
}

function count_of(string $text): int
{
    if (!ctype_digit($text)) {
        // CULPRIT chained format
        throw new UnexpectedValueException("a number is wanted, not $text");
    }
    return (int) $text;
}

function restore(string $text): int
{
    try {
        return count_of($text);
    } catch (UnexpectedValueException $error) {
        throw new RuntimeException('the shelf cannot be counted', 0, $error);
    }
}

function ship(array $parcel): string
{
    // CULPRIT missing version
    return write_label($parcel);
}
