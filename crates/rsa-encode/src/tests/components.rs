//! Partial least squares by kernels, against its definition.

use ndarray::{Array1, Array2, Axis, Slice};
use rsa_core::linalg;

use super::data::{assert_near, centered, normal, with_fold};
use crate::{
    factor::{FactorRoute, TrainFactor},
    fold_map::FoldMap,
    pls,
};

/// Predictions by the definition of PLS2: features and targets are deflated after each component.
fn primal(x: &Array2<f64>, y: &Array2<f64>, n_train: usize, count: usize) -> Array2<f64> {
    let (train, test) = centered(x, n_train);
    let (mut e, mut f) = (train, centered(y, n_train).0);
    let p = e.ncols();
    let [mut w, mut loadings] = [(); 2].map(|()| Array2::zeros((p, count)));
    let mut q = Array2::zeros((f.ncols(), count));
    for c in 0..count {
        let direction = linalg::svd(e.t().dot(&f).view()).unwrap().u.column(0).to_owned();
        let t = e.dot(&direction);
        let square = t.dot(&t);
        let (of_x, of_y): (Array1<f64>, Array1<f64>) = (e.t().dot(&t) / square, f.t().dot(&t) / square);
        let outer =
            |a: &Array1<f64>, b: &Array1<f64>| a.view().insert_axis(Axis(1)).dot(&b.view().insert_axis(Axis(0)));
        e -= &outer(&t, &of_x);
        f -= &outer(&t, &of_y);
        w.column_mut(c).assign(&direction);
        loadings.column_mut(c).assign(&of_x);
        q.column_mut(c).assign(&of_y);
    }
    // B = W(PᵀW)⁻¹Qᵀ; PᵀW is upper triangular, so its inverse is solved for from the last row on.
    let triangle: Array2<f64> = loadings.t().dot(&w);
    let mut solved: Array2<f64> = q.t().to_owned();
    for i in (0..count).rev() {
        for j in i + 1..count {
            let known = &solved.row(j) * triangle[(i, j)];
            solved.row_mut(i).zip_mut_with(&known, |value, known| *value -= known);
        }
        let pivot = triangle[(i, i)];
        solved.row_mut(i).mapv_inplace(|value| value / pivot);
    }
    test.dot(&w).dot(&solved)
}

fn fitted(x: &Array2<f64>, y: &Array2<f64>, tested: usize, count: usize) -> rsa_core::Result<Array2<f64>> {
    let (responses, fold) = with_fold(x, tested);
    let (train, _) = centered(y, x.nrows() - tested);
    pls::fit(&responses, &fold, train.view(), count)?.predict(train.view())
}

#[test]
fn kernels_and_features_have_the_same_components() {
    // Fewer features than conditions, more, and more sites than conditions.
    for (n, p, q) in [(30, 6, 4), (20, 60, 5), (15, 8, 40), (15, 40, 1)] {
        let x = normal(n, p, 5) * &Array1::from_iter((0..p).map(|j| 1.0 + 0.2 * j as f64));
        let y = normal(n, q, 6) + x.slice_axis(Axis(1), Slice::from(..1));
        for count in 1..=5 {
            assert_near(&fitted(&x, &y, 5, count).unwrap(), &primal(&x, &y, n - 5, count), 1e-10);
        }
    }
}

#[test]
fn as_many_components_as_directions_are_least_squares() {
    let (x, y) = (normal(30, 6, 7), normal(30, 6, 8));
    let (responses, fold) = with_fold(&x, 5);
    let factor = TrainFactor::new(&responses, &fold, FactorRoute::SingularValues).unwrap();
    let expected = FoldMap::linear(&factor).predict(centered(&y, 25).0.view()).unwrap();
    assert_near(&fitted(&x, &y, 5, 6).unwrap(), &expected, 1e-11);
}

#[test]
fn more_components_than_directions_are_refused_with_both_limits() {
    let (x, y) = (normal(30, 6, 7), normal(30, 9, 8));
    let error = fitted(&x, &y, 5, 7).unwrap_err();
    assert_eq!(error.kind().name(), "Degenerate");
    for part in ["7 components", "n - 1 = 24", "the rank of the predictor", "take at most 6"] {
        assert!(error.to_string().contains(part), "no '{part}' in {error}");
    }
    assert_eq!(fitted(&x, &y, 5, 25).unwrap_err().kind().name(), "TooFewConditions");
}
