//! The geometry of layers too wide for the memory, read a block of features at a time.

use ndarray::Array2;
use rsa_core::{Conditions, Error, Observer, Result, RowBlocks, blocks, linalg};

use crate::{CenteredGram, Cka, Kernel};

impl Cka {
    /// Reads the geometry of a layer a block of features at a time, with n × n numbers in memory.
    ///
    /// The result equals [`geometry`](rsa_core::Measure::geometry) of the layer in memory. The method is for the linear
    /// kernel and layers with more features than conditions; for other layers use
    /// [`CkaAccumulator`](crate::CkaAccumulator). `observer` hears the number of features read so far, and may cancel
    /// between blocks.
    ///
    /// # Errors
    /// The errors of the layer and of [`geometry`](rsa_core::Measure::geometry); `InvalidParameter` for another kernel;
    /// `Cancelled`.
    ///
    /// # Example
    /// ```
    /// use ndarray::Array2;
    /// use rsa_cka::Cka;
    /// use rsa_core::{Measure, Representation};
    ///
    /// let wide = Representation::new(Array2::from_shape_fn((6, 500), |(i, j)| ((i * i * (j + 2)) as f64).sin()))?;
    /// let cka = Cka::linear().unbiased();
    /// let streamed = cka.geometry_by_columns(&wide, wide.conditions(), &())?;
    /// assert!((cka.compare(&streamed, &cka.geometry(&wide)?)? - 1.0).abs() < 1e-12);
    /// # Ok::<(), rsa_core::Error>(())
    /// ```
    pub fn geometry_by_columns(
        &self,
        layer: &dyn RowBlocks,
        conditions: &Conditions,
        observer: &dyn Observer,
    ) -> Result<CenteredGram> {
        if self.kernel != Kernel::Linear {
            let found = "a kernel of distances";
            return Err(Error::invalid_parameter("the kernel of a layer read by features", "linear", found));
        }
        let n = layer.n_conditions();
        self.hsic.ensure_enough(n)?;
        let mut kernel = Array2::zeros((n, n));
        // The unit of the values, and the squared rounding in this unit.
        let (mut unit, mut rounding) = (f64::MIN_POSITIVE, 0.0);
        let mut read = 0;
        blocks::for_each_block_of_features(layer, observer, |block| {
            if block.scale > unit {
                let factor = (unit / block.scale).powi(2);
                kernel *= factor;
                rounding *= factor;
                unit = block.scale;
            }
            let factor = (block.scale / unit).powi(2);
            linalg::add_lower_gram(&mut kernel, factor, block.values.view());
            rounding += factor * block.rounding.dot(&block.rounding);
            read += block.values.ncols();
            observer.progress("layers read by features", read as u64, layer.n_features() as u64);
            Ok(())
        })?;
        linalg::mirror_lower(&mut kernel);
        // An error δ of X causes an error of at most 2‖X‖δ in XXᵀ.
        let rounding = 2.0 * (kernel.diag().sum() * rounding).sqrt();
        Ok(CenteredGram::of_gram(kernel, rounding, self.hsic, conditions)?.with_features(layer.n_features()))
    }
}

#[cfg(test)]
mod tests {
    use rsa_core::{Measure, Representation};

    use super::*;
    use crate::Bandwidth;

    fn layer(n: usize, p: usize, seed: usize) -> Array2<f64> {
        Array2::from_shape_fn((n, p), |(i, j)| ((i * i * (j + 2) + seed * i) as f64).sin())
    }

    fn streamed(cka: Cka, x: &Representation) -> Result<CenteredGram> {
        cka.geometry_by_columns(x, x.conditions(), &())
    }

    #[test]
    fn blocks_of_features_give_the_geometry_of_all_at_once() {
        // 9000 features are more than a block, and features of very different size are in different blocks.
        let units = ndarray::Array1::from_shape_fn(9000, |j| if j > 8500 { 1e3 } else { 1e-3 });
        let wide = |seed| layer(12, 9000, seed) * &units;
        for offset in [0.0, 1e6] {
            let [x, y] = [wide(1) + offset, wide(2) + offset].map(|x| Representation::new(x).unwrap());
            for cka in [Cka::linear(), Cka::linear().unbiased()] {
                let expected = cka.score(&x, &y).unwrap();
                let found = cka.compare(&streamed(cka, &x).unwrap(), &streamed(cka, &y).unwrap()).unwrap();
                assert!((found - expected).abs() < 1e-10, "{offset:e} {cka:?}: {found} for {expected}");
                let mixed = cka.compare(&streamed(cka, &x).unwrap(), &cka.geometry(&y).unwrap()).unwrap();
                assert!((mixed - expected).abs() < 1e-10);
            }
        }
    }

    #[test]
    fn one_distant_condition_takes_no_digits_from_the_unbiased_estimate() {
        let mut far = layer(12, 40, 1);
        far.row_mut(3).fill(1e6);
        let [x, y] = [far, layer(12, 40, 2)].map(|x| Representation::new(x).unwrap());
        let cka = Cka::linear().unbiased();
        let found = cka.compare(&streamed(cka, &x).unwrap(), &streamed(cka, &y).unwrap()).unwrap();
        assert!((found - cka.score(&x, &y).unwrap()).abs() < 1e-10);
    }

    #[test]
    fn the_errors_are_those_in_memory() {
        let kind = |cka: Cka, x: Array2<f64>| {
            let x = Representation::new(x).unwrap();
            let error = streamed(cka, &x).unwrap_err();
            assert_eq!(error.kind().name(), cka.geometry(&x).unwrap_err().kind().name());
            error.kind().name()
        };
        let cka = Cka::linear();
        assert_eq!(kind(cka, Array2::from_elem((5, 9), 0.1)), "Degenerate");
        assert_eq!(kind(cka, Array2::zeros((5, 9))), "Degenerate");
        assert_eq!(kind(cka.unbiased(), layer(3, 9, 1)), "TooFewConditions");
        let x = Representation::new(layer(6, 9, 1)).unwrap();
        assert_eq!(streamed(Cka::rbf(Bandwidth::default()), &x).unwrap_err().kind().name(), "InvalidParameter");
    }
}
