// SPDX-License-Identifier: Apache-2.0
// What is owed.
use std::collections::HashMap;

#[inline(never)]
pub fn greet(customer: Option<&str>) -> String {
    // CULPRIT null null
    format!("Dear {}", customer.unwrap())
}

#[inline(never)]
pub fn third(amounts: &[i32]) -> i32 {
    // CULPRIT index index
    amounts[2]
}

#[inline(never)]
pub fn rate(country: &str) -> i32 {
    let rates = HashMap::from([("norway", 25), ("peru", 18)]);
    // CULPRIT key index
    rates[country]
}

#[inline(never)]
pub fn mean(amounts: &[usize]) -> usize {
    let total: usize = amounts.iter().sum();
    // CULPRIT arithmetic arithmetic
    total / amounts.len()
}

#[inline(never)]
pub fn cents(texts: &[&str]) -> Vec<i32> {
    texts
        .iter()
        // CULPRIT closure format
        .map(|text| text.parse::<i32>().expect("a price is a number"))
        .collect()
}
