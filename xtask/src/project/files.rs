//! [`TextFile`]: a text file of the repository, and the walk that finds them.

use std::{fs, path::Path};

/// A text file.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextFile {
    /// From the root of the repository, with `/` between the parts.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) executable: bool,
}

/// Hidden directories that belong to the project; others belong to editors and tools.
const HIDDEN_BUT_OURS: [&str; 3] = [".cargo", ".ci", ".github"];

/// Extensions of data files, which are large and hold neither prose nor code.
const DATA: [&str; 8] = ["csv", "npy", "npz", "png", "safetensors", "svg", "tsv", "zip"];

/// Reads the text files under `root` in the order of their paths, without those that .gitignore names.
pub(super) fn read(root: &Path) -> Result<Vec<TextFile>, String> {
    let ignored = fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
    let ignored: Vec<_> = ignored.lines().filter_map(|line| line.strip_prefix('/')).collect();
    let mut files = Vec::new();
    for name in names(root)? {
        let hidden = name.starts_with('.') && !HIDDEN_BUT_OURS.contains(&name.as_str());
        if !hidden && !ignored.contains(&name.as_str()) {
            read_below(root, name, &mut files)?;
        }
    }
    Ok(files)
}

fn read_below(root: &Path, path: String, files: &mut Vec<TextFile>) -> Result<(), String> {
    let place = root.join(&path);
    if place.is_dir() {
        for name in names(&place)?.iter().filter(|name| !name.starts_with('.')) {
            read_below(root, format!("{path}/{name}"), files)?;
        }
        return Ok(());
    }
    if place.extension().is_some_and(|extension| DATA.iter().any(|data| extension == *data)) {
        return Ok(());
    }
    let bytes = fs::read(&place).map_err(|error| format!("cannot read {path}: {error}"))?;
    // A file that is not UTF-8 is data with an extension that is not in the list.
    if let Ok(text) = String::from_utf8(bytes) {
        files.push(TextFile { path, text, executable: is_executable(&place) });
    }
    Ok(())
}

/// Returns the names in a directory, sorted.
fn names(directory: &Path) -> Result<Vec<String>, String> {
    let cannot = |error| format!("cannot read {}: {error}", directory.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).map_err(cannot)? {
        names.push(entry.map_err(cannot)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

#[cfg(unix)]
fn is_executable(place: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(place).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

/// Always `true`: only Unix has executable bits, so elsewhere none can be missing.
#[cfg(not(unix))]
fn is_executable(_place: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_finds_this_file_and_leaves_out_build_results() {
        let files = read(&crate::root()).unwrap();
        assert!(files.iter().any(|file| file.path == "xtask/src/project/files.rs"));
        assert!(files.iter().any(|file| file.path == ".cargo/config.toml"));
        assert!(!files.iter().any(|file| file.path.starts_with("target/")));
        assert!(!files.iter().any(|file| file.path.starts_with(".git/")));
    }
}
