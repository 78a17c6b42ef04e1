//! [`BidsName`]: the entities in a file name of the Brain Imaging Data Structure.

use std::path::Path;

/// The parts of a file name such as `sub-01_ses-2_task-x_run-1_desc-preproc_bold.nii.gz`.
///
/// # Example
/// ```
/// use rsa_io::BidsName;
///
/// let name = BidsName::parse("func/sub-01_ses-2_task-x_run-1_bold.nii.gz".as_ref()).unwrap();
/// assert_eq!(name.entity("run"), Some("1"));
/// assert_eq!(name.suffix(), "bold");
/// // Names that only look like it are no such names.
/// assert!(BidsName::parse("sub-01 run 1.nii.gz".as_ref()).is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BidsName {
    entities: Vec<(String, String)>,
    suffix: String,
    extension: String,
}

impl BidsName {
    /// Parses the last part of `path`; `None` unless all of it is `sub-LABEL`, further `key-label` pairs with keys that
    /// differ, a suffix and an extension.
    pub fn parse(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let (stem, extension) = name.split_once('.')?;
        let (entities, suffix) = stem.rsplit_once('_')?;
        let is_word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_label = |text: &str| is_word(&text.replacen('+', "", text.len()));
        let mut found: Vec<(String, String)> = Vec::new();
        for part in entities.split('_') {
            let (key, label) = part.split_once('-')?;
            if !is_word(key) || !is_label(label) || found.iter().any(|(known, _)| known == key) {
                return None;
            }
            found.push((key.to_owned(), label.to_owned()));
        }
        let is_subject = found.first().is_some_and(|(key, _)| key == "sub");
        (is_subject && is_word(suffix)).then(|| Self {
            entities: found,
            suffix: suffix.to_owned(),
            extension: format!(".{extension}"),
        })
    }

    /// Returns the pairs of key and label in the order of the name.
    pub fn entities(&self) -> &[(String, String)] {
        &self.entities
    }

    /// Returns the label of the entity `key`.
    pub fn entity(&self, key: &str) -> Option<&str> {
        self.entities.iter().find(|(known, _)| known == key).map(|(_, label)| label.as_str())
    }

    /// Returns the label of the subject.
    pub fn subject(&self) -> &str {
        &self.entities[0].1
    }

    /// Returns the last part of the name, such as `bold`.
    pub fn suffix(&self) -> &str {
        &self.suffix
    }

    /// Returns the extension with its first dot, such as `.nii.gz`.
    pub fn extension(&self) -> &str {
        &self.extension
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(name: &str) -> Option<BidsName> {
        BidsName::parse(Path::new(name))
    }

    #[test]
    fn every_entity_is_found() {
        let name = parse("x/sub-01_ses-2_task-x_run-1_space-MNI_desc-preproc_bold.nii.gz").unwrap();
        let pairs: Vec<_> = name.entities().iter().map(|(key, label)| format!("{key}={label}")).collect();
        assert_eq!(pairs, ["sub=01", "ses=2", "task=x", "run=1", "space=MNI", "desc=preproc"]);
        assert_eq!((name.subject(), name.suffix(), name.extension()), ("01", "bold", ".nii.gz"));
        assert_eq!((name.entity("ses"), name.entity("hemi")), (Some("2"), None));
        assert_eq!(parse("sub-a+b_meg.fif").unwrap().subject(), "a+b");
    }

    #[test]
    fn names_that_only_look_alike_are_none() {
        for name in [
            "sub-01.nii.gz",
            "sub-01_bold",
            "task-x_bold.nii",
            "sub-_bold.nii",
            "sub-01_run_bold.nii",
            "sub-01_run-1_run-2_bold.nii",
            "sub-01_run-1_.nii",
            "sub-01 (copy)_bold.nii",
            "sub-01_bold-x.nii",
            "_bold.nii",
            "",
        ] {
            assert_eq!(parse(name), None, "{name}");
        }
    }
}
