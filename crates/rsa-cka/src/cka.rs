//! [`Cka`]: centered kernel alignment.

use rsa_core::{
    Caveat, CaveatKind, Gram, Grid, Identity, Measure, Observer, Orientation, Profile, Representation, Result,
    Streaming, compare_each, linalg, same_list,
};

use crate::{Bandwidth, CenteredGram, Hsic, Kernel, Route, linear_streamed::LinearStreamed, tiles};

/// Centered kernel alignment: the cosine of two centered Gram matrices.
///
/// # Formula
/// HSIC(K, L) / √(HSIC(K, K)·HSIC(L, L)), with [`Hsic`] biased or unbiased, K and L by the [`Kernel`].
/// For the linear kernel and centered features, biased: ‖XᵀY‖² / (‖XᵀX‖·‖YᵀY‖).
///
/// # Shapes
/// X: n × p and Y: n × q; p and q are free. n ≥ 2, and n ≥ 4 unbiased.
///
/// # Range
/// [0, 1] biased, [−1, 1] unbiased; 1 for Gram matrices that are proportional after centering.
/// The biased estimate rises about as p/(p + n) even for independent data (.17 at p = 10, .95 at p = 1000, n = 50);
/// the unbiased one stays at 0. Biased is the default because it is what the literature reports.
///
/// # Invariances
/// Ignores orthogonal maps and translations of either side, and zero padding; also scaling and duplication, unless the
/// kernel has a fixed bandwidth. Every other invertible linear map changes the score.
///
/// # Cost
/// Linear: min(n·p², n²·p) for each representation, n·p·q or n² for each pair. Kernel of distances: n²·p for each
/// representation, n² for each pair.
///
/// # Errors
/// `TooFewConditions`; `Degenerate` if all conditions are equally alike, or the median distance is 0.
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsa_cka::Cka;
/// use rsa_core::{Measure, Representation};
///
/// // Orthogonal signals a and b. X holds a, Y holds a and b: ⟨aaᵀ, aaᵀ + bbᵀ⟩ / (4·4√2) = 1/√2.
/// let x = Representation::new(array![[1.0], [1.0], [-1.0], [-1.0]])?;
/// let y = Representation::new(array![[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])?;
/// assert!((Cka::linear().score(&x, &y)? - 0.5f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Kornblith et al. 2019, ICML, <https://proceedings.mlr.press/v97/kornblith19a.html>; Song et al. 2012, JMLR,
/// <https://www.jmlr.org/papers/v13/song12a.html>; Székely & Rizzo 2014, Annals of Statistics, doi:10.1214/14-AOS1255.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cka {
    /// The similarity of two patterns.
    pub kernel: Kernel,
    /// The estimate of HSIC.
    pub hsic: Hsic,
}

impl Cka {
    /// Makes CKA with the linear kernel and the biased estimate.
    pub fn linear() -> Self {
        Self::default()
    }

    /// Makes CKA with a radial basis function and the biased estimate.
    pub fn rbf(bandwidth: Bandwidth) -> Self {
        Self { kernel: Kernel::Rbf(bandwidth), ..Self::default() }
    }

    /// Takes the unbiased estimate instead of the biased one.
    #[must_use]
    pub fn unbiased(self) -> Self {
        Self { hsic: Hsic::Unbiased, ..self }
    }

    /// Makes the geometry of a Gram matrix of any kernel.
    ///
    /// # Errors
    /// The errors of [`geometry`](Measure::geometry).
    pub fn geometry_of_gram(&self, gram: &Gram) -> Result<CenteredGram> {
        self.hsic.ensure_enough(gram.conditions().count())?;
        CenteredGram::of_gram(gram.values().to_owned(), 0.0, self.hsic, gram.conditions())
    }

    /// Returns the route by which all layers of `rows` are compared with all layers of `columns`, or with one another.
    ///
    /// The layers have `n` conditions; `rows` and `columns` hold the numbers of features of the layers.
    pub fn route(&self, n: usize, rows: &[usize], columns: Option<&[usize]>) -> Route {
        let held = |p: &usize| Some(*p).filter(|&p| self.kernel == Kernel::Linear && p < n);
        let held = |widths: &[usize]| widths.iter().map(held).collect::<Vec<_>>();
        Route::new(n, &held(rows), columns.map(held).as_deref())
    }

    fn scale_into_range(&self, score: f64) -> f64 {
        let [low, high] = self.profile().range;
        score.clamp(low, high)
    }
}

