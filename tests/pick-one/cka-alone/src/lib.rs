//! A project that takes rsa-cka alone.

use ndarray::ArrayView2;
use rsa_cka::{
    Cka,
    rsa_core::{Measure, Representation, Result},
};

/// Returns the linear CKA of two layers, with conditions in rows.
///
/// # Errors
/// If a layer is empty, not finite or constant, or if the numbers of rows differ.
pub fn alike(x: ArrayView2<'_, f64>, y: ArrayView2<'_, f64>) -> Result<f64> {
    let x = Representation::new(x.to_owned())?;
    let y = Representation::new(y.to_owned())?;
    Cka::linear().score(&x, &y)
}

#[cfg(test)]
mod tests {
    use super::alike;
    use ndarray::array;

    #[test]
    fn linear_cka_of_single_features_is_their_squared_correlation() {
        // Centered: inner product 1, squared lengths 5 and 1, so r² = 1/5.
        let (x, y) = (array![[0.0], [1.0], [2.0], [3.0]], array![[0.0], [1.0], [0.0], [1.0]]);
        assert!((alike(x.view(), y.view()).unwrap() - 0.2).abs() < 1e-14);
    }
}
