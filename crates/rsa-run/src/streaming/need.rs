//! Memory of measures that hold their layers.

use rsakit::{Error, MeasureSpec, catalogue};

use crate::memory::show;

/// Returns about the bytes that a comparison takes that holds the geometries of all layers under all `specs` at once;
/// `shapes` are numbers of conditions and features.
pub(crate) fn in_memory(specs: &[&MeasureSpec], shapes: &[(usize, usize)]) -> usize {
    const NUMBER: usize = size_of::<f64>();
    let product = |n: usize, p: usize| n.saturating_mul(p).saturating_mul(NUMBER);
    let held = specs.iter().flat_map(|spec| shapes.iter().map(|&(n, p)| spec.memory(n, p).held));
    // A layer, and two copies of it or of all pairs, while its geometry is read.
    let working = |&(n, p): &(usize, usize)| {
        let of_measures = specs.iter().map(|spec| spec.memory(n, p).working).max().unwrap_or(0);
        product(n, p).saturating_mul(3).saturating_add(of_measures)
    };
    let largest = shapes.iter().map(working).max().unwrap_or(0);
    let at_once = rayon::current_num_threads().min(shapes.len());
    held.fold(largest.saturating_mul(at_once), usize::saturating_add)
}

/// Returns the refusal of a measure whose layers do not fit into memory. `obstacle` is the reason, if there is one, why
/// layers cannot be read in blocks.
pub(crate) fn too_large(spec: &MeasureSpec, needed: usize, budget: usize, obstacle: Option<&Error>) -> Error {
    let remedy = match obstacle {
        Some(obstacle) if spec.is_streamed() => format!("it could read them in blocks but for this: {obstacle}"),
        _ => {
            let mut words: Vec<_> =
                catalogue().iter().filter(|spec| spec.is_streamed()).map(MeasureSpec::word).collect();
            words.dedup();
            format!("{} can read layers in blocks, if there are enough conditions", words.join(", "))
        }
    };
    let message = format!(
        "{spec} has its layers in memory, which takes about {}, and {} may be used; compare fewer conditions or fewer \
         layers at a time, or allow more with --memory; {remedy}",
        show(needed),
        show(budget)
    );
    Error::too_large(needed as u64, budget as u64, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_grow_with_pairs_where_a_measure_has_them() {
        let need = |spec: &str, n: usize, p: usize| {
            let spec: MeasureSpec = spec.parse().unwrap();
            in_memory(&[&spec], &[(n, p), (n, p)]) as f64
        };
        // A million conditions of ten features: 80 MB, and 8 TB for all pairs.
        assert!(need("cka", 1_000_000, 10) < 2e9);
        assert!(need("rsa:rdm=correlation,compare=spearman", 1_000_000, 10) > 8e12);
        assert!(need("cka:kernel=rbf", 1_000_000, 10) > 8e12);
        assert!(need("cca", usize::MAX / 2, 10) > 1e18, "and nothing overflows");
    }
}
