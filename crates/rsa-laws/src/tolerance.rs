//! Tolerances between scores, with their reasons.

use std::fmt;

/// Bound on a deviation, with a name and a reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// Name in reports.
    pub name: &'static str,
    /// Value of the bound.
    pub value: f64,
    /// Reason for the value.
    pub reason: &'static str,
}

impl Tolerance {
    /// Tolerance between two computations by the same operations.
    pub const SAME_ROUTE: Self = Self {
        name: "same route",
        value: 1e-12,
        reason: "the same operations on the same numbers, at most in another order",
    };

    /// Tolerance between two computations of the same number that round differently.
    pub const OTHER_ROUTE: Self = Self {
        name: "other route",
        value: 1e-10,
        reason: "all pairs at once may go through Gram matrices where one pair goes through features, and the \
                 difference of sums that the unbiased estimate takes may cost four digits",
    };

    /// Tolerance for the change of a score under an ignored transformation.
    pub const ROUNDING: Self = Self {
        name: "rounding",
        value: 1e-8,
        reason: "a direction is determined to about 1e-16 over its distance from the next, which recipes keep above \
                 1e-5 or so of the largest, through maps whose condition number is at most 16",
    };

    /// Smallest change of a score that shows, on some data, that a measure does not ignore a transformation.
    pub const SEEN: Self = Self {
        name: "seen",
        value: 1e-5,
        reason: "a thousand times the effect of rounding, and a thousandth of the effect of factors of at least 1.5",
    };

    /// Largest distance from 0 of the mean of unbiased estimates, in standard errors.
    pub const STANDARD_ERRORS: Self = Self {
        name: "standard errors",
        value: 3.0,
        reason: "one sample in 370 exceeds it by chance, so a second sample must confirm it",
    };
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:e})", self.name, self.value)
    }
}
