//! Loops over packed vectors, which fill wide registers.

use rsa_core::linalg::on_wide_registers;

use super::LONG;

/// Values of a packed vector that are worked on at once.
const CHUNK: usize = 16;

/// Writes (a₀ − b₀)² − Σₖ (aₖ − bₖ)² for maps that stand one after another, as long as `terms`.
pub(super) fn sums_of_squares(a: &[f64], b: &[f64], terms: &mut [f64]) {
    on_wide_registers(
        #[inline(always)]
        || {
            first_less_others(
                a,
                b,
                terms,
                #[inline(always)]
                |a, b| (a - b) * (a - b),
            );
        },
    );
}

/// Writes a₀b₀ − Σₖ aₖbₖ.
pub(super) fn sum_of_products(a: &[f64], b: &[f64], terms: &mut [f64]) {
    on_wide_registers(
        #[inline(always)]
        || {
            first_less_others(
                a,
                b,
                terms,
                #[inline(always)]
                |a, b| a * b,
            );
        },
    );
}

/// Writes |a − b|.
pub(super) fn sum_of_absolutes(a: &[f64], b: &[f64], terms: &mut [f64]) {
    on_wide_registers(
        #[inline(always)]
        || terms.iter_mut().zip(a).zip(b).for_each(|((term, a), b)| *term = (a - b).abs()),
    );
}

/// Writes (a₀ − b₀)(a₁ − b₁).
pub(super) fn products_of_differences(a: &[f64], b: &[f64], terms: &mut [f64]) {
    let ((a, a_other), (b, b_other)) = (a.split_at(terms.len()), b.split_at(terms.len()));
    on_wide_registers(
        #[inline(always)]
        || {
            let pairs = a.iter().zip(b).zip(a_other.iter().zip(b_other));
            terms.iter_mut().zip(pairs).for_each(|(term, ((a, b), (c, d)))| *term = (a - b) * (c - d));
        },
    );
}

#[inline(always)]
fn first_less_others(a: &[f64], b: &[f64], terms: &mut [f64], term: impl Fn(f64, f64) -> f64 + Copy) {
    let length = terms.len();
    let n_maps = a.len() / length;
    let mut start = 0;
    let (chunks, rest) = terms.as_chunks_mut::<CHUNK>();
    for chunk in chunks {
        let mut sum = [0.0; CHUNK];
        for map in 0..n_maps {
            let at = map * length + start;
            let (a, b) = (&a[at..at + CHUNK], &b[at..at + CHUNK]);
            for k in 0..CHUNK {
                let value = term(a[k], b[k]);
                sum[k] = if map == 0 { value } else { sum[k] - value };
            }
        }
        *chunk = sum;
        start += CHUNK;
    }
    for (k, value) in rest.iter_mut().enumerate() {
        let of = |map: usize| term(a[map * length + start + k], b[map * length + start + k]);
        *value = (1..n_maps).fold(of(0), |sum, map| sum - of(map));
    }
}

/// Sums the `terms` around every place over lines of each of the `widths`.
///
/// The widths ascend, and `reach` is the room at both ends. A line of even width has one value more on the right of its place than on the left.
pub(super) fn widen(terms: &[f64], widths: &[usize], reach: usize, sums: &mut [Vec<f64>]) {
    on_wide_registers(
        #[inline(always)]
        || {
            let last = terms.len() - reach - CHUNK;
            for parity in [1, 0] {
                if !widths.iter().any(|width| width % 2 == parity) {
                    continue;
                }
                // The last chunk may begin within the one before it.
                for start in (reach..last).step_by(CHUNK).chain([last]) {
                    widen_chunk(terms, widths, parity, start, sums);
                }
            }
        },
    );
}

/// Sums over the odd or even widths, for the places of a chunk.
#[inline(always)]
fn widen_chunk(terms: &[f64], widths: &[usize], parity: usize, start: usize, sums: &mut [Vec<f64>]) {
    let values =
        |from: usize| -> &[f64; CHUNK] { terms[from..from + CHUNK].try_into().expect("a slice as long as a chunk") };
    let mut sum = *values(start);
    let mut width = 1;
    if parity == 0 {
        add(&mut sum, values(start + 1));
        width = 2;
    }
    for (&wanted, sums) in widths.iter().zip(sums).filter(|(width, _)| **width % 2 == parity) {
        while width < wanted {
            width += 2;
            // Both ends together, so that a sum is the same read from the left or from the right.
            let (left, right) = (values(start - (width - 1) / 2), values(start + width / 2));
            for k in 0..CHUNK {
                sum[k] += left[k] + right[k];
            }
        }
        sums[start..start + CHUNK].copy_from_slice(&sum);
    }
}

#[inline(always)]
fn add(sum: &mut [f64; CHUNK], values: &[f64; CHUNK]) {
    for k in 0..CHUNK {
        sum[k] += values[k];
    }
}

/// Sums over the lines of a ball at some consecutive centers, from the center that is `start` places after the first.
pub(super) fn add_chunks(parts: &[(usize, usize)], widths: &[Vec<f64>], start: usize, sums: &mut [f64]) {
    on_wide_registers(
        #[inline(always)]
        || match sums.len() {
            LONG => add_lines::<LONG>(parts, widths, start, sums),
            _ => add_lines::<{ LONG / 2 }>(parts, widths, start, sums),
        },
    );
}

#[inline(always)]
fn add_lines<const N: usize>(parts: &[(usize, usize)], widths: &[Vec<f64>], start: usize, sums: &mut [f64]) {
    let mut sum = [0.0; N];
    for &(width, place) in parts {
        let line: &[f64; N] = widths[width][place + start..place + start + N].try_into().expect("a slice as long");
        for k in 0..N {
            sum[k] += line[k];
        }
    }
    sums.copy_from_slice(&sum);
}
