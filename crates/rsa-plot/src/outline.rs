//! Outlines of cells of a symmetric matrix.

use std::collections::HashSet;

use crate::{
    canvas::{Canvas, Stroke},
    color::Ink,
    heatmap::Area,
};

/// Draws lines around the cells of `pairs` in a matrix of `n` rows: none between two outlined cells.
pub(crate) fn draw(canvas: &mut Canvas, area: Area, pairs: &[[usize; 2]], n: usize) {
    let cell = area.size[0] / n as f64;
    let place = |[column, row]: [usize; 2]| [area.at[0] + column as f64 * cell, area.at[1] + row as f64 * cell];
    let lines: Vec<_> = edges(pairs, n).into_iter().map(|edge| edge.map(place)).collect();
    let width = (cell * 0.25).clamp(0.6, 1.1);
    // A line in the color of the paper below keeps the outline apart from dark cells.
    canvas.segments(&lines, Stroke { width: 2.6 * width, ink: Ink::Paper }, 0.8);
    canvas.segments(&lines, Stroke { width, ink: Ink::Text }, 1.0);
}

/// Returns the lines between outlined cells and others, as ends in [column, row].
fn edges(pairs: &[[usize; 2]], n: usize) -> Vec<[[usize; 2]; 2]> {
    let pairs: HashSet<[usize; 2]> = pairs.iter().map(|&[a, b]| [a.min(b), a.max(b)]).collect();
    let is_pair = |a: usize, b: usize| pairs.contains(&[a, b]);
    // A cell of the diagonal belongs to its neighbors, so that a block of conditions has one outline.
    let is_outlined = |row: usize, column: usize| match row.cmp(&column) {
        std::cmp::Ordering::Equal => (row > 0 && is_pair(row - 1, row)) || is_pair(row, row + 1),
        _ => is_pair(row.min(column), row.max(column)),
    };
    let mut found = Vec::new();
    for line in 0..=n {
        let is_edge = |at: usize| (line > 0 && is_outlined(line - 1, at)) != (line < n && is_outlined(line, at));
        let mut at = 0;
        while at < n {
            let length = (at..n).take_while(|&at| is_edge(at)).count();
            if length > 0 {
                found.push([[at, line], [at + length, line]]);
                // The matrix is symmetric.
                found.push([[line, at], [line, at + length]]);
            }
            at += length.max(1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_one_outline_and_a_lone_cell_four_sides() {
        let block = edges(&[[0, 1], [2, 0], [1, 2]], 4);
        assert_eq!(block.len(), 4);
        assert!(block.contains(&[[0, 0], [3, 0]]) && block.contains(&[[3, 0], [3, 3]]), "{block:?}");
        // Two cells, mirror images of one another.
        let lone = edges(&[[0, 3]], 4);
        assert_eq!(lone.len(), 8);
        assert!(lone.contains(&[[3, 0], [4, 0]]) && lone.contains(&[[0, 3], [0, 4]]));
        assert!(edges(&[], 3).is_empty());
    }
}
