//! Arrays that could be taken for upper triangles and are something else.

use rsa_core::{Error, condensed};

use super::{reading::RdmReading, square::Square, stored_forms::StoredValues};
use crate::layout::show_shape;

/// Returns the error of an array whose first two axes, not the last, are those of the matrices, as in MATLAB.
pub(super) fn matrices_in_front(stored: &StoredValues, reading: RdmReading) -> Option<Error> {
    let [n, m, rest @ ..] = stored.shape.as_slice() else { return None };
    let count = rest.iter().product::<usize>();
    if n != m || *n < 2 || rest.is_empty() || count == 0 || are_squares(stored, reading) {
        return None;
    }
    let mut slices = (0..count).map(|k| stored.values.iter().skip(k).step_by(count).copied().collect::<Vec<_>>());
    let is_square = |slice: Vec<f64>| is_square(&slice, *n, stored, reading);
    slices.all(is_square).then(|| {
        Error::shape_mismatch(format!(
            "an array of shape {} has its {count} square matrices along the first two axes; put those axes last, in \
             NumPy by numpy.moveaxis(x, (0, 1), (-2, -1))",
            show_shape(&stored.shape)
        ))
    })
}

/// Returns `true` if the last two axes are those of square matrices.
fn are_squares(stored: &StoredValues, reading: RdmReading) -> bool {
    let [.., rows, columns] = stored.shape[..] else { return false };
    rows == columns && blocks_are_squares(&stored.values, rows, stored, reading)
}

/// Returns the error of a table of numbers, two axes, whose rows are no upper triangles although they are as long.
pub(super) fn of_triangles(stored: &StoredValues, reading: RdmReading) -> Option<Error> {
    let [rows, columns] = stored.shape[..] else { return None };
    let refuse = |what: String| Some(Error::shape_mismatch(format!("{rows} x {columns} values {what}")));
    let is_triangle = |length: usize| length > 2 && condensed::n_conditions(length).is_some();
    let below = |wide: &[f64], n: usize| n > 1 && wide.len() > n * n && blocks_are_squares(wide, n, stored, reading);
    let square = |values: Vec<f64>, n| n > 1 && values.len() == n * n && is_square(&values, n, stored, reading);
    let transposed = || (0..columns).flat_map(|j| (0..rows).map(move |i| stored.values[i * columns + j])).collect();
    let without_first_column = || stored.values.chunks(columns).flat_map(|row| &row[1..]).copied().collect();
    if rows.is_multiple_of(columns) && below(&stored.values, columns) {
        return refuse(format!(
            "are {} square matrices below one another; give them an axis of their own, in NumPy by \
             x.reshape(-1, {columns}, {columns}), or a file each",
            rows / columns
        ));
    }
    if columns.is_multiple_of(rows.max(1)) && below(&Vec::from_iter::<Vec<f64>>(transposed()), rows) {
        return refuse(format!(
            "are {} square matrices side by side; give them an axis of their own, in NumPy by \
             x.T.reshape(-1, {rows}, {rows}), or a file each",
            columns / rows.max(1)
        ));
    }
    if rows == columns + 1 && square(stored.values[columns..].to_vec(), columns) {
        return refuse(
            "are a square matrix below a row of something else, such as column numbers; remove it".to_owned(),
        );
    }
    if columns == rows + 1 && square(without_first_column(), rows) {
        return refuse("are a square matrix beside a column of something else, such as an index; remove it".to_owned());
    }
    if columns == 3 && is_list_of_pairs(&stored.values) {
        return refuse(
            "are a list of pairs, two conditions and a dissimilarity in each row; save it as a .csv table with the header \
             condition_a,condition_b,dissimilarity"
                .to_owned(),
        );
    }
    if !is_triangle(columns) && columns > 1 && is_triangle(rows) {
        return refuse(format!(
            "have as many rows as {} conditions have pairs; if every column is an RDM, transpose them, as every row has \
             to be one",
            condensed::n_conditions(rows).unwrap_or_default()
        ));
    }
    None
}

