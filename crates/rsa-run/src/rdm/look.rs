//! [`RdmLook`]: settings of the figure of RDMs.

use rsa_io::OpenOptions;
use rsakit::{
    Error, Rdm, Result,
    core::{Conditions, Observer, condensed},
    stats::Dendrogram,
};
use serde::{Deserialize, Serialize};

use super::{RdmResult, view::RdmView};
use crate::{
    condition_values::ConditionValues, inputs::data_error, layer_filter::nearest, notes::Notes, stimulus_pictures,
};

/// Settings of the figure of RDMs. The default shows values, in the order of the RDMs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RdmLook {
    /// Group of each condition, by label or in order: `FILE` or `FILE::COLUMN`.
    pub groups: Option<String>,
    /// Names of groups that come first, in this order; the others follow in the order of first appearance.
    pub group_order: Vec<String>,
    /// Order of the conditions.
    pub order: ConditionOrder,
    /// `true` to color by percentiles of the dissimilarities, which is the part that rank correlations see.
    pub ranks: bool,
    /// Folder of pictures named after the conditions, or a table of their files: `FILE` or `FILE::COLUMN`.
    pub pictures: Option<String>,
    /// Pairs whose cells are outlined: a file of one RDM, for its values that are not 0, or the word `within`.
    pub outline: Option<String>,
}

/// Order of the conditions of a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConditionOrder {
    /// Group by group, and within a group as they are stored.
    #[default]
    Groups,
    /// Leaves of a dendrogram, which is drawn: average linkage of the mean of all RDMs.
    Dendrogram,
}

/// Word for the pairs within groups, in the place of a file.
const WITHIN: &str = "within";

impl RdmLook {
    /// Reads the files of the settings, and brings the RDMs of `result` into the order of the figure.
    ///
    /// # Errors
    /// The errors of reading; `LabelMismatch` and `ShapeMismatch` naming a file that does not fit the conditions;
    /// `InvalidParameter` for a group that does not exist, and for settings about groups without groups; `Degenerate` if
    /// there is no dendrogram because pairs are missing.
    pub fn view(&self, result: &RdmResult, observer: &dyn Observer) -> Result<RdmView> {
        let Some(first) = result.rdms.first() else { return RdmView::stored(result) };
        let conditions = first.rdm.conditions();
        let mut notes = Notes::new(observer);
        let groups = match &self.groups {
            Some(file) => Some(ConditionValues::read(file, conditions, "--plot-groups", &mut notes)?.texts),
            None => None,
        };
        let (rows, tree) = match self.order {
            ConditionOrder::Groups => (self.group_by_group(groups.as_deref())?, None),
            ConditionOrder::Dendrogram => {
                self.order_of_groups(groups.as_deref())?;
                let tree =
                    Dendrogram::average_linkage(&mean(result)?).map_err(|error| error.context("--plot-order"))?;
                (tree.leaves.clone(), Some(tree))
            }
        };
        let pictures = match &self.pictures {
            Some(place) => stimulus_pictures::read(place, conditions, "--plot-icons", &mut notes)?,
            None => Vec::new(),
        };
        let outlined = self.outlined(conditions, groups.as_deref(), &mut notes)?;
        let view = RdmView::new(result, &rows, groups.as_deref(), tree.as_ref())?;
        Ok(view.with_marks(pictures, &outlined, self.ranks).with_notes(notes.into_texts()))
    }

    /// Returns the conditions sorted by group.
    fn group_by_group(&self, groups: Option<&[String]>) -> Result<Vec<usize>> {
        let order = self.order_of_groups(groups)?;
        let groups = groups.unwrap_or_default();
        let mut rows: Vec<usize> = (0..groups.len()).collect();
        rows.sort_by_key(|&row| order.iter().position(|group| *group == groups[row]));
        Ok(rows)
    }

