//! [`run_on`]: one run of the program on a damaged file, and its ending.

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Time after which a run on a file of a few kilobytes hangs.
const PATIENCE: Duration = Duration::from_secs(10);

/// Address space of a run, in KiB: 2 GiB, so that an allocation by a false claim fails here.
const ADDRESS_SPACE: &str = "2097152";

/// The ending of a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ending {
    /// An answer, of all or of a part of what was asked.
    Answer,
    /// An error that names the file, or a condition by its label.
    Refused,
    /// An error that names no file.
    Nameless,
    /// A NaN or an infinity in the answer.
    NotANumber,
    Panic,
    Abort,
    Hang,
}

impl Ending {
    pub(crate) const ALL: [Self; 7] =
        [Self::Answer, Self::Refused, Self::Nameless, Self::NotANumber, Self::Panic, Self::Abort, Self::Hang];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Refused => "refused",
            Self::Nameless => "nameless",
            Self::NotANumber => "NaN",
            Self::Panic => "panic",
            Self::Abort => "abort",
            Self::Hang => "hang",
        }
    }

    /// Returns `true` for what no user should meet.
    pub(crate) fn is_finding(self) -> bool {
        !matches!(self, Self::Answer | Self::Refused)
    }
}

/// Runs `program` in `folder` with `arguments`, in which the file `name` stands for `FILE`; returns what it said, too.
pub(crate) fn run_on(program: &Path, folder: &Path, arguments: &str, name: &str) -> Result<(Ending, String), String> {
    let [out, err] = ["out", "err"].map(|stream| folder.join(stream));
    let create = |path: &Path| File::create(path).map_err(|error| format!("{}: {error}", path.display()));
    // A shell limits the address space, which Rust's standard library cannot.
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {ADDRESS_SPACE}; exec \"$0\" \"$@\"")]).arg(program);
    command.args(arguments.split_whitespace().map(|word| if word == "FILE" { name } else { word }));
    command.current_dir(folder).stdin(Stdio::null()).stdout(create(&out)?).stderr(create(&err)?);
    let mut child = command.spawn().map_err(|error| format!("cannot start sh: {error}"))?;
    let begin = Instant::now();
    let status = loop {
        match child.try_wait().map_err(|error| format!("cannot wait for the program: {error}"))? {
            Some(status) => break Some(status),
            None if begin.elapsed() > PATIENCE => {
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
            None => thread::sleep(Duration::from_micros(500)),
        }
    };
    let text = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
    let (out, err) = (text(&out), text(&err));
    Ok((ending(status, &out, &err, name), err))
}

/// Judges a run by its status, `None` if it did not end, and by what it wrote.
fn ending(status: Option<ExitStatus>, out: &str, err: &str, name: &str) -> Ending {
    match status.map(|status| status.code()) {
        None => Ending::Hang,
        // Ended by a signal.
        Some(None) => Ending::Abort,
        Some(Some(101)) => Ending::Panic,
        // A shell reports a signal of its child like this.
        Some(Some(129..)) => Ending::Abort,
        Some(Some(0 | 3)) if holds_no_number(out) => Ending::NotANumber,
        Some(Some(0 | 3)) => Ending::Answer,
        // Reasons of single pairs stand in the answer.
        Some(Some(_)) if [err, out].iter().any(|text| text.contains(name) || text.contains("condition '")) => {
            Ending::Refused
        }
        Some(Some(_)) => Ending::Nameless,
    }
}

/// Returns `true` if a cell of a table, or a value in JSON, is NaN or infinite. Reasons for it may stand in text.
fn holds_no_number(out: &str) -> bool {
    let mut cells = out.split(['\n', ',', ':', '[', ']', '}']);
    cells.any(|cell| matches!(cell, "NaN" | "inf" | "-inf" | "Infinity" | "-Infinity"))
}
