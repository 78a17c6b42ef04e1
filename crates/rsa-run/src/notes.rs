//! [`Notes`]: facts about inputs that a result keeps and an observer is told at once.

use rsakit::core::Observer;

/// Notes on the inputs of a job, in the order in which they became known.
pub(crate) struct Notes<'a> {
    observer: &'a dyn Observer,
    texts: Vec<String>,
}

impl<'a> Notes<'a> {
    /// Makes an empty list; `observer` is told every note.
    pub(crate) fn new(observer: &'a dyn Observer) -> Self {
        Self { observer, texts: Vec::new() }
    }

    /// Adds a note and tells the observer, unless the note is there already: several inputs may be of one file.
    pub(crate) fn add(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.texts.contains(&text) {
            self.observer.note(&text);
            self.texts.push(text);
        }
    }

    /// Adds all `texts` in order.
    pub(crate) fn add_all<S: Into<String>>(&mut self, texts: impl IntoIterator<Item = S>) {
        texts.into_iter().for_each(|text| self.add(text));
    }

    /// Returns all notes.
    pub(crate) fn into_texts(self) -> Vec<String> {
        self.texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_kept_once() {
        let mut notes = Notes::new(&());
        notes.add_all(["first", "second", "first"]);
        assert_eq!(notes.into_texts(), ["first", "second"]);
    }
}
