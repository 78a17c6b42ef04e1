//! [`MemorySize`]: the memory that a job may use.

use std::{fmt, str::FromStr};

use rsakit::{Error, Result};
use serde::{Deserialize, Serialize};

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

    /// Returns the bytes that a job may use: what the request allows, otherwise three quarters of what the system has
    /// free, otherwise no limit.
    pub(crate) fn budget(requested: Option<Self>) -> usize {
        requested.map(Self::bytes).or_else(|| Some(available()? / 4 * 3)).unwrap_or(usize::MAX)
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

/// Returns the bytes that the system has free, or allows the process to take: the smaller of both.
fn available() -> Option<usize> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let free = read("/proc/meminfo").and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
        line.trim().strip_suffix("kB")?.trim().parse::<usize>().ok()?.checked_mul(1024)
    });
    let number = |path: &str| read(path)?.trim().parse::<usize>().ok();
    let allowed = number("/sys/fs/cgroup/memory.max")
        .map(|most| most.saturating_sub(number("/sys/fs/cgroup/memory.current").unwrap_or(0)));
    [free, allowed].into_iter().flatten().min()
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

    #[test]
    fn the_serialized_size_is_exact() {
        let size = MemorySize::from_bytes((5 << 20) + 1);
        let text = serde_json::to_string(&size).unwrap();
        assert_eq!(serde_json::from_str::<MemorySize>(&text).unwrap(), size);
    }
}
