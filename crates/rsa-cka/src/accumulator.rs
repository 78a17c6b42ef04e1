//! [`CkaAccumulator`]: linear CKA of layers that come a block of conditions at a time.

use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;
use rsa_core::{
    Caveat, Error, Result, blocks,
    linalg::{self, Move, Recentered, RunningMean},
};

use crate::{
    Hsic, biased_by_dimension,
    co_moments::{CoMoments, squared_lengths},
};

/// Sums over conditions from which linear CKA of pairs of layers follows, biased and unbiased.
///
/// It eats blocks of conditions in one pass, and merges with others of its kind that saw other conditions: layers larger
/// than the memory, and runs divided over machines, give the value that [`Cka`](crate::Cka) gives in memory (to 1e-10, in
/// whatever blocks and order), also at offsets of 1e6 over a unit signal. Held are p × q numbers for each pair, p × p for
/// each layer: it is for layers with fewer features than conditions. For the others there is
/// [`Cka::geometry_by_columns`](crate::Cka::geometry_by_columns).
///
/// # Example
/// ```
/// use ndarray::{Array2, Axis, Slice};
/// use rsa_cka::{Cka, CkaAccumulator, Hsic};
/// use rsa_core::{Measure, Representation};
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
    /// First each layer with itself, then the pairs.
    pairs: Vec<(usize, usize)>,
    sums: Vec<CoMoments>,
    /// For each layer memory that blocks use again: to be centred in,
    centred: Vec<Array2<f64>>,
    /// and transposed.
    transposed: Vec<Array2<f64>>,
}

impl CkaAccumulator {
    /// Of no condition yet: layers with so many features each, and the pairs of them that will be asked for. A layer with
    /// itself need not be named.
    ///
    /// # Panics
    /// If a pair names a layer that is not there.
    pub fn new(widths: &[usize], pairs: &[(usize, usize)]) -> Self {
        let pairs = all_pairs(widths.len(), pairs);
        let sums = pairs.iter().map(|&(i, j)| CoMoments::new(widths[i], widths[j], i == j)).collect();
        let means = widths.iter().map(|&width| RunningMean::new(width)).collect();
        let spare = vec![Array2::default((0, 0)); widths.len()];
        Self { means, pairs, sums, centred: spare.clone(), transposed: spare }
    }

    /// Bytes that an accumulator of such layers and pairs holds, but for what grows with the features alone.
    pub fn bytes(widths: &[usize], pairs: &[(usize, usize)]) -> usize {
        let numbers = all_pairs(widths.len(), pairs).into_iter().map(|(i, j)| widths[i].saturating_mul(widths[j]));
        numbers.fold(0, usize::saturating_add).saturating_mul(size_of::<f64>())
    }

    /// How many features each layer has.
    pub fn widths(&self) -> Vec<usize> {
        self.means.iter().map(RunningMean::width).collect()
    }

    /// Whether all `pairs` can be asked for.
    pub fn has_pairs(&self, pairs: &[(usize, usize)]) -> bool {
        pairs.iter().all(|&(i, j)| self.pairs.contains(&(i, j)) || self.pairs.contains(&(j, i)))
    }

    /// How many conditions were seen.
    pub fn n_conditions(&self) -> usize {
        self.means.first().map_or(0, RunningMean::count)
    }

