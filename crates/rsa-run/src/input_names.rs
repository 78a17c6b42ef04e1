//! [`name_inputs`]: a short name for each input that tells it from the others.

use std::{collections::HashSet, path::Path};

use crate::inputs::stem;

/// Returns a name for each input: that of its file without extension, with a folder where files have one name.
///
/// The folder is the nearest one in which all inputs differ: `sub-01` of `sub-01/func/betas.npz` and `sub-02/func/betas.npz`.
/// Files of several names keep them behind the folder: `sub-01_betas`. Inputs of one file have one name.
///
/// # Example
/// ```
/// let inputs = ["study/sub-01/betas.npz".to_owned(), "study/sub-02/betas.npz".to_owned()];
/// assert_eq!(rsa_run::name_inputs(&inputs), ["sub-01", "sub-02"]);
/// ```
pub fn name_inputs(inputs: &[String]) -> Vec<String> {
    let paths: Vec<&Path> = inputs.iter().map(|input| rsa_io::split_address(input).0).collect();
    let stems: Vec<String> = paths.iter().map(|path| stem(&path.to_string_lossy())).collect();
    if are_distinct(&stems) {
        return stems;
    }
    let depth = paths.iter().map(|path| path.components().count()).max().unwrap_or(0);
    let folder = |path: &Path, up: usize| {
        let folder = path.ancestors().nth(up).and_then(Path::file_name);
        folder.map(|name| name.to_string_lossy().into_owned())
    };
    let folders = (1..depth).map(|up| paths.iter().map(|path| folder(path, up)).collect::<Option<Vec<String>>>());
    let Some(folders) = folders.flatten().find(|folders| are_distinct(folders)) else { return stems };
    match stems.windows(2).all(|two| two[0] == two[1]) {
        true => folders,
        false => folders.iter().zip(&stems).map(|(folder, stem)| format!("{folder}_{stem}")).collect(),
    }
}

fn are_distinct(names: &[String]) -> bool {
    let mut seen = HashSet::new();
    names.iter().all(|name| seen.insert(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(inputs: &[&str]) -> Vec<String> {
        name_inputs(&inputs.iter().map(|&input| input.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn folders_tell_files_of_one_name_apart() {
        assert_eq!(names(&["a/x.npy", "a/y.nii.gz"]), ["x", "y"]);
        assert_eq!(names(&["/d/sub-01/func/b.nii.gz", "/d/sub-02/func/b.nii.gz"]), ["sub-01", "sub-02"]);
        assert_eq!(names(&["s1/x.npz::V1", "s2/x.npz::V1", "s3/y.npz"]), ["s1_x", "s2_x", "s3_y"]);
        // Nothing tells them apart.
        assert_eq!(names(&["x.npz::a", "x.npz::b"]), ["x", "x"]);
        assert_eq!(names(&["x.npz", "s/x.npz"]), ["x", "x"]);
        assert_eq!(names(&[]), Vec::<String>::new());
    }
}
