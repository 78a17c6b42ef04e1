//! How much memory may be used.

use clap::Args;

/// The memory that a command may use.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    /// How much memory may be used, such as 2GiB or 500MB. What needs more is refused; no result depends on it [default:
    /// three quarters of what is free, where the system says]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    memory: Option<usize>,
}

impl Memory {
    /// Bytes.
    pub(crate) fn budget(self) -> usize {
        self.memory.or_else(|| Some(available()? / 4 * 3)).unwrap_or(usize::MAX)
    }
}

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

/// Reads a number of bytes with its unit.
fn size(text: &str) -> Result<usize, String> {
    let unit = UNITS.iter().find(|(unit, ..)| text.len() > unit.len() && ends_with(text, unit));
    let Some((unit, base, power)) = unit else {
        return Err("a size has a unit, such as 2GiB, 500MB or 8000000000B".to_owned());
    };
    let number: f64 = text[..text.len() - unit.len()].trim().parse().map_err(|_| "no number before its unit")?;
    let bytes = number * f64::from(*base).powi(power.cast_signed());
    // Below a million bytes not even the program itself has room.
    match (1e6..=isize::MAX as f64).contains(&bytes) {
        true => Ok(bytes as usize),
        false => Err("a size is at least 1MB, and one that a machine can have".to_owned()),
    }
}

fn ends_with(text: &str, unit: &str) -> bool {
    text.get(text.len() - unit.len()..).is_some_and(|end| end.eq_ignore_ascii_case(unit))
}

/// A number of bytes as people write it, rounded up.
pub(crate) fn show(bytes: usize) -> String {
    const MIB: usize = 1 << 20;
    match bytes.div_ceil(MIB) {
        mib @ 0..10_240 => format!("{mib}MiB"),
        mib => format!("{}GiB", mib.div_ceil(1024)),
    }
}

/// What the system has free, or allows the process to take: the smaller of both.
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

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("2GiB"), Ok(2 << 30));
        assert_eq!(size("1.5 gib"), Ok(3 << 29));
        assert_eq!(size("500MB"), Ok(500_000_000));
        assert_eq!(size("8000000000B"), Ok(8_000_000_000));
        for wrong in ["2", "GiB", "-1GiB", "nanGiB", "1e30TiB", "2 GiBs", "12kB", "é"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes_are_shown_rounded_up() {
        assert_eq!(
            [show(1), show((5 << 20) + 1), show(11 << 30), show((11 << 30) + 1)],
            ["1MiB", "6MiB", "11GiB", "12GiB"]
        );
        assert_eq!(size(&show(600 << 20)), Ok(600 << 20));
    }
}
