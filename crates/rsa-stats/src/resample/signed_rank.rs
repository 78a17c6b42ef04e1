//! [`SignedRank`]: Wilcoxon's signed-rank test.

use statrs::distribution::{ContinuousCDF, Normal};

/// Difference of two values up to which they are tied, and size of a value that counts as 0.
///
/// Scores of subjects that are equal by their formula differ by rounding, about 1e-14.
const TIE: f64 = 1e-12;

/// Most values of which the distribution without ties is exact, as in SciPy.
const MOST_EXACT: usize = 50;

/// Most values of which the distribution with ties or zeros is exact, as in SciPy.
const MOST_EXACT_WITH_TIES: usize = 13;

/// Wilcoxon's signed-rank test of values against a distribution symmetric around 0.
///
/// Values of 0 are left out (Wilcoxon's rule), and values of equal size share their mean rank. Up to 50 values without ties
/// and zeros, and up to 13 with some, all assignments of signs are counted. Otherwise p is that of a normal distribution
/// with corrections for ties and continuity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SignedRank {
    /// p-value against values of 0 or less, one-sided.
    pub(crate) above: f64,
    /// p-value, two-sided.
    pub(crate) two_sided: f64,
    /// `true` if all assignments of signs were counted.
    pub(crate) exact: bool,
}

impl SignedRank {
    /// Tests values; `None` if all are 0.
    pub(crate) fn new(values: &[f64]) -> Option<Self> {
        let mut sizes: Vec<(f64, bool)> = values.iter().map(|value| (value.abs(), *value > 0.0)).collect();
        sizes.retain(|&(size, _)| size > TIE);
        sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
        if sizes.is_empty() {
            return None;
        }
        // Twice the mean ranks, which are whole numbers.
        let mut doubled = Vec::with_capacity(sizes.len());
        let (mut positive, mut tied) = (0, 0.0);
        let is_tied = |a: &(f64, bool), b: &(f64, bool)| b.0 - a.0 <= TIE * b.0.max(1.0);
        for run in sizes.chunk_by(is_tied) {
            let rank = 2 * doubled.len() + run.len() + 1;
            positive += rank * run.iter().filter(|(_, positive)| *positive).count();
            doubled.extend(std::iter::repeat_n(rank, run.len()));
            let count = run.len() as f64;
            tied += count.powi(3) - count;
        }
        let exact = match tied > 0.0 || sizes.len() < values.len() {
            true => values.len() <= MOST_EXACT_WITH_TIES,
            false => values.len() <= MOST_EXACT,
        };
        Some(match exact {
            true => Self::from_all_signs(&doubled, positive),
            false => Self::from_normal(doubled.len() as f64, positive as f64 / 2.0, tied),
        })
    }

    /// Counts the assignments of signs by their sum of positive ranks.
    fn from_all_signs(doubled: &[usize], positive: usize) -> Self {
        let total: usize = doubled.iter().sum();
        // At most 2^50 assignments, which floating-point numbers count exactly.
        let mut counts = vec![0.0; total + 1];
        counts[0] = 1.0;
        let mut reached = 0;
        for &rank in doubled {
            for sum in (0..=reached).rev() {
                counts[sum + rank] += counts[sum];
            }
            reached += rank;
        }
        let all = 2.0_f64.powi(doubled.len() as i32);
        let above = counts[positive..].iter().sum::<f64>() / all;
        let below = counts[..=positive].iter().sum::<f64>() / all;
        Self { above, two_sided: (2.0 * above.min(below)).min(1.0), exact: true }
    }

    fn from_normal(count: f64, positive: f64, tied: f64) -> Self {
        let mean = count * (count + 1.0) / 4.0;
        let variance = (count * (count + 1.0) * (2.0 * count + 1.0) - tied / 2.0) / 24.0;
        let upper_tail = |difference: f64| Normal::standard().sf((difference - 0.5) / variance.sqrt());
        let difference = positive - mean;
        // A sum at its mean has no side to correct for.
        let two_sided = if difference == 0.0 { 1.0 } else { (2.0 * upper_tail(difference.abs())).min(1.0) };
        Self { above: upper_tail(difference), two_sided, exact: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[f64], above: f64, two_sided: f64, exact: bool) {
        let found = SignedRank::new(values).unwrap();
        assert_eq!(found.exact, exact);
        for (found, expected) in [(found.above, above), (found.two_sided, two_sided)] {
            assert!((found / expected - 1.0).abs() < 1e-9, "{found} and {expected}");
        }
    }

    const SIX: [f64; 6] = [0.31, 0.12, -0.05, 0.4, 0.22, 0.27];

    /// SciPy 1.17.1, `stats.wilcoxon(values, correction=True)`, with both alternatives.
    #[test]
    fn scipy_agrees() {
        let ties = [0.5, 0.5, -0.5, 0.25, 1.0, 1.0, -0.25, 2.0, 0.75, -1.5, 3.0, 3.0, 0.25];
        check(&ties, 0.0220947265625, 0.044189453125, true);
        check(&[0.0, 0.2, 0.4, -0.1, 0.7], 0.125, 0.25, true);
        let many: Vec<f64> = (0..20).map(|k| f64::from((k * 7) % 11 - 3) / 4.0).collect();
        check(&many, 0.01293321961811438, 0.02586643923622876, false);
        let waves: Vec<f64> = (0..51).map(|k| f64::from(k * k + 1).sin() + 0.2).collect();
        check(&waves[..50], 0.002303051163931258, 0.004606102327862516, true);
        check(&waves, 0.0022216366410939274, 0.004443273282187855, false);
        check(&SIX, 0.03125, 0.0625, true);
    }
    #[test]
    fn hand_counts_agree() {
        // Of 2⁶ signs, the sum of positive ranks is 20 or 21 for two: all positive, or all but the smallest.
        check(&SIX, 2.0 / 64.0, 4.0 / 64.0, true);
        check(&[1.0], 0.5, 1.0, true);
        assert_eq!(SignedRank::new(&[0.0, 1e-14]), None);
        assert_eq!(SignedRank::new(&[]), None);
        // A difference of rounding is a tie: ranks 1.5, 1.5 and 3; sums reach 4.5 for three of eight.
        check(&[0.2, -0.2 - 1e-15, 0.3], 3.0 / 8.0, 6.0 / 8.0, true);
    }
}
