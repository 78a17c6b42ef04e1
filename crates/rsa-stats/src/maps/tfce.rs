//! [`Tfce`]: threshold-free cluster enhancement, exactly.

use rsa_core::{Error, Result};

use super::Adjacency;

/// Threshold-free cluster enhancement: values that grow with the height of an element and the extent of its support.
///
/// # Formula
/// TFCE(v) = ∫₀^{t(v)} e(h)^E h^H dh, where e(h) is the number of elements that are joined to v by neighbors of height h
/// or more. The integral is exact: between the heights at which clusters grow or meet, e is constant. Programs that sum
/// over steps of height come close to it; those that leave out the width of the step are larger by 1 / step.
///
/// # Cost
/// V log V for V elements above 0.
///
/// # Example
/// ```
/// use rsa_stats::{Adjacency, Tfce};
///
/// // A bump of height 3 beside one of height 2: alone down to 1, then four elements together.
/// let enhanced = Tfce::default().enhance(&[3.0, 1.0, 1.0, 2.0], &Adjacency::of_times(4))?;
/// assert!((enhanced[0] - (27.0 - 1.0 + 2.0) / 3.0).abs() < 1e-14);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Smith & Nichols 2009, NeuroImage, doi:10.1016/j.neuroimage.2008.03.061.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Tfce {
    /// Power E of the extent.
    pub extent_power: f64,
    /// Power H of the height.
    pub height_power: f64,
}

impl Default for Tfce {
    /// Returns the powers of Smith & Nichols for volumes: E = 0.5 and H = 2.
    fn default() -> Self {
        Self { extent_power: 0.5, height_power: 2.0 }
    }
}

impl Tfce {
    /// Enhances a map; elements at 0 and below have the value 0.
    ///
    /// # Errors
    /// `ShapeMismatch` unless there is a height for each element of `adjacency`, `NonFinite` for a height that is not
    /// finite; see [`ensure_valid`](Self::ensure_valid).
    pub fn enhance(&self, heights: &[f64], adjacency: &Adjacency) -> Result<Vec<f64>> {
        self.ensure_valid()?;
        if heights.len() != adjacency.n_elements() {
            let (found, n) = (heights.len(), adjacency.n_elements());
            return Err(Error::shape_mismatch(format!("{found} heights for {n} elements; give one for each")));
        }
        if let Some(at) = heights.iter().position(|height| !height.is_finite()) {
            return Err(Error::non_finite(0, at, heights[at]));
        }
        let mut peaks: Vec<(f64, u32)> =
            (0..).zip(heights).filter(|pair| *pair.1 > 0.0).map(|(k, &h)| (h, k)).collect();
        let mut forest = Enhancer::new(adjacency.n_elements());
        forest.enhance(*self, &mut peaks, adjacency);
        let mut enhanced = vec![0.0; heights.len()];
        peaks.iter().zip(&forest.values).for_each(|(&(_, element), &value)| enhanced[element as usize] = value);
        Ok(enhanced)
    }

    /// Checks the powers.
    ///
    /// # Errors
    /// `InvalidParameter` unless both are finite, E above 0 and H not below it.
    pub fn ensure_valid(&self) -> Result<()> {
        let Self { extent_power, height_power } = *self;
        let is_valid = extent_power > 0.0 && height_power >= 0.0 && extent_power.is_finite() && height_power <= 100.0;
        match is_valid {
            true => Ok(()),
            false => Err(Error::invalid_parameter(
                "the powers of TFCE",
                "E above 0, and H from 0 to 100",
                format_args!("E = {extent_power}, H = {height_power}"),
            )),
        }
    }
}

/// Mark of an element whose height was not yet reached.
const UNSEEN: u32 = u32::MAX;

/// Memory of an enhancement, used again and again for maps of one adjacency.
///
/// Elements are visited from the highest to the lowest. Each is a node of a tree: the cluster that it forms with the
/// clusters it touches, from its own height down to that of its parent. The size of a node never changes, so its share of
/// the integral is one term, and the value of an element is the sum of the terms from its node to the root.
pub(super) struct Enhancer {
    /// Node of each element, or `UNSEEN`.
    nodes: Vec<u32>,
    parents: Vec<u32>,
    /// Way from each node to the largest cluster it is part of, with shortcuts.
    ancestors: Vec<u32>,
    sizes: Vec<u32>,
    /// Value of each node.
    pub(super) values: Vec<f64>,
}

