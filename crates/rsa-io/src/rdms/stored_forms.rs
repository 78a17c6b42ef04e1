//! The forms in which one array of numbers holds dissimilarity matrices.

use rsa_core::{Error, Rdm, Result, condensed};

use super::{
    exactness::Exactness,
    look_alikes,
    place::index_along,
    reading::{RdmReading, Treatment},
    square::{NoTriangle, Square},
};
use crate::{layout::show_shape, options::Similarities};

/// The numbers of an array, in C order.
#[derive(Debug)]
pub(super) struct StoredValues {
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<f64>,
    pub(super) exactness: Exactness,
}

/// One matrix of an array.
#[derive(Debug)]
pub(super) struct FoundRdm {
    /// Index among the leading axes, such as `[0,1]`; empty for the only matrix.
    pub(super) index: String,
    pub(super) rdm: Rdm,
    pub(super) treatment: Treatment,
}

impl StoredValues {
    /// Drops axes of length 1 at the end, which a column has, and returns `true` if that makes a column one matrix.
    pub(super) fn squeeze(&mut self) -> bool {
        let before = self.shape.len();
        while self.shape.len() > 1 && self.shape.ends_with(&[1]) {
            self.shape.pop();
        }
        self.shape.len() < before && matches!(self.shape[..], [length] if length > 1)
    }

    /// Returns the matrices.
    ///
    /// # Errors
    /// `ShapeMismatch` if the values are no dissimilarity matrices or look like something else; `NonFinite`.
    pub(super) fn rdms(&self, reading: RdmReading) -> Result<Vec<FoundRdm>> {
        let [leading @ .., length] = self.shape.as_slice() else {
            return Err(Error::shape_mismatch(format!(
                "one number, of shape {}, is no dissimilarity matrix",
                show_shape(&self.shape)
            )));
        };
        if let Some(error) = look_alikes::matrices_in_front(self, reading) {
            return Err(error);
        }
        let Some((&rows, before)) = leading.split_last().filter(|(rows, _)| *rows == length && *length > 1) else {
            if let Some(error) = look_alikes::of_triangles(self, reading) {
                return Err(error);
            }
            return self.each(leading, *length, |values| triangle(values, reading));
        };
        let square = |values: &[f64]| self.square(values, rows, reading);
        if !before.is_empty() {
            return self.each(before, rows * rows, |values| square(values).map_err(|no| no.reason));
        }
        // A matrix in square form, or n upper triangles that happen to be n long.
        match square(&self.values) {
            Ok((rdm, treatment)) => Ok(vec![FoundRdm { index: String::new(), rdm, treatment }]),
            Err(no) if condensed::n_conditions(rows).is_none() || no.is_square => Err(no.reason),
            Err(_) => match look_alikes::of_triangles(self, reading) {
                Some(error) => Err(error),
                None => self.each(leading, rows, |values| triangle(values, reading)),
            },
        }
    }

    /// Returns the one matrix that values along two axes of the same length are.
    pub(super) fn only_square(&self, reading: RdmReading) -> Result<Vec<FoundRdm>> {
        let (rdm, treatment) = self.square(&self.values, self.shape[0], reading).map_err(|no| no.reason)?;
        Ok(vec![FoundRdm { index: String::new(), rdm, treatment }])
    }

    /// Returns a matrix in square form as an RDM.
    pub(super) fn square(
        &self,
        values: &[f64],
        n: usize,
        reading: RdmReading,
    ) -> std::result::Result<(Rdm, Treatment), NoTriangle> {
        let triangle = Square::new(values, n, self.exactness.tolerance(values)).triangle(reading)?;
        let rdm = Rdm::new(triangle.values).map_err(|reason| NoTriangle { reason, is_square: true })?;
        Ok((rdm, triangle.treatment))
    }

    /// Returns every run of `length` values as a matrix, with its index among the axes `leading`.
    fn each(
        &self,
        leading: &[usize],
        length: usize,
        rdm: impl Fn(&[f64]) -> Result<(Rdm, Treatment)>,
    ) -> Result<Vec<FoundRdm>> {
        let alone = self.values.len() == length;
        let found = self.values.chunks(length.max(1)).enumerate().map(|(k, values)| {
            let index = if alone { String::new() } else { index(leading, k) };
            match rdm(values) {
                Ok((rdm, treatment)) => Ok(FoundRdm { index, rdm, treatment }),
                Err(error) if alone => Err(error),
                Err(error) => Err(error.context(format!("matrix {index}"))),
            }
        });
        found.collect()
    }
}

/// Returns an upper triangle as an RDM. It has no diagonal that tells similarities apart.
fn triangle(values: &[f64], reading: RdmReading) -> Result<(Rdm, Treatment)> {
    let one_minus = reading.similarities == Similarities::OneMinus;
    let values = values.iter().map(|&value| if one_minus { 1.0 - value } else { value });
    Ok((Rdm::new(values.collect())?, Treatment { one_minus, ..Treatment::default() }))
}

/// Returns the `k`th index among `axes` as text, such as `[0,1]`.
fn index(axes: &[usize], k: usize) -> String {
    format!("[{}]", index_along(axes, k).iter().map(usize::to_string).collect::<Vec<_>>().join(","))
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
        assert!(similar.contains("1 at (0, 0)") && similar.contains("--similarities one-minus"), "{similar}");
        let crooked = message("(3, 3)", &[0.0, 1.0, 2.0, 1.01, 0.0, 3.0, 2.0, 3.0, 0.0]);
        assert!(crooked.contains("1 at (0, 1) and 1.01 at (1, 0)"), "{crooked}");
        let error = message("(2, 2, 2)", &[0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 3.0, 0.0]);
        assert!(error.contains("matrix [1]: 2 x 2 values with 1 at (0, 1)"), "{error}");
        assert!(message("(3,)", &[1.0, f64::INFINITY, 2.0]).contains("(0, 2)"));
        assert!(message("()", &[1.0]).contains("shape ()"));
    }
}
