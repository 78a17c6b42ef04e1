//! [`PairProducts`]: inner products of RDMs on all pairs, from which those without a few conditions follow.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, Slice};
use rsa_core::{Observer, Result, condensed};

use super::{linear::SubjectProducts, prepared_rdm::PreparedRdm};
use crate::comparison::{embedded::EmbeddingKind, joint};

/// Most numbers (128 MB) that the tables of all conditions may hold.
const MOST_NUMBERS: usize = 1 << 24;

/// Least share of its squared length that an RDM keeps without some conditions.
///
/// The rest comes from a difference of sums, which loses three digits at most.
const LEAST_SHARE: f64 = 1e-3;

/// Least standard deviation of dissimilarities in multiples of their rounding.
///
/// An RDM that varies more than this stays above the limit at which dissimilarities are called constant, whichever few
/// conditions are left out.
const LEAST_SPREAD: f64 = 1e3;

/// Inner products of subjects and models on all pairs, and on the pairs of each condition alone.
///
/// Without the conditions of a set O, a sum over pairs is Σ − Σₐ Σᵃ + Σₐᵦ dₐᵦ, where Σᵃ is the sum over the pairs of
/// condition a: both conditions of a pair within O have taken it off. No other pair is looked at again.
#[derive(Debug)]
pub(crate) struct PairProducts {
    embedding: EmbeddingKind,
    n_conditions: usize,
    n_subjects: usize,
    /// The means that were subtracted from the dissimilarities: differences of sums then lose few digits.
    means: Vec<f64>,
    /// The products on all pairs.
    all: Array2<f64>,
    /// The products on the pairs of each condition.
    by_condition: Vec<Array2<f64>>,
    /// The squared lengths on all pairs.
    lengths: Vec<f64>,
}

/// The comparison of models and subjects, and of subjects with one another, without some conditions.
#[derive(Debug)]
pub(crate) struct ProductsWithout {
    /// Models × subjects.
    pub(crate) scores: Array2<f64>,
    pub(crate) subjects: SubjectProducts,
}

/// RDMs, less their means: those of the subjects, then those of the models.
struct CenteredRdms<'a> {
    rdms: &'a [&'a PreparedRdm],
    means: &'a [f64],
    present: Option<&'a [bool]>,
}

impl CenteredRdms<'_> {
    /// Returns RDM `k` at a pair, 0 where it is missing. The row after the last RDM is 1 where pairs are present.
    fn value(&self, k: usize, pair: usize) -> f64 {
        match self.present {
            Some(present) if !present[pair] => 0.0,
            _ => self.rdms.get(k).map_or(1.0, |rdm| rdm.values()[pair] - self.means[k]),
        }
    }

    /// Returns all rows at the given pairs.
    fn rows(&self, pairs: &[usize]) -> Array2<f64> {
        Array2::from_shape_fn((self.rdms.len() + 1, pairs.len()), |(k, place)| self.value(k, pairs[place]))
    }
}

