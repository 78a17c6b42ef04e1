//! `cargo xtask bench`: runs the benchmarks and writes their results with the machine, the date and the commit.

use std::{
    fmt::Write,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::{Outcome, between, cargo};

/// The file with all rows.
const RESULTS: &str = "tests/benches/RESULTS.md";

/// The lines of README.md around the rows that have peers.
const BEGIN: &str = "<!-- The next lines are written by `cargo xtask bench --peers`. -->";
const END: &str = "<!-- End of what `cargo xtask bench` writes. -->";

/// Runs all benchmarks. With `--peers` the results are written to the repository, because ratios outlast a machine.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Outcome {
    if let Some(word) = arguments.iter().find(|word| !["--quick", "--peers"].contains(&word.as_str())) {
        return Err(format!("it takes `--quick` and `--peers`, found `{word}`"));
    }
    let rows = root.join("target/bench-rows.jsonl");
    // An earlier run may have left rows.
    let _ = fs::remove_file(&rows);
    let mut command = cargo();
    command.args(["bench", "--locked", "--package", "rsakit-tests", "--"]).args(arguments);
    let status = command.env("RSAKIT_BENCH_ROWS", &rows).status();
    if !status.map_err(|error| format!("cannot start cargo: {error}"))?.success() {
        return Ok(false);
    }
    if !arguments.iter().any(|word| word == "--peers") || arguments.iter().any(|word| word == "--quick") {
        println!("bench: nothing written; {RESULTS} keeps full runs with --peers");
        return Ok(true);
    }
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let found: Vec<Value> = read(&rows)?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .map_err(|error| format!("the rows of the benchmarks are no JSON: {error}"))?;
    let when = circumstances(root);
    let all = format!("# Benchmarks\n\n{when}\n\n{}", tables(&found, |_| true));
    fs::write(root.join(RESULTS), all).map_err(|error| format!("{RESULTS}: {error}"))?;
    let readme = root.join("README.md");
    let ratios = tables(&found, |row| ratios(row).is_some_and(|ratios| !ratios.is_empty()));
    let text = between::replaced(&read(&readme)?, [BEGIN, END], &format!("{when}\n\n{ratios}"))?;
    fs::write(&readme, text).map_err(|error| format!("README.md: {error}"))?;
    println!("bench: {RESULTS} and README.md are written");
    Ok(true)
}

/// Returns a sentence with the machine, the day and the commit.
fn circumstances(root: &Path) -> String {
    let said = |program: &str, arguments: &[&str]| -> Option<String> {
        let output = Command::new(program).args(arguments).current_dir(root).stderr(Stdio::null()).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let processor = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let unknown = || "unknown".to_owned();
    format!(
        "Measured on {} ({}), {}, commit {}. By hand, and never in a test: times depend on who else uses the machine.",
        processor.unwrap_or_else(unknown),
        said("uname", &["-sm"]).unwrap_or_else(unknown),
        said("date", &["+%Y-%m-%d"]).unwrap_or_else(unknown),
        said("git", &["rev-parse", "--short", "HEAD"]).unwrap_or_else(unknown),
    )
}

/// Writes a table for each benchmark that has rows for which `wanted` is `true`.
fn tables(found: &[Value], wanted: impl Fn(&Value) -> bool) -> String {
    let mut text = String::new();
    for benchmark in found {
        let rows = benchmark["rows"].as_array().map_or(&[][..], Vec::as_slice);
        let rows: Vec<&Value> = rows.iter().filter(|row| wanted(row)).collect();
        if rows.is_empty() {
            continue;
        }
        let heading = benchmark["heading"].as_str().unwrap_or_default();
        let memory = benchmark["peak_memory"].as_f64().map_or_else(String::new, |gb| format!(", at most {gb:.1} GB"));
        let _ = writeln!(text, "{heading}{memory}:\n\n| | time | of peak | times as long takes |\n|---|---|---|---|");
        for row in rows {
            let share = row["of_peak"].as_f64().map_or_else(String::new, |share| format!("{:.0} %", 100.0 * share));
            let what = row["what"].as_str().unwrap_or_default();
            let seconds = row["seconds"].as_f64().map_or_else(String::new, duration);
            let peers: Vec<String> = ratios(row)
                .unwrap_or_default()
                .iter()
                .map(|(peer, ratio)| {
                    format!("{peer}: {}×", if *ratio < 10.0 { format!("{ratio:.2}") } else { format!("{ratio:.0}") })
                })
                .collect();
            let _ = writeln!(text, "| {what} | {seconds} | {share} | {} |", peers.join(", "));
        }
        text.push('\n');
    }
    text
}

/// Returns the peers of a row, each with its time as a multiple of ours.
fn ratios(row: &Value) -> Option<Vec<(&str, f64)>> {
    row["times_as_long"].as_array()?.iter().map(|pair| Some((pair[0].as_str()?, pair[1].as_f64()?))).collect()
}

/// Prints a time in seconds, milliseconds or microseconds.
fn duration(seconds: f64) -> String {
    match seconds {
        1.0.. => format!("{seconds:.2} s"),
        1e-3.. => format!("{:.2} ms", 1e3 * seconds),
        _ => format!("{:.2} µs", 1e6 * seconds),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_says_its_time_and_how_long_others_take() {
        let found = json!({
            "heading": "ten layers",
            "peak_memory": 1.25,
            "rows": [
                { "what": "cka", "seconds": 0.0123, "of_peak": 0.876, "times_as_long": [["NumPy", 5.678], ["SciPy", 43.2]] },
                { "what": "cca", "seconds": 2.5, "of_peak": null, "times_as_long": [] },
            ],
        });
        let head = "ten layers, at most 1.2 GB:\n\n| | time | of peak | times as long takes |\n|---|---|---|---|\n";
        let cka = "| cka | 12.30 ms | 88 % | NumPy: 5.68×, SciPy: 43× |\n";
        assert_eq!(tables(std::slice::from_ref(&found), |_| true), format!("{head}{cka}| cca | 2.50 s |  |  |\n\n"));
        let with_peers = |row: &Value| ratios(row).is_some_and(|ratios| !ratios.is_empty());
        assert_eq!(tables(&[found], with_peers), format!("{head}{cka}\n"));
    }
}
