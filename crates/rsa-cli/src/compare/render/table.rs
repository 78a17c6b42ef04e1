//! The table that a person reads.

use std::fmt::Write;

use comfy_table::Table;

use crate::{
    compare::{
        Report,
        report::{Failed, Scores},
    },
    format::{align_numbers, plain_table},
};

/// One grid for each measure, then what must be said about its numbers.
pub(super) fn text(report: &Report) -> String {
    let mut out = heading(report);
    for scores in &report.results {
        let word = scores.orientation.name();
        let _ = write!(out, "\n{} ({word})\n{}\n", scores.measure, grid(report, scores));
        if let Some(permuted) = &scores.permuted {
            let all = if permuted.exact { "all " } else { "" };
            let _ = write!(
                out,
                "\np against the best of all pairs, {all}{} permutations of the conditions\n{}\n",
                permuted.tried,
                plain_grid(report, |i, j| permuted.p_corrected.get(i, j).map(|p| format!("{p:.3} ")))
            );
        }
        if let Some(intervals) = &scores.intervals {
            let interval = |i, j| intervals.get(i, j).map(|[low, high]: [f64; 2]| format!("{low:.2}…{high:.2} "));
            let _ = write!(out, "\n95 % intervals for other conditions\n{}\n", plain_grid(report, interval));
        }
        for line in remarks(report, scores) {
            let _ = writeln!(out, "  {line}");
        }
    }
    out
}

fn heading(report: &Report) -> String {
    let [first, second] = &report.inputs;
    let (n, what) = (report.n_conditions, report.what);
    match report.against_itself {
        true => format!("{what} of {first} against each other, {n} conditions; * marks each row's best other column\n"),
        false => format!("rows: {first}, columns: {second}, {n} conditions; * marks each row's best column\n"),
    }
}

/// The scores, the best of each row marked.
fn grid(report: &Report, scores: &Scores) -> Table {
    let best: Vec<Option<usize>> =
        (0..report.rows.len()).map(|i| scores.best_column(i, report.against_itself.then_some(i))).collect();
    plain_grid(report, |i, j| {
        let score = scores.values.get(i, j).as_ref().ok()?;
        Some(format!("{score:.3}{}", if best[i] == Some(j) { '*' } else { ' ' }))
    })
}

/// One cell for each pair; a dash where there is nothing.
fn plain_grid(report: &Report, cell: impl Fn(usize, usize) -> Option<String>) -> Table {
    let mut table = plain_table();
    table.set_header(std::iter::once(String::new()).chain(report.columns.iter().map(|name| format!("{name} "))));
    for (i, name) in report.rows.iter().enumerate() {
        let cells = (0..report.columns.len()).map(|j| cell(i, j).unwrap_or_else(|| "– ".to_owned()));
        table.add_row(std::iter::once(name.clone()).chain(cells));
    }
    align_numbers(&mut table, 1, report.columns.len());
    table
}

/// Each different failure and each kind of caveat once, with the first pair it concerns and how many more there are.
fn remarks(report: &Report, scores: &Scores) -> Vec<String> {
    let mut groups: Vec<(String, String, usize)> = Vec::new();
    let mut add = |key: String, line: String| match groups.iter_mut().find(|(known, ..)| *known == key) {
        Some((_, _, count)) => *count += 1,
        None => groups.push((key, line, 1)),
    };
    for (i, row) in report.rows.iter().enumerate() {
        for (j, column) in report.columns.iter().enumerate() {
            // Against itself every pair stands twice in the grid.
            if report.against_itself && j < i {
                continue;
            }
            if let Err(Failed { error, of_pair }) = scores.values.get(i, j) {
                // Of a pair, the message says first or second, which makes no other reason of it.
                let key = if *of_pair { format!("{:?}", error.kind()) } else { error.to_string() };
                add(key, format!("– {row} × {column}: {error}"));
            }
            for caveat in scores.caveats.get(i, j) {
                add(caveat.kind.name().to_owned(), format!("! {row} × {column}: {}", caveat.message));
            }
        }
    }
    let more = |(_, line, count): (String, String, usize)| match count {
        1 => line,
        2 => format!("{line} (and one more such pair)"),
        _ => format!("{line} (and {} more such pairs)", count - 1),
    };
    groups.into_iter().map(more).collect()
}
