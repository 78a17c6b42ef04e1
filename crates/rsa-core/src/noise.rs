//! Noise of measurements: covariance and precision between features, and covariance between conditions.

mod condition_covariance;
mod covariance;
mod estimator;
mod low_rank;
mod precision;
mod shrinkage;

pub use condition_covariance::condition_covariance;
pub use covariance::Covariance;
pub use estimator::CovarianceEstimator;
pub use precision::Precision;
