//! Rows that are kept by the labels of their conditions, and their order.

use std::path::Path;

use glob::Pattern;
use rsa_io::LabelRole;
use rsakit::{Error, Result, core::Conditions};

use crate::{inputs::data_error, layer_filter::nearest};

/// Fewest conditions of an RDM.
const FEWEST: usize = 2;

/// Returns the rows whose label matches one of `patterns`, or with `keep` false those whose label matches none.
///
/// # Errors
/// `LabelMismatch` without labels; `InvalidParameter` naming a pattern that is malformed or matches no label, and if fewer
/// than two conditions are left.
pub(crate) fn rows(conditions: &Conditions, option: &str, patterns: &[String], keep: bool) -> Result<Vec<usize>> {
    let labels = labels(conditions)?;
    let mut matched = vec![false; labels.len()];
    for text in patterns {
        let pattern = Pattern::new(text)
            .map_err(|error| Error::invalid_parameter(format!("{option} '{text}'"), "a pattern", error))?;
        // Labels with brackets are themselves and no class of letters.
        let places: Vec<_> = (0..labels.len()).filter(|&i| labels[i] == *text || pattern.matches(&labels[i])).collect();
        if places.is_empty() {
            let hint = nearest(text, labels.iter().map(String::as_str));
            let hint = hint.map_or_else(String::new, |label| format!("; did you mean '{label}'?"));
            let requirement = format!("a label of a condition, with * and ?, such as '{}'", labels[0]);
            return Err(Error::invalid_parameter(option, requirement, format_args!("'{text}'{hint}")));
        }
        places.into_iter().for_each(|place| matched[place] = true);
    }
    let rows: Vec<usize> = (0..labels.len()).filter(|&i| matched[i] == keep).collect();
    match rows.len() {
        left @ 0..FEWEST => {
            let requirement = format!("patterns that leave at least {FEWEST} of the {} conditions", labels.len());
            Err(Error::invalid_parameter(option, requirement, left))
        }
        _ => Ok(rows),
    }
}

/// Returns the rows in the order in which the file at `path` lists their labels.
///
/// # Errors
/// The errors of reading; `LabelMismatch` unless it lists every condition once.
pub(crate) fn order(conditions: &Conditions, path: &Path) -> Result<Vec<usize>> {
    labels(conditions)?;
    let listed = rsa_io::read_labels(path, LabelRole::Conditions).map_err(data_error)?;
    let rows = conditions.rows_of(&Conditions::labeled(listed));
    rows.map_err(|error| error.context("the file lists every condition once; --keep and --drop take a part of them"))
}

fn labels(conditions: &Conditions) -> Result<&[String]> {
    conditions.labels().ok_or_else(|| {
        Error::label_mismatch(
            "the conditions have no labels; give them by --conditions FILE, one a line in their order",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(patterns: &[&str], keep: bool) -> Result<Vec<usize>> {
        let patterns: Vec<_> = patterns.iter().map(|&text| text.to_owned()).collect();
        rows(&Conditions::labeled(["face1", "face2", "house[a]", "house[b]"]), "--keep", &patterns, keep)
    }

    #[test]
    fn labels_and_patterns_choose_conditions_in_their_order() {
        assert_eq!(chosen(&["house[b]", "face*"], true).unwrap(), [0, 1, 3]);
        assert_eq!(chosen(&["face?"], false).unwrap(), [2, 3]);
    }

    #[test]
    fn a_pattern_without_a_condition_is_refused_with_the_nearest_label() {
        let message = chosen(&["face*", "hose[a]"], true).unwrap_err().to_string();
        assert!(message.contains("did you mean 'house[a]'?"), "{message}");
        let message = chosen(&["*"], false).unwrap_err().to_string();
        assert!(message.contains("at least 2 of the 4 conditions"), "{message}");
        assert!(chosen(&["[a"], true).is_err());
        let unlabeled = rows(&Conditions::unlabeled(3), "--keep", &["a".to_owned()], true).unwrap_err();
        assert!(unlabeled.to_string().contains("--conditions FILE"), "{unlabeled}");
    }
}
