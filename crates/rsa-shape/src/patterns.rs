//! [`Patterns`]: rows from which distances or inner products of conditions are computed, block by block.

use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};
use rayon::prelude::*;
use rsa_core::{Error, Representation, Result, linalg};

/// The patterns of conditions, prepared for products of blocks of rows.
pub(crate) struct Patterns {
    values: Array2<f64>,
    squared_lengths: Vec<f64>,
    /// Bound on the error of a distance.
    rounding: f64,
}

/// Share of the summed squared lengths below which a squared distance is summed from differences, because the product
/// has lost two digits.
const CANCELLED: f64 = 1e-2;

/// Largest number of products that a block of rows makes: 16 MiB.
const BLOCK: usize = 1 << 21;

impl Patterns {
    /// Takes patterns of length 1; if `centered`, the mean of each pattern is subtracted before.
    ///
    /// # Errors
    /// `Degenerate` if a pattern has no direction.
    pub(crate) fn units(x: &Representation, centered: bool) -> Result<Self> {
        let mut values = x.values().to_owned();
        let mut error = 0.0_f64;
        for (i, mut row) in values.rows_mut().into_iter().enumerate() {
            let constant = centered && linalg::is_constant(row.iter(), x.precision());
            let scale = linalg::power_of_two(row.iter());
            row.mapv_inplace(|value| value / scale);
            let whole = row.dot(&row).sqrt();
            if centered {
                // The second pass removes the rounding that the first mean leaves.
                for _ in 0..2 {
                    let mean = row.sum() / row.len() as f64;
                    row.mapv_inplace(|value| value - mean);
                }
            }
            let length = row.dot(&row).sqrt();
            if constant || length == 0.0 {
                let what = if centered { "constant" } else { "all zero" };
                return Err(Error::degenerate(
                    format!(
                        "the pattern of condition {} is {what} over its features, so it has no direction",
                        x.conditions().name(i)
                    ),
                    "drop that condition, or take Euclidean distances",
                ));
            }
            row.mapv_inplace(|value| value / length);
            error = error.max(x.precision() * whole / length);
        }
        Ok(Self::with_error(values, error))
    }

    /// Takes patterns as points: features are centered, and divided by a power of two.
    pub(crate) fn points(x: &Representation) -> Self {
        let centered = linalg::center(x.values(), x.precision());
        // The rounding of a feature, shared evenly by the conditions, changes a distance by no more than this.
        let of_features = centered.rounding.iter().copied().fold(0.0, f64::max);
        let error = of_features / (x.n_conditions() as f64).sqrt();
        let (values, scale) = linalg::scale_into_range(centered.values);
        Self::with_error(values, 4.0 * error / scale)
    }

    /// Takes patterns as they are, divided by a power of two.
    pub(crate) fn raw(x: &Representation) -> Self {
        let scale = linalg::power_of_two(x.values());
        let values = x.values().mapv(|value| value / scale);
        let longest = values.rows().into_iter().map(|row| row.dot(&row)).fold(0.0, f64::max).sqrt();
        Self::with_error(values, x.precision() * longest)
    }

    fn with_error(values: Array2<f64>, error: f64) -> Self {
        let squared_lengths: Vec<f64> = values.rows().into_iter().map(|row| row.dot(&row)).collect();
        let longest = squared_lengths.iter().copied().fold(0.0, f64::max).sqrt();
        // The error of a sum of p products grows with √p; 16 ε is the margin for few features.
        let of_sums = (16.0 + (values.ncols() as f64).sqrt()) * f64::EPSILON * longest;
        Self { values, squared_lengths, rounding: of_sums + error }
    }

    /// Returns the bound on the error of a distance.
    pub(crate) fn rounding(&self) -> f64 {
        self.rounding
    }

    /// Returns the bound on the error of an inner product.
    pub(crate) fn rounding_of_products(&self) -> f64 {
        self.rounding * self.squared_lengths.iter().copied().fold(0.0, f64::max).sqrt()
    }

    /// Calls `read` with every condition and its distances from all conditions, and returns the results in order.
    ///
    /// No more than a block of rows is held by a thread.
    pub(crate) fn map_distances<T: Send>(&self, read: impl Fn(usize, &[f64]) -> T + Sync) -> Vec<T> {
        self.map_products(|i, row| {
            let distances: Array1<f64> =
                row.iter().enumerate().map(|(j, product)| self.distance(i, j, *product)).collect();
            read(i, distances.as_slice().expect("a new array"))
        })
    }

    /// Calls `read` with every condition and its inner products with all conditions, and returns the results in order.
    pub(crate) fn map_products<T: Send>(&self, read: impl Fn(usize, &[f64]) -> T + Sync) -> Vec<T> {
        let n = self.values.nrows();
        let rows = (BLOCK / n).clamp(1, 128);
        let starts: Vec<usize> = (0..n).step_by(rows).collect();
        let block = |start: usize| -> Vec<T> {
            let part: ArrayView2<'_, f64> = self.values.slice_axis(Axis(0), Slice::from(start..n.min(start + rows)));
            let mut products = vec![0.0; part.nrows() * n];
            linalg::product_into(part, self.values.t(), &mut products, n);
            products.chunks_exact(n).enumerate().map(|(k, row)| read(start + k, row)).collect()
        };
        starts.into_par_iter().map(block).collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn distance(&self, i: usize, j: usize, product: f64) -> f64 {
        let lengths = self.squared_lengths[i] + self.squared_lengths[j];
        let square = lengths - 2.0 * product;
        match square > CANCELLED * lengths {
            true => square.sqrt(),
            false => {
                let difference = &self.values.row(i) - &self.values.row(j);
                difference.dot(&difference).sqrt()
            }
        }
    }
}
