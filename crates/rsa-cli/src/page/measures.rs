//! What measures and comparisons mean, for people.

use rsa_plot::report::Card;
use rsakit::{
    Measure, MeasureSpec,
    core::{Identity, Orientation},
    spec::ComparisonSpec,
};

/// What a measure reads and ignores; the profile says it, and the laws hold it true.
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
    let [low, high] = profile.range;
    let itself = match profile.identity {
        Identity::Always(value) => format!("{value}"),
        Identity::WithoutTies(value) => format!("{value} without ties, less with them"),
    };
    let (reads, beware) = words(spec);
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
            if profile.unbiased { "0 on average for independent data" } else { "above 0 for independent data" }
                .to_owned(),
        ),
        ("beware", beware.to_owned()),
        ("source", spec.reference().to_owned()),
    ];
    Card {
        title: capitalised(spec.title()),
        spec: spec.to_string(),
        facts: facts.map(|(name, text)| (name.to_owned(), text)).to_vec(),
    }
}

/// What a measure reads off a representation, and where it misleads.
fn words(spec: &MeasureSpec) -> (&'static str, &'static str) {
    match spec {
        MeasureSpec::Cka(_) if spec.measure().profile().unbiased => (
            "the centred Gram matrix without its diagonal: which conditions are alike",
            "of few conditions it scatters widely about 0, and below it",
        ),
        MeasureSpec::Cka(_) => (
            "the centred Gram matrix: which conditions are alike, by inner products or a kernel of distances",
            "with more features than half the conditions it is high for independent data, too: take `hsic=unbiased`",
        ),
        MeasureSpec::Cca(_) => (
            "the subspace that all features span",
            "needs many more conditions than features; every direction counts alike, however little it varies",
        ),
        MeasureSpec::Svcca(_) => (
            "the subspace of the directions of largest variance",
            "every kept direction counts alike; layers of unequal width are not scored alike",
        ),
        MeasureSpec::Pwcca(_) => (
            "the subspace of all features, its directions weighted by how much of the features they carry",
            "needs many more conditions than features; layers of unequal width are not scored alike",
        ),
        MeasureSpec::Rsa(_) => (
            "the RDM: how far apart the patterns of every two conditions are",
            "one number for thousands of pairs: two RDMs may agree in their groups and in nothing else; look at them",
        ),
    }
}

/// What a comparison of RDMs means.
pub(crate) fn comparison_card(spec: ComparisonSpec) -> Card {
    let (title, reads, ignores) = match spec {
        ComparisonSpec::Pearson => ("Pearson correlation of RDMs", "dissimilarities as they are", "unit and offset"),
        ComparisonSpec::Cosine => ("cosine of RDMs", "dissimilarities as they are, with their 0", "the unit"),
        ComparisonSpec::Spearman => {
            ("Spearman correlation of RDMs", "the order of dissimilarities", "all but the order")
        }
        ComparisonSpec::RhoA => {
            ("ρ-a of RDMs", "the order of dissimilarities; ties predict nothing", "all but the order")
        }
        ComparisonSpec::KendallA => (
            "Kendall's τ-a of RDMs",
            "pairs of dissimilarities in the same order; ties predict nothing",
            "all but the order",
        ),
        ComparisonSpec::KendallB => (
            "Kendall's τ-b of RDMs",
            "pairs of dissimilarities in the same order, of those not tied",
            "all but the order",
        ),
        ComparisonSpec::WhitenedCosine => {
            ("whitened cosine of RDMs", "dissimilarities, weighed by how their noise varies together", "the unit")
        }
        ComparisonSpec::WhitenedPearson => (
            "whitened Pearson correlation of RDMs",
            "dissimilarities, weighed by how their noise varies together",
            "unit and offset",
        ),
        ComparisonSpec::Bures => ("Bures similarity of RDMs", "the points that squared distances imply", "the unit"),
        _ => ("comparison of RDMs", "dissimilarities", "see its documentation"),
    };
    let facts = [("reads", reads), ("ignores", ignores), ("range", "at most 1, the larger the more alike")];
    Card {
        title: capitalised(title),
        spec: spec.to_string(),
        facts: facts.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec(),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
