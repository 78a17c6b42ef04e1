//! [`entries`]: reads the keys and values of a Cargo.toml; it knows as much of TOML as manifests use.

/// `key = value` under `[section]`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ManifestEntry<'t> {
    pub(crate) section: &'t str,
    pub(crate) key: &'t str,
    /// The first line of the value.
    pub(crate) value: &'t str,
    pub(crate) line: usize,
}

/// A dependency in a manifest.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Dependency<'t> {
    section: &'t str,
    pub(crate) name: &'t str,
    /// `true` if the manifest of the workspace says where the dependency is from.
    pub(crate) inherited: bool,
    pub(crate) line: usize,
}

/// Returns the entries of a manifest, in order.
pub(crate) fn entries(text: &str) -> Vec<ManifestEntry<'_>> {
    let mut entries = Vec::new();
    let mut section = "";
    let mut depth = 0;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let inside_a_value = depth > 0;
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        if line.starts_with('[') && !inside_a_value {
            section = line.trim_start_matches('[').split(']').next().unwrap_or_default().trim();
            continue;
        }
        depth += line.matches(['[', '{']).count();
        depth -= line.matches([']', '}']).count().min(depth);
        if let Some((key, value)) = line.split_once('=')
            && !inside_a_value
        {
            entries.push(ManifestEntry { section, key: key.trim(), value: value.trim(), line: index + 1 });
        }
    }
    entries
}

/// Returns the dependencies in a manifest, of every kind and for every target.
pub(crate) fn dependencies(text: &str) -> Vec<Dependency<'_>> {
    let mut found: Vec<Dependency<'_>> = Vec::new();
    for entry in entries(text) {
        // `[dependencies.name]` above `workspace = true`, or `name.workspace = true`, or `name = { workspace = true }`.
        let (name, key) = match entry.section.rsplit_once("dependencies.") {
            Some((_, name)) => (name, entry.key),
            None if entry.section.ends_with("dependencies") => entry.key.split_once('.').unwrap_or((entry.key, "")),
            None => continue,
        };
        let value = entry.value.replace(' ', "");
        let inherited = (key == "workspace" && value.starts_with("true")) || value.contains("workspace=true");
        match found.last_mut().filter(|last| (last.section, last.name) == (entry.section, name)) {
            Some(same) => same.inherited |= inherited,
            None => {
                found.push(Dependency { section: entry.section, name, inherited, line: entry.line });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_know_their_section_and_their_line() {
        let text = "[package]\nname = \"a\" # b\nkeywords = [\n  \"x = y\",\n]\n\n[lints]\nworkspace = true\n";
        let found: Vec<_> = entries(text).into_iter().map(|entry| (entry.section, entry.key, entry.line)).collect();
        assert_eq!(found, [("package", "name", 2), ("package", "keywords", 3), ("lints", "workspace", 8)]);
    }

    #[test]
    fn dependencies_are_found_in_every_spelling() {
        let text = "[dependencies]\na.workspace = true\nb = { workspace = true, optional = true }\nc = \"1\"\n\
                    [dev-dependencies]\na.workspace = true\n[build-dependencies.d]\npath = \"d\"\n\
                    [target.'cfg(unix)'.dependencies.e]\noptional = true\nworkspace = true\n";
        let found: Vec<_> = dependencies(text).iter().map(|found| (found.name, found.inherited)).collect();
        assert_eq!(found, [("a", true), ("b", true), ("c", false), ("a", true), ("d", false), ("e", true)]);
    }
}
