//! [`Mapping`]: the map that is fitted from the features of a predictor to the sites of a target.

use std::num::NonZeroUsize;

use rsa_core::{Error, Positive, Result};

/// The map that is fitted to the training conditions. The intercept is the training mean, never penalized.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mapping {
    /// Least squares; of all solutions the one of least norm.
    ///
    /// With as many directions as training conditions less one it interpolates them, which is a caveat.
    Linear,
    /// Least squares with a penalty on the squared weights.
    Ridge(RidgePenalty),
    /// Partial least squares of all sites together (PLS2) with this many components.
    Pls(NonZeroUsize),
    /// For each site the one feature that fits it best in training.
    OneToOne(UnitMatch),
}

/// Ridge regression with the penalty that leave-one-out chooses.
impl Default for Mapping {
    fn default() -> Self {
        Self::Ridge(RidgePenalty::LeaveOneOut)
    }
}

impl Mapping {
    /// Takes partial least squares with `components`.
    ///
    /// # Errors
    /// `InvalidParameter` if there are none.
    pub fn pls(components: usize) -> Result<Self> {
        let count = NonZeroUsize::new(components);
        Ok(Self::Pls(count.ok_or_else(|| Error::invalid_parameter("the components of pls", "at least 1", 0))?))
    }
}

/// The penalty of ridge regression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RidgePenalty {
    /// This number, in the squared units of the features.
    Absolute(Positive),
    /// This multiple of the mean squared singular value of the training features.
    ///
    /// It ignores the scale of the features and copies of all of them.
    Relative(Positive),
    /// The relative penalty with the lowest leave-one-out error in training, summed over all sites.
    ///
    /// 17 penalties are tried, from 1e-4 to 1e4 in half decades.
    LeaveOneOut,
    /// As [`LeaveOneOut`](Self::LeaveOneOut), with a penalty for each site.
    LeaveOneOutPerSite,
}

/// The way in which the best feature of a site is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnitMatch {
    /// By the largest correlation.
    #[default]
    Signed,
    /// By the largest magnitude of the correlation; a feature that correlates negatively is negated.
    Absolute,
}
