//! Multiple arrangements of Meadows: one upper triangle for each participant, and the stimuli.

use std::{path::Path, sync::Arc};

use rsa_core::{Conditions, Error, Result};

use crate::{contents::Contents, positioned::stem, rdm_form::RdmForm};

/// The variable of an upper triangle; behind it stands the participant where there are several.
const TRIANGLE: &str = "rdmutv";

/// The variable of the names of the stimuli, in the same way.
const STIMULI: &str = "stimuli";

/// Takes the arrays `rdmutv…` as dissimilarity matrices of the stimuli of the same participant, if there are any.
///
/// # Errors
/// `ShapeMismatch` if there is another number of pairs than the stimuli have.
pub(super) fn label(contents: &mut Contents, path: &Path) -> Result<()> {
    let lists = &mut contents.texts;
    for array in &mut contents.arrays {
        let Some(participant) = array.name.strip_prefix(TRIANGLE) else { continue };
        let wanted = format!("{STIMULI}{participant}");
        let Some(at) = lists.iter().position(|(name, _)| *name == wanted) else { continue };
        let stimuli: Vec<_> = lists.swap_remove(at).1.iter().map(|name| stimulus(name)).collect();
        let (n, length) = (stimuli.len(), array.shape().iter().product::<usize>());
        if n * n.saturating_sub(1) / 2 != length {
            return Err(Error::shape_mismatch(format!(
                "'{}' has {length} dissimilarities and '{wanted}' {n} stimuli, which have {} pairs; export the file again",
                array.name,
                n * n.saturating_sub(1) / 2
            )));
        }
        let name = match participant.strip_prefix('_') {
            Some(participant) => participant.replace('_', "-"),
            None => participant_of_file(path).unwrap_or_else(|| array.name.clone()),
        };
        let form = RdmForm::new(Vec::new(), vec![length], vec![Arc::clone(&array.numbers)]);
        array.rdms = Some(form.with_names(vec![name]));
        array.labels = Some(Conditions::labeled(stimuli));
    }
    Ok(())
}

/// Returns the name of a stimulus: that of its file without extension.
pub(crate) fn stimulus(file: &str) -> String {
    file.split('.').next().unwrap_or_default().trim().to_owned()
}

/// Returns the participant in the name of a file, `Meadows_EXPERIMENT_v_v1_PARTICIPANT_3_1D` or without the number of a
/// task; participants have names of two words, such as `cuddly-bunny`.
pub(crate) fn participant_of_file(path: &Path) -> Option<String> {
    let stem = stem(path);
    let parts: Vec<_> = stem.split('_').collect();
    let ["Meadows", _, .., _] = parts.as_slice() else { return None };
    let before = &parts[..parts.len() - 1];
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let candidate = match before.split_last()? {
        (last, before) if is_number(last) => before.last()?,
        (last, _) => last,
    };
    let (first, second) = candidate.split_once('-')?;
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_word(first) && is_word(second)).then(|| (*candidate).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_participant_stands_before_the_number_of_the_task() {
        for (name, participant) in [
            ("Meadows_myExp_v_v1_cuddly-bunny_3_1D.mat", Some("cuddly-bunny")),
            ("Meadows_myExp_v_v1_informed-mole_tree.json", Some("informed-mole")),
            ("Meadows_myExp_v_v1_arrangement_1D.mat", None),
            ("Meadows_myExp_v_v1_my-task2_1D.mat", None),
            ("other_cuddly-bunny_3_1D.mat", None),
            ("Meadows_1D.mat", None),
        ] {
            assert_eq!(participant_of_file(Path::new(name)).as_deref(), participant, "{name}");
        }
    }
}
