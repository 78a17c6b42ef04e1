//! The forms in which one array of numbers holds dissimilarity matrices.

use rsa_core::{Error, Rdm, Result, condensed};

use super::place::index_along;
use crate::contents::FileArray;

/// Difference, relative to the largest entry, below which two entries of a square matrix are equal.
///
/// One minus NumPy's `corrcoef`, for example, has rounding errors on its diagonal.
const ROUNDING: f64 = 1e-9;

/// Returns the matrices of an array, each with its index among the leading axes, such as `[0,1]`.
///
/// A single matrix has an empty index.
pub(super) fn rdms(array: &FileArray) -> Result<Vec<(String, Rdm)>> {
    let (shape, values) = (array.shape(), array.read_all()?);
    let values: Vec<f64> = values.into_iter().collect();
    let rounding = ROUNDING.max(8.0 * array.numbers.precision());
    let (leading, [.., length]) = (&shape[..shape.len().saturating_sub(1)], shape) else { return Ok(Vec::new()) };
    let Some((&rows, before)) = leading.split_last().filter(|(rows, _)| *rows == length && *length > 1) else {
        return each(leading, &values, *length, |values| Rdm::new(values.to_vec()));
    };
    let square = |values: &[f64]| Rdm::new(upper_triangle(values, rows, rounding)?);
    if !before.is_empty() {
        return each(before, &values, rows * rows, square);
    }
    // Two axes: a matrix in square form, or n upper triangles that happen to be n long.
    match upper_triangle(&values, rows, rounding) {
        Ok(triangle) => Ok(vec![(String::new(), Rdm::new(triangle)?)]),
        Err(reason) if condensed::n_conditions(rows).is_none() || is_other_square(&values, rows) => Err(reason),
        Err(_) => each(leading, &values, rows, |values| Rdm::new(values.to_vec())),
    }
}

/// Returns `true` if n × n values look like a square matrix of something other than dissimilarities.
///
/// These may be similarities, or distances that are not quite symmetric.
fn is_other_square(values: &[f64], n: usize) -> bool {
    /// Difference, relative to the largest entry, below which two entries were meant to be equal.
    const MEANT: f64 = 0.05;
    let at = |i: usize, j: usize| values[i * n + j];
    let largest = values.iter().filter(|value| value.is_finite()).fold(0.0, |max: f64, value| max.max(value.abs()));
    let alike = |a: f64, b: f64| (a - b).abs() <= MEANT * largest || (a.is_nan() && b.is_nan());
    let symmetric = condensed::pairs(n).all(|(i, j)| alike(at(i, j), at(j, i)));
    let varies = values.iter().any(|&value| !alike(value, values[0]));
    symmetric && varies
}

/// Returns every run of `length` values as a matrix, with its index among the axes `leading`.
fn each(
    leading: &[usize],
    values: &[f64],
    length: usize,
    rdm: impl Fn(&[f64]) -> Result<Rdm>,
) -> Result<Vec<(String, Rdm)>> {
    let alone = values.len() == length;
    let found = values.chunks(length).enumerate().map(|(k, values)| match alone {
        true => Ok((String::new(), rdm(values)?)),
        false => {
            let index = index(leading, k);
            let rdm = rdm(values).map_err(|error| error.context(format!("matrix {index}")))?;
            Ok((index, rdm))
        }
    });
    found.collect()
}

/// Returns the `k`th index among `axes` as text, such as `[0,1]`.
fn index(axes: &[usize], k: usize) -> String {
    format!("[{}]", index_along(axes, k).iter().map(usize::to_string).collect::<Vec<_>>().join(","))
}

