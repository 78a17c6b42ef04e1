//! [`Effect`]: the effect that a group of maps is tested for, with the numbers of its subjects.

use std::path::Path;

use rsakit::{Error, Result, stats::MapContrast};

use super::{GroupRequest, entities::entity};
use crate::inputs::data_error;

/// Effect that is tested, in words and numbers.
pub(super) struct Effect {
    pub(super) contrast: MapContrast,
    /// Value that is tested, such as `mean` or `mean of patient − mean of control`.
    pub(super) words: String,
}

/// Texts of one column of a table, one for each subject.
struct SubjectColumn {
    name: String,
    texts: Vec<String>,
}

impl Effect {
    /// Reads groups and covariates of the subjects of `request`, whose inputs are `of_subjects`.
    ///
    /// # Errors
    /// The errors of reading; `ShapeMismatch` and `LabelMismatch` for tables of other subjects; `Format` unless there
    /// are two groups.
    pub(super) fn read(request: &GroupRequest, of_subjects: &[String], value: &str) -> Result<Self> {
        let mut covariates = Vec::new();
        for covariate in &request.covariates {
            covariates.push((column(covariate, of_subjects)?.name, numbers(covariate, of_subjects)?));
        }
        let held_words = |names: &[(String, Vec<f64>)]| match names {
            [] => String::new(),
            names => format!(
                ", {} held constant",
                names.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
            ),
        };
        let held = |rest: &[(String, Vec<f64>)]| rest.iter().map(|(_, numbers)| numbers.clone()).collect();
        if let Some(groups) = &request.groups {
            let (of, [first, second]) = read_groups(groups, of_subjects)?;
            let words = format!("{value}, mean of {first} − mean of {second}{}", held_words(&covariates));
            return Ok(Self { contrast: MapContrast::Slope { of, held: held(&covariates) }, words });
        }
        match covariates.split_first() {
            None => Ok(Self { contrast: MapContrast::Mean, words: format!("mean of {value}") }),
            Some(((name, of), rest)) => {
                let words = format!("slope of {value} on {name}{}", held_words(rest));
                Ok(Self { contrast: MapContrast::Slope { of: of.clone(), held: held(rest) }, words })
            }
        }
    }
}

/// Returns 1 for subjects of the group that stands first and 0 for those of the other, and the names of both.
fn read_groups(input: &str, of_subjects: &[String]) -> Result<(Vec<f64>, [String; 2])> {
    let column = column(input, of_subjects)?;
    let mut names: Vec<String> = Vec::new();
    for text in &column.texts {
        if !names.contains(text) {
            names.push(text.clone());
        }
    }
    let [first, second] = names.as_slice() else {
        return Err(Error::format(format!(
            "{input}: {} groups ({}); two are compared, with a label for each subject",
            names.len(),
            names.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ")
        )));
    };
    let of = column.texts.iter().map(|text| f64::from(text == first)).collect();
    Ok((of, [first.clone(), second.clone()]))
}

/// Returns the numbers of a column.
fn numbers(input: &str, of_subjects: &[String]) -> Result<Vec<f64>> {
    let column = column(input, of_subjects)?;
    let number = |(text, subject): (&String, &String)| match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(Error::format(format!("{input}: '{text}' of {subject} is no finite number"))),
    };
    column.texts.iter().zip(of_subjects).map(number).collect()
}

/// Reads a column of `FILE` or `FILE::COLUMN`, with a row for each subject.
///
/// Rows of a table with `participant_id` are found by the subjects in the names of maps; others are in the order of
/// the maps.
fn column(input: &str, of_subjects: &[String]) -> Result<SubjectColumn> {
    let (path, name) = rsa_io::split_address(input);
    let table = rsa_io::read_columns(path, name.is_some()).map_err(data_error)?;
    let named = |error: Error| error.context(input);
    let ids = table.names().iter().position(|own| own == "participant_id");
    let values = match name {
        Some(name) => table.find(name).map_err(named)?,
        None => {
            let mut others = (0..table.names().len()).filter(|&column| Some(column) != ids);
            match (others.next(), others.next()) {
                (Some(only), None) => only,
                _ => {
                    return Err(Error::format(format!(
                        "{input}: has the columns '{}'; name one, as {input}::COLUMN",
                        table.names().join("', '")
                    )));
                }
            }
        }
    };
    let rows: Vec<usize> = match ids {
        Some(ids) => {
            let row = |subject: &String| {
                let label = entity(subject.split(',').next().unwrap_or(subject), "sub");
                let label = label.ok_or_else(|| {
                    Error::label_mismatch(format!(
                        "{input} has subjects by participant_id, and '{subject}' has no sub-NAME"
                    ))
                })?;
                let same = |&row: &usize| table.cell(row, ids).trim_start_matches("sub-") == label;
                (0..table.n_rows()).find(same).ok_or_else(|| {
                    Error::label_mismatch(format!(
                        "{input} has no row with the participant_id sub-{label}, which '{subject}' is of"
                    ))
                })
            };
            of_subjects.iter().map(row).collect::<Result<_>>()?
        }
        None if table.n_rows() == of_subjects.len() => (0..table.n_rows()).collect(),
        None => {
            return Err(Error::shape_mismatch(format!(
                "{input}: {} rows for {} maps; give one for each, in their order, or a table with participant_id",
                table.n_rows(),
                of_subjects.len()
            )));
        }
    };
    let missing = rows.iter().position(|&row| table.is_missing(row, values));
    if let Some(subject) = missing {
        return Err(Error::format(format!("{input}: has no value for {}", of_subjects[subject])));
    }
    let name = match table.names()[values].as_str() {
        "" => stem(path),
        name => name.to_owned(),
    };
    Ok(SubjectColumn { name, texts: rows.iter().map(|&row| table.cell(row, values).to_owned()).collect() })
}

fn stem(path: &Path) -> String {
    crate::inputs::stem(&path.to_string_lossy())
}
