//! [`FileRdms`]: the matrices of one file, as they are gathered.

use rsa_core::{Conditions, Rdm, Result};

use super::{RdmPlace, StoredRdms, reading::Treatment, stored_forms::FoundRdm};
use crate::options::Similarities;

/// The matrices of one file, each with its place and what was done to it.
#[derive(Debug, Default)]
pub(super) struct FileRdms {
    pub(super) rdms: Vec<(String, Rdm)>,
    pub(super) places: Vec<RdmPlace>,
    pub(super) treatments: Vec<Treatment>,
    pub(super) warnings: Vec<String>,
}

impl FileRdms {
    /// Adds the matrices of the array `name`, with `labels` for those that have as many conditions.
    pub(super) fn add(
        &mut self,
        name: &str,
        shape: &[usize],
        found: Vec<FoundRdm>,
        labels: Option<&Conditions>,
    ) -> Result<()> {
        self.places.extend(RdmPlace::all(name, shape, found.len()));
        for FoundRdm { index, rdm, treatment } in found {
            let labels = labels.filter(|labels| labels.count() == rdm.n_conditions());
            let rdm = labels.map_or(Ok(rdm.clone()), |labels| rdm.with_conditions(labels.clone()))?;
            self.rdms.push((format!("{name}{index}"), rdm));
            self.treatments.push(treatment);
        }
        Ok(())
    }

    /// Returns the matrices, with notes on what was done and what was asked and not done.
    pub(super) fn into_stored(self, similarities: Similarities) -> StoredRdms {
        let Self { rdms, places, treatments, mut warnings } = self;
        let count = |is: fn(&Treatment) -> bool| treatments.iter().filter(|treatment| is(treatment)).count();
        let of_all = |k: usize| if k == treatments.len() { String::new() } else { format!(" in {k} RDMs") };
        let mirrored = count(|treatment| treatment.mirrored);
        if mirrored > 0 {
            warnings.push(format!(
                "one side of the diagonal is blank{}; the entries of the other side are taken for both",
                of_all(mirrored)
            ));
        }
        let left = count(|treatment| !treatment.one_minus);
        if similarities == Similarities::OneMinus && left > 0 {
            warnings.push(format!(
                "--similarities one-minus is left out{}: a diagonal of 0, or the file, says that these are dissimilarities",
                of_all(left)
            ));
        }
        let one_minus = left < treatments.len();
        let diagonal_ignored = count(|treatment| treatment.diagonal_ignored) > 0;
        StoredRdms { rdms, places, warnings, one_minus, diagonal_ignored }
    }
}
