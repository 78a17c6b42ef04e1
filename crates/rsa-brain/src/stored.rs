//! [`StoredDissimilarities`]: the dissimilarities of all centers of a tile, pair by pair in, center by center out.

/// Centers that stand side by side.
const CENTERS: usize = 16;

/// Pairs that are gathered before they are written, so that each write fills whole pages.
const PAIRS: usize = 8;

/// Dissimilarities of centers in blocks, so that those of one center are near each other.
pub(crate) struct StoredDissimilarities {
    n_pairs: usize,
    n_centers: usize,
    /// Block by block of centers, pair by pair.
    values: Vec<f64>,
    /// Pairs that wait to be written.
    waiting: Vec<f64>,
    n_written: usize,
}

impl StoredDissimilarities {
    pub(crate) fn new(n_pairs: usize, n_centers: usize) -> Self {
        let values = vec![0.0; Self::n_values(n_pairs, n_centers)];
        Self { n_pairs, n_centers, values, waiting: Vec::with_capacity(PAIRS * n_centers), n_written: 0 }
    }

    /// Returns the number of values that are held.
    pub(crate) fn n_values(n_pairs: usize, n_centers: usize) -> usize {
        n_centers.next_multiple_of(CENTERS) * n_pairs
    }

    /// Takes in the dissimilarities of the next pair, one for each center.
    pub(crate) fn add(&mut self, dissimilarities: &[f64]) {
        self.waiting.extend_from_slice(dissimilarities);
        let n_waiting = self.waiting.len() / self.n_centers;
        if n_waiting == PAIRS || self.n_written + n_waiting == self.n_pairs {
            for (block, start) in (0..self.n_centers).step_by(CENTERS).enumerate() {
                let centers = start..(start + CENTERS).min(self.n_centers);
                let mut place = (block * self.n_pairs + self.n_written) * CENTERS;
                for pair in self.waiting.chunks(self.n_centers) {
                    self.values[place..place + centers.len()].copy_from_slice(&pair[centers.clone()]);
                    place += CENTERS;
                }
            }
            self.n_written += n_waiting;
            self.waiting.clear();
        }
    }

    /// Returns the dissimilarities of a center.
    pub(crate) fn of_center(&self, center: usize) -> Vec<f64> {
        let start = center / CENTERS * self.n_pairs * CENTERS + center % CENTERS;
        self.values[start..].iter().step_by(CENTERS).take(self.n_pairs).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_in_pair_by_pair_goes_out_center_by_center() {
        for (n_pairs, n_centers) in [(1, 1), (21, 37), (8, 16), (9, 50)] {
            let mut stored = StoredDissimilarities::new(n_pairs, n_centers);
            let value = |pair: usize, center: usize| (pair * 1000 + center) as f64;
            for pair in 0..n_pairs {
                stored.add(&(0..n_centers).map(|center| value(pair, center)).collect::<Vec<_>>());
            }
            for center in 0..n_centers {
                assert_eq!(stored.of_center(center), (0..n_pairs).map(|pair| value(pair, center)).collect::<Vec<_>>());
            }
        }
    }
}
