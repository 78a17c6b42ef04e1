//! Reading the RDMs of data and models, in one order of conditions.

use std::{collections::HashSet, path::Path};

use rsa_io::OpenOptions;
use rsakit::{Rdm, core::Conditions, stats::Model};

use super::{Materials, Origin};
use crate::{
    alignment::Alignment,
    inputs::nearest,
    page::{Input, holds_rdms},
    say,
    verdict::Failure,
};

/// The RDMs of one file.
struct File {
    path: String,
    rdms: Vec<(String, Rdm)>,
}

type Make = fn(String, Vec<Rdm>) -> rsakit::Result<Model>;

/// The models with parameters.
const KINDS: [(&str, Make); 4] = [
    ("selection", Model::selection),
    ("weighted", Model::weighted),
    ("non-negative", Model::non_negative),
    ("interpolated", Model::interpolated),
];

impl Materials {
    /// Reads all files; `fits` are of the form `KIND=FILE`.
    pub(super) fn read(
        data: &[String],
        models: &[String],
        fits: &[String],
        options: &OpenOptions,
    ) -> Result<Self, Failure> {
        let mut notes = Vec::new();
        let mut read = |path: &str| -> Result<File, Failure> {
            let stored = rsa_io::read_rdms(path, options).map_err(Failure::impossible)?;
            notes.extend(stored.warnings);
            for (name, rdm) in &stored.rdms {
                say::detail(format_args!("{path}::{name}: {} conditions", rdm.n_conditions()));
            }
            Ok(File { path: path.to_owned(), rdms: stored.rdms })
        };
        let fits = fits.iter().map(|fit| kind(fit)).collect::<Result<Vec<_>, _>>()?;
        let mut data = data.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
        let mut models = models.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
        let mut fitted = fits.iter().map(|(.., path)| read(path)).collect::<Result<Vec<_>, _>>()?;
        let conditions = |file: &File| file.rdms.iter().map(|(_, rdm)| rdm.conditions().clone()).collect();
        let all: Vec<(String, Vec<Conditions>)> =
            data.iter().chain(&models).chain(&fitted).map(|file| (file.path.clone(), conditions(file))).collect();
        let alignment = Alignment::of(all.iter().flat_map(|(_, conditions)| conditions));
        for (path, conditions) in &all {
            notes.extend(alignment.remarks(path, "RDMs", conditions.iter()));
        }
        for file in data.iter_mut().chain(&mut models).chain(&mut fitted) {
            for (name, rdm) in &mut file.rdms {
                let aligned = alignment.align(rdm.clone());
                *rdm = aligned.map_err(|error| Failure::impossible(error.context(format!("{}::{name}", file.path))))?;
            }
        }
        let holds = |file: &File| {
            let n = file.rdms.first().map_or(0, |(_, rdm)| rdm.n_conditions());
            Input { name: file.path.clone(), holds: holds_rdms(file.rdms.len(), n) }
        };
        let inputs = data.iter().chain(&models).chain(&fitted).map(holds).collect();
        let names = names(&models);
        let fixed = models.into_iter().flat_map(|file| file.rdms).zip(names);
        let mut all: Vec<Model> = fixed.map(|((_, rdm), name)| Model::fixed(name, rdm)).collect();
        for ((word, make, path), file) in fits.iter().zip(fitted) {
            let rdms = file.rdms.into_iter().map(|(_, rdm)| rdm).collect();
            // Several kinds of one file are several models.
            let name = format!("{word}({})", stem(path));
            all.push(make(name, rdms).map_err(Failure::impossible)?);
        }
        let data = data.into_iter().flat_map(|file| file.rdms).map(|(_, rdm)| rdm).collect();
        Ok(Self { models: all, data, origin: Origin { inputs, notes } })
    }
}

/// Reads `KIND=FILE`.
fn kind(fit: &str) -> Result<(&str, Make, &str), Failure> {
    let known = || KINDS.map(|(kind, _)| kind).join(", ");
    let Some((word, path)) = fit.split_once('=') else {
        return Err(Failure::usage(format_args!("--fit '{fit}' must be KIND=FILE, KIND one of {}", known())));
    };
    match KINDS.iter().find(|(kind, _)| *kind == word) {
        Some((_, make)) => Ok((word, *make, path)),
        None => {
            let meant = nearest(word, KINDS.map(|(kind, _)| kind));
            let meant = meant.map_or_else(String::new, |kind| format!("; did you mean '{kind}'?"));
            Err(Failure::usage(format_args!("--fit '{word}' must be one of {}{meant}", known())))
        }
    }
}

/// The names of all RDMs, with their file where they would not be unique.
fn names(files: &[File]) -> Vec<String> {
    let all = || files.iter().flat_map(|file| file.rdms.iter().map(move |(name, _)| (file, name)));
    let mut seen = HashSet::new();
    match all().all(|(_, name)| seen.insert(name)) {
        true => all().map(|(_, name)| name.clone()).collect(),
        false => all().map(|(file, name)| format!("{}/{name}", stem(&file.path))).collect(),
    }
}

fn stem(path: &str) -> String {
    Path::new(path).file_stem().map_or_else(|| path.to_owned(), |stem| stem.to_string_lossy().into_owned())
}
