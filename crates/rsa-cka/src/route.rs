//! [`Route`]: the choice between two exact ways to compare many layers, made by counting multiplications.

use std::fmt;

/// The numbers of multiplications of two exact routes that compare all pairs of layers; the smaller one is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Number of multiplications for comparing one pair after the other.
    ///
    /// It is n·p·q for two sets of features, n²·p where one side is a Gram matrix, n² for two Gram matrices, and n·p²/2
    /// for the length of each set of features.
    pub by_pairs: usize,
    /// Number of multiplications for comparing a tile of all Gram matrices at a time.
    ///
    /// Symmetry halves both parts: computing the matrices from features, and their inner products.
    pub by_tiles: usize,
}

impl Route {
    /// Counts the multiplications for layers of `n` conditions.
    ///
    /// `rows` and `columns` hold the number of features of each layer, or `None` for a layer stored as a Gram matrix.
    /// `columns` is `None` if the rows are compared with one another.
    pub(crate) fn new(n: usize, rows: &[Option<usize>], columns: Option<&[Option<usize>]>) -> Self {
        let pair = |a: Option<usize>, b: Option<usize>| match (a, b) {
            (None, None) => n * n,
            (p, q) => n * p.unwrap_or(n) * q.unwrap_or(n),
        };
        let others = columns.unwrap_or(rows);
        let halved = if columns.is_some() { 1 } else { 2 };
        let widths = || rows.iter().chain(columns.unwrap_or(&[])).flatten();
        let pairs: usize = rows.iter().map(|&a| others.iter().map(|&b| pair(a, b)).sum::<usize>()).sum();
        let lengths: usize = widths().map(|p| n * p * p / 2).sum();
        let forming: usize = widths().map(|p| n * n / 2 * p).sum();
        Self { by_pairs: pairs / halved + lengths, by_tiles: forming + n * n / 2 * rows.len() * others.len() / halved }
    }

    /// Returns `true` if the route by tiles takes fewer multiplications.
    pub fn is_by_tiles(self) -> bool {
        self.by_tiles < self.by_pairs
    }
}

/// Writes the route in words, with both counts.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let giga = |count: usize| count as f64 / 1e9;
        let (tiles, pairs) = (giga(self.by_tiles), giga(self.by_pairs));
        match self.is_by_tiles() {
            true => {
                write!(f, "tile by tile through Gram matrices, {tiles:.1}e9 multiplications; pair by pair {pairs:.1}e9")
            }
            false => {
                write!(f, "pair by pair, {pairs:.1}e9 multiplications; tile by tile through Gram matrices {tiles:.1}e9")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_route_of_fewer_multiplications_is_taken() {
        // By pairs 36·10·p²/2 and 6·10·p²/2 for the lengths; by tiles 6·50·p to form and 36·50/2 for the pairs.
        let [narrow, wide] = [1, 8].map(|p| Route::new(10, &[Some(p); 6], None));
        assert_eq!((narrow, narrow.is_by_tiles()), (Route { by_pairs: 210, by_tiles: 1200 }, false));
        assert_eq!((wide, wide.is_by_tiles()), (Route { by_pairs: 13_440, by_tiles: 3300 }, true));
        // Two sides; one Gram matrix against features of 4 and another: 10·10·4 + 100 and 10·4²/2.
        let mixed = Route::new(10, &[None], Some(&[Some(4), None]));
        assert_eq!(mixed, Route { by_pairs: 580, by_tiles: 300 });
        assert!(mixed.to_string().starts_with("tile by tile"), "{mixed}");
    }
}
