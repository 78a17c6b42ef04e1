//! Manifests say everything shared once, in the workspace's.

use super::Finding;
use crate::project::{File, Package, dependencies, entries};

const ROOT: &str = "Cargo.toml";
const LOCK: &str = "Cargo.lock";

/// What a member takes from the workspace: section, key, and how to write it.
const INHERITED: [(&str, &str, &str); 4] = [
    ("package", "version.workspace", "`version.workspace = true` under [package]"),
    ("package", "edition.workspace", "`edition.workspace = true` under [package]"),
    ("package", "license.workspace", "`license.workspace = true` under [package]"),
    ("lints", "workspace", "`workspace = true` under [lints]"),
];

/// Refuses a member that says itself what the workspace says for all.
pub(super) fn member(package: &Package) -> Vec<Finding> {
    let manifest = &package.manifest;
    let entries = entries(&manifest.text);
    let says = |section: &str, key: &str| {
        entries.iter().any(|entry| entry.section == section && entry.key == key && entry.value.starts_with("true"))
    };
    let missing = INHERITED
        .iter()
        .filter(|(section, key, _)| !says(section, key))
        .map(|(.., how)| Finding::new(&manifest.path, 1, format!("`{}` lacks {how}; add it", package.name)));
    let own = dependencies(&manifest.text).into_iter().filter(|dependency| !dependency.inherited);
    let own = own.map(|dependency| {
        let name = dependency.name;
        let message = format!(
            "`{name}` is given here; list it under [workspace.dependencies] of the root \
             and write `{name}.workspace = true`"
        );
        Finding::new(&manifest.path, dependency.line, message)
    });
    missing.chain(own).collect()
}

/// Refuses dependencies of the workspace that no member uses.
pub(super) fn unused(files: &[File], packages: &[Package]) -> Vec<Finding> {
    let Some(root) = files.iter().find(|file| file.path == ROOT) else {
        return Vec::new();
    };
    let used: Vec<_> = packages.iter().flat_map(|package| dependencies(&package.manifest.text)).collect();
    let listed = dependencies(&root.text).into_iter();
    listed
        .filter(|listed| !used.iter().any(|used| used.name == listed.name))
        .map(|listed| Finding::new(ROOT, listed.line, format!("no member uses `{}`; delete the line", listed.name)))
        .collect()
}

/// Refuses a second ndarray, whose arrays would not fit the first one's.
pub(super) fn lock_file(files: &[File]) -> Vec<Finding> {
    let Some(lock) = files.iter().find(|file| file.path == LOCK) else {
        return Vec::new();
    };
    let ndarrays: Vec<_> = lock
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| *line == "name = \"ndarray\"")
        .map(|(index, _)| index + 1)
        .collect();
    match ndarrays[..] {
        [_] => Vec::new(),
        [] => vec![Finding::new(LOCK, 1, "no ndarray is locked; run `cargo check`")],
        [_, second, ..] => {
            let message = "more than one ndarray; align those who ask for it, \
                           `cargo tree --invert ndarray` names them";
            vec![Finding::new(LOCK, second, message)]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::lines;

    const SHARED: &str = "[package]\nname = \"a\"\nversion.workspace = true\nedition.workspace = true\n\
                          license.workspace = true\n[lints]\nworkspace = true\n[dependencies]\n";

    fn package(text: &str) -> Package {
        let mut package = Package::example("a", &[]);
        package.manifest.text = text.to_owned();
        package
    }

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned(), executable: false }
    }

    #[test]
    fn a_member_that_inherits_is_accepted() {
        let text = format!("{SHARED}b.workspace = true\nc = {{ workspace = true, optional = true }}\n");
        assert_eq!(member(&package(&text)), []);
    }

    #[test]
    fn each_missing_inheritance_is_named() {
        for (_, key, how) in INHERITED {
            let found = member(&package(&SHARED.replace(&format!("\n{key} = true"), "\nkey = true")));
            assert_eq!(found.len(), 1, "{key}");
            assert!(found[0].message.contains(how), "{}", found[0]);
        }
    }

    #[test]
    fn a_dependency_with_a_path_or_a_version_is_refused() {
        let text = format!("{SHARED}b = \"1\"\nc = {{ path = \"../c\" }}\n[dev-dependencies.d]\nversion = \"1\"\n");
        assert_eq!(lines(&member(&package(&text))), [9, 10, 12]);
    }

    #[test]
    fn a_dependency_that_nobody_uses_is_refused() {
        let root = file("Cargo.toml", "[workspace.dependencies]\nb = \"1\"\nc = { path = \"c\" }\n");
        let user = package("[dev-dependencies]\nb.workspace = true\n");
        assert_eq!(lines(&unused(&[root], &[user])), [3]);
    }

    #[test]
    fn one_ndarray_is_locked() {
        let one = "[[package]]\nname = \"ndarray\"\n[[package]]\nname = \"ndarray-linalg\"\n";
        assert_eq!(lock_file(&[file("Cargo.lock", one)]), []);
        assert_eq!(lines(&lock_file(&[file("Cargo.lock", &one.repeat(2))])), [6]);
        assert_eq!(lines(&lock_file(&[file("Cargo.lock", "")])), [1]);
    }
}
