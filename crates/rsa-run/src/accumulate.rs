//! Sums over some of the conditions, to be merged with the sums over the others.

mod batches;
mod merge;
mod part;

use std::{io::Write, ops::Range};

use rsa_io::OpenOptions;
use rsakit::{
    Error, Measure, MeasureSpec, Result,
    core::{AnyMeasure, Observer, RowBlocks, Streaming, blocks},
};
use serde::{Deserialize, Serialize};

use self::part::{SumsHeader, fingerprint};
pub(crate) use self::{merge::merge, part::ACCUMULATION};
use crate::{
    compare::Sides,
    layer_filter::LayerFilter,
    memory::MemorySize,
    streaming::{BlockRoute, LayerSums, conditions_per_block},
};

/// Request to sum up some conditions of layers, which may be larger than the memory.
///
/// Parts of any split of the conditions, computed on any machines, give after [`MergeRequest`](crate::MergeRequest) the scores of one
/// run, to 1e-10.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccumulateRequest {
    /// Layers of the rows: a file, one array `FILE::NAME` of it, or a folder of files.
    pub first: String,
    /// Layers of the columns; without it the rows are compared with each other.
    #[serde(default)]
    pub second: Option<String>,
    /// Measures that the sums will serve: linear CKA, CCA, SVCCA or PWCCA.
    #[serde(default = "default_measures")]
    pub measures: Vec<MeasureSpec>,
    /// Conditions to sum up, from 0, the end not included; `None` for all. Of images with positions, the images.
    #[serde(default)]
    pub rows: Option<Range<usize>>,
    /// Patterns, with `*` and `?`, of which a layer's name must match one; none keeps all.
    #[serde(default)]
    pub layers: Vec<String>,
    /// Reading of the files.
    #[serde(default)]
    pub options: OpenOptions,
    /// Memory to use at most; a request that needs more is refused.
    #[serde(default)]
    pub memory: Option<MemorySize>,
}

/// Sums over some conditions, with what they are of.
#[derive(Debug)]
pub struct Accumulation {
    header: SumsHeader,
    sums: LayerSums,
}

/// The measure of a request that names none.
fn default_measures() -> Vec<MeasureSpec> {
    vec!["cka".parse().expect("the default is a measure")]
}

impl AccumulateRequest {
    /// Takes the inputs, for linear CKA over all conditions.
    pub fn new(first: &str, second: Option<&str>) -> Self {
        Self {
            first: first.to_owned(),
            second: second.map(str::to_owned),
            measures: default_measures(),
            rows: None,
            layers: Vec::new(),
            options: OpenOptions::default(),
            memory: None,
        }
    }

    /// Reads the conditions in blocks and sums them up.
    ///
    /// # Errors
    /// The errors of reading; `InvalidParameter` for a measure that is no sum over conditions and for conditions that do
    /// not exist; `ShapeMismatch` or `LabelMismatch` for layers of other conditions; `TooLarge`; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<Accumulation> {
        let measures: Vec<AnyMeasure> = self.measures.iter().map(MeasureSpec::measure).collect();
        let routes = measures.iter().zip(&self.measures).map(|(measure, spec)| route(measure, spec));
        let routes = routes.collect::<Result<Vec<BlockRoute<'_>>>>()?;
        let routes: Vec<&dyn Streaming> = routes.iter().map(AsRef::as_ref).collect();
        let filter = LayerFilter::new(&self.layers)?;
        let sides = Sides::open(&self.first, self.second.as_deref(), &filter, &self.options, observer)?;
        sides.ensure_one_order()?;
        let rows = self.rows_of_files(&sides)?;
        let (origins, shape) = (sides.origins(), sides.shape());
        let widths: Vec<usize> = origins.iter().map(|origin| origin.features).collect();
        let per_block = conditions_per_block(&routes, widths.iter().sum());
        LayerSums::ensure_fits(&routes, &widths, shape, per_block, MemorySize::budget(self.memory, observer)?)?;
        let layers: Vec<&rsa_io::Layer> = sides.all_layers().collect();
        layers.iter().try_for_each(|layer| layer.ensure_read_in_place())?;
        let header = SumsHeader {
            measures: self.measures.clone(),
            inputs: sides.inputs(),
            shape,
            layers: origins,
            n_conditions: sides.n_conditions(),
            fingerprint: fingerprint(&layers)?,
            first: rows.start,
            last: rows.end,
            notes: sides.notes.clone(),
        };
        let mut sums = LayerSums::new(&routes, &widths, shape);
        let sources: Vec<&dyn RowBlocks> = layers.iter().map(|&layer| layer as &dyn RowBlocks).collect();
        let (mut done, total) = (0, rows.len() as u64);
        blocks::for_each_block_of_conditions(&sources, rows, per_block, observer, |blocks| {
            sums.add(blocks)?;
            done += blocks[0].nrows() as u64;
            observer.progress("conditions", done, total);
            Ok(())
        })?;
        Ok(Accumulation { header, sums })
    }

    /// Returns the rows of the files that hold the conditions asked for. Of images with positions, one condition of the
    /// request is one image.
    fn rows_of_files(&self, sides: &Sides) -> Result<Range<usize>> {
        let conditions = sides.rows.layers()[0].conditions();
        let (n, each) = (conditions.n_stimuli(), conditions.rows_per_stimulus());
        let Some(rows) = &self.rows else { return Ok(0..n * each) };
        if rows.is_empty() || rows.end > n {
            let requirement = format!("within the {n} conditions, and not empty");
            return Err(Error::invalid_parameter("--rows", requirement, format_args!("{}..{}", rows.start, rows.end)));
        }
        Ok(rows.start * each..rows.end * each)
    }
}

impl Accumulation {
    /// Writes the part, for [`MergeRequest`](crate::MergeRequest), as an `.npz` archive.
    ///
    /// # Errors
    /// The errors of the writer.
    pub fn write(self, writer: impl Write) -> std::io::Result<()> {
        let header = serde_json::to_string(&self.header)?;
        let arrays = self.sums.into_arrays();
        let views: Vec<_> = arrays.iter().map(|(name, array)| (name.as_str(), array.view())).collect();
        rsa_io::write_part(writer, ACCUMULATION, &header, &views)
    }
}

fn route<'a>(measure: &'a AnyMeasure, spec: &MeasureSpec) -> Result<BlockRoute<'a>> {
    measure.streamed().ok_or_else(|| {
        let requirement = "a sum over conditions, which parts can be merged to: cka or cka:hsic=unbiased with the linear \
                           kernel, cca, svcca or pwcca; compare others in memory";
        Error::invalid_parameter("--measure", requirement, spec)
    })
}
