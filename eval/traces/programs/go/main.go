// SPDX-License-Identifier: Apache-2.0

// A shop in small pieces, each of which goes wrong in its own way: shop CASE.
package main

import "os"

func main() {
	switch os.Args[1] {
	case "null":
		greet(nil)
	case "map":
		book("bolts")
	case "index":
		third([]int{1, 2})
	case "type":
		netOf(map[string]any{"net": "12"})
	case "arithmetic":
		mean(nil)
	case "slice":
		head("ab", 3)
	case "refused":
		ask(9)
	case "sort":
		dearest([]*order{{nil}, nil})
	case "counter":
		take()
	case "closed":
		notify()
	}
}