    /// Takes in a block: the same conditions of every layer, in the order of the layers.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of layers or features, or if the blocks have not the same number of conditions;
    /// `NonFinite` with the condition counted from the first one seen. What is refused leaves nothing behind.
    pub fn add(&mut self, blocks: &[ArrayView2<'_, f64>]) -> Result<()> {
        let recentred = blocks::recentred(&mut self.means, blocks, &mut self.centred)?;
        let transpose = |(block, columns): (&Recentered, &mut Array2<f64>)| {
            linalg::transpose_into(block.rows.view(), columns);
        };
        recentred.par_iter().zip(&mut self.transposed).for_each(transpose);
        let moves: Vec<&Move> = recentred.iter().map(|block| &block.before).collect();
        let second = moved(&mut self.sums, &self.pairs, &moves);
        let lengths: Vec<Vec<f64>> = recentred.par_iter().map(squared_lengths).collect();
        self.sums.par_iter_mut().zip(&self.pairs).for_each(|(sums, &(i, j))| {
            if n_before(&moves) > 0 {
                sums.shift([moves[i], moves[j]], [second[i], second[j]]);
            }
            sums.add_higher(&recentred[i], &recentred[j], [&lengths[i], &lengths[j]]);
        });
        // One after the other: each product uses all threads.
        for (sums, &(i, j)) in self.sums.iter_mut().zip(&self.pairs) {
            sums.add_products(&self.transposed[i], &recentred[j]);
        }
        self.centred = recentred.into_iter().map(|block| block.rows).collect();
        Ok(())
    }

    /// Takes in the conditions that another accumulator of the same layers has seen.
    ///
    /// # Errors
    /// `ShapeMismatch` if it is of other layers or pairs.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.widths() != other.widths() || self.pairs != other.pairs {
            return Err(Error::shape_mismatch(format!(
                "accumulators of layers with {:?} and {:?} features; merge those of the same layers and pairs",
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

    /// Linear CKA of layers `i` and `j`.
    ///
    /// # Errors
    /// `TooFewConditions`; `Degenerate` if all conditions of a layer are equally alike. Also, for the unbiased estimate,
    /// if one condition is so far from all others that what is left of the sums has lost its digits: a measure that has
    /// all conditions in memory still gives a value then.
    ///
    /// # Panics
    /// If the pair was not named when the accumulator was made.
    pub fn score(&self, i: usize, j: usize, hsic: Hsic) -> Result<f64> {
        hsic.ensure_enough(self.n_conditions())?;
        let named =
            |k, name: &str| self.own(k, hsic).map_err(|error| error.context(format_args!("{name} representation")));
        let own = named(i, "first")?.sqrt() * named(j, "second")?.sqrt();
        let [low, high] = hsic.range();
        Ok((self.estimate(i, j, hsic) / own).clamp(low, high))
    }

    /// What must be said with the score of layers `i` and `j`.
    pub fn caveats(&self, i: usize, j: usize, hsic: Hsic) -> Vec<Caveat> {
        let wider = self.means[i].width().max(self.means[j].width());
        biased_by_dimension(hsic, wider, self.n_conditions()).into_iter().collect()
    }

    /// HSIC of a layer with itself.
    fn own(&self, i: usize, hsic: Hsic) -> Result<f64> {
        /// Below this share of the sums it is taken from, a difference has lost more than ten digits' worth of them.
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
                "leave that condition or this representation out, or compare with hsic=biased",
            ),
        })
    }

    /// HSIC up to a factor that depends on the number of conditions alone.
    fn estimate(&self, i: usize, j: usize, hsic: Hsic) -> f64 {
        let wanted = |&(a, b): &(usize, usize)| (a, b) == (i, j) || (a, b) == (j, i);
        let at = self.pairs.iter().position(wanted).expect("a pair that the accumulator was made for");
        let sums = &self.sums[at];
        let lengths = [self.sums[i].second(), self.sums[j].second()];
        hsic.less_diagonal(sums.squared_norm(), sums.fourth, lengths, self.n_conditions())
    }

    /// All sums, named, to be written and read by [`from_arrays`](Self::from_arrays).
    pub fn into_arrays(self) -> Vec<(String, Array2<f64>)> {
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

    /// What [`into_arrays`](Self::into_arrays) gave.
    ///
    /// # Errors
    /// `Format` if an array is missing, of another shape, or not finite.
    pub fn from_arrays(arrays: Vec<(String, Array2<f64>)>) -> Result<Self> {
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
            return Err(damaged("the numbers of conditions and layers are none"));
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
            return Err(damaged("the pairs are of layers that are not there"));
        }
        let mut whole = Self::new(&widths, &named);
        for (k, sums) in whole.sums.iter_mut().enumerate() {
            let (products, first, second) =
                (take(format!("products{k}"))?, take(format!("first{k}"))?, take(format!("second{k}"))?);
            if products.dim() != sums.products.dim()
                || [first.ncols(), second.ncols()] != sums.third.each_ref().map(|t| t.len())
            {
                return Err(damaged("a sum has not the shape of its layers"));
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

/// Each layer with itself, then the others, each pair once.
fn all_pairs(layers: usize, pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    assert!(pairs.iter().all(|&(i, j)| i < layers && j < layers), "a pair of layers that are there");
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

/// Brings sums to the new unit; answers each layer's Σ|x|² about the old mean.
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

    /// Layers that share a part of their signal; each block of ten conditions is elsewhere by `drift`.
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
        assert_eq!([before.into_arrays(), after.into_arrays()], [full.clone().into_arrays(), full.into_arrays()]);
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
        // Equally alike, so that nothing is left beside the diagonal.
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
        assert!(error.kind().name() == "Degenerate" && error.to_string().contains("hsic=biased"), "{error}");
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
        assert_eq!(again.into_arrays(), sums.into_arrays());
    }

    #[test]
    fn what_is_written_is_read() {
        let sums = accumulated(&layers(20, 1e3, 2.0), 0..20, &[7]);
        let again = CkaAccumulator::from_arrays(sums.clone().into_arrays()).unwrap();
        assert_eq!(again.into_arrays(), sums.clone().into_arrays());
        for k in 0..sums.clone().into_arrays().len() {
            let mut arrays = sums.clone().into_arrays();
            arrays.remove(k);
            assert_eq!(CkaAccumulator::from_arrays(arrays).unwrap_err().kind(), &ErrorKind::Format, "without {k}");
            let mut arrays = sums.clone().into_arrays();
            arrays[k].1 = Array2::from_elem((1, 9), 0.5);
            assert_eq!(CkaAccumulator::from_arrays(arrays).unwrap_err().kind(), &ErrorKind::Format, "shape of {k}");
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
