//! Tests that values are read back from JSON as they were written, and that damaged values are refused.

use std::fmt::Debug;

use rsakit::{
    Measure, MeasureSpec, catalogue,
    core::{Caveat, CaveatKind, Fraction, Grid, Invariances, Positive, Profile},
    spec::{ComparisonSpec, RdmSpec},
};
use serde::{Serialize, de::DeserializeOwned};

#[track_caller]
fn read_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value, "{text}");
}

#[test]
fn values_are_read_back() {
    for spec in catalogue() {
        read_back(&spec);
        read_back(&spec.measure().profile());
    }
    read_back(&Grid::from_fn(2, 3, |i, j| i * 10 + j));
    read_back(&Grid::<f64>::from_fn(2, 0, |_, _| 0.0));
    read_back(&Caveat { kind: CaveatKind::SaturatedKernel, message: "narrow".to_owned() });
    read_back(&[Invariances::NONE, Invariances::AFFINE, Invariances::PERMUTATION | Invariances::DUPLICATION]);
    read_back(&(Positive::new("a", 2.5).unwrap(), Fraction::new("b", 0.5).unwrap()));
    read_back(&ComparisonSpec::RhoA);
    read_back(&"crossnobis(weighting=runs)".parse::<RdmSpec>().unwrap());
}

#[test]
fn damaged_values_are_refused() {
    assert!(serde_json::from_str::<Grid<f64>>(r#"{"n_rows":2,"n_columns":2,"values":[1.0]}"#).is_err());
    assert!(serde_json::from_str::<Grid<f64>>(r#"{"n_rows":18446744073709551615,"n_columns":2,"values":[]}"#).is_err());
    assert!(serde_json::from_str::<Positive>("-1.0").is_err() && serde_json::from_str::<Fraction>("1.5").is_err());
    let error = serde_json::from_str::<Invariances>(r#"["rotation"]"#).unwrap_err().to_string();
    assert!(error.contains("one of permutation"), "{error}");
    assert!(serde_json::from_str::<MeasureSpec>(r#""ckaa""#).is_err());
    assert!(serde_json::from_str::<Profile>("{}").is_err());
}
