//! [`CkaAccumulator`]: linear CKA of layers that are read a block of conditions at a time.

use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;
use rsa_core::{
    Accumulate, Caveat, Error, NamedArray, Result, blocks,
    linalg::{self, Move, Recentered, RunningMean},
};

use crate::{
    Hsic, biased_by_dimension,
    co_moments::{CoMoments, squared_lengths},
};

/// Sums over conditions, from which biased and unbiased linear CKA of pairs of layers is computed.
///
/// Blocks of conditions are added in one pass ([`Accumulate`]), and sums over other conditions can be merged. So layers
/// may be larger than the memory, and one run may be divided over machines. Scores equal those of [`Cka`](crate::Cka)
/// in memory to 1e-10, for any blocks in any order, also at offsets of 1e6 over a unit signal. The sums hold p × q
/// numbers for each pair of layers and p × p for each layer, so they suit layers with fewer features than conditions.
/// For wider layers use [`Cka::geometry_by_columns`](crate::Cka::geometry_by_columns).
///
/// # Example
/// ```
/// use ndarray::{Array2, Axis, Slice};
/// use rsa_cka::{Cka, CkaAccumulator, Hsic};
/// use rsa_core::{Accumulate, Measure, Representation};
///
/// let layer = |p: usize| Array2::from_shape_fn((50, p), |(i, j)| 1e6 + ((i * i * (j + 2)) as f64).sin());
/// let (x, y) = (layer(3), layer(4));
/// let half = |rows: Slice| {
///     let mut half = CkaAccumulator::new(&[3, 4], &[(0, 1)]);
///     half.add(&[x.slice_axis(Axis(0), rows), y.slice_axis(Axis(0), rows)])?;
///     Ok::<_, rsa_core::Error>(half)
/// };
/// let mut whole = half(Slice::from(20..))?;
/// whole.merge(&half(Slice::from(..20))?)?;
/// let expected = Cka::linear().unbiased().score(&Representation::new(x.clone())?, &Representation::new(y.clone())?)?;
/// assert!((whole.score(0, 1, Hsic::Unbiased)? - expected).abs() < 1e-10);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CkaAccumulator {
    means: Vec<RunningMean>,
    /// Pairs of layers: each layer with itself, then the pairs of different layers.
    pairs: Vec<(usize, usize)>,
    sums: Vec<CoMoments>,
    /// Memory in which the next block of each layer is centered.
    centered: Vec<Array2<f64>>,
    /// Memory in which the next block of each layer is transposed.
    transposed: Vec<Array2<f64>>,
}

impl CkaAccumulator {
    /// Makes empty sums over layers of `widths` features, for scores of `pairs` of layers.
    ///
    /// Pairs of a layer with itself are always included.
    ///
    /// # Panics
    /// If a pair names a layer that does not exist.
    pub fn new(widths: &[usize], pairs: &[(usize, usize)]) -> Self {
        let pairs = all_pairs(widths.len(), pairs);
        let sums = pairs.iter().map(|&(i, j)| CoMoments::new(widths[i], widths[j], i == j)).collect();
        let means = widths.iter().map(|&width| RunningMean::new(width)).collect();
        let spare = vec![Array2::default((0, 0)); widths.len()];
        Self { means, pairs, sums, centered: spare.clone(), transposed: spare }
    }

    /// Returns the size in bytes of the matrices of sums over layers of `widths` features; vectors are not counted.
    pub fn bytes(widths: &[usize], pairs: &[(usize, usize)]) -> usize {
        let numbers = all_pairs(widths.len(), pairs).into_iter().map(|(i, j)| widths[i].saturating_mul(widths[j]));
        numbers.fold(0, usize::saturating_add).saturating_mul(size_of::<f64>())
    }

