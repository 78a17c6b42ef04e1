//! Dendrograms above matrices.

use rsa_core::{Error, Result};

use crate::{
    canvas::{Canvas, Stroke},
    color::Ink,
    heatmap::Area,
};

/// Merge of two branches of a dendrogram over the rows of a matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Branch {
    /// The two parts: rows in the order of the matrix below their number n, earlier branches from n on.
    pub parts: [usize; 2],
    /// Dissimilarity at which the parts meet.
    pub height: f64,
}

/// Checks that `branches` are a tree of `n` rows.
///
/// # Errors
/// `ShapeMismatch`; `NonFinite` for a height that is not finite.
pub(crate) fn check(branches: &[Branch], n: usize) -> Result<()> {
    if branches.is_empty() {
        return Ok(());
    }
    let mut taken = vec![false; n + branches.len()];
    for (k, branch) in branches.iter().enumerate() {
        if !branch.height.is_finite() {
            return Err(Error::non_finite_entry("the heights of a dendrogram", k, 0, branch.height));
        }
        for part in branch.parts {
            if part >= n + k || std::mem::replace(&mut taken[part], true) {
                return Err(Error::shape_mismatch(format!(
                    "branch {k} of a dendrogram of {n} rows joins part {part}, which does not exist or is taken"
                )));
            }
        }
    }
    match branches.len() + 1 == n {
        true => Ok(()),
        false => Err(Error::shape_mismatch(format!("{} branches over {n} rows; give n − 1", branches.len()))),
    }
}

/// Draws a dendrogram into `area`, its leaves at the bottom, each above the middle of its column.
pub(crate) fn draw(canvas: &mut Canvas, area: Area, branches: &[Branch]) {
    let ([x, y], [width, height]) = (area.at, area.size);
    let n = branches.len() + 1;
    let heights = || branches.iter().map(|branch| branch.height);
    let (low, high) = (heights().fold(f64::INFINITY, f64::min), heights().fold(f64::NEG_INFINITY, f64::max));
    // Leaves stand a sixth below the lowest merge: what is below it says nothing about the tree.
    let range = (high / 2.0 - low / 2.0).max(f64::MIN_POSITIVE);
    let place = |value: f64| y + height / 1.2 * (1.0 - (value / 2.0 - low / 2.0) / range);
    let mut tops: Vec<[f64; 2]> = (0..n).map(|k| [x + (k as f64 + 0.5) * width / n as f64, y + height]).collect();
    let mut lines = Vec::with_capacity(3 * branches.len());
    for Branch { parts: [a, b], height } in branches {
        let ([left, right], top) = ([tops[*a], tops[*b]], place(*height));
        lines.extend([[left, [left[0], top]], [right, [right[0], top]], [[left[0], top], [right[0], top]]]);
        tops.push([f64::midpoint(left[0], right[0]), top]);
    }
    let stroke = if width / (n as f64) < 3.0 { 0.35 } else { 0.6 };
    canvas.segments(&lines, Stroke { width: stroke, ink: Ink::Text }, 1.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Theme;

    const AREA: Area = Area { at: [0.0, 0.0], size: [30.0, 10.0] };

    fn branch(parts: [usize; 2], height: f64) -> Branch {
        Branch { parts, height }
    }

    #[test]
    fn branches_meet_above_the_middle_of_their_parts() {
        let mut canvas = Canvas::new(Theme::Light);
        draw(&mut canvas, AREA, &[branch([0, 1], 1.0), branch([3, 2], 2.0)]);
        let body = canvas.into_body();
        assert!(
            body.contains("M5 8.33L15 8.33") && body.contains("M10 8.33L10 0") && body.contains("M10 0L25 0"),
            "{body}"
        );
    }

    #[test]
    fn what_is_no_tree_is_refused() {
        let kind = |branches: &[Branch]| check(branches, 3).unwrap_err().kind().name();
        assert!(check(&[branch([0, 1], 1.0), branch([3, 2], 2.0)], 3).is_ok() && check(&[], 3).is_ok());
        assert_eq!(kind(&[branch([0, 1], 1.0)]), "ShapeMismatch");
        assert_eq!(kind(&[branch([0, 1], 1.0), branch([1, 2], 2.0)]), "ShapeMismatch");
        assert_eq!(kind(&[branch([0, 4], 1.0), branch([1, 2], 2.0)]), "ShapeMismatch");
        assert_eq!(kind(&[branch([0, 1], f64::NAN), branch([3, 2], 2.0)]), "NonFinite");
    }
}
