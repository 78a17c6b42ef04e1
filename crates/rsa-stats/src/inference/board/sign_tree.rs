//! [`SignTree`]: the kernel of Kendall's rank correlations of a resample.

use std::{
    mem,
    ops::{AddAssign, Mul},
};

/// Entries of a node: few enough to bring all of them up to date at once.
const WIDTH: u32 = 16;

type Node<T> = [T; WIDTH as usize];

/// How many of the copies that were added stand below a level, twice, and at it, once.
///
/// That less all of them is how many are below less how many are above, whatever is tied. An entry of a node holds what
/// was added before it in the node, so a question is one look at each of few floors of nodes. What is added changes all
/// entries of a node at once and without a branch; there are three floors for a resample of 92 conditions.
pub(super) struct SignTree<T> {
    nodes: Vec<Node<T>>,
    /// Where the nodes of each floor start. The lowest has an entry for every level, the next one for every node.
    floors: Vec<usize>,
}

/// A whole number to count in; of narrow ones more are changed at once.
pub(super) trait Count:
    Copy + AddAssign + Mul<Output = Self> + Into<u32> + From<u8> + TryFrom<u32> + 'static
{
    /// How often what is added at an entry of a node goes into each entry, on the lowest floor.
    const OWN: &[Node<Self>; WIDTH as usize];
    /// The same on the others, where an entry is a whole node.
    const NODE: &[Node<Self>; WIDTH as usize];
}

/// Twice after an entry, and so often at it.
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
    /// An empty one of so many levels.
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

    /// Adds `copies` at a level; twice all of them must be a `T`.
    #[inline]
    pub(super) fn add(&mut self, level: u32, copies: T) {
        let mut entry = level;
        let mut steps = T::OWN;
        for &floor in &self.floors {
            let node = &mut self.nodes[floor + (entry / WIDTH) as usize];
            let steps = mem::replace(&mut steps, T::NODE)[(entry % WIDTH) as usize];
            // A copy, which nothing else can change meanwhile, is counted in vectors.
            let mut counts = *node;
            counts.iter_mut().zip(steps).for_each(|(count, step)| *count += step * copies);
            *node = counts;
            entry /= WIDTH;
        }
    }

    /// Twice what is below a level, and once what is at it.
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