    /// Returns the names of all groups in the order of the figure.
    fn order_of_groups<'a>(&'a self, groups: Option<&'a [String]>) -> Result<Vec<&'a str>> {
        let Some(groups) = groups else {
            return match self.group_order.first() {
                None => Ok(Vec::new()),
                Some(name) => {
                    let found = format!("'{name}' and no --plot-groups");
                    Err(Error::invalid_parameter("--plot-group-order", "given with --plot-groups", found))
                }
            };
        };
        let mut order: Vec<&str> = Vec::new();
        for name in &self.group_order {
            if !groups.contains(name) {
                let hint = nearest(name, groups.iter().map(String::as_str));
                let hint = hint.map_or_else(String::new, |group| format!("; did you mean '{group}'?"));
                let requirement = format!("a group, such as '{}'", groups[0]);
                return Err(Error::invalid_parameter("--plot-group-order", requirement, format!("'{name}'{hint}")));
            }
            order.push(name);
        }
        for name in groups {
            if !order.contains(&name.as_str()) {
                order.push(name);
            }
        }
        Ok(order)
    }

    /// Returns the pairs of conditions that are outlined.
    fn outlined(
        &self,
        conditions: &Conditions,
        groups: Option<&[String]>,
        notes: &mut Notes<'_>,
    ) -> Result<Vec<[usize; 2]>> {
        let n = conditions.count();
        let pairs: Vec<[usize; 2]> = match (self.outline.as_deref(), groups) {
            (None, _) => return Ok(Vec::new()),
            (Some(WITHIN), Some(groups)) => {
                condensed::pairs(n).filter(|&(i, j)| groups[i] == groups[j]).map(|(i, j)| [i, j]).collect()
            }
            (Some(WITHIN), None) => {
                let requirement = "given with --plot-groups, within which pairs are outlined";
                return Err(Error::invalid_parameter("--plot-outline within", requirement, "no groups"));
            }
            (Some(file), _) => {
                let mask = read_mask(file, conditions, notes)?;
                let is_marked = |&(i, j): &(usize, usize)| !mask.get(i, j).is_nan() && mask.get(i, j) != 0.0;
                condensed::pairs(n).filter(is_marked).map(|(i, j)| [i, j]).collect()
            }
        };
        if pairs.is_empty() {
            notes.add(format!("--plot-outline {}: no pair is outlined", self.outline.as_deref().unwrap_or_default()));
        }
        Ok(pairs)
    }
}

/// Reads the RDM that says which pairs are outlined, in the order of `conditions`.
fn read_mask(file: &str, conditions: &Conditions, notes: &mut Notes<'_>) -> Result<Rdm> {
    let named = |error: Error| data_error(error.context(format!("--plot-outline {file}")));
    let mut stored = rsa_io::read_rdms(file, &OpenOptions::default()).map_err(named)?;
    notes.add_all(std::mem::take(&mut stored.warnings));
    let names: Vec<_> = stored.rdms.iter().map(|(name, _)| name.clone()).collect();
    let [(_, mask)] = stored.rdms.as_slice() else {
        let message = format!("has {} RDMs ({}); name one as FILE::NAME", names.len(), names.join(", "));
        return Err(named(Error::format(message)));
    };
    if mask.conditions().labels().is_some() && conditions.labels().is_some() {
        return mask.aligned_to(conditions).map_err(named);
    }
    match mask.n_conditions() == conditions.count() {
        true => Ok(mask.clone()),
        false => Err(named(Error::shape_mismatch(format!(
            "an RDM of {} conditions over one of {}; give a value for every pair",
            mask.n_conditions(),
            conditions.count()
        )))),
    }
}

fn mean(result: &RdmResult) -> Result<Rdm> {
    match result.rdms.as_slice() {
        [one] => Ok(one.rdm.clone()),
        all => {
            let rdms: Vec<&Rdm> = all.iter().map(|one| &one.rdm).collect();
            Rdm::average(&rdms, &vec![1.0; rdms.len()]).map_err(data_error)
        }
    }
}
