//! `rsakit searchlight`: maps of models over a volume.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use rsa_run::{SearchRadius, SearchStatistic, SearchlightRequest, SearchlightResult, VoxelPlace};

use crate::{
    format::PlainFormat,
    input_files::InputFiles,
    inputs::Threads,
    memory::Memory,
    noise::NoiseWord,
    output::{self, Output},
    terminal::Terminal,
    typed,
    verdict::{Failure, Verdict},
};

/// Map where in a volume models hold: the RDM around every voxel, compared with models
///
/// DATA are volumes, one an observation: a NIfTI file, or a folder with a file for each. --conditions labels them and
/// --runs says their runs; without labels every volume is a condition. Models are RDM files of any kind that `rsakit
/// compare --rdm` reads; labels bring their conditions into the order of the data.
///
/// Spheres need a unit, because programs differ: --radius 4vox takes voxels nearer than 4 voxels (251, as rsatoolbox;
/// with --inclusive also those at 4 voxels: 257, as nilearn), --radius 8mm those at most 8 mm away by the affine, --count
/// 100 the nearest 100 voxels of the mask. A center with less than --min-share of the whole sphere, or fewer than
/// --min-voxels, is missing, also at the edge of the volume.
///
/// Every dissimilarity of `rsakit rdm` can be mapped. Those that follow from sums over voxels (crossnobis, euclidean,
/// squared-euclidean, mahalanobis, correlation, cosine, manhattan, poisson) with no noise or --noise diagonal share their
/// work and take seconds; all others are computed sphere by sphere. The noise is estimated from --residuals, about their
/// mean, or from repeated observations. Voxels with a NaN, or without noise, are left out and counted.
///
/// --statistic partial is the correlation with a model given all others, weight the standardized weight in a regression on
/// all models, unique the share of the variance that only this model explains; all need pearson or spearman.
///
/// Written are PREFIX_model-NAME_stat-COMPARISON_map.nii.gz for each model, PREFIX_voxels.nii.gz (voxels of each sphere)
/// and PREFIX.json. Maps have the geometry of the data and NaN outside of the mask and where a center is missing. There is no
/// p-value: pairs of conditions are not independent, so the map of one subject has none that could be trusted.
///
/// JSON: {"rsakit", "command", "request", "conditions", "n_conditions", "n_runs", "grid": {"shape", "affine"}, "n_centers",
/// "n_computed", "missing": {reason: count}, "excluded_voxels": {reason: count}, "members": {"whole", "required", "smallest",
/// "median", "largest"}, "maps": [{"model", "file", "mean", "smallest", "largest", "peak_voxel", "peak_mm"}], "warnings",
/// "inputs", "sha256"}.
///
/// Exit status: 0 done, 1 no center has a value or an input cannot be read, 2 wrong usage.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit searchlight sub-01_betas.nii.gz --mask brain.nii.gz --conditions conditions.txt --runs runs.txt \\
      --radius 4vox --dissimilarity crossnobis --noise diagonal --residuals residuals.nii.gz \\
      --models layers.npz --comparison spearman --out out/sub-01
  rsakit searchlight betas.nii.gz --mask gray.nii.gz --conditions conditions.txt --radius 8mm \\
      --dissimilarity correlation --models shape.json animacy.json --statistic partial --out out/given
  rsakit searchlight betas.nii.gz --mask brain.nii.gz --conditions conditions.txt --runs runs.txt --radius 4vox \\
      --dissimilarity crossnobis --models layers.npz --center=-42,-58,-12mm")]
