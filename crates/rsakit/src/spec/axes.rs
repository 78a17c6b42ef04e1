//! Reading of the axes of a measure: keys, words, and the nearest known word to an unknown one.

use std::fmt;

use rsa_core::{Error, Result};

use super::{
    grammar::{Argument, Term},
    peer_words::from_peer,
};

/// The arguments of a term while they are being taken.
pub(crate) struct TermArguments<'a> {
    of: String,
    arguments: Vec<Argument<'a>>,
}

impl<'a> TermArguments<'a> {
    /// Takes the arguments of `term`, each of which must have one of `keys`, once.
    pub(crate) fn new(term: Term<'a>, keys: &[&str]) -> Result<Self> {
        for (k, argument) in term.arguments.iter().enumerate() {
            match argument.key {
                Some(key) if !keys.contains(&key) => {
                    return Err(unknown(&format!("a parameter of {}", term.word), key, keys));
                }
                Some(key) if term.arguments[..k].iter().any(|earlier| earlier.key == Some(key)) => {
                    return Err(Error::invalid_parameter(
                        format!("{key} of {}", term.word),
                        "given once",
                        "two of them",
                    ));
                }
                Some(_) => {}
                None => {
                    let requirement = format!("written key=value, with one of {}", listed(keys));
                    let name = format!("a parameter of {}", term.word);
                    return Err(Error::invalid_parameter(name, requirement, format_args!("'{}'", argument.value.word)));
                }
            }
        }
        Ok(Self { of: term.word.to_owned(), arguments: term.arguments })
    }

    /// Takes the value of `key`, if it was given.
    pub(crate) fn take(&mut self, key: &str) -> Option<Term<'a>> {
        let at = self.arguments.iter().position(|argument| argument.key == Some(key))?;
        Some(self.arguments.swap_remove(at).value)
    }

    /// Takes the number of `key`, or its default.
    pub(crate) fn number(&mut self, key: &str, default: f64) -> Result<f64> {
        let Some(term) = self.take(key) else { return Ok(default) };
        match term.word.parse() {
            Ok(number) if term.arguments.is_empty() => Ok(number),
            _ => Err(Error::invalid_parameter(
                format!("{key} of {}", self.of),
                "a number",
                format_args!("'{}'", term.word),
            )),
        }
    }

    /// Takes the value of `key`, which has no default; the error shows `example`.
    pub(crate) fn need(&mut self, key: &str, example: &str) -> Result<Term<'a>> {
        self.take(key).ok_or_else(|| {
            Error::invalid_parameter(
                format!("{key} of {}", self.of),
                format!("given, such as {key}={example}"),
                "nothing",
            )
        })
    }
}

impl Term<'_> {
    /// Returns the value that this word has in `words`; it takes no arguments.
    pub(crate) fn choice<T: Copy>(&self, axis: &str, words: &[(&str, T)]) -> Result<T> {
        let value = words.iter().find(|(word, _)| *word == self.word).map(|&(_, value)| value);
        let known: Vec<_> = words.iter().map(|&(word, _)| word).collect();
        let value = value.ok_or_else(|| unknown(axis, self.word, &known))?;
        match self.arguments.is_empty() {
            true => Ok(value),
            false => Err(Error::invalid_parameter(format!("{} of {axis}", self.word), "without arguments", "some")),
        }
    }

    /// Returns the one number in parentheses: `variance(0.99)`.
    pub(crate) fn number<T: std::str::FromStr>(&self, example: &str) -> Result<T> {
        let wrong = |found: &dyn fmt::Display| {
            Error::invalid_parameter(
                self.word,
                format!("given with one number, such as {}({example})", self.word),
                found,
            )
        };
        match self.arguments.as_slice() {
            [Argument { key: None, value }] if value.arguments.is_empty() => {
                value.word.parse().map_err(|_| wrong(&format_args!("'{}'", value.word)))
            }
            [] => Err(wrong(&"nothing")),
            _ => Err(wrong(&"something else")),
        }
    }
}

/// Makes the error of a `word` that is not `known`, with all known words and the one that was probably meant.
pub(crate) fn unknown(what: &str, word: &str, known: &[&str]) -> Error {
    let requirement = format!("one of {}", listed(known));
    match from_peer(word, known).or_else(|| nearest(word, known)) {
        Some(near) => Error::invalid_parameter(what, requirement, format_args!("'{word}'; did you mean '{near}'?")),
        None => Error::invalid_parameter(what, requirement, format_args!("'{word}'")),
    }
}

/// Returns the known word that a typing error could have turned into `word`.
fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |other: &&str| strsim::damerau_levenshtein(&word.to_lowercase(), other);
    let near = known.iter().copied().min_by_key(distance)?;
    (distance(&near) <= 1 + near.len() / 4).then_some(near)
}

/// Returns the word for a value of an axis.
pub(crate) fn word_of<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> &'static str {
    words.iter().find(|(_, known)| known == value).map(|(word, _)| word).expect("every value of an axis has a word")
}

fn listed(words: &[&str]) -> String {
    words.join(", ")
}
