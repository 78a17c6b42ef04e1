//! [`Literal`]: the few Python literals that a `.npy` header is made of.

use std::str::Chars;

use rsa_core::{Error, Result};

/// Nested deeper than any array type; a limit, so that a damaged header cannot exhaust the stack.
const MAX_DEPTH: usize = 32;

/// A Python literal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Text(String),
    Integer(i128),
    Bool(bool),
    None,
    /// A tuple or a list.
    Sequence(Vec<Self>),
    /// In the order of the text; keys are strings in every header.
    Dictionary(Vec<(String, Self)>),
}

impl Literal {
    /// Reads `text`, which must hold one literal and white space alone.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut parser = Parser { rest: text.chars() };
        let literal = parser.literal(0)?;
        match parser.peek() {
            None => Ok(literal),
            Some(found) => Err(unexpected(found, "the end of the header")),
        }
    }
}

struct Parser<'a> {
    rest: Chars<'a>,
}

impl Parser<'_> {
    /// Returns the next character that is not white space, and leaves it where it is.
    fn peek(&mut self) -> Option<char> {
        let text = self.rest.as_str().trim_start_matches([' ', '\n', '\t', '\r', '\0']);
        self.rest = text.chars();
        text.chars().next()
    }

    /// Steps over `wanted` if it comes next.
    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.rest.next();
        }
        found
    }

    fn expect(&mut self, wanted: char) -> Result<()> {
        match (self.take(wanted), self.peek()) {
            (true, _) => Ok(()),
            (false, Some(found)) => Err(unexpected(found, &format!("'{wanted}'"))),
            (false, None) => Err(ended()),
        }
    }

    fn literal(&mut self, depth: usize) -> Result<Literal> {
        if depth > MAX_DEPTH {
            return Err(Error::format("the header is nested too deeply; the file is damaged"));
        }
        match self.peek().ok_or_else(ended)? {
            '{' => self.dictionary(depth),
            '(' => self.sequence(')', depth),
            '[' => self.sequence(']', depth),
            '\'' | '"' => self.text().map(Literal::Text),
            '-' | '+' | '0'..='9' => self.integer(),
            found => self.word(found),
        }
    }

    fn dictionary(&mut self, depth: usize) -> Result<Literal> {
        self.expect('{')?;
        let mut entries = Vec::new();
        while !self.take('}') {
            let key = self.text()?;
            self.expect(':')?;
            entries.push((key, self.literal(depth + 1)?));
            if !self.take(',') {
                self.expect('}')?;
                break;
            }
        }
        Ok(Literal::Dictionary(entries))
    }

    fn sequence(&mut self, close: char, depth: usize) -> Result<Literal> {
        self.rest.next();
        let mut items = Vec::new();
        while !self.take(close) {
            items.push(self.literal(depth + 1)?);
            if !self.take(',') {
                self.expect(close)?;
                break;
            }
        }
        Ok(Literal::Sequence(items))
    }

    fn text(&mut self) -> Result<String> {
        let quote = self.peek().ok_or_else(ended)?;
        if quote != '\'' && quote != '"' {
            return Err(unexpected(quote, "a quoted string"));
        }
        self.rest.next();
        let mut text = String::new();
        loop {
            match self.rest.next().ok_or_else(ended)? {
                end if end == quote => return Ok(text),
                // Field names alone can be escaped, and arrays with fields are not read.
                '\\' => text.extend(self.rest.next()),
                other => text.push(other),
            }
        }
    }

    fn integer(&mut self) -> Result<Literal> {
        let text = self.rest.as_str();
        let length = text.find(|c: char| !matches!(c, '-' | '+' | '0'..='9')).unwrap_or(text.len());
        let (digits, rest) = text.split_at(length);
        // Python 2 wrote its long integers with a final L.
        self.rest = rest.strip_prefix('L').unwrap_or(rest).chars();
        digits.parse().map(Literal::Integer).map_err(|_| {
            let shown: String = digits.chars().take(40).collect();
            Error::format(format!("'{shown}' in the header is no integer that a shape can have; the file is damaged"))
        })
    }

    fn word(&mut self, found: char) -> Result<Literal> {
        let words = [("True", Literal::Bool(true)), ("False", Literal::Bool(false)), ("None", Literal::None)];
        for (word, value) in words {
            if let Some(rest) = self.rest.as_str().strip_prefix(word) {
                self.rest = rest.chars();
                return Ok(value);
            }
        }
        Err(unexpected(found, "a Python literal"))
    }
}

fn unexpected(found: char, wanted: &str) -> Error {
    Error::format(format!("{found:?} stands in the header where {wanted} is needed; the file is damaged"))
}

fn ended() -> Error {
    Error::format("the header ends early; the file is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_literal_of_a_header_is_read() {
        let text =
            " { 'descr' :'<f8',\"order\":True , 'n': None,'shape':(3L,-4,), 'f': [('x','<f4',(2,))], 'e': (), }\n";
        let Literal::Dictionary(entries) = Literal::parse(text).unwrap() else { panic!("a dictionary") };
        let keys: Vec<_> = entries.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["descr", "order", "n", "shape", "f", "e"]);
        assert_eq!(entries[3].1, Literal::Sequence(vec![Literal::Integer(3), Literal::Integer(-4)]));
        assert_eq!(entries[5].1, Literal::Sequence(vec![]));
    }

    #[test]
    fn what_is_no_literal_is_an_error() {
        let deep = "(".repeat(100_000);
        let huge = "9".repeat(50);
        for text in [
            "", "{", "{'a'", "{'a':}", "{'a':1", "(1 2)", "{1: 2}", "'a", "1-2", "-", "x", "(1,)x", "'\\", &deep, &huge,
        ] {
            assert_eq!(Literal::parse(text).unwrap_err().kind().name(), "Format", "{text:.20}");
        }
    }
}
