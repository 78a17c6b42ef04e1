//! Sparse matrices, which are stored as several arrays.

use std::path::Path;

use rsa_core::{Error, Result};

use crate::contents::Contents;

/// The formats that `scipy.sparse.save_npz` writes.
const FORMATS: [&str; 5] = ["bsr", "coo", "csc", "csr", "dia"];

/// Refuses the arrays of a sparse matrix of SciPy or of the package `sparse`: they are no layers one by one.
///
/// # Errors
/// `Format` with the line that makes the matrix dense.
pub(super) fn refuse(contents: &Contents, path: &Path) -> Result<()> {
    let has = |name: &str| contents.arrays.iter().any(|array| array.name == name);
    if !has("data") || !has("shape") {
        return Ok(());
    }
    let format = contents.texts.iter().find(|(name, _)| name == "format").and_then(|(_, text)| text.first());
    let (kind, load) = match format {
        Some(format) if FORMATS.contains(&format.as_str()) => (format.as_str(), "scipy.sparse.load_npz"),
        None if has("coords") => ("coo", "sparse.load_npz"),
        _ => return Ok(()),
    };
    let shape = contents.arrays.iter().find(|array| array.name == "shape").map(|shape| shape.read_all()).transpose()?;
    let shape: Vec<_> = shape.iter().flatten().map(f64::to_string).collect();
    let (dense, from, to) = (
        if load.starts_with("scipy") { "toarray" } else { "todense" },
        path.to_string_lossy(),
        path.with_extension("npy"),
    );
    Err(Error::format(format!(
        "holds a sparse matrix ({kind}, {}); save it dense: numpy.save({:?}, {load}({from:?}).{dense}())",
        shape.join(" x "),
        to.to_string_lossy()
    )))
}
