//! [`CanonicalStreamed`]: canonical correlations of layers that are read in blocks of conditions.

use rayon::prelude::*;
use rsa_core::{Accumulate, Caveat, Error, NamedArray, Result, Streaming, SummedScores, blocks};

use crate::{CanonicalMeasure, CcaAccumulator};

/// The route of CCA, SVCCA and PWCCA for layers larger than the memory, by the triangular factor of all layers.
pub(crate) struct CanonicalStreamed<M>(pub(crate) M);

impl<M: CanonicalMeasure> Streaming for CanonicalStreamed<M> {
    fn sums(&self) -> &'static str {
        "canonical"
    }

    fn new_sums(&self, widths: &[usize], _pairs: &[(usize, usize)]) -> Box<dyn Accumulate> {
        Box::new(CcaAccumulator::new(widths))
    }

    fn sums_from_arrays(&self, arrays: Vec<NamedArray>) -> Result<Box<dyn Accumulate>> {
        Ok(Box::new(CcaAccumulator::from_arrays(arrays)?))
    }

    /// Returns the size in bytes of the factor with a block below it, three times, because decomposing takes two
    /// copies.
    fn sums_bytes(&self, widths: &[usize], _pairs: &[(usize, usize)], per_block: usize) -> usize {
        let features: usize = widths.iter().sum();
        (features + per_block).saturating_mul(features).saturating_mul(size_of::<f64>()).saturating_mul(3)
    }

    /// Returns at least as many conditions as the factor has rows.
    ///
    /// With fewer conditions, decomposing the rows of the factor again would take longer than the new conditions.
    fn conditions_per_block(&self, n_features: usize) -> usize {
        blocks::conditions_per_block(n_features).max(n_features)
    }

    /// Returns `true` if there are at least twice as many conditions as features, so that the factor is much smaller.
    fn serves(&self, n_conditions: usize, n_features: usize) -> bool {
        n_conditions >= 2 * n_features
    }

    /// Returns `false`, because the last digits of the factor depend on all layers side by side.
    fn is_divisible(&self) -> bool {
        false
    }

    fn scores<'a>(&'a self, sums: &'a dyn Accumulate, precisions: &[f64]) -> Result<Box<dyn SummedScores + 'a>> {
        let sums: &CcaAccumulator = sums.downcast()?;
        let geometry = |(k, &precision): (usize, &f64)| sums.geometry(&self.0, k, precision);
        let geometries = precisions.par_iter().enumerate().map(geometry).collect();
        Ok(Box::new(FactorScores { measure: &self.0, geometries }))
    }
}

/// Scores of pairs of layers, from the geometry of each layer under the triangular factor.
struct FactorScores<'a, M: CanonicalMeasure> {
    measure: &'a M,
    geometries: Vec<Result<M::Geometry>>,
}

impl<M: CanonicalMeasure> SummedScores for FactorScores<'_, M> {
    fn ensure_comparable(&self, k: usize) -> Result<()> {
        self.geometries[k].as_ref().map(|_| ()).map_err(Error::clone)
    }

    fn score(&self, i: usize, j: usize) -> Result<f64> {
        let [a, b] = [i, j].map(|k| self.geometries[k].as_ref().map_err(Error::clone));
        self.measure.compare(a?, b?)
    }

    fn caveats(&self, i: usize, j: usize) -> Vec<Caveat> {
        match (&self.geometries[i], &self.geometries[j]) {
            (Ok(a), Ok(b)) => self.measure.caveats(a, b),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use rsa_core::{AnyMeasure, Measure, Representation};

    use crate::{Cca, Keep, Pwcca, Svcca};

    #[test]
    fn sums_give_the_scores_in_memory_and_the_errors_of_layers() {
        let layer = |p: usize| Array2::from_shape_fn((40, p), |(i, j)| ((i * i * (j + 2) + p * i) as f64).sin());
        let layers = [layer(3), layer(5), Array2::from_elem((40, 2), 0.1)];
        let measures = [
            AnyMeasure::new(Cca::default()),
            AnyMeasure::new(Svcca::new(Keep::All)),
            AnyMeasure::new(Pwcca::default()),
        ];
        for measure in measures {
            let streamed = measure.streamed().unwrap();
            let mut sums = streamed.new_sums(&[3, 5, 2], &[]);
            sums.add(&layers.each_ref().map(Array2::view)).unwrap();
            let sums = streamed.sums_from_arrays(sums.into_arrays()).unwrap();
            let scores = streamed.scores(sums.as_ref(), &[f64::EPSILON; 3]).unwrap();
            let [x, y] = [0, 1].map(|k| Representation::new(layers[k].clone()).unwrap());
            assert!((scores.score(0, 1).unwrap() - measure.score(&x, &y).unwrap()).abs() < 1e-10);
            assert!(scores.ensure_comparable(1).is_ok());
            assert_eq!(scores.ensure_comparable(2).unwrap_err().kind().name(), "Degenerate");
        }
    }
}
