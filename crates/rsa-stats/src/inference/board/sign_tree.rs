//! [`SignTree`]: the kernel of Kendall's rank correlations of a resample.

/// Entries of a node: few enough to bring all of them up to date at once.
const WIDTH: u32 = 16;

type Node = [u32; WIDTH as usize];

/// How many of the copies that were added stand below a level, twice, and at it, once.
///
/// That less all of them is how many are below less how many are above, whatever is tied. An entry of a node holds what
/// was added before it in the node, so a question is one look at each of few floors of nodes. What is added changes all
/// entries of a node at once and without a branch; there are three floors for a resample of 92 conditions.
pub(super) struct SignTree {
    nodes: Vec<Node>,
    /// Where the nodes of each floor start. The lowest has an entry for every level, the next one for every node.
    floors: Vec<usize>,
}

impl SignTree {
    /// An empty one of so many levels.
    pub(super) fn new(levels: usize) -> Self {
        let mut size = levels.div_ceil(WIDTH as usize);
        let (mut nodes, mut floors) = (size, vec![0]);
        while size > 1 {
            floors.push(nodes);
            size = size.div_ceil(WIDTH as usize);
            nodes += size;
        }
        Self { nodes: vec![[0; WIDTH as usize]; nodes], floors }
    }

    /// Adds `copies` at a level; less than 2³¹ in all.
    #[inline]
    pub(super) fn add(&mut self, level: u32, copies: u32) {
        let (own, mut node) = (level % WIDTH, level / WIDTH);
        for (lane, count) in (0..).zip(&mut self.nodes[node as usize]) {
            *count += if lane >= own { copies } else { 0 };
            *count += if lane > own { copies } else { 0 };
        }
        for &floor in &self.floors[1..] {
            let own = node % WIDTH;
            node /= WIDTH;
            for (lane, count) in (0..).zip(&mut self.nodes[floor + node as usize]) {
                *count += if lane > own { 2 * copies } else { 0 };
            }
        }
    }

    /// Twice what is below a level, and once what is at it.
    #[inline]
    pub(super) fn below(&self, level: u32) -> u32 {
        let (mut entry, mut sum) = (level, 0);
        for &floor in &self.floors {
            sum += self.nodes[floor + (entry / WIDTH) as usize][(entry % WIDTH) as usize];
            entry /= WIDTH;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_counts_twice_and_what_is_level_once() {
        for levels in [1, 15, 16, 17, 256, 257, 5000] {
            let mut tree = SignTree::new(levels as usize);
            let mut added = Vec::new();
            for k in 0..200_u32 {
                let (level, copies) = (k * 7919 % levels, k % 4);
                tree.add(level, copies);
                added.push((level, copies));
                let asked = k * k * 31 % levels;
                let twice = |&(level, copies): &(u32, u32)| {
                    copies * (u32::from(level < asked) + u32::from(level <= asked))
                };
                assert_eq!(tree.below(asked), added.iter().map(twice).sum::<u32>(), "{asked} of {levels}");
            }
        }
    }
}
