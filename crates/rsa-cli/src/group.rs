//! `rsakit group`: tests of maps over subjects.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use rsa_run::{GroupCorrection, GroupMaps, GroupRequest, GroupResult};
use rsakit::stats::VoxelConnectivity;

use crate::{
    format::Format,
    input_files::InputFiles,
    inputs::{Tables, Threads},
    memory::Memory,
    output::{self, Output},
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Test maps over subjects: where is the effect above 0, corrected for all voxels or times?
///
/// Give a map for each subject, from rsakit or any other program: NIfTI files of one grid, or one file whose volumes
/// are subjects; or arrays of subjects × times, or subjects × times × times. The signs of whole subjects are flipped,
/// the same for all voxels, so that the largest statistic of the map has its null distribution however voxels depend on
/// one another. If the 2^N flips of N subjects are no more than --flips, all are tried.
///
/// Corrections: max-flips compares each t with the largest t. cluster(mass,p=0.001) and cluster(size,p=0.001) join
/// neighbors whose t is above that of p, and compare clusters; their p is about a cluster, not about its edges. tfce is
/// threshold-free cluster enhancement, without steps of height; tfce(e=1,h=2) has other powers. bh and by bound the
/// false discovery rate of p of Student's t; bh(flips) and by(flips) that of p by flips.
///
/// Flips assume that values are symmetric about 0 if there is no effect; a note says where they are skewed. With
/// --groups or --covariate, subjects are permuted instead, and t is that of the regression.
///
/// --out PREFIX writes PREFIX_mean (or the difference or slope), _t, _p (corrected), _logp (−log10 p), _clusters and
/// for TFCE _tfce as .nii.gz with the grid of the inputs (NaN where nothing was tested), or PREFIX_map.csv for times;
/// PREFIX_clusters.csv and PREFIX.json.
///
/// JSON: {"rsakit", "effect", "two_sided", "correction", "mass" (its meaning), "threshold", "level", "n_subjects",
/// "elements", "tried", "exact", "arrangements", "seed", "models": [{"name", "n_tested", "n_missing", "n_constant",
/// "smallest_p", "skewness", "clusters": [{"id", "size", "mass", "peak_t", "peak_value", "peak", "peak_mm",
/// "peak_name", "range", "p"}]}], "warnings", "inputs", "request"}.
///
/// Exit status: 0 done, 1 an input cannot be read or nothing can be tested, 2 wrong usage.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit group out/sub-*_model-conv1_stat-spearman_map.nii.gz --fisher --correct tfce --out group/conv1
  rsakit group sub-*_faces.nii.gz --minus sub-*_houses.nii.gz --two-sided --mask brain.nii.gz --out faces-houses
  rsakit group sub-*.nii.gz --groups participants.tsv::diagnosis --covariate participants.tsv::age --correct bh
  rsakit group courses.npy --correct 'cluster(mass,p=0.05)' --out courses
  rsakit group out/sub-*_map.nii.gz --family models --correct 'cluster(size,p=0.001)' --out group/all")]
pub(crate) struct Arguments {
    /// Maps, one for each subject
    #[arg(value_name = "MAPS", required = true)]
    maps: Vec<String>,
    /// Correction for the number of voxels or times
    #[arg(long, value_name = "HOW", default_value_t)]
    correct: GroupCorrection,
    /// Maps of the same subjects, in the same order, that are subtracted
    #[arg(long, value_name = "MAPS", num_args = 1..)]
    minus: Vec<String>,
    /// Number of random flips, or permutations of subjects
    #[arg(long, value_name = "B", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    flips: u64,
    /// Seed of the random flips
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Test effects below 0, too
    #[arg(long)]
    two_sided: bool,
    /// Test Fisher's z of correlations
    #[arg(long)]
    fisher: bool,
    /// Compare two groups: a table with the group of each subject; the first label minus the other
    ///
    /// Rows are in the order of the maps, or have a column participant_id with the sub-NAME of each map.
    #[arg(long, value_name = "FILE[::COLUMN]")]
    groups: Option<String>,
    /// Test the slope on a number of each subject, such as age; with --groups hold it constant; may be repeated
    ///
    /// Of several without --groups, the slope on the first is tested, and the others are held constant.
    #[arg(long, value_name = "FILE[::COLUMN]")]
    covariate: Vec<String>,
    /// Correct several models together; file names tell them apart by model-NAME
    #[arg(long, value_enum, value_name = "OF")]
    family: Option<FamilyWord>,
    /// Mask: voxels with a finite value that is not 0 are tested [default: voxels that are not 0 in some subject]
    #[arg(long, value_name = "FILE")]
    mask: Option<PathBuf>,
    /// Voxels that are neighbors: by faces, also by edges, also by corners
    #[arg(long, value_name = "N", default_value = "6", value_parser = ["6", "18", "26"])]
    connectivity: String,
    /// Test voxels at which this many subjects have a value [default: all]
    #[arg(long, value_name = "N", conflicts_with_all = ["groups", "covariate"])]
    min_subjects: Option<usize>,
    /// Write maps, clusters and JSON to files whose names begin so
    #[arg(long, value_name = "PREFIX")]
    out: Option<PathBuf>,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
    /// Output format of what is printed
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FamilyWord {
    /// All models
    Models,
}

impl Arguments {
    fn request(&self) -> GroupRequest {
        let same = |connectivity: &VoxelConnectivity| connectivity.n_neighbors().to_string() == self.connectivity;
        GroupRequest {
            minus: self.minus.clone(),
            correction: self.correct,
            flips: self.flips,
            seed: self.seed,
            two_sided: self.two_sided,
            fisher: self.fisher,
            family: self.family.is_some(),
            groups: self.groups.clone(),
            covariates: self.covariate.clone(),
            mask: self.mask.clone(),
            connectivity: VoxelConnectivity::ALL.into_iter().find(same).unwrap_or_default(),
            min_subjects: self.min_subjects,
            options: self.tables.options(),
            memory: self.memory.limit,
            ..GroupRequest::new(self.maps.clone())
        }
    }

    fn input_files(&self, request: &GroupRequest) -> InputFiles {
        let others: Vec<PathBuf> = request.other_files().collect();
        InputFiles::new(self.maps.iter().chain(&self.minus)).with_paths(&others)
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let request = arguments.request();
    let inputs = arguments.input_files(&request);
    let target = |prefix: &Path| GroupTarget { prefix: prefix.to_owned(), force: arguments.force };
    let target = arguments.out.as_deref().map(target);
    if let Some(target) = &target {
        target.check(&target.summaries(), &inputs)?;
    }
    arguments.threads.apply()?;
    let (result, maps) = request.run(&Terminal::new())?;
    if let Some(target) = &target {
        target.check(&maps.paths(&target.prefix), &inputs)?;
        target.write(&result, &maps)?;
    }
    output::print(&match arguments.format {
        Format::Table => result.text(),
        Format::Json => result.json()?,
        Format::Csv => result.csv(),
    })?;
    Ok(Verdict::Complete)
}

/// Files of a result, whose names have one beginning.
struct GroupTarget {
    prefix: PathBuf,
    force: bool,
}

impl GroupTarget {
    /// Returns the tables of clusters, as CSV and as JSON.
    fn summaries(&self) -> [PathBuf; 2] {
        ["_clusters.csv", ".json"].map(|ending| {
            let mut name = self.prefix.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        })
    }

    /// Refuses what cannot be written, and what would replace an input.
    fn check(&self, paths: &[PathBuf], inputs: &InputFiles) -> Result<(), Failure> {
        let output = Output { out: None, force: self.force };
        paths.iter().try_for_each(|path| output.check_file(path, inputs))
    }

    fn write(&self, result: &GroupResult, maps: &GroupMaps) -> Result<(), Failure> {
        for (index, path) in maps.paths(&self.prefix).iter().enumerate() {
            let written = rsa_io::write_atomically(path, self.force, |file| maps.write(index, &self.prefix, file));
            written.map_err(Failure::impossible)?;
        }
        let [csv, json] = self.summaries();
        for (path, text) in [(csv, result.csv()), (json, result.json()?)] {
            let written = rsa_io::write_atomically(&path, self.force, |file| file.write_all(text.as_bytes()));
            written.map_err(Failure::impossible)?;
        }
        Ok(())
    }
}
