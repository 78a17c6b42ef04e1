//! Ridge regression and its leave-one-out errors.

use ndarray::{Array2, Axis, array};
use rsa_core::linalg;

use super::data::{assert_near, centered, known, normal, whole, with_fold};
use crate::{
    factor::{FactorRoute, TrainFactor},
    fold_map::FoldMap,
    ridge::{is_at_end, leave_one_out, multiples},
};

const ROUTES: [FactorRoute; 2] = [FactorRoute::SingularValues, FactorRoute::Gram];

/// Leave-one-out errors of centered `y` from all rows of `x`; `lambda` is in the units of `x`.
fn errors(x: &Array2<f64>, y: &Array2<f64>, lambda: f64, route: FactorRoute) -> Array2<f64> {
    let (responses, _) = with_fold(x, 1);
    let factor = TrainFactor::new(&responses, &whole(x.nrows()), route).unwrap();
    let coordinates = linalg::product(factor.basis.t(), y.view()).unwrap();
    leave_one_out(&factor, y.view(), &coordinates, lambda / responses.scale().powi(2)).unwrap()
}

#[test]
fn the_case_by_hand() {
    // b = 1/3, leverages 2/3, 1/3, 2/3.
    for route in ROUTES {
        let found = errors(&array![[-1.0], [0.0], [1.0]], &array![[-1.0], [1.0], [0.0]], 1.0, route);
        assert_near(&found, &array![[-2.0], [1.5], [-1.0]], 1e-14);
    }
}

#[test]
fn known_errors_come_out() {
    let [x, y, _] = known().map(|x| x.values().to_owned());
    let (y, _) = centered(&y, 100);
    for (lambda, expected) in [(1.0, 1.07650735), (10.0, 1.06724198), (100.0, 1.28472273)] {
        for route in ROUTES {
            let found = errors(&x, &y, lambda, route).mapv(|error| error * error).mean().unwrap();
            assert!((found - expected).abs() < 1e-8, "{lambda}: {found}");
        }
    }
}

#[test]
fn leaving_one_out_in_closed_form_is_fitting_anew() {
    for (n, p) in [(12, 4), (9, 20)] {
        let (x, y) = (normal(n, p, 1), normal(n, 3, 2) + 0.5);
        for route in ROUTES {
            let found = errors(&x, &centered(&y, n).0, 2.5, route);
            for i in 0..n {
                // Condition i last, so that it is the tested one.
                let order: Vec<usize> = (0..n).filter(|&row| row != i).chain([i]).collect();
                let (x, y) = (x.select(Axis(0), &order), y.select(Axis(0), &order));
                let (responses, fold) = with_fold(&x, 1);
                let factor = TrainFactor::new(&responses, &fold, FactorRoute::SingularValues).unwrap();
                let (train, test) = centered(&y, n - 1);
                let lambda = 2.5 / responses.scale().powi(2);
                let predicted = FoldMap::ridge(&factor, lambda).predict(train.view()).unwrap();
                let expected = (test - predicted).row(0).to_owned();
                assert_near(&found.select(Axis(0), &[i]), &expected.insert_axis(Axis(0)), 1e-12);
            }
        }
    }
}

#[test]
fn inner_products_and_singular_values_predict_alike() {
    for (n, p) in [(20, 7), (20, 50)] {
        let (responses, fold) = with_fold(&normal(n, p, 3), 6);
        let (train, _) = centered(&normal(n, 2, 4), n - 6);
        let [a, b] = ROUTES.map(|route| {
            let factor = TrainFactor::new(&responses, &fold, route).unwrap();
            FoldMap::ridge(&factor, 0.01).predict(train.view()).unwrap()
        });
        assert_near(&a, &b, 1e-12);
    }
}

#[test]
fn penalties_are_half_decades_about_one() {
    let all: Vec<f64> = multiples().collect();
    assert_eq!((all[0], all[8], all[16], all.len()), (1e-4, 1.0, 1e4, 17));
    assert!(is_at_end(all[0]) && is_at_end(all[16]) && !is_at_end(all[15]));
}
