//! Tests of the decompositions on matrices on which naive implementations fail.
//!
//! Each decomposition must reconstruct its input and be orthogonal, and must agree with linfa-linalg on matrices that
//! linfa-linalg handles well.

use linfa_linalg::{cholesky::Cholesky as _, eigh::Eigh as _, qr::QR as _};
use ndarray::{Array1, Array2, ArrayView2};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use crate::{
    cholesky, eigh, gram, left_singular_vectors, numerical_rank, product, qr, rank_tolerance, singular_values, svd,
};

const SHAPES: [(usize, usize); 11] =
    [(1, 1), (1, 7), (7, 1), (8, 8), (20, 10), (10, 20), (6, 4), (60, 40), (40, 60), (130, 130), (200, 100)];

/// Relative errors grow with the square root of the size; the factor 8 leaves room for the constant.
fn tolerance(n: usize, p: usize) -> f64 {
    8.0 * f64::EPSILON * (8.0 * n.max(p) as f64).sqrt()
}

fn normal(n: usize, p: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((n, p), || rng.sample(StandardNormal))
}

/// Returns matrices that are hard to decompose, by name.
fn hostile(n: usize, p: usize) -> Vec<(&'static str, Array2<f64>)> {
    let k = n.min(p);
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let first = Array1::from_shape_simple_fn(p, || rng.next_u32() as f64 / 2f64.powi(31));
    let graded = Array1::from_shape_fn(p, |j| 10f64.powf(-15.0 * j as f64 / p.max(2) as f64));
    let low_rank = normal(n, (k / 3).max(1), 2).dot(&normal((k / 3).max(1), p, 3));
    vec![
        ("normal", normal(n, p, 1)),
        ("zero", Array2::zeros((n, p))),
        ("constant", Array2::ones((n, p))),
        ("two-valued rows", Array2::from_shape_fn((n, p), |(i, _)| 1.0 + (i % 2) as f64)),
        ("repeated rows", Array2::from_shape_fn((n, p), |(_, j)| first[j])),
        ("i + j", Array2::from_shape_fn((n, p), |(i, j)| (i + j) as f64)),
        ("one-hot", Array2::from_shape_fn((n, p), |(i, j)| f64::from(u8::from(i % p == j)))),
        ("rank-deficient", low_rank),
        ("graded over 15 orders", normal(n, p, 4) * &graded),
        ("huge", normal(n, p, 6) * 1e200),
        ("tiny", normal(n, p, 7) * 1e-200),
    ]
}

fn norm(a: &Array2<f64>) -> f64 {
    let largest = a.iter().fold(f64::MIN_POSITIVE, |max, value| value.abs().max(max));
    largest * a.iter().map(|value| (value / largest).powi(2)).sum::<f64>().sqrt()
}

#[track_caller]
fn assert_orthonormal(q: ArrayView2<'_, f64>, what: &str) {
    let off = product(q.t(), q).unwrap() - Array2::<f64>::eye(q.ncols());
    assert!(norm(&off) <= tolerance(q.nrows(), q.ncols()) * q.ncols() as f64, "{what}: off by {:e}", norm(&off));
}

#[track_caller]
fn assert_reconstructs(built: &Array2<f64>, a: &Array2<f64>, what: &str) {
    let error = norm(&(built - a)) / norm(a);
    assert!(norm(a) == 0.0 || error <= tolerance(a.nrows(), a.ncols()), "{what}: relative error {error:e}");
}

#[test]
fn svd_reconstructs_and_is_orthogonal() {
    for (n, p) in SHAPES {
        for (kind, a) in hostile(n, p) {
            let what = format!("{kind} {n} x {p}");
            let svd = svd(a.view()).unwrap();
            assert!(svd.sigma.windows(2).all(|pair| pair[0] >= pair[1]), "{what}: {:?}", svd.sigma);
            assert!(svd.sigma.iter().all(|sigma| *sigma >= 0.0), "{what}: {:?}", svd.sigma);
            assert_orthonormal(svd.u.view(), &what);
            assert_orthonormal(svd.v.view(), &what);
            let built = (&svd.u * &Array1::from(svd.sigma.clone())).dot(&svd.v.t());
            assert_reconstructs(&built, &a, &what);
            let (u, sigma) = left_singular_vectors(a.view()).unwrap();
            assert_orthonormal(u.view(), &what);
            // U·Uᵀ·A is A for any basis of the left vectors, also inside a block of tied singular values.
            assert_reconstructs(&u.dot(&u.t().dot(&a)), &a, &what);
            assert!(sigma.is_sorted_by(|a, b| a >= b), "{what}");
            for (with, without) in svd.sigma.iter().zip(singular_values(a.view()).unwrap()) {
                assert!((with - without).abs() <= tolerance(n, p) * svd.sigma[0], "{what}");
            }
        }
    }
}

#[test]
fn qr_reconstructs_and_is_orthogonal() {
    for (n, p) in SHAPES {
        for (kind, a) in hostile(n, p) {
            let what = format!("{kind} {n} x {p}");
            let qr = qr(a.view()).unwrap();
            assert_orthonormal(qr.q.view(), &what);
            assert_reconstructs(&qr.q.dot(&qr.r), &a, &what);
            assert!(qr.r.indexed_iter().all(|((i, j), value)| i <= j || *value == 0.0), "{what}");
            assert!(qr.r.diag().iter().all(|value| *value >= 0.0), "{what}");
        }
    }
}