impl PairProducts {
    /// Sums up the products of `rdms`, of which the first `n_subjects` are those of subjects.
    ///
    /// Returns `None` where pairs must be looked at one by one: where an RDM hardly varies, where pairs are missing and
    /// the comparison whitens, and where the tables would be large.
    ///
    /// # Errors
    /// `Cancelled`.
    pub(crate) fn new(
        embedding: EmbeddingKind,
        rdms: &[&PreparedRdm],
        n_subjects: usize,
        n_conditions: usize,
        present: Option<&[bool]>,
        observer: &dyn Observer,
    ) -> Result<Option<Self>> {
        let rows = rdms.len() + 1;
        let is_large = (rows * (n_subjects + 2)).checked_mul(n_conditions).is_none_or(|numbers| numbers > MOST_NUMBERS);
        if is_large || (embedding.whitened && present.is_some()) {
            return Ok(None);
        }
        let means: Vec<f64> = rdms.iter().map(|rdm| mean(rdm.values(), present)).collect();
        let centered = CenteredRdms { rdms, means: &means, present };
        let table = |condition: usize| {
            observer.ensure_going("the products of RDMs")?;
            let others = (0..n_conditions).filter(|&other| other != condition);
            let pairs: Vec<usize> = others.map(|other| pair(n_conditions, condition, other)).collect();
            Ok(products(centered.rows(&pairs).view(), n_subjects))
        };
        let by_condition = (0..n_conditions).map(table).collect::<Result<Vec<_>>>()?;
        // Each pair belongs to two conditions.
        let mut all = Array2::zeros((rows, n_subjects + 2));
        by_condition.iter().for_each(|table| all += table);
        all /= 2.0;
        let means = means.clone();
        let mut found = Self { embedding, n_conditions, n_subjects, means, all, by_condition, lengths: Vec::new() };
        let (_, lengths) = found.inner_products(&found.all, &found.row_sums(&centered, &[]), n_conditions);
        let varies = |(k, rdm): (usize, &&PreparedRdm)| {
            let spread = (found.all[(k, n_subjects + 1)] / found.all[(rows - 1, n_subjects)]).sqrt();
            spread > LEAST_SPREAD * joint::tolerance(joint::extremes_of(rdm.values(), None), rdm.rounding())
        };
        let is_certain = rdms.iter().enumerate().all(varies);
        found.lengths = lengths;
        Ok(is_certain.then_some(found))
    }

    /// Compares models with subjects, and subjects with one another, without the conditions `out`.
    ///
    /// `rdms` and `present` are those that the products were made of. Returns `None` where the differences of sums would
    /// lose digits, and where so many conditions are left out that a pass over the others takes no longer.
    pub(crate) fn without(
        &self,
        out: &[usize],
        rdms: &[&PreparedRdm],
        present: Option<&[bool]>,
    ) -> Option<ProductsWithout> {
        let n = self.n_conditions;
        if 4 * out.len() > n || n - out.len() < 3 {
            return None;
        }
        let centered = CenteredRdms { rdms, means: &self.means, present };
        let mut sums = self.all.clone();
        out.iter().for_each(|&a| sums -= &self.by_condition[a]);
        let within: Vec<usize> =
            (0..out.len()).flat_map(|k| out[..k].iter().map(move |&b| pair(n, out[k], b))).collect();
        sums += &products(centered.rows(&within).view(), self.n_subjects);
        let (mut inner, lengths) = self.inner_products(&sums, &self.row_sums(&centered, out), n - out.len());
        let keeps_digits = |(left, all): (&f64, &f64)| *left > LEAST_SHARE * all;
        if !lengths.iter().zip(&self.lengths).all(keeps_digits) {
            return None;
        }
        for ((k, i), value) in inner.indexed_iter_mut() {
            *value = (*value / (lengths[k] * lengths[i]).sqrt()).clamp(-1.0, 1.0);
        }
        let first_model = self.n_subjects;
        let scores =
            Array2::from_shape_fn((rdms.len() - first_model, first_model), |(m, i)| inner[(first_model + m, i)]);
        let mut products = first_rows(inner.view(), self.n_subjects).to_owned();
        products.diag_mut().fill(1.0);
        Some(ProductsWithout { scores, subjects: SubjectProducts::new(products) })
    }

    /// Returns the sums of each RDM's rows without the conditions `out`: RDMs × conditions, 0 for those.
    ///
    /// Only whitening asks for them; otherwise there are no columns.
    fn row_sums(&self, centered: &CenteredRdms<'_>, out: &[usize]) -> Array2<f64> {
        let n = self.n_conditions;
        if !self.embedding.whitened {
            return Array2::zeros((centered.rdms.len(), 0));
        }
        let mut sums = Array2::zeros((centered.rdms.len(), n));
        for i in (0..n).filter(|i| !out.contains(i)) {
            for k in 0..centered.rdms.len() {
                let taken_off = out.iter().map(|&a| centered.value(k, pair(n, i, a))).sum::<f64>();
                sums[(k, i)] = self.by_condition[i][(k, self.n_subjects)] - taken_off;
            }
        }
        sums
    }

