//! [`SignTree`]: the kernel of Kendall's rank correlations on a resample.

use std::{
    mem,
    ops::{AddAssign, Mul},
};

/// Entries of a node: few enough that one vector instruction updates them all.
const WIDTH: u32 = 16;

type Node<T> = [T; WIDTH as usize];

/// Counts by level; counts below a level are returned twice and counts at the level once.
///
/// That sum less all counts is the number below less the number above, whatever is tied. An entry of a node holds the
/// counts that were added before the entry within the node, so that a look-up reads one entry on each of a few floors of
/// nodes. An addition changes all entries of a node at once, without a branch. A resample of 92 conditions has three
/// floors.
#[derive(Debug)]
pub(super) struct SignTree<T> {
    nodes: Vec<Node<T>>,
    /// The start of the nodes of each floor. The lowest has an entry for every level, the next one for every node.
    floors: Vec<usize>,
}

/// The whole number in which a tree counts; a vector instruction changes more narrow ones at once.
pub(super) trait Count:
    Copy + AddAssign + Mul<Output = Self> + Into<u32> + From<u8> + TryFrom<u32> + 'static
{
    /// For each entry, the multiple of an added count that each entry of its node receives on the lowest floor.
    const OWN: &[Node<Self>; WIDTH as usize];
    /// The multiples on higher floors, where an entry stands for a whole node.
    const NODE: &[Node<Self>; WIDTH as usize];
}

/// Returns the multiples 2 after an entry and `$at_it` at the entry.
macro_rules! steps {
    ($at_it:expr) => {{
        let mut steps = [[0; WIDTH as usize]; WIDTH as usize];
        let mut own = 0;
        while own < steps.len() {
            steps[own][own] = $at_it;
            let mut later = own + 1;
            while later < steps.len() {
                steps[own][later] = 2;
                later += 1;
            }
            own += 1;
        }
        steps
    }};
}

macro_rules! counts {
    ($count:ty) => {
        impl Count for $count {
            const NODE: &[Node<Self>; WIDTH as usize] = &steps!(0);
            const OWN: &[Node<Self>; WIDTH as usize] = &steps!(1);
        }
    };
}

counts!(u16);
counts!(u32);

impl<T: Count> SignTree<T> {
    /// Makes an empty tree of so many levels.
    pub(super) fn new(levels: usize) -> Self {
        let mut size = levels.div_ceil(WIDTH as usize);
        let (mut nodes, mut floors) = (size, vec![0]);
        while size > 1 {
            floors.push(nodes);
            size = size.div_ceil(WIDTH as usize);
            nodes += size;
        }
        Self { nodes: vec![[T::from(0); WIDTH as usize]; nodes], floors }
    }

    /// Adds `count` at a level; twice the sum of all counts must be a `T`.
    #[inline]
    pub(super) fn add(&mut self, level: u32, count: T) {
        let mut entry = level;
        let mut steps = T::OWN;
        for &floor in &self.floors {
            let node = &mut self.nodes[floor + (entry / WIDTH) as usize];
            let steps = mem::replace(&mut steps, T::NODE)[(entry % WIDTH) as usize];
            // A local copy lets the compiler use vector instructions: nothing else can change it meanwhile.
            let mut counts = *node;
            counts.iter_mut().zip(steps).for_each(|(entry, step)| *entry += step * count);
            *node = counts;
            entry /= WIDTH;
        }
    }

    /// Returns twice the counts below a level plus the counts at the level.
    #[inline]
    pub(super) fn below(&self, level: u32) -> u32 {
        let (mut entry, mut sum) = (level, 0);
        for &floor in &self.floors {
            sum += self.nodes[floor + (entry / WIDTH) as usize][(entry % WIDTH) as usize].into();
            entry /= WIDTH;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Count>() {
        for levels in [1, 15, 16, 17, 256, 257, 5000] {
            let mut tree = SignTree::<T>::new(levels as usize);
            let mut added = Vec::new();
            for k in 0..200_u32 {
                let (level, copies) = (k * 7919 % levels, (k % 4) as u8);
                tree.add(level, copies.into());
                added.push((level, u32::from(copies)));
                let asked = k * k * 31 % levels;
                let twice =
                    |&(level, copies): &(u32, u32)| copies * (u32::from(level < asked) + u32::from(level <= asked));
                assert_eq!(tree.below(asked), added.iter().map(twice).sum::<u32>(), "{asked} of {levels}");
            }
        }
    }

    #[test]
    fn what_is_below_counts_twice_and_what_is_level_once() {
        check::<u16>();
        check::<u32>();
    }
}
