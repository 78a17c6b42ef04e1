//! `rsakit demo`: the newcomer's first command.

mod identification;
mod networks;

use std::path::PathBuf;

use clap::Args;

use crate::{
    compare, output,
    verdict::{Failure, Verdict},
};

/// Try everything on real activations that come with the program
///
/// Ten small convolutional networks, trained from different seeds on handwritten digits, saw the same 150 images. The
/// demo writes their layers to a folder and compares them as you would compare your own.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit demo
  rsakit demo --out /tmp/digits")]
pub(crate) struct Arguments {
    /// The folder to write the activations to; files of an earlier demo there are replaced
    #[arg(long, value_name = "DIR", default_value = "rsakit-demo")]
    out: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let files = networks::write(&arguments.out)?;
    output::print(&format!(
        "Ten convolutional networks, trained from ten seeds on handwritten digits, saw the same 150 images (15 of each \
         digit).\nTheir layers are now in {}: net0.npz to net9.npz, arrays of 150 images × features.\n\n\
         1. Which layer of one network resembles which layer of another?\n\n   \
         In each grid a row is a layer of the first network, a column one of the second. If layers of the same depth \
         are most alike,\n   the marks (*) run down the diagonal.\n\n",
        arguments.out.display()
    ))?;
    let [first, second] = [&files[0], &files[1]].map(|file| file.display().to_string());
    output::print(&format!("$ rsakit compare {first} {second} --layers 'conv*'\n\n"))?;
    let verdict = compare::run(&compare::Arguments {
        first,
        second: Some(second),
        measures: Vec::new(),
        layers: vec!["conv*".to_owned()],
        format: None,
        ..compare::Arguments::default()
    })?;
    output::print(
        "\n2. Do the measures find the same layer in a network of another seed?\n\n   The networks differ in their seed \
         alone, so a layer's counterpart is the layer of the same depth (Kornblith et al. 2019).\n\n",
    )?;
    output::print(&identification::text(&files)?)?;
    output::print(&format!(
        "\nNow your own layers: `cargo install --path crates/rsa-cli` puts rsakit on your path; without it, write\n\
         `cargo run --release -- compare A.npz B.npz`. `rsakit compare --help` says what it reads, `rsakit measures` \
         what there is.\nThe networks stay in {} to try things on.\n",
        arguments.out.display()
    ))?;
    Ok(verdict)
}
