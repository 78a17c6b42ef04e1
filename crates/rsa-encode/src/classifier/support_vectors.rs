//! Linear support vectors with squared hinge loss, by Newton's method.

use ndarray::{Array1, Array2, ArrayView2, Axis, Slice, concatenate};
use rsa_core::{
    Result, condensed,
    linalg::{self, solve_positive_definite},
};

use super::{
    ClassTask,
    newton::{SmoothProblem, SmoothState, minimize},
    standardized::standardized,
};

/// Returns the votes for each class, plus a number below one half that grows with the sum of its margins.
pub(super) fn scores(task: &ClassTask, cost: f64) -> Result<Array2<f64>> {
    let task = standardized(task)?;
    let mut votes = Array2::zeros((task.test.nrows(), task.n_classes));
    let mut margins = Array2::zeros(votes.dim());
    for (first, second) in condensed::pairs(task.n_classes) {
        let (rows, classes) = task.of_pair(first, second);
        let plane = Plane::fit(rows.view(), &classes, cost)?;
        for (row, value) in task.test.rows().into_iter().zip(0..) {
            let margin = row.dot(&plane.weights) + plane.intercept;
            votes[(value, if margin < 0.0 { second } else { first })] += 1.0;
            margins[(value, first)] += margin;
            margins[(value, second)] -= margin;
        }
    }
    Ok(votes + margins.mapv(|margin: f64| margin / (3.0 * (1.0 + margin.abs()))))
}

/// The function w·x + b that is positive for the first class and negative for the second.
pub(super) struct Plane {
    pub(super) weights: Array1<f64>,
    pub(super) intercept: f64,
}

impl Plane {
    /// Minimizes ½‖w‖² + cost·Σ max(0, 1 − y(w·x + b))², y = 1 for class 0 and −1 for class 1.
    pub(super) fn fit(x: ArrayView2<'_, f64>, classes: &[usize], cost: f64) -> Result<Self> {
        let x = concatenate![Axis(1), x, Array2::ones((x.nrows(), 1))];
        let p = x.ncols() - 1;
        let y = classes.iter().map(|&class| if class == 0 { 1.0 } else { -1.0 }).collect();
        let coefficients = minimize(&HingeProblem { x, y, cost }, Array2::zeros((p + 1, 1)))?;
        let coefficients = coefficients.column(0);
        Ok(Self { weights: coefficients.slice_axis(Axis(0), Slice::from(..p)).to_owned(), intercept: coefficients[p] })
    }
}

/// The minimization over the weights and the intercept of a plane.
///
/// The problem is quadratic as long as the set of observations with a loss stays the same, and a step solves it for the
/// present set (Keerthi & DeCoste 2005, JMLR 6:341).
struct HingeProblem {
    /// Observations × (features and 1).
    x: Array2<f64>,
    /// 1 for the first class, and −1 for the second.
    y: Array1<f64>,
    cost: f64,
}

struct HingeState {
    objective: f64,
    gradient: Array2<f64>,
    /// Observations with a loss.
    active: Vec<usize>,
}

impl SmoothProblem for HingeProblem {
    type State = HingeState;

    const NAME: &'static str = "the search for support vectors";

    fn state(&self, at: &Array2<f64>) -> Result<HingeState> {
        let lacking = 1.0 - &(self.x.dot(&at.column(0)) * &self.y);
        let active: Vec<usize> = (0..self.y.len()).filter(|&i| lacking[i] > 0.0).collect();
        let mut gradient = at.column(0).to_owned();
        gradient[at.nrows() - 1] = 0.0;
        let length = gradient.dot(&gradient);
        let mut losses = 0.0;
        for &i in &active {
            losses += lacking[i] * lacking[i];
            gradient.scaled_add(-2.0 * self.cost * self.y[i] * lacking[i], &self.x.row(i));
        }
        let objective = 0.5 * length + self.cost * losses;
        Ok(HingeState { objective, gradient: gradient.insert_axis(Axis(1)), active })
    }

    fn step(&self, state: &HingeState, _: f64) -> Result<Array2<f64>> {
        let rows = self.x.select(Axis(0), &state.active);
        let mut curvature = linalg::gram(rows.t())? * (2.0 * self.cost);
        let p = curvature.nrows() - 1;
        curvature.diag_mut().iter_mut().take(p).for_each(|value| *value += 1.0);
        if state.active.is_empty() {
            // Nothing moves the intercept.
            curvature[(p, p)] = 1.0;
        }
        Ok(-solve_positive_definite(curvature.view(), state.gradient.view())?)
    }
}

impl SmoothState for HingeState {
    fn objective(&self) -> f64 {
        self.objective
    }

    fn gradient(&self) -> &Array2<f64> {
        &self.gradient
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn digits_reach_the_minimum_that_scipy_finds() {
        let (x, classes) = crate::tests::data::binary_digits();
        let plane = Plane::fit(x.view(), &classes, 1.0).unwrap();
        let y = classes.iter().map(|&class| if class == 0 { 1.0 } else { -1.0 });
        let losses = x
            .rows()
            .into_iter()
            .zip(y)
            .map(|(row, y)| (1.0 - y * (row.dot(&plane.weights) + plane.intercept)).max(0.0));
        let objective = 0.5 * plane.weights.dot(&plane.weights) + losses.map(|loss| loss * loss).sum::<f64>();
        // SciPy 1.16, L-BFGS.
        assert!((objective - 85.77603954533669).abs() < 1e-8, "{objective}");
    }

    /// w and b of two observations at ±1 by hand: ½w² + 2C(1 − w)² is smallest at w = 4C/(1 + 4C), and b is 0.
    #[test]
    fn two_observations_are_separated_by_hand() {
        let plane = Plane::fit(array![[1.0], [-1.0]].view(), &[0, 1], 1.0).unwrap();
        assert!((plane.weights[0] - 0.8).abs() < 1e-14 && plane.intercept.abs() < 1e-14);
    }
}
