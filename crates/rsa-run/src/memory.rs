//! [`MemorySize`]: the memory that a job may use.

use std::{fmt, str::FromStr};

use rsakit::{Error, Result, core::Observer};
use serde::{Deserialize, Serialize};

use crate::threads::prepare_threads;

/// Amount of memory in bytes, written with its unit: `2GiB`, `500MB`.
///
/// The `Display` form is rounded up to MiB or GiB; the serialized form is exact.
///
/// # Example
/// ```
/// use rsa_run::MemorySize;
///
/// let size: MemorySize = "1.5GiB".parse()?;
/// assert_eq!(size.bytes(), 3 << 29);
/// assert_eq!(size.to_string(), "1536MiB");
/// # Ok::<(), rsakit::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct MemorySize(usize);

const UNITS: [(&str, u32, u32); 9] = [
    ("KiB", 1024, 1),
    ("MiB", 1024, 2),
    ("GiB", 1024, 3),
    ("TiB", 1024, 4),
    ("kB", 1000, 1),
    ("MB", 1000, 2),
    ("GB", 1000, 3),
    ("TB", 1000, 4),
    ("B", 1, 1),
];

impl MemorySize {
    /// Takes a number of bytes.
    pub fn from_bytes(bytes: usize) -> Self {
        Self(bytes)
    }

    /// Returns the number of bytes.
    pub fn bytes(self) -> usize {
        self.0
    }

    /// Starts the threads with what each needs, and returns the bytes that a job may use beside that.
    ///
    /// They are what the request allows, but no more than the machine has, of which `observer` gets a note. Without a
    /// request they are three quarters of what the system has free; if that is unknown there is no limit.
    ///
    /// # Errors
    /// `Io` or `TooLarge` if the system does not allow the threads or their memory.
    pub(crate) fn budget(requested: Option<Self>, observer: &dyn Observer) -> Result<usize> {
        prepare_threads()?;
        Ok(match (requested, installed()) {
            (Some(requested), Some(installed)) if requested.0 > installed => {
                let has = show(installed);
                observer
                    .note(&format!("--memory allows {requested} and the machine has {has}: at most {has} are used"));
                installed
            }
            (Some(requested), _) => requested.0,
            (None, _) => available().map_or(usize::MAX, |bytes| bytes / 4 * 3),
        })
    }
}

impl FromStr for MemorySize {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = |requirement| Err(Error::invalid_parameter("the memory", requirement, format_args!("'{text}'")));
        let unit = UNITS.iter().find(|(unit, ..)| text.len() > unit.len() && ends_with(text, unit));
        let Some((unit, base, power)) = unit else {
            return refuse("a size with its unit, such as 2GiB, 500MB or 8000000000B");
        };
        let Ok(number) = text[..text.len() - unit.len()].trim().parse::<f64>() else {
            return refuse("a number before its unit, such as 2GiB");
        };
        let bytes = number * f64::from(*base).powi(power.cast_signed());
        // The program itself needs more than a million bytes.
        match (1e6..=isize::MAX as f64).contains(&bytes) {
            true => Ok(Self(bytes as usize)),
            false => refuse("at least 1MB, and a size that a machine can have"),
        }
    }
}

fn ends_with(text: &str, unit: &str) -> bool {
    text.get(text.len() - unit.len()..).is_some_and(|end| end.eq_ignore_ascii_case(unit))
}

impl fmt::Display for MemorySize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MIB: usize = 1 << 20;
        match self.0.div_ceil(MIB) {
            mib @ 0..10_240 => write!(f, "{mib}MiB"),
            mib => write!(f, "{}GiB", mib.div_ceil(1024)),
        }
    }
}

impl From<MemorySize> for String {
    fn from(size: MemorySize) -> Self {
        format!("{}B", size.0)
    }
}

