//! Files of other programs: the line of Python that converts each kind.

use std::path::{Path, PathBuf};

use rsa_core::Error;

use crate::positioned::{PositionedFile, extension, read_error, stem};

/// Returns the error of a file of a known other format, with the line that converts it; `None` for unknown extensions.
pub(crate) fn refuse(path: &Path) -> Option<Error> {
    let remedy = remedy(path)?;
    Some(Error::format(format!("files of type '.{}' are not read; {remedy}", extension(path))))
}

/// Returns the error of a MATLAB file of version 4, with the line that converts it.
pub(crate) fn refuse_matlab(path: &Path) -> Error {
    let python = matlab(&python_text(path), &python_text(&replace_extension(path, "npz")));
    Error::format(format!("MATLAB files of version 4 are not read; save with -v7, or convert it in Python: {python}"))
}

/// Returns the error of a file that is CIFTI-2 by its name and not by its header, with what to do with it.
pub(super) fn refuse_named_cifti(path: &Path) -> Error {
    if extension(path).ends_with(".gz") {
        return Error::format(format!("CIFTI-2 is read unpacked: gunzip {}", shell_text(path)));
    }
    let kind = path.file_stem().map(|name| extension(Path::new(name))).unwrap_or_default();
    let fixed = path.with_file_name(format!("{}_fixed.{kind}.nii", stem(path)));
    Error::format(format!(
        "its name is that of CIFTI-2 and its header is not: it is no NIfTI-2 with an intent of 3000 to 3099. If it holds \
         CIFTI-2, write it again in Python: import nibabel; nibabel.Cifti2Image.from_filename({}).to_filename({}); if it \
         holds volumes, rename it to {}",
        python_text(path),
        python_text(&fixed),
        python_text(&path.with_file_name(format!("{}.nii", stem(path))))
    ))
}

/// Returns `true` if a file of this name is of a known other format and no text.
pub(crate) fn is_binary(path: &Path) -> bool {
    remedy(path).is_some() && !matches!(extension(path).as_str(), "txt" | "dat" | "json")
}

/// Returns what to do with a file of a known other format.
fn remedy(path: &Path) -> Option<String> {
    let kind = extension(path);
    let from = python_text(path);
    let to = |extension: &str| python_text(&replace_extension(path, extension));
    let arrays = r#"**(x if isinstance(x, dict) else {"x": x})"#;
    let save = format!("numpy.savez({}, {arrays})", to("npz"));
    let python = match kind.as_str() {
        "pt" | "pth" | "ckpt" => format!(
            r#"import torch, numpy; x = torch.load({from}, map_location="cpu"); x = x if isinstance(x, dict) else {{"x": x}}; numpy.savez({}, **{{k: v.detach().float().numpy() for k, v in x.items()}})"#,
            to("npz")
        ),
        "mat" => matlab(&from, &to("npz")),
        "json" => format!("import json, numpy; x = json.load(open({from})); {save}"),
        "pkl" | "pickle" => pickle(path, &from, &to("h5"), &save),
        "joblib" => format!("import joblib, numpy; x = joblib.load({from}); {save}"),
        "xlsx" | "xls" | "ods" => {
            format!("import pandas; pandas.read_excel({from}).to_csv({}, index=False)", to("csv"))
        }
        "parquet" => format!("import pandas; pandas.read_parquet({from}).to_csv({}, index=False)", to("csv")),
        "feather" => format!("import pandas; pandas.read_feather({from}).to_csv({}, index=False)", to("csv")),
        "set" | "fdt" => format!(
            "import mne; mne.read_epochs_eeglab({}).save({})",
            python_text(&path.with_extension("set")),
            python_text(&trials_beside(path))
        ),
        "stc" => format!(
            "import mne, numpy; numpy.save({}, mne.read_source_estimate({from}).data.reshape(1, -1)), one condition a file",
            to("npy")
        ),
        "ds" => trials_of_raw("read_raw_ctf", path),
        "con" | "sqd" => trials_of_raw("read_raw_kit", path),
        "cnt" => trials_of_raw("read_raw_cnt", path),
        "gdf" => trials_of_raw("read_raw_gdf", path),
        "rds" => return Some(format!("convert it in R: write.csv(readRDS({from}), {})", to("csv"))),
        "mgh" | "mgz" => {
            return Some(freesurfer(&format!(
                "mri_convert {} {}, of a surface {}",
                shell_text(path),
                shell_text(&replace_extension(path, "nii.gz")),
                shell_text(&replace_extension(path, "func.gii"))
            )));
        }
        "annot" => {
            return Some(freesurfer(&format!(
                "mris_convert --annot {} SURFACE {}",
                shell_text(path),
                shell_text(&replace_extension(path, "label.gii"))
            )));
        }
        "curv" | "sulc" | "thickness" => {
            return Some(freesurfer(&format!(
                "mris_convert -c {} SURFACE {}",
                shell_text(path),
                shell_text(&append_extension(path, "shape.gii"))
            )));
        }
        "white" | "pial" | "inflated" => {
            return Some(freesurfer(&format!(
                "mris_convert {} {}",
                shell_text(path),
                shell_text(&append_extension(path, "surf.gii"))
            )));
        }
        "nwb" => {
            return Some(format!(
                "they are HDF5: rename it to {}, and `rsakit info` lists the datasets, each of which is FILE::PATH",
                to("h5")
            ));
        }
        "txt" | "dat" => return Some(format!("if it is a table, rename it to {}", to("csv"))),
        "gz" | "bz2" | "xz" | "zst" | "zip" | "tar" => return Some("unpack it first".to_owned()),
        _ => return None,
    };
    Some(format!("convert it in Python: {python}"))
}

