//! [`write_rdms`] and [`write_triangles`]: matrices of the same conditions in one file.

mod hdf5_objects;
mod mat_file;
mod square_file;
mod toolbox_file;

use std::io::{self, Write};

use ndarray::Array2;
use rsa_core::{Error, Rdm};

pub use self::{mat_file::write_mat_rdms, square_file::write_square_table, toolbox_file::write_toolbox_rdms};
use super::{RDMS, ROUNDING};
use crate::{
    contents::{CONDITIONS, NAMES},
    formats::{
        npy::{self, FloatWidth},
        npz::{Compression, NpzWriter},
    },
};

/// Writes matrices of the same conditions as a `.npz` file that [`read_rdms`](super::read_rdms) reads.
///
/// The arrays are `rdms` (k × L, upper triangles), `names`, `rounding` (k × 1) and, if the conditions have labels,
/// `conditions`.
///
/// # Errors
/// The errors of the writer; `InvalidInput` if there is none or the conditions differ.
pub fn write_rdms(writer: impl Write, rdms: &[(String, Rdm)]) -> io::Result<()> {
    let mut npz = NpzWriter::new(writer, Compression::Stored);
    let triangles = triangles(rdms, Rdm::clone)?;
    npz.add_matrix(RDMS, triangles.view(), FloatWidth::F64)?;
    let rounding = Array2::from_shape_fn((rdms.len(), 1), |(k, _)| rdms[k].1.rounding());
    npz.add_matrix(ROUNDING, rounding.view(), FloatWidth::F64)?;
    npz.add_strings(NAMES, &rdms.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>())?;
    if let Some(labels) = rdms[0].1.conditions().labels() {
        npz.add_strings(CONDITIONS, labels)?;
    }
    npz.finish().map(|_| ())
}

/// Writes matrices of the same conditions as a `.npy` array: k × L, one upper triangle a row, without labels and names.
///
/// The array has no place for the rounding, so dissimilarities that it ties are written as
/// [one number](Rdm::with_ties_made_equal): whoever ranks them finds the same ties.
///
/// # Errors
/// The errors of [`write_rdms`].
pub fn write_triangles(writer: impl Write, rdms: &[(String, Rdm)]) -> io::Result<()> {
    npy::write_matrix(writer, triangles(rdms, Rdm::with_ties_made_equal)?.view(), FloatWidth::F64)
}

/// Returns the upper triangles of matrices of the same conditions as `written`, one a row.
pub(super) fn triangles(rdms: &[(String, Rdm)], written: impl Fn(&Rdm) -> Rdm) -> io::Result<Array2<f64>> {
    let refuse = |error: Error| io::Error::new(io::ErrorKind::InvalidInput, error);
    let Some((_, first)) = rdms.first() else {
        return Err(refuse(Error::invalid_parameter("the RDMs of a file", "at least one", 0)));
    };
    let mut triangles = Array2::zeros((rdms.len(), first.values().len()));
    for ((name, rdm), mut row) in rdms.iter().zip(triangles.rows_mut()) {
        first
            .conditions()
            .ensure_same(rdm.conditions())
            .map_err(|error| refuse(error.context(format!("RDM '{name}'"))))?;
        row.iter_mut().zip(written(rdm).values()).for_each(|(entry, value)| *entry = *value);
    }
    Ok(triangles)
}

#[cfg(test)]
mod tests;
