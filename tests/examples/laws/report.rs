//! Summary of a run: a row for every measure, a column for every law.

use rsa_laws::{Law, LawVerdict};
use rsakit::MeasureSpec;

/// Returns a table of all verdicts: `Y` for a law that holds and `n` for one that does not.
///
/// The first argument stands before the second; an exclamation mark marks a verdict that differs from the profile.
pub(crate) fn matrix(specs: &[MeasureSpec], laws: &[Law], verdicts: &[Vec<LawVerdict>]) -> String {
    let mut lines = Vec::new();
    // Names stand upright, because columns are two letters wide.
    let height = laws.iter().map(|law| law.name().len()).max().unwrap_or(0);
    for k in 0..height {
        let letter = |law: &Law| format!("{:>3}", law.name().chars().nth(k).unwrap_or(' '));
        lines.push(laws.iter().map(letter).collect::<String>().trim_end().to_owned());
    }
    for (spec, verdicts) in specs.iter().zip(verdicts) {
        let cell =
            |verdict: &LawVerdict| format!("{}{:>2}", if verdict.passed() { ' ' } else { '!' }, verdict.observed());
        lines.push(format!("{}  {spec}", verdicts.iter().map(cell).collect::<String>()));
    }
    lines.join("\n") + "\n"
}