    /// Returns linear CKA of layers `i` and `j`.
    ///
    /// # Errors
    /// `TooFewConditions`; `Degenerate` if all conditions of a layer are equally alike. The unbiased estimate is also
    /// `Degenerate` if one condition is so far from all others that a difference of sums loses its digits.
    /// [`Cka`](crate::Cka) has a value even then, but needs all conditions in memory.
    ///
    /// # Panics
    /// If the sums were not made for the pair.
    pub fn score(&self, i: usize, j: usize, hsic: Hsic) -> Result<f64> {
        hsic.ensure_enough(self.n_conditions())?;
        let named =
            |k, name: &str| self.own(k, hsic).map_err(|error| error.context(format_args!("{name} representation")));
        let own = named(i, "first")?.sqrt() * named(j, "second")?.sqrt();
        let [low, high] = hsic.range();
        Ok((self.estimate(i, j, hsic) / own).clamp(low, high))
    }

    /// Returns the reasons to read the score of layers `i` and `j` with care.
    pub fn caveats(&self, i: usize, j: usize, hsic: Hsic) -> Vec<Caveat> {
        let wider = self.means[i].width().max(self.means[j].width());
        biased_by_dimension(hsic, wider, self.n_conditions()).into_iter().collect()
    }

    /// Returns HSIC of a layer with itself.
    fn own(&self, i: usize, hsic: Hsic) -> Result<f64> {
        /// Share of its terms below which a difference has lost four digits, too many for an accuracy of 1e-10.
        const CANCELLED: f64 = 1e-4;
        let (own, whole) = (self.estimate(i, i, hsic), self.sums[i].squared_norm());
        if own > CANCELLED * whole {
            return Ok(own);
        }
        Err(match hsic {
            Hsic::Biased => Error::degenerate(
                "the centred Gram matrix vanishes: all conditions are equally alike",
                "leave this representation out",
            ),
            Hsic::Unbiased => Error::degenerate(
                "all conditions are equally alike, or one is so far from all others that the unbiased estimate is lost in \
                 the sums over blocks",
                "leave that condition or this representation out, or take the biased estimate (Hsic::Biased)",
            ),
        })
    }

    /// Returns HSIC up to a factor that depends on the number of conditions alone.
    fn estimate(&self, i: usize, j: usize, hsic: Hsic) -> f64 {
        let wanted = |&(a, b): &(usize, usize)| (a, b) == (i, j) || (a, b) == (j, i);
        let at = self.pairs.iter().position(wanted).expect("the sums were made for this pair");
        let sums = &self.sums[at];
        let lengths = [self.sums[i].second(), self.sums[j].second()];
        hsic.less_diagonal(sums.squared_norm(), sums.fourth, lengths, self.n_conditions())
    }

    /// Reads the sums from the arrays that [`Accumulate::into_arrays`] returned.
    ///
    /// # Errors
    /// `Format` if an array is missing, of another shape, or not finite.
    pub fn from_arrays(arrays: Vec<NamedArray>) -> Result<Self> {
        let damaged = |what: &str| Error::format(format!("{what}; the part is damaged, write it again"));
        let mut arrays: std::collections::HashMap<_, _> = arrays.into_iter().collect();
        let mut take = |name: String| {
            let found = arrays.remove(&name).filter(|array| array.iter().all(|value| value.is_finite()));
            found.ok_or_else(|| damaged(&format!("the array '{name}' is missing or not finite")))
        };
        let (count, index) = (take("conditions".to_owned())?, take("pairs".to_owned())?);
        let is_count = |value: &f64| value.fract() == 0.0 && *value >= 0.0;
        if count.dim() != (1, 1)
            || index.ncols() != 3
            || !count.iter().chain(index.columns().into_iter().take(2).flatten()).all(is_count)
        {
            return Err(damaged("the numbers of conditions and layers are not whole numbers"));
        }
        let layers = index.rows().into_iter().take_while(|row| row[0] == row[1]).count();
        let mean = |k: usize, rows: Array2<f64>| {
            RunningMean::from_rows(count[(0, 0)] as usize, rows.view())
                .map_err(|error| error.context(format!("layer {k}")))
        };
        let means = (0..layers).map(|k| mean(k, take(format!("mean{k}"))?)).collect::<Result<Vec<_>>>()?;
        let widths: Vec<usize> = means.iter().map(RunningMean::width).collect();
        let named: Vec<(usize, usize)> =
            index.rows().into_iter().map(|row| (row[0] as usize, row[1] as usize)).collect();
        if named.iter().any(|&(i, j)| i >= layers || j >= layers) || named != all_pairs(layers, &named) {
            return Err(damaged("the pairs name layers that do not exist"));
        }
        let mut whole = Self::new(&widths, &named);
        for (k, sums) in whole.sums.iter_mut().enumerate() {
            let (products, first, second) =
                (take(format!("products{k}"))?, take(format!("first{k}"))?, take(format!("second{k}"))?);
            if products.dim() != sums.products.dim()
                || [first.ncols(), second.ncols()] != sums.third.each_ref().map(|t| t.len())
            {
                return Err(damaged("a sum does not have the shape of its layers"));
            }
            let row = |array: Array2<f64>| array.row(0).to_owned();
            *sums = CoMoments { products, third: [row(first), row(second)], fourth: index[(k, 2)], ..*sums };
        }
        whole.means = means;
        match arrays.into_keys().next() {
            None => Ok(whole),
            Some(name) => Err(damaged(&format!("the array '{name}' belongs to none of its layers"))),
        }
    }
}