#[test]
fn eigh_reconstructs_and_is_orthogonal() {
    for (n, p) in SHAPES {
        for (kind, a) in hostile(n, p) {
            if kind == "huge" || kind == "tiny" {
                continue; // The Gram matrix is out of range; symmetric matrices of that scale are tested below.
            }
            let gram = gram(a.view()).unwrap();
            let what = format!("{kind} {n} x {p}");
            let eigh = eigh(gram.view()).unwrap();
            assert!(eigh.values.windows(2).all(|pair| pair[0] <= pair[1]), "{what}");
            assert_orthonormal(eigh.vectors.view(), &what);
            let built = (&eigh.vectors * &Array1::from(eigh.values.clone())).dot(&eigh.vectors.t());
            assert_reconstructs(&built, &gram, &what);
        }
    }
    for scale in [1e200, 1e-200] {
        let symmetric = (normal(30, 30, 8) + normal(30, 30, 8).t()) * scale;
        let eigh = eigh(symmetric.view()).unwrap();
        let built = (&eigh.vectors * &Array1::from(eigh.values.clone())).dot(&eigh.vectors.t());
        assert_reconstructs(&built, &symmetric, "scaled");
    }
}

#[test]
fn cholesky_reconstructs_or_names_the_dependent_row() {
    for n in [1, 2, 9, 64, 150] {
        for scale in [1.0, 1e200, 1e-200] {
            let a = (gram(normal(n, n + 5, 9).view()).unwrap() + Array2::<f64>::eye(n)) * scale;
            let lower = cholesky(a.view()).unwrap();
            assert!(lower.indexed_iter().all(|((i, j), value)| i >= j || *value == 0.0));
            let root = scale.sqrt();
            let built = (&lower / root).dot(&(&lower / root).t());
            assert_reconstructs(&built, &(a / root / root), &format!("n = {n}, scale {scale:e}"));
        }
    }
    let error = cholesky(gram(Array2::ones((4, 4)).view()).unwrap().view()).unwrap_err();
    assert!(error.kind().name() == "Degenerate" && error.to_string().contains("row 1"), "{error}");
}

#[test]
fn the_rank_of_a_product_is_its_inner_size() {
    for (n, r, p) in [(20, 4, 10), (10, 1, 20), (100, 30, 60), (60, 60, 60)] {
        for scale in [1.0, 1e200, 1e-200] {
            let a = normal(n, r, 10).dot(&normal(r, p, 11)) * scale;
            let sigma = singular_values(a.view()).unwrap();
            assert_eq!(numerical_rank(&sigma, rank_tolerance(n, p, sigma[0], 0.0)), r, "{n} x {p}, scale {scale:e}");
        }
    }
    let constant = singular_values(Array2::ones((30, 20)).view()).unwrap();
    assert_eq!(numerical_rank(&constant, rank_tolerance(30, 20, constant[0], 0.0)), 1);
}

#[test]
fn what_is_not_finite_is_refused_and_what_overflows_is_an_error() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut a = normal(12, 12, 12);
        a[(7, 3)] = bad;
        for error in [
            svd(a.view()).map(|_| ()).unwrap_err(),
            qr(a.view()).map(|_| ()).unwrap_err(),
            eigh(a.view()).map(|_| ()).unwrap_err(),
            cholesky(a.view()).map(|_| ()).unwrap_err(),
        ] {
            assert_eq!(error.kind(), &crate::ErrorKind::NonFinite { condition: 7, feature: 3 });
        }
    }
    let vast = Array2::from_elem((9, 9), 1.7e308);
    assert_eq!(svd(vast.view()).unwrap_err().kind().name(), "OutOfRange");
    assert_eq!(eigh(vast.view()).unwrap_err().kind().name(), "OutOfRange");
    assert_eq!(qr(vast.view()).unwrap_err().kind().name(), "OutOfRange");
}

#[test]
fn matrices_without_entries_decompose_into_nothing() {
    for (n, p) in [(0, 0), (0, 3), (3, 0)] {
        let a = Array2::zeros((n, p));
        assert!(svd(a.view()).unwrap().sigma.is_empty());
        assert_eq!(qr(a.view()).unwrap().r.dim(), (0, p));
    }
    assert!(eigh(Array2::zeros((0, 0)).view()).unwrap().values.is_empty());
}

#[test]
fn linfa_agrees_on_small_well_scaled_matrices() {
    for (n, seed) in [(1, 20), (3, 21), (8, 22), (25, 23)] {
        let tall = normal(n + 4, n, seed);
        let (theirs_q, theirs_r) = tall.qr().unwrap().into_decomp();
        let ours = qr(tall.view()).unwrap();
        assert_reconstructs(&theirs_q.dot(&theirs_r), &ours.q.dot(&ours.r), "QR");
        for i in 0..n {
            assert!((theirs_r[(i, i)].abs() - ours.r[(i, i)]).abs() < 1e-12);
        }

        let definite = gram(normal(n, n + 6, seed).view()).unwrap();
        let theirs = definite.clone().cholesky().unwrap();
        assert!((&theirs - &cholesky(definite.view()).unwrap()).iter().all(|d| d.abs() < 1e-12));

        let (mut theirs, _) = definite.eigh().unwrap();
        theirs.as_slice_mut().unwrap().sort_by(f64::total_cmp);
        let ours = eigh(definite.view()).unwrap();
        for (theirs, ours) in theirs.iter().zip(&ours.values) {
            assert!((theirs - ours).abs() < 1e-11 * ours.abs().max(1.0));
        }
    }
}
