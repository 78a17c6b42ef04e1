//! `rsakit demo`: the newcomer's first command.

mod identification;
mod models;
mod networks;
mod page;

use std::path::PathBuf;

use clap::Args;
use rsa_run::{CompareRequest, Document};

use self::identification::Identification;
use crate::{
    output,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Try everything on real activations that come with the program
///
/// Ten small convolutional networks, trained from different seeds on handwritten digits, saw the same 150 images. The
/// demo writes their layers to a folder, compares them as you would compare your own, evaluates the layers of one network
/// as models of the others, and ends with a report for a browser.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit demo
  rsakit demo --out /tmp/digits")]
pub(crate) struct Arguments {
    /// The folder to write to; files of an earlier demo there are replaced
    #[arg(long, value_name = "DIR", default_value = "rsakit-demo")]
    out: PathBuf,
}

/// The name of the report in that folder.
const REPORT: &str = "report.html";

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let folder = &arguments.out;
    let files = networks::write(folder)?;
    output::print(&format!(
        "Ten convolutional networks, trained from ten seeds on handwritten digits, saw the same 150 images (15 of each \
         digit).\nTheir layers are now in {}: net0.npz to net9.npz, arrays of 150 images × features.\n\n\
         1. Which layer of one network resembles which layer of another?\n\n   \
         In each grid a row is a layer of the first network, a column one of the second. If layers of the same depth \
         are most alike,\n   the marks (*) run down the diagonal.\n\n",
        folder.display()
    ))?;
    let [first, second] = [&files[0], &files[1]].map(|file| file.display().to_string());
    let command = format!("rsakit compare {first} {second} --layers 'conv*'");
    output::print(&format!("$ {command}\n\n"))?;
    let request = CompareRequest { layers: vec!["conv*".to_owned()], ..CompareRequest::new(&first, Some(&second)) };
    let report = request.run(&Terminal::new())?;
    output::print(&report.text())?;
    output::print(
        "\n2. Do the measures find the same layer in a network of another seed?\n\n   The networks differ in their seed \
         alone, so a layer's counterpart is the layer of the same depth (Kornblith et al. 2019).\n\n",
    )?;
    let found = Identification::of(&files)?;
    output::print(&found.text())?;
    output::print(
        "\n3. Which model explains the data, and how well could any?\n\n   Nine networks are the subjects, their fifth layer \
         the data. Models are the layers of the tenth network, the pixels\n   of the images, and which digit each shows.\n\n",
    )?;
    let models = models::evaluated(folder)?;
    for command in &models.commands {
        output::print(&format!("$ {command}\n"))?;
    }
    output::print("\n")?;
    models.show()?;
    let path = folder.join(REPORT);
    let html = page::page(command, &report, &found, &models)?.html();
    rsa_io::write_atomically(&path, true, |file| file.write_all(html.as_bytes())).map_err(Failure::impossible)?;
    output::print(&format!(
        "\nAll of this with figures, for a browser: {}\n\n\
         Now your own layers: `cargo install --path crates/rsa-cli` puts rsakit on your path; without it, write\n\
         `cargo run --release -- compare A.npz B.npz`. `rsakit compare --help` says what it reads, `rsakit measures` \
         what there is.\nThe networks stay in {} to try things on.\n",
        path.display(),
        folder.display()
    ))?;
    Ok(Verdict::Complete)
}
