//! rsa-cli
fn main() {}
