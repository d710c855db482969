// SPDX-License-Identifier: Apache-2.0
package shop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A shop in small pieces, each of which goes wrong in its own way: Main CASE. */
public class Main {
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "null" -> Billing.greet(null);
            case "index" -> Billing.third(new int[] {1, 2});
            case "type" -> Billing.net(Map.of("net", "12"));
            case "format" -> Stock.count("12 bolts");
            case "arithmetic" -> Billing.mean(List.of());
            case "chained" -> Stock.load("/srv/app/data/shelf-9.bin");
            case "recursion" -> Stock.weigh(0);
            case "changed" -> Stock.sweep(new ArrayList<>(List.of("bolts", "nuts", "pins")));
            case "stream" -> Billing.names(java.util.Arrays.asList("Ada", null));
            case "refused" -> Stock.ask(9);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }
}
