//! Entities of BIDS in the names of files, such as `sub-01` and `model-conv1`.

use std::path::Path;

use rsakit::{Error, Result};

/// Returns the value of an entity in the name of a file: `01` of `sub` in `sub-01_model-conv1_map.nii.gz`.
pub(super) fn entity<'a>(input: &'a str, key: &str) -> Option<&'a str> {
    let name = Path::new(rsa_io::split_address(input).0.to_str()?).file_name()?.to_str()?;
    let start = input.rfind(name)?;
    let name = &input[start..start + name.len()];
    let value = name.split('_').find_map(|part| part.strip_prefix(key)?.strip_prefix('-'))?;
    let value = value.split('.').next()?;
    (!value.is_empty()).then_some(value)
}

/// Divides inputs by the model in their names, in the order in which models first stand there.
///
/// # Errors
/// `InvalidParameter` if there are several models and no `family`, or a family of names without model.
pub(super) fn by_model(inputs: &[String], family: bool) -> Result<Vec<(Option<String>, Vec<String>)>> {
    let mut models: Vec<(Option<String>, Vec<String>)> = Vec::new();
    for input in inputs {
        let model = entity(input, "model").map(str::to_owned);
        match models.iter_mut().find(|(name, _)| *name == model) {
            Some((_, of_model)) => of_model.push(input.clone()),
            None => models.push((model, vec![input.clone()])),
        }
    }
    if models.len() > 1 && !family {
        let names: Vec<_> = models.iter().map(|(name, _)| name.as_deref().unwrap_or("none")).collect();
        return Err(Error::invalid_parameter(
            "the maps",
            "of one model, or given with --family models, which corrects several models together",
            format_args!("maps of model {} by their names", names.join(", ")),
        ));
    }
    if family && models.iter().any(|(name, _)| name.is_none()) {
        return Err(Error::invalid_parameter(
            "--family models",
            "given for files with model-NAME in their names, such as sub-01_model-conv1_map.nii.gz",
            "a name without it",
        ));
    }
    Ok(models)
}

/// Checks that two lists of inputs are of the same subjects in the same order, as far as names say.
///
/// # Errors
/// `LabelMismatch` naming the first two files of different subjects.
pub(super) fn ensure_same_subjects(a: &[String], b: &[String]) -> Result<()> {
    for (a, b) in a.iter().zip(b) {
        if let (Some(first), Some(second)) = (entity(a, "sub"), entity(b, "sub"))
            && first != second
        {
            return Err(Error::label_mismatch(format!(
                "'{a}' is of subject {first} and '{b}' of subject {second}; give both lists in the same order of subjects"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_parts_of_the_name() {
        let name = "sub-x/sub-01_model-conv1_stat-spearman_map.nii.gz";
        assert_eq!((entity(name, "sub"), entity(name, "model")), (Some("01"), Some("conv1")));
        assert_eq!(entity("sub-02.nii.gz", "sub"), Some("02"));
        assert_eq!(entity("subject1.nii", "sub"), None);
        assert_eq!(entity("sub-.nii", "sub"), None);
    }

    #[test]
    fn models_are_told_apart_by_their_names() {
        let names = ["sub-1_model-a.nii", "sub-1_model-b.nii", "sub-2_model-a.nii"].map(str::to_owned);
        assert!(by_model(&names, false).unwrap_err().to_string().contains("--family models"));
        let models = by_model(&names, true).unwrap();
        assert_eq!(models[0].1.len(), 2);
        assert_eq!(models[1].0.as_deref(), Some("b"));
        assert!(by_model(&["x.nii".to_owned()], true).is_err());
        assert!(ensure_same_subjects(&names[..1], &names[1..2]).is_ok());
        assert!(ensure_same_subjects(&names[..1], &names[2..]).unwrap_err().to_string().contains("subject 1"));
    }
}
