//! [`start_threads`]: the threads of all jobs, and the memory that each needs before it begins.

use std::{collections::HashSet, error::Error as _, fs, path::Path};

use rsakit::{Error, Result, core::linalg};

/// Starts the threads of all jobs: `count` of them, or one for each core. Later calls have no effect.
///
/// Without a call the first job starts as many as there are cores.
///
/// # Errors
/// `Io` if the system does not allow as many.
pub fn start_threads(count: Option<usize>) -> Result<()> {
    // A program may have a pool of its own, and run its jobs in that.
    if rayon::current_thread_index().is_some() {
        return Ok(());
    }
    match rayon::ThreadPoolBuilder::new().num_threads(count.unwrap_or(0)).build_global() {
        Ok(()) => Ok(()),
        // Without a cause, the threads run already.
        Err(error) if error.source().is_none() => Ok(()),
        Err(error) => {
            let threads = count.map_or_else(|| "one thread a core".to_owned(), |count| format!("{count} threads"));
            let place = format!(
                "the system does not allow {threads}; use fewer with --threads, or raise its limits (ulimit -u, ulimit -v)"
            );
            Err(Error::io(place, std::io::Error::other(error)))
        }
    }
}

/// Starts the threads, and allocates on each the scratch of matrix products.
///
/// # Errors
/// The errors of [`start_threads`]; `TooLarge` if the system refuses the scratch.
pub(crate) fn prepare_threads() -> Result<()> {
    start_threads(None)?;
    linalg::allocate_product_scratch(product_scratch(Path::new("/sys/devices/system/cpu")).unwrap_or(0))
}

/// Returns the bytes of scratch on each thread, from the description of the processors in the folder `cpus`.
///
/// They are the third-level caches of all cores, twice: the products pack both factors by as much. On other processors
/// than x86-64 the scratch is small.
fn product_scratch(cpus: &Path) -> Option<usize> {
    if !cfg!(target_arch = "x86_64") {
        return None;
    }
    let read = |file: &str| fs::read_to_string(cpus.join(file)).ok().map(|text| text.trim().to_owned());
    let mut cores = HashSet::new();
    for entry in fs::read_dir(cpus).ok()?.flatten() {
        let name = entry.file_name().into_string().ok()?;
        let is_processor = name.strip_prefix("cpu").is_some_and(|number| number.parse::<u32>().is_ok());
        if is_processor {
            let core = ["physical_package_id", "core_id"].map(|file| read(&format!("{name}/topology/{file}")));
            // Where the topology is unknown, each processor counts as a core.
            let unknown = core.iter().any(Option::is_none).then_some(name);
            cores.insert((core, unknown));
        }
    }
    let size = cache_bytes(&read("cpu0/cache/index3/size")?)?;
    let shared_by =
        |index: usize| Some(count_listed(&read(&format!("cpu0/cache/index{index}/shared_cpu_list"))?)?.max(1));
    let of_core = size / shared_by(3)? * shared_by(0)?;
    of_core.checked_mul(cores.len())?.checked_mul(2)
}

/// Reads a size such as `32768K`.
fn cache_bytes(text: &str) -> Option<usize> {
    let unit = match text.chars().last()? {
        'K' => 1 << 10,
        'M' => 1 << 20,
        'G' => 1 << 30,
        _ => 1,
    };
    text.trim_end_matches(['K', 'M', 'G']).parse::<usize>().ok()?.checked_mul(unit)
}

/// Counts the processors in a list such as `0-3,8-11`.
fn count_listed(list: &str) -> Option<usize> {
    let of_range = |range: &str| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(last.parse::<usize>().ok()?.checked_sub(first.parse().ok()?)? + 1)
    };
    list.split(',').map(of_range).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes the description of processors: `n` threads on half as many cores, with one third-level cache of 32 MiB.
    fn describe(folder: &Path, n: usize) {
        for k in 0..n {
            let cpu = folder.join(format!("cpu{k}"));
            for part in ["topology", "cache/index0", "cache/index3"] {
                fs::create_dir_all(cpu.join(part)).unwrap();
            }
            fs::write(cpu.join("topology/physical_package_id"), "0\n").unwrap();
            fs::write(cpu.join("topology/core_id"), format!("{}\n", k / 2)).unwrap();
            fs::write(cpu.join("cache/index0/shared_cpu_list"), "0-1\n").unwrap();
            fs::write(cpu.join("cache/index3/shared_cpu_list"), format!("0-{}\n", n / 2 - 1)).unwrap();
            fs::write(cpu.join("cache/index3/size"), "32768K\n").unwrap();
        }
        fs::create_dir_all(folder.join("cpufreq")).unwrap();
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn the_scratch_is_twice_the_caches_of_all_cores() {
        let folder = tempfile::tempdir().unwrap();
        describe(folder.path(), 32);
        // Two caches of 32 MiB for 16 cores.
        assert_eq!(product_scratch(folder.path()), Some(2 * 2 * (32 << 20)));
        assert_eq!(product_scratch(&folder.path().join("none")), None);
    }

    #[test]
    fn lists_and_sizes_are_read() {
        assert_eq!(["0", "0-3,8-11", "0,2"].map(count_listed), [Some(1), Some(8), Some(2)]);
        assert_eq!([count_listed("a"), count_listed("3-1")], [None, None]);
        assert_eq!(["32768K", "36M", "512"].map(cache_bytes), [Some(32 << 20), Some(36 << 20), Some(512)]);
        assert_eq!(cache_bytes("K"), None);
    }

    #[test]
    fn threads_are_started_once() {
        assert!(start_threads(Some(2)).is_ok() && start_threads(None).is_ok());
        assert!(prepare_threads().is_ok());
    }
}
