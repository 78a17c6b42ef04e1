//! [`Tolerance`]: how much two numbers may differ, and why.

use std::fmt;

/// A bound with a name and a reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// What it is called in reports.
    pub name: &'static str,
    /// The bound.
    pub value: f64,
    /// Why it is no smaller and no larger.
    pub reason: &'static str,
}

impl Tolerance {
    /// Two ways through the same operations.
    pub const SAME_ROUTE: Self = Self {
        name: "same route",
        value: 1e-12,
        reason: "the same operations on the same numbers, in another order at the most",
    };

    /// Two ways to the same number that round differently.
    pub const OTHER_ROUTE: Self = Self {
        name: "other route",
        value: 1e-10,
        reason: "all pairs at once may go through Gram matrices where one pair goes through features, and the \
                 difference of sums that the unbiased estimate takes may cost four digits",
    };

    /// What an ignored transformation may move a score by.
    pub const ROUNDING: Self = Self {
        name: "rounding",
        value: 1e-8,
        reason: "a direction is determined to about 1e-16 over its distance from the next, which recipes keep above \
                 1e-5 or so of the largest, through maps whose condition number is at most 16",
    };

    /// What a transformation that is seen moves a score by, at the least, on some data.
    pub const SEEN: Self = Self {
        name: "seen",
        value: 1e-5,
        reason: "a thousand times what rounding may do, and a thousandth of what factors of 1.5 and more do to a score",
    };

    /// How far from 0 the mean of unbiased estimates may be, in standard errors.
    pub const STANDARD_ERRORS: Self = Self {
        name: "standard errors",
        value: 3.0,
        reason: "one sample in 370 is further off by chance, which is why a second sample has to confirm it",
    };
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:e})", self.name, self.value)
    }
}
