//! [`GroupTexts`]: conditions that folds keep together or share equally, from files of labels.

use rsakit::{Result, core::Conditions, encode::ConditionGroups};

use super::PredictRequest;
use crate::{condition_values::ConditionValues, notes::Notes};

/// The group and the stratum of each condition, where a file gives them.
pub(super) struct GroupTexts {
    groups: Option<Vec<String>>,
    strata: Option<Vec<String>>,
}

impl GroupTexts {
    /// Reads the files of the request.
    ///
    /// # Errors
    /// The errors of [`ConditionValues::read`].
    pub(super) fn read(request: &PredictRequest, conditions: &Conditions, notes: &mut Notes<'_>) -> Result<Self> {
        let mut read = |file: &Option<String>, option: &str| {
            let values = file.as_ref().map(|file| ConditionValues::read(file, conditions, option, notes));
            Ok(values.transpose()?.map(|values| values.texts))
        };
        let groups = read(&request.condition_groups, "--condition-groups")?;
        Ok(Self { groups, strata: read(&request.strata, "--strata")? })
    }

    /// Returns the groups of conditions; without a file, the rows of each stimulus.
    ///
    /// # Errors
    /// `LabelMismatch` for a group of two strata.
    pub(super) fn groups(&self, conditions: &Conditions) -> Result<ConditionGroups> {
        let groups = match &self.groups {
            Some(texts) => ConditionGroups::labeled(texts),
            None => ConditionGroups::of_stimuli(conditions),
        };
        match &self.strata {
            Some(strata) => groups.stratified(strata).map_err(|error| error.context("--strata")),
            None => Ok(groups),
        }
    }
}
