//! Predictions of linfa, where it is exact: partial least squares by its singular vectors, least squares of full rank.

use linfa::{
    Dataset,
    traits::{Fit, Predict as _},
};
use linfa_linear::LinearRegression;
use linfa_pls::{Algorithm, PlsRegression};
use ndarray::{Array2, Axis, Slice};

use super::data::{assert_near, centered, normal, with_fold};
use crate::{
    factor::{FactorRoute, TrainFactor},
    fold_map::FoldMap,
    pls,
};

const TRAIN: usize = 40;

fn data() -> (Array2<f64>, Array2<f64>) {
    let x = normal(50, 8, 11);
    let y = normal(50, 5, 12) + x.slice_axis(Axis(1), Slice::from(..5));
    (x, y)
}

fn parts(values: &Array2<f64>) -> (Array2<f64>, Array2<f64>) {
    let part = |rows: Slice| values.slice_axis(Axis(0), rows).to_owned();
    (part(Slice::from(..TRAIN)), part(Slice::from(TRAIN..)))
}

#[test]
fn partial_least_squares_are_those_of_linfa() {
    let (x, y) = data();
    let ((x_train, x_test), (y_train, _)) = (parts(&x), parts(&y));
    let means = y_train.mean_axis(Axis(0)).unwrap();
    let (responses, fold) = with_fold(&x, 10);
    for count in 1..=5 {
        let fitted = PlsRegression::params(count)
            .scale(false)
            .algorithm(Algorithm::Svd)
            .fit(&Dataset::new(x_train.clone(), y_train.clone()))
            .unwrap();
        let expected: Array2<f64> = fitted.predict(&x_test);
        let (train, _) = centered(&y, TRAIN);
        let found = pls::fit(&responses, &fold, train.view(), count).unwrap().predict(train.view()).unwrap();
        assert_near(&(found + &means), &expected, 1e-11);
    }
}

#[test]
fn least_squares_are_those_of_linfa() {
    let (x, y) = data();
    let ((x_train, x_test), (y_train, _)) = (parts(&x), parts(&y));
    let (responses, fold) = with_fold(&x, 10);
    let factor = TrainFactor::new(&responses, &fold, FactorRoute::SingularValues).unwrap();
    let (train, _) = centered(&y, TRAIN);
    let found = FoldMap::linear(&factor).predict(train.view()).unwrap() + &y_train.mean_axis(Axis(0)).unwrap();
    for site in 0..y.ncols() {
        let dataset = Dataset::new(x_train.clone(), y_train.column(site).to_owned());
        let expected = LinearRegression::new().fit(&dataset).unwrap().predict(&x_test);
        assert_near(&found.column(site).to_owned().insert_axis(Axis(1)), &expected.insert_axis(Axis(1)), 1e-11);
    }
}
