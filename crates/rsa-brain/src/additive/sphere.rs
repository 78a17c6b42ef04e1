//! The RDM of one sphere from sums over its members alone.

use ndarray::Array2;
use rsa_core::{Correlation, Cosine, Dissimilarity, Error, Rdm, Representation, Result, condensed};

use super::{AdditiveTerms, GramSums, MapBuffer, TermForm, rounding::N_ERRORS};

impl AdditiveTerms {
    /// Computes the RDM of the sphere of these voxels, one voxel after another.
    ///
    /// It is what a searchlight has at this center but for the order of its sums.
    ///
    /// # Errors
    /// `ShapeMismatch` without a voxel or for one that does not exist, `Degenerate` for a pattern that has no direction,
    /// `OutOfRange` if a sum overflows.
    pub fn sphere_rdm(&self, members: &[usize]) -> Result<Rdm> {
        if members.is_empty() || members.iter().any(|&voxel| voxel >= self.n_voxels()) {
            return Err(Error::shape_mismatch(format!(
                "a sphere of {} voxels, of {}; give one or more of them",
                members.len(),
                self.n_voxels()
            )));
        }
        if self.form.is_unit() {
            return self.rdm_of_patterns(members);
        }
        let (n, n_maps, p) = (self.n_conditions(), self.form.n_maps(), members.len() as f64);
        let pairs: Vec<_> = condensed::pairs(n).collect();
        let (mut own, mut sums, mut errors) = (vec![0.0; n], vec![0.0; pairs.len()], [0.0; N_ERRORS]);
        let mut buffer = MapBuffer::default();
        for &voxel in members {
            self.fill_maps(voxel..voxel + 1, &mut buffer);
            let (maps, error_terms) = buffer.rows.split_at(n * n_maps);
            errors.iter_mut().zip(error_terms).for_each(|(sum, term)| *sum += term);
            let map = |condition: usize| &maps[condition * n_maps..(condition + 1) * n_maps];
            for (sum, &(i, j)) in sums.iter_mut().zip(&pairs) {
                *sum += self.form.term(map(i), map(j));
            }
            if self.form.is_gram() {
                own.iter_mut().enumerate().for_each(|(i, sum)| *sum += self.form.term(map(i), map(i)));
            }
        }
        let value = |(&sum, &(i, j)): (&f64, &(usize, usize))| match self.form.is_gram() {
            true => {
                let gram = GramSums { own: [own[i], own[j]], between: sum, sums: [0.0; 2], n_voxels: p };
                self.form.of_gram((i, j), n, gram)
            }
            false => self.form.of_sum(sum, p),
        };
        let values: Vec<f64> = sums.iter().zip(&pairs).map(value).collect();
        if values.iter().any(|value| !value.is_finite()) {
            return Err(Error::out_of_range("a distance", "divide the voxels by their common scale first"));
        }
        // No pattern is divided by its length here.
        Rdm::new(values)?.with_rounding(self.rounding(errors, p, f64::INFINITY))
    }

    /// Computes dissimilarities of patterns that are divided by their length, from the patterns themselves.
    fn rdm_of_patterns(&self, members: &[usize]) -> Result<Rdm> {
        let n = self.n_conditions();
        let mut patterns = Array2::zeros((n, members.len()));
        for (mut column, &voxel) in patterns.columns_mut().into_iter().zip(members) {
            let means = self.group_means(voxel..voxel + 1, self.design.condition_of(), n);
            column.iter_mut().zip(means).for_each(|(value, mean)| *value = mean);
        }
        let x = Representation::new(patterns)?.with_precision(self.precision)?;
        match self.form.is_centered() {
            true => Correlation.rdm(&x),
            false => Cosine.rdm(&x),
        }
    }
}

impl TermForm {
    /// Returns the term of one voxel, from the maps of both conditions.
    fn term(&self, a: &[f64], b: &[f64]) -> f64 {
        let signed = |first: f64, others: &mut dyn Iterator<Item = f64>| others.fold(first, |sum, other| sum - other);
        let mut pairs = a.iter().zip(b);
        match self {
            Self::Squares { .. } => {
                let mut squares = pairs.map(|(a, b)| (a - b) * (a - b));
                signed(squares.next().unwrap_or(0.0), &mut squares)
            }
            Self::Gram { .. } => {
                let mut products = pairs.map(|(a, b)| a * b);
                signed(products.next().unwrap_or(0.0), &mut products)
            }
            Self::Absolute => pairs.map(|(a, b)| (a - b).abs()).sum(),
            Self::Divergence => {
                let mut difference = || pairs.next().map_or(0.0, |(a, b)| a - b);
                difference() * difference()
            }
        }
    }
}
