//! A project that takes rsa-stats alone.

use rsa_stats::{
    Comparison, Spearman,
    rsa_core::{Rdm, Result},
};

/// Returns Spearman's rank correlation of two RDMs, each given as its pairs in order.
///
/// # Errors
/// If the numbers of pairs differ or belong to no number of conditions, or if an RDM is constant.
pub fn rank_correlation(a: &[f64], b: &[f64]) -> Result<f64> {
    let [a, b] = [a, b].map(|pairs| Rdm::new(pairs.to_vec()).and_then(|rdm| Spearman.read(&rdm)));
    Spearman.compare(&a?, &b?)
}

#[cfg(test)]
mod tests {
    use super::rank_correlation;

    #[test]
    fn two_neighbors_exchanged_among_six_ranks() {
        // 1 − 6·Σd²/(n(n² − 1)) with Σd² = 2 and n = 6.
        let found = rank_correlation(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[1.0, 2.0, 3.0, 4.0, 6.0, 5.0]).unwrap();
        assert!((found - 33.0 / 35.0).abs() < 1e-14);
    }
}
