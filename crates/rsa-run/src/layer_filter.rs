//! [`LayerFilter`]: the layers or RDMs of an input that are wanted.

use glob::Pattern;
use rsakit::{Error, Result};

/// Filter of layers or RDMs by name, with `*` and `?`. Without patterns it keeps all.
pub(crate) struct LayerFilter {
    /// Option that has the patterns, for messages.
    option: &'static str,
    patterns: Vec<Pattern>,
}

impl LayerFilter {
    /// Parses the patterns of `--layers`.
    ///
    /// # Errors
    /// Errors of [`for_option`](Self::for_option).
    pub(crate) fn new(globs: &[String]) -> Result<Self> {
        Self::for_option("--layers", globs)
    }

    /// Parses the patterns of an option.
    ///
    /// # Errors
    /// `InvalidParameter` for a malformed pattern.
    pub(crate) fn for_option(option: &'static str, globs: &[String]) -> Result<Self> {
        let pattern = |glob: &String| {
            Pattern::new(glob)
                .map_err(|error| Error::invalid_parameter(format!("{option} '{glob}'"), "a pattern", error))
        };
        let patterns = globs.iter().map(pattern).collect::<Result<_>>()?;
        Ok(Self { option, patterns })
    }

    /// Keeps those of `items`, all from `path`, whose name is wanted.
    ///
    /// # Errors
    /// `InvalidParameter` listing the names if none is left.
    pub(crate) fn keep<T>(&self, items: &mut Vec<T>, path: &str, name: impl Fn(&T) -> &str) -> Result<()> {
        // Names of stacked RDMs, such as `brain[0,1]`, are themselves and no class of letters.
        let is_named = |glob: &Pattern, item: &T| glob.as_str() == name(item) || glob.matches(name(item));
        let wanted = |item: &T| self.patterns.is_empty() || self.patterns.iter().any(|glob| is_named(glob, item));
        if !items.iter().any(wanted) {
            let globs: Vec<_> = self.patterns.iter().map(Pattern::as_str).collect();
            let names: Vec<_> = items.iter().map(&name).collect();
            let nearest = globs.first().and_then(|glob| nearest(glob, names.iter().copied()));
            let nearest = nearest.map_or_else(String::new, |name| format!("; did you mean '{name}'?"));
            let requirement = format!("a name, with * and ?, of {path}, which has {}", names.join(", "));
            let found = format!("'{}'{nearest}", globs.join("', '"));
            return Err(Error::invalid_parameter(self.option, requirement, found));
        }
        items.retain(wanted);
        Ok(())
    }
}

/// Returns the word of `known` that `word` was probably meant to be: at most a third of its letters away.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distances = known.into_iter().map(|other| (strsim::damerau_levenshtein(word, other), other));
    let (distance, found) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= word.chars().count().div_ceil(3)).then_some(found)
}
