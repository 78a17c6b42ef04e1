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
        Self::from_stem(stem, &format!(".{extension}"))
    }

    /// Parses a name without its extension.
    fn from_stem(stem: &str, extension: &str) -> Option<Self> {
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
            extension: extension.to_owned(),
        })
    }

    /// Returns short names for files with the names `stems`, without extension: `sub-01 run-1` of the subject and the
    /// entities in which they differ, and the suffix if that differs.
    ///
    /// `None` unless all are names of this kind and all short names differ.
    ///
    /// # Example
    /// ```
    /// use rsa_io::BidsName;
    ///
    /// let short = BidsName::short_names(&["sub-01_task-x_run-1_desc-z_bold", "sub-01_task-x_run-2_desc-z_bold"]);
    /// assert_eq!(short.unwrap(), ["sub-01 run-1", "sub-01 run-2"]);
    /// ```
    pub fn short_names<S: AsRef<str>>(stems: &[S]) -> Option<Vec<String>> {
        let names: Vec<Self> = stems.iter().map(|stem| Self::from_stem(stem.as_ref(), "")).collect::<Option<_>>()?;
        let first = names.first()?;
        let differs = |key: &str| key == "sub" || names.iter().any(|name| name.entity(key) != first.entity(key));
        let suffixes_differ = names.iter().any(|name| name.suffix != first.suffix);
        let short = |name: &Self| {
            let kept = name.entities.iter().filter(|(key, _)| differs(key));
            let mut parts: Vec<_> = kept.map(|(key, label)| format!("{key}-{label}")).collect();
            parts.extend(suffixes_differ.then(|| name.suffix.clone()));
            parts.join(" ")
        };
        let short: Vec<_> = names.iter().map(short).collect();
        let distinct: std::collections::HashSet<_> = short.iter().collect();
        (distinct.len() == short.len()).then_some(short)
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
    fn short_names_tell_files_apart() {
        let short = |stems: &[&str]| BidsName::short_names(stems);
        let of = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(short(&["sub-01_task-x_bold", "sub-02_task-x_bold"]), of(&["sub-01", "sub-02"]));
        assert_eq!(short(&["sub-01_hemi-L_bold", "sub-01_hemi-R_bold"]), of(&["sub-01 hemi-L", "sub-01 hemi-R"]));
        assert_eq!(short(&["sub-01_run-1_bold", "sub-01_bold"]), of(&["sub-01 run-1", "sub-01"]));
        assert_eq!(short(&["sub-01_bold", "sub-01_beta"]), of(&["sub-01 bold", "sub-01 beta"]));
        assert_eq!(short(&["sub-01_run-1_bold"]), of(&["sub-01"]));
        assert_eq!(short(&["sub-01_bold", "sub-01_bold"]), None);
        assert_eq!(short(&["sub-01_bold", "other"]), None);
        assert_eq!(short(&[]), None);
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
