//! The table that a person reads: what lies how far apart, and small RDMs whole.

use std::fmt::Write;

use comfy_table::Table;
use rsakit::{Rdm, core::condensed};

use crate::{
    format::{align_numbers, plain_table},
    rdm::{Made, make::MadeRdm},
};

/// RDMs of more conditions are summarised only.
const WHOLE: usize = 12;

pub(super) fn text(made: &Made) -> String {
    let n = made.conditions().count();
    let mut out = format!("{}, {n} conditions, {} pairs\n\n", made.dissimilarity, condensed::n_pairs(n));
    let mut table = plain_table();
    table.set_header(["RDM", "smallest", "median", "largest", "nearest", "farthest"]);
    for MadeRdm { name, rdm, .. } in &made.rdms {
        table.add_row([vec![name.clone()], summary(rdm)].concat());
    }
    align_numbers(&mut table, 1, 3);
    let _ = writeln!(out, "{table}");
    for MadeRdm { name, rdm, noise } in &made.rdms {
        let missing = rdm.values().iter().filter(|value| value.is_nan()).count();
        if missing > 0 {
            let _ = writeln!(out, "  {name}: {missing} of {} dissimilarities are missing", rdm.values().len());
        }
        if let Some(noise) = noise {
            let _ = writeln!(out, "  {name}: noise {}", noise.text());
        }
    }
    if n <= WHOLE {
        for MadeRdm { name, rdm, .. } in &made.rdms {
            let _ = writeln!(out, "\n{name}\n{}", whole(rdm));
        }
    }
    out
}

/// Smallest, median and largest dissimilarity, and the pairs of the extremes.
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
    vec![number(first.2), number(median), number(last.2), pair(first), pair(last)]
}

fn whole(rdm: &Rdm) -> Table {
    let n = rdm.n_conditions();
    let label = |i: usize| rdm.conditions().labels().map_or_else(|| i.to_string(), |labels| labels[i].clone());
    let mut table = plain_table();
    table.set_header(std::iter::once(String::new()).chain((0..n).map(label)));
    for i in 0..n {
        let entry = |j: usize| match rdm.get(i, j) {
            _ if i == j => "·".to_owned(),
            value if value.is_nan() => "–".to_owned(),
            value => number(value),
        };
        table.add_row(std::iter::once(label(i)).chain((0..n).map(entry)));
    }
    align_numbers(&mut table, 1, n);
    table
}

/// Four digits, whatever the unit.
fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if (1e-3..1e5).contains(&size) => {
            let decimals = (3 - size.log10().floor() as i32).clamp(0, 6) as usize;
            format!("{value:.decimals$}")
        }
        _ => format!("{value:.3e}"),
    }
}
