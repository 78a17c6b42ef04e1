//! [`CcaAccumulator`]: CCA, SVCCA and PWCCA of layers that are read a block of conditions at a time.

use std::sync::Arc;

use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, Slice, concatenate};
use rsa_core::{
    Accumulate, Conditions, Error, Measure, NamedArray, Result, blocks,
    linalg::{self, Centered, Move, RunningMean},
};

/// A measure that a rotation of the conditions of centered features does not change, such as CCA.
pub trait CanonicalMeasure: Measure {
    /// Returns the geometry of centered features, whose rows may be any rotation of the `conditions`.
    ///
    /// # Errors
    /// The errors of [`Measure::geometry`].
    fn geometry_of_centered(&self, x: Centered, conditions: &Conditions) -> Result<Self::Geometry>;

    /// Marks a geometry with `rows`, so that it can be compared only with geometries with the same mark.
    #[doc(hidden)]
    fn with_rows(geometry: Self::Geometry, rows: &Arc<()>) -> Self::Geometry;
}

/// The triangular factor R of all centered layers side by side, from which canonical correlations are computed.
///
/// [X Y] = QR with orthonormal Q. So products between columns of R equal products between features, and R has a row for
/// each feature instead of each condition. Each block of conditions is stacked below the factor of the earlier blocks,
/// and the stack is decomposed again (TSQR, Demmel et al. 2012). No covariance is formed, and scores equal the scores
/// of layers in memory to 1e-10, for any blocks in any order.
///
/// # Example
/// ```
/// use ndarray::{Array2, Axis, Slice};
/// use rsa_cca::{Cca, CcaAccumulator};
/// use rsa_core::{Accumulate, Measure, Representation};
///
/// let layer = |p: usize| Array2::from_shape_fn((50, p), |(i, j)| 1e6 + ((i * i * (j + 2)) as f64).sin());
/// let (x, y) = (layer(3), layer(4));
/// let mut sums = CcaAccumulator::new(&[3, 4]);
/// for rows in [Slice::from(..20), Slice::from(20..)] {
///     sums.add(&[x.slice_axis(Axis(0), rows), y.slice_axis(Axis(0), rows)])?;
/// }
/// let cca = Cca::default();
/// let geometry = |k| sums.geometry(&cca, k, f64::EPSILON);
/// let expected = cca.score(&Representation::new(x.clone())?, &Representation::new(y.clone())?)?;
/// assert!((cca.compare(&geometry(0)?, &geometry(1)?)? - expected).abs() < 1e-10);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Demmel et al. 2012, SIAM Journal on Scientific Computing, doi:10.1137/080731992.
#[derive(Clone, Debug)]
pub struct CcaAccumulator {
    means: Vec<RunningMean>,
    /// The factor R, up to P × P for P features in all.
    factor: Array2<f64>,
    /// Mark of the rows of the factor, replaced whenever the factor changes.
    rows: Arc<()>,
    /// Memory in which the next block of each layer is centered.
    centered: Vec<Array2<f64>>,
}

impl CcaAccumulator {
    /// Makes an empty factor for layers of `widths` features.
    pub fn new(widths: &[usize]) -> Self {
        let factor = Array2::zeros((0, widths.iter().sum()));
        let means = widths.iter().map(|&width| RunningMean::new(width)).collect();
        Self { means, factor, rows: Arc::default(), centered: vec![Array2::default((0, 0)); widths.len()] }
    }

    /// Returns the geometry of layer `k` under `measure`, to be compared with the other layers of the same factor.
    ///
    /// `precision` is the relative spacing of the layer's numbers
    /// ([`RowBlocks::precision`](rsa_core::RowBlocks::precision)).
    ///
    /// # Errors
    /// The errors of [`Measure::geometry`].
    ///
    /// # Panics
    /// If there is no layer `k`.
    pub fn geometry<M: CanonicalMeasure>(&self, measure: &M, k: usize, precision: f64) -> Result<M::Geometry> {
        let mean = &self.means[k];
        let start: usize = self.means[..k].iter().map(RunningMean::width).sum();
        let columns = Slice::from(start..start + mean.width());
        let mut values = self.factor.slice_axis(Axis(1), columns).to_owned();
        let dead = |j: usize| mean.is_dead(j, precision);
        (0..mean.width()).filter(|&j| dead(j)).for_each(|j| values.column_mut(j).fill(0.0));
        let n = self.n_conditions();
        // The norm of a feature before centering, from its norm after centering and its mean.
        let offsets = mean.mean();
        let rounding = values.columns().into_iter().enumerate().map(|(j, column)| match dead(j) {
            true => 0.0,
            false => precision * (column.dot(&column) + n as f64 * offsets[j] * offsets[j]).sqrt(),
        });
        let rounding = rounding.collect();
        let centered = Centered { values, scale: mean.scale(), rounding };
        let conditions = Conditions::unlabeled(n);
        super::subspace::ensure_enough(n)?;
        Ok(M::with_rows(measure.geometry_of_centered(centered, &conditions)?, &self.rows))
    }

