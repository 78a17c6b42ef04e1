//! The RDMs and models of an evaluation that have a comparison.

use rsakit::{
    Rdm, Result,
    core::Observer,
    stats::{Model, RdmSet},
};

use super::{
    EvaluateRequest, LeftOut, LeftOutSide,
    data_rdm::SubjectRdm,
    evaluation_data::EvaluationData,
    left_out::{Sieve, describe, ensure_some_left, with_left_out},
    subject_unit::number_by_first,
};
use crate::{
    inputs::data_error,
    rdm_files::{PlacedRdm, RdmFile, unique_names},
};

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
/// The errors of making a model of all RDMs of its file.
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
            Err(error) => {
                sieve.leave_out(LeftOut::new(LeftOutSide::Models, &file.path, fit.model_name(), &error));
            }
        }
    }
    Ok(models)
}

/// Returns models and data as an instrument, without the models that have no fit to the data.
///
/// # Errors
/// The errors of [`RdmSet::new_partial`]; `Degenerate`, with all reasons, if no model is left.
pub(super) fn instrument(
    request: &EvaluateRequest,
    read: &mut EvaluationData,
    observer: &dyn Observer,
) -> Result<RdmSet> {
    let names = read.data_names();
    let EvaluationData { models, data, left_out, given, .. } = read;
    let given = given.named();
    let set = |models: &[Model]| RdmSet::new_partial(request.comparison, models, data, names.clone(), &given, observer);
    let whole = set(models).map_err(|error| with_left_out(error, left_out))?;
    let reasons = whole.reasons_against_fits(observer)?;
    if reasons.iter().all(Option::is_none) {
        return Ok(whole);
    }
    for (model, reason) in std::mem::take(models).into_iter().zip(reasons) {
        let Some(reason) = reason else {
            models.push(model);
            continue;
        };
        let input = request.fits.iter().find(|fit| fit.model_name() == model.name).map_or("", |fit| fit.file.as_str());
        let unfit = LeftOut::new(LeftOutSide::Models, input, model.name, &reason);
        observer.note(&describe(&unfit));
        left_out.push(unfit);
    }
    ensure_some_left(models.len(), data.len(), left_out)?;
    set(models).map_err(|error| with_left_out(error, left_out))
}
