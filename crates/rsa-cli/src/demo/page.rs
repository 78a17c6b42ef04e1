//! The demo as a page.

use rsa_plot::report::{Block, Page};
use rsa_run::Document;

use super::{identification::Identification, models::Models};
use crate::{
    compare::{self, Report},
    page::{self, Input, Work},
    verdict::Failure,
};

/// Makes the page of all parts; `command` made the first of them.
pub(super) fn page(command: String, report: &Report, found: &Identification, models: &Models) -> Result<Page, Failure> {
    let evaluated = models.result.page(&models.commands)?;
    let mut caveats = compare::page::caveats(report);
    let blocks = evaluated.sections.iter().flat_map(|section| &section.blocks);
    caveats.extend(
        blocks.filter_map(|block| if let Block::Caveats(found) = block { Some(found.clone()) } else { None }).flatten(),
    );
    let commands: Vec<_> = std::iter::once(command).chain(models.commands.iter().cloned()).collect();
    let mut inputs = found.inputs.clone();
    inputs.extend(
        models.result.inputs.iter().map(|input| Input { name: input.name.clone(), holds: input.holds.clone() }),
    );
    let works: Vec<_> = compare::page::works(report).into_iter().chain([Work::NILI_2014, Work::SCHUETT_2023]).collect();
    let mut sections = vec![compare::page::scores(report, "layers")?, found.section()?];
    sections.extend(evaluated.sections.into_iter().filter(|section| section.id == "models"));
    sections.extend([compare::page::measures(report), page::caveats(caveats)]);
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
