//! Kernel analysis: known values by NumPy 2.4, and labels without meaning.

use rsa_core::Measurements;

use super::data::{digits, normal};
use crate::{KernelAnalysis, KernelResampling};

fn curves(x: &Measurements, resampling: KernelResampling) -> Vec<crate::KernelCurve> {
    KernelAnalysis { resampling }.curves(x, &()).unwrap()
}

#[test]
fn the_known_values_come_out() {
    let [_, conv5] = &digits();
    let [curve] = &curves(conv5, KernelResampling::All)[..] else { panic!("one curve") };
    assert!((curve.area() - 0.615604).abs() < 5e-7, "{}", curve.area());
    let (largest, complexity) = curve.largest();
    assert!((largest - 0.827625).abs() < 5e-7 && (complexity - 1e4).abs() < 1e-6, "{largest} at {complexity}");
    assert_eq!((curve.penalties.len(), curve.penalties[0], curve.penalties[55]), (56, 1e-4, 1e3));
    assert!(curve.widths.iter().all(|width| (0.1 - 1e-12..=10.0 + 1e-12).contains(width)));
}

#[test]
fn labels_without_meaning_have_no_precision_unless_copies_leak() {
    let x = Measurements::new(normal(60, 8, 4), (0..60).map(|i| (i % 3).to_string())).unwrap();
    let mean = |resampling| {
        let curves = curves(&x, resampling);
        assert_eq!(curves.len(), 4);
        curves.iter().map(|curve| curve.area()).sum::<f64>() / 4.0
    };
    let subsets = mean(KernelResampling::Subsets { times: 4, seed: 1 });
    let bootstrap = mean(KernelResampling::Bootstrap { times: 4, seed: 1 });
    assert!(subsets.abs() < 0.05, "{subsets}");
    assert!(bootstrap > 0.15, "{bootstrap}");
}

#[test]
fn observations_without_distances_or_classes_are_refused() {
    let refused = |x: Measurements| KernelAnalysis { resampling: KernelResampling::All }.curves(&x, &()).unwrap_err();
    let labels = |i: usize| ["a", "b"][i % 2];
    let equal = Measurements::new(ndarray::Array2::ones((6, 2)), (0..6).map(labels)).unwrap();
    assert!(refused(equal).to_string().contains("more than half of the pairs"));
    let one = Measurements::new(normal(6, 2, 1), ["a"; 6]).unwrap();
    assert_eq!(refused(one).kind().name(), "TooFewConditions");
}
