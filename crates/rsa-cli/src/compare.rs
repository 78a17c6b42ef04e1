//! `rsakit compare`: layers against layers.

use std::{path::PathBuf, str::FromStr};

use clap::Args;
use rsa_run::{CompareLook, CompareRdmsRequest, CompareRequest, CompareResult};

use crate::{
    chosen_features::ChosenFeatures,
    format::Format,
    input_files::InputFiles,
    inputs::{RdmFiles, Tables, Threads},
    memory::Memory,
    targets::Targets,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Compare layers with layers, or RDMs with RDMs: which layer of one network resembles which layer of another?
///
/// With one input all its layers are compared with each other; with two, the layers of A (rows) with those of B
/// (columns). Rows of an array are conditions (inputs, stimuli), columns are features (units, voxels); further axes
/// become features as --conv says. Inputs are .npy, .npz, .safetensors, .mat, .h5, .nc, .csv, .tsv and .txt files, volumes in
/// .nii and .nii.gz, CIFTI-2 (.dscalar.nii, .dtseries.nii) and GIfTI (.func.gii, .shape.gii), trials of MEG and EEG in
/// .fif, .vhdr, .edf and .bdf, one array FILE::NAME of them or one structure FILE::CORTEX_LEFT, or folders of such files but
/// .txt. Cells of a table stand between commas, semicolons, tabs or blanks, and numbers may have decimal commas where no
/// comma separates cells.
///
/// With --rdm the arrays are dissimilarity matrices: an upper triangle, several of them as rows, or square matrices,
/// also several. `rsakit rdm` makes them. Tables may also be long, with two columns of conditions and one of
/// dissimilarities; the .json of `rsakit rdm` is read, too. NaN, NA or a blank cell is a missing dissimilarity; pairs
/// present on both sides are compared, and a caveat says where these are few. What looks like something else is refused
/// with the remedy.
///
/// A pair that cannot be computed is left out with its reason; the rest is still computed. Exit status: 0 all pairs
/// computed, 3 some could not be, 1 none could be or an input cannot be read, 2 wrong usage.
///
/// Layers of more than 256 MiB in all (as 64-bit floats) are read in blocks by linear cka, and by cca, svcca and pwcca if
/// there are twice as many conditions as features; files may then be larger than the memory. For this, conditions must stand
/// in one order in all files, and arrays must not be compressed. All other measures read layers into memory, and are left
/// out if the layers do not fit. --memory decides how often files are read and what is refused, tables of all pairs included,
/// and never a result.
///
/// A line that begins with ! is a caveat: the score stands, and is to be read with care. Kinds are ForcedCorrelations,
/// ChanceCorrelations, FewPairs, BiasedByDimension, SaturatedKernel, ClippedEigenvalues, and of predictivity Interpolation,
/// PenaltyAtEnd and ConstantResponses.
///
/// JSON: {"rsakit", "n_conditions" (of the first layer), "results": [{"measure", "orientation", "rows", "columns",
/// "values" (row by row, null where a pair failed), "failures": [{"row", "column", "kind", "message", "scope"}]}],
/// "warnings": [{"measure", "row", "column", "kind", "message"}], "compared", "inputs": [{"name", "holds", "convention"
/// (of arrays of three or more axes), "similarities", "diagonal" (of RDMs, if they were treated so)}], "seed" (if random
/// numbers were drawn), "given": [{"name", "holds", "rdms"}] (with --partial)}. A warning about an input has null for measure, row and column. CSV: measure, row, column, value,
/// kind, message; kind and message of a failure or of a caveat.
///
/// With --permutations each result has "p", "p_corrected" (against the best of all pairs under the same permutation) and
/// "permutations": {"tried", "exact"}, with --interval "intervals", all row by row; in CSV the columns p, p_corrected, low
/// and high. A bootstrap with copies of conditions would be wrong here, since a copy is perfectly similar to itself.
#[derive(Args, Clone, Debug, Default)]
#[command(after_help = "Examples:
  rsakit compare net_a.npz net_b.npz
  rsakit compare net.npz --layers 'conv*' --measure cka --measure 'svcca:keep=variance(0.9)'
  rsakit compare net.npz --measure cka:hsic=unbiased --out layers.json
  rsakit compare net.npz brain.npz --measure 'predict:map=pls(25),folds=10'
  rsakit compare net_a.npz net_b.npz --measure cka:hsic=unbiased --permutations 1000 --interval
  rsakit compare --rdm brain.npz models.npz --comparison spearman --comparison rho-a
  rsakit compare --rdm brain.npz models.npz --plot pairs.svg --plot-scatter --plot-groups labels.csv::category
  rsakit compare --rdm brain.npz models.npz --permutations 10000 --seed 1
  rsakit compare --rdm brain.npz models.npz --partial low-level.npz")]
pub(crate) struct Arguments {
    /// Layers of the first network
    #[arg(value_name = "A")]
    pub(crate) first: String,
    /// Layers of the second network
    #[arg(value_name = "B")]
    pub(crate) second: Option<String>,
    /// A measure, as `rsakit measures` lists them; may be repeated [default: cka, svcca:keep=variance(0.99), pwcca,
    /// rsa:rdm=correlation,compare=spearman]
    #[arg(long = "measure", value_name = "SPEC")]
    pub(crate) measures: Vec<String>,
    /// The inputs are RDMs
    #[arg(long)]
    pub(crate) rdm: bool,
    /// A comparison of RDMs, such as spearman; may be repeated [default: spearman]
    ///
    /// The words are pearson, spearman, kendall-a, kendall-b, cosine, rho-a, whitened-cosine, whitened-pearson and bures.
    #[arg(long = "comparison", value_name = "WORD", requires = "rdm")]
    pub(crate) comparisons: Vec<String>,
    /// Covariance of the noise of the conditions, an n × n array: for the whitened comparisons
    #[arg(long, value_name = "FILE", requires = "rdm")]
    pub(crate) condition_covariance: Option<PathBuf>,
    /// RDMs to control for: pearson and spearman become partial correlations given all RDMs of these files
    #[arg(long, value_name = "FILE", requires = "rdm", num_args = 1..)]
    pub(crate) partial: Vec<String>,
    /// Test each score, and the best of all, against N random permutations of the conditions of one side.
    ///
    /// All permutations are tried if there are 7 conditions or fewer. With one input each pair of different layers, or RDMs, is
    /// tested once. Conditions must be exchangeable under the null (successive frames of a film are not). `p_corrected` compares
    /// each score with the largest over all pairs; with a biased measure wide layers dominate that maximum, so prefer an
    /// unbiased one.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) permutations: Option<u64>,
    /// Give each score an interval of 95 % for other conditions, by leaving out one, two and three conditions
    #[arg(long, conflicts_with = "rdm")]
    pub(crate) interval: bool,
    /// Seed of the random numbers of --permutations and --interval
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Only layers, or RDMs, whose name matches, with * and ?; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub(crate) layers: Vec<String>,
    /// Draw a scatter plot of every two RDMs in place of the heatmap: dissimilarities, a least-squares line, the score
    #[arg(long, requires = "rdm")]
    pub(crate) plot_scatter: bool,
    /// Group of each condition: scatter plots color pairs within groups and between groups
    #[arg(long, value_name = "FILE[::COLUMN]", requires = "rdm")]
    pub(crate) plot_groups: Option<String>,
    /// Output format [default: by the extension of --out, otherwise table]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    #[command(flatten)]
    pub(crate) rdm_files: RdmFiles,
    #[command(flatten)]
    pub(crate) tables: Tables,
    #[command(flatten)]
    pub(crate) features: ChosenFeatures,
    #[command(flatten)]
    pub(crate) targets: Targets,
    #[command(flatten)]
    pub(crate) threads: Threads,
    #[command(flatten)]
    pub(crate) memory: Memory,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let inputs = std::iter::once(&arguments.first).chain(&arguments.second).chain(&arguments.partial);
    let inputs =
        InputFiles::new(inputs).with_paths(&arguments.condition_covariance).with_paths(arguments.features.files());
    let inputs = inputs.with_inputs(&arguments.plot_groups);
    arguments.targets.check(&inputs)?;
    arguments.rdm_files.ensure_said_of_rdms(arguments.rdm)?;
    arguments.features.ensure_said_of_layers(arguments.rdm)?;
    arguments.threads.apply()?;
    let terminal = Terminal::new();
    let result = match arguments.rdm {
        true => arguments.rdm_request()?.run(&terminal)?,
        false => arguments.request()?.run(&terminal)?,
    };
    drop(terminal);
    let look = CompareLook { scatter: arguments.plot_scatter, groups: arguments.plot_groups.clone() };
    finish(&result, &look, arguments.format, &arguments.targets)
}

/// Draws, reports, and prints or writes `result`.
pub(crate) fn finish(
    result: &CompareResult,
    look: &CompareLook,
    format: Option<Format>,
    targets: &Targets,
) -> Result<Verdict, Failure> {
    let verdict = Verdict::from(result.completeness());
    if verdict != Verdict::Nothing {
        let view = look.view(result, &Terminal::new())?;
        targets.illustrate(&result.document(&view))?;
    }
    targets.write(result, format)?;
    Ok(verdict)
}

impl Arguments {
    fn request(&self) -> Result<CompareRequest, Failure> {
        let inputs = CompareRequest::new(&self.first, self.second.as_deref());
        Ok(CompareRequest {
            measures: parse_or(&self.measures, inputs.measures)?,
            layers: self.layers.clone(),
            options: self.features.add_to(self.tables.options()),
            permutations: self.permutations,
            interval: self.interval,
            seed: self.seed,
            memory: self.memory.limit,
            ..inputs
        })
    }

    fn rdm_request(&self) -> Result<CompareRdmsRequest, Failure> {
        let inputs = CompareRdmsRequest::new(&self.first, self.second.as_deref());
        Ok(CompareRdmsRequest {
            comparisons: parse_or(&[&self.comparisons[..], &self.measures].concat(), inputs.comparisons)?,
            condition_covariance: self.condition_covariance.as_ref().map(|path| path.display().to_string()),
            partial: self.partial.clone(),
            permutations: self.permutations,
            seed: self.seed,
            layers: self.layers.clone(),
            options: self.rdm_files.add_to(self.tables.options()),
            memory: self.memory.limit,
            ..inputs
        })
    }
}

/// Parses `words`; without words returns the default.
pub(crate) fn parse_or<T: FromStr<Err = rsakit::Error>>(words: &[String], default: Vec<T>) -> Result<Vec<T>, Failure> {
    if words.is_empty() {
        return Ok(default);
    }
    words.iter().map(|word| word.parse().map_err(Failure::usage)).collect()
}
