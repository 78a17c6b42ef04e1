//! [`RdmRequest`]: from patterns or measurements to RDMs.

mod design;
mod document;
mod incomplete;
mod look;
mod need;
mod origin;
mod page;
mod result;
mod text;
mod view;

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use rayon::prelude::*;
use rsa_io::OpenOptions;
use rsakit::{
    Error, Rdm, Result,
    core::{ErrorKind, Observer},
    spec::RdmSpec,
};
use serde::{Deserialize, Serialize};

use self::{
    design::{Design, DesignedRdm},
    need::RdmNeed,
};
use crate::{
    alignment::Alignment,
    layer_filter::LayerFilter,
    layer_to_read::{self, LayerToRead},
    memory::MemorySize,
    noise::{NoiseSettings, NoiseSource},
    notes::Notes,
    row_files::RowFiles,
};

pub use self::{
    document::RdmDocument,
    look::{ConditionOrder, RdmLook},
    origin::RdmOrigin,
    result::{NamedRdm, RdmFailure, RdmResult},
    view::RdmView,
};

/// Request for RDMs: one of each layer of each input.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_io::{FloatWidth, npy, write_atomically};
/// use rsa_run::{Document, RdmRequest};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("patterns.npy");
/// let patterns = array![[0.0, 0.0], [3.0, 4.0], [0.0, 4.0]];
/// write_atomically(&path, false, |file| npy::write_matrix(file, patterns.view(), FloatWidth::F64))?;
///
/// let result = RdmRequest::new([path.display().to_string()], "euclidean".parse()?).run(&())?;
/// assert_eq!(result.rdms[0].rdm.values(), [5.0, 4.0, 3.0]);
/// assert!(result.text().starts_with("euclidean, 3 conditions, 3 pairs\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RdmRequest {
    /// Patterns or measurements: `FILE`, `FILE::NAME` or a folder each. Rows are conditions, or observations of
    /// conditions.
    pub inputs: Vec<String>,
    /// Dissimilarity of two conditions.
    pub dissimilarity: RdmSpec,
    /// Files with the condition of each row, or of each stimulus if rows are stimulus × position.
    ///
    /// One file is for all inputs, several are for one each in their order, and a pattern such as `{}_conditions.txt` names
    /// the file of each. Without a file the input labels its rows, if it can.
    ///
    /// In a pattern `{}` is the name of the input without folder and extension, `{folder}` its folder, and `{sub}` the
    /// value of `sub-VALUE` in its name or folders.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// File with the run of each row, or of each stimulus if rows are stimulus × position; for inputs as `conditions`.
    #[serde(default)]
    pub runs: Vec<String>,
    /// Noise of the features, by which they are weighed.
    #[serde(flatten)]
    pub noise: NoiseSettings,
    /// Patterns of names of layers, with `*` and `?`. Without patterns all layers are taken.
    #[serde(default)]
    pub layers: Vec<String>,
    /// Options for reading the inputs.
    #[serde(default)]
    pub options: OpenOptions,
    /// Memory to use at most; a layer that needs more is refused. No RDM depends on it.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

impl RdmRequest {
    /// Makes a request with the defaults: rows as the inputs label them, no noise, all layers.
    pub fn new<S: Into<String>>(inputs: impl IntoIterator<Item = S>, dissimilarity: RdmSpec) -> Self {
        Self {
            inputs: inputs.into_iter().map(Into::into).collect(),
            dissimilarity,
            conditions: Vec::new(),
            runs: Vec::new(),
            noise: NoiseSettings::default(),
            layers: Vec::new(),
            options: OpenOptions::default(),
            memory: None,
        }
    }

