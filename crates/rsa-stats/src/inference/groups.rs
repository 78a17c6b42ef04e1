//! [`Groups`]: subjects or conditions that are drawn and left out together.

use rsa_core::{Error, Result};

/// The group of each subject or condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Groups {
    /// The group of each member; groups are numbered from 0 in the order of their first members.
    pub(crate) group_of_member: Vec<usize>,
    /// The number of groups.
    pub(crate) count: usize,
}

impl Groups {
    /// Takes one label for each member; `None` makes each a group of its own.
    ///
    /// # Errors
    /// `InvalidParameter` unless there is one label for each member.
    pub(crate) fn new(labels: Option<&[usize]>, members: usize, what: &str) -> Result<Self> {
        let Some(labels) = labels else { return Ok(Self { group_of_member: (0..members).collect(), count: members }) };
        if labels.len() != members {
            let requirement = format!("{members}, one for every {what}");
            return Err(Error::invalid_parameter(format!("the groups of {what}s"), requirement, labels.len()));
        }
        let mut known: Vec<usize> = Vec::new();
        let mut group_of_member = Vec::with_capacity(members);
        for label in labels {
            group_of_member.push(known.iter().position(|other| other == label).unwrap_or_else(|| {
                known.push(*label);
                known.len() - 1
            }));
        }
        Ok(Self { group_of_member, count: known.len() })
    }

    /// Returns, for each member, the value of its group.
    pub(crate) fn spread<T: Copy>(&self, values: &[T]) -> Vec<T> {
        self.group_of_member.iter().map(|&group| values[group]).collect()
    }
}
