//! [`SearchTile`]: centers whose spheres share their sums, and the lines of voxels around them.
//!
//! The sum over a ball is the sum over its lines along x, and the sums over lines of all widths grow from one another by
//! two values. No sum runs over values that it later subtracts, so a sum depends on the members of its sphere alone, to
//! the last bit, whatever the tile.

mod kernels;

use std::ops::Range;

use self::kernels::{add_chunks, sum_of_absolutes, sum_of_products, sums_of_squares, widen};
use crate::{
    Spheres,
    additive::{AdditiveTerms, MapBuffer, TermForm},
    neighborhood::Ball,
};

/// Most centers that are summed at once, in registers.
const LONG: usize = 32;

/// Centers of some lines along x, with the packed places of the voxels around them.
pub(crate) struct SearchTile {
    /// Numbers of the voxels that are centers.
    pub(crate) centers: Vec<usize>,
    /// Number of members of each center.
    pub(crate) n_members: Vec<f64>,
    packed: Vec<PackedLine>,
    center_lines: Vec<CenterLine>,
    /// Length of the packed vector.
    length: usize,
    /// Room at both ends, and between lines.
    reach: usize,
    /// Widths of lines whose sums are needed, in rising order.
    widths: Vec<usize>,
}

/// A line of voxels and the places of its voxels in the packed vector.
struct PackedLine {
    voxels: Range<usize>,
    places: Vec<usize>,
}

/// A line that has centers.
struct CenterLine {
    /// For each line of the ball that has voxels: its width, as an index, and its place for a center at the first x.
    parts: Vec<(usize, usize)>,
    /// Step in x of each center from the first.
    steps: Vec<usize>,
}

impl SearchTile {
    /// Packs the lines around the lines `y` × `z`, for those of their centers that are not missing.
    ///
    /// `n_members` has the number of members of every voxel's sphere. Returns `None` if no center is left.
    pub(crate) fn new(
        spheres: &Spheres,
        ball: &Ball,
        n_members: &[u32],
        y: Range<usize>,
        z: Range<usize>,
    ) -> Option<Self> {
        let grid = spheres.grid();
        let [nx, ny, nz] = grid.shape();
        let all = |y: usize, z: usize| grid.of_line(y.cast_signed(), z.cast_signed(), 0, nx.cast_signed());
        let is_center = |voxel: &usize| spheres.missing(n_members[*voxel] as usize).is_none();
        let lines = z.clone().flat_map(|z| y.clone().map(move |y| (y, z)));
        let mut with_centers: Vec<((usize, usize), Vec<usize>)> = Vec::new();
        for (y, z) in lines {
            let centers: Vec<usize> = all(y, z).filter(is_center).collect();
            if !centers.is_empty() {
                with_centers.push(((y, z), centers));
            }
        }
        if with_centers.is_empty() {
            return None;
        }
        let x_of = |voxel: usize| grid.index(voxel)[0];
        let (reach, [reach_y, reach_z]) = (ball.reach_x(), ball.reach());
        // The lines around, and the extent in x of their voxels.
        let halo_y = y.start.saturating_sub(reach_y)..(y.end + reach_y).min(ny);
        let halo_z = z.start.saturating_sub(reach_z)..(z.end + reach_z).min(nz);
        let around = || halo_z.clone().flat_map(|z| halo_y.clone().map(move |y| (y, z)));
        let extent = around().map(|(y, z)| all(y, z)).filter(|line| !line.is_empty());
        let extent = extent.map(|line| [x_of(line.start), x_of(line.end - 1)]);
        let [x_low, x_high] = extent.fold([nx, 0], |[low, high], [a, b]| [low.min(a), high.max(b)]);
        let stride = x_high + 1 - x_low + reach;
        let mut base_of = vec![None; halo_y.len() * halo_z.len()];
        let mut packed = Vec::new();
        // A line off the middle of the ball is read from a place up to `reach` before its line, and summed from there.
        let mut base = 2 * reach;
        for (slot, (y, z)) in around().enumerate() {
            let voxels = all(y, z);
            if !voxels.is_empty() {
                base_of[slot] = Some(base);
                packed.push(PackedLine {
                    places: voxels.clone().map(|voxel| base + x_of(voxel) - x_low).collect(),
                    voxels,
                });
                base += stride;
            }
        }
        let mut widths: Vec<usize> = ball.lines.iter().map(|line| line.width()).collect();
        widths.sort_unstable();
        widths.dedup();
        let base_at = |y: isize, z: isize| {
            let y = y.checked_sub_unsigned(halo_y.start).filter(|y| (0..halo_y.len().cast_signed()).contains(y))?;
            let z = z.checked_sub_unsigned(halo_z.start).filter(|z| (0..halo_z.len().cast_signed()).contains(z))?;
            base_of[z.cast_unsigned() * halo_y.len() + y.cast_unsigned()]
        };
        let mut tile = Self {
            centers: Vec::new(),
            n_members: Vec::new(),
            packed,
            center_lines: Vec::with_capacity(with_centers.len()),
            length: base + reach + LONG,
            reach,
            widths,
        };
        for ((y, z), centers) in with_centers {
            let first = x_of(centers[0]) - x_low;
            let part = |line: &crate::neighborhood::BallLine| {
                let base = base_at(y.cast_signed() + line.dy, z.cast_signed() + line.dz)?;
                let width = tile.widths.iter().position(|&width| width == line.width())?;
                Some((width, (base + first).checked_add_signed(line.middle())?))
            };
            let parts = ball.lines.iter().filter_map(part).collect();
            let steps = centers.iter().map(|&voxel| x_of(voxel) - x_low - first).collect();
            tile.center_lines.push(CenterLine { parts, steps });
            tile.n_members.extend(centers.iter().map(|&voxel| f64::from(n_members[voxel])));
            tile.centers.extend(centers);
        }
        Some(tile)
    }

