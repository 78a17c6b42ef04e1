//! Making the RDMs: one a layer, all in one order of conditions.

use std::{collections::HashSet, path::Path};

use rayon::prelude::*;
use rsa_io::{Layer, OpenOptions};
use rsakit::{
    Error, Rdm, Result,
    core::{Conditions, Measurements, RowBlocks},
    spec::RdmSpec,
};

use super::noise::{Estimate, Noise};
use crate::{
    alignment::Alignment,
    inputs::Wanted,
    page::{Input, holds_layers},
    say,
    verdict::Failure,
};

/// What is known of the rows beside their values.
pub(super) struct Design<'a> {
    pub(super) conditions: Option<&'a [String]>,
    pub(super) runs: Option<&'a [String]>,
    pub(super) noise: &'a Noise,
}

/// What came of it.
pub(super) struct Made {
    pub(super) dissimilarity: RdmSpec,
    /// All of the same conditions; empty if none could be made.
    pub(super) rdms: Vec<MadeRdm>,
    pub(super) failures: Vec<Failed>,
    pub(super) notes: Vec<String>,
    pub(super) inputs: Vec<Input>,
}

/// One RDM with its name.
pub(super) struct MadeRdm {
    pub(super) name: String,
    pub(super) rdm: Rdm,
    pub(super) noise: Option<Estimate>,
}

/// Why an RDM could not be made; the error names file and layer.
pub(super) struct Failed {
    pub(super) name: String,
    pub(super) error: Error,
}

impl Made {
    /// The conditions of all RDMs.
    pub(super) fn conditions(&self) -> &Conditions {
        self.rdms[0].rdm.conditions()
    }

    /// Names and RDMs, as they are written to a file.
    pub(super) fn named(&self) -> Vec<(String, Rdm)> {
        self.rdms.iter().map(|made| (made.name.clone(), made.rdm.clone())).collect()
    }
}

/// A layer to make an RDM of.
struct Job {
    name: String,
    place: String,
    layer: Layer,
}

/// Makes an RDM of every layer wanted of every input.
pub(super) fn make(
    inputs: &[String],
    wanted: &Wanted,
    options: &OpenOptions,
    dissimilarity: RdmSpec,
    design: &Design<'_>,
) -> std::result::Result<Made, Failure> {
    let mut notes = Vec::new();
    let (jobs, holds) = jobs(inputs, wanted, options, &mut notes)?;
    let made: Vec<_> = jobs
        .par_iter()
        .map(|job| one(&job.layer, &dissimilarity, design).map_err(|error| error.context(&job.place)))
        .collect();
    let alignment = Alignment::of(made.iter().flatten().map(|(rdm, _)| rdm.conditions()));
    notes.extend(alignment.remarks(
        &inputs.join(", "),
        "layers",
        made.iter().flatten().map(|(rdm, _)| rdm.conditions()),
    ));
    let (mut rdms, mut failures) = (Vec::<MadeRdm>::new(), Vec::new());
    for (job, made) in jobs.into_iter().zip(made) {
        let aligned = made.and_then(|(rdm, noise)| {
            let rdm = alignment.align(rdm).map_err(|error| error.context(&job.place))?;
            if let Some(first) = rdms.first() {
                ensure_same(&first.rdm, &rdm).map_err(|error| error.context(&job.place))?;
            }
            Ok((rdm, noise))
        });
        match aligned {
            Ok((rdm, noise)) => rdms.push(MadeRdm { name: job.name, rdm, noise }),
            Err(error) => failures.push(Failed { name: job.name, error }),
        }
    }
    Ok(Made { dissimilarity, rdms, failures, notes, inputs: holds })
}

/// Refuses an RDM that cannot stand in one file with the first.
fn ensure_same(first: &Rdm, rdm: &Rdm) -> Result<()> {
    match rdm.n_conditions() == first.n_conditions() {
        true => first.conditions().ensure_same(rdm.conditions()),
        false => Err(Error::shape_mismatch(format!(
            "an RDM of {} conditions beside the first of {}; make those of other conditions by themselves",
            rdm.n_conditions(),
            first.n_conditions()
        ))),
    }
}

/// The layers in order, each with a name of its own; what the inputs hold; notes what they left out.
fn jobs(
    inputs: &[String],
    wanted: &Wanted,
    options: &OpenOptions,
    notes: &mut Vec<String>,
) -> std::result::Result<(Vec<Job>, Vec<Input>), Failure> {
    let (mut jobs, mut holds) = (Vec::new(), Vec::new());
    for input in inputs {
        let source = rsa_io::open(input, options).map_err(Failure::impossible)?;
        notes.extend_from_slice(source.warnings());
        let path = source.path().to_owned();
        let mut layers = source.into_layers();
        wanted.keep(&mut layers, input, Layer::name)?;
        holds.push(Input { name: input.clone(), holds: holds_layers(&layers) });
        let alone = layers.len() == 1;
        for layer in layers {
            let name = match (inputs.len(), alone) {
                (1, _) => layer.name().to_owned(),
                (_, true) => stem(&path),
                (_, false) => format!("{}/{}", stem(&path), layer.name()),
            };
            say::detail(format_args!("{}: {} × {}", layer.name(), layer.n_conditions(), layer.n_features()));
            jobs.push(Job { name, place: format!("{}::{}", path.display(), layer.name()), layer });
        }
    }
    let mut seen = HashSet::new();
    // Subjects in folders of their own may have files of one name.
    if !jobs.iter().all(|job| seen.insert(job.name.clone())) {
        jobs.iter_mut().for_each(|job| job.name.clone_from(&job.place));
    }
    Ok((jobs, holds))
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn one(layer: &Layer, dissimilarity: &RdmSpec, design: &Design<'_>) -> Result<(Rdm, Option<Estimate>)> {
    let mut x = layer.read()?;
    let labels = design.conditions.or(x.conditions().labels());
    let repeated = labels.is_some_and(|labels| labels.iter().collect::<HashSet<_>>().len() < labels.len());
    if design.runs.is_some() || repeated {
        let labels = labels.ok_or_else(|| {
            Error::invalid_parameter("the conditions of observations in runs", "given, by --conditions FILE", "none")
        })?;
        let mut measurements =
            Measurements::new(x.values().to_owned(), labels.iter().cloned())?.with_precision(x.precision())?;
        if let Some(runs) = design.runs {
            measurements = measurements.with_runs(runs.iter().cloned())?;
        }
        let (precision, estimate) = design.noise.precision(Some(&measurements))?;
        return Ok((dissimilarity.rdm_of_measurements(&measurements, precision.as_ref())?, estimate));
    }
    if let Some(labels) = design.conditions {
        x = x.labeled(labels.iter().cloned())?;
    }
    let (precision, estimate) = design.noise.precision(None)?;
    Ok((dissimilarity.rdm_of_patterns(&x, precision.as_ref())?, estimate))
}
