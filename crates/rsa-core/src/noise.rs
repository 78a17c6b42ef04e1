//! Noise of measurements: covariance and precision between features, and covariance between conditions.

mod condition_covariance;
mod covariance;
mod estimator;
mod low_rank;
mod precision;
mod residuals;
mod run_whitening;
mod shrinkage;
mod typical_errors;

pub use condition_covariance::condition_covariance;
pub use covariance::Covariance;
pub use estimator::CovarianceEstimator;
pub use precision::Precision;
pub use run_whitening::whiten_runs;
pub use shrinkage::identity_share_of_products;
pub(crate) use typical_errors::{root_mean_square, typical_errors};
