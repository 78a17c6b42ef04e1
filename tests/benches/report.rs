//! Results of a benchmark, printed as a table and saved for `cargo xtask bench`, which joins the tables.

use std::{env, fs::OpenOptions, io::Write};

use serde::Serialize;

/// Time of one piece of work.
#[derive(Serialize)]
pub(crate) struct Row {
    /// Description of the work.
    pub(crate) what: String,
    pub(crate) seconds: f64,
    /// Billion additions and multiplications of the work, if these determine its time.
    #[serde(skip)]
    pub(crate) gigaflops: Option<f64>,
    /// Rate as a share of the peak rate of the machine.
    of_peak: Option<f64>,
    /// Peers with their times as multiples of ours.
    pub(crate) times_as_long: Vec<(String, f64)>,
}

impl Row {
    pub(crate) fn new(what: impl Into<String>, seconds: f64) -> Self {
        Self { what: what.into(), seconds, gigaflops: None, of_peak: None, times_as_long: Vec::new() }
    }

    pub(crate) fn with_gigaflops(self, gigaflops: f64) -> Self {
        Self { gigaflops: Some(gigaflops), ..self }
    }

    /// Adds a peer, if it was timed.
    pub(crate) fn with_peer(mut self, peer: &str, seconds: Option<&f64>) -> Self {
        self.times_as_long.extend(seconds.map(|seconds| (peer.to_owned(), seconds / self.seconds)));
        self
    }
}

/// Rows of one benchmark.
#[derive(Serialize)]
struct Found<'a> {
    heading: &'a str,
    rows: &'a [Row],
    /// Largest memory that the benchmark used, in GB.
    peak_memory: Option<f64>,
}

/// Prints the rows, and appends them as a line of JSON to the file `RSAKIT_BENCH_ROWS`.
///
/// `peak` is the peak rate of the machine, in billion additions and multiplications per second.
pub(crate) fn publish(heading: &str, mut rows: Vec<Row>, peak: Option<f64>) {
    for row in &mut rows {
        row.of_peak = row.gigaflops.zip(peak).map(|(work, peak)| work / row.seconds / peak);
    }
    println!("{heading}");
    let width = rows.iter().map(|row| row.what.chars().count()).max().unwrap_or(0);
    for row in &rows {
        let share = row.of_peak.map_or_else(String::new, |share| format!("{:.0}% of peak", 100.0 * share));
        let ratios: Vec<_> = row.times_as_long.iter().map(|(peer, ratio)| format!("{ratio:.2}x {peer}")).collect();
        println!("  {:<width$}  {:>12}  {share:>12}  {}", row.what, duration(row.seconds), ratios.join(", "));
    }
    let peak_memory = peak_memory();
    if let Some(gigabytes) = peak_memory {
        println!("  at most {gigabytes:.2} GB in memory");
    }
    if let Some(path) = env::var_os("RSAKIT_BENCH_ROWS") {
        let line = serde_json::to_string(&Found { heading, rows: &rows, peak_memory }).expect("numbers and names");
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.and_then(|mut file| writeln!(file, "{line}")).expect("the file for the rows can be written");
    }
}

/// Formats a time in a suitable unit.
fn duration(seconds: f64) -> String {
    match seconds {
        1.0.. => format!("{seconds:.2} s"),
        1e-3.. => format!("{:.2} ms", 1e3 * seconds),
        _ => format!("{:.2} µs", 1e6 * seconds),
    }
}

/// Returns the largest resident memory of this process so far, in GB; `None` if the system does not report it.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024e-9)
}
