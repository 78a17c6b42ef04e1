//! One panel of a scatter plot: points or their density, and the least-squares line.

use std::collections::BTreeMap;

use crate::{
    axis::Scale,
    canvas::{Canvas, Stroke},
    color::Ink,
};

/// Largest number of points that are drawn; more are counted in squares.
pub(crate) const POINTS: usize = 2000;

/// Number of squares along a side, and their smallest and largest side, in points.
const SQUARES: f64 = 60.0;
const SQUARE_SIDES: [f64; 2] = [1.2, 2.6];

/// Number of shades of squares.
const SHADES: usize = 8;

/// Panel with the scales of its axes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScatterPanel {
    /// Left upper corner.
    pub(crate) at: [f64; 2],
    pub(crate) side: f64,
    pub(crate) x: Scale,
    pub(crate) y: Scale,
}

impl ScatterPanel {
    /// Draws `series` of points, each above the earlier ones.
    ///
    /// Returns the largest count of a square, if squares are drawn in the place of points.
    pub(crate) fn draw(&self, canvas: &mut Canvas, series: &[Vec<[f64; 2]>]) -> Option<usize> {
        let count: usize = series.iter().map(Vec::len).sum();
        let places =
            |points: &[[f64; 2]]| points.iter().map(|[a, b]| [self.x.at(*a), self.y.at(*b)]).collect::<Vec<_>>();
        let most = if count > POINTS {
            let counts: Vec<_> = series.iter().map(|points| self.counts(&places(points))).collect();
            let most = counts.iter().flat_map(|counts| counts.values()).copied().max().unwrap_or(1);
            counts.iter().enumerate().for_each(|(k, counts)| self.draw_counts(canvas, counts, most, Ink::Series(k)));
            Some(most)
        } else {
            let (diameter, opacity) = if count > 400 || self.side < 100.0 { (1.6, 0.5) } else { (2.6, 0.6) };
            for (k, points) in series.iter().enumerate().filter(|(_, points)| !points.is_empty()) {
                canvas.cloud(&places(points), diameter, Ink::Series(k), opacity);
            }
            None
        };
        if let Some(line) = self.trend(&places(&series.concat())) {
            let width = if self.side < 100.0 { 0.8 } else { 1.1 };
            canvas.line(&line, Stroke { width: 2.4 * width, ink: Ink::Paper }, 0.8);
            canvas.line(&line, Stroke { width, ink: Ink::Text }, 1.0);
        }
        most
    }

    /// Returns the side of the squares in which points are counted.
    fn square(&self) -> f64 {
        (self.side / SQUARES).clamp(SQUARE_SIDES[0], SQUARE_SIDES[1])
    }

    /// Returns the number of points in each square that has any.
    fn counts(&self, places: &[[f64; 2]]) -> BTreeMap<[usize; 2], usize> {
        let side = self.square();
        let last = (self.side / side - 1.0).max(0.0);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the panel")]
        let square = |place: f64| (place / side).clamp(0.0, last) as usize;
        let mut counts = BTreeMap::new();
        for [x, y] in places {
            *counts.entry([square(y - self.at[1]), square(x - self.at[0])]).or_default() += 1;
        }
        counts
    }

    /// Draws squares, the darker the more points are in them, on a logarithmic scale.
    fn draw_counts(&self, canvas: &mut Canvas, counts: &BTreeMap<[usize; 2], usize>, most: usize, ink: Ink) {
        let mut paths: BTreeMap<usize, String> = BTreeMap::new();
        for ([row, column], &count) in counts {
            let share = (count as f64).ln() / (most as f64).ln().max(f64::MIN_POSITIVE);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and SHADES")]
            let shade = ((share * SHADES as f64) as usize).min(SHADES - 1);
            *paths.entry(shade).or_default() += &format!("M{column} {row}.5h1");
        }
        for (shade, path) in paths {
            let opacity = 0.22 + 0.78 * shade as f64 / (SHADES - 1) as f64;
            canvas.shaded_cells(&path, self.at, [self.square(); 2], ink, opacity);
        }
    }

    /// Returns the least-squares line of places on paper, cut at the edges of the panel.
    fn trend(&self, places: &[[f64; 2]]) -> Option<[[f64; 2]; 2]> {
        let count = places.len() as f64;
        let mean = |axis: usize| places.iter().map(|place| place[axis]).sum::<f64>() / count;
        let [mean_x, mean_y] = [mean(0), mean(1)];
        let products = |a: fn(&[f64; 2], [f64; 2]) -> f64| places.iter().map(|p| a(p, [mean_x, mean_y])).sum::<f64>();
        let variance = products(|[x, _], [mean_x, _]| (x - mean_x).powi(2));
        let covariance = products(|[x, y], [mean_x, mean_y]| (x - mean_x) * (y - mean_y));
        // Less than a hundredth of a point apart, all points are on a vertical line.
        if places.len() < 3 || variance <= count * 1e-4 {
            return None;
        }
        let slope = covariance / variance;
        let [left, right] =
            places.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[l, r], [x, _]| [l.min(*x), r.max(*x)]);
        let [top, bottom] = [self.at[1], self.at[1] + self.side];
        let at = |x: f64| [x, mean_y + slope * (x - mean_x)];
        let cut = |[x, y]: [f64; 2]| match y.clamp(top, bottom) {
            inside if inside == y => [x, y],
            edge => [mean_x + (edge - mean_y) / slope, edge],
        };
        Some([cut(at(left)), cut(at(right))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Theme;

    fn panel() -> ScatterPanel {
        let scale = Scale::new([0.0, 10.0], [0.0, 100.0]);
        ScatterPanel { at: [0.0, 0.0], side: 100.0, x: scale, y: scale }
    }

    #[test]
    fn the_line_is_that_of_least_squares() {
        // Means 20 and 30; slope (−10·−20 + 10·20 + 0·0) / 200 = 2.
        let line = panel().trend(&[[10.0, 10.0], [30.0, 50.0], [20.0, 30.0]]).unwrap();
        assert_eq!(line, [[10.0, 10.0], [30.0, 50.0]]);
        let steep = panel().trend(&[[40.0, 0.0], [50.0, 10.0], [60.0, 200.0]]).unwrap();
        assert!((steep[1][1] - 100.0).abs() < 1e-9 && steep[1][0] < 60.0, "{steep:?}");
        assert!(panel().trend(&[[5.0, 1.0], [5.0, 2.0], [5.0, 9.0]]).is_none());
        assert!(panel().trend(&[[5.0, 1.0], [6.0, 2.0]]).is_none());
    }

    #[test]
    fn many_points_are_counted() {
        let points: Vec<[f64; 2]> = (0..3000).map(|k| [f64::from(k % 10), f64::from(k % 2)]).collect();
        let mut canvas = Canvas::new(Theme::Light);
        assert_eq!(panel().draw(&mut canvas, std::slice::from_ref(&points)), Some(300));
        assert_eq!(panel().draw(&mut canvas, &[points[..2000].to_vec()]), None);
    }
}
