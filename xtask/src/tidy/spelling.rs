//! Identifiers are spelled as Americans spell, as those of the standard library are.

use super::TidyFinding;
use crate::source::RustFile;

/// British parts of words with the American ones. Where one contains another, the longer one stands first.
const WORDS: [(&str, &str); 21] = [
    ("colour", "color"),
    ("neighbour", "neighbor"),
    ("behaviour", "behavior"),
    ("favour", "favor"),
    ("honour", "honor"),
    ("flavour", "flavor"),
    ("labour", "labor"),
    ("centred", "centered"),
    ("centre", "center"),
    ("centring", "centering"),
    ("analyse", "analyze"),
    ("analysing", "analyzing"),
    ("catalyse", "catalyze"),
    ("grey", "gray"),
    ("fibre", "fiber"),
    ("artefact", "artifact"),
    ("defence", "defense"),
    ("labelled", "labeled"),
    ("labelling", "labeling"),
    ("modelled", "modeled"),
    ("modelling", "modeling"),
];

/// Units of length, which Americans spell with `er`.
const UNITS: [&str; 2] = ["metre", "metres"];

/// Beginnings of verbs in `-ise`, which Americans spell with a z.
const VERBS: [&str; 33] = [
    "author",
    "canonical",
    "categor",
    "character",
    "custom",
    "diagonal",
    "discret",
    "emphas",
    "equal",
    "factor",
    "final",
    "general",
    "initial",
    "linear",
    "local",
    "maxim",
    "minim",
    "normal",
    "optim",
    "organ",
    "orthogonal",
    "parallel",
    "parameter",
    "penal",
    "quant",
    "random",
    "recogn",
    "regular",
    "serial",
    "standard",
    "summar",
    "symmetr",
    "visual",
];

/// Endings of these verbs and of what is made of them; `optimist` has none of them.
const ENDINGS: [&str; 4] = ["ise", "ising", "isation", "isable"];

/// Refuses British words in the identifiers of code and tests; prose and strings may have them.
pub(super) fn check(source: &RustFile) -> Vec<TidyFinding> {
    let mut found: Vec<TidyFinding> = Vec::new();
    for token in source.tokens().iter().filter(|token| token.is_word()) {
        if let Some(american) = american(token.text) {
            let message = format!("`{}` is spelled as in Britain; write `{american}`", token.text);
            found.push(TidyFinding::new(&source.path, token.line, message));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Returns the American spelling of an identifier, if it has a British word.
fn american(identifier: &str) -> Option<String> {
    let spelled = words(identifier).into_iter().map(|word| (word, american_word(word)));
    let mut result = String::with_capacity(identifier.len());
    let mut end = 0;
    for (word, american) in spelled {
        let start = end + identifier[end..].find(word).expect("words stand in their order");
        result.push_str(&identifier[end..start]);
        result.push_str(american.as_deref().unwrap_or(word));
        end = start + word.len();
    }
    result.push_str(&identifier[end..]);
    (result != identifier).then_some(result)
}

/// Cuts an identifier at underscores and before capitals that follow a small letter.
fn words(identifier: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in identifier.split('_') {
        let mut start = 0;
        let mut last = '_';
        for (at, c) in part.char_indices() {
            if c.is_uppercase() && last.is_lowercase() {
                words.push(&part[start..at]);
                start = at;
            }
            last = c;
        }
        words.push(&part[start..]);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Returns the American spelling of one word, if it is British.
fn american_word(word: &str) -> Option<String> {
    let small = word.to_lowercase();
    let replaced = WORDS.iter().find(|(british, _)| small.contains(british));
    let spelled = if let Some((british, american)) = replaced {
        small.replace(british, american)
    } else if UNITS.iter().any(|unit| small.ends_with(unit)) {
        small.replace("metre", "meter")
    } else {
        let verb = |verb: &&str| ENDINGS.iter().any(|ending| small.contains(&format!("{verb}{ending}")));
        let verb = VERBS.iter().find(|&candidate| verb(candidate))?;
        small.replace(&format!("{verb}is"), &format!("{verb}iz"))
    };
    let is_constant = word.chars().all(|c| !c.is_lowercase());
    Some(match word.chars().next() {
        _ if is_constant => spelled.to_uppercase(),
        Some(first) if first.is_uppercase() => format!("{first}{}", &spelled[first.len_utf8()..]),
        _ => spelled,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{NO_LINES, lines};

    #[track_caller]
    fn check_spelling(british: &str, expected: &str) {
        assert_eq!(american(british).as_deref(), Some(expected));
    }

    #[test]
    fn british_words_are_spelled_anew_in_every_case() {
        check_spelling("centre_of_rows", "center_of_rows");
        check_spelling("NearestNeighbour", "NearestNeighbor");
        check_spelling("RecentredBlock", "RecenteredBlock");
        check_spelling("centres", "centers");
        check_spelling("MAX_COLOURS", "MAX_COLORS");
        check_spelling("normalisation_of_noise", "normalization_of_noise");
        check_spelling("deserialise", "deserialize");
        check_spelling("width_in_millimetres", "width_in_millimeters");
    }

    #[test]
    fn words_that_only_look_alike_are_accepted() {
        for word in ["analysis", "optimist", "precision", "whitened", "noise", "premise", "geometry", "parametrized"] {
            assert_eq!(american(word), None, "{word}");
        }
        assert_eq!(american("cancelled"), None, "both spellings are American");
    }

    #[test]
    fn prose_and_strings_may_be_british() {
        let found = |text: &str| lines(&check(&RustFile::new("crates/rsa-core/src/rdm.rs", text)));
        assert_eq!(found("// centre\nlet a = \"colour\";\n"), NO_LINES);
        assert_eq!(found("let a = 1;\nlet centre = colour(centre);\n"), [2, 2]);
    }
}