/// Returns the upper triangle of n × n values, row by row.
///
/// # Errors
/// `ShapeMismatch` naming the entry that keeps them from being symmetric with a zero diagonal, up to `rounding`.
fn upper_triangle(values: &[f64], n: usize, rounding: f64) -> Result<Vec<f64>> {
    let finite = values.iter().filter(|value| value.is_finite());
    let tolerance = rounding * finite.fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let at = |i: usize, j: usize| values[i * n + j];
    if let Some(i) = (0..n).find(|&i| at(i, i).is_nan() || at(i, i).abs() > tolerance) {
        return Err(Error::shape_mismatch(format!(
            "{n} x {n} values with {} at ({i}, {i}) are no dissimilarity matrix; its diagonal is 0",
            at(i, i)
        )));
    }
    let same = |a: f64, b: f64| (a - b).abs() <= tolerance || a == b || (a.is_nan() && b.is_nan());
    match condensed::pairs(n).find(|&(i, j)| !same(at(i, j), at(j, i))) {
        None => Ok(condensed::pairs(n).map(|(i, j)| at(i, j)).collect()),
        Some((i, j)) => Err(Error::shape_mismatch(format!(
            "{n} x {n} values with {} at ({i}, {j}) and {} at ({j}, {i}) are no dissimilarity matrix; it is symmetric",
            at(i, j),
            at(j, i)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples::{doubles, folder, npy};

    fn read(shape: &str, values: &[f64]) -> Result<Vec<(String, Rdm)>> {
        let folder = folder(&[("d.npy", npy("<f8", false, shape, &doubles(values)))]);
        let path = folder.path().join("d.npy");
        crate::read_rdms(path.to_str().unwrap(), &crate::OpenOptions::default()).map(|stored| stored.rdms)
    }

    fn found(shape: &str, values: &[f64]) -> Vec<(String, Vec<f64>)> {
        let rdms = read(shape, values).unwrap();
        rdms.into_iter().map(|(name, rdm)| (name, rdm.values().to_vec())).collect()
    }

    fn one(values: &[f64]) -> Vec<(String, Vec<f64>)> {
        vec![("d".to_owned(), values.to_vec())]
    }

    #[test]
    fn every_form_is_read() {
        assert_eq!(found("(3,)", &[1.0, 2.0, 3.0]), one(&[1.0, 2.0, 3.0]));
        assert_eq!(found("(1, 3)", &[1.0, 2.0, 3.0]), one(&[1.0, 2.0, 3.0]));
        let square = [0.0, 1.0, 2.0, 1.0, 0.0, 3.0, 2.0, 3.0, 0.0];
        assert_eq!(found("(3, 3)", &square), one(&[1.0, 2.0, 3.0]));
        assert_eq!(found("(1, 1, 3, 3)", &square), one(&[1.0, 2.0, 3.0]));
        let rows = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let named = |names: [&str; 2]| {
            vec![(names[0].to_owned(), rows[..3].to_vec()), (names[1].to_owned(), rows[3..].to_vec())]
        };
        assert_eq!(found("(2, 3)", &rows), named(["d[0]", "d[1]"]));
        assert_eq!(found("(1, 2, 3)", &rows), named(["d[0,0]", "d[0,1]"]));
        // Three rows of three: no square form, so three upper triangles.
        assert_eq!(found("(3, 3)", &[1.0; 9]).len(), 3);
        assert_eq!(found("(3, 3)", &[1.0, 2.0, 3.0, 7.0, 5.0, 6.0, 1.0, 8.0, 9.0]).len(), 3);
        let both: Vec<f64> = square.iter().chain(&square).copied().collect();
        let names: Vec<_> = found("(2, 1, 3, 3)", &both).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["d[0,0]", "d[1,0]"]);
    }

    #[test]
    fn rounding_does_not_make_a_square_another_thing() {
        let noisy = [1e-16, 1.0, 0.5, 1.0 + 2e-16, -1e-16, f64::NAN, 0.5, f64::NAN, 0.0];
        let rdm = &read("(3, 3)", &noisy).unwrap()[0].1;
        assert_eq!((rdm.get(0, 1), rdm.get(0, 2)), (1.0, 0.5));
        assert!(rdm.get(1, 2).is_nan());
    }

    #[test]
    fn what_is_no_dissimilarity_matrix_says_why() {
        let message = |shape: &str, values: &[f64]| read(shape, values).unwrap_err().to_string();
        assert!(
            message("(4,)", &[1.0; 4]).contains("array 'd': 4 dissimilarities are not all pairs"),
            "{}",
            message("(4,)", &[1.0; 4])
        );
        assert!(message("(2, 2)", &[0.0, 1.0, 2.0, 0.0]).contains("1 at (0, 1) and 2 at (1, 0)"));
        assert!(message("(2, 2)", &[0.0, 1.0, 1.0, 0.5]).contains("0.5 at (1, 1)"));
        // Three conditions: a matrix of correlations, and one that is not quite symmetric, are no three triangles.
        let similar = message("(3, 3)", &[1.0, 0.5, 0.1, 0.5, 1.0, 0.3, 0.1, 0.3, 1.0]);
        assert!(similar.contains("1 at (0, 0)") && similar.contains("its diagonal is 0"), "{similar}");
        let crooked = message("(3, 3)", &[0.0, 1.0, 2.0, 1.01, 0.0, 3.0, 2.0, 3.0, 0.0]);
        assert!(crooked.contains("1 at (0, 1) and 1.01 at (1, 0)"), "{crooked}");
        let error = message("(2, 2, 2)", &[0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 3.0, 0.0]);
        assert!(error.contains("matrix [1]: 2 x 2 values with 1 at (0, 1)"), "{error}");
        assert!(message("(3,)", &[1.0, f64::INFINITY, 2.0]).contains("(0, 2)"));
        assert!(message("()", &[1.0]).contains("shape ()"));
    }
}
