//! The demo as text, records, figure and page.

use std::path::Path;

use rsa_plot::{Figure, Style};
use rsakit::Result;

use super::{
    DemoResult,
    steps::{DemoSteps, REPORT},
};
use crate::document::{Document, Outline, Records, TextBlock};

/// Returns the words before the comparison of layers.
pub(super) fn introduction(folder: &Path) -> Vec<TextBlock> {
    let lines = format!(
        "Ten convolutional networks, trained from ten seeds on handwritten digits, saw the same 150 images (15 of each \
         digit).\nTheir layers are now in {}: net0.npz to net9.npz, arrays of 150 images × features.\n\n\
         1. Which layer of one network resembles which layer of another?\n\n   \
         In each grid a row is a layer of the first network, a column one of the second. If layers of the same depth \
         are most alike,\n   the marks (*) run down the diagonal.\n\n$ {}\n",
        folder.display(),
        DemoSteps::new(folder).comparison_command()
    );
    vec![TextBlock::Lines(lines)]
}

/// Returns the words before the search for layers.
pub(super) fn before_identification() -> Vec<TextBlock> {
    let lines = "\n2. Do the measures find the same layer in a network of another seed?\n\n   The networks differ in their \
                 seed alone, so a layer's counterpart is the layer of the same depth (Kornblith et al. 2019).\n";
    vec![TextBlock::Lines(lines.to_owned())]
}

/// Returns the words before the evaluation of models.
pub(super) fn before_evaluation(commands: &[String]) -> Vec<TextBlock> {
    let mut lines = "\n3. Which model explains the data, and how well could any?\n\n   Nine networks are the subjects, \
                     their fifth layer the data. Models are the layers of the tenth network, the pixels\n   of the images, \
                     and which digit each shows.\n\n"
        .to_owned();
    for command in commands {
        lines += &format!("$ {command}\n");
    }
    vec![TextBlock::Lines(lines)]
}

/// Returns the words after all steps.
pub(super) fn end(folder: &Path) -> Vec<TextBlock> {
    let lines = format!(
        "\nAll of this with figures, for a browser: {}\n\n\
         Now your own layers: `cargo install --path crates/rsa-cli` puts rsakit on your path; without it, write\n\
         `cargo run --release -- compare A.npz B.npz`. `rsakit compare --help` says what it reads, `rsakit measures` \
         what there is.\nThe networks stay in {} to try things on.",
        folder.join(REPORT).display(),
        folder.display()
    );
    vec![TextBlock::Lines(lines)]
}

impl Document for DemoResult {
    fn text_blocks(&self) -> Vec<TextBlock> {
        [
            introduction(&self.folder),
            self.comparison.text_blocks(),
            before_identification(),
            self.identification.text_blocks(),
            before_evaluation(&self.evaluation_commands),
            self.evaluation.text_blocks(),
            end(&self.folder),
        ]
        .concat()
    }

    /// Returns a record for each measure, network and layer, with the share of layers found.
    fn records(&self) -> Records {
        let mut records = Records::new(&["measure", "network", "layer", "share"]);
        for found in &self.identification.measures {
            for (network, shares) in found.shares.iter().enumerate() {
                for (layer, share) in self.identification.layers.iter().zip(shares) {
                    let values = [found.measure.to_string(), network.to_string(), layer.clone(), share.to_string()];
                    records.rows.push(values.to_vec());
                }
            }
        }
        records
    }

    /// Draws the shares of layers found along depth.
    fn figure(&self, style: Style) -> Result<Figure> {
        self.identification.figure(style)
    }

    fn outline(&self) -> Result<Outline> {
        let (compared, evaluated) = (self.comparison.outline()?, self.evaluation.outline()?);
        let mut sections = compared.sections;
        // The scores of layers come first, the meaning of the measures last.
        let meanings = sections.split_off(1.min(sections.len()));
        sections.push(self.identification.section()?);
        sections.extend(evaluated.sections.into_iter().take(1));
        sections.extend(meanings);
        Ok(Outline {
            kicker: "rsakit demo",
            title: "Ten networks that read digits".to_owned(),
            verdict: format!("{} {}", self.identification.verdict(), evaluated.verdict),
            facts:
                "ten convolutional networks of different seeds · eight layers each · 150 images of handwritten digits"
                    .to_owned(),
            sections,
            caveats: [compared.caveats, evaluated.caveats].concat(),
            seed: evaluated.seed,
            inputs: [&self.identification.inputs[..], &evaluated.inputs].concat(),
            works: [compared.works, evaluated.works].concat(),
        })
    }
}
