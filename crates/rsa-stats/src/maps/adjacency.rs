//! [`Adjacency`]: the neighbors of every element of a map.

use rsa_core::{Error, Result};

/// The voxels that are neighbors of a voxel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum VoxelConnectivity {
    /// The 6 voxels that share a face.
    #[default]
    Faces,
    /// The 18 voxels that share a face or an edge.
    Edges,
    /// The 26 voxels that share a face, an edge or a corner.
    Corners,
}

impl VoxelConnectivity {
    /// All connectivities.
    pub const ALL: [Self; 3] = [Self::Faces, Self::Edges, Self::Corners];

    /// Returns the number of neighbors: 6, 18 or 26.
    pub fn n_neighbors(self) -> usize {
        match self {
            Self::Faces => 6,
            Self::Edges => 18,
            Self::Corners => 26,
        }
    }

    /// Returns the steps along x, y and z from a voxel to its neighbors.
    fn offsets(self) -> impl Iterator<Item = [isize; 3]> {
        let most_axes = match self {
            Self::Faces => 1,
            Self::Edges => 2,
            Self::Corners => 3,
        };
        let all = (0..27_isize).map(|k| [k % 3 - 1, k / 3 % 3 - 1, k / 9 - 1]);
        all.filter(move |step| (1..=most_axes).contains(&step.iter().filter(|&&along| along != 0).count()))
    }
}

/// The neighbors of every element of a map, in both directions.
///
/// # Example
/// ```
/// use rsa_stats::{Adjacency, VoxelConnectivity};
///
/// // Two voxels of a 2 × 2 × 1 volume that share an edge alone.
/// let voxels = |connectivity| Adjacency::of_voxels([2, 2, 1], &[0, 3], connectivity);
/// assert_eq!(voxels(VoxelConnectivity::Faces)?.neighbors(0), [0; 0]);
/// assert_eq!(voxels(VoxelConnectivity::Edges)?.neighbors(0), [1]);
/// assert_eq!(Adjacency::of_times(3).neighbors(1), [0, 2]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjacency {
    /// Start of the neighbors of each element, and their number at the end.
    starts: Vec<usize>,
    neighbors: Vec<u32>,
}

impl Adjacency {
    /// Makes the adjacency of the voxels at `places` of a volume, of which a place is x + nx (y + ny z).
    ///
    /// # Errors
    /// `ShapeMismatch` unless the places are in rising order and inside the volume.
    pub fn of_voxels(shape: [usize; 3], places: &[usize], connectivity: VoxelConnectivity) -> Result<Self> {
        let n_voxels = shape.iter().try_fold(1_usize, |n, &length| n.checked_mul(length)).unwrap_or(usize::MAX);
        let is_rising = places.windows(2).all(|pair| pair[0] < pair[1]);
        if !is_rising || places.last().is_some_and(|&last| last >= n_voxels) {
            return Err(Error::shape_mismatch(format!(
                "the voxels of a map must be in rising order, each once, and below {n_voxels}, the voxels of the volume"
            )));
        }
        let [nx, ny, nz] = shape.map(usize::cast_signed);
        let offsets: Vec<_> = connectivity.offsets().collect();
        let neighbors = |element: usize| {
            let place = places[element].cast_signed();
            let (x, y, z) = (place % nx, place / nx % ny, place / nx / ny);
            offsets.iter().filter_map(move |[dx, dy, dz]| {
                let (x, y, z) = (x + dx, y + dy, z + dz);
                let is_inside = (0..nx).contains(&x) && (0..ny).contains(&y) && (0..nz).contains(&z);
                is_inside.then(|| places.binary_search(&(x + nx * (y + ny * z)).cast_unsigned()).ok()).flatten()
            })
        };
        Ok(Self::of_lists((0..places.len()).map(neighbors)))
    }

    /// Makes the adjacency of `n` elements from pairs of neighbors, in any order, such as the edges of a mesh.
    ///
    /// # Errors
    /// `ShapeMismatch` naming the first edge with an element that does not exist.
    pub fn of_edges(n: usize, edges: impl IntoIterator<Item = [usize; 2]>) -> Result<Self> {
        let mut lists = vec![Vec::new(); n];
        for [a, b] in edges {
            if a >= n || b >= n {
                return Err(Error::shape_mismatch(format!(
                    "elements {a} and {b} are said to be neighbors, and there are {n} elements, counted from 0"
                )));
            }
            if a != b {
                lists[a].push(b);
                lists[b].push(a);
            }
        }
        lists.iter_mut().for_each(|list| {
            list.sort_unstable();
            list.dedup();
        });
        Ok(Self::of_lists(lists.into_iter().map(Vec::into_iter)))
    }

