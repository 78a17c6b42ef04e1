//! [`RdmFile`]: the RDMs of a file with their places, and files in one order of conditions.

use std::collections::HashSet;

use rsa_io::{OpenOptions, RdmPlace};
use rsakit::{
    Error, Rdm, Result,
    core::{Conditions, Observer},
};

use crate::{
    alignment::Alignment,
    given_rdms::GivenRdms,
    inputs::{Input, data_error, stem},
    layer_filter::LayerFilter,
    notes::Notes,
};

/// The named RDMs of one file or folder.
pub(crate) struct RdmFile {
    pub(crate) path: String,
    pub(crate) rdms: Vec<PlacedRdm>,
    pub(crate) input: Input,
}

/// RDM with its name and its place in the file.
pub(crate) struct PlacedRdm {
    pub(crate) name: String,
    pub(crate) place: RdmPlace,
    pub(crate) rdm: Rdm,
}

impl RdmFile {
    /// Reads the RDMs of `path` that `filter` keeps.
    ///
    /// # Errors
    /// The errors of [`rsa_io::read_rdms`], and `InvalidParameter` if no RDM is left.
    pub(crate) fn read(
        path: &str,
        filter: &LayerFilter,
        options: &OpenOptions,
        observer: &dyn Observer,
        notes: &mut Notes<'_>,
    ) -> Result<Self> {
        let mut stored = rsa_io::read_rdms(path, options).map_err(data_error)?;
        notes.add_all(std::mem::take(&mut stored.warnings));
        let mut entries: Vec<_> = stored.rdms.into_iter().zip(stored.places).collect();
        filter.keep(&mut entries, path, |((name, _), _)| name)?;
        (stored.rdms, stored.places) = entries.into_iter().unzip();
        let input = Input::from_rdms(path, &stored);
        let entries = stored.rdms.into_iter().zip(stored.places);
        let rdms: Vec<_> = entries.map(|((name, rdm), place)| PlacedRdm { name, place, rdm }).collect();
        for PlacedRdm { name, rdm, .. } in &rdms {
            observer.detail(&format!("{}: {} conditions", place(path, name), rdm.n_conditions()));
        }
        Ok(Self { path: path.to_owned(), rdms, input })
    }
}

/// Returns file and name of an RDM; `path` may name an array already, as in `FILE::NAME`.
pub(crate) fn place(path: &str, name: &str) -> String {
    match path.rsplit_once("::") {
        Some((file, own)) if name.starts_with(own) => format!("{file}::{name}"),
        _ => format!("{path}::{name}"),
    }
}

/// Brings the RDMs of all files, and those that are given, into one order of conditions.
///
/// # Errors
/// `ShapeMismatch` or `LabelMismatch` naming the RDM of other conditions; `Cancelled`.
pub(crate) fn align(
    files: &mut [RdmFile],
    given: &mut GivenRdms,
    observer: &dyn Observer,
    notes: &mut Notes<'_>,
) -> Result<()> {
    let conditions = |file: &RdmFile| {
        (file.path.clone(), file.rdms.iter().map(|entry| entry.rdm.conditions().clone()).collect::<Vec<_>>())
    };
    let by_file: Vec<(String, Vec<Conditions>)> = files.iter().map(conditions).chain(given.conditions()).collect();
    let alignment = Alignment::new(by_file.iter().flat_map(|(_, conditions)| conditions));
    for (path, conditions) in &by_file {
        notes.add_all(alignment.notes(path, "RDMs", conditions.iter()));
    }
    let mut first: Option<Conditions> = None;
    for RdmFile { path, rdms, .. } in files {
        for PlacedRdm { name, rdm, .. } in rdms {
            observer.ensure_going("bringing conditions into one order")?;
            let named = |error: Error| data_error(error.context(place(path, name)));
            *rdm = alignment.align(rdm.clone()).map_err(named)?;
            first.get_or_insert_with(|| rdm.conditions().clone()).ensure_same(rdm.conditions()).map_err(named)?;
        }
    }
    given.align(&alignment)?;
    first.map_or(Ok(()), |first| given.ensure_of(&first))
}

/// Returns the names of all RDMs, with the name of their file where they would not be unique.
pub(crate) fn unique_names(files: &[RdmFile]) -> Vec<String> {
    let all = || files.iter().flat_map(|file| file.rdms.iter().map(move |entry| (file, &entry.name)));
    let mut seen = HashSet::new();
    match all().all(|(_, name)| seen.insert(name)) {
        true => all().map(|(_, name)| name.clone()).collect(),
        false => all().map(|(file, name)| format!("{}/{name}", stem(&file.path))).collect(),
    }
}