    /// Returns inner products of φ, RDMs × subjects, and the squared length of φ of each RDM.
    ///
    /// `sums` are products on the pairs of `n` conditions, of values about `means`.
    ///
    /// Whitening by V = 2I + BBᵀ, where B says which conditions a pair has: xᵀV⁻¹y = ½[Σxy − (Σᵢrᵢqᵢ − 2sₓsᵧ/n)/n], with
    /// the sums r and q of rows, and s of all pairs; V⁻¹1 = 1/(2n).
    fn inner_products(&self, sums: &Array2<f64>, row_sums: &Array2<f64>, n: usize) -> (Array2<f64>, Vec<f64>) {
        let (n_rdms, ones) = (self.means.len(), self.n_subjects);
        let (n, count) = (n as f64, sums[(n_rdms, ones)]);
        let of_rows = row_sums.dot(&first_rows(row_sums.view(), self.n_subjects).t());
        let inner = |k: usize, l: usize, product: f64, of_rows: f64| {
            let [[x, mean_x], [y, mean_y]] = [k, l].map(|k| [sums[(k, ones)], self.means[k]]);
            match (self.embedding.centered, self.embedding.whitened) {
                (true, false) => product - x * y / count,
                (false, false) => product + mean_x * y + mean_y * x + mean_x * mean_y * count,
                // Values about the mean of the pairs that are left have rows without the part of this mean.
                (true, true) => {
                    let shared = x * y / count;
                    let of_rows = of_rows - n * (n - 1.0).powi(2) * (x / count) * (y / count);
                    (product - shared - of_rows / n) / 2.0
                }
                (false, true) => {
                    let about_means = (product - (of_rows - 2.0 * x * y / n) / n) / 2.0;
                    about_means + (mean_x * y + mean_y * x + mean_x * mean_y * count) / (2.0 * n)
                }
            }
        };
        let found = Array2::from_shape_fn((n_rdms, ones), |(k, i)| inner(k, i, sums[(k, i)], of_rows[(k, i)]));
        let squared = |k: usize| row_sums.row(k).dot(&row_sums.row(k));
        let lengths = (0..n_rdms).map(|k| inner(k, k, sums[(k, ones + 1)], squared(k))).collect();
        (found, lengths)
    }
}

/// Returns the products of every row with those of the subjects, then its products with the last row and with itself.
fn products(rows: ArrayView2<'_, f64>, n_subjects: usize) -> Array2<f64> {
    let (n_rows, last) = (rows.nrows(), rows.nrows() - 1);
    let mut found = Array2::zeros((n_rows, n_subjects + 2));
    let with_subjects = rows.dot(&first_rows(rows, n_subjects).t());
    found.slice_axis_mut(Axis(1), Slice::from(..n_subjects)).assign(&with_subjects);
    for k in 0..n_rows {
        found[(k, n_subjects)] = rows.row(k).dot(&rows.row(last));
        found[(k, n_subjects + 1)] = rows.row(k).dot(&rows.row(k));
    }
    found
}

fn first_rows(rows: ArrayView2<'_, f64>, count: usize) -> ArrayView2<'_, f64> {
    rows.split_at(Axis(0), count).0
}

/// Returns the place of a pair of two different conditions.
fn pair(n_conditions: usize, a: usize, b: usize) -> usize {
    condensed::index(n_conditions, a.min(b), a.max(b))
}

/// Returns the mean of the values that are present.
fn mean(values: &[f64], present: Option<&[bool]>) -> f64 {
    match present {
        None => ArrayView1::from(values).sum() / values.len() as f64,
        Some(present) => {
            let left: Array1<f64> =
                values.iter().zip(present).filter(|(_, present)| **present).map(|(v, _)| *v).collect();
            left.sum() / left.len() as f64
        }
    }
}