    /// Returns the files that are read beside the inputs and the files of voxels.
    ///
    /// # Errors
    /// `InvalidParameter` for another number of files than inputs, and for a pattern that does not fit an input.
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        let rows = RowFiles::names(&self.conditions, &self.runs, &self.inputs)?;
        Ok([rows, self.noise.files(&self.inputs)?].concat())
    }

    /// Computes the RDMs, on all threads.
    ///
    /// A layer whose RDM cannot be computed is a failure in the result; the others are computed nevertheless.
    ///
    /// # Errors
    /// `InvalidParameter` for a cross-validated dissimilarity without runs, for one that needs the noise of the features
    /// and has none, for an estimator beside a precision, and for patterns of names without a layer; those of reading
    /// the inputs; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<RdmResult> {
        self.check()?;
        let filter = LayerFilter::new(&self.layers)?;
        let budget = MemorySize::budget(self.memory, observer)?;
        let mut notes = Notes::new(observer);
        let rows = RowFiles::read_all(&self.conditions, &self.runs, &self.inputs)?;
        let mut noise = NoiseSource::open_all(&self.noise, &self.inputs, &self.options, budget, &mut notes)?;
        let (layers, inputs) = layer_to_read::open_all(&self.inputs, &filter, &self.options, &mut notes, observer)?;
        layer_to_read::hold_residuals(&layers, &mut noise, budget)?;
        let designs: Vec<_> = rows.into_iter().zip(noise).map(|(rows, noise)| Design { rows, noise }).collect();
        if self.dissimilarity.is_crossvalidated()
            && layers.iter().any(|one| designs[one.input].rows.runs_of(&one.layer).is_none())
        {
            let requirement =
                "given by --runs FILE or the array 'runs' of the input, because runs are multiplied with one another";
            let spec = &self.dissimilarity;
            return Err(Error::invalid_parameter(format!("the run of each row for {spec}"), requirement, "none"));
        }
        let computed = self.compute(&layers, &designs, budget, observer);
        if let Some(cancelled) = computed.iter().filter_map(|rdm| rdm.as_ref().err()).find(|error| is_cancelled(error))
        {
            return Err(cancelled.clone());
        }
        let conditions = || computed.iter().flatten().map(|computed| computed.rdm.conditions());
        let alignment = Alignment::new(conditions());
        notes.add_all(alignment.notes(&self.inputs.join(", "), "layers", conditions()));
        if matches!(self.dissimilarity, RdmSpec::Crossnobis { .. }) {
            notes.add_all(incomplete::note(&computed));
        }
        let (mut rdms, mut failures) = (Vec::<NamedRdm>::new(), Vec::new());
        for (layer, computed) in layers.into_iter().zip(computed) {
            let aligned = computed.and_then(|DesignedRdm { rdm, noise, .. }| {
                let first = rdms.first().map(|first| &first.rdm);
                let rdm = align(&alignment, first, rdm).map_err(|error| error.context(&layer.place))?;
                Ok((rdm, noise))
            });
            match aligned {
                Ok((rdm, noise)) => rdms.push(NamedRdm { name: layer.name, rdm, noise }),
                Err(error) => failures.push(RdmFailure::new(layer.name, &error)),
            }
        }
        Ok(RdmResult {
            rsakit: env!("CARGO_PKG_VERSION").to_owned(),
            origin: RdmOrigin::Patterns(self.dissimilarity.clone()),
            rdms,
            failures,
            warnings: notes.into_texts(),
            inputs,
        })
    }

    /// Computes the RDM of each layer, of as many layers at a time as fit into `budget`.
    fn compute(
        &self,
        layers: &[LayerToRead],
        designs: &[Design],
        budget: usize,
        observer: &dyn Observer,
    ) -> Vec<Result<DesignedRdm>> {
        let needs: Vec<RdmNeed> =
            layers.iter().map(|one| RdmNeed::new(&one.layer, &designs[one.input], &self.dissimilarity)).collect();
        let held = needs.iter().map(RdmNeed::held).fold(0, usize::saturating_add);
        let largest = needs.iter().map(RdmNeed::working).max().unwrap_or(0).max(1);
        let at_once = (budget.saturating_sub(held) / largest).clamp(1, layers.len().max(1));
        let (total, done) = (layers.len() as u64, AtomicU64::new(0));
        observer.progress(STAGE, 0, total);
        let compute = |(layer, need): (&LayerToRead, &RdmNeed)| {
            let fits = need.ensure_fits(held.saturating_sub(need.held()), budget);
            let rdm = fits.and_then(|()| designs[layer.input].compute(&layer.layer, &self.dissimilarity, observer));
            observer.progress(STAGE, done.fetch_add(1, Ordering::Relaxed) + 1, total);
            rdm.map_err(|error| error.context(&layer.place))
        };
        let groups = layers.chunks(at_once).zip(needs.chunks(at_once));
        groups.flat_map(|(layers, needs)| layers.par_iter().zip(needs).map(compute).collect::<Vec<_>>()).collect()
    }

    /// Refuses settings that do not go together.
    fn check(&self) -> Result<()> {
        let (spec, noise) = (&self.dissimilarity, &self.noise);
        noise.check()?;
        if spec.needs_noise() && !noise.are_given() {
            let requirement = "given by --noise or --precision, because it weighs the features";
            return Err(Error::invalid_parameter(format!("the noise for {spec}"), requirement, "none"));
        }
        Ok(())
    }
}

/// Stage of the progress.
const STAGE: &str = "dissimilarities";

fn is_cancelled(error: &Error) -> bool {
    error.kind() == &ErrorKind::Cancelled
}

/// Returns `rdm` in the common order, if it can stand in one file with the `first`.
fn align(alignment: &Alignment, first: Option<&Rdm>, rdm: Rdm) -> Result<Rdm> {
    let rdm = alignment.align(rdm)?;
    match first {
        Some(first) if first.n_conditions() != rdm.n_conditions() => Err(Error::shape_mismatch(format!(
            "an RDM of {} conditions beside the first of {}; make those of other conditions by themselves",
            rdm.n_conditions(),
            first.n_conditions()
        ))),
        Some(first) => first.conditions().ensure_same(rdm.conditions()).map(|()| rdm),
        None => Ok(rdm),
    }
}
