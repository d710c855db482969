// SPDX-License-Identifier: Apache-2.0
// What is owed.
const assert = require('node:assert');

function greet(order) {
  const { customer } = order;
  // CULPRIT null null
  return `Dear ${customer.name}`;
}

function priceOf(line) {
  // CULPRIT type type
  return line.price.toCents();
}

function total(lines) {
  let sum = 0;
  for (const line of lines) sum += priceOf(line);
  return sum;
}

function close(bill) {
  // CULPRIT assertion assertion
  assert.equal(bill.paid, bill.owed, 'a bill is closed that is not paid');
  return { ...bill, closed: true };
}

function names(orders) {
  // CULPRIT callback null
  return orders.map((order) => order.customer.name);
}

module.exports = { greet, total, close, names };
