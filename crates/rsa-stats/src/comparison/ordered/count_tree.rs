//! [`CountTree`]: counts by level, with sums below a level.

/// Fenwick tree: counts by level, with the sum below any level in O(log levels).
pub(super) struct CountTree(Vec<u64>);

impl CountTree {
    pub(super) fn new(levels: usize) -> Self {
        Self(vec![0; levels + 1])
    }

    pub(super) fn add(&mut self, level: usize, count: u64) {
        let mut node = level + 1;
        while node < self.0.len() {
            self.0[node] += count;
            node += node & node.wrapping_neg();
        }
    }

    /// Returns the sum of the counts at levels below `level`.
    pub(super) fn below(&self, level: usize) -> u64 {
        let (mut node, mut sum) = (level, 0);
        while node > 0 {
            sum += self.0[node];
            node &= node - 1;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_below_a_level() {
        let mut tree = CountTree::new(6);
        [(4, 3), (0, 1), (4, 2), (5, 7)].into_iter().for_each(|(level, count)| tree.add(level, count));
        assert_eq!([0, 1, 4, 5, 6].map(|level| tree.below(level)), [0, 1, 1, 6, 13]);
    }
}
