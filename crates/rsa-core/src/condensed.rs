//! Index arithmetic of the condensed upper triangle: pairs `i < j`, row by row.
//!
//! The order is (0,1), (0,2), …, (0,n−1), (1,2), …: that of SciPy's `squareform`.

/// Number of pairs of `n` conditions.
pub const fn n_pairs(n: usize) -> usize {
    n * n.saturating_sub(1) / 2
}

/// Number of conditions whose pairs are `n_pairs`, if there is one.
pub fn n_conditions(n_pairs: usize) -> Option<usize> {
    // n(n-1)/2 = L gives n = (1 + sqrt(1 + 8L)) / 2; the root is corrected for its rounding.
    let estimate = ((1.0 + (8.0 * n_pairs as f64 + 1.0).sqrt()) / 2.0) as usize;
    (estimate.saturating_sub(1)..=estimate + 1).find(|&n| n > 0 && self::n_pairs(n) == n_pairs)
}

/// Place of the pair `(i, j)`, `i < j`, of `n` conditions.
pub const fn index(n: usize, i: usize, j: usize) -> usize {
    i * (2 * n - i - 1) / 2 + j - i - 1
}

/// All pairs `(i, j)`, `i < j`, in condensed order.
pub fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |i| (i + 1..n).map(move |j| (i, j)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_counts_the_pairs_in_order() {
        for n in 0..9 {
            assert_eq!(pairs(n).count(), n_pairs(n));
            for (k, (i, j)) in pairs(n).enumerate() {
                assert_eq!(index(n, i, j), k);
            }
        }
    }

    #[test]
    fn only_triangular_numbers_have_conditions() {
        for n in 1..300 {
            assert_eq!(n_conditions(n_pairs(n)), Some(n.max(1)), "n = {n}");
        }
        for other in [2, 4, 5, 7, 4187] {
            assert_eq!(n_conditions(other), None);
        }
        assert_eq!(n_conditions(n_pairs(100_003)), Some(100_003));
    }
}