    /// Rescales the columns of the factor to the new unit of each layer.
    fn rescale<'a>(&mut self, moves: impl Iterator<Item = &'a Move>) {
        let mut columns = self.factor.columns_mut().into_iter();
        for (by, mean) in moves.zip(&self.means) {
            columns.by_ref().take(mean.width()).for_each(|mut column| column *= by.factor);
        }
    }

    /// Adds `more` rows, which `write` writes below the factor, and decomposes again.
    fn stack(&mut self, more: usize, write: impl FnOnce(ArrayViewMut2<'_, f64>)) -> Result<()> {
        let (before, width) = self.factor.dim();
        let mut stacked = Array2::zeros((before + more, width));
        let (mut above, below) = stacked.view_mut().split_at(Axis(0), before);
        above.assign(&self.factor);
        write(below);
        self.factor = linalg::triangular_factor(stacked.view())?;
        self.rows = Arc::default();
        Ok(())
    }

    /// Reads the factor from the arrays that [`Accumulate::into_arrays`] returned.
    ///
    /// # Errors
    /// `Format` if an array is missing, of another shape, or not finite.
    pub fn from_arrays(arrays: Vec<NamedArray>) -> Result<Self> {
        let damaged = |what: &str| Error::format(format!("{what}; the part is damaged, write it again"));
        let find = |name: &str| arrays.iter().find(|(known, _)| known == name).map(|(_, array)| array);
        let (Some(count), Some(factor)) = (find("conditions"), find("factor")) else {
            return Err(damaged("the conditions or their factor are missing"));
        };
        if count.dim() != (1, 1) || !factor.iter().all(|value| value.is_finite()) {
            return Err(damaged("the factor is not finite, or its number of conditions is no number"));
        }
        let rows = (0..).map_while(|k| find(&format!("mean{k}")));
        let means = rows.map(|rows| RunningMean::from_rows(count[(0, 0)] as usize, rows.view()));
        let means = means.collect::<Result<Vec<_>>>()?;
        let width: usize = means.iter().map(RunningMean::width).sum();
        let all_named = means.len() + 2 == arrays.len();
        if !all_named || factor.ncols() != width || factor.nrows() > width {
            return Err(damaged("the factor does not have the shape of its layers"));
        }
        let centered = vec![Array2::default((0, 0)); means.len()];
        Ok(Self { means, factor: factor.clone(), rows: Arc::default(), centered })
    }
}

impl Accumulate for CcaAccumulator {
    fn widths(&self) -> Vec<usize> {
        self.means.iter().map(RunningMean::width).collect()
    }

    fn n_conditions(&self) -> usize {
        self.means.first().map_or(0, RunningMean::count)
    }

    fn has_pairs(&self, pairs: &[(usize, usize)]) -> bool {
        pairs.iter().all(|&(i, j)| i.max(j) < self.means.len())
    }

    fn add(&mut self, blocks: &[ArrayView2<'_, f64>]) -> Result<()> {
        let recentered = blocks::recentered(&mut self.means, blocks, &mut self.centered)?;
        self.rescale(recentered.iter().map(|block| &block.before));
        // The last row of each block is the shift of the earlier conditions.
        let added = recentered.first().map_or(0, |block| block.rows.nrows());
        self.stack(added, |mut rows| {
            for block in &recentered {
                let (own, others) = rows.split_at(Axis(1), block.rows.ncols());
                block.rows.assign_to(own);
                rows = others;
            }
        })?;
        self.centered = recentered.into_iter().map(|block| block.rows).collect();
        Ok(())
    }

    fn merge(&mut self, other: &dyn Accumulate) -> Result<()> {
        let other: &Self = other.downcast()?;
        if self.widths() != other.widths() {
            return Err(Error::shape_mismatch(format!(
                "factors over layers of {:?} and of {:?} features; merge factors over the same layers",
                self.widths(),
                other.widths()
            )));
        }
        let moves = self.means.iter_mut().zip(&other.means).map(|(mean, other)| mean.merge(other));
        let moves = moves.collect::<Result<Vec<_>>>()?;
        let mut other = other.clone();
        let moved: Vec<Array2<f64>> = [&mut *self, &mut other]
            .into_iter()
            .enumerate()
            .map(|(side, of)| {
                of.rescale(moves.iter().map(|both| &both[side]));
                let row = moves.iter().flat_map(|both| &both[side].shift * (both[side].count as f64).sqrt());
                row.collect::<ndarray::Array1<f64>>().insert_axis(Axis(0))
            })
            .collect();
        let below = [other.factor.view(), moved[0].view(), moved[1].view()];
        let below = concatenate(Axis(0), &below).expect("rows over the same features");
        self.stack(below.nrows(), |rows| below.assign_to(rows))
    }

    fn into_arrays(self: Box<Self>) -> Vec<NamedArray> {
        let count = Array2::from_elem((1, 1), self.n_conditions() as f64);
        let mut arrays = vec![("conditions".to_owned(), count), ("factor".to_owned(), self.factor)];
        arrays.extend(self.means.iter().enumerate().map(|(k, mean)| (format!("mean{k}"), mean.to_rows())));
        arrays
    }
}

#[cfg(test)]
mod tests {
    use rsa_core::{ErrorKind, Representation};

