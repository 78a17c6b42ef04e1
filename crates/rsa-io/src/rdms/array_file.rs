//! Dissimilarity matrices in files of arrays: `.npy`, `.npz`, `.safetensors`, `.mat` and HDF5.

use std::path::Path;

use rsa_core::{Conditions, Error, Result};

use super::{
    RDMS, ROUNDING, exactness::Exactness, file_rdms::FileRdms, label, movie, reading::RdmReading,
    stored_forms::StoredValues,
};
use crate::{
    contents::{CONDITIONS, Contents, FileArray, NAMES},
    open::open_contents,
    options::OpenOptions,
};

/// Reads the matrices of the array `name`, or of all arrays, or of `rdms` if there is one.
pub(super) fn read(path: &Path, name: Option<&str>, options: &OpenOptions) -> Result<FileRdms> {
    let mut contents = open_contents(path, options)?;
    if contents.arrays.iter().any(|array| array.space.is_some()) {
        return Err(Error::format(
            "holds maps of the brain and no dissimilarity matrix; make one of them with `rsakit rdm`, or read it without --rdm",
        ));
    }
    if contents.arrays.iter().any(|array| array.sensors.is_some()) {
        return Err(Error::format(
            "holds trials of sensors and no dissimilarity matrix; make one of them with `rsakit rdm`, or read it without \
             --rdm",
        ));
    }
    if movie::holds_movie(&contents) {
        return movie::rdms_at(&mut contents, name);
    }
    let (labels, names) = (contents.take_text(CONDITIONS), contents.take_text(NAMES));
    let Contents { mut arrays, skipped, mut warnings, ambiguity, .. } = contents;
    if let (None, Some(error)) = (name, ambiguity) {
        return Err(error);
    }
    let wanted = name.or(arrays.iter().any(|array| array.name == RDMS).then_some(RDMS));
    let rounding = arrays.iter().find(|array| array.name == ROUNDING).cloned();
    let rounding = rounding.filter(|_| wanted == Some(RDMS));
    if let Some(wanted) = wanted {
        let there: Vec<_> = arrays.iter().map(|array| format!("'{}'", array.name)).collect();
        arrays.retain(|array| array.name == wanted);
        if arrays.is_empty() {
            return Err(Error::format(format!("has no array '{wanted}'; it has {}", there.join(", "))));
        }
    } else {
        warnings.extend(skipped.iter().map(|(name, reason)| format!("'{name}' is skipped: {reason}")));
        if arrays.iter().any(|array| array.rdm_names().is_some()) {
            arrays.retain(|array| array.rdm_names().is_some());
        }
    }
    // Only rsakit writes the rounding of dissimilarities.
    let reading = RdmReading::new(options);
    let reading = if rounding.is_some() { reading.of_dissimilarities() } else { reading };
    let mut found = FileRdms { warnings, ..FileRdms::default() };
    for array in &arrays {
        let place = |error: Error| error.context(format!("array '{}'", array.name));
        let mut values = stored_values(array).map_err(place)?;
        // What rsakit has written has a row for each matrix, also where a matrix is one number.
        if rounding.is_none() && values.squeeze() {
            found.warnings.push(column_note(&array.name, values.values.len()));
        }
        let rdms = values.rdms(reading).map_err(place)?;
        let first = found.rdms.len();
        found.add(&array.name, &array.rdm_shape(), rdms, array.labels.as_ref())?;
        let given = array.rdm_names().unwrap_or_default();
        found.rdms[first..].iter_mut().zip(given).for_each(|((name, _), given)| *name = given);
    }
    if found.rdms.is_empty() {
        return Err(match skipped.first() {
            Some((name, reason)) => reason.context(format!("array '{name}'")),
            None => Error::format("holds no numbers, so no dissimilarity matrix"),
        });
    }
    if let Some(rounding) = rounding {
        set_rounding(&mut found, &rounding).map_err(|error| error.context(format!("array '{ROUNDING}'")))?;
    }
    if let Some(labels) = labels {
        label(&mut found.rdms, &Conditions::labeled(labels), &mut found.warnings)?;
    }
    set_names(&mut found, names);
    Ok(found)
}

fn stored_values(array: &FileArray) -> Result<StoredValues> {
    let values = array.read_rdm_values()?;
    let exactness = Exactness::of_numbers(&values, array.numbers.precision());
    Ok(StoredValues { shape: array.rdm_shape(), values, exactness })
}

/// Returns the note on a column of numbers.
pub(super) fn column_note(name: &str, length: usize) -> String {
    format!("'{name}' is a column of {length} numbers, which is taken as the upper triangle of one RDM")
}

/// Gives every matrix its rounding.
fn set_rounding(found: &mut FileRdms, rounding: &FileArray) -> Result<()> {
    let rounding = rounding.read_all()?;
    if rounding.len() != found.rdms.len() {
        return Err(Error::shape_mismatch(format!(
            "{} numbers for {} dissimilarity matrices; it has one for each, or is left out of the file",
            rounding.len(),
            found.rdms.len()
        )));
    }
    for ((_, rdm), &rounding) in found.rdms.iter_mut().zip(&rounding) {
        *rdm = rdm.clone().with_rounding(rounding)?;
    }
    Ok(())
}

/// Gives every matrix its name.
fn set_names(found: &mut FileRdms, names: Option<Vec<String>>) {
    match names {
        Some(names) if names.len() == found.rdms.len() => {
            found.rdms.iter_mut().zip(names).for_each(|((name, _), given)| *name = given);
        }
        Some(names) => found.warnings.push(format!(
            "'{}' has {} names for {} dissimilarity matrices and is left out",
            NAMES,
            names.len(),
            found.rdms.len()
        )),
        None => {}
    }
}
