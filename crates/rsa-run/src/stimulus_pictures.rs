//! Pictures of stimuli, found by the labels of conditions.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use rsa_plot::Picture;
use rsakit::{Error, Result, core::Conditions};

use crate::{condition_values::ConditionValues, notes::Notes};

/// Extensions of pictures.
const EXTENSIONS: [&str; 3] = ["png", "jpg", "jpeg"];

/// Most bytes of a file of a picture.
const MOST_BYTES: u64 = 1 << 26;

/// Most conditions without a picture that a note names.
const MOST_NAMED: usize = 5;

/// Reads the picture of each condition from a folder, or from the files that a table `FILE` or `FILE::COLUMN` names.
///
/// In a folder a file belongs to the condition whose label is its name, with or without extension. `option` names the
/// place in messages.
///
/// # Errors
/// `Format` if no file in the folder belongs to a condition or several belong to one, and naming a file that is no
/// picture; `LabelMismatch` if the folder is for conditions without labels; `Io`; the errors of reading the table.
pub(crate) fn read(
    place: &str,
    conditions: &Conditions,
    option: &str,
    notes: &mut Notes<'_>,
) -> Result<Vec<Option<Picture>>> {
    let named = |error: Error| error.context(format!("{option} {place}"));
    let paths = match Path::new(place).is_dir() {
        true => paths_in_folder(Path::new(place), conditions, notes).map_err(named)?,
        false => {
            let folder = rsa_io::split_address(place).0.parent().map(Path::to_owned).unwrap_or_default();
            let texts = ConditionValues::read(place, conditions, option, notes)?.texts;
            texts.into_iter().map(|text| Some(folder.join(text))).collect()
        }
    };
    let mut decoded: HashMap<PathBuf, Picture> = HashMap::new();
    let mut picture = |path: PathBuf| {
        if let Some(picture) = decoded.get(&path) {
            return Ok(picture.clone());
        }
        let picture = decode(&path)?;
        decoded.insert(path, picture.clone());
        Ok(picture)
    };
    paths.into_iter().map(|path| path.map(&mut picture).transpose()).collect()
}

/// Returns the file of each condition; a note names conditions without one.
fn paths_in_folder(folder: &Path, conditions: &Conditions, notes: &mut Notes<'_>) -> Result<Vec<Option<PathBuf>>> {
    let labels = conditions.labels().ok_or_else(|| {
        Error::label_mismatch(
            "pictures in a folder are found by labels, and the conditions have none; name the files in a text, one a line \
             in the order of the conditions",
        )
    })?;
    let mut files: HashMap<String, Vec<PathBuf>> = HashMap::new();
    for path in pictures_in(folder)? {
        let names = [path.file_name(), path.file_stem()].map(|name| name.unwrap_or_default().to_string_lossy());
        for name in names {
            files.entry(name.into_owned()).or_default().push(path.clone());
        }
    }
    let (mut paths, mut missing) = (Vec::with_capacity(labels.len()), Vec::new());
    for label in labels {
        match files.get(label).map(Vec::as_slice) {
            None => {
                missing.push(label.as_str());
                paths.push(None);
            }
            Some([one]) => paths.push(Some(one.clone())),
            Some(several) => {
                let names: Vec<_> = several.iter().map(|path| path.display().to_string()).collect();
                let message = format!("condition '{label}' has several pictures: {}; keep one", names.join(", "));
                return Err(Error::format(message));
            }
        }
    }
    if missing.len() == labels.len() {
        let label = &labels[0];
        return Err(Error::format(format!(
            "no .png or .jpg file is named after a condition, such as '{label}.png' after '{label}'; a table of conditions \
             and files will do, too"
        )));
    }
    if !missing.is_empty() {
        let mut names = missing[..missing.len().min(MOST_NAMED)].join(", ");
        if missing.len() > MOST_NAMED {
            names += &format!(" and {} more", missing.len() - MOST_NAMED);
        }
        let folder = folder.display();
        notes.add(format!("{folder}: {} of {} conditions have no picture: {names}", missing.len(), labels.len()));
    }
    Ok(paths)
}

/// Lists the pictures in a folder, in the order of their names.
fn pictures_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error| Error::io(folder.display().to_string(), error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        if extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str())) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn decode(path: &Path) -> Result<Picture> {
    let failed = |error| Error::io(path.display().to_string(), error);
    let length = fs::metadata(path).map_err(failed)?.len();
    if length > MOST_BYTES {
        let message = format!("{}: a picture of {length} bytes; make it smaller", path.display());
        return Err(Error::too_large(length, MOST_BYTES, message));
    }
    let bytes = fs::read(path).map_err(failed)?;
    Picture::decode(&bytes).map_err(|error| error.context(path.display()))
}
