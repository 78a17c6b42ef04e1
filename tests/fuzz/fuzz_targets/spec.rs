//! Texts of measures, dissimilarities and comparisons: what is understood is printed and understood again.

#![no_main]

use rsakit::spec::{ComparisonSpec, MeasureSpec, RdmSpec};

/// Parses `text`, and checks that the printed form means the same.
fn parse<S: std::str::FromStr + ToString + PartialEq + std::fmt::Debug>(text: &str)
where
    S::Err: std::fmt::Debug,
{
    let Ok(spec) = text.parse::<S>() else { return };
    let printed = spec.to_string();
    assert_eq!(printed.parse::<S>().expect("a printed spec is understood"), spec, "{text:?} prints as {printed:?}");
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    parse::<MeasureSpec>(text);
    parse::<RdmSpec>(text);
    parse::<ComparisonSpec>(text);
});
