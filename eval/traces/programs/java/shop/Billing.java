// SPDX-License-Identifier: Apache-2.0
package shop;

import java.util.List;
import java.util.Map;

/** What is owed. */
class Billing {
    static String greet(String customer) {
        // CULPRIT null null
        return "Dear " + customer.trim();
    }

    static int third(int[] amounts) {
        // CULPRIT index index
        return amounts[2];
    }

    static int net(Map<String, Object> order) {
        // CULPRIT type type
        return (Integer) order.get("net") * 2;
    }

    static int mean(List<Integer> amounts) {
        int total = 0;
        for (int amount : amounts) total += amount;
        // CULPRIT arithmetic arithmetic
        return total / amounts.size();
    }

    static List<Integer> names(List<String> names) {
        return names.stream()
                // CULPRIT stream null
                .map(name -> name.length())
                .toList();
    }
}
