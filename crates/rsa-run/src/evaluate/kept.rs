//! The RDMs and models of an evaluation that have a comparison.

use std::collections::HashSet;

use rsakit::{Rdm, Result, stats::Model};

use super::{
    EvaluateRequest, LeftOutSide,
    data_rdm::SubjectRdm,
    evaluation_data::{PlacedRdm, RdmFile},
    left_out::Sieve,
    subject_unit::number_by_first,
};
use crate::inputs::{data_error, stem};

/// Returns the RDMs of the data that have a comparison, each with its subject, and the groups of these RDMs.
pub(super) fn keep_data(
    files: Vec<RdmFile>,
    subjects: Vec<SubjectRdm>,
    groups: Option<Vec<usize>>,
    sieve: &mut Sieve,
) -> (Vec<Rdm>, Vec<SubjectRdm>, Option<Vec<usize>>) {
    let rdms = files.into_iter().flat_map(|file| file.rdms).map(|entry| entry.rdm);
    let kept = rdms.zip(subjects).enumerate();
    let kept = kept.filter(|(_, (_, rdm))| sieve.keeps(LeftOutSide::Data, &rdm.input, || rdm.name.clone()));
    let (places, rdms): (Vec<usize>, Vec<(Rdm, SubjectRdm)>) = kept.unzip();
    let (data, mut subjects): (Vec<Rdm>, Vec<SubjectRdm>) = rdms.into_iter().unzip();
    // Subjects and groups are numbered without gaps.
    let numbers = number_by_first(subjects.iter().map(|rdm| rdm.subject));
    subjects.iter_mut().zip(numbers).for_each(|(rdm, number)| rdm.subject = number);
    let groups = groups.map(|groups| number_by_first(places.iter().map(|&place| groups[place])));
    (data, subjects, groups)
}

/// Returns the RDMs with a comparison as models without parameters.
pub(super) fn keep_models(files: Vec<RdmFile>, sieve: &mut Sieve) -> Vec<Model> {
    let names = unique_names(&files);
    let rdms = files
        .into_iter()
        .flat_map(|RdmFile { path, rdms, .. }| rdms.into_iter().map(move |entry| (path.clone(), entry)));
    let mut models = Vec::new();
    for ((path, entry), name) in rdms.zip(names) {
        if sieve.keeps(LeftOutSide::Models, &path, || name.clone()) {
            models.push(Model::fixed(name, entry.rdm));
        }
    }
    models
}

/// Returns models with parameters of the RDMs that have a comparison.
///
/// # Errors
/// Those of a model from all RDMs of its file.
pub(super) fn keep_fits(request: &EvaluateRequest, files: Vec<RdmFile>, sieve: &mut Sieve) -> Result<Vec<Model>> {
    let mut models = Vec::new();
    for (fit, file) in request.fits.iter().zip(files) {
        let count = file.rdms.len();
        let of_model = |entry: &PlacedRdm| format!("{}: {}", fit.model_name(), entry.name);
        let kept =
            file.rdms.into_iter().filter(|entry| sieve.keeps(LeftOutSide::Models, &file.path, || of_model(entry)));
        let (names, rdms): (Vec<String>, Vec<Rdm>) = kept.map(|entry| (entry.name, entry.rdm)).unzip();
        let is_whole = rdms.len() == count;
        match fit.model(rdms).and_then(|model| model.with_rdm_names(names)) {
            Ok(model) => models.push(model),
            Err(error) if is_whole => return Err(data_error(error)),
            Err(error) => sieve.leave_out(LeftOutSide::Models, &file.path, fit.model_name(), &error),
        }
    }
    Ok(models)
}

/// Returns the names of all RDMs, with the name of their file where they would not be unique.
fn unique_names(files: &[RdmFile]) -> Vec<String> {
    let all = || files.iter().flat_map(|file| file.rdms.iter().map(move |entry| (file, &entry.name)));
    let mut seen = HashSet::new();
    match all().all(|(_, name)| seen.insert(name)) {
        true => all().map(|(_, name)| name.clone()).collect(),
        false => all().map(|(file, name)| format!("{}/{name}", stem(&file.path))).collect(),
    }
}
