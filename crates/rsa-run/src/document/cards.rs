//! Cards: the meaning of measures and comparisons, for people.

use rsa_plot::report::Card;
use rsakit::{
    Measure, MeasureSpec,
    core::{Identity, Orientation},
    spec::{Advice, ComparisonSpec},
};

/// Returns what a measure reads and ignores, as its profile says and the laws check.
pub(crate) fn measure_card(spec: &MeasureSpec) -> Card {
    let profile = spec.measure().profile();
    let [first, second] = profile.invariances;
    let ignores = match first == second {
        true => first.to_string(),
        false => format!("in the rows {first}; in the columns {second}"),
    };
    let alike = match profile.orientation {
        Orientation::Similarity => "the larger, the more alike",
        Orientation::Distance => "the larger, the further apart",
    };
    let [low, high] = profile.range.map(range_end);
    let itself = match profile.identity {
        Identity::Always(value) => format!("{value}"),
        Identity::WithoutTies(value) => format!("{value} without ties, less with them"),
        Identity::NotPromised => "no promised score".to_owned(),
    };
    let Advice { reads, beware } = spec.advice();
    let facts = [
        ("reads", reads.to_owned()),
        ("ignores", ignores),
        ("range", format!("{low} to {high}, {alike}")),
        ("with itself", itself),
        (
            "symmetric",
            if profile.symmetric { "yes" } else { "no: exchanging rows and columns changes the score" }.to_owned(),
        ),
        (
            "by chance",
            match (profile.unbiased, profile.identity != Identity::NotPromised) {
                (true, _) => "0 on average for independent data",
                (false, true) => "above 0 for independent data",
                (false, false) => "below 0 on average for independent data",
            }
            .to_owned(),
        ),
        ("beware", beware.to_owned()),
        ("source", spec.reference().to_owned()),
    ];
    Card {
        title: capitalized(spec.title()),
        spec: spec.to_string(),
        facts: facts.map(|(name, text)| (name.to_owned(), text)).to_vec(),
    }
}

/// Returns what a comparison of RDMs reads and ignores.
pub(crate) fn comparison_card(spec: &ComparisonSpec) -> Card {
    let (reads, ignores) = (spec.reads(), spec.ignores());
    let facts = [("reads", reads), ("ignores", ignores), ("range", "at most 1, the larger the more alike")];
    Card {
        title: capitalized(spec.title()),
        spec: spec.to_string(),
        facts: facts.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec(),
    }
}

/// Returns `text` with a capital first letter. Greek letters are symbols and stay small: "ρ-a", not "Ρ-a".
pub(crate) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if first.is_ascii() => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

/// Returns an end of the range of a measure as text, with at most three decimals.
pub(crate) fn range_end(end: f64) -> String {
    ((end * 1000.0).round() / 1000.0).to_string().replace("inf", "∞")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greek_symbols_stay_small() {
        assert_eq!(["cosine", "ρ-a", "τ", ""].map(capitalized), ["Cosine", "ρ-a", "τ", ""]);
    }
}