    use super::*;
    use crate::{Cca, Keep, Pwcca, Svcca, Weights};

    /// Sums of another kind.
    #[derive(Debug)]
    struct Foreign;

    impl Accumulate for Foreign {
        fn widths(&self) -> Vec<usize> {
            vec![2, 1]
        }

        fn n_conditions(&self) -> usize {
            0
        }

        fn has_pairs(&self, _pairs: &[(usize, usize)]) -> bool {
            true
        }

        fn add(&mut self, _blocks: &[ArrayView2<'_, f64>]) -> Result<()> {
            Ok(())
        }

        fn merge(&mut self, _other: &dyn Accumulate) -> Result<()> {
            Ok(())
        }

        fn into_arrays(self: Box<Self>) -> Vec<NamedArray> {
            Vec::new()
        }
    }

    /// Returns layers that share a part of their signal; `drift` moves each block of ten conditions away from the last.
    fn layers(n: usize, offset: f64, drift: f64) -> [Array2<f64>; 2] {
        [(3, 1.0), (5, 0.4)].map(|(p, own)| {
            Array2::from_shape_fn((n, p), |(i, j)| {
                let shared = ((i * i * (j % 3 + 2)) as f64).sin();
                let signal = shared + own * ((i * i + 7 * i * (j + p)) as f64).cos();
                signal + offset + drift * ((i / 10 * (j + 1)) as f64).sin()
            })
        })
    }

    fn accumulated(layers: &[Array2<f64>], cuts: &[usize]) -> CcaAccumulator {
        let mut sums = CcaAccumulator::new(&layers.iter().map(Array2::ncols).collect::<Vec<_>>());
        for cut in cuts.windows(2) {
            let rows = Slice::from(cut[0]..cut[1]);
            sums.add(&layers.iter().map(|x| x.slice_axis(Axis(0), rows)).collect::<Vec<_>>()).unwrap();
        }
        sums
    }

    fn arrays(sums: &CcaAccumulator) -> Vec<NamedArray> {
        Box::new(sums.clone()).into_arrays()
    }

    #[track_caller]
    fn assert_same<M: CanonicalMeasure>(measure: &M, sums: &CcaAccumulator, layers: &[Array2<f64>], what: &str) {
        let [x, y] = [0, 1].map(|k| Representation::new(layers[k].clone()).unwrap());
        let geometry = |k| sums.geometry(measure, k, f64::EPSILON).unwrap();
        let (found, expected) = (measure.compare(&geometry(0), &geometry(1)).unwrap(), measure.score(&x, &y).unwrap());
        assert!((found - expected).abs() < 1e-10, "{what}: {found} for {expected}");
        assert_eq!(measure.caveats(&geometry(0), &geometry(1)).len(), 0);
    }

    #[track_caller]
    fn assert_all_same(sums: &CcaAccumulator, layers: &[Array2<f64>], what: &str) {
        assert_same(&Cca::default(), sums, layers, what);
        assert_same(&Svcca::new(Keep::variance(0.9).unwrap()), sums, layers, what);
        assert_same(&Svcca::new(Keep::count(2).unwrap()), sums, layers, what);
        for weights in [Weights::First, Weights::Second, Weights::Mean] {
            assert_same(&Pwcca { weights }, sums, layers, what);
        }
    }

    #[test]
    fn any_blocks_and_any_order_give_the_value_of_all_conditions_at_once() {
        for (offset, drift) in [(0.0, 0.0), (1e6, 0.0), (1e6, 30.0)] {
            let layers = layers(61, offset, drift);
            for cuts in [&[0, 61][..], &[0, 1, 2, 30, 61], &[0, 10, 20, 30, 40, 50, 61]] {
                assert_all_same(&accumulated(&layers, cuts), &layers, &format!("{offset:e} {drift} {cuts:?}"));
            }
            let parts = [[0, 9], [9, 10], [10, 35], [35, 61]].map(|cuts| accumulated(&layers, &cuts));
            for order in [[0, 1, 2, 3], [3, 1, 0, 2]] {
                let mut whole = CcaAccumulator::new(&[3, 5]);
                order.iter().for_each(|&k| whole.merge(&parts[k]).unwrap());
                assert_all_same(&whole, &layers, &format!("merged {offset:e} {drift} {order:?}"));
            }
        }
    }

