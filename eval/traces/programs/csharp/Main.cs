// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;

namespace Shop
{
    /// A shop in small pieces, each of which goes wrong in its own way: shop.exe CASE.
    static class Program
    {
        static void Main(string[] args)
        {
            switch (args[0])
            {
                case "null": Billing.Greet(null); break;
                case "index": Billing.Third(new[] { 1, 2 }); break;
                case "type": Billing.Net(new Dictionary<string, object> { { "net", "12" } }); break;
                case "arithmetic": Billing.Mean(new List<int>()); break;
                case "lambda": Billing.Names(new[] { "Ada", null }); break;
                case "key": Stock.Count("bolts"); break;
                case "format": Stock.Parse("12 bolts"); break;
                case "chained": Stock.Load("/srv/app/data/shelf-9.bin"); break;
                case "refused": Stock.Ask(9); break;
                case "changed": Stock.Sweep(new List<string> { "bolts", "nuts", "pins" }); break;
            }
        }
    }
}
