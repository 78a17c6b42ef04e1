//! Publications behind the numbers.

pub(crate) use rsakit::Reference as Work;

/// Returns each work once, in order, and the program itself.
pub(crate) fn references(works: &[Work]) -> Vec<String> {
    let mut seen = Vec::new();
    for work in works {
        if !seen.contains(work) {
            seen.push(*work);
        }
    }
    let own = format!(
        "rsakit, version {} (software). Its file `CITATION.cff` says how to cite it.",
        env!("CARGO_PKG_VERSION")
    );
    seen.into_iter().map(|work| work.to_string()).chain([own]).collect()
}