    #[test]
    fn ranks_are_those_in_memory() {
        // Two signals in three features, a dead unit, and single precision.
        let [x, y] = layers(80, 0.0, 0.0);
        let mixed = Array2::from_shape_fn((80, 5), |(i, j)| match j {
            4 => 0.1,
            _ => f64::from((x[(i, 0)] * (j + 1) as f64 + x[(i, 1)] * ((j * j) as f64).cos() + 1e3) as f32),
        });
        let layers = [mixed.clone(), y];
        let sums = accumulated(&layers, &[0, 11, 80]);
        let precision = f64::from(f32::EPSILON);
        let memory = Representation::new(mixed).unwrap().with_precision(precision).unwrap();
        let expected = Cca::default().geometry(&memory).unwrap().rank();
        assert_eq!(sums.geometry(&Cca::default(), 0, precision).unwrap().rank(), expected);
        assert_eq!(expected, 2);
    }

    #[test]
    fn data_without_an_answer_are_the_errors_they_are_in_memory() {
        let cca = Cca::default();
        let [_, y] = layers(8, 0.0, 0.0);
        let sums = accumulated(&[Array2::from_elem((8, 3), 0.1), y.clone()], &[0, 4, 8]);
        assert_eq!(sums.geometry(&cca, 0, f64::EPSILON).unwrap_err().kind().name(), "Degenerate");
        let few = accumulated(&[y.clone(), y.clone()], &[0, 2]);
        let kind = ErrorKind::TooFewConditions { needed: 3, found: 2 };
        assert_eq!(few.geometry(&cca, 0, f64::EPSILON).unwrap_err().kind(), &kind);
        let full = accumulated(&[y.clone(), y.clone()], &[0, 3, 6]);
        let geometry = |k| full.geometry(&cca, k, f64::EPSILON).unwrap();
        assert_eq!(cca.compare(&geometry(0), &geometry(1)).unwrap_err().kind().name(), "TooFewConditions");
        let mut sums = CcaAccumulator::new(&[2, 1]);
        let nan = Array2::from_elem((3, 1), f64::NAN);
        assert_eq!(sums.add(&[Array2::ones((3, 2)).view(), nan.view()]).unwrap_err().kind().name(), "NonFinite");
        assert_eq!(sums.n_conditions(), 0);
        assert_eq!(sums.merge(&CcaAccumulator::new(&[2, 2])).unwrap_err().kind(), &ErrorKind::ShapeMismatch);
        let mut typeless: Box<dyn Accumulate> = Box::new(sums);
        assert_eq!(typeless.merge(&Foreign).unwrap_err().kind(), &ErrorKind::Foreign);
    }

    #[test]
    fn geometries_of_another_accumulator_are_refused_and_cannot_be_reordered() {
        let layers = layers(20, 0.0, 0.0);
        let cca = Cca::default();
        let (a, b) = (accumulated(&layers, &[0, 20]), accumulated(&layers, &[0, 20]));
        let geometry = |of: &CcaAccumulator| of.geometry(&cca, 0, f64::EPSILON).unwrap();
        let memory = cca.geometry(&Representation::new(layers[0].clone()).unwrap()).unwrap();
        for other in [geometry(&b), memory] {
            assert_eq!(cca.compare(&geometry(&a), &other).unwrap_err().kind().name(), "InvalidParameter");
        }
        assert!(cca.select(&geometry(&a), &(0..20).collect::<Vec<_>>()).is_none());
    }

    #[test]
    fn what_is_written_is_read() {
        let layers = layers(20, 1e3, 2.0);
        let sums = accumulated(&layers, &[0, 7, 20]);
        let again = CcaAccumulator::from_arrays(arrays(&sums)).unwrap();
        assert_eq!((&again.means, &again.factor), (&sums.means, &sums.factor));
        for k in 0..arrays(&sums).len() {
            let mut broken = arrays(&sums);
            broken.remove(k);
            assert_eq!(CcaAccumulator::from_arrays(broken).unwrap_err().kind(), &ErrorKind::Format, "without {k}");
            let mut broken = arrays(&sums);
            broken[k].1 = Array2::from_elem((1, 9), 0.5);
            assert_eq!(CcaAccumulator::from_arrays(broken).unwrap_err().kind(), &ErrorKind::Format, "shape of {k}");
        }
    }
}
