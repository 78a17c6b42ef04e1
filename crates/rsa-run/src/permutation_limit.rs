//! Limit of the number of permutations.

use rsakit::{Error, Result};

/// Most permutations: they tell a p-value of 0.001 to a thousandth of it.
const MOST: u64 = 1_000_000_000;

/// Permutations a second on a fast machine with small RDMs.
const PER_SECOND: f64 = 1e6;

/// Refuses more permutations than any p-value needs, with the time that they would take.
///
/// # Errors
/// `InvalidParameter`.
pub(crate) fn ensure_permutations_feasible(count: u64) -> Result<()> {
    const SECONDS_PER_DAY: f64 = 86_400.0;
    if count <= MOST {
        return Ok(());
    }
    let days = count as f64 / PER_SECOND / SECONDS_PER_DAY;
    let requirement = format!(
        "at most {MOST}, which tell a p-value of 0.001 to a thousandth of it; at a million a second {count} take {days:.1} \
         days"
    );
    Err(Error::invalid_parameter("--permutations", requirement, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absurd_numbers_are_refused_with_their_time() {
        assert!(ensure_permutations_feasible(MOST).is_ok());
        let error = ensure_permutations_feasible(1 << 48).unwrap_err().to_string();
        assert!(error.contains("--permutations") && error.contains("3257.8 days"), "{error}");
    }
}
