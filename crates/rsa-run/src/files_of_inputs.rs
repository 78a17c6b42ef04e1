//! [`files_of_inputs`]: the file of each input, from one file, one a piece, or a pattern of names.

use std::path::Path;

use rsakit::{Error, Result};

/// Returns the file that `option` gives for each of `inputs`; `None` for each without a file.
///
/// One file is for all inputs, and as many files as inputs are for one each, in order. In the name of a file `{}` and
/// `{stem}` stand for the name of the input without folder and extension, `{folder}` for its folder, and `{KEY}` for VALUE,
/// where its name or one of its folders has `KEY-VALUE`, as `sub-01` has it in BIDS.
///
/// # Errors
/// `InvalidParameter` for another number of files, and for a name in braces that an input does not have.
pub(crate) fn files_of_inputs(option: &str, files: &[String], inputs: &[String]) -> Result<Vec<Option<String>>> {
    let file = |file: &str, input: &String| {
        replaced(file, input).map_err(|(key, known)| {
            let requirement = format!("a name with braces that input {input} has: {known}");
            Error::invalid_parameter(format!("{option} {file}"), requirement, format_args!("'{{{key}}}'"))
        })
    };
    match files {
        [] => Ok(vec![None; inputs.len()]),
        [one] => inputs.iter().map(|input| file(one, input).map(Some)).collect(),
        all if all.len() == inputs.len() => {
            all.iter().zip(inputs).map(|(one, input)| file(one, input).map(Some)).collect()
        }
        all => {
            let requirement = format!(
                "one file for all inputs, one for each of the {} inputs in their order, or a pattern such as '{{}}_labels.txt'",
                inputs.len()
            );
            Err(Error::invalid_parameter(option, requirement, format_args!("{} files", all.len())))
        }
    }
}

/// Returns `pattern` with the names in braces replaced, or the name that `input` does not have and those that it has.
fn replaced(pattern: &str, input: &str) -> Result<String, (String, String)> {
    let (path, _) = rsa_io::split_address(input);
    let (mut out, mut rest) = (String::new(), pattern);
    while let Some((before, name, after)) =
        rest.split_once('{').and_then(|(before, more)| more.split_once('}').map(|(name, after)| (before, name, after)))
    {
        let value = match name {
            "" | "stem" => Some(rsa_io::stem(path)),
            "folder" => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                Some(folder.unwrap_or(Path::new(".")).to_string_lossy().into_owned())
            }
            key => entities(path).into_iter().find(|(own, _)| own == key).map(|(_, value)| value),
        };
        let Some(value) = value else {
            let known = entities(path).into_iter().map(|(key, _)| format!(", {{{key}}}"));
            return Err((name.to_owned(), format!("{{}}, {{folder}}{}", known.collect::<String>())));
        };
        out += before;
        out += &value;
        rest = after;
    }
    Ok(out + rest)
}

/// Returns the pairs KEY-VALUE of a path, those of the name of the file first, then those of the nearest folders.
fn entities(path: &Path) -> Vec<(String, String)> {
    let name = std::iter::once(rsa_io::stem(path));
    let folders =
        path.ancestors().skip(1).filter_map(|folder| Some(folder.file_name()?.to_string_lossy().into_owned()));
    let mut found: Vec<(String, String)> = Vec::new();
    for part in name.chain(folders) {
        for (key, value) in part.split('_').filter_map(|word| word.split_once('-')) {
            if !key.is_empty() && !value.is_empty() && !found.iter().any(|(known, _)| known == key) {
                found.push((key.to_owned(), value.to_owned()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(files: &[&str], inputs: &[&str]) -> Result<Vec<Option<String>>> {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        files_of_inputs("--runs", &owned(files), &owned(inputs))
    }

    fn names(patterns: &[&str], inputs: &[&str]) -> Vec<String> {
        files(patterns, inputs).unwrap().into_iter().flatten().collect()
    }

    #[test]
    fn one_file_is_for_all_and_several_are_for_one_each() {
        assert_eq!(files(&[], &["a.npy", "b.npy"]).unwrap(), [None, None]);
        assert_eq!(names(&["runs.txt"], &["a.npy", "b.npy"]), ["runs.txt", "runs.txt"]);
        assert_eq!(names(&["1.txt", "2.txt"], &["a.npy", "b.npy"]), ["1.txt", "2.txt"]);
        let message = files(&["1.txt", "2.txt"], &["a.npy", "b.npy", "c.npy"]).unwrap_err().to_string();
        assert!(message.contains("each of the 3 inputs") && message.contains("2 files"), "{message}");
    }

    #[test]
    fn names_in_braces_are_those_of_the_input() {
        let inputs = ["data/sub-01/func/sub-01_task-faces_run-2_betas.nii.gz", "data/sub-02/func/betas.npz::V1"];
        assert_eq!(names(&["{}.txt"], &inputs), ["sub-01_task-faces_run-2_betas.txt", "betas.txt"]);
        assert_eq!(names(&["{folder}/{stem}.txt"], &["x.npy"]), ["./x.txt"]);
        let expected = ["data/sub-01/func/sub-01_events.tsv", "data/sub-02/func/sub-02_events.tsv"];
        assert_eq!(names(&["{folder}/sub-{sub}_events.tsv"], &inputs), expected);
        let message = files(&["{task}.txt"], &inputs).unwrap_err().to_string();
        assert!(message.contains("input data/sub-02/func/betas.npz::V1 has: {}, {folder}, {sub}"), "{message}");
        // A brace that is not closed is itself.
        assert_eq!(names(&["a{b.txt"], &["x.npy"]), ["a{b.txt"]);
    }
}
