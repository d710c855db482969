// SPDX-License-Identifier: Apache-2.0

package main

import "sort"

type customer struct{ name string }
type order struct{ customer *customer }

func greet(o *order) string {
	// CULPRIT null null
	return "Dear " + o.customer.name
}

func third(amounts []int) int {
	// CULPRIT index index
	return amounts[2]
}

func netOf(order map[string]any) int {
	// CULPRIT type type
	return order["net"].(int) * 2
}

func mean(amounts []int) int {
	total := 0
	for _, amount := range amounts {
		total += amount
	}
	// CULPRIT arithmetic arithmetic
	return total / len(amounts)
}

func dearest(orders []*order) *order {
	sort.Slice(orders, func(i, j int) bool {
		// CULPRIT sort null
		return orders[i].customer.name < orders[j].customer.name
	})
	return orders[0]
}
