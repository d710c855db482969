// SPDX-License-Identifier: Apache-2.0
// What there is, and who brings more of it.
use std::cell::RefCell;
use std::io::Read;
use std::net::TcpStream;

#[inline(never)]
pub fn count(text: &str) -> u32 {
    // CULPRIT format format
    text.parse().unwrap()
}

#[inline(never)]
pub fn restore(path: &str) -> usize {
    let mut bytes = Vec::new();
    // CULPRIT file file
    let mut file = std::fs::File::open(path).expect("the shelf can be opened");
    file.read_to_end(&mut bytes).unwrap()
}

#[inline(never)]
pub fn ask(port: u16) -> TcpStream {
    // CULPRIT refused refused
    TcpStream::connect(("127.0.0.1", port)).unwrap()
}

#[inline(never)]
pub fn sweep() {
    let shelf = RefCell::new(vec!["bolts", "nuts"]);
    for name in shelf.borrow().iter() {
        // CULPRIT borrowed assertion
        shelf.borrow_mut().retain(|it| it != name);
    }
}

#[inline(never)]
pub fn rest(there: u32, asked: u32) -> u32 {
    // CULPRIT overflow arithmetic
    there - asked
}
