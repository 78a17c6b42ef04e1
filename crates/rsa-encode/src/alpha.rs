//! The reliability of trial means from mean squares, with the values that leave out one condition each.

use crate::trials::Trials;

/// A reliability of all conditions, and of all conditions but one; not finite where those do not vary.
pub(crate) struct LeftOutValues {
    pub(crate) all: f64,
    pub(crate) without: Vec<f64>,
}

/// Returns the reliability of the mean over trials of one site; `None` if its means do not vary.
pub(crate) fn alpha(trials: &Trials, site: usize) -> Option<LeftOutValues> {
    let values = trials.of_site(site);
    let found = match trials.are_runs {
        true => two_way(&values),
        false => one_way(&values),
    };
    found.all.is_finite().then_some(found)
}

/// Computes (MS_conditions − MS_residual)/MS_conditions of conditions × runs.
///
/// It is T/(T − 1)·(1 − tr C/1ᵀC1), C the covariance of T runs over conditions, which loses a condition by an update of
/// rank one.
fn two_way(values: &[Vec<f64>]) -> LeftOutValues {
    let (n, t) = (values.len() as f64, values[0].len());
    let mean = |run: usize| values.iter().map(|of| of[run]).sum::<f64>() / n;
    let means: Vec<f64> = (0..t).map(mean).collect();
    let parts: Vec<(f64, f64)> = values
        .iter()
        .map(|of| {
            let deviations = || of.iter().zip(&means).map(|(value, mean)| value - mean);
            (deviations().map(|d| d * d).sum(), deviations().sum::<f64>().powi(2))
        })
        .collect();
    let (trace, total) = parts.iter().fold((0.0, 0.0), |sums, part| (sums.0 + part.0, sums.1 + part.1));
    let t = t as f64;
    let alpha = |trace: f64, total: f64| t / (t - 1.0) * (1.0 - trace / total);
    let loss = n / (n - 1.0);
    let without = parts.iter().map(|part| alpha(trace - loss * part.0, total - loss * part.1)).collect();
    LeftOutValues { all: alpha(trace, total), without }
}

/// Sums over conditions of a one-way layout with unequal numbers of trials.
#[derive(Clone, Copy, Default)]
struct OneWay {
    conditions: f64,
    trials: f64,
    trials_squared: f64,
    inverse_trials: f64,
    sum: f64,
    square_of_means: f64,
    within: f64,
}

impl OneWay {
    fn of(values: &[f64], center: f64) -> Self {
        let t = values.len() as f64;
        let mean = values.iter().map(|value| value - center).sum::<f64>() / t;
        Self {
            conditions: 1.0,
            trials: t,
            trials_squared: t * t,
            inverse_trials: 1.0 / t,
            sum: t * mean,
            square_of_means: t * mean * mean,
            within: values.iter().map(|value| (value - center - mean).powi(2)).sum(),
        }
    }

    fn plus(self, other: Self, sign: f64) -> Self {
        Self {
            conditions: self.conditions + sign * other.conditions,
            trials: self.trials + sign * other.trials,
            trials_squared: self.trials_squared + sign * other.trials_squared,
            inverse_trials: self.inverse_trials + sign * other.inverse_trials,
            sum: self.sum + sign * other.sum,
            square_of_means: self.square_of_means + sign * other.square_of_means,
            within: self.within + sign * other.within,
        }
    }

    /// Computes σ²_signal/(σ²_signal + MS_within/t_h), t_h the harmonic mean of the numbers of trials.
    fn reliability(self) -> f64 {
        let (n, trials) = (self.conditions, self.trials);
        let between = (self.square_of_means - self.sum * self.sum / trials) / (n - 1.0);
        let within = self.within / (trials - n);
        let signal = (between - within) / ((trials - self.trials_squared / trials) / (n - 1.0));
        signal / (signal + within * self.inverse_trials / n)
    }
}

fn one_way(values: &[Vec<f64>]) -> LeftOutValues {
    let n_trials = values.iter().map(Vec::len).sum::<usize>() as f64;
    let center = values.iter().flatten().sum::<f64>() / n_trials;
    let parts: Vec<OneWay> = values.iter().map(|of| OneWay::of(of, center)).collect();
    let all = parts.iter().fold(OneWay::default(), |all, &part| all.plus(part, 1.0));
    let without = parts.iter().map(|&part| all.plus(part, -1.0).reliability()).collect();
    LeftOutValues { all: all.reliability(), without }
}
