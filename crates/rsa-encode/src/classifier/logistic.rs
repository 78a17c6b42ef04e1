//! Multinomial logistic regression, by Newton's method with conjugate gradients.

use ndarray::{Array1, Array2, Axis, Slice, concatenate};
use rsa_core::{Result, linalg};

use super::{
    ClassTask,
    newton::{SmoothProblem, SmoothState, minimize},
    standardized::standardized,
};

/// Returns the log-odds of each test observation and class, up to a constant of the observation.
pub(super) fn scores(task: &ClassTask, cost: f64) -> Result<Array2<f64>> {
    let task = standardized(task)?;
    let weights = LogisticProblem::new(task.train, &task.classes, task.n_classes, cost).minimize()?;
    linalg::product(with_ones(task.test).view(), weights.view())
}

/// The minimization of ½‖W‖²/cost + Σ log-loss over weights W and intercepts.
pub(super) struct LogisticProblem {
    /// Observations × (features and 1).
    x: Array2<f64>,
    /// 1 for the class of an observation, and 0 for the others.
    members: Array2<f64>,
    /// The first class whose weights are free: of two classes, only the second has any.
    first: usize,
    penalty: f64,
}

/// Number of conjugate gradients in a step, after which the step is taken as it is.
const MOST_INNER_STEPS: usize = 500;

/// The losses and their derivatives at some weights.
pub(super) struct LogisticState {
    objective: f64,
    gradient: Array2<f64>,
    /// Observations × classes.
    probabilities: Array2<f64>,
}

impl LogisticProblem {
    pub(super) fn new(train: Array2<f64>, classes: &[usize], n_classes: usize, cost: f64) -> Self {
        let mut members = Array2::zeros((classes.len(), n_classes));
        classes.iter().enumerate().for_each(|(i, &class)| members[(i, class)] = 1.0);
        Self { x: with_ones(train), members, first: usize::from(n_classes == 2), penalty: 1.0 / cost }
    }

    /// Returns the weights, (features and intercept) × classes (Lin, Weng & Keerthi 2008, JMLR 9:627).
    pub(super) fn minimize(&self) -> Result<Array2<f64>> {
        minimize(self, Array2::zeros((self.x.ncols(), self.members.ncols())))
    }

    /// Returns the derivative of the penalty: weights divided by the cost, and 0 for intercepts.
    fn penalized(&self, weights: &Array2<f64>) -> Array2<f64> {
        let mut penalized = weights * self.penalty;
        penalized.row_mut(weights.nrows() - 1).fill(0.0);
        penalized
    }

    fn hold_fixed(&self, weights: &mut Array2<f64>) {
        weights.slice_axis_mut(Axis(1), Slice::from(..self.first)).fill(0.0);
    }

    /// Computes the product of the second derivatives with a direction.
    fn curvature(&self, probabilities: &Array2<f64>, direction: &Array2<f64>) -> Result<Array2<f64>> {
        let mut changes = linalg::product(self.x.view(), direction.view())? * probabilities;
        for (mut row, p) in changes.rows_mut().into_iter().zip(probabilities.rows()) {
            row.scaled_add(-row.sum(), &p);
        }
        let mut product = linalg::product(self.x.t(), changes.view())? + self.penalized(direction);
        self.hold_fixed(&mut product);
        Ok(product)
    }

    #[cfg(test)]
    pub(super) fn objective(&self, weights: &Array2<f64>) -> f64 {
        self.state(weights).unwrap().objective
    }
}

impl SmoothProblem for LogisticProblem {
    type State = LogisticState;

    const NAME: &'static str = "the logistic regression";

    fn state(&self, weights: &Array2<f64>) -> Result<LogisticState> {
        let mut probabilities = linalg::product(self.x.view(), weights.view())?;
        let mut losses = 0.0;
        for (mut row, members) in probabilities.rows_mut().into_iter().zip(self.members.rows()) {
            let own = row.dot(&members);
            let largest = row.fold(f64::NEG_INFINITY, |max, &value| max.max(value));
            row.mapv_inplace(|value| (value - largest).exp());
            let total = row.sum();
            losses += total.ln() + largest - own;
            row /= total;
        }
        let mut gradient = linalg::product(self.x.t(), (&probabilities - &self.members).view())?;
        let penalized = self.penalized(weights);
        gradient += &penalized;
        self.hold_fixed(&mut gradient);
        Ok(LogisticState { objective: 0.5 * (&penalized * weights).sum() + losses, gradient, probabilities })
    }

    /// Solves for the step by conjugate gradients.
    fn step(&self, state: &LogisticState, tolerance: f64) -> Result<Array2<f64>> {
        let mut step = Array2::zeros(state.gradient.dim());
        let mut remaining = -&state.gradient;
        let mut direction = remaining.clone();
        let mut square = (&remaining * &remaining).sum();
        for _ in 0..MOST_INNER_STEPS {
            if square.sqrt() <= tolerance {
                break;
            }
            let bent = self.curvature(&state.probabilities, &direction)?;
            let along = (&direction * &bent).sum();
            if along <= 0.0 {
                break;
            }
            let size = square / along;
            step.scaled_add(size, &direction);
            remaining.scaled_add(-size, &bent);
            let next = (&remaining * &remaining).sum();
            direction = &remaining + &(&direction * (next / square));
            square = next;
        }
        Ok(step)
    }
}

impl SmoothState for LogisticState {
    fn objective(&self) -> f64 {
        self.objective
    }

    fn gradient(&self) -> &Array2<f64> {
        &self.gradient
    }
}

fn with_ones(x: Array2<f64>) -> Array2<f64> {
    let ones = Array1::ones(x.nrows()).insert_axis(Axis(1));
    concatenate![Axis(1), x, ones]
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn digits_reach_the_minimum_that_scikit_learn_finds() {
        let (x, classes) = crate::tests::data::binary_digits();
        let objective = |classes: &[usize], n_classes| {
            let problem = LogisticProblem::new(x.clone(), classes, n_classes, 1.0);
            problem.objective(&problem.minimize().unwrap())
        };
        let [conv3, _] = crate::tests::data::digits();
        for (found, expected) in
            [(objective(&classes, 2), 79.1612857915), (objective(conv3.condition_of(), 10), 82.0708622215)]
        {
            assert!((found - expected).abs() < 1e-8, "{found}, expected {expected}");
        }
    }

    /// Two observations at ±1: w/C = 2/(1 + exp(w)) has the solution w = 0.6747993 for C = 1.
    #[test]
    fn two_observations_have_the_weight_of_a_scalar_equation() {
        let problem = LogisticProblem::new(array![[-1.0], [1.0]], &[0, 1], 2, 1.0);
        let weights = problem.minimize().unwrap();
        let w = weights[(0, 1)];
        assert!((w - 2.0 / (1.0 + w.exp())).abs() < 1e-12, "{w}");
        assert!(weights[(1, 1)].abs() < 1e-12 && weights.column(0).iter().all(|w| *w == 0.0));
    }
}
