//! [`TileSize`]: the number of lines of a tile, as many as its memory allows.

use std::ops::Range;

use super::Searchlight;
use crate::{AdditiveTerms, additive, moments::N_MOMENTS, stored::StoredDissimilarities};

/// Lines of a tile along y and z.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TileSize {
    pub(crate) y: usize,
    pub(crate) z: usize,
}

/// Sizes from the largest, which reads the fewest voxels twice.
const SIZES: [(usize, usize); 7] = [(16, 16), (16, 8), (8, 8), (8, 4), (4, 4), (2, 2), (1, 1)];

/// Most bytes of a tile, unless the smallest takes more.
const MOST: usize = 256 << 20;

impl TileSize {
    /// Returns the largest tile that takes no more than it may, and its bytes; `None` for spheres that are no balls.
    pub(super) fn choose(searchlight: &Searchlight<'_>, terms: &AdditiveTerms) -> Option<(Self, usize)> {
        let ball = searchlight.spheres.ball()?;
        let [nx, ny, nz] = searchlight.spheres.grid().shape();
        let [reach_y, reach_z] = ball.reach();
        let bytes = |(y, z): (usize, usize)| {
            let around = (y + 2 * reach_y).min(ny) * (z + 2 * reach_z).min(nz);
            let length = around * (nx + ball.reach_x());
            // Sums over lines have at most all widths of a ball.
            let widths = 2 * ball.reach_x() + 2;
            let n_centers = y.min(ny) * z.min(nz) * nx;
            let n = searchlight.models.n_conditions();
            let held = match searchlight.models.vectors() {
                Some(models) if !searchlight.keeps_rdms => (N_MOMENTS + models.vectors.len()) * n_centers,
                _ => StoredDissimilarities::n_values(additive::n_pairs(n), n_centers),
            };
            let own = if terms.form().is_gram() { 2 * n * n_centers } else { 0 };
            (length * (terms.n_rows() + widths) + held + own + 8 * n_centers).saturating_mul(size_of::<f64>())
        };
        let fits = SIZES.into_iter().find(|&size| bytes(size) <= MOST);
        let (y, z) = fits.unwrap_or(SIZES[SIZES.len() - 1]);
        Some((Self { y, z }, bytes((y, z))))
    }

    /// Returns the lines y × z of all tiles of a volume.
    pub(super) fn tiles(self, [_, ny, nz]: [usize; 3]) -> Vec<(Range<usize>, Range<usize>)> {
        let parts =
            |length: usize, size: usize| (0..length).step_by(size).map(move |start| start..(start + size).min(length));
        parts(nz, self.z).flat_map(|z| parts(ny, self.y).map(move |y| (y, z.clone()))).collect()
    }
}
