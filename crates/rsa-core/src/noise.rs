//! The noise of measurements: its covariance between features, the precision that undoes it, and its covariance
//! between conditions.

mod condition_covariance;
mod covariance;
mod estimator;
mod precision;
mod shrinkage;

pub use condition_covariance::condition_covariance;
pub use covariance::Covariance;
pub use estimator::CovarianceEstimator;
pub use precision::Precision;