impl Enhancer {
    pub(super) fn new(n_elements: usize) -> Self {
        let empty = Vec::new;
        Self {
            nodes: vec![UNSEEN; n_elements],
            parents: empty(),
            ancestors: empty(),
            sizes: empty(),
            values: Vec::new(),
        }
    }

    /// Sorts elements with heights above 0 from the highest, and leaves their values in `values`, in that order.
    pub(super) fn enhance(&mut self, tfce: Tfce, peaks: &mut [(f64, u32)], adjacency: &Adjacency) {
        peaks.sort_unstable_by(|(a, i), (b, j)| b.total_cmp(a).then(i.cmp(j)));
        let n = peaks.len();
        self.parents.clear();
        self.ancestors.clear();
        self.sizes.clear();
        for (node, &(_, element)) in (0..).zip(peaks.iter()) {
            self.parents.push(node);
            self.ancestors.push(node);
            self.sizes.push(1);
            self.nodes[element as usize] = node;
            for &neighbor in adjacency.neighbors(element as usize) {
                let seen = self.nodes[neighbor as usize];
                if seen == UNSEEN {
                    continue;
                }
                let root = self.root(seen);
                if root != node {
                    self.parents[root as usize] = node;
                    self.ancestors[root as usize] = node;
                    self.sizes[node as usize] += self.sizes[root as usize];
                }
            }
        }
        peaks.iter().for_each(|&(_, element)| self.nodes[element as usize] = UNSEEN);
        self.values.clear();
        self.values.resize(n, 0.0);
        let power = tfce.height_power + 1.0;
        // A parent comes after its children, so its value is known before theirs.
        for node in (0..n).rev() {
            let parent = self.parents[node] as usize;
            let (below, inherited) =
                if parent == node { (0.0, 0.0) } else { (raise(peaks[parent].0, power), self.values[parent]) };
            let height = (raise(peaks[node].0, power) - below) / power;
            self.values[node] = raise(f64::from(self.sizes[node]), tfce.extent_power) * height + inherited;
        }
    }

    /// Returns the node of the largest cluster that a node is part of.
    fn root(&mut self, mut node: u32) -> u32 {
        while self.ancestors[node as usize] != node {
            let next = self.ancestors[node as usize];
            self.ancestors[node as usize] = self.ancestors[next as usize];
            node = next;
        }
        node
    }
}