    /// Makes the adjacency of `n` vertices of a surface from its triangles.
    ///
    /// # Errors
    /// `ShapeMismatch` naming the first edge with a vertex that does not exist.
    pub fn of_triangles(n: usize, triangles: &[[usize; 3]]) -> Result<Self> {
        Self::of_edges(n, triangles.iter().flat_map(|&[a, b, c]| [[a, b], [b, c], [c, a]]))
    }

    /// Makes the adjacency of `n` times: the time before and the time after.
    pub fn of_times(n: usize) -> Self {
        Self::of_grid(1, n)
    }

    /// Makes the adjacency of a rectangle, counted row by row, such as times × times: left, right, above, below.
    pub fn of_grid(n_rows: usize, n_columns: usize) -> Self {
        let neighbors = |element: usize| {
            let (row, column) = (element / n_columns, element % n_columns);
            let above = (row > 0).then(|| element - n_columns);
            let left = (column > 0).then(|| element - 1);
            let right = (column + 1 < n_columns).then(|| element + 1);
            let below = (row + 1 < n_rows).then(|| element + n_columns);
            [above, left, right, below].into_iter().flatten()
        };
        Self::of_lists((0..n_rows * n_columns).map(neighbors))
    }

    /// # Panics
    /// If there are 2³² elements or more.
    fn of_lists<L: Iterator<Item = usize>>(lists: impl Iterator<Item = L>) -> Self {
        let (mut starts, mut neighbors) = (vec![0], Vec::new());
        for list in lists {
            neighbors.extend(list.map(|element| u32::try_from(element).expect("a map has fewer than 2³² elements")));
            starts.push(neighbors.len());
        }
        Self { starts, neighbors }
    }

    /// Returns the number of elements.
    pub fn n_elements(&self) -> usize {
        self.starts.len() - 1
    }

    /// Returns the neighbors of an element.
    ///
    /// # Panics
    /// If there is no such element.
    pub fn neighbors(&self, element: usize) -> &[u32] {
        &self.neighbors[self.starts[element]..self.starts[element + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_27_voxels_has_6_18_or_26_neighbors() {
        let all: Vec<usize> = (0..27).collect();
        for connectivity in VoxelConnectivity::ALL {
            let adjacency = Adjacency::of_voxels([3, 3, 3], &all, connectivity).unwrap();
            assert_eq!(adjacency.neighbors(13).len(), connectivity.n_neighbors());
            assert_eq!(adjacency.n_elements(), 27);
        }
        let faces = Adjacency::of_voxels([3, 3, 3], &all, VoxelConnectivity::Faces).unwrap();
        assert_eq!(faces.neighbors(0), [1, 3, 9], "a corner");
        assert_eq!(faces.neighbors(2), [1, 5, 11], "rows of x do not run on into one another");
    }

    #[test]
    fn neighbors_are_counted_within_the_mask() {
        let adjacency = Adjacency::of_voxels([4, 1, 1], &[0, 1, 3], VoxelConnectivity::Corners).unwrap();
        assert_eq!((0..3).map(|k| adjacency.neighbors(k)).collect::<Vec<_>>(), [&[1][..], &[0], &[]]);
    }

    #[test]
    fn grids_have_four_neighbors() {
        let grid = Adjacency::of_grid(3, 3);
        assert_eq!(grid.neighbors(4), [1, 3, 5, 7]);
        assert_eq!(grid.neighbors(8), [5, 7]);
        assert_eq!(Adjacency::of_times(1).neighbors(0), [0; 0]);
    }

    #[test]
    fn triangles_share_edges() {
        let square = Adjacency::of_triangles(5, &[[0, 1, 2], [2, 1, 3]]).unwrap();
        assert_eq!(square.neighbors(1), [0, 2, 3]);
        assert_eq!(square.neighbors(4), [0; 0]);
    }

    #[test]
    fn elements_that_do_not_exist_are_named() {
        let message = |found: Result<Adjacency>| found.unwrap_err().to_string();
        assert!(message(Adjacency::of_edges(3, [[0, 1], [1, 3]])).starts_with("elements 1 and 3"));
        let voxels = |places: &[usize]| Adjacency::of_voxels([2, 2, 1], places, VoxelConnectivity::Faces);
        assert!(message(voxels(&[0, 4])).contains("below 4"));
        assert!(message(voxels(&[1, 0])).contains("rising order"));
        assert!(voxels(&[]).unwrap().n_elements() == 0);
    }
}
