//! [`Square`]: a matrix in square form, and what to do with one that is not of dissimilarities.

use rsa_core::{Error, condensed};

use super::reading::{RdmReading, Treatment};
use crate::options::{Diagonal, Similarities};

/// Difference, relative to the largest entry, below which two entries were meant to be equal.
const MEANT: f64 = 0.05;

/// n × n values that may be a matrix of dissimilarities.
#[derive(Clone, Copy, Debug)]
pub(super) struct Square<'a> {
    values: &'a [f64],
    n: usize,
    tolerance: f64,
}

/// Upper triangle of a square matrix, and what was done to get it.
#[derive(Debug)]
pub(super) struct UpperTriangle {
    pub(super) values: Vec<f64>,
    pub(super) treatment: Treatment,
}

/// Reason that a square matrix is not read.
#[derive(Debug)]
pub(super) struct NoTriangle {
    pub(super) reason: Error,
    /// `true` if the values are a square matrix of something else, and not another thing of n × n values.
    pub(super) is_square: bool,
}

/// The entries of a diagonal.
#[derive(Clone, Copy, Debug, PartialEq)]
enum DiagonalKind {
    Zeros,
    Ones,
    Missing,
    /// An entry that is neither, with its place.
    Other(usize, f64),
}

impl<'a> Square<'a> {
    /// Takes `values` row by row; entries that differ by less than `tolerance` are equal.
    pub(super) fn new(values: &'a [f64], n: usize, tolerance: f64) -> Self {
        Self { values, n, tolerance }
    }

    /// Returns the upper triangle, row by row.
    pub(super) fn triangle(&self, reading: RdmReading) -> Result<UpperTriangle, NoTriangle> {
        let (n, at) = (self.n, |i: usize, j: usize| self.at(i, j));
        let mirrored = self.is_half(f64::is_nan);
        let upper = |(i, j)| if mirrored && at(i, j).is_nan() { at(j, i) } else { at(i, j) };
        let unequal = condensed::pairs(n).find(|&(i, j)| !mirrored && !self.same(at(i, j), at(j, i)));
        if let Some((i, j)) = unequal {
            return Err(self.asymmetry(i, j));
        }
        let diagonal = self.diagonal();
        let wanted = reading.similarities == Similarities::OneMinus;
        let ignored =
            reading.diagonal == Diagonal::Ignore && !matches!(diagonal, DiagonalKind::Zeros | DiagonalKind::Missing);
        let one_minus = wanted && diagonal != DiagonalKind::Zeros;
        let reason = match diagonal {
            _ if ignored => None,
            DiagonalKind::Ones if !wanted => Some(
                "1 at (0, 0) on their diagonal are similarities, where the diagonal of dissimilarities is 0; \
                 --similarities one-minus takes 1 - s"
                    .to_owned(),
            ),
            DiagonalKind::Other(i, value) if wanted => Some(format!(
                "{value} at ({i}, {i}) are no similarities whose diagonal is 1; --diagonal ignore leaves it out"
            )),
            DiagonalKind::Other(i, value) => Some(format!(
                "{value} at ({i}, {i}) are no dissimilarity matrix; its diagonal is 0, or left out by --diagonal ignore"
            )),
            DiagonalKind::Zeros | DiagonalKind::Ones | DiagonalKind::Missing => None,
        };
        if let Some(reason) = reason {
            return Err(NoTriangle { reason: self.refuse(&reason), is_square: self.varies() });
        }
        let values = condensed::pairs(n).map(upper).map(|value| if one_minus { 1.0 - value } else { value }).collect();
        Ok(UpperTriangle { values, treatment: Treatment { one_minus, diagonal_ignored: ignored, mirrored } })
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        self.values[i * self.n + j]
    }

    fn same(&self, a: f64, b: f64) -> bool {
        (a - b).abs() <= self.tolerance || a == b || (a.is_nan() && b.is_nan())
    }

    /// Returns `true` if one side of the diagonal has nothing but `blank` entries and the other has others.
    fn is_half(&self, blank: impl Fn(f64) -> bool) -> bool {
        let all = |entry: &dyn Fn((usize, usize)) -> f64| condensed::pairs(self.n).all(|pair| blank(entry(pair)));
        let (above, below) = (all(&|(i, j)| self.at(i, j)), all(&|(i, j)| self.at(j, i)));
        self.n > 2 && above != below
    }