pub(crate) struct Arguments {
    /// Volumes: a NIfTI file, or a folder of them
    #[arg(value_name = "DATA")]
    input: String,
    /// Mask of the volumes: voxels with a finite value that is not 0 are the centers
    #[arg(long, value_name = "FILE")]
    mask: Option<PathBuf>,
    /// The condition of each volume: a text with one label a line, or a .csv or .tsv with a column of that name
    #[arg(long, value_name = "FILE")]
    conditions: Option<PathBuf>,
    /// The run of each volume, in the same form
    #[arg(long, value_name = "FILE")]
    runs: Option<PathBuf>,
    /// Radius of the spheres with its unit: 4vox (nearer than 4 voxels) or 8mm (at most 8 mm away)
    #[arg(long, value_name = "LENGTH", conflicts_with = "count", required_unless_present = "count")]
    radius: Option<SearchRadius>,
    /// With a radius in voxels: take voxels at the radius itself, too
    #[arg(long)]
    inclusive: bool,
    /// Take this number of the nearest voxels of the mask instead
    #[arg(long, value_name = "N")]
    count: Option<usize>,
    /// With --count: take no voxels beyond this distance, such as 20mm
    #[arg(long, value_name = "LENGTH", requires = "count")]
    max_radius: Option<SearchRadius>,
    /// Share of a whole sphere that a center needs
    #[arg(long, value_name = "SHARE", default_value_t = 0.5)]
    min_share: f64,
    /// Number of voxels that a center needs
    #[arg(long, value_name = "N", default_value_t = 10)]
    min_voxels: usize,
    /// Dissimilarity of two conditions, as of `rsakit rdm`
    #[arg(long, value_name = "SPEC")]
    dissimilarity: String,
    /// Estimate the noise: of each voxel (diagonal), or between the voxels of each sphere
    #[arg(long, value_enum, value_name = "ESTIMATOR", default_value_t)]
    noise: NoiseWord,
    /// Volumes of residuals from which the noise is estimated
    #[arg(long, value_name = "FILE")]
    residuals: Option<String>,
    /// Degrees of freedom of the residuals [default: one less than there are volumes]
    #[arg(long, value_name = "N", requires = "residuals")]
    dof: Option<f64>,
    /// Model RDMs
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    models: Vec<String>,
    /// Comparison of the RDM of a center with a model
    #[arg(long, value_name = "COMPARISON", default_value = "spearman")]
    comparison: String,
    /// Statistic of a model
    #[arg(long, value_enum, value_name = "STATISTIC", default_value_t)]
    statistic: StatisticWord,
    /// Beginning of the names of the maps
    #[arg(long, value_name = "PREFIX", required_unless_present = "center", conflicts_with = "center")]
    out: Option<PathBuf>,
    /// Print the RDM and the scores of one center instead: 30,22,14vox or -42,-58,12mm
    #[arg(long, value_name = "X,Y,Z", allow_hyphen_values = true)]
    center: Option<VoxelPlace>,
    /// Write the RDM of every center to this .npz file, too: rdms, voxels, conditions
    #[arg(long, value_name = "FILE", conflicts_with = "center")]
    rdms: Option<PathBuf>,
    /// Write this number instead of NaN, for programs that cannot read it
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    fill: Option<f64>,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
    /// Format of what is printed
    #[arg(long, value_enum, default_value_t)]
    format: PlainFormat,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
}

/// Statistic of a model, by its word.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum StatisticWord {
    /// Similarity with the model
    #[default]
    Similarity,
    /// Correlation with the model, given all others
    Partial,
    /// Standardized weight in a regression on all models
    Weight,
    /// Share of the variance that only this model explains
    Unique,
}

impl From<StatisticWord> for SearchStatistic {
    fn from(statistic: StatisticWord) -> Self {
        match statistic {
            StatisticWord::Similarity => Self::Similarity,
            StatisticWord::Partial => Self::Partial,
            StatisticWord::Weight => Self::Weight,
            StatisticWord::Unique => Self::Unique,
        }
    }
}

impl Arguments {
    fn input_files(&self) -> InputFiles {
        let inputs = std::iter::once(&self.input).chain(&self.residuals).chain(&self.models);
        InputFiles::new(inputs).with_paths([&self.mask, &self.conditions, &self.runs].into_iter().flatten())
    }

    fn request(&self) -> Result<SearchlightRequest, Failure> {
        let dissimilarity = self.dissimilarity.parse().map_err(Failure::usage)?;
        Ok(SearchlightRequest {
            mask: self.mask.clone(),
            conditions: self.conditions.clone(),
            runs: self.runs.clone(),
            radius: self.radius,
            inclusive: self.inclusive,
            count: self.count,
            max_radius: self.max_radius,
            min_share: self.min_share,
            min_voxels: self.min_voxels,
            noise: self.noise.into(),
            residuals: self.residuals.clone(),
            dof: self.dof,
            comparison: self.comparison.parse().map_err(Failure::usage)?,
            statistic: self.statistic.into(),
            keep_rdms: self.rdms.is_some(),
            memory: self.memory.limit,
            ..SearchlightRequest::new(&self.input, dissimilarity, &self.models)
        })
    }

