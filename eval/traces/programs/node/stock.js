// SPDX-License-Identifier: Apache-2.0
// What there is, and who brings more of it.
const fs = require('node:fs');
const net = require('node:net');

function load(text) {
  // CULPRIT format format
  return JSON.parse(text).bolts;
}

async function reach(port) {
  await new Promise((resolve, reject) => {
    net.connect(port, '127.0.0.1', resolve).on('error', reject);
  });
}

async function askSupplier(port) {
  try {
    await reach(port);
  } catch (error) {
    // CULPRIT refused refused
    throw new Error('the supplier does not answer', { cause: error });
  }
}

function shelves(count) {
  // CULPRIT range -
  return new Array(count).fill(0);
}

function weigh(box) {
  // CULPRIT recursion recursion
  return 1 + weigh(box.inside || box);
}

function restore(path) {
  // CULPRIT file file
  return JSON.parse(fs.readFileSync(path, 'utf8'));
}

function ship(parcel) {
  const label = require('courier');
  // CULPRIT library assertion
  return label.write(parcel);
}

module.exports = { load, askSupplier, shelves, weigh, restore, ship };
