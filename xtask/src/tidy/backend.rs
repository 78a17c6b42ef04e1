//! The numeric backend is named in one crate and stands in no public signature.

use super::TidyFinding;
use crate::{
    project::Package,
    source::{RustFile, Token, paths},
};

/// Crates of the numeric backend: decompositions, and loops on wide registers.
const BACKEND: [&str; 2] = ["faer", "pulp"];

/// The one directory that may name the backend.
const HOME: &str = "crates/rsa-linalg/src/";

/// Types of the backend that could slip into a signature.
const TYPES: [&str; 6] = [BACKEND[0], BACKEND[1], "Mat", "MatRef", "MatMut", "Par"];

/// Returns `true` for the crates of the backend and those that extend them.
fn is_backend(name: &str) -> bool {
    BACKEND.iter().any(|backend| name.starts_with(backend))
}

/// Refuses the backend's name in the code of other modules, tests included.
pub(super) fn named_outside_linalg(source: &RustFile) -> Vec<TidyFinding> {
    if source.path.starts_with(HOME) {
        return Vec::new();
    }
    let named = paths(&source.tokens()).into_iter().filter(|path| is_backend(path.first()));
    named
        .map(|path| {
            let message = format!("`{}` is named outside of {HOME}; use or extend rsa_core::linalg", path.text);
            TidyFinding::new(&source.path, path.line, message)
        })
        .collect()
}

/// Refuses the backend as a dependency of any crate but rsa-linalg.
pub(super) fn in_manifests(package: &Package) -> Vec<TidyFinding> {
    let used = package.dependencies.iter().filter(|(name, _)| is_backend(name));
    used.filter(|_| package.name != "rsa-linalg")
        .map(|(name, _)| {
            let message = format!("`{}` depends on `{name}`; go through rsa_core::linalg", package.name);
            TidyFinding::new(&package.manifest.path, package.line_of(name), message)
        })
        .collect()
}

/// Refuses types of the backend in public signatures of rsa-linalg.
pub(super) fn in_a_public_signature(source: &RustFile) -> Vec<TidyFinding> {
    if !source.path.starts_with(HOME) {
        return Vec::new();
    }
    let tokens = source.production_tokens();
    let public = (0..tokens.len()).filter(|&at| tokens[at].text == "pub").map(|at| signature(&tokens[at + 1..]));
    let mut found: Vec<_> = public
        .filter_map(|signature| signature.iter().find(|token| TYPES.contains(&token.text)))
        .map(|token| {
            let message = format!(
                "`{}` of the numeric backend stands in a public signature; \
                 take and return ndarray types, or make the item `pub(super)`",
                token.text
            );
            TidyFinding::new(&source.path, token.line, message)
        })
        .collect();
    // `pub struct A(pub Mat<f64>)` is public twice.
    found.dedup();
    found
}

/// Returns the tokens from `pub` to the body of an item or the end of a field; none for `pub(crate)` and the like.
fn signature<'s, 't>(tokens: &'s [Token<'t>]) -> &'s [Token<'t>] {
    let first = tokens.first().map_or("", |token| token.text);
    let ends: &[&str] = match first {
        "(" => return &[],
        "use" | "type" | "static" => &[";"],
        "const" | "async" | "unsafe" | "extern" | "fn" | "struct" | "enum" | "trait" | "mod" => &["{", ";"],
        _ => &[",", "}"],
    };
    let end = tokens.iter().position(|token| ends.contains(&token.text));
    &tokens[..end.unwrap_or(tokens.len())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        project::DependencyKind,
        tidy::{NO_LINES, lines},
    };

    #[test]
    fn only_linalg_names_the_backend() {
        let found = |path: &str, text: &str| lines(&named_outside_linalg(&RustFile::new(path, text)));
        let text = "// faer\nuse faer::Mat;\nfn f() { faer_ext::g(\"faer\") }\n\
                    #[cfg(test)]\nmod tests { use faer::Par; }";
        assert_eq!(found("crates/rsa-linalg/src/svd.rs", text), NO_LINES);
        assert_eq!(found("crates/rsa-core/src/rdm.rs", text), [2, 3, 5]);
        assert_eq!(found("tests/main.rs", text), [2, 3, 5]);
        assert_eq!(found("crates/rsa-stats/src/ranks.rs", "use pulp::Arch;"), [1]);
        assert_eq!(found("crates/rsa-linalg/src/lib.rs", "//! faer\nuse backend::faer_like;"), NO_LINES);
    }

    #[test]
    fn only_linalg_depends_on_the_backend() {
        let found = |name| {
            in_manifests(&Package::example(name, &[("faer", DependencyKind::Dev), ("ndarray", DependencyKind::Normal)]))
        };
        assert_eq!(found("rsa-linalg"), []);
        assert_eq!(found("rsa-cka").len(), 1);
    }

    #[test]
    fn the_backend_stays_out_of_public_signatures() {
        let found = |text: &str| lines(&in_a_public_signature(&RustFile::new(format!("{HOME}svd.rs"), text)));
        assert_eq!(found("pub fn f(\n    x: MatRef<'_, f64>,\n) {}"), [2]);
        assert_eq!(found("pub struct S {\n    pub a: f64,\n    pub b: Mat<f64>,\n}"), [3]);
        assert_eq!(found("pub struct S(pub Mat<f64>);"), [1]);
        assert_eq!(found("pub use faer::{Conj, MatMut};\npub type M = Mat<f64>;"), [1, 2]);
        assert_eq!(found("pub(super) fn f() -> Par {}\nfn g(x: Mat<f64>) {}"), NO_LINES);
        assert_eq!(found("pub fn f(x: ArrayView2<'_, f64>) -> f64 {\n    let a: Mat<f64> = g(x);\n}"), NO_LINES);
        assert_eq!(found("pub struct S {\n    pub a: f64,\n    b: Mat<f64>,\n}"), NO_LINES);
        assert_eq!(found("/// A Mat.\npub fn matrix(par: Matrix) {}"), NO_LINES);
    }
}
