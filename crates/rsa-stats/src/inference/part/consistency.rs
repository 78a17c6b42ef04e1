//! Checks that the header and the tables of a [`Part`] belong together.

use ndarray::ArrayView1;
use rsa_core::{Error, Result};

use super::{LAYOUT, Part, PartHeader, digest::Digest};
use crate::{
    inference::{
        NotLeftOut, permutation,
        resample_scorer::{ASSIGNMENTS_OF_THIRD, DrawnFactors, ResampleStatus, assignments_of_draw},
        third_out::WithoutThird,
    },
    resample::{Correction, LeftOutSets},
};

impl PartHeader {
    /// Refuses a part with the layout of another version of the library.
    pub(super) fn ensure_layout(&self) -> Result<()> {
        match self.layout {
            LAYOUT => Ok(()),
            other => Err(Error::format(format!(
                "a part of an evaluation has layout {other}, and this version reads layout {LAYOUT}; compute it again"
            ))),
        }
    }

    /// Returns the number of quantities: one score for each model, and two ceilings if there are any.
    pub(super) fn n_quantities(&self) -> usize {
        self.models.len().saturating_add(if self.no_ceiling.is_none() { 2 } else { 0 })
    }

    /// Returns the largest number of values that the tables of the part can hold: a file that claims more is damaged.
    pub fn most_values(&self) -> usize {
        let (subjects, columns) = (self.subject_groups.len(), self.n_quantities());
        let assignments = self.inference.left_out_assignments();
        let sets = |groups: usize| LeftOutSets::count_for(groups).saturating_add(1).saturating_mul(assignments);
        let blocks = LeftOutSets::blocks_for(self.n_condition_groups);
        let left_out = sets(blocks).saturating_mul(subjects).saturating_add(sets(subjects));
        let left_out = left_out.saturating_add(2 * WithoutThird::SETS * ASSIGNMENTS_OF_THIRD);
        let factors = DrawnFactors::for_resamples(self.inference.generalize_to).len();
        let of_resample = self.width_of_draws().unwrap_or(usize::MAX).saturating_mul(factors).saturating_add(1);
        let resamples = usize::try_from(self.inference.n_resamples()).unwrap_or(usize::MAX);
        let rows = subjects.saturating_add(left_out);
        rows.saturating_mul(columns).saturating_add(resamples.saturating_mul(of_resample))
    }

    /// Returns the number of fold assignments of each draw, 1 without cross-validation.
    pub(crate) fn assignments_of_draw(&self) -> usize {
        assignments_of_draw(&self.inference)
    }

    /// Returns the number of columns of a table of draws, unless it overflows.
    pub(super) fn width_of_draws(&self) -> Option<usize> {
        self.assignments_of_draw().checked_mul(self.n_quantities())
    }
}

impl Part {
    /// Writes the digest of header and tables into the header.
    pub(in crate::inference) fn seal(&mut self) {
        self.header.digest = Digest::compute(&self.header, &self.tables());
    }

    /// Refuses a part whose header and tables contradict one another.
    ///
    /// Such a file was damaged, edited, or written by another version.
    ///
    /// # Errors
    /// `Format`, saying what contradicts what.
    pub(super) fn ensure_consistent(&self) -> Result<()> {
        self.header.ensure_layout()?;
        for (holds, what) in [
            (self.header.digest == Digest::compute(&self.header, &self.tables()), "the digest and the tables"),
            (self.subjects_fit(), "the numbers of subjects"),
            (self.subjects.ncols() == self.header.n_quantities(), "the models and the scores"),
            (self.groups_are_numbered(), "the groups of subjects"),
            ((1..=self.header.n_conditions).contains(&self.header.n_condition_groups), "the groups of conditions"),
            (self.left_out_fits(), "the settings and what is left out"),
            (self.thirds_fit(), "the models and the thirds that are left out"),
            (self.draws_fit(), "the settings and the draws"),
            (self.permutations_fit(), "the models and the permutations"),
            (self.correction_fits(), "the correction and the permutations"),
            (self.numbers_are_finite(), "the numbers, which must be finite,"),
        ] {
            if !holds {
                return Err(Error::format(format!("{what} of a part contradict one another; compute it again")));
            }
        }
        Ok(())
    }

    fn subjects_fit(&self) -> bool {
        let subjects = self.header.subject_groups.len();
        subjects > 0 && self.subjects.nrows() == subjects
    }

    /// Returns `true` if groups are numbered in the order of their first members.
    fn groups_are_numbered(&self) -> bool {
        let next = |highest: Option<usize>, &group: &usize| match highest {
            None if group == 0 => Some(Some(0)),
            Some(highest) if group <= highest + 1 => Some(Some(highest.max(group))),
            _ => None,
        };
        self.header.subject_groups.iter().try_fold(None, next).is_some_and(|highest| highest.is_some())
    }

