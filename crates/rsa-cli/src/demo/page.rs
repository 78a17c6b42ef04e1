//! The demo as a page.

use rsa_plot::report::Page;

use super::{identification::Identification, models::Models};
use crate::{
    compare::{self, Report},
    evaluate, page,
    verdict::Failure,
};

/// All parts on one page; `command` made the first of them.
pub(super) fn page(command: String, report: &Report, found: &Identification, models: &Models) -> Result<Page, Failure> {
    let evaluation = &models.evaluation;
    let mut caveats = compare::page::caveats(report);
    caveats.extend(evaluate::page::caveats(evaluation, &models.notes));
    let commands: Vec<_> = std::iter::once(command).chain(models.commands.iter().cloned()).collect();
    let mut inputs = found.inputs.clone();
    inputs.extend(models.inputs.iter().cloned());
    let works: Vec<_> = compare::page::works(report).into_iter().chain(evaluate::page::works(evaluation)).collect();
    let mut sections = vec![
        compare::page::scores(report, "layers")?,
        found.section()?,
        evaluate::page::models(evaluation, "models")?,
        compare::page::measures(report),
        page::caveats(caveats),
    ];
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
