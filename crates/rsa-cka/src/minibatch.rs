//! [`MinibatchCka`]: CKA from batches of conditions, for kernels whose Gram matrix does not fit into memory.

use ndarray::Array2;
use rsa_core::{Error, Representation, Result, linalg};

use crate::{Hsic, Kernel, triangle::Triangle};

/// An estimate of unbiased CKA from batches of conditions: a ratio of sums of unbiased HSIC over the batches.
///
/// Each batch estimates HSIC without bias and is weighted by its number of conditions, so that a shorter last batch is
/// neither lost nor counted like a full one. For batches of one size the estimate is the one of Nguyen, Raghu &
/// Kornblith 2021. Some implementations take the mean of the CKA of batches instead, which is another number. Draw the
/// batches at random. A median bandwidth is computed from each batch alone. The estimate is meant for radial basis
/// functions; for the linear kernel [`CkaAccumulator`](crate::CkaAccumulator) returns the exact value of all
/// conditions.
///
/// The error is a sampling error. On 2048 conditions of two layers of 24 features that share half of their variance
/// (unbiased RBF CKA .238 of all at once) the estimate was off by .008, .006 and .004 in batches of 20, 70 and 300, the last
/// of which was shorter; the mean of the biased CKA of the batches was off by .59, .38 and .14.
///
/// # Example
/// ```
/// use ndarray::Array2;
/// use rsa_cka::{Bandwidth, Kernel, MinibatchCka};
/// use rsa_core::Representation;
///
/// let batch = |start: usize, p: usize| {
///     Representation::new(Array2::from_shape_fn((8, p), |(i, j)| (((i + start) * (i + start) * (j + 2)) as f64).sin()))
/// };
/// let mut cka = MinibatchCka::new(Kernel::Rbf(Bandwidth::fixed(1.5)?), 2);
/// for start in [0, 8, 16] {
///     cka.add(&[batch(start, 3)?, batch(start, 4)?])?;
/// }
/// assert!((-1.0..=1.0).contains(&cka.score(0, 1)?));
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Nguyen, Raghu & Kornblith 2021, ICLR, <https://arxiv.org/abs/2010.15327>; Song et al. 2012, JMLR,
/// <https://www.jmlr.org/papers/v13/song12a.html>.
#[derive(Clone, Debug, PartialEq)]
pub struct MinibatchCka {
    kernel: Kernel,
    n_conditions: usize,
    /// Σ n·HSIC of every two layers.
    sums: Array2<f64>,
    /// Bound on the rounding of each layer's sum with itself.
    rounding: Vec<f64>,
}

impl MinibatchCka {
    /// Makes an estimate without batches, for a number of layers.
    pub fn new(kernel: Kernel, layers: usize) -> Self {
        Self { kernel, n_conditions: 0, sums: Array2::zeros((layers, layers)), rounding: vec![0.0; layers] }
    }

    /// Returns the number of conditions added so far.
    pub fn n_conditions(&self) -> usize {
        self.n_conditions
    }

    /// Adds a batch, which holds the same conditions of every layer, in the order of the layers.
    ///
    /// # Errors
    /// `TooFewConditions` below four; `ShapeMismatch` for another number of layers; `ShapeMismatch` or `LabelMismatch`
    /// if layers have different conditions; the errors of the kernel.
    pub fn add(&mut self, batch: &[Representation]) -> Result<()> {
        let layers = self.rounding.len();
        if batch.len() != layers {
            let found = batch.len();
            return Err(Error::shape_mismatch(format!("{found} layers in a batch of {layers}; give all of them")));
        }
        let Some(first) = batch.first() else { return Ok(()) };
        let n = first.n_conditions();
        Hsic::Unbiased.ensure_enough(n)?;
        batch.iter().try_for_each(|x| first.conditions().ensure_same(x.conditions()))?;
        // n·HSIC = ⟨U(K), U(L)⟩ / (n − 3).
        let weight = 1.0 / (n - 3) as f64;
        let mut centered = Vec::with_capacity(layers);
        let mut rounding = Vec::with_capacity(layers);
        for x in batch {
            let kernel = self.values(x)?;
            rounding.push(weight * (n as f64 * f64::EPSILON * kernel.length()).powi(2));
            centered.push(kernel.centered(Hsic::Unbiased));
        }
        // The diagonal is 0, and every other entry occurs twice in the matrix.
        let vectors: Vec<&[f64]> = centered.iter().map(Triangle::pairs).collect();
        self.sums.scaled_add(2.0 * weight, &linalg::inner_products(&vectors, &vectors)?);
        self.rounding.iter_mut().zip(rounding).for_each(|(sum, more)| *sum += more);
        self.n_conditions += n;
        Ok(())
    }

