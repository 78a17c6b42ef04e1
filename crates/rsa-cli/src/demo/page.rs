//! The demo as a page.

use rsa_plot::report::Page;

use super::{identification::Identification, models::Models};
use rsa_run::{CompareResult, Document};

use crate::{evaluate, page, verdict::Failure};

/// All parts on one page; `command` made the first of them.
pub(super) fn page(
    command: String,
    report: &CompareResult,
    found: &Identification,
    models: &Models,
) -> Result<Page, Failure> {
    let evaluation = &models.evaluation;
    let compared = report.page(std::slice::from_ref(&command))?;
    let caveats = evaluate::page::caveats(evaluation, &models.notes);
    let commands: Vec<_> = std::iter::once(command).chain(models.commands.iter().cloned()).collect();
    let mut inputs = found.inputs.clone();
    inputs.extend(models.inputs.iter().cloned());
    let works = evaluate::page::works(evaluation);
    let mut compared = compared.sections.into_iter();
    let mut sections: Vec<_> = compared.next().into_iter().collect();
    sections.extend([found.section()?, evaluate::page::models(evaluation, "models")?]);
    sections.extend(compared.next());
    sections.push(page::caveats(caveats));
    sections.extend(page::provenance(&commands, Some(evaluation.seed), &inputs, &works)?);
    Ok(Page {
        kicker: "rsakit demo".to_owned(),
        title: "Ten networks that read digits".to_owned(),
        verdict: format!("{} {}", found.verdict(), evaluate::page::verdict(evaluation)),
        facts: "ten convolutional networks of different seeds · eight layers each · 150 images of handwritten digits"
            .to_owned(),
        sections,
        generator: page::generator(),
    })
}
