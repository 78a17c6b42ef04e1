//! [`Alpha`]: how much the extent of each direction counts in a shape.

use rsa_core::{Error, Result};

/// The weight of the extents of directions, from 0 to 1.
///
/// With 1 each direction counts by its extent (Procrustes), with 0 all directions count alike (CCA).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alpha(f64);

impl Alpha {
    /// All directions count alike.
    pub const ZERO: Self = Self(0.0);
    /// Each direction counts by its extent.
    pub const ONE: Self = Self(1.0);

    /// Makes a weight.
    ///
    /// # Errors
    /// `InvalidParameter` unless `value` is from 0 to 1.
    pub fn new(value: f64) -> Result<Self> {
        match (0.0..=1.0).contains(&value) {
            // -0 counts as 0.
            true => Ok(Self(value.abs())),
            false => Err(Error::invalid_parameter("alpha of a shape", "from 0 to 1", value)),
        }
    }

    /// Returns the weight.
    pub fn get(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_from_zero_to_one() {
        for wrong in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Alpha::new(wrong).unwrap_err().kind().name(), "InvalidParameter");
        }
        assert_eq!([Alpha::new(-0.0).unwrap(), Alpha::new(1.0).unwrap()], [Alpha::ZERO, Alpha::ONE]);
        assert!(Alpha::new(-0.0).unwrap().get().is_sign_positive());
    }
}
