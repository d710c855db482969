// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;

namespace Shop
{
    /// What is owed.
    static class Billing
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static string Greet(string customer)
        {
            // CULPRIT null null
            return "Dear " + customer.Trim();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static int Third(int[] amounts)
        {
            // CULPRIT index index
            return amounts[2];
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static int Net(Dictionary<string, object> order)
        {
            // CULPRIT type type
            return (int)order["net"] * 2;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static int Mean(List<int> amounts)
        {
            int total = amounts.Sum();
            // CULPRIT arithmetic arithmetic
            return total / amounts.Count;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static List<int> Names(string[] names)
        {
            // CULPRIT lambda null
            return names.Select(name => name.Length).ToList();
        }
    }
}