    /// Returns the error of two entries that should be equal.
    fn asymmetry(&self, i: usize, j: usize) -> NoTriangle {
        if self.is_half(|value| value == 0.0) {
            let which =
                if condensed::pairs(self.n).all(|(i, j)| self.at(i, j) == 0.0) { "a lower" } else { "an upper" };
            let reason = format!(
                "zeros on the other side are {which} triangle alone; fill both sides, in NumPy by x + x.T, or leave \
                 one side blank (NaN)"
            );
            return NoTriangle { reason: self.refuse(&reason), is_square: true };
        }
        let reason = format!(
            "{} at ({i}, {j}) and {} at ({j}, {i}) are no dissimilarity matrix; it is symmetric",
            self.at(i, j),
            self.at(j, i)
        );
        let largest = self.values.iter().filter(|value| value.is_finite()).fold(0.0, |max: f64, v| max.max(v.abs()));
        // A missing entry says nothing of its pair.
        let gaps = || condensed::pairs(self.n).map(|(i, j)| (self.at(i, j) - self.at(j, i)).abs());
        let present = gaps().filter(|gap| !gap.is_nan()).count();
        let meant = 2 * present > condensed::n_pairs(self.n) && !gaps().any(|gap| gap > MEANT * largest);
        NoTriangle { reason: self.refuse(&reason), is_square: meant && self.varies() }
    }

    fn refuse(&self, reason: &str) -> Error {
        Error::shape_mismatch(format!("{n} x {n} values with {reason}", n = self.n))
    }

    /// Returns `true` unless all values are about the same.
    fn varies(&self) -> bool {
        let largest = self.values.iter().filter(|value| value.is_finite()).fold(0.0, |max: f64, v| max.max(v.abs()));
        self.values.iter().any(|value| (value - self.values[0]).abs() > MEANT * largest)
    }

    fn diagonal(&self) -> DiagonalKind {
        let entries = || (0..self.n).map(|i| self.at(i, i)).filter(|value| !value.is_nan());
        let all = |wanted: f64| entries().all(|value| (value - wanted).abs() <= self.tolerance);
        match entries().next() {
            None => DiagonalKind::Missing,
            Some(_) if all(0.0) => DiagonalKind::Zeros,
            Some(_) if all(1.0) => DiagonalKind::Ones,
            Some(_) => {
                let other = (0..self.n).map(|i| (i, self.at(i, i))).find(|(_, value)| value.abs() > self.tolerance);
                other.map_or(DiagonalKind::Zeros, |(i, value)| DiagonalKind::Other(i, value))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = f64::NAN;

    fn read(values: &[f64], reading: RdmReading) -> Result<UpperTriangle, NoTriangle> {
        Square::new(values, 3, 1e-9).triangle(reading)
    }

    fn refused(values: [f64; 9]) -> (String, bool) {
        let no = read(&values, RdmReading::default()).unwrap_err();
        (no.reason.to_string(), no.is_square)
    }

    #[test]
    fn a_blank_half_is_taken_from_the_other_and_a_half_of_zeros_is_refused() {
        let lower = [NAN, NAN, NAN, 1.0, NAN, NAN, 2.0, 3.0, NAN];
        let found = read(&lower, RdmReading::default()).unwrap();
        assert_eq!((found.values, found.treatment.mirrored), (vec![1.0, 2.0, 3.0], true));
        let upper = [0.0, 1.0, 2.0, NAN, 0.0, 3.0, NAN, NAN, 0.0];
        assert_eq!(read(&upper, RdmReading::default()).unwrap().values, [1.0, 2.0, 3.0]);
        let (message, is_square) = refused([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 2.0, 3.0, 0.0]);
        assert!(is_square && message.contains("a lower triangle alone"), "{message}");
        let (message, _) = refused([0.0, 1.0, 2.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0]);
        assert!(message.contains("an upper triangle alone"), "{message}");
        // Blank on one side here and there is no half.
        let (message, _) = refused([0.0, NAN, 2.0, 1.0, 0.0, 3.0, 2.0, 3.0, 0.0]);
        assert!(message.contains("NaN at (0, 1) and 1 at (1, 0)"), "{message}");
    }

    #[test]
    fn the_diagonal_tells_similarities_from_dissimilarities() {
        let with = |diagonal: f64| [diagonal, 0.5, 0.25, 0.5, diagonal, 0.75, 0.25, 0.75, diagonal];
        let one_minus = RdmReading { similarities: Similarities::OneMinus, ..RdmReading::default() };
        let ignore = RdmReading { diagonal: Diagonal::Ignore, ..RdmReading::default() };
        let values = |diagonal, reading| read(&with(diagonal), reading).unwrap().values;
        let (near, far) = ([0.5, 0.25, 0.75], [0.5, 0.75, 0.25]);
        assert!(refused(with(1.0)).0.contains("--similarities one-minus"));
        assert!(refused(with(0.5)).0.contains("--diagonal ignore"));
        assert_eq!((values(1.0, one_minus), values(NAN, one_minus)), (far.to_vec(), far.to_vec()));
        assert_eq!((values(0.0, one_minus), values(0.5, ignore)), (near.to_vec(), near.to_vec()));
        assert!(read(&with(0.5), one_minus).is_err());
        let both = RdmReading { diagonal: Diagonal::Ignore, ..one_minus };
        assert_eq!(values(0.5, both), far);
        assert_eq!(read(&with(0.0), both).unwrap().treatment, Treatment::default());
    }
}
