//! The tables of a [`Part`] by name, as files keep them.

use ndarray::{Array2, ArrayView2};
use rsa_core::{Error, Result};

use super::{Part, PartHeader};
use crate::inference::resample_scorer::{ASSIGNMENTS_OF_THIRD, DrawnFactors};

const SUBJECTS: &str = "subjects";
const WITHOUT_CONDITIONS: &str = "without_conditions";
const WITHOUT_SUBJECTS: &str = "without_subjects";
const WITHOUT_THIRD_OF_CONDITIONS: &str = "without_third_of_conditions";
const WITHOUT_THIRD_OF_SUBJECTS: &str = "without_third_of_subjects";
const STATUS: &str = "status";

/// Returns the name of the table of a draw.
fn draws_name(drawn: DrawnFactors) -> &'static str {
    match drawn {
        DrawnFactors::Both => "draws_of_both",
        DrawnFactors::Subjects => "draws_of_subjects",
        DrawnFactors::Conditions => "draws_of_conditions",
    }
}

impl Part {
    /// Returns the tables that are not empty, by name, for a file.
    ///
    /// The columns are quantities: the models' scores, then the lower and the upper ceiling if there are any. The tables,
    /// with their rows:
    /// - `subjects`: the quantities of each subject on the data;
    /// - `without_conditions`: for each fold assignment, all conditions and then each set that is left out, every subject;
    /// - `without_subjects`: for each fold assignment, all subjects and then each set that is left out, means over subjects;
    /// - `without_third_of_conditions` and `without_third_of_subjects`: for each set that is left out the means over
    ///   subjects, with the quantities of all its fold assignments one after another;
    /// - `status`: for each resample one number, 0 if it is used;
    /// - `draws_of_both`, `draws_of_subjects` and `draws_of_conditions`: for each resample the means over subjects, with the
    ///   quantities of all its fold assignments one after another. A ceiling that does not exist is NaN.
    pub fn tables(&self) -> Vec<(&'static str, ArrayView2<'_, f64>)> {
        let draws = DrawnFactors::for_resamples(self.header.inference.generalize_to).iter().zip(&self.draws);
        let mut tables = vec![
            (SUBJECTS, self.subjects.view()),
            (WITHOUT_CONDITIONS, self.without_conditions.view()),
            (WITHOUT_SUBJECTS, self.without_subjects.view()),
            (WITHOUT_THIRD_OF_CONDITIONS, self.without_third_of_conditions.view()),
            (WITHOUT_THIRD_OF_SUBJECTS, self.without_third_of_subjects.view()),
            (STATUS, self.status.view()),
        ];
        tables.extend(draws.map(|(&drawn, table)| (draws_name(drawn), table.view())));
        tables.retain(|(_, table)| !table.is_empty());
        tables
    }

    /// Puts a part together from its header and tables, as they were read from a file.
    ///
    /// # Errors
    /// `Format` if the part has another layout, if a table is missing or unknown, or if the digest does not match: the file
    /// was damaged or edited.
    pub fn from_tables(header: PartHeader, mut tables: Vec<(String, Array2<f64>)>) -> Result<Self> {
        header.ensure_layout()?;
        let columns = header.n_quantities();
        // Empty tables are not written. A table that is absent had no rows, or rows without columns.
        let mut take = |name: &str, rows: usize, columns: usize| {
            let place = tables.iter().position(|(found, _)| found == name);
            let found = place.map(|place| tables.swap_remove(place).1.as_standard_layout().into_owned());
            found.unwrap_or_else(|| Array2::zeros((rows, columns)))
        };
        let subjects = take(SUBJECTS, header.subject_groups.len() * usize::from(columns == 0), columns);
        let without_conditions = take(WITHOUT_CONDITIONS, 0, columns);
        let without_subjects = take(WITHOUT_SUBJECTS, 0, columns);
        let of_third = columns.saturating_mul(ASSIGNMENTS_OF_THIRD);
        let without_third_of_conditions = take(WITHOUT_THIRD_OF_CONDITIONS, 0, of_third);
        let without_third_of_subjects = take(WITHOUT_THIRD_OF_SUBJECTS, 0, of_third);
        let status = take(STATUS, 0, 1);
        let width = header.width_of_draws().unwrap_or(0);
        let rows = if width == 0 { status.nrows() } else { 0 };
        let factors = DrawnFactors::for_resamples(header.inference.generalize_to);
        let draws = factors.iter().map(|&drawn| take(draws_name(drawn), rows, width)).collect();
        if let Some((unknown, _)) = tables.first() {
            return Err(Error::format(format!("a part of an evaluation has no table '{unknown}'; compute it again")));
        }
        let part = Self {
            header,
            subjects,
            without_conditions,
            without_subjects,
            without_third_of_conditions,
            without_third_of_subjects,
            status,
            draws,
        };
        part.ensure_consistent()?;
        Ok(part)
    }
}
