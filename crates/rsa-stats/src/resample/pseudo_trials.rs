//! [`PseudoTrials`]: averages of few trials, drawn at random.

use super::random::{Purpose, shuffled, stream};

/// Draw of groups of trials, whose means are less noisy than single trials (pseudo-trials).
///
/// The trials of each cell, such as a condition in a run, are permuted and split into groups of `size`; a group that would be
/// incomplete is left out.
///
/// # Example
/// ```
/// use rsa_stats::PseudoTrials;
///
/// let cells = [0, 0, 1, 0, 1, 0, 0];
/// let drawn = PseudoTrials { size: 2, seed: 1 }.draw(&cells, 0);
/// // Two groups of five trials and one of two; a trial is left over.
/// assert_eq!((drawn.cell_of_group.as_slice(), drawn.n_left_out()), (&[0, 0, 1][..], 1));
/// ```
///
/// # References
/// Guggenmos et al. 2018, NeuroImage, doi:10.1016/j.neuroimage.2018.02.044.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PseudoTrials {
    /// Number of trials of a group, at least 1.
    pub size: usize,
    /// Seed of the permutations.
    pub seed: u64,
}

/// Groups of trials that a [`PseudoTrials`] has drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnPseudoTrials {
    /// Group of each trial; `None` for those that are left out.
    pub group_of: Vec<Option<usize>>,
    /// Cell of each group; cells ascend.
    pub cell_of_group: Vec<usize>,
}

impl PseudoTrials {
    /// Draws groups of the trials in the cells `cell_of`, which are counted from 0; draws of another `index` differ.
    ///
    /// # Panics
    /// If the size is 0.
    pub fn draw(&self, cell_of: &[usize], index: u16) -> DrawnPseudoTrials {
        let n_cells = cell_of.iter().max().map_or(0, |last| last + 1);
        let mut trials_of = vec![Vec::new(); n_cells];
        cell_of.iter().enumerate().for_each(|(trial, &cell)| trials_of[cell].push(trial));
        let (mut group_of, mut cell_of_group) = (vec![None; cell_of.len()], Vec::new());
        for (cell, trials) in trials_of.iter().enumerate() {
            let mut rng = stream(self.seed, Purpose::PseudoTrials, u64::from(index) << 32 | cell as u64);
            let order = shuffled(&mut rng, trials.len());
            for group in order.chunks_exact(self.size) {
                group.iter().for_each(|&place| group_of[trials[place]] = Some(cell_of_group.len()));
                cell_of_group.push(cell);
            }
        }
        DrawnPseudoTrials { group_of, cell_of_group }
    }
}

impl DrawnPseudoTrials {
    /// Counts the trials that are left out.
    pub fn n_left_out(&self) -> usize {
        self.group_of.iter().filter(|group| group.is_none()).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_whole_of_one_cell_and_random() {
        let cells: Vec<usize> = (0..60).map(|trial| trial % 4).collect();
        let drawn = PseudoTrials { size: 4, seed: 3 }.draw(&cells, 0);
        // Fifteen trials a cell: three groups of four.
        assert_eq!((drawn.cell_of_group.len(), drawn.n_left_out()), (12, 12));
        for (group, &cell) in drawn.cell_of_group.iter().enumerate() {
            let members: Vec<_> = (0..60).filter(|&trial| drawn.group_of[trial] == Some(group)).collect();
            assert!(members.len() == 4 && members.iter().all(|&trial| cells[trial] == cell));
        }
        assert_eq!(PseudoTrials { size: 4, seed: 3 }.draw(&cells, 0), drawn);
        assert_ne!(PseudoTrials { size: 4, seed: 4 }.draw(&cells, 0), drawn);
        assert_ne!(PseudoTrials { size: 4, seed: 3 }.draw(&cells, 1), drawn);
    }

    #[test]
    fn every_trial_is_left_out_as_often_as_another() {
        let mut counts = [0; 3];
        for seed in 0..3000 {
            let drawn = PseudoTrials { size: 2, seed }.draw(&[0, 0, 0], 0);
            counts[drawn.group_of.iter().position(Option::is_none).unwrap()] += 1;
        }
        // 1000 each, with a standard deviation of 26.
        assert!(counts.iter().all(|count| (890..1110).contains(count)), "{counts:?}");
        assert_eq!(PseudoTrials { size: 4, seed: 0 }.draw(&[0, 0, 0], 0).cell_of_group, []);
        assert_eq!(PseudoTrials { size: 4, seed: 0 }.draw(&[], 0).group_of, []);
    }
}
