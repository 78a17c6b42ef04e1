//! The conditions of one RDM.

use rsa_io::OpenOptions;

use super::Subject;
use crate::{
    inputs::Wanted,
    page::{Input, Work, holds_rdms},
    verdict::Failure,
};

/// Reads the one RDM that is wanted.
pub(super) fn read(inputs: &[String], wanted: &Wanted, options: &OpenOptions) -> Result<Subject, Failure> {
    let [input] = inputs else {
        return Err(Failure::usage(
            "a map of conditions is of one RDM; for a map of RDMs say by --comparison how they are compared",
        ));
    };
    let mut stored = rsa_io::read_rdms(input, options).map_err(Failure::impossible)?;
    wanted.keep(&mut stored.rdms, input, |(name, _)| name)?;
    let names: Vec<_> = stored.rdms.iter().map(|(name, _)| name.clone()).collect();
    match stored.rdms.pop() {
        Some((name, rdm)) if stored.rdms.is_empty() => Ok(Subject {
            inputs: vec![Input { name: input.clone(), holds: holds_rdms(names.len(), rdm.n_conditions()) }],
            works: vec![Work::KRIEGESKORTE_2008],
            title: name,
            dissimilarity: "dissimilarity".to_owned(),
            rdm,
            groups: Vec::new(),
            paths: Vec::new(),
            notes: stored.warnings,
        }),
        _ => Err(Failure::usage(format_args!(
            "{input} has {} RDMs, {}; choose one by --layers NAME, or map all of them by --comparison",
            names.len(),
            names.join(", ")
        ))),
    }
}
