//! Wording that older crates still have to mend: the number of findings of each may only fall.

use std::collections::BTreeMap;

use super::TidyFinding;

/// Findings of wording, type names and length that a crate may still have. A crate that is not listed has none.
const ALLOWED: [(&str, usize); 1] = [("rsa-cli", 0)];

const THIS_FILE: &str = "xtask/src/tidy/debt.rs";

/// Returns the findings of every crate that has more than it may, and a reminder for one that has fewer.
pub(super) fn beyond_allowance(found: Vec<TidyFinding>) -> Vec<TidyFinding> {
    beyond(found, &ALLOWED)
}

fn beyond(found: Vec<TidyFinding>, allowed: &[(&str, usize)]) -> Vec<TidyFinding> {
    let mut by_owner: BTreeMap<String, Vec<TidyFinding>> = BTreeMap::new();
    for finding in found {
        by_owner.entry(finding.owner().to_owned()).or_default().push(finding);
    }
    let mut kept = Vec::new();
    for &(owner, allowed) in allowed {
        let count = by_owner.get(owner).map_or(0, Vec::len);
        if count <= allowed {
            by_owner.remove(owner);
        }
        if count < allowed {
            let message = format!("`{owner}` may have {allowed} findings of wording and has {count}; lower its number");
            kept.push(TidyFinding::new(THIS_FILE, 1, message));
        }
    }
    kept.extend(by_owner.into_values().flatten());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_findings_may_only_fall() {
        let found = |count| vec![TidyFinding::new("crates/a/src/lib.rs", 1, "a riddle; rewrite it"); count];
        assert_eq!(beyond(found(2), &[("a", 2)]), []);
        assert_eq!(beyond(found(3), &[("a", 2)]).len(), 3);
        assert_eq!(beyond(found(1), &[]).len(), 1);
        let fewer = beyond(found(1), &[("a", 2)]);
        assert!(fewer[0].message.ends_with("has 1; lower its number"), "{}", fewer[0]);
    }
}