impl Measure for Cka {
    type Geometry = CenteredGram;

    fn profile(&self) -> Profile {
        Profile {
            orientation: Orientation::Similarity,
            range: self.hsic.range(),
            identity: Identity::Always(1.0),
            symmetric: true,
            metric: false,
            unbiased: self.hsic == Hsic::Unbiased,
            reorderable: true,
            invariances: [self.kernel.ignores(); 2],
        }
    }

    /// Keeps the features if there are fewer than conditions, the Gram matrix otherwise.
    fn geometry(&self, x: &Representation) -> Result<CenteredGram> {
        let (n, p) = (x.n_conditions(), x.n_features());
        self.hsic.ensure_enough(n)?;
        if let Some(kernel) = self.kernel.of_distances(x)? {
            let gram = CenteredGram::of_kernel(kernel.values, kernel.rounding, self.hsic, x.conditions())?;
            return Ok(gram.with_features(p).with_saturation(kernel.saturated));
        }
        let centered = linalg::center(x.values(), x.precision());
        // Centering scales by the largest value, offset included; the centered values may need another scale.
        let rounding = centered.total_rounding();
        let (features, scale) = linalg::scale_into_range(centered.values);
        let rounding = rounding / scale;
        if p < n {
            return CenteredGram::of_features(features, rounding, self.hsic, x.conditions());
        }
        let length = linalg::inner_product(features.view(), features.view()).sqrt();
        let gram = linalg::gram(features.view())?;
        // An error δ of X causes an error of at most 2‖X‖δ in XXᵀ.
        let gram = CenteredGram::of_gram(gram, 2.0 * length * rounding, self.hsic, x.conditions())?;
        Ok(gram.with_features(p))
    }

    fn compare(&self, a: &CenteredGram, b: &CenteredGram) -> Result<f64> {
        Ok(self.scale_into_range(a.cosine(b, self.hsic)?))
    }

    fn streamed(&self) -> Option<Box<dyn Streaming + '_>> {
        match self.kernel {
            Kernel::Linear => Some(Box::new(LinearStreamed(self.hsic))),
            _ => None,
        }
    }

    /// Compares pair by pair, or a tile of all Gram matrices at a time, whichever takes fewer multiplications.
    fn compare_all_observed(
        &self,
        a: &[&CenteredGram],
        b: &[&CenteredGram],
        observer: &dyn Observer,
    ) -> Grid<Result<f64>> {
        let alike = |geometry: &&CenteredGram| {
            a[0].conditions().ensure_same(geometry.conditions()).is_ok() && geometry.hsic() == self.hsic
        };
        if a.is_empty() || b.is_empty() || !a.iter().chain(b).all(alike) {
            return compare_each(self, a, b, observer);
        }
        let widths = |list: &[&CenteredGram]| list.iter().map(|geometry| geometry.width()).collect::<Vec<_>>();
        let columns = (!same_list(a, b)).then(|| widths(b));
        let route = Route::new(a[0].conditions().count(), &widths(a), columns.as_deref());
        match route.is_by_tiles().then(|| tiles::cosines(a, b, observer)) {
            Some(Ok(cosines)) => Grid::from_fn(a.len(), b.len(), |i, j| Ok(self.scale_into_range(cosines[(i, j)]))),
            // After an overflow, single comparisons find the pair that overflows; after cancellation they all fail.
            Some(Err(_)) | None => compare_each(self, a, b, observer),
        }
    }

    fn select(&self, geometry: &CenteredGram, rows: &[usize]) -> Option<Result<CenteredGram>> {
        geometry.reordered(rows).map(Ok)
    }

    fn caveats(&self, a: &CenteredGram, b: &CenteredGram) -> Vec<Caveat> {
        let n = a.conditions().count();
        let widest = a.n_features().max(b.n_features());
        let mut caveats: Vec<_> = widest.and_then(|p| biased_by_dimension(self.hsic, p, n)).into_iter().collect();
        if a.is_saturated() || b.is_saturated() {
            caveats.push(Caveat {
                kind: CaveatKind::SaturatedKernel,
                message: "the bandwidth is so narrow that all conditions are unlike each other, which makes any two \
                          such representations alike; use a wider bandwidth"
                    .to_owned(),
            });
        }
        caveats
    }
}

