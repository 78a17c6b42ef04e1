//! Everything that manifests share stands once, in the manifest of the workspace.

use super::TidyFinding;
use crate::project::{Package, TextFile, dependencies, entries};

const ROOT: &str = "Cargo.toml";
const LOCK: &str = "Cargo.lock";

/// Keys that a member inherits: section, key, and the line to write.
const INHERITED: [(&str, &str, &str); 4] = [
    ("package", "version.workspace", "`version.workspace = true` under [package]"),
    ("package", "edition.workspace", "`edition.workspace = true` under [package]"),
    ("package", "license.workspace", "`license.workspace = true` under [package]"),
    ("lints", "workspace", "`workspace = true` under [lints]"),
];

/// Packages that only a command of their own builds: xtask, and those that need more than a Rust compiler.
const BUILT_BY_NAME: [&str; 3] = ["xtask", "rsa-py", "rsa-extract"];

/// Refuses a member with a version, a licence, lints or dependencies of its own.
pub(super) fn member(package: &Package) -> Vec<TidyFinding> {
    let manifest = &package.manifest;
    let entries = entries(&manifest.text);
    let says = |section: &str, key: &str| {
        entries.iter().any(|entry| entry.section == section && entry.key == key && entry.value.starts_with("true"))
    };
    let missing = INHERITED
        .iter()
        .filter(|(section, key, _)| !says(section, key))
        .map(|(.., how)| TidyFinding::new(&manifest.path, 1, format!("`{}` lacks {how}; add it", package.name)));
    let own = dependencies(&manifest.text).into_iter().filter(|dependency| !dependency.inherited);
    let own = own.map(|dependency| {
        let name = dependency.name;
        let message = format!(
            "`{name}` is given here; list it under [workspace.dependencies] of the root \
             and write `{name}.workspace = true`"
        );
        TidyFinding::new(&manifest.path, dependency.line, message)
    });
    missing.chain(own).collect()
}

/// Refuses dependencies of the workspace that no member uses.
pub(super) fn unused(files: &[TextFile], packages: &[Package]) -> Vec<TidyFinding> {
    let Some(root) = files.iter().find(|file| file.path == ROOT) else {
        return Vec::new();
    };
    let used: Vec<_> = packages.iter().flat_map(|package| dependencies(&package.manifest.text)).collect();
    let listed = dependencies(&root.text).into_iter();
    listed
        .filter(|listed| !used.iter().any(|used| used.name == listed.name))
        .map(|listed| TidyFinding::new(ROOT, listed.line, format!("no member uses `{}`; delete the line", listed.name)))
        .collect()
}

/// Refuses a glob or a gap in `default-members`: all packages are built by default but [`BUILT_BY_NAME`].
pub(super) fn default_members(files: &[TextFile], packages: &[Package]) -> Vec<TidyFinding> {
    let Some(root) = files.iter().find(|file| file.path == ROOT) else {
        return Vec::new();
    };
    let listed = root.text.split_once("default-members").and_then(|(_, rest)| rest.split_once(']'));
    let listed: Vec<&str> = listed.map_or(Vec::new(), |(list, _)| list.split('"').skip(1).step_by(2).collect());
    let line = 1 + root.text.lines().position(|line| line.starts_with("default-members")).unwrap_or(0);
    let mut found = Vec::new();
    if let Some(glob) = listed.iter().find(|member| member.contains('*')) {
        found.push(TidyFinding::new(ROOT, line, format!("`{glob}` in `default-members`; list the members by name")));
    }
    for package in packages {
        let directory = package.manifest.path.trim_end_matches("/Cargo.toml");
        let is_listed = listed.contains(&directory);
        let by_name = BUILT_BY_NAME.contains(&package.name.as_str());
        if is_listed == by_name {
            let remedy = if is_listed { "take it out of" } else { "add it to" };
            let message = format!(
                "`{directory}` is {}a default member; {remedy} `default-members`",
                if is_listed { "" } else { "not " }
            );
            found.push(TidyFinding::new(ROOT, line, message));
        }
    }
    found
}

