//! The demo as a page.

use rsa_plot::report::{Block, Page};
use rsa_run::{CompareResult, Document};

use super::{identification::Identification, models::Models};
use crate::{
    page::{self, Input, Work},
    verdict::Failure,
};

/// Makes the page of all parts; `command` made the first of them.
pub(super) fn page(
    command: String,
    report: &CompareResult,
    found: &Identification,
    models: &Models,
) -> Result<Page, Failure> {
    let compared = report.page(std::slice::from_ref(&command))?;
    let evaluated = models.result.page(&models.commands)?;
    let mut caveats = Vec::new();
    for block in compared.sections.iter().chain(&evaluated.sections).flat_map(|section| &section.blocks) {
        if let Block::Caveats(found) = block {
            caveats.extend(found.iter().cloned());
        }
    }
    let commands: Vec<_> = std::iter::once(command).chain(models.commands.iter().cloned()).collect();
    let mut inputs = found.inputs.clone();
    inputs.extend(
        models.result.inputs.iter().map(|input| Input { name: input.name.clone(), holds: input.holds.clone() }),
    );
    let works = [Work::KRIEGESKORTE_2008, Work::NILI_2014, Work::SCHUETT_2023];
    let mut compared = compared.sections.into_iter();
    let mut sections: Vec<_> = compared.next().into_iter().collect();
    sections.push(found.section()?);
    sections.extend(evaluated.sections.into_iter().filter(|section| section.id == "models"));
    sections.extend(compared.next());
    sections.push(page::caveats(caveats));
    sections.extend(page::provenance(&commands, Some(models.result.evaluation.seed), &inputs, &works)?);
    Ok(Page {
        kicker: "rsakit demo".to_owned(),
        title: "Ten networks that read digits".to_owned(),
        verdict: format!("{} {}", found.verdict(), evaluated.verdict),
        facts: "ten convolutional networks of different seeds · eight layers each · 150 images of handwritten digits"
            .to_owned(),
        sections,
        generator: page::generator(),
    })
}
