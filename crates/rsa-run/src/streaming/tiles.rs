//! [`tiles`]: all pairs in as few pieces as the memory allows.

use std::ops::Range;

use rsakit::Result;

use crate::memory::ensure_fits;

/// Some rows × some columns of a comparison, as places among all layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(crate) rows: Range<usize>,
    pub(crate) columns: Range<usize>,
}

impl Tile {
    /// Returns the layers of the tile, each once.
    pub(crate) fn layers(&self) -> Vec<usize> {
        let mut layers: Vec<usize> = self.rows.clone().chain(self.columns.clone()).collect();
        layers.sort_unstable();
        layers.dedup();
        layers
    }

    /// Returns the pairs of the tile.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.rows.clone().flat_map(|i| self.columns.clone().map(move |j| (i, j)))
    }
}

/// Cuts `rows` × `columns` into tiles none of which needs more than `budget` bytes.
///
/// If both are the same, tiles below the diagonal are left out.
///
/// # Errors
/// `TooLarge` if a single pair needs more.
pub(crate) fn tiles(
    rows: Range<usize>,
    columns: Range<usize>,
    budget: usize,
    need: impl Fn(&Tile) -> usize,
) -> Result<Vec<Tile>> {
    let same = rows == columns;
    let (mut height, mut width) = (rows.len(), columns.len());
    loop {
        let cut = |range: &Range<usize>, size: usize| {
            let (end, starts) = (range.end, range.clone().step_by(size.max(1)));
            starts.map(|start| start..(start + size).min(end)).collect::<Vec<_>>()
        };
        let (down, across) = (cut(&rows, height), cut(&columns, width));
        let all = down
            .iter()
            .flat_map(|rows| across.iter().map(|columns| Tile { rows: rows.clone(), columns: columns.clone() }));
        let all: Vec<Tile> = all.filter(|tile| !same || tile.columns.end > tile.rows.start).collect();
        let most = all.iter().map(&need).max().unwrap_or(0);
        if most <= budget {
            return Ok(all);
        }
        if (height, width) == (1, 1) {
            // It does not fit, so this is the error.
            ensure_fits("a single pair of layers", most, budget, "compare fewer conditions or features")?;
        }
        if same || height == width {
            (height, width) = (height.div_ceil(2), width.div_ceil(2));
        } else if height > width {
            height = height.div_ceil(2);
        } else {
            width = width.div_ceil(2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_in_one_tile() {
        for (rows, columns) in [(0..5, 5..12), (0..7, 0..7), (0..1, 1..2), (0..3, 3..4)] {
            for budget in [2, 4, 7, 100] {
                let tiles = tiles(rows.clone(), columns.clone(), budget, |tile| tile.layers().len()).unwrap();
                assert!(tiles.iter().all(|tile| tile.layers().len() <= budget));
                for i in rows.clone() {
                    for j in columns.clone() {
                        let holds = |i, j| tiles.iter().filter(|tile| tile.pairs().any(|pair| pair == (i, j))).count();
                        match rows == columns {
                            false => assert_eq!(holds(i, j), 1, "{i} {j} of {rows:?} × {columns:?} by {budget}"),
                            true => assert!(holds(i, j) == 1 || holds(j, i) == 1, "{i} {j} by {budget}"),
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_pair_that_does_not_fit_says_what_it_needs() {
        let message = tiles(0..2, 2..4, 3 << 20, |tile| tile.layers().len() << 30).unwrap_err().to_string();
        assert!(message.contains("about 2048MiB of memory, and 3MiB may be used"), "{message}");
    }
}
