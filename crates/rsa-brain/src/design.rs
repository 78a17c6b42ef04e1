//! [`SearchDesign`]: the condition and the run of every observation.

use rsa_core::{Error, Result};

/// Condition and run of every observation, as indices.
///
/// # Example
/// ```
/// use rsa_brain::SearchDesign;
///
/// let design = SearchDesign::new(vec![0, 1, 0, 1])?.with_runs(vec![0, 0, 1, 1])?;
/// assert_eq!((design.n_conditions(), design.n_runs(), design.is_balanced()), (2, Some(2), true));
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchDesign {
    condition_of: Vec<usize>,
    run_of: Option<Vec<usize>>,
    n_conditions: usize,
    n_runs: usize,
}

impl SearchDesign {
    /// Takes the condition of every observation; conditions are numbered from 0 without a gap.
    ///
    /// # Errors
    /// `TooFewConditions` below two, `ShapeMismatch` for a number without an observation.
    pub fn new(condition_of: Vec<usize>) -> Result<Self> {
        let n_conditions = count("condition", &condition_of)?;
        if n_conditions < 2 {
            return Err(Error::too_few_conditions(2, n_conditions, "a dissimilarity needs a pair of conditions"));
        }
        Ok(Self { condition_of, run_of: None, n_conditions, n_runs: 1 })
    }

    /// Returns the design with the run of every observation; runs are numbered from 0 without a gap.
    ///
    /// # Errors
    /// `ShapeMismatch` for another number of observations, and for a number without one.
    pub fn with_runs(self, run_of: Vec<usize>) -> Result<Self> {
        if run_of.len() != self.condition_of.len() {
            return Err(Error::shape_mismatch(format!(
                "{} runs for {} observations; give one for each",
                run_of.len(),
                self.condition_of.len()
            )));
        }
        let n_runs = count("run", &run_of)?;
        Ok(Self { run_of: Some(run_of), n_runs, ..self })
    }

    /// Returns the number of observations.
    pub fn n_observations(&self) -> usize {
        self.condition_of.len()
    }

    /// Returns the number of conditions.
    pub fn n_conditions(&self) -> usize {
        self.n_conditions
    }

    /// Returns the number of runs, if runs are known.
    pub fn n_runs(&self) -> Option<usize> {
        self.run_of.as_ref().map(|_| self.n_runs)
    }

    /// Returns the condition of every observation.
    pub fn condition_of(&self) -> &[usize] {
        &self.condition_of
    }

    /// Returns the run of every observation, if runs are known.
    pub fn run_of(&self) -> Option<&[usize]> {
        self.run_of.as_deref()
    }

    /// Returns `true` if every condition has the same number of observations in every run.
    pub fn is_balanced(&self) -> bool {
        self.counts().windows(2).all(|two| two[0] == two[1])
    }

    /// Returns the number of observations of each condition in each run, run by run.
    pub(crate) fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.n_runs * self.n_conditions];
        (0..self.n_observations()).for_each(|observation| counts[self.cell(observation)] += 1);
        counts
    }

    /// Returns the place of an observation in [`counts`](Self::counts).
    pub(crate) fn cell(&self, observation: usize) -> usize {
        let run = self.run_of.as_ref().map_or(0, |run_of| run_of[observation]);
        run * self.n_conditions + self.condition_of[observation]
    }

    /// Returns the group of each observation whose mean is removed before noise is estimated, and the number of groups.
    ///
    /// A group is a condition in a run, so that differences between runs are no noise. Where that leaves less than half of
    /// the degrees of freedom, because most conditions were observed once a run, it is a condition.
    pub fn noise_groups(&self) -> (Vec<usize>, usize) {
        let n_cells = self.counts().iter().filter(|&&count| count > 0).count();
        let within_runs = self.n_observations() - n_cells;
        let within_conditions = self.n_observations() - self.n_conditions;
        match self.run_of.is_some() && 2 * within_runs >= within_conditions.max(1) {
            true => ((0..self.n_observations()).map(|observation| self.cell(observation)).collect(), n_cells),
            false => (self.condition_of.clone(), self.n_conditions),
        }
    }
}

/// Returns one more than the largest of `numbers`, each of which must occur.
fn count(what: &str, numbers: &[usize]) -> Result<usize> {
    let most = numbers.iter().max().map_or(0, |&most| most.saturating_add(1));
    let mut occurs = vec![false; most.min(numbers.len())];
    for &number in numbers {
        if let Some(occurs) = occurs.get_mut(number) {
            *occurs = true;
        }
    }
    match most <= numbers.len() && occurs.iter().all(|&occurs| occurs) {
        true => Ok(most),
        false => Err(Error::shape_mismatch(format!(
            "{} observations have a {what} numbered {}; number them from 0 without a gap",
            numbers.len(),
            most.saturating_sub(1)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_taken_about_runs_where_they_leave_enough() {
        let once = SearchDesign::new(vec![0, 1, 0, 1]).unwrap().with_runs(vec![0, 0, 1, 1]).unwrap();
        assert_eq!(once.noise_groups(), (vec![0, 1, 0, 1], 2));
        let twice = SearchDesign::new(vec![0, 1, 0, 1, 0, 0, 1, 1]).unwrap();
        let twice = twice.with_runs(vec![0, 0, 0, 0, 1, 1, 1, 1]).unwrap();
        assert_eq!(twice.noise_groups(), (vec![0, 1, 0, 1, 2, 2, 3, 3], 4));
        assert!(once.is_balanced() && twice.is_balanced());
    }

    #[test]
    fn gaps_are_refused() {
        assert!(SearchDesign::new(vec![0, 2, 0]).unwrap_err().to_string().contains("without a gap"));
        assert!(SearchDesign::new(vec![0, usize::MAX]).is_err());
        assert!(SearchDesign::new(vec![0, 0]).is_err());
        assert!(SearchDesign::new(vec![0, 1]).unwrap().with_runs(vec![0]).is_err());
    }
}
