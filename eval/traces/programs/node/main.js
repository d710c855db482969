// SPDX-License-Identifier: Apache-2.0
// A shop in small pieces, each of which goes wrong in its own way: main.js CASE.
const billing = require('./billing');
const stock = require('./stock');

const cases = {
  null: () => billing.greet({}),
  type: () => billing.total([{ price: 3 }]),
  format: () => stock.load('{"bolts": 12,'),
  refused: () => stock.askSupplier(9),
  range: () => stock.shelves(-1),
  recursion: () => stock.weigh({}),
  file: () => stock.restore('/srv/app/data/shelf-9.json'),
  assertion: () => billing.close({ paid: 3, owed: 4 }),
  library: () => stock.ship({ bolts: -2 }),
  callback: () => billing.names([{ customer: { name: 'Ada' } }, { customer: null }]),
};

cases[process.argv[2]]();