/// Raises to a power, fast for those of the defaults.
fn raise(base: f64, power: f64) -> f64 {
    match power {
        0.5 => base.sqrt(),
        1.0 => base,
        2.0 => base * base,
        3.0 => base * base * base,
        _ => base.powf(power),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::maps::VoxelConnectivity;

    fn enhanced(heights: &[f64], adjacency: &Adjacency) -> Vec<f64> {
        Tfce::default().enhance(heights, adjacency).unwrap()
    }

    #[track_caller]
    fn close(found: &[f64], expected: &[f64], tolerance: f64) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= tolerance * expected.abs(), "{found} and {expected}");
        }
    }

    /// √27 · 3³ / 3 = 46.765.
    #[test]
    fn a_cube_of_27_voxels_by_hand() {
        let cube: Vec<usize> = (0..27).collect();
        let adjacency = Adjacency::of_voxels([3, 3, 3], &cube, VoxelConnectivity::Faces).unwrap();
        close(&enhanced(&[3.0; 27], &adjacency), &[27.0_f64.sqrt() * 9.0; 27], 1e-15);
    }

    /// Alone from 2 to 1, (8 − 1)/3; then two of them, √2/3: 2.80474 in all.
    #[test]
    fn a_line_of_two_bumps_by_hand() {
        let found = enhanced(&[0.0, 2.0, 1.0, 0.0, 3.0], &Adjacency::of_times(5));
        let both = 2.0_f64.sqrt() / 3.0;
        close(&found, &[0.0, 7.0 / 3.0 + both, both, 0.0, 9.0], 1e-15);
        close(&[found[1], found[2]], &[2.80474, 0.47140], 1e-5);
    }

    #[test]
    fn negative_heights_have_no_support() {
        assert_eq!(enhanced(&[-1.0, -2.0], &Adjacency::of_times(2)), [0.0, 0.0]);
        assert_eq!(enhanced(&[], &Adjacency::of_times(0)), [0.0; 0]);
    }

    #[test]
    fn heights_and_powers_are_checked() {
        let times = Adjacency::of_times(2);
        assert!(
            Tfce::default().enhance(&[1.0], &times).unwrap_err().to_string().starts_with("1 heights for 2 elements")
        );
        assert_eq!(Tfce::default().enhance(&[1.0, f64::NAN], &times).unwrap_err().kind().name(), "NonFinite");
        for (extent_power, height_power) in [(0.0, 2.0), (f64::NAN, 2.0), (0.5, -1.0), (0.5, f64::INFINITY)] {
            let error = Tfce { extent_power, height_power }.enhance(&[1.0, 1.0], &times).unwrap_err();
            assert_eq!(error.kind().name(), "InvalidParameter");
        }
    }

    /// Sums over thin slices of height, each with its own flood of neighbors.
    fn by_slices(tfce: Tfce, heights: &[f64], adjacency: &Adjacency, step: f64) -> Vec<f64> {
        let mut sums = vec![0.0; heights.len()];
        let top = heights.iter().copied().fold(0.0, f64::max);
        for slice in 0..(top / step).ceil() as usize {
            let height = (slice as f64 + 0.5) * step;
            let mut is_seen: Vec<bool> = heights.iter().map(|&h| h < height).collect();
            for start in 0..heights.len() {
                let mut cluster = Vec::new();
                let mut open = vec![start];
                while let Some(element) = open.pop() {
                    if !std::mem::replace(&mut is_seen[element], true) {
                        cluster.push(element);
                        open.extend(adjacency.neighbors(element).iter().map(|&k| k as usize));
                    }
                }
                let extent = (cluster.len() as f64).powf(tfce.extent_power);
                cluster.iter().for_each(|&k| sums[k] += extent * height.powf(tfce.height_power) * step);
            }
        }
        sums
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn thin_slices_come_close(
            heights in prop::collection::vec(-1.0_f64..3.0, 36),
            powers in prop::sample::select(vec![(0.5, 2.0), (1.0, 2.0), (0.7, 1.3)]),
        ) {
            let tfce = Tfce { extent_power: powers.0, height_power: powers.1 };
            let volume: Vec<usize> = (0..36).collect();
            let adjacency = Adjacency::of_voxels([3, 4, 3], &volume, VoxelConnectivity::Faces).unwrap();
            let (exact, sums) =
                (tfce.enhance(&heights, &adjacency).unwrap(), by_slices(tfce, &heights, &adjacency, 1e-3));
            let top = exact.iter().copied().fold(0.0, f64::max);
            for (exact, sum) in exact.iter().zip(&sums) {
                prop_assert!((exact - sum).abs() <= 3e-3 * top, "{exact} and {sum}");
            }
        }

        /// Raising one height lowers no value.
        #[test]
        fn enhancement_rises_with_height(
            heights in prop::collection::vec(-2.0_f64..3.0, 20), at in 0_usize..20, more in 0.0_f64..3.0,
        ) {
            let grid = Adjacency::of_grid(4, 5);
            let mut raised = heights.clone();
            raised[at] += more;
            for (before, after) in enhanced(&heights, &grid).iter().zip(enhanced(&raised, &grid)) {
                prop_assert!(after >= before - 1e-12);
            }
        }

        /// Ties are split by place, and no value depends on how.
        #[test]
        fn ties_have_one_value(levels in prop::collection::vec(0_u8..4, 15)) {
            let heights: Vec<f64> = levels.iter().copied().map(f64::from).collect();
            let reversed: Vec<f64> = heights.iter().rev().copied().collect();
            let line = Adjacency::of_times(15);
            for (a, b) in enhanced(&heights, &line).iter().zip(enhanced(&reversed, &line).iter().rev()) {
                prop_assert!((a - b).abs() <= 1e-12 * a.abs());
            }
        }
    }
}