    fn left_out_fits(&self) -> bool {
        let columns = self.header.n_quantities();
        self.without_conditions.ncols() == columns
            && self.without_subjects.ncols() == columns
            && self.rows_without_conditions() == Some(self.without_conditions.nrows())
            && self.rows_without_subjects() == Some(self.without_subjects.nrows())
    }

    fn thirds_fit(&self) -> bool {
        let PartHeader { fitted, first, inference, not_left_out, .. } = &self.header;
        let columns = self.header.n_quantities().checked_mul(ASSIGNMENTS_OF_THIRD);
        let needed = *first == 0 && fitted.contains(&true);
        let NotLeftOut { conditions, subjects, third_of_conditions, third_of_subjects } = not_left_out;
        let conditions = inference.leaves_conditions_out() && conditions.is_none() && third_of_conditions.is_none();
        let subjects = inference.leaves_subjects_out() && subjects.is_none() && third_of_subjects.is_none();
        let tables = [(&self.without_third_of_conditions, conditions), (&self.without_third_of_subjects, subjects)];
        fitted.len() == self.header.models.len()
            && tables.into_iter().all(|(table, expected)| {
                let rows = if needed && expected { WithoutThird::FEWEST_SETS..=WithoutThird::SETS } else { 0..=0 };
                rows.contains(&table.nrows()) && Some(table.ncols()) == columns
            })
    }

    fn draws_fit(&self) -> bool {
        let factors = DrawnFactors::for_resamples(self.header.inference.generalize_to);
        let (rows, width) = (self.status.nrows(), self.header.width_of_draws());
        self.status.ncols() == 1
            && self.draws.len() == factors.len()
            && self.draws.iter().all(|table| table.nrows() == rows && (rows == 0 || Some(table.ncols()) == width))
            && (!factors.is_empty() || rows == 0)
    }

    fn permutations_fit(&self) -> bool {
        let (header, models) = (&self.header, self.header.models.len());
        header.permutations.as_ref().is_none_or(|counts| {
            let orders = permutation::orders_of_part(&header.inference, header.n_conditions, &self.range());
            counts.exceeding.len() == models
                && counts.exceeding_by_any.len() == models
                && counts.tried == orders.end - orders.start
                && counts.exceeding.iter().chain(&counts.exceeding_by_any).all(|&count| count <= counts.tried)
        })
    }

    fn correction_fits(&self) -> bool {
        let header = &self.header;
        header.inference.correction != Correction::Max || header.permutations.is_some() || header.models.is_empty()
    }

    /// Returns `true` if all numbers are finite; only ceilings of draws may be NaN, which means that there is none.
    fn numbers_are_finite(&self) -> bool {
        let (columns, models) = (self.header.n_quantities(), self.header.models.len());
        let is_ceiling = |column: usize| column % columns >= models;
        let row_is_finite = |row: ArrayView1<'_, f64>| {
            row.indexed_iter().all(|(column, value)| value.is_finite() || (value.is_nan() && is_ceiling(column)))
        };
        let thirds = [&self.without_third_of_conditions, &self.without_third_of_subjects];
        let tables = [&self.subjects, &self.without_conditions, &self.without_subjects, &self.status];
        let tables = tables.into_iter().chain(thirds);
        let used = || self.status.iter().map(|&status| status == f64::from(ResampleStatus::Used as u8));
        tables.flatten().all(|value| value.is_finite())
            && self
                .draws
                .iter()
                .all(|table| table.rows().into_iter().zip(used()).all(|(row, is_used)| !is_used || row_is_finite(row)))
    }

    /// Returns the number of rows that `without_conditions` must have, unless it overflows.
    fn rows_without_conditions(&self) -> Option<usize> {
        let header = &self.header;
        let left_out = header.not_left_out.conditions.is_none() && header.inference.leaves_conditions_out();
        match header.first == 0 && left_out {
            true => self
                .rows_of_sets(LeftOutSets::blocks_for(header.n_condition_groups))?
                .checked_mul(header.subject_groups.len()),
            false => Some(0),
        }
    }

    /// Returns the number of rows that `without_subjects` must have, unless it overflows.
    fn rows_without_subjects(&self) -> Option<usize> {
        let header = &self.header;
        // Without ceilings and fitted models no value of a subject depends on other subjects.
        let needed = header.no_ceiling.is_none() || header.inference.crossvalidation.is_some();
        let left_out = header.not_left_out.subjects.is_none() && header.inference.leaves_subjects_out();
        match header.first == 0 && needed && left_out {
            true => self.rows_of_sets(self.n_subject_groups()),
            false => Some(0),
        }
    }

    /// Returns the number of left-out sets plus 1 for the whole, times fold assignments, unless it overflows.
    fn rows_of_sets(&self, groups: usize) -> Option<usize> {
        LeftOutSets::count_for(groups).checked_add(1)?.checked_mul(self.header.inference.left_out_assignments())
    }
}
