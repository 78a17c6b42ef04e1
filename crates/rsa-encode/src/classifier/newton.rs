//! Newton's method with halved steps, for smooth convex problems.

use ndarray::Array2;
use rsa_core::{Error, Result};

/// A convex function with a gradient.
pub(super) trait SmoothProblem {
    type State: SmoothState;

    /// Name of the problem in messages.
    const NAME: &'static str;

    /// Evaluates the function and what its step needs.
    fn state(&self, at: &Array2<f64>) -> Result<Self::State>;

    /// Returns a step toward the minimum; of a quadratic function it leaves a gradient of at most `tolerance`.
    fn step(&self, state: &Self::State, tolerance: f64) -> Result<Array2<f64>>;
}

/// The function at one place.
pub(super) trait SmoothState {
    fn objective(&self) -> f64;
    fn gradient(&self) -> &Array2<f64>;
}

/// Number of steps that standardized features never need: they take about ten.
const MOST_STEPS: usize = 200;
/// Size of the gradient, relative to its first, that ends the search.
const SMALL: f64 = 1e-11;
/// Size of the gradient that is accepted where rounding allows no smaller one.
const ACCEPTED: f64 = 1e-7;

/// Returns the minimum, beginning at `at`.
///
/// # Errors
/// `NotConverged` if the gradient does not vanish.
pub(super) fn minimize<P: SmoothProblem>(problem: &P, mut at: Array2<f64>) -> Result<Array2<f64>> {
    let mut state = problem.state(&at)?;
    let start = norm(state.gradient()).max(1.0);
    for _ in 0..MOST_STEPS {
        let length = norm(state.gradient());
        if length <= SMALL * start {
            return Ok(at);
        }
        let step = problem.step(&state, (length / start).sqrt().min(0.1) * length)?;
        let slope = (&step * state.gradient()).sum();
        let mut sizes = std::iter::successors(Some(1.0), |size| Some(size / 2.0)).take_while(|size| *size > 1e-10);
        let accepted = sizes.find_map(|size| {
            let next = &at + &(&step * size);
            let after = match problem.state(&next) {
                Ok(after) => after,
                Err(error) => return Some(Err(error)),
            };
            // Close to the minimum, rounding hides the change of the objective, and the gradient decides.
            let change = after.objective() - state.objective();
            let hidden = change.abs() <= 1e-13 * state.objective().abs();
            let better = if hidden { norm(after.gradient()) < length } else { change <= 1e-4 * size * slope };
            better.then_some(Ok((next, after)))
        });
        match accepted.transpose()? {
            Some(next) => (at, state) = next,
            None if length <= ACCEPTED * start => return Ok(at),
            None => break,
        }
    }
    Err(Error::not_converged(format!("{} did not converge; take a smaller cost", P::NAME)))
}

fn norm(values: &Array2<f64>) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}