/// Crates of others that may bring an ndarray of their own: rsa-io takes bytes from them, and no arrays.
const OWN_NDARRAY: [&str; 1] = ["hdf5-reader"];

/// Refuses a second ndarray, whose arrays would not fit the first one's, unless only [`OWN_NDARRAY`] asks for it.
pub(super) fn lock_file(files: &[TextFile]) -> Vec<TidyFinding> {
    let Some(lock) = files.iter().find(|file| file.path == LOCK) else {
        return Vec::new();
    };
    let ndarrays: Vec<_> =
        lock.text.lines().enumerate().filter(|(_, line)| *line == "name = \"ndarray\"").map(|(at, _)| at).collect();
    // Without another version, users name the crate alone.
    let version_after = |at: usize| lock.text.lines().nth(at + 1)?.split('"').nth(1);
    let is_shared = |at: &usize| {
        let entry = version_after(*at).map(|version| format!(" \"ndarray {version}\","));
        lock.text.split("[[package]]").any(|package| {
            let name = package.lines().find_map(|line| line.strip_prefix("name = "));
            let is_user = package.lines().any(|line| Some(line) == entry.as_deref() || line == " \"ndarray\",");
            is_user && !OWN_NDARRAY.iter().any(|owner| name == Some(&format!("\"{owner}\"")))
        })
    };
    match ndarrays.as_slice() {
        [] => vec![TidyFinding::new(LOCK, 1, "no ndarray is locked; run `cargo check`")],
        [_] => Vec::new(),
        several => {
            let message = "more than one ndarray; align those who ask for it, \
                           `cargo tree --invert ndarray` names them";
            let shared = several.iter().filter(|at| is_shared(at)).skip(1);
            shared.map(|at| TidyFinding::new(LOCK, at + 1, message)).collect()
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

    fn file(path: &str, text: &str) -> TextFile {
        TextFile { path: path.to_owned(), text: text.to_owned(), executable: false }
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
    fn default_members_are_all_but_the_heavy_ones() {
        let found = |list: &str, names: &[&str]| {
            let packages: Vec<_> = names.iter().map(|name| Package::example(name, &[])).collect();
            default_members(&[file("Cargo.toml", &format!("[workspace]\ndefault-members = [{list}]\n"))], &packages)
                .len()
        };
        assert_eq!(found("\n  \"crates/a\",\n  \"crates/b\",\n", &["a", "b", "rsa-py"]), 0);
        assert_eq!(found("\"crates/a\"", &["a", "b"]), 1);
        assert_eq!(found("\"crates/a\", \"crates/rsa-py\"", &["a", "rsa-py"]), 1);
        assert_eq!(found("\"crates/*\"", &["a"]), 2);
    }

    #[test]
    fn one_ndarray_is_locked() {
        let one = "[[package]]\nname = \"ndarray\"\nversion = \"1\"\n[[package]]\nname = \"ndarray-linalg\"\n";
        assert_eq!(lock_file(&[file("Cargo.lock", one)]), []);
        assert_eq!(lines(&lock_file(&[file("Cargo.lock", "")])), [1]);
        let user = |name: &str, version: &str| {
            format!("[[package]]\nname = \"{name}\"\ndependencies = [\n \"ndarray {version}\",\n]\n")
        };
        let other = "[[package]]\nname = \"ndarray\"\nversion = \"2\"\n";
        let two = |second: &str| {
            let text = [one, other, &user("rsa-core", "1"), &user("hdf5-reader", "2"), &user(second, "2")].concat();
            lines(&lock_file(&[file("Cargo.lock", &text)]))
        };
        assert_eq!(two("hdf5-reader"), Vec::<usize>::new());
        assert_eq!(two("faer"), [7]);
    }
}
