//! Prints the JSON of `rsakit compare`, byte for byte, without the program.
//!
//! ```text
//! cargo run --release -p rsa-run --example compare_json -- a.npz b.npz cka
//! ```

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use rsa_run::{CompareRequest, Document};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [first, second, measures @ ..] = arguments.as_slice() else {
        return Err("give two inputs and, if you like, measures: a.npz b.npz cka".into());
    };
    let mut request = CompareRequest::new(first, Some(second));
    if !measures.is_empty() {
        request.measures = measures.iter().map(|word| word.parse()).collect::<Result<_, _>>()?;
    }
    print!("{}", request.run(&())?.json()?);
    Ok(())
}
