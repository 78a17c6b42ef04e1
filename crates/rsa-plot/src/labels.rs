//! Names beside rows and columns, and brackets over groups of them.

use crate::{
    canvas::{Anchor, Canvas, Font, Stroke},
    color::Ink,
    font,
};

/// Group of adjacent rows or columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Name of the group.
    pub name: String,
    /// Index of the first row or column, from 0.
    pub first: usize,
    /// Number of rows or columns.
    pub count: usize,
}

impl Group {
    /// Returns one group for each run of equal names, in order.
    pub fn runs<S: AsRef<str>>(names: &[S]) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for (k, name) in names.iter().enumerate() {
            match groups.last_mut() {
                Some(last) if last.name == name.as_ref() => last.count += 1,
                _ => groups.push(Self { name: name.as_ref().to_owned(), first: k, count: 1 }),
            }
        }
        groups
    }
}

/// Largest width of a label, in points.
const WIDEST: f64 = 78.0;

/// Font size of the names of cells, and the step between cells that have a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fit {
    font: Font,
    every: usize,
}

impl Fit {
    /// Returns the size for cells of `side` points: 7 points down to 5; for smaller cells some names are left out.
    pub(crate) fn new(side: f64) -> Self {
        let size = (side * 0.95).clamp(5.0, 7.0);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number above 0")]
        let every = ((size * 1.05 / side).ceil() as usize).max(1);
        Self { font: Font::new(size, Ink::Text), every }
    }

    /// Returns the width of the longest of `names`, at most the largest width of a label.
    pub(crate) fn width(self, names: &[String]) -> f64 {
        names.iter().map(|name| self.font.width(name)).fold(0.0, f64::max).min(WIDEST)
    }

    fn shown(self, names: &[String]) -> impl Iterator<Item = (usize, String)> {
        let Font { size, weight, .. } = self.font;
        names.iter().enumerate().step_by(self.every).map(move |(k, name)| (k, font::fitted(name, size, weight, WIDEST)))
    }
}

/// Draws names to the left of rows of `side` points, ending at `x`.
pub(crate) fn rows(canvas: &mut Canvas, [x, y]: [f64; 2], side: f64, names: &[String]) {
    let fit = Fit::new(side);
    for (k, name) in fit.shown(names) {
        canvas.text([x, y + (k as f64 + 0.5) * side + fit.font.size * 0.34], Anchor::End, fit.font, &name);
    }
}

/// Returns `true` if horizontal names fit under columns of `side` points.
pub(crate) fn are_level(side: f64, names: &[String]) -> bool {
    let font = Font::new(6.5, Ink::Text);
    names.iter().all(|name| font.width(name) <= side - 3.0)
}

/// Draws names below columns of `side` points, beginning at `y`; returns their height.
///
/// Names are horizontal if all fit, otherwise vertical.
pub(crate) fn columns(canvas: &mut Canvas, [x, y]: [f64; 2], side: f64, names: &[String]) -> f64 {
    let middle = |k: usize| x + (k as f64 + 0.5) * side;
    if are_level(side, names) {
        let font = Font::new(6.5, Ink::Text);
        for (k, name) in names.iter().enumerate() {
            canvas.text([middle(k), y + 6.0], Anchor::Middle, font, name);
        }
        return 8.0;
    }
    let fit = Fit::new(side);
    for (k, name) in fit.shown(names) {
        canvas.upright_text([middle(k) + fit.font.size * 0.34, y], Anchor::End, fit.font, &name);
    }
    fit.width(names)
}

/// Returns the width of the brackets of `groups` with their names.
pub(crate) fn brackets_width(groups: &[Group]) -> f64 {
    match groups {
        [] => 0.0,
        _ => 9.0 + names_width(groups),
    }
}

fn names_width(groups: &[Group]) -> f64 {
    groups.iter().map(|group| FONT.width(&group.name)).fold(0.0, f64::max).min(WIDEST)
}

const FONT: Font = Font { size: 6.5, weight: font::Weight::Regular, ink: Ink::Text };
const LINE: Stroke = Stroke { width: 0.7, ink: Ink::Muted };

/// Draws brackets to the left of rows, with horizontal names beside them, ending at `x`.
pub(crate) fn row_brackets(canvas: &mut Canvas, [x, y]: [f64; 2], side: f64, groups: &[Group]) {
    for group in groups {
        let (from, to) = ends(y, side, group);
        canvas.line(&[[x - 1.5, from], [x - 4.0, from], [x - 4.0, to], [x - 1.5, to]], LINE, 1.0);
        let name = font::fitted(&group.name, FONT.size, FONT.weight, WIDEST);
        if to - from >= 5.0 {
            canvas.text([x - 6.5, f64::midpoint(from, to) + 2.2], Anchor::End, FONT, &name);
        }
    }
}

/// Draws brackets below columns, with names under them; returns their height.
pub(crate) fn column_brackets(canvas: &mut Canvas, [x, y]: [f64; 2], side: f64, groups: &[Group]) -> f64 {
    let level = groups.iter().all(|group| FONT.width(&group.name) <= group.count as f64 * side - 1.0);
    for group in groups {
        let (from, to) = ends(x, side, group);
        canvas.line(&[[from, y + 1.5], [from, y + 4.0], [to, y + 4.0], [to, y + 1.5]], LINE, 1.0);
        let (middle, name) = (f64::midpoint(from, to), font::fitted(&group.name, FONT.size, FONT.weight, WIDEST));
        if level {
            canvas.text([middle, y + 11.5], Anchor::Middle, FONT, &name);
        } else if to - from >= 5.0 {
            canvas.upright_text([middle + 2.2, y + 6.5], Anchor::End, FONT, &name);
        }
    }
    match groups {
        [] => 0.0,
        _ if level => 13.0,
        _ => 9.0 + names_width(groups),
    }
}

fn ends(start: f64, side: f64, group: &Group) -> (f64, f64) {
    let from = start + group.first as f64 * side;
    (from + 0.6, from + group.count as f64 * side - 0.6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_groups() {
        let groups = Group::runs(&["body", "body", "face", "body"]);
        let found: Vec<_> = groups.iter().map(|group| (group.name.as_str(), group.first, group.count)).collect();
        assert_eq!(found, [("body", 0, 2), ("face", 2, 1), ("body", 3, 1)]);
    }

    #[test]
    fn names_that_do_not_fit_are_left_out_evenly() {
        assert_eq!(Fit::new(20.0).every, 1);
        assert_eq!(Fit::new(2.0).every, 3);
        assert!(are_level(30.0, &["conv1".to_owned()]) && !are_level(10.0, &["conv1".to_owned()]));
    }
}
