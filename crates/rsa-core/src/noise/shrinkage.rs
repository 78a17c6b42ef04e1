//! Weights of the target in shrinkage estimates of a covariance, computed from the residuals.

use ndarray::{Array2, ArrayView2, Axis};

use crate::{Result, linalg};

/// Computes the weight λ of m·I, m the mean variance, that minimizes the expected squared error (Ledoit & Wolf 2004).
///
/// `scatter` is ZᵀZ of the n × P residuals Z. With s = ZᵀZ/n:
/// λ = min(b², d²)/d², d² = ‖s − mI‖², b² = (Σᵢ‖zᵢ‖⁴/n − ‖s‖²)/n.
pub(super) fn toward_identity(residuals: ArrayView2<'_, f64>, scatter: ArrayView2<'_, f64>) -> f64 {
    let (n, p) = (residuals.nrows() as f64, residuals.ncols() as f64);
    let mean_variance = scatter.diag().sum() / n / p;
    let squared_norm = linalg::inner_product(scatter, scatter) / (n * n);
    let mut off_target = scatter.to_owned() / n;
    off_target.diag_mut().mapv_inplace(|variance| variance - mean_variance);
    let d2 = linalg::inner_product(off_target.view(), off_target.view());
    let fourth = residuals.rows().into_iter().map(|row| row.dot(&row).powi(2)).sum();
    identity_weight(n, fourth, squared_norm, d2)
}

/// Computes the weight of [`toward_identity`] from residuals of many more features than rows.
pub(super) fn toward_identity_by_products(residuals: ArrayView2<'_, f64>) -> Result<f64> {
    Ok(identity_share_of_products(linalg::gram(residuals)?.view(), residuals.ncols()))
}

/// Computes the weight of the mean variance in a shrunk covariance from inner products of residuals, ZZᵀ.
///
/// With s = ZᵀZ/n of n residuals with P features and mean variance m, it is λ = min(b², d²)/d²:
/// d² = ‖s − mI‖² = ‖ZZᵀ/n‖² − P·m², of which at least 1 − n/P is left, and b² = (Σᵢ‖zᵢ‖⁴/n − ‖s‖²)/n.
///
/// Reference: Ledoit & Wolf 2004, Journal of Multivariate Analysis, doi:10.1016/S0047-259X(03)00096-4.
pub fn identity_share_of_products(products: ArrayView2<'_, f64>, n_features: usize) -> f64 {
    let (n, p) = (products.nrows() as f64, n_features as f64);
    let mean_variance = products.diag().sum() / n / p;
    let squared_norm = linalg::inner_product(products, products) / (n * n);
    let fourth = products.diag().iter().map(|square| square * square).sum();
    identity_weight(n, fourth, squared_norm, squared_norm - p * mean_variance * mean_variance)
}

fn identity_weight(n: f64, fourth: f64, squared_norm: f64, d2: f64) -> f64 {
    let b2 = (fourth / n - squared_norm) / n;
    // If d² is 0, the sample covariance equals the target.
    if d2 == 0.0 { 1.0 } else { (b2 / d2).clamp(0.0, 1.0) }
}

/// Computes the weight λ of the diagonal that minimizes the squared error of correlations (Schäfer & Strimmer 2005).
///
/// With w = yⱼyₖ the products of two standardized residuals and averages over n − 1: λ = Σⱼ≠ₖ v̂ⱼₖ / Σⱼ≠ₖ w̄ⱼₖ², v̂ =
/// n/dof²·(mean w² − w̄²). The sum Σⱼ≠ₖ Σᵢ w² = Σᵢ[(Σₖ yᵢₖ²)² − Σₖ yᵢₖ⁴] needs no P × P matrix.
pub(super) fn toward_diagonal(residuals: ArrayView2<'_, f64>, dof: f64) -> Result<f64> {
    if residuals.nrows() == 1 {
        // The variance of products cannot be estimated from a single residual, so the shrinkage is complete.
        return Ok(1.0);
    }
    let n = residuals.nrows() as f64;
    let squares = |z: ArrayView2<'_, f64>| z.mapv(|value| value * value);
    let deviations = (squares(residuals).sum_axis(Axis(0)) / dof).mapv(f64::sqrt);
    // A feature without noise has no correlations; its residuals are 0.
    let standardized: Array2<f64> = &residuals / &deviations.mapv(|sd| if sd > 0.0 { sd } else { 1.0 });
    let squared = squares(standardized.view());
    let fourth: f64 = squared.rows().into_iter().map(|row| row.sum().powi(2) - row.dot(&row)).sum();
    // YᵀY and YYᵀ have the same sum of squares; the smaller matrix is computed.
    let smaller = match residuals.nrows() < residuals.ncols() {
        true => linalg::gram(standardized.view())?,
        false => linalg::gram(standardized.t())?,
    };
    let own: f64 = squared.sum_axis(Axis(0)).iter().map(|sum| sum * sum).sum();
    let off_diagonal = (linalg::inner_product(smaller.view(), smaller.view()) - own) / ((n - 1.0) * (n - 1.0));
    let variance = n / (dof * dof) * (fourth / (n - 1.0) - off_diagonal);
    // Without any correlation, every weight gives the diagonal.
    Ok(if off_diagonal <= 0.0 { 1.0 } else { (variance / off_diagonal).clamp(0.0, 1.0) })
}
