//! Differences of conditions seen through an inner product.

use ndarray::Array2;

use crate::condensed;

/// gᵢᵢ + gⱼⱼ − gᵢⱼ − gⱼᵢ for every pair: with G = A·Bᵀ it is ⟨aᵢ − aⱼ, bᵢ − bⱼ⟩.
pub(super) fn of_products(g: &Array2<f64>) -> Vec<f64> {
    condensed::pairs(g.nrows()).map(|(i, j)| (g[(i, i)] + g[(j, j)]) - (g[(i, j)] + g[(j, i)])).collect()
}

/// How far the rounding of `g`, of vectors of `length` entries, moves [`of_products`].
pub(super) fn rounding(g: &Array2<f64>, length: usize) -> f64 {
    let largest = g.iter().fold(0.0, |max: f64, value| max.max(value.abs()));
    4.0 * (16.0 + (length as f64).sqrt()) * f64::EPSILON * largest
}
