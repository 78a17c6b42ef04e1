//! [`LinearStreamed`]: linear CKA of layers that are read in blocks of conditions or of features.

use rsa_core::{
    Accumulate, AnyGeometry, ByFeatures, Caveat, Conditions, NamedArray, Observer, Result, RowBlocks, Streaming,
    SummedScores,
};

use crate::{Cka, CkaAccumulator, Hsic};

/// The route of linear CKA for layers larger than the memory.
///
/// Layers with few features are compared by sums over conditions, layers with many by their Gram matrices.
pub(crate) struct LinearStreamed(pub(crate) Hsic);

impl Streaming for LinearStreamed {
    fn sums(&self) -> &'static str {
        "cka"
    }

    fn new_sums(&self, widths: &[usize], pairs: &[(usize, usize)]) -> Box<dyn Accumulate> {
        Box::new(CkaAccumulator::new(widths, pairs))
    }

    fn sums_from_arrays(&self, arrays: Vec<NamedArray>) -> Result<Box<dyn Accumulate>> {
        Ok(Box::new(CkaAccumulator::from_arrays(arrays)?))
    }

    fn sums_bytes(&self, widths: &[usize], pairs: &[(usize, usize)], _per_block: usize) -> usize {
        CkaAccumulator::bytes(widths, pairs)
    }

    /// Returns `true`: the sums of a pair depend on its two layers alone.
    fn is_divisible(&self) -> bool {
        true
    }

    fn by_features(&self) -> Option<&dyn ByFeatures> {
        Some(self)
    }

    fn scores<'a>(&'a self, sums: &'a dyn Accumulate, _precisions: &[f64]) -> Result<Box<dyn SummedScores + 'a>> {
        Ok(Box::new(EstimatedScores { sums: sums.downcast()?, hsic: self.0 }))
    }
}

impl ByFeatures for LinearStreamed {
    fn multiplies_less(&self, n_conditions: usize, widths: &[usize], pairs: &[(usize, usize)], mirrored: bool) -> bool {
        let n = n_conditions as f64;
        let width = |k: usize| widths[k] as f64;
        let pairs: f64 = pairs.iter().map(|&(i, j)| width(i) * width(j)).sum();
        let own: f64 = widths.iter().map(|&p| (p as f64).powi(2) / 2.0).sum();
        let by_conditions = n * (own + if mirrored { pairs / 2.0 } else { pairs });
        let by_features = n * n / 2.0 * widths.iter().sum::<usize>() as f64;
        by_features < by_conditions
    }

    fn geometry_bytes(&self, n_conditions: usize) -> usize {
        n_conditions.saturating_mul(n_conditions).saturating_mul(size_of::<f64>())
    }

    fn geometry(&self, layer: &dyn RowBlocks, conditions: &Conditions, observer: &dyn Observer) -> Result<AnyGeometry> {
        let cka = Cka { hsic: self.0, ..Cka::linear() };
        cka.geometry_by_columns(layer, conditions, observer).map(AnyGeometry::new)
    }
}

/// Scores of one estimate of HSIC, from sums that serve both estimates.
struct EstimatedScores<'a> {
    sums: &'a CkaAccumulator,
    hsic: Hsic,
}

impl SummedScores for EstimatedScores<'_> {
    fn score(&self, i: usize, j: usize) -> Result<f64> {
        self.sums.score(i, j, self.hsic)
    }

    fn caveats(&self, i: usize, j: usize) -> Vec<Caveat> {
        self.sums.caveats(i, j, self.hsic)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use rsa_core::{AnyMeasure, Measure, Representation};

    use super::*;
    use crate::Bandwidth;

    fn layer(n: usize, p: usize, seed: usize) -> Array2<f64> {
        Array2::from_shape_fn((n, p), |(i, j)| ((i * i * (j + 2) + seed * i) as f64).sin())
    }

    #[test]
    fn both_routes_give_the_score_in_memory() {
        let layers = [layer(30, 3, 1), layer(30, 40, 2)];
        let xs = layers.clone().map(|x| Representation::new(x).unwrap());
        for cka in [Cka::linear(), Cka::linear().unbiased()] {
            let measure = AnyMeasure::new(cka);
            let expected = measure.score(&xs[0], &xs[1]).unwrap();
            let streamed = measure.streamed().unwrap();
            let mut sums = streamed.new_sums(&[3, 40], &[(0, 1)]);
            sums.add(&[layers[0].view(), layers[1].view()]).unwrap();
            let arrays = sums.into_arrays();
            let sums = streamed.sums_from_arrays(arrays).unwrap();
            let scores = streamed.scores(sums.as_ref(), &[f64::EPSILON; 2]).unwrap();
            assert!((scores.score(0, 1).unwrap() - expected).abs() < 1e-10);
            let by_features = streamed.by_features().unwrap();
            let geometry = |x: &Representation| by_features.geometry(x, x.conditions(), &()).unwrap();
            let found = measure.compare(&geometry(&xs[0]), &geometry(&xs[1])).unwrap();
            assert!((found - expected).abs() < 1e-10);
        }
        assert!(Cka::rbf(Bandwidth::default()).streamed().is_none());
    }

    #[test]
    fn wide_layers_go_by_features() {
        let route = LinearStreamed(Hsic::Biased);
        assert!(!route.multiplies_less(1000, &[10, 10], &[(0, 1)], false));
        assert!(route.multiplies_less(100, &[1000, 1000], &[(0, 1)], false));
    }
}