    /// Adds the batches of another estimate.
    ///
    /// # Errors
    /// `InvalidParameter` for another kernel, `ShapeMismatch` for another number of layers.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.kernel != other.kernel {
            let (wanted, found) = (format!("{:?} as in the first", self.kernel), format!("{:?}", other.kernel));
            return Err(Error::invalid_parameter("the kernel of batches to merge", wanted, found));
        }
        if self.rounding.len() != other.rounding.len() {
            return Err(Error::shape_mismatch(format!(
                "batches of {} layers and of {}; merge those of the same layers",
                self.rounding.len(),
                other.rounding.len()
            )));
        }
        self.sums += &other.sums;
        self.rounding.iter_mut().zip(&other.rounding).for_each(|(sum, more)| *sum += more);
        self.n_conditions += other.n_conditions;
        Ok(())
    }

    /// Returns the estimate for layers `i` and `j`.
    ///
    /// # Errors
    /// `TooFewConditions` without a batch; `Degenerate` if in every batch all conditions of a layer are equally alike.
    ///
    /// # Panics
    /// If there is no such layer.
    pub fn score(&self, i: usize, j: usize) -> Result<f64> {
        Hsic::Unbiased.ensure_enough(self.n_conditions)?;
        for (k, name) in [(i, "first"), (j, "second")] {
            if self.sums[(k, k)] <= self.rounding[k] {
                let what = "the centred Gram matrix of every batch vanishes: all conditions are equally alike";
                let error = Error::degenerate(what, "leave this representation out");
                return Err(error.context(format_args!("{name} representation")));
            }
        }
        let [low, high] = Hsic::Unbiased.range();
        Ok((self.sums[(i, j)] / self.sums[(i, i)].sqrt() / self.sums[(j, j)].sqrt()).clamp(low, high))
    }

    /// Returns the kernel of a batch, up to a constant.
    fn values(&self, x: &Representation) -> Result<Triangle> {
        match self.kernel.of_distances(x)? {
            Some(kernel) => Ok(kernel.values),
            None => {
                let centered = linalg::center(x.values(), x.precision());
                // All batches must have the same unit.
                let gram = linalg::gram(centered.values.view())? * centered.scale.powi(2);
                Ok(Triangle::of_square(gram.view()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Axis, Slice};
    use rsa_core::{ErrorKind, Measure};

    use super::*;
    use crate::{Bandwidth, Cka};

    /// Returns layers of 24 features that share half of their variance, drawn by a linear congruential generator.
    fn layers(n: usize) -> [Array2<f64>; 2] {
        let mut state = 11u64;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / 2f64.powi(53) - 0.5
        };
        let shared = Array2::from_shape_simple_fn((n, 24), &mut uniform);
        [0, 1].map(|_| &shared + &Array2::from_shape_simple_fn((n, 24), &mut uniform))
    }

    fn part(x: &Array2<f64>, rows: std::ops::Range<usize>) -> Representation {
        Representation::new(x.slice_axis(Axis(0), Slice::from(rows)).to_owned()).unwrap()
    }

    fn in_batches(kernel: Kernel, layers: &[Array2<f64>; 2], size: usize) -> MinibatchCka {
        let n = layers[0].nrows();
        let mut cka = MinibatchCka::new(kernel, 2);
        for start in (0..n).step_by(size) {
            cka.add(&[0, 1].map(|k| part(&layers[k], start..(start + size).min(n)))).unwrap();
        }
        cka
    }

    #[test]
    fn the_error_in_batches_is_what_the_docs_say() {
        let layers = layers(2048);
        let rbf = Bandwidth::fixed(2.0).unwrap();
        let [x, y] = [0, 1].map(|k| part(&layers[k], 0..2048));
        let full = Cka::rbf(rbf).unbiased().score(&x, &y).unwrap();
        // 2048 is no multiple of these, so the last batch is shorter.
        assert!((full - 0.238).abs() < 5e-4);
        for (size, off, mean_off) in [(20, 0.008, 0.59), (70, 0.006, 0.38), (300, 0.004, 0.14)] {
            let error = in_batches(Kernel::Rbf(rbf), &layers, size).score(0, 1).unwrap() - full;
            let mut mean = 0.0;
            let starts: Vec<usize> = (0..2048).step_by(size).collect();
            for &start in &starts {
                let [x, y] = [0, 1].map(|k| part(&layers[k], start..(start + size).min(2048)));
                mean += Cka::rbf(rbf).score(&x, &y).unwrap() / starts.len() as f64;
            }
            assert!((error.abs() - off).abs() < 5e-4, "{size}: {error}");
            assert!((mean - full - mean_off).abs() < 5e-3, "{size}: {}", mean - full);
        }
    }

    #[test]
    fn one_batch_is_the_unbiased_value() {
        let layers = layers(40);
        let [x, y] = [0, 1].map(|k| part(&layers[k], 0..40));
        for kernel in [Kernel::Linear, Kernel::Rbf(Bandwidth::default()), Kernel::Rbf(Bandwidth::fixed(2.0).unwrap())] {
            let expected = Cka { kernel, hsic: Hsic::Unbiased }.score(&x, &y).unwrap();
            assert!((in_batches(kernel, &layers, 40).score(0, 1).unwrap() - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn batches_count_by_their_conditions() {
        // Σ n·HSIC by hand, from batches of 12 and of 5.
        let layers = layers(17);
        let parts = [0..12, 12..17].map(|rows| [0, 1].map(|k| part(&layers[k], rows.clone())));
        let hsic = |x: &Representation, y: &Representation| {
            let [k, l] = [x, y].map(|x| Kernel::Linear.gram(x).unwrap());
            Hsic::Unbiased.of(&k, &l).unwrap()
        };
        let sum = |i: usize, j: usize| {
            parts.iter().map(|part| part[0].n_conditions() as f64 * hsic(&part[i], &part[j])).sum::<f64>()
        };
        let expected = sum(0, 1) / (sum(0, 0) * sum(1, 1)).sqrt();
        assert!((in_batches(Kernel::Linear, &layers, 12).score(0, 1).unwrap() - expected).abs() < 1e-12);
    }

    #[test]
    fn batches_merge() {
        let layers = layers(30);
        let kernel = Kernel::Rbf(Bandwidth::default());
        let whole = in_batches(kernel, &layers, 10);
        let mut merged = MinibatchCka::new(kernel, 2);
        for start in [20, 0, 10] {
            let mut one = MinibatchCka::new(kernel, 2);
            one.add(&[0, 1].map(|k| part(&layers[k], start..start + 10))).unwrap();
            merged.merge(&one).unwrap();
        }
        assert_eq!(merged.n_conditions(), 30);
        assert!((merged.score(0, 1).unwrap() - whole.score(0, 1).unwrap()).abs() < 1e-14);
    }

    #[test]
    fn what_has_no_answer_is_refused() {
        let layers = layers(12);
        let kernel = Kernel::Rbf(Bandwidth::fixed(1.0).unwrap());
        let mut cka = MinibatchCka::new(kernel, 2);
        assert_eq!(cka.score(0, 1).unwrap_err().kind(), &ErrorKind::TooFewConditions { needed: 4, found: 0 });
        let [x, y] = [0, 1].map(|k| part(&layers[k], 0..12));
        let short = part(&layers[1], 0..3);
        let kind = |error: Error| error.kind().name();
        assert_eq!(kind(cka.add(&[x.clone(), short.clone()]).unwrap_err()), "ShapeMismatch");
        assert_eq!(kind(cka.add(&[short.clone(), short]).unwrap_err()), "TooFewConditions");
        assert_eq!(kind(cka.add(std::slice::from_ref(&x)).unwrap_err()), "ShapeMismatch");
        let constant = Representation::new(Array2::from_elem((12, 3), 0.1)).unwrap();
        cka.add(&[constant, y]).unwrap();
        let error = cka.score(0, 1).unwrap_err();
        assert!(
            kind(error.clone()) == "Degenerate" && error.to_string().starts_with("first representation"),
            "{error}"
        );
        assert_eq!(kind(cka.merge(&MinibatchCka::new(kernel, 3)).unwrap_err()), "ShapeMismatch");
        assert_eq!(kind(cka.merge(&MinibatchCka::new(Kernel::Linear, 2)).unwrap_err()), "InvalidParameter");
    }
}
