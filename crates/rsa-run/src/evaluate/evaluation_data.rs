//! [`EvaluationData`]: the RDMs of subjects and models, in one order of conditions.

use rsakit::{Error, Rdm, Result, core::Observer, stats::Model};

use super::{
    EvaluateRequest, LeftOut, SubjectUnit,
    data_rdm::SubjectRdm,
    kept::{keep_data, keep_fits, keep_models},
    left_out::{Sieve, ensure_some_left, with_left_out},
    repeated_data,
    subject_groups::{ensure_enough_groups, ensure_whole_subjects, read_group_numbers},
};
use crate::{
    given_rdms::GivenRdms,
    inputs::{Input, data_error},
    layer_filter::LayerFilter,
    notes::Notes,
    rdm_files::{PlacedRdm, RdmFile, align, place},
};

/// Models and subjects in one order of conditions.
pub(super) struct EvaluationData {
    pub(super) models: Vec<Model>,
    pub(super) data: Vec<Rdm>,
    /// Subject of each RDM of `data`.
    pub(super) subjects: Vec<SubjectRdm>,
    /// Group of each RDM of `data`; `None` if each is a group of its own.
    pub(super) subject_groups: Option<Vec<usize>>,
    /// Group of each condition; `None` if each is a group of its own.
    pub(super) condition_groups: Option<Vec<usize>>,
    pub(super) inputs: Vec<Input>,
    pub(super) notes: Vec<String>,
    /// RDMs and models without a comparison.
    pub(super) left_out: Vec<LeftOut>,
    /// RDMs that are partialled out.
    pub(super) given: GivenRdms,
}

impl EvaluationData {
    /// Reads all files of a request.
    pub(super) fn read(request: &EvaluateRequest, observer: &dyn Observer) -> Result<Self> {
        let data_filter = LayerFilter::for_option("--layers", &request.layers)?;
        let model_filter = LayerFilter::for_option("--model-layers", &request.model_layers)?;
        let of_models = request.models.iter().chain(request.fits.iter().map(|fit| &fit.file));
        let paths = request.data.iter().map(|path| (path, &data_filter));
        let paths = paths.chain(of_models.map(|path| (path, &model_filter)));
        let (mut files, mut notes) = (Vec::new(), Notes::new(observer));
        for (path, filter) in paths {
            observer.ensure_going("reading RDMs")?;
            files.push(RdmFile::read(path, filter, &request.options, observer, &mut notes)?);
        }
        let mut given = GivenRdms::read(&request.partial, &request.options, &mut notes, observer)?;
        align(&mut files, &mut given, observer, &mut notes)?;
        let inputs = files.iter().map(|file| file.input.clone()).collect();
        let fit_files = files.split_off(request.data.len() + request.models.len());
        let model_files = files.split_off(request.data.len());
        let (subjects, subject_groups) = count_subjects(request, &files, &mut notes)?;
        let n_conditions = files.iter().flat_map(|file| &file.rdms).next().map_or(0, |entry| entry.rdm.n_conditions());
        ensure_pattern(n_conditions, &request.data)?;
        let condition_groups = request.condition_groups.as_deref();
        let condition_groups =
            condition_groups.map(|path| read_group_numbers(path, "--condition-groups", n_conditions, "conditions"));
        let condition_groups = condition_groups.transpose()?;
        let all = files.iter().chain(&model_files).chain(&fit_files).flat_map(|file| &file.rdms);
        let all: Vec<&Rdm> = all.map(|entry| &entry.rdm).collect();
        let mut sieve = Sieve::new(request.comparison, &all, &given.named(), observer)?;
        let (data, subjects, subject_groups) = keep_data(files, subjects, subject_groups, &mut sieve);
        let mut models = keep_models(model_files, &mut sieve);
        models.extend(keep_fits(request, fit_files, &mut sieve)?);
        let left_out = sieve.into_left_out(observer);
        ensure_some_left(models.len(), data.len(), &left_out)?;
        ensure_enough_groups(request, subject_groups.as_deref(), condition_groups.as_deref())
            .map_err(|error| with_left_out(error, &left_out))?;
        let notes = notes.into_texts();
        Ok(Self { models, data, subjects, subject_groups, condition_groups, inputs, notes, left_out, given })
    }

    /// Returns the name of each RDM of the data, with its file.
    pub(super) fn data_names(&self) -> Vec<String> {
        self.subjects.iter().map(|rdm| place(&rdm.input, &rdm.name)).collect()
    }
}

/// Refuses RDMs of one dissimilarity, naming the files of the data.
///
/// # Errors
/// `TooFewConditions`.
fn ensure_pattern(n_conditions: usize, data: &[String]) -> Result<()> {
    const LEAST: usize = 3;
    if n_conditions >= LEAST {
        return Ok(());
    }
    let error = Error::too_few_conditions(LEAST, n_conditions, "two conditions have one dissimilarity, and no pattern");
    Err(data_error(error.context(data.join(", "))))
}

/// Returns the subject of each RDM of the data, and the groups of the RDMs if any group has several.
fn count_subjects(
    request: &EvaluateRequest,
    files: &[RdmFile],
    notes: &mut Notes<'_>,
) -> Result<(Vec<SubjectRdm>, Option<Vec<usize>>)> {
    // Labels of groups are for RDMs, so each RDM counts unless the request says otherwise.
    let unit = match (request.subjects, &request.subject_groups) {
        (Some(unit), _) => unit,
        (None, Some(_)) => SubjectUnit::Each,
        (None, None) => SubjectUnit::Axis0,
    };
    let numbers = match &request.subject_groups {
        Some(_) => unit.subjects(files),
        None => unit.subjects_noted(files, notes),
    };
    if request.subject_groups.is_some() {
        notes.add_all(repeated_data::notes(files, &numbers));
    }
    let groups = match &request.subject_groups {
        Some(path) => {
            let groups = read_group_numbers(path, "--subject-groups", numbers.len(), "RDMs of the data")?;
            ensure_whole_subjects(path, &groups, &numbers)?;
            Some(groups)
        }
        None => numbers.iter().enumerate().any(|(k, &number)| k != number).then(|| numbers.clone()),
    };
    let entries = files.iter().flat_map(|file| file.rdms.iter().map(move |entry| (file, entry)));
    let subject = |((file, entry), subject): ((&RdmFile, &PlacedRdm), usize)| SubjectRdm {
        name: entry.name.clone(),
        input: file.path.clone(),
        subject,
    };
    Ok((entries.zip(numbers).map(subject).collect(), groups))
}
