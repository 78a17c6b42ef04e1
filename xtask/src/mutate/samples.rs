//! [`list`]: the files that are damaged, and the commands that read files of their kind.

use std::{fs, path::Path};

/// A sound file.
pub(crate) struct SampleFile {
    pub(crate) extension: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// Command lines that read it; the name of the damaged file stands for `FILE`.
    pub(crate) commands: &'static [&'static str],
}

/// Bytes of the largest sample: what takes long on larger files need not hang.
const MAX_BYTES: usize = 20_000;

/// Folders with samples; every small file below them whose extension is known is one.
const FOLDERS: [&str; 2] = ["tests/cases", "crates/rsa-io/tests/data"];

/// Commands that read patterns, RDMs or parts from a file, whatever it holds.
const COMMANDS: &[&str] = &[
    "rdm FILE --dissimilarity euclidean --format json --memory 1GB --threads 2",
    "rdm FILE --dissimilarity correlation --format csv --threads 2",
    "rdm FILE --dissimilarity mahalanobis --noise diagonal --residuals FILE --format json --memory 1GB --threads 2",
    "prepare FILE --zscore all --format json --memory 1GB --threads 2",
    "compare FILE --measure cka --format json --threads 2",
    "compare FILE FILE --measure rsa:rdm=euclidean,compare=spearman --format json --threads 2",
    "compare --rdm FILE --measure kendall-a --format json --threads 2",
    "evaluate --data FILE --models FILE --format json --threads 2",
    "mds --rdm FILE --format json --threads 2",
    "merge FILE",
];

/// Commands that read labels from a file, for patterns whose own file is sound.
const LABELS: &[&str] = &[
    "rdm ../../tests/cases/15-missing-condition/full.npy --dissimilarity euclidean --conditions FILE --format json --threads 2",
    "rdm ../../tests/cases/15-missing-condition/full.npy --dissimilarity crossnobis --format json \
     --conditions ../../tests/cases/15-missing-condition/cond0.txt --runs FILE --threads 2",
];

/// Returns the samples in the order of their paths.
pub(crate) fn list(root: &Path) -> Result<Vec<SampleFile>, String> {
    let mut samples = Vec::new();
    for folder in FOLDERS {
        collect(&root.join(folder), &mut samples)?;
    }
    if samples.is_empty() { Err(format!("no sample is below {}", FOLDERS.join(" or "))) } else { Ok(samples) }
}

fn collect(folder: &Path, samples: &mut Vec<SampleFile>) -> Result<(), String> {
    let error = |error| format!("{}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(error)? {
        paths.push(entry.map_err(error)?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, samples)?;
            continue;
        }
        let Some(extension) = kind(&path) else { continue };
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if bytes.len() > MAX_BYTES {
            continue;
        }
        let commands = if extension == "txt" { LABELS } else { COMMANDS };
        samples.push(SampleFile { extension, bytes, commands });
    }
    Ok(())
}

fn kind(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?;
    ["bdf", "csv", "edf", "fif", "gii", "h5", "json", "mat", "nc", "nii", "npy", "npz", "safetensors", "tsv", "txt"]
        .into_iter()
        .find(|&known| known == extension)
}