impl Accumulate for CkaAccumulator {
    fn widths(&self) -> Vec<usize> {
        self.means.iter().map(RunningMean::width).collect()
    }

    fn has_pairs(&self, pairs: &[(usize, usize)]) -> bool {
        pairs.iter().all(|&(i, j)| self.pairs.contains(&(i, j)) || self.pairs.contains(&(j, i)))
    }

    fn n_conditions(&self) -> usize {
        self.means.first().map_or(0, RunningMean::count)
    }

    fn add(&mut self, blocks: &[ArrayView2<'_, f64>]) -> Result<()> {
        let recentered = blocks::recentered(&mut self.means, blocks, &mut self.centered)?;
        let transpose = |(block, columns): (&Recentered, &mut Array2<f64>)| {
            linalg::transpose_into(block.rows.view(), columns);
        };
        recentered.par_iter().zip(&mut self.transposed).for_each(transpose);
        let moves: Vec<&Move> = recentered.iter().map(|block| &block.before).collect();
        let second = moved(&mut self.sums, &self.pairs, &moves);
        let lengths: Vec<Vec<f64>> = recentered.par_iter().map(squared_lengths).collect();
        self.sums.par_iter_mut().zip(&self.pairs).for_each(|(sums, &(i, j))| {
            if n_before(&moves) > 0 {
                sums.shift([moves[i], moves[j]], [second[i], second[j]]);
            }
            sums.add_higher(&recentered[i], &recentered[j], [&lengths[i], &lengths[j]]);
        });
        // The pairs are not computed in parallel, because each product uses all threads.
        for (sums, &(i, j)) in self.sums.iter_mut().zip(&self.pairs) {
            sums.add_products(&self.transposed[i], &recentered[j]);
        }
        self.centered = recentered.into_iter().map(|block| block.rows).collect();
        Ok(())
    }

    fn merge(&mut self, other: &dyn Accumulate) -> Result<()> {
        let other: &Self = other.downcast()?;
        if self.widths() != other.widths() || self.pairs != other.pairs {
            return Err(Error::shape_mismatch(format!(
                "sums over layers of {:?} and of {:?} features; merge sums over the same layers and pairs",
                self.widths(),
                other.widths()
            )));
        }
        let moves = self.means.iter_mut().zip(&other.means).map(|(mean, other)| mean.merge(other));
        let moves = moves.collect::<Result<Vec<_>>>()?;
        let mut theirs = other.sums.clone();
        for (side, sums) in [&mut self.sums, &mut theirs].into_iter().enumerate() {
            let moves: Vec<&Move> = moves.iter().map(|both| &both[side]).collect();
            let second = moved(sums, &self.pairs, &moves);
            sums.par_iter_mut().zip(&self.pairs).for_each(|(sums, &(i, j))| {
                sums.shift([moves[i], moves[j]], [second[i], second[j]]);
                sums.shift_products([moves[i], moves[j]]);
            });
        }
        self.sums.par_iter_mut().zip(&theirs).for_each(|(sums, theirs)| sums.add(theirs));
        Ok(())
    }

    fn into_arrays(self: Box<Self>) -> Vec<NamedArray> {
        let rows = |pair: &(usize, usize), sums: &CoMoments| [pair.0 as f64, pair.1 as f64, sums.fourth];
        let index: Vec<f64> = self.pairs.iter().zip(&self.sums).flat_map(|(pair, sums)| rows(pair, sums)).collect();
        let index = Array2::from_shape_vec((self.pairs.len(), 3), index).expect("three numbers for every pair");
        let count = Array2::from_elem((1, 1), self.n_conditions() as f64);
        let mut arrays = vec![("conditions".to_owned(), count), ("pairs".to_owned(), index)];
        arrays.extend(self.means.iter().enumerate().map(|(k, mean)| (format!("mean{k}"), mean.to_rows())));
        for (k, sums) in self.sums.into_iter().enumerate() {
            let [first, second] = sums.third.map(|third| third.insert_axis(ndarray::Axis(0)));
            arrays.push((format!("products{k}"), sums.products));
            arrays.push((format!("first{k}"), first));
            arrays.push((format!("second{k}"), second));
        }
        arrays
    }
}

/// Returns the pairs of each layer with itself, then the pairs of different layers, each pair once.
fn all_pairs(layers: usize, pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    assert!(pairs.iter().all(|&(i, j)| i < layers && j < layers), "every pair names two layers that exist");
    let mut all: Vec<(usize, usize)> = (0..layers).map(|k| (k, k)).collect();
    for &(i, j) in pairs {
        if !all.contains(&(i, j)) && !all.contains(&(j, i)) {
            all.push((i, j));
        }
    }
    all
}

fn n_before(moves: &[&Move]) -> usize {
    moves.first().map_or(0, |by| by.count)
}

/// Rescales the sums to the new units, and returns Σ|x|² of each layer about its old mean.
fn moved(sums: &mut [CoMoments], pairs: &[(usize, usize)], moves: &[&Move]) -> Vec<f64> {
    for (sums, &(i, j)) in sums.iter_mut().zip(pairs) {
        sums.rescale([moves[i].factor, moves[j].factor]);
    }
    sums[..moves.len()].iter().map(CoMoments::second).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::{Axis, Slice, array};
    use rsa_core::{CaveatKind, ErrorKind, Measure, Representation};

    use super::*;
    use crate::Cka;

    /// Returns layers that share a part of their signal; `drift` moves each block of ten conditions away from the last.
    fn layers(n: usize, offset: f64, drift: f64) -> [Array2<f64>; 3] {
        [(3, 1.0), (5, 0.4), (4, 2.0)].map(|(p, own)| {
            Array2::from_shape_fn((n, p), |(i, j)| {
                let shared = ((i * i * (j % 3 + 2)) as f64).sin();
                let signal = shared + own * ((i * i + 7 * i * (j + p)) as f64).cos();
                signal + offset + drift * ((i / 10 * (j + 1)) as f64).sin()
            })
        })
    }

    fn accumulated(layers: &[Array2<f64>], rows: std::ops::Range<usize>, ends: &[usize]) -> CkaAccumulator {
        let widths: Vec<usize> = layers.iter().map(Array2::ncols).collect();
        let mut sums = CkaAccumulator::new(&widths, &[(0, 1), (2, 0), (1, 2)]);
        let mut start = rows.start;
        for &end in ends.iter().chain(&[rows.end]) {
            let blocks: Vec<_> = layers.iter().map(|x| x.slice_axis(Axis(0), Slice::from(start..end))).collect();
            sums.add(&blocks).unwrap();
            start = end;
        }
        sums
    }

    fn in_memory(layers: &[Array2<f64>], i: usize, j: usize, hsic: Hsic) -> f64 {
        let x = |k: usize| Representation::new(layers[k].clone()).unwrap();
        Cka { hsic, ..Cka::linear() }.score(&x(i), &x(j)).unwrap()
    }

    fn arrays(sums: &CkaAccumulator) -> Vec<NamedArray> {
        Box::new(sums.clone()).into_arrays()
    }

    #[track_caller]
    fn assert_as_in_memory(sums: &CkaAccumulator, layers: &[Array2<f64>], what: &str) {
        for hsic in [Hsic::Biased, Hsic::Unbiased] {
            for (i, j) in [(0, 0), (0, 1), (0, 2), (2, 1)] {
                let (found, expected) = (sums.score(i, j, hsic).unwrap(), in_memory(layers, i, j, hsic));
                assert!((found - expected).abs() < 1e-10, "{what}, {hsic:?} of {i} and {j}: {found} for {expected}");
            }
        }
    }

    #[test]
    fn any_blocks_give_the_value_of_all_conditions_at_once() {
        for (offset, drift) in [(0.0, 0.0), (1e6, 0.0), (0.0, 30.0), (1e6, 30.0)] {
            let layers = layers(60, offset, drift);
            for ends in [&[][..], &[1, 2, 3, 20], &[10, 20, 30, 40, 50], &[59]] {
                let what = format!("offset {offset:e}, drift {drift}, blocks {ends:?}");
                assert_as_in_memory(&accumulated(&layers, 0..60, ends), &layers, &what);
            }
        }
    }

    #[test]
    fn any_order_of_merging_gives_the_value_of_all_conditions_at_once() {
        for (offset, drift) in [(0.0, 0.0), (1e6, 30.0)] {
            let layers = layers(61, offset, drift);
            let cuts = [0, 1, 9, 20, 35, 36, 50, 61];
            let parts: Vec<_> = cuts.windows(2).map(|cut| accumulated(&layers, cut[0]..cut[1], &[])).collect();
            for order in [[0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [3, 0, 6, 2, 5, 1, 4]] {
                let mut chain = parts[order[0]].clone();
                order[1..].iter().for_each(|&k| chain.merge(&parts[k]).unwrap());
                assert_as_in_memory(&chain, &layers, &format!("offset {offset:e}, {order:?}"));
                let pair = |a: usize, b: usize| {
                    let mut pair = parts[order[a]].clone();
                    pair.merge(&parts[order[b]]).unwrap();
                    pair
                };
                let (mut tree, right) = (pair(0, 1), pair(2, 3));
                for part in [right, pair(4, 5), parts[order[6]].clone()] {
                    tree.merge(&part).unwrap();
                }
                assert_as_in_memory(&tree, &layers, &format!("tree, offset {offset:e}, {order:?}"));
            }
        }
    }

    #[test]
    fn one_that_saw_nothing_changes_nothing() {
        let layers = layers(20, 3.0, 1.0);
        let full = accumulated(&layers, 0..20, &[]);
        let nothing = CkaAccumulator::new(&[3, 5, 4], &[(0, 1), (2, 0), (1, 2)]);
        let (mut before, mut after) = (full.clone(), nothing.clone());
        before.merge(&nothing).unwrap();
        after.merge(&full).unwrap();
        assert_eq!([arrays(&before), arrays(&after)], [arrays(&full), arrays(&full)]);
        assert_eq!(
            nothing.score(0, 1, Hsic::Biased).unwrap_err().kind(),
            &ErrorKind::TooFewConditions { needed: 2, found: 0 }
        );
    }

    #[test]
    fn units_of_any_size_change_nothing() {
        let layers = layers(40, 0.5, 0.0);
        let expected = in_memory(&layers, 0, 1, Hsic::Unbiased);
        for scale in [1e-200, 1e-60, 1e60, 1e200] {
            let scaled = layers.clone().map(|x| x * scale);
            let found = accumulated(&scaled, 0..40, &[7, 20]).score(0, 1, Hsic::Unbiased).unwrap();
            assert!((found - expected).abs() < 1e-12, "{scale:e}: {found} for {expected}");
        }
    }

    #[test]
    fn data_without_an_answer_are_the_errors_they_are_in_memory() {
        let kind = |x: Array2<f64>, hsic: Hsic| {
            let y = Array2::from_shape_fn((x.nrows(), 2), |(i, j)| ((i * i + j) as f64).sin());
            let layers = [x, y.clone(), y];
            let n = layers[0].nrows();
            let streamed = accumulated(&layers, 0..n, &[n / 2]).score(0, 1, hsic).unwrap_err();
            let x = Representation::new(layers[0].clone()).unwrap();
            let memory = Cka { hsic, ..Cka::linear() }.geometry(&x).unwrap_err();
            assert_eq!(streamed.kind().name(), memory.kind().name());
            streamed.kind().name()
        };
        for hsic in [Hsic::Biased, Hsic::Unbiased] {
            assert_eq!(kind(Array2::from_elem((8, 3), 0.1), hsic), "Degenerate");
            assert_eq!(kind(Array2::zeros((8, 3)), hsic), "Degenerate");
        }
        assert_eq!(kind(array![[1.0], [2.0], [4.0]], Hsic::Unbiased), "TooFewConditions");
        // All conditions are equally alike, so that centering leaves nothing off the diagonal.
        let corners = Array2::from_shape_fn((6, 5), |(i, j)| f64::from(u8::from(i == j)));
        let alike =
            Array2::from_shape_fn((6, 5), |(i, j)| if i == 5 { (1.0 - 6f64.sqrt()) / 5.0 } else { corners[(i, j)] });
        assert_eq!(kind(alike, Hsic::Unbiased), "Degenerate");
    }

    #[test]
    fn a_dead_unit_is_no_noise() {
        let [mut x, y, z] = layers(40, 0.0, 0.0);
        x.column_mut(1).fill(1e12);
        let layers = [x, y, z];
        assert_as_in_memory(&accumulated(&layers, 0..40, &[3, 11, 30]), &layers, "a dead unit of 1e12");
    }

    #[test]
    fn an_unbiased_value_that_has_lost_its_digits_is_refused() {
        let [mut x, y, z] = layers(40, 0.0, 0.0);
        x.row_mut(3).fill(1e6);
        let sums = accumulated(&[x, y, z], 0..40, &[20]);
        let error = sums.score(0, 1, Hsic::Unbiased).unwrap_err();
        assert!(error.kind().name() == "Degenerate" && error.to_string().contains("Hsic::Biased"), "{error}");
        assert!(sums.score(0, 1, Hsic::Biased).is_ok());
        assert!(sums.score(1, 2, Hsic::Unbiased).is_ok());
    }

    #[test]
    fn what_is_not_finite_or_not_of_these_layers_leaves_nothing_behind() {
        let layers = layers(20, 0.0, 0.0);
        let sums = accumulated(&layers, 0..20, &[]);
        let mut again = sums.clone();
        let mut broken = layers.clone();
        broken[2][(4, 1)] = f64::NAN;
        let views: Vec<_> = broken.iter().map(Array2::view).collect();
        let kind = ErrorKind::NonFinite { condition: 24, feature: 1 };
        assert_eq!(again.add(&views).unwrap_err().kind(), &kind);
        assert_eq!(again.add(&views[..2]).unwrap_err().kind(), &ErrorKind::ShapeMismatch);
        assert_eq!(again.merge(&CkaAccumulator::new(&[3, 5, 4], &[])).unwrap_err().kind(), &ErrorKind::ShapeMismatch);
        assert_eq!(arrays(&again), arrays(&sums));
    }

    #[test]
    fn what_is_written_is_read() {
        let sums = accumulated(&layers(20, 1e3, 2.0), 0..20, &[7]);
        let again = CkaAccumulator::from_arrays(arrays(&sums)).unwrap();
        assert_eq!(arrays(&again), arrays(&sums));
        for k in 0..arrays(&sums).len() {
            let mut broken = arrays(&sums);
            broken.remove(k);
            assert_eq!(CkaAccumulator::from_arrays(broken).unwrap_err().kind(), &ErrorKind::Format, "without {k}");
            let mut broken = arrays(&sums);
            broken[k].1 = Array2::from_elem((1, 9), 0.5);
            assert_eq!(CkaAccumulator::from_arrays(broken).unwrap_err().kind(), &ErrorKind::Format, "shape of {k}");
        }
    }

    #[test]
    fn many_features_are_said_to_bias() {
        let sums = accumulated(&layers(9, 0.0, 0.0), 0..9, &[]);
        let kinds = |i, j, hsic| sums.caveats(i, j, hsic).iter().map(|caveat| caveat.kind).collect::<Vec<_>>();
        assert_eq!(kinds(0, 1, Hsic::Biased), [CaveatKind::BiasedByDimension]);
        assert_eq!((kinds(0, 2, Hsic::Biased), kinds(0, 1, Hsic::Unbiased)), (vec![], vec![]));
    }
}
