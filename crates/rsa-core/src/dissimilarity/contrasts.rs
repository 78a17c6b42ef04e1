//! Inner products of differences between conditions, from the inner products of the conditions.

use ndarray::Array2;

use crate::condensed;

/// Computes gᵢᵢ + gⱼⱼ − gᵢⱼ − gⱼᵢ for every pair; for G = A·Bᵀ it is ⟨aᵢ − aⱼ, bᵢ − bⱼ⟩.
pub(super) fn from_products(g: &Array2<f64>) -> Vec<f64> {
    condensed::pairs(g.nrows()).map(|(i, j)| (g[(i, i)] + g[(j, j)]) - (g[(i, j)] + g[(j, i)])).collect()
}

/// Bounds the error of [`from_products`] due to the rounding of `g`, the products of vectors of `length` entries.
pub(super) fn rounding(g: &Array2<f64>, length: usize) -> f64 {
    let largest = g.iter().fold(0.0, |max: f64, value| max.max(value.abs()));
    4.0 * (16.0 + (length as f64).sqrt()) * f64::EPSILON * largest
}