    /// Refuses, before any work, files that may not be replaced.
    fn check(&self, output: &Output, inputs: &InputFiles) -> Result<(), Failure> {
        let Some(prefix) = &self.out else { return Ok(()) };
        let is_name = prefix.file_name().is_some() && !prefix.to_string_lossy().ends_with(['/', '\\']);
        if !is_name {
            return Err(Failure::usage(format_args!(
                "--out {} is a folder; add the beginning of the names, such as {}",
                prefix.display(),
                prefix.join("sub-01").display()
            )));
        }
        for path in [SearchlightResult::voxels_file(prefix), SearchlightResult::json_file(prefix)] {
            output.check_file(&path, inputs)?;
        }
        earlier_maps(prefix).iter().try_for_each(|path| output.check_file(path, inputs))?;
        self.rdms.iter().try_for_each(|path| output.check_file(path, inputs))
    }
}

/// Returns the maps of models that begin with `prefix` and exist.
fn earlier_maps(prefix: &Path) -> Vec<PathBuf> {
    let folder = prefix.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let start = format!("{}_model-", prefix.file_name().unwrap_or_default().to_string_lossy());
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_map = |name: &str| name.starts_with(&start) && name.ends_with("_map.nii.gz");
    let mut maps: Vec<_> = entries.filter(|entry| is_map(&entry.file_name().to_string_lossy())).collect();
    maps.sort_by_key(fs::DirEntry::file_name);
    maps.into_iter().map(|entry| entry.path()).collect()
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let request = arguments.request()?;
    let inputs = arguments.input_files();
    let output = Output { out: None, force: arguments.force };
    arguments.check(&output, &inputs)?;
    arguments.threads.apply()?;
    if let Some(place) = arguments.center {
        let report = request.run_center(place, &Terminal::new())?;
        output::print(&match arguments.format {
            PlainFormat::Json => report.json()?,
            PlainFormat::Table => report.text(),
        })?;
        return Ok(if report.scores.is_some() { Verdict::Complete } else { Verdict::Nothing });
    }
    let Some(prefix) = &arguments.out else { return Err(Failure::usage("--out PREFIX or --center X,Y,Z is needed")) };
    let mut result = request.run(&Terminal::new())?;
    result.command = Some(typed::command_line());
    write(arguments, &output, &inputs, prefix, &result)?;
    output::print(&match arguments.format {
        PlainFormat::Json => result.json()?,
        PlainFormat::Table => result.text(),
    })?;
    Ok(if result.n_computed > 0 { Verdict::Complete } else { Verdict::Nothing })
}

/// Writes the maps and what belongs to them; the JSON is last, so that it stands beside whole maps.
fn write(
    arguments: &Arguments,
    output: &Output,
    inputs: &InputFiles,
    prefix: &Path,
    result: &SearchlightResult,
) -> Result<(), Failure> {
    let fill = arguments.fill;
    let maps = result.map_files(prefix);
    maps.iter().try_for_each(|path| output.check_file(path, inputs))?;
    let write = |path: &Path, content: &dyn Fn(&mut dyn std::io::Write) -> std::io::Result<()>| {
        let write = |mut writer: &mut dyn std::io::Write| content(&mut writer);
        rsa_io::write_atomically(path, output.force, write).map_err(Failure::impossible)
    };
    for (k, path) in maps.iter().enumerate() {
        write(path, &|writer| result.write_map(k, fill, writer))?;
    }
    write(&SearchlightResult::voxels_file(prefix), &|writer| result.write_voxels(fill, writer))?;
    if let Some(path) = &arguments.rdms {
        write(path, &|writer| result.write_rdms(writer))?;
    }
    let json = result.json()?;
    write(&SearchlightResult::json_file(prefix), &|writer| writer.write_all(json.as_bytes()))
}
