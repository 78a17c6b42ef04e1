//! RDMs as text: near and far pairs, and small RDMs whole.

use rsakit::{Rdm, core::condensed};

use super::{NamedRdm, RdmResult};
use crate::{
    document::{TextBlock, TextTable, four_digits},
    inputs::conventions,
};

/// Most conditions of an RDM that is shown whole.
const WHOLE: usize = 12;

pub(super) fn blocks(result: &RdmResult) -> Vec<TextBlock> {
    let n = result.n_conditions();
    let mut heading = vec![format!("{}, {n} conditions, {} pairs", result.origin.heading(), condensed::n_pairs(n))];
    heading.extend(conventions(&result.inputs));
    let mut blocks = vec![TextBlock::Lines(heading.join("\n") + "\n"), TextBlock::Table(summaries(result))];
    blocks.extend(result.rdms.iter().flat_map(remarks).map(TextBlock::Lines));
    if n <= WHOLE {
        for one in &result.rdms {
            blocks.push(TextBlock::Lines(format!("\n{}", one.name)));
            blocks.push(TextBlock::Table(whole(&one.rdm, &result.condition_names())));
        }
    }
    blocks
}

fn summaries(result: &RdmResult) -> TextTable {
    let header = ["RDM", "smallest", "median", "largest", "nearest", "farthest"];
    TextTable {
        header: header.map(str::to_owned).to_vec(),
        rows: result.rdms.iter().map(|one| [vec![one.name.clone()], summary(&one.rdm)].concat()).collect(),
        first_number: 1,
        n_numbers: 3,
    }
}

/// Returns lines on missing dissimilarities and on the noise of the features.
fn remarks(one: &NamedRdm) -> Vec<String> {
    let NamedRdm { name, rdm, noise } = one;
    let n_missing = rdm.values().iter().filter(|value| value.is_nan()).count();
    let missing =
        (n_missing > 0).then(|| format!("  {name}: {n_missing} of {} dissimilarities are missing", rdm.values().len()));
    let noise = noise.as_ref().map(|noise| format!("  {name}: noise {}", noise.text()));
    missing.into_iter().chain(noise).collect()
}

/// Returns the smallest, median and largest dissimilarity, and the pairs of the extremes.
fn summary(rdm: &Rdm) -> Vec<String> {
    let mut present: Vec<_> = rdm.to_long().filter(|(.., value)| !value.is_nan()).collect();
    present.sort_by(|a, b| a.2.total_cmp(&b.2));
    let (Some(first), Some(last)) = (present.first(), present.last()) else { return vec!["–".to_owned(); 5] };
    let half = present.len() / 2;
    let median = match present.len() % 2 {
        1 => present[half].2,
        _ => present[half - 1].2 / 2.0 + present[half].2 / 2.0,
    };
    let pair = |(a, b, _): &(String, String, f64)| format!("{a} – {b}");
    vec![four_digits(first.2), four_digits(median), four_digits(last.2), pair(first), pair(last)]
}

fn whole(rdm: &Rdm, names: &[String]) -> TextTable {
    let entry = |i: usize, j: usize| match rdm.get(i, j) {
        _ if i == j => "·".to_owned(),
        value if value.is_nan() => "–".to_owned(),
        value => four_digits(value),
    };
    let row = |(i, name): (usize, &String)| {
        let entries = (0..names.len()).map(|j| entry(i, j));
        std::iter::once(name.clone()).chain(entries).collect()
    };
    TextTable {
        header: std::iter::once(String::new()).chain(names.iter().cloned()).collect(),
        rows: names.iter().enumerate().map(row).collect(),
        first_number: 1,
        n_numbers: names.len(),
    }
}
