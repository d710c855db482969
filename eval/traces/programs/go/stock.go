// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net"
	"sync"
)

var shelf map[string]int

func book(name string) {
	// CULPRIT map null
	shelf[name] = 1
}

func head(name string, letters int) string {
	// CULPRIT slice index
	return name[:letters]
}

func ask(port int) {
	line, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		// CULPRIT refused refused
		panic(err)
	}
	line.Close()
}

func take() {
	var group sync.WaitGroup
	// CULPRIT counter assertion
	group.Done()
}

func notify() {
	orders := make(chan int)
	close(orders)
	// CULPRIT closed assertion
	orders <- 1
}
