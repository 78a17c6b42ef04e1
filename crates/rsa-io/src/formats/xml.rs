//! XML texts in data files: GIfTI, and the header of CIFTI-2.

use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use roxmltree::{Document, Node, ParsingOptions};
use rsa_core::{Error, Result};

/// The most elements and texts of a file: some ten for each of a hundred thousand maps.
const MAX_NODES: u32 = 1 << 20;

/// Parses `text`, whose first element is `root`.
///
/// # Errors
/// `Format` if it is malformed, or begins with another element.
pub(super) fn parse<'a>(text: &'a str, root: &str) -> Result<Document<'a>> {
    // GIfTI files name their document type.
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| {
        Error::format(format!("the XML is malformed: {error}; the file is damaged, write it again"))
    })?;
    let found = document.root_element().tag_name().name();
    match found == root {
        true => Ok(document),
        false => Err(Error::format(format!("the XML begins with '{found:.40}' and not with '{root}'"))),
    }
}

/// Returns the elements `name` within `parent`.
pub(super) fn children<'a, 'i>(parent: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    parent.children().filter(move |node| node.is_element() && node.tag_name().name() == name)
}

/// Returns the only element `name` within `parent`.
///
/// # Errors
/// `Format` if there is none, or more than one.
pub(super) fn child<'a, 'i>(parent: Node<'a, 'i>, name: &'static str) -> Result<Node<'a, 'i>> {
    let mut found = children(parent, name);
    match (found.next(), found.next()) {
        (Some(node), None) => Ok(node),
        (first, _) => {
            let number = if first.is_some() { "several elements" } else { "no element" };
            Err(damaged(format!("'{}' has {number} '{name}'", parent.tag_name().name())))
        }
    }
}

/// Returns the attribute `name` of `node`.
///
/// # Errors
/// `Format` if it is missing.
pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Result<&'a str> {
    let found = node.attribute(name);
    found.ok_or_else(|| damaged(format!("'{}' has no attribute '{name}'", node.tag_name().name())))
}

/// Returns the attribute `name` of `node` as a number.
///
/// # Errors
/// `Format` if it is missing or no such number.
pub(super) fn number<T: FromStr>(node: Node<'_, '_>, name: &str) -> Result<T> {
    let text = attribute(node, name)?;
    let number = text.trim().parse();
    number.map_err(|_| damaged(format!("{name}=\"{text:.40}\" of '{}' is no such number", node.tag_name().name())))
}

/// Returns the numbers in the text of `node`, at most `most` of them.
///
/// # Errors
/// `Format` for anything but numbers, and for more of them.
pub(super) fn numbers<T: FromStr>(node: Node<'_, '_>, most: usize) -> Result<Vec<T>> {
    let mut numbers = Vec::new();
    // The text is in memory already, and a number takes no more than it.
    for word in node.text().unwrap_or_default().split(|c: char| c.is_ascii_whitespace() || c == ',') {
        if word.is_empty() {
            continue;
        }
        let name = node.tag_name().name();
        if numbers.len() == most {
            return Err(damaged(format!("'{name}' has more than the {most} numbers that are claimed")));
        }
        numbers.push(word.parse().map_err(|_| damaged(format!("'{word:.40}' in '{name}' is no such number")))?);
    }
    Ok(numbers)
}

/// Returns the names of a table of labels, by their numbers.
///
/// # Errors
/// `Format` for a number that is not whole, or is there twice.
pub(super) fn label_table(table: Node<'_, '_>) -> Result<BTreeMap<i64, String>> {
    let mut names = BTreeMap::new();
    for label in children(table, "Label") {
        // GIfTI files of earlier versions say `Index`.
        let key = if label.attribute("Key").is_some() { "Key" } else { "Index" };
        let key: i64 = number(label, key)?;
        let name = label.text().unwrap_or_default().trim();
        let name = if name.is_empty() { key.to_string() } else { name.to_owned() };
        if names.insert(key, name).is_some() {
            return Err(damaged(format!("two regions have the number {key}")));
        }
    }
    Ok(names)
}

/// Returns the error of a file that contradicts itself.
pub(super) fn damaged(what: impl Display) -> Error {
    Error::format(format!("{what}; the file is damaged, write it again"))
}