/// Returns the caveat that the biased estimate is high for any data, if there are many features.
pub(crate) fn biased_by_dimension(hsic: Hsic, p: usize, n: usize) -> Option<Caveat> {
    (hsic == Hsic::Biased && 2 * p > n).then(|| Caveat {
        kind: CaveatKind::BiasedByDimension,
        message: format!(
            "with {p} features and {n} conditions the biased estimate is high even for independent data; compare with \
             the unbiased estimate (Hsic::Unbiased)"
        ),
    })
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    fn layer(n: usize, p: usize, seed: usize) -> Representation {
        let values = Array2::from_shape_fn((n, p), |(i, j)| ((i * i * (j + 2) + seed * i) as f64).sin());
        Representation::new(values).unwrap()
    }

    fn measures() -> [Cka; 4] {
        let rbf = Cka::rbf(Bandwidth::default());
        [Cka::linear(), Cka::linear().unbiased(), rbf, rbf.unbiased()]
    }

    #[test]
    fn features_and_gram_matrix_are_one_geometry() {
        // Layers with p < n are stored as features, others as a Gram matrix. `geometry_of_gram` always stores a matrix.
        let layers = [layer(9, 3, 1), layer(9, 12, 2), layer(9, 5, 3)];
        for cka in [Cka::linear(), Cka::linear().unbiased()] {
            let through_gram = |x: &Representation| {
                cka.geometry_of_gram(&Gram::new(x.values().dot(&x.values().t())).unwrap()).unwrap()
            };
            for x in &layers {
                for y in &layers {
                    let expected = cka.compare(&through_gram(x), &through_gram(y)).unwrap();
                    let found = cka.score(x, y).unwrap();
                    let mixed = cka.compare(&cka.geometry(x).unwrap(), &through_gram(y)).unwrap();
                    assert!((found - expected).abs() < 1e-13 && (mixed - expected).abs() < 1e-13);
                }
            }
        }
    }

    #[test]
    fn all_pairs_at_once_are_the_pairs() {
        let lists =
            [[layer(8, 9, 1), layer(8, 20, 2), layer(8, 11, 3)], [layer(8, 3, 4), layer(8, 20, 5), layer(8, 2, 6)]];
        for cka in measures() {
            for (xs, ys) in [(&lists[0], &lists[0]), (&lists[0], &lists[1]), (&lists[1], &lists[1])] {
                let grid = cka.cross(xs, ys);
                for (i, x) in xs.iter().enumerate() {
                    for (j, y) in ys.iter().enumerate() {
                        let score = cka.score(x, y).unwrap();
                        assert!((grid.get(i, j).as_ref().unwrap() - score).abs() < 1e-14);
                    }
                }
            }
        }
    }

    #[test]
    fn geometries_of_another_estimate_are_refused() {
        let [biased, unbiased] = [Cka::linear(), Cka::linear().unbiased()];
        let x = layer(9, 3, 1);
        let (a, b) = (biased.geometry(&x).unwrap(), unbiased.geometry(&x).unwrap());
        for (cka, a, b) in [(unbiased, &a, &a), (unbiased, &a, &b), (biased, &a, &b)] {
            assert_eq!(cka.compare(a, b).unwrap_err().kind().name(), "InvalidParameter");
            assert!(cka.compare_all(&[a], &[b]).get(0, 0).is_err());
        }
    }

    #[test]
    fn unbiased_cka_may_be_negative_and_stays_above_minus_one() {
        let x = Representation::new(array![[0.0], [1.0], [2.0], [3.0]]).unwrap();
        let y = Representation::new(array![[1.0], [-1.0], [-1.0], [1.0]]).unwrap();
        let score = Cka::linear().unbiased().score(&x, &y).unwrap();
        assert!((-1.0..0.0).contains(&score), "{score}");
    }

    #[test]
    fn what_is_equally_alike_is_degenerate() {
        let same = Representation::new(Array2::from_elem((6, 3), 0.1)).unwrap();
        let one_hot = Representation::new(Array2::eye(6)).unwrap();
        for cka in measures() {
            assert_eq!(cka.geometry(&same).unwrap_err().kind().name(), "Degenerate", "{cka:?}");
        }
        for cka in [Cka::linear().unbiased(), Cka::rbf(Bandwidth::default()).unbiased()] {
            assert_eq!(cka.geometry(&one_hot).unwrap_err().kind().name(), "Degenerate", "{cka:?}");
        }
        assert!(Cka::linear().geometry(&one_hot).is_ok());
        // Six equidistant points in five dimensions, stored as features.
        let simplex = Representation::new(
            linalg::svd(linalg::center(Array2::eye(6).view(), f64::EPSILON).values.view())
                .unwrap()
                .u
                .slice_axis(ndarray::Axis(1), ndarray::Slice::from(..5))
                .to_owned(),
        )
        .unwrap();
        assert_eq!(Cka::linear().unbiased().geometry(&simplex).unwrap_err().kind().name(), "Degenerate");
    }

    #[test]
    fn too_few_conditions_are_an_error() {
        let kind = |cka: Cka, n| cka.score(&layer(n, 2, 1), &layer(n, 2, 2)).unwrap_err().kind().name();
        assert_eq!(kind(Cka::linear(), 1), "TooFewConditions");
        assert_eq!(kind(Cka::linear().unbiased(), 3), "TooFewConditions");
    }

    #[test]
    fn scale_costs_nothing_at_the_ends_of_the_range() {
        let (x, y) = (layer(9, 4, 1), layer(9, 12, 2));
        let huge = Representation::new(&x.values() * 1e200).unwrap();
        let tiny = Representation::new(&y.values() * 1e-200).unwrap();
        for cka in measures() {
            assert!((cka.score(&x, &y).unwrap() - cka.score(&huge, &tiny).unwrap()).abs() < 1e-13, "{cka:?}");
        }
    }

    #[test]
    fn the_bias_is_said_where_features_are_many() {
        let caveats = |cka: Cka, p| {
            let (a, b) = (cka.geometry(&layer(10, p, 1)).unwrap(), cka.geometry(&layer(10, 2, 2)).unwrap());
            cka.caveats(&a, &b)
        };
        assert!(caveats(Cka::linear(), 5).is_empty() && caveats(Cka::linear().unbiased(), 50).is_empty());
        assert_eq!(caveats(Cka::linear(), 6)[0].kind, CaveatKind::BiasedByDimension);
        assert!(caveats(Cka::rbf(Bandwidth::default()), 50)[0].message.contains("50 features and 10 conditions"));
    }

    #[test]
    fn one_distant_condition_takes_no_digits_from_the_unbiased_estimate() {
        let distant = |scale: f64| {
            let mut values = layer(12, 3, 1).values().to_owned();
            values.row_mut(3).mapv_inplace(|value| value * scale);
            Representation::new(values).unwrap()
        };
        let (cka, y) = (Cka::linear().unbiased(), layer(12, 5, 2));
        let mut earlier = f64::NAN;
        for scale in [1e4, 1e6, 1e8] {
            let x = distant(scale);
            assert!((cka.score(&x, &x).unwrap() - 1.0).abs() < 1e-13, "{scale:e}");
            let score = cka.score(&x, &y).unwrap();
            assert!((score - cka.score(&y, &x).unwrap()).abs() < 1e-13, "{scale:e}");
            // The limit of a distant condition is reached as 1/scale.
            assert!(earlier.is_nan() || (score - earlier).abs() < 1e-3, "{scale:e}: {score} after {earlier}");
            earlier = score;
        }
    }

    #[test]
    fn points_equally_far_apart_but_for_rounding_are_degenerate() {
        let simplex =
            linalg::qr(Array2::from_shape_fn((8, 8), |(i, j)| ((i * i * (j + 2)) as f64).sin()).view()).unwrap().q;
        for offset in [0.0, 1.0, 1e3, 1e6] {
            let x = Representation::new(&simplex + offset).unwrap();
            for cka in [Cka::linear().unbiased(), Cka::rbf(Bandwidth::default()).unbiased()] {
                assert_eq!(cka.geometry(&x).unwrap_err().kind().name(), "Degenerate", "{cka:?}, offset {offset:e}");
            }
        }
    }

    #[test]
    fn a_kernel_without_neighbors_is_said_to_be_saturated() {
        let kinds = |cka: Cka, scale: f64| -> Vec<_> {
            let x = Representation::new(&layer(30, 5, 1).values() * scale).unwrap();
            let geometry = cka.geometry(&x).unwrap();
            cka.caveats(&geometry, &geometry).iter().map(|caveat| caveat.kind).collect()
        };
        let fixed = Cka::rbf(Bandwidth::fixed(1.0).unwrap());
        assert_eq!(kinds(fixed, 1.0), []);
        assert_eq!(kinds(fixed, 100.0), [CaveatKind::SaturatedKernel]);
    }
}
