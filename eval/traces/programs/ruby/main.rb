# SPDX-License-Identifier: Apache-2.0
# A shop in small pieces, each of which goes wrong in its own way: main.rb CASE.
require_relative 'billing'
require_relative 'stock'

case ARGV[0]
when 'null' then Billing.greet({})
when 'key' then Billing.gross({ net: 120 }, 'atlantis')
when 'arithmetic' then Billing.mean([])
when 'type' then Billing.total([{ price: 3 }, { price: '4' }])
when 'arguments' then Billing.close(3, 4)
when 'format' then Stock.load('{"bolts": 12,')
when 'file' then Stock.restore('/srv/app/data/shelf-9.json')
when 'refused' then Stock.ask_supplier(9)
when 'recursion' then Stock.weigh({})
when 'chained' then Stock.count('12 bolts')
end
