//! [`Listing`]: the arrays of a file by their addresses in MATLAB.

use std::{collections::HashSet, path::Path, sync::Arc};

use rsa_core::{Conditions, Error, Result};

use super::{
    mat_labels,
    mat_value::{MatStruct, MatValue, subscripts},
    rdm_struct,
};
use crate::{
    contents::{CONDITIONS, Contents, FileArray, NAMES, Numbers, RUNS},
    rdm_form::RdmForm,
};

/// The contents of a file as far as they are listed.
pub(super) struct Listing<'a> {
    path: &'a Path,
    contents: Contents,
}

impl<'a> Listing<'a> {
    pub(super) fn new(path: &'a Path) -> Self {
        Self { path, contents: Contents::default() }
    }

    /// Returns the contents; of arrays with one name the first.
    pub(super) fn finish(mut self) -> Contents {
        let mut names = HashSet::new();
        for array in self.contents.arrays.extract_if(.., |array| !names.insert(array.name.clone())) {
            self.contents.skipped.push((array.name, Error::format("is the second array of this name; rename it")));
        }
        self.contents
    }

    /// Adds all arrays of the variable `name`.
    ///
    /// # Errors
    /// `Format` or `ShapeMismatch` if it is named as labels are and holds none.
    pub(super) fn add_variable(&mut self, name: &str, value: MatValue) -> Result<()> {
        match name {
            // Rows whose labels are left out would be paired as they stand.
            CONDITIONS | RUNS => self.contents.texts.push((name.to_owned(), mat_labels::labels(&value)?)),
            NAMES => match mat_labels::labels(&value) {
                Ok(names) => self.contents.texts.push((name.to_owned(), names)),
                Err(reason) => self.contents.skip(name, reason),
            },
            _ => self.add(name.to_owned(), value, true),
        }
        Ok(())
    }

    /// Adds all arrays of the value at `address`. Texts and single numbers within others are not listed.
    fn add(&mut self, address: String, value: MatValue, is_variable: bool) {
        match value {
            MatValue::Numbers(array) => {
                let form = rdm_struct::form_of(&array);
                self.push(address, Arc::new(array), form);
            }
            MatValue::Sparse(array) => self.push(address, Arc::new(array), None),
            MatValue::Text(rows) if is_variable => self.contents.texts.push((address, rows)),
            MatValue::Cells { shape, cells } => match mat_labels::texts(&cells) {
                Some(texts) if is_variable => self.contents.texts.push((address, texts)),
                Some(_) => {}
                None => {
                    for (k, cell) in cells.into_iter().enumerate() {
                        self.add(format!("{address}{{{}}}", subscripts(&shape, k)), cell, false);
                    }
                }
            },
            MatValue::Struct(structs) => self.add_structs(&address, structs),
            MatValue::Little(reason) if is_variable => self.contents.skip(address, reason),
            MatValue::Unread(reason) => self.contents.skip(address, reason),
            MatValue::Text(_) | MatValue::Little(_) => {}
        }
    }

    fn add_structs(&mut self, address: &str, structs: MatStruct) {
        if let Some(form) = rdm_struct::form_of_structs(address, &structs) {
            return self.push(address.to_owned(), form.first_part(), Some(form));
        }
        let addresses: Vec<_> = (0..structs.count()).map(|k| structs.address(address, k)).collect();
        let MatStruct { fields, values, .. } = structs;
        let mut values = values.into_iter();
        for address in addresses {
            let first = self.contents.arrays.len();
            let mut lists = Vec::new();
            for field in &fields {
                let Some(value) = values.next() else { break };
                let address = format!("{address}.{field}");
                let labels = matches!(field.as_str(), CONDITIONS | RUNS).then(|| mat_labels::labels(&value));
                match labels {
                    Some(Ok(labels)) => lists.push((field, address, labels)),
                    _ => self.add(address, value, false),
                }
            }
            for (field, address, labels) in lists {
                self.label(first, field, &address, labels);
            }
        }
    }

    /// Gives the list at `address` to the arrays from `first` on, which are of the same struct.
    fn label(&mut self, first: usize, field: &str, address: &str, labels: Vec<String>) {
        let arrays = &mut self.contents.arrays[first..];
        let count = labels.len();
        if !arrays.iter().any(|array| array.shape().contains(&count)) {
            self.contents
                .warnings
                .push(format!("'{address}' has {count} entries and no array beside it as many rows; it is not read"));
        }
        if field == RUNS {
            let runs: Arc<[String]> = labels.into();
            arrays.iter_mut().for_each(|array| array.runs = Some(runs.clone()));
        } else {
            let conditions = Conditions::labeled(labels);
            arrays.iter_mut().for_each(|array| array.labels = Some(conditions.clone()));
        }
    }

    fn push(&mut self, address: String, numbers: Arc<dyn Numbers>, rdms: Option<RdmForm>) {
        let place = format!("{}::{address}", self.path.display());
        self.contents.arrays.push(FileArray {
            name: address,
            place,
            labels: None,
            runs: None,
            numbers,
            rdms,
            space: None,
            sensors: None,
        });
    }
}