/// Returns `true` if every n × n values are a square matrix of dissimilarities or similarities.
fn blocks_are_squares(values: &[f64], n: usize, stored: &StoredValues, reading: RdmReading) -> bool {
    values.chunks(n * n).all(|block| block.len() == n * n && is_square(block, n, stored, reading))
}

fn is_square(values: &[f64], n: usize, stored: &StoredValues, reading: RdmReading) -> bool {
    let square = Square::new(values, n, stored.exactness.tolerance(values));
    square.triangle(reading).map_or_else(|no| no.is_square, |_| true)
}

/// Returns `true` if each row names two conditions by whole numbers and all pairs of them are there.
pub(super) fn is_list_of_pairs(values: &[f64]) -> bool {
    let is_number = |value: f64| value.fract() == 0.0 && value >= 0.0;
    let rows = || values.chunks_exact(3);
    if !rows().all(|row| is_number(row[0]) && is_number(row[1])) {
        return false;
    }
    let mut names: Vec<f64> = rows().flat_map(|row| [row[0], row[1]]).collect();
    names.sort_by(f64::total_cmp);
    names.dedup();
    let mut pairs: Vec<(u64, u64)> = rows()
        .filter(|row| row[0] != row[1])
        .map(|row| (row[0].min(row[1]).to_bits(), row[0].max(row[1]).to_bits()))
        .collect();
    let listed = pairs.len();
    pairs.sort_unstable();
    pairs.dedup();
    let both_ways = listed == pairs.len() || listed == 2 * pairs.len();
    names.len() > 2 && pairs.len() == condensed::n_pairs(names.len()) && both_ways
}

#[cfg(test)]
mod tests {
    use crate::{
        OpenOptions, read_rdms,
        tests::samples::{doubles, folder, npy},
    };

    fn message(shape: &str, values: &[f64]) -> String {
        let folder = folder(&[("d.npy", npy("<f8", false, shape, &doubles(values)))]);
        read_rdms(folder.path().join("d.npy").to_str().unwrap(), &OpenOptions::default()).unwrap_err().to_string()
    }

    /// A matrix of distances on a line, n × n.
    fn line(n: usize, unit: f64) -> Vec<f64> {
        (0..n * n).map(|k| unit * (k / n).abs_diff(k % n) as f64).collect()
    }

    #[test]
    fn matrices_along_the_first_two_axes_are_refused_with_the_remedy() {
        let count = 3;
        let last: Vec<f64> =
            line(4, 1.5).iter().flat_map(|&value| (0..count).map(move |k| value * (1 + k) as f64)).collect();
        let found = message("(4, 4, 3)", &last);
        assert!(found.contains("3 square matrices along the first two axes") && found.contains("moveaxis"), "{found}");
        // As many matrices as conditions: the last two axes are no squares.
        let turned: Vec<f64> = line(3, 0.5).iter().flat_map(|&value| [value, 2.0 * value, 4.0 * value]).collect();
        assert!(message("(3, 3, 3)", &turned).contains("moveaxis"));
    }

    #[test]
    fn squares_among_one_another_are_no_triangles() {
        let stacked = [line(3, 1.0), line(3, 2.0)].concat();
        assert!(message("(6, 3)", &stacked).contains("2 square matrices below one another"));
        let beside: Vec<f64> = line(3, 1.0).chunks(3).flat_map(|row| [row, row].concat()).collect();
        assert!(message("(3, 6)", &beside).contains("2 square matrices side by side"));
        let numbered = [vec![0.0, 1.0, 2.0], line(3, 1.5)].concat();
        assert!(message("(4, 3)", &numbered).contains("below a row of something else"));
        let indexed: Vec<f64> =
            line(5, 1.5).chunks(5).enumerate().flat_map(|(i, row)| [&[i as f64], row].concat()).collect();
        assert!(message("(5, 6)", &indexed).contains("beside a column of something else"));
    }

    #[test]
    fn lists_of_pairs_and_columns_are_no_triangles() {
        let pairs = [0.0, 1.0, 0.5, 0.0, 2.0, 0.25, 1.0, 2.0, 0.75];
        assert!(message("(3, 3)", &pairs).contains("a list of pairs"));
        assert!(message("(6, 2)", &[1.5; 12]).contains("as many rows as 4 conditions have pairs"));
    }
}
