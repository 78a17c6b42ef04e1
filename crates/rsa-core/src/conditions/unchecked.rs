//! The serialized form of conditions, checked by the rules of the constructors.

use std::sync::Arc;

use super::Conditions;
use crate::{Error, Result};

/// The fields of [`Conditions`] as they are written and read.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct UncheckedConditions {
    count: usize,
    labels: Option<Arc<[String]>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    positions: Option<Arc<[usize]>>,
}

impl From<Conditions> for UncheckedConditions {
    fn from(conditions: Conditions) -> Self {
        Self { count: conditions.count, labels: conditions.labels, positions: conditions.positions }
    }
}

impl TryFrom<UncheckedConditions> for Conditions {
    type Error = Error;

    fn try_from(read: UncheckedConditions) -> Result<Self> {
        let size = read.positions.as_deref().unwrap_or(&[]).iter().try_fold(1usize, |n, &length| n.checked_mul(length));
        let n_stimuli = match size {
            Some(size) if size > 0 && read.count.is_multiple_of(size) => read.count / size,
            _ => {
                return Err(Error::shape_mismatch(format!(
                    "{} conditions are no whole number of stimuli with positions {:?}",
                    read.count,
                    read.positions.unwrap_or_default()
                )));
            }
        };
        if let Some(labels) = read.labels.as_deref().filter(|labels| labels.len() != n_stimuli) {
            return Err(Error::shape_mismatch(format!("{} labels for {n_stimuli} stimuli", labels.len())));
        }
        Ok(Self { count: read.count, labels: read.labels, positions: read.positions, row_labels: Arc::default() })
    }
}
