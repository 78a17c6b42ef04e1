//! [`Package`]: a member of the workspace and its dependencies, as `cargo metadata` lists them.

use serde_json::Value;

use super::TextFile;
use crate::cargo;

/// A member of the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest: TextFile,
    /// The packages it depends on, by their own names even if the manifest renames them.
    pub(crate) dependencies: Vec<(String, DependencyKind)>,
}

/// The section of a manifest that lists a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DependencyKind {
    Normal,
    Build,
    Dev,
}

impl Package {
    /// Returns the line of the manifest that names `dependency`, or the first.
    pub(crate) fn line_of(&self, dependency: &str) -> usize {
        let found = super::dependencies(&self.manifest.text).into_iter().find(|found| found.name == dependency);
        found.map_or(1, |found| found.line)
    }

    #[cfg(test)]
    pub(crate) fn example(name: &str, dependencies: &[(&str, DependencyKind)]) -> Self {
        let manifest = TextFile { path: format!("crates/{name}/Cargo.toml"), ..TextFile::default() };
        let dependencies = dependencies.iter().map(|&(name, kind)| (name.to_owned(), kind)).collect();
        Self { name: name.to_owned(), manifest, dependencies }
    }
}

/// Runs `cargo metadata` for the workspace's own packages.
pub(super) fn metadata() -> Result<Value, String> {
    let output = cargo()
        .args(["metadata", "--format-version", "1", "--no-deps", "--locked"])
        .output()
        .map_err(|error| format!("cannot start cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata printed no JSON: {error}"))
}

/// Reads the packages in the output of `cargo metadata`, by name, each with its manifest from `files`.
pub(super) fn from_metadata(metadata: &Value, files: &[TextFile]) -> Result<Vec<Package>, String> {
    let root = string(metadata, "workspace_root")?;
    let mut packages = Vec::new();
    for package in array(metadata, "packages")? {
        let place = string(package, "manifest_path")?;
        let path = place.strip_prefix(root).unwrap_or(place).replace('\\', "/");
        let path = path.trim_start_matches('/').to_owned();
        let manifest = files.iter().find(|file| file.path == path).cloned();
        let mut dependencies = Vec::new();
        for dependency in array(package, "dependencies")? {
            let kind = match dependency["kind"].as_str() {
                Some("dev") => DependencyKind::Dev,
                Some("build") => DependencyKind::Build,
                _ => DependencyKind::Normal,
            };
            dependencies.push((string(dependency, "name")?.to_owned(), kind));
        }
        packages.push(Package {
            name: string(package, "name")?.to_owned(),
            manifest: manifest.unwrap_or_else(|| TextFile { path, ..TextFile::default() }),
            dependencies,
        });
    }
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(packages)
}

fn string<'v>(value: &'v Value, key: &str) -> Result<&'v str, String> {
    value[key].as_str().ok_or_else(|| format!("cargo metadata has no text `{key}` where it should"))
}

fn array<'v>(value: &'v Value, key: &str) -> Result<&'v [Value], String> {
    value[key].as_array().map(Vec::as_slice).ok_or_else(|| format!("cargo metadata has no list `{key}`"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn packages_are_read_with_their_manifests() {
        let metadata = json!({
            "workspace_root": "/repository",
            "packages": [{
                "name": "a",
                "manifest_path": "/repository/crates/a/Cargo.toml",
                "dependencies": [
                    { "name": "b", "kind": null },
                    { "name": "c", "kind": "dev" },
                    { "name": "d", "kind": "build" },
                ],
            }],
        });
        let manifest = TextFile {
            path: "crates/a/Cargo.toml".to_owned(),
            text: "[dependencies]\nb.workspace = true\n".to_owned(),
            executable: false,
        };
        let packages = from_metadata(&metadata, &[manifest]).unwrap();
        let package = &packages[0];
        let kinds: Vec<_> = package.dependencies.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        assert_eq!(kinds, [("b", DependencyKind::Normal), ("c", DependencyKind::Dev), ("d", DependencyKind::Build)]);
        assert_eq!((package.line_of("b"), package.line_of("renamed")), (2, 1));
    }

    #[test]
    fn what_is_no_metadata_is_an_error() {
        let message = from_metadata(&json!({ "workspace_root": "/" }), &[]).err();
        assert_eq!(message.as_deref(), Some("cargo metadata has no list `packages`"));
    }
}