/// Returns the line of Python that makes trials of a continuous recording, which a function of `mne.io` reads.
pub(super) fn trials_of_raw(reader: &str, path: &Path) -> String {
    format!(
        "import mne; raw = mne.io.{reader}({}); mne.Epochs(raw, mne.find_events(raw), tmin=-0.1, tmax=0.5, \
         baseline=None).save({})",
        python_text(path),
        python_text(&trials_beside(path))
    )
}

/// Returns the path of trials in FIF beside a recording.
fn trials_beside(path: &Path) -> PathBuf {
    let name = stem(path);
    path.with_file_name(format!("{}-epo.fif", name.trim_end_matches("_raw").trim_end_matches("-raw")))
}

fn matlab(from: &str, to: &str) -> String {
    format!(
        r#"import scipy.io, numpy; x = scipy.io.loadmat({from}); numpy.savez({to}, **{{k: v for k, v in x.items() if k[0] != "_"}})"#
    )
}

/// Returns the line that converts a pickle: by rsatoolbox, if its first key is one of that package.
fn pickle(path: &Path, from: &str, to_hdf5: &str, save: &str) -> String {
    let mut start = [0; 64];
    let read = PositionedFile::open(path).and_then(|file| {
        let length = start.len().min(usize::try_from(file.length()).unwrap_or(usize::MAX));
        file.read_exact_at(0, &mut start[..length]).map_err(|error| read_error("reading the pickle", error))
    });
    let has = |key: &[u8]| read.is_ok() && start.windows(key.len()).any(|bytes| bytes == key);
    if has(b"dissimilarities") {
        return format!("import rsatoolbox; rsatoolbox.rdm.load_rdm({from}, file_type=\"pkl\").save({to_hdf5})");
    }
    if has(b"measurements") {
        return format!(
            "import rsatoolbox; rsatoolbox.data.dataset.load_dataset({from}, file_type=\"pkl\").save({to_hdf5}, \
             file_type=\"hdf5\")"
        );
    }
    format!(r#"import pickle, numpy; x = pickle.load(open({from}, "rb")); {save}"#)
}

/// Returns `path` with another extension.
fn replace_extension(path: &Path, extension: &str) -> PathBuf {
    // What is left without its extension may have dots of its own.
    let mut name = path.with_extension("").into_os_string();
    name.push(".");
    name.push(extension);
    name.into()
}

/// Returns what to do with a file of FreeSurfer.
fn freesurfer(command: &str) -> String {
    format!("convert it with FreeSurfer: {command}")
}

/// Returns `path` with another extension behind its own, which is the name of what it holds.
fn append_extension(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

/// Returns `path` as a shell takes it, in quotes if it is not plain.
fn shell_text(path: &Path) -> String {
    let text = path.to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    if text.chars().all(is_plain) { text.into_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Returns `path` as Python and R write it.
fn python_text(path: &Path) -> String {
    format!("{:?}", path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(name: &str) -> String {
        refuse(Path::new(name)).map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn every_known_kind_has_a_line_that_names_both_files() {
        for (name, parts) in [
            ("net/x.pt", ["'.pt'", r#"torch.load("net/x.pt""#, r#""net/x.npz""#]),
            ("x.PTH", ["'.pth'", r#"torch.load("x.PTH""#, r#""x.npz""#]),
            ("x.mat", ["'.mat'", r#"scipy.io.loadmat("x.mat")"#, r#""x.npz""#]),
            ("x.json", ["'.json'", r#"json.load(open("x.json"))"#, r#""x.npz""#]),
            ("x.pkl", ["'.pkl'", r#"pickle.load(open("x.pkl", "rb"))"#, r#""x.npz""#]),
            ("a.b.xlsx", ["'.xlsx'", r#"pandas.read_excel("a.b.xlsx")"#, r#""a.b.csv""#]),
            ("x.xlsx", ["'.xlsx'", r#"pandas.read_excel("x.xlsx")"#, r#""x.csv""#]),
            ("x.set", ["'.set'", r#"mne.read_epochs_eeglab("x.set")"#, r#""x-epo.fif""#]),
            ("a/x-lh.stc", ["'.stc'", r#"mne.read_source_estimate("a/x-lh.stc")"#, r#""a/x-lh.npy""#]),
            ("x.ds", ["'.ds'", r#"raw = mne.io.read_raw_ctf("x.ds")"#, r#".save("x-epo.fif")"#]),
            ("x.sqd", ["'.sqd'", r#"raw = mne.io.read_raw_kit("x.sqd")"#, r#".save("x-epo.fif")"#]),
            ("x.rds", ["'.rds'", r#"readRDS("x.rds")"#, r#""x.csv""#]),
            ("x.csv.gz", ["'.gz'", "unpack it first", ""]),
            ("x.dat", ["'.dat'", "rename", r#""x.csv""#]),
            ("a/brain.mgz", ["'.mgz'", "mri_convert a/brain.mgz a/brain.nii.gz", "of a surface a/brain.func.gii"]),
            ("lh.aparc.annot", ["'.annot'", "mris_convert --annot lh.aparc.annot SURFACE", "lh.aparc.label.gii"]),
            ("my lh.curv", ["'.curv'", "mris_convert -c 'my lh.curv' SURFACE", "'my lh.curv.shape.gii'"]),
            ("lh.pial", ["'.pial'", "mris_convert lh.pial", "lh.pial.surf.gii"]),
            ("x.nwb", ["'.nwb'", "HDF5", r#"rename it to "x.h5""#]),
            ("x.parquet", ["'.parquet'", r#"read_parquet("x.parquet")"#, r#""x.csv""#]),
        ] {
            let message = message(name);
            assert!(parts.iter().all(|part| message.contains(part)), "{name}: {message}");
        }
        assert_eq!(message("x.abc"), "");
        assert_eq!(message("README"), "");
        assert!(message("a\"b.pkl").contains(r#"open("a\"b.pkl", "rb")"#));
    }
}