impl TryFrom<String> for MemorySize {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

/// Returns a number of bytes as people write it, rounded up.
pub(crate) fn show(bytes: usize) -> String {
    MemorySize(bytes).to_string()
}

/// Refuses work that takes more memory than it may.
///
/// # Errors
/// `TooLarge` with the need, the budget and the `remedy`; `work` is the subject of the sentence.
pub(crate) fn ensure_fits(work: impl fmt::Display, needed: usize, budget: usize, remedy: &str) -> Result<()> {
    if needed <= budget {
        return Ok(());
    }
    let (need, most) = (show(needed), show(budget));
    let message = format!(
        "{work} would take about {need} of memory, and {most} may be used; {remedy}, or allow more with --memory"
    );
    Err(Error::too_large(needed as u64, budget as u64, message))
}

/// Returns the bytes of `count` 64-bit floats.
pub(crate) fn float_bytes(count: usize) -> usize {
    count.saturating_mul(size_of::<f64>())
}

/// Returns the bytes that the system has free, or allows the process to take: the smaller of both.
fn available() -> Option<usize> {
    let allowed = cgroup_bytes("max").map(|most| most.saturating_sub(cgroup_bytes("current").unwrap_or(0)));
    [system_bytes("MemAvailable:"), allowed, address_space_left()].into_iter().flatten().min()
}

/// Returns the bytes that the machine has, or that its processes may take, or this one still may: the smallest of them.
fn installed() -> Option<usize> {
    [system_bytes("MemTotal:"), cgroup_bytes("max"), address_space_left()].into_iter().flatten().min()
}

/// Returns the bytes of address space that are left, if there is a limit (`ulimit -v`).
fn address_space_left() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let limit = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    let limit: usize = limit.split_whitespace().next()?.parse().ok()?;
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    Some(limit.saturating_sub(in_kib(&status, "VmSize:")?))
}

fn system_bytes(field: &str) -> Option<usize> {
    in_kib(&std::fs::read_to_string("/proc/meminfo").ok()?, field)
}

/// Returns the bytes of a line `field: 1024 kB` of the system's files.
fn in_kib(text: &str, field: &str) -> Option<usize> {
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().strip_suffix("kB")?.trim().parse::<usize>().ok()?.checked_mul(1024)
}

fn cgroup_bytes(name: &str) -> Option<usize> {
    std::fs::read_to_string(format!("/sys/fs/cgroup/memory.{name}")).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Option<usize> {
        text.parse().ok().map(MemorySize::bytes)
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(bytes("2GiB"), Some(2 << 30));
        assert_eq!(bytes("1.5 gib"), Some(3 << 29));
        assert_eq!(bytes("500MB"), Some(500_000_000));
        assert_eq!(bytes("8000000000B"), Some(8_000_000_000));
        for wrong in ["2", "GiB", "-1GiB", "nanGiB", "1e30TiB", "2 GiBs", "12kB", "é"] {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn sizes_are_shown_rounded_up() {
        assert_eq!(
            [show(1), show((5 << 20) + 1), show(11 << 30), show((11 << 30) + 1)],
            ["1MiB", "6MiB", "11GiB", "12GiB"]
        );
        assert_eq!(bytes(&show(600 << 20)), Some(600 << 20));
    }

    /// Keeps the notes of a job.
    #[derive(Default)]
    struct Listener(std::sync::Mutex<Vec<String>>);

    impl Observer for Listener {
        fn note(&self, text: &str) {
            self.0.lock().unwrap().push(text.to_owned());
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn more_memory_than_the_machine_has_is_not_believed() {
        let listener = Listener::default();
        assert_eq!(MemorySize::budget(Some(MemorySize(1 << 20)), &listener).unwrap(), 1 << 20);
        assert!(listener.0.lock().unwrap().is_empty());
        let most = MemorySize::budget(Some(MemorySize(1 << 60)), &listener).unwrap();
        assert_eq!(Some(most), installed());
        let notes = listener.0.into_inner().unwrap();
        assert!(
            notes.len() == 1 && notes[0].starts_with("--memory allows 1073741824GiB and the machine has"),
            "{notes:?}"
        );
        assert!(MemorySize::budget(None, &()).unwrap() <= most);
    }

    #[test]
    fn a_refusal_says_need_allowance_and_remedy() {
        assert!(ensure_fits("the map", 100, 100, "map less").is_ok());
        let error = ensure_fits("the map", 3 << 30, 1 << 30, "map less").unwrap_err();
        assert_eq!(error.kind().name(), "TooLarge");
        let expected = "the map would take about 3072MiB of memory, and 1024MiB may be used; map less, or allow more with \
                        --memory";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn the_serialized_size_is_exact() {
        let size = MemorySize::from_bytes((5 << 20) + 1);
        let text = serde_json::to_string(&size).unwrap();
        assert_eq!(serde_json::from_str::<MemorySize>(&text).unwrap(), size);
    }
}
