// SPDX-License-Identifier: Apache-2.0
// A shop in small pieces, each of which goes wrong in its own way: shop CASE.
mod billing;
mod stock;

fn main() {
    let case = std::env::args().nth(1).unwrap_or_default();
    match case.as_str() {
        "null" => println!("{}", billing::greet(None)),
        "index" => println!("{}", billing::third(&[1, 2])),
        "key" => println!("{}", billing::rate("atlantis")),
        "arithmetic" => println!("{}", billing::mean(&[])),
        "closure" => println!("{:?}", billing::cents(&["12", "x"])),
        "format" => println!("{}", stock::count("12 bolts")),
        "file" => println!("{}", stock::restore("/srv/app/data/shelf-9.bin")),
        "refused" => println!("{:?}", stock::ask(9)),
        "borrowed" => stock::sweep(),
        "overflow" => println!("{}", stock::rest(3, 4)),
        _ => {}
    }
}
