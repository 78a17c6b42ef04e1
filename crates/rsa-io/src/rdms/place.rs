//! [`RdmPlace`]: the array, and the place in it, that a dissimilarity matrix was read from.

/// Place of a dissimilarity matrix in its input.
///
/// An array of shape 4 × 2 × L holds eight matrices, at `[0, 0]`, `[0, 1]`, … `[3, 1]` along the leading axes `[4, 2]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RdmPlace {
    /// Name of the file in a folder; empty for an input that is a file.
    pub file: String,
    /// Name of the array in its file.
    pub array: String,
    /// Lengths of the axes in front of the dissimilarities; none for an array of one matrix.
    pub axes: Vec<usize>,
    /// Index along these axes.
    pub index: Vec<usize>,
}

impl RdmPlace {
    /// Returns the places of all `count` matrices of an array, in the order of the array.
    pub(super) fn all(array: &str, shape: &[usize], count: usize) -> Vec<Self> {
        let axes = leading_axes(shape, count);
        let place =
            |k| Self { file: String::new(), array: array.to_owned(), axes: axes.to_vec(), index: index_along(axes, k) };
        (0..count).map(place).collect()
    }
}

/// Returns the shortest run of axes, from the first, whose lengths multiply to `count`; all axes if there is none.
fn leading_axes(shape: &[usize], count: usize) -> &[usize] {
    let product = |k: &usize| shape[..*k].iter().product::<usize>();
    let length = (0..=shape.len()).find(|k| product(k) == count).unwrap_or(shape.len());
    &shape[..length]
}

/// Returns the `k`th index along `axes`, the last running fastest.
pub(super) fn index_along(axes: &[usize], mut k: usize) -> Vec<usize> {
    let mut index = vec![0; axes.len()];
    for (place, &axis) in index.iter_mut().zip(axes).rev() {
        *place = k % axis;
        k /= axis;
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_axes_hold_as_many_places_as_matrices() {
        for (shape, count, axes) in [
            (&[6][..], 1, &[][..]),
            (&[4, 4], 1, &[]),
            (&[3, 3], 3, &[3]),
            (&[4, 2, 6], 8, &[4, 2]),
            (&[4, 2, 4, 4], 8, &[4, 2]),
            (&[1, 2, 6], 2, &[1, 2]),
            (&[5, 1, 6], 5, &[5]),
            (&[1, 1, 6], 1, &[]),
        ] {
            let places = RdmPlace::all("x", shape, count);
            assert_eq!(places.len(), count);
            assert!(places.iter().all(|place| place.axes == axes), "{shape:?}: {places:?}");
        }
        let indices: Vec<_> = RdmPlace::all("x", &[2, 2, 3], 4).into_iter().map(|place| place.index).collect();
        assert_eq!(indices, [[0, 0], [0, 1], [1, 0], [1, 1]]);
    }
}
