//! Cost and limit of the number of permutations.

use rsakit::{Error, Result, core::Observer};

/// Most permutations: they tell a p-value of .001 to within .000002.
const MOST: u64 = 1_000_000_000;

/// Permutations that tell a p-value of .05 to within two standard errors, .0004.
const PLENTY: u64 = 1_000_000;

/// Permutations a second on a fast machine with small RDMs.
const PER_SECOND: f64 = 1e6;

/// Refuses more permutations than any p-value needs, and tells `observer` what very many cost.
///
/// # Errors
/// `InvalidParameter`, with the time that they would take.
pub(crate) fn check_permutations(count: u64, observer: &dyn Observer) -> Result<()> {
    const SECONDS_PER_DAY: f64 = 86_400.0;
    if count > MOST {
        let days = count as f64 / PER_SECOND / SECONDS_PER_DAY;
        let requirement = format!(
            "at most {MOST}, which tell a p-value of .001 to within .000002; at a million a second {count} take \
             {days:.1} days"
        );
        return Err(Error::invalid_parameter("--permutations", requirement, count));
    }
    if count > PLENTY {
        let times = count / PLENTY;
        observer.note(&format!(
            "{count} permutations take {times} times as long as {PLENTY}, which tell a p-value of .05 to within .0004"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absurd_numbers_are_refused_with_their_time() {
        assert!(check_permutations(MOST, &()).is_ok());
        let error = check_permutations(1 << 48, &()).unwrap_err().to_string();
        assert!(error.contains("--permutations") && error.contains("3257.8 days"), "{error}");
    }
}
