//! [`EvaluationData`]: the RDMs of subjects and models, in one order of conditions.

use std::collections::HashSet;

use rsakit::{
    Rdm, Result,
    core::{Conditions, Observer},
    stats::Model,
};

use super::EvaluateRequest;
use crate::{
    alignment::Alignment,
    inputs::{Input, data_error, stem},
    notes::Notes,
};

/// Models and subjects in one order of conditions.
pub(super) struct EvaluationData {
    pub(super) models: Vec<Model>,
    pub(super) data: Vec<Rdm>,
    pub(super) inputs: Vec<Input>,
    pub(super) notes: Vec<String>,
}

/// The named RDMs of one file.
struct RdmFile {
    path: String,
    rdms: Vec<(String, Rdm)>,
}

impl EvaluationData {
    /// Reads all files of a request.
    pub(super) fn read(request: &EvaluateRequest, observer: &dyn Observer) -> Result<Self> {
        let fit_files = request.fits.iter().map(|fit| &fit.file);
        let paths = request.data.iter().chain(&request.models).chain(fit_files);
        let (mut files, mut notes) = (Vec::new(), Notes::new(observer));
        for path in paths {
            observer.ensure_going("reading RDMs")?;
            files.push(RdmFile::read(path, request, observer, &mut notes)?);
        }
        align(&mut files, observer, &mut notes)?;
        let inputs = files.iter().map(RdmFile::input).collect();
        let fit_files = files.split_off(request.data.len() + request.models.len());
        let model_files = files.split_off(request.data.len());
        let names = unique_names(&model_files);
        let fixed = model_files.into_iter().flat_map(|file| file.rdms).zip(names);
        let mut models: Vec<Model> = fixed.map(|((_, rdm), name)| Model::fixed(name, rdm)).collect();
        for (fit, file) in request.fits.iter().zip(fit_files) {
            let rdms = file.rdms.into_iter().map(|(_, rdm)| rdm).collect();
            models.push(fit.model(rdms).map_err(data_error)?);
        }
        let data = files.into_iter().flat_map(|file| file.rdms).map(|(_, rdm)| rdm).collect();
        Ok(Self { models, data, inputs, notes: notes.into_texts() })
    }
}

impl RdmFile {
    fn read(path: &str, request: &EvaluateRequest, observer: &dyn Observer, notes: &mut Notes<'_>) -> Result<Self> {
        let stored = rsa_io::read_rdms(path, &request.options).map_err(data_error)?;
        notes.add_all(stored.warnings);
        for (name, rdm) in &stored.rdms {
            observer.detail(&format!("{path}::{name}: {} conditions", rdm.n_conditions()));
        }
        Ok(Self { path: path.to_owned(), rdms: stored.rdms })
    }

    fn input(&self) -> Input {
        let n_conditions = self.rdms.first().map_or(0, |(_, rdm)| rdm.n_conditions());
        Input::from_rdms(&self.path, self.rdms.len(), n_conditions)
    }
}

/// Brings the RDMs of all files into one order of conditions.
fn align(files: &mut [RdmFile], observer: &dyn Observer, notes: &mut Notes<'_>) -> Result<()> {
    let conditions = |file: &RdmFile| file.rdms.iter().map(|(_, rdm)| rdm.conditions().clone()).collect::<Vec<_>>();
    let by_file: Vec<Vec<Conditions>> = files.iter().map(conditions).collect();
    let alignment = Alignment::new(by_file.iter().flatten());
    for (file, conditions) in files.iter().zip(&by_file) {
        notes.add_all(alignment.notes(&file.path, "RDMs", conditions.iter()));
    }
    for RdmFile { path, rdms } in files {
        for (name, rdm) in rdms {
            observer.ensure_going("bringing conditions into one order")?;
            let aligned = alignment.align(rdm.clone());
            *rdm = aligned.map_err(|error| data_error(error.context(format!("{path}::{name}"))))?;
        }
    }
    Ok(())
}

/// Returns the names of all RDMs, with the name of their file where they would not be unique.
fn unique_names(files: &[RdmFile]) -> Vec<String> {
    let all = || files.iter().flat_map(|file| file.rdms.iter().map(move |(name, _)| (file, name)));
    let mut seen = HashSet::new();
    match all().all(|(_, name)| seen.insert(name)) {
        true => all().map(|(_, name)| name.clone()).collect(),
        false => all().map(|(file, name)| format!("{}/{name}", stem(&file.path))).collect(),
    }
}