    /// Computes and packs the maps of `terms`.
    pub(crate) fn maps(&self, terms: &AdditiveTerms) -> PackedMaps {
        let mut values = vec![0.0; terms.n_rows() * self.length];
        let mut buffer = MapBuffer::default();
        for line in &self.packed {
            terms.fill_maps(line.voxels.clone(), &mut buffer);
            let rows = buffer.rows.chunks(line.voxels.len()).zip(values.chunks_mut(self.length));
            for (row, packed) in rows {
                row.iter().zip(&line.places).for_each(|(&value, &place)| packed[place] = value);
            }
        }
        PackedMaps { values, n_maps: terms.form().n_maps(), length: self.length }
    }

    /// Makes room for sums.
    pub(crate) fn scratch(&self) -> TileScratch {
        TileScratch { terms: vec![0.0; self.length], widths: vec![vec![0.0; self.length]; self.widths.len()] }
    }

    /// Sums over the sphere of every center the terms that conditions i and j have at each voxel.
    pub(crate) fn sum_pair(
        &self,
        form: &TermForm,
        maps: &PackedMaps,
        (i, j): (usize, usize),
        scratch: &mut TileScratch,
        sums: &mut [f64],
    ) {
        let (a, b) = (maps.of(i), maps.of(j));
        match form {
            TermForm::Squares { .. } => sums_of_squares(a, b, &mut scratch.terms),
            TermForm::Gram { .. } => sum_of_products(a, b, &mut scratch.terms),
            TermForm::Absolute => sum_of_absolutes(a, b, &mut scratch.terms),
            TermForm::Divergence => kernels::products_of_differences(a, b, &mut scratch.terms),
        }
        self.sum(scratch, sums);
    }

    /// Sums one map, counted over all conditions and the terms of the rounding, over the sphere of every center.
    pub(crate) fn sum_map(&self, maps: &PackedMaps, row: usize, scratch: &mut TileScratch, sums: &mut [f64]) {
        scratch.terms.copy_from_slice(&maps.values[row * self.length..(row + 1) * self.length]);
        self.sum(scratch, sums);
    }

    fn sum(&self, TileScratch { terms, widths }: &mut TileScratch, sums: &mut [f64]) {
        widen(terms, &self.widths, self.reach, widths);
        let mut first = 0;
        let mut line_sums = [0.0; LONG];
        for line in &self.center_lines {
            let last = line.steps[line.steps.len() - 1];
            let mut next = 0;
            let mut start = 0;
            while start <= last {
                // A short rest of a line takes fewer registers.
                let count = if last - start < LONG / 2 { LONG / 2 } else { LONG };
                add_chunks(&line.parts, widths, start, &mut line_sums[..count]);
                while next < line.steps.len() && line.steps[next] < start + count {
                    sums[first + next] = line_sums[line.steps[next] - start];
                    next += 1;
                }
                start += count;
            }
            first += line.steps.len();
        }
    }
}

/// Maps of all packed lines of a tile.
pub(crate) struct PackedMaps {
    values: Vec<f64>,
    n_maps: usize,
    length: usize,
}

impl PackedMaps {
    /// Returns the maps of a condition, one after another.
    fn of(&self, condition: usize) -> &[f64] {
        let size = self.n_maps * self.length;
        &self.values[condition * size..(condition + 1) * size]
    }
}

/// Room for the terms of a pair and their sums over lines of all widths.
pub(crate) struct TileScratch {
    terms: Vec<f64>,
    widths: Vec<Vec<f64>>,
}
