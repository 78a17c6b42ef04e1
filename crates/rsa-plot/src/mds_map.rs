//! Maps of multidimensional scaling: conditions or models as points.

use rsa_core::{Error, Result};

use crate::{
    axis::Scale,
    canvas::{Anchor, Canvas, Font, Stroke},
    color::Ink,
    figure::{Figure, Style},
    picture::Picture,
};

/// Two-dimensional MDS map with its stress and a Shepard diagram (distances on the map against dissimilarities).
///
/// Axes are not drawn, because the axes of such a map have neither unit nor direction.
///
#[doc = include_str!("../figures/map.svg")]
///
/// # Shapes
/// One label, one group and one picture for each point, or none at all.
///
/// # Errors
/// `InvalidParameter` without a point or for a width out of range, `NonFinite` for a coordinate that is not finite,
/// `ShapeMismatch` for labels, groups or paths that do not fit the points.
///
/// # Example
/// ```
/// use rsa_plot::{MdsMap, Shepard, Style};
///
/// let figure = MdsMap {
///     title: "IT".to_owned(),
///     points: vec![[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]],
///     labels: ["face", "hand", "house"].map(str::to_owned).to_vec(),
///     groups: vec![],
///     pictures: vec![],
///     paths: vec![],
///     stress: 0.0,
///     shepard: Shepard { dissimilarities: vec![3.0, 4.0, 5.0], distances: vec![3.0, 4.0, 5.0], fitted: vec![3.0, 4.0, 5.0] },
/// };
/// assert!(figure.draw(Style { width: 89.0, ..Style::default() })?.svg().contains("stress 0.000"));
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Kriegeskorte et al. 2008, Neuron, doi:10.1016/j.neuron.2008.10.043; Shepard 1962, Psychometrika,
/// doi:10.1007/BF02289630.
#[derive(Clone, Debug)]
pub struct MdsMap {
    /// Title of the map.
    pub title: String,
    /// Coordinates of the points.
    pub points: Vec<[f64; 2]>,
    /// Names of the points.
    pub labels: Vec<String>,
    /// Group of each point, shown by its colour.
    pub groups: Vec<String>,
    /// Picture of each point, drawn in the place of its dot and its name; `None` for a dot.
    pub pictures: Vec<Option<Picture>>,
    /// Points joined by a line, such as the layers of one network.
    pub paths: Vec<Vec<usize>>,
    /// Stress-1 of the map.
    pub stress: f64,
    /// Pairs of points for the Shepard diagram.
    pub shepard: Shepard,
}

/// Dissimilarities and distances of pairs of points.
#[derive(Clone, Debug, Default)]
pub struct Shepard {
    /// Dissimilarities that were given.
    pub dissimilarities: Vec<f64>,
    /// Distances on the map.
    pub distances: Vec<f64>,
    /// Targets of the fit: the dissimilarities, or a monotone function of them.
    pub fitted: Vec<f64>,
}

const INSET: f64 = 62.0;
const MARGIN: f64 = 12.0;
/// Largest number of points that are drawn with names.
const NAMED: usize = 120;

/// Returns points along a path, so close that no name fits between two of them.
fn points_along(path: &[usize], places: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let between = |pair: &[usize]| {
        let ([ax, ay], [bx, by]) = (places[pair[0]], places[pair[1]]);
        let count = ((bx - ax).hypot(by - ay) / 2.0).ceil().max(1.0);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length on paper")]
        let steps = count as usize;
        (0..=steps).map(move |k| [ax + (bx - ax) * k as f64 / count, ay + (by - ay) * k as f64 / count])
    };
    path.windows(2).flat_map(between).collect()
}

impl MdsMap {
    /// Draws the figure.
    ///
    /// # Errors
    /// See [`MdsMap`].
    pub fn draw(&self, style: Style) -> Result<Figure> {
        self.check()?;
        let width = style.points()?;
        let kinds = self.kinds();
        let font = Font::new(6.5, Ink::Text);
        let legend =
            kinds.iter().map(|kind| font.width(kind)).fold(0.0, f64::max) + if kinds.is_empty() { 0.0 } else { 12.0 };
        let right = (INSET + 14.0).max(legend) + 6.0;
        let side = self.picture_side(width - right);
        let places = self.places(width - right, side / 2.0);
        let height = places.iter().map(|[_, y]| *y).fold(INSET + 60.0, f64::max) + MARGIN + side / 2.0;
        let mut canvas = Canvas::new(style.theme);
        canvas.text([2.0, 8.0], Anchor::Start, Font::bold(8.0), &self.title);
        for path in &self.paths {
            let points: Vec<_> = path.iter().map(|&k| places[k]).collect();
            canvas.line(&points, Stroke { width: 0.9, ink: self.ink(path.first().copied(), &kinds) }, 0.7);
        }
        for (k, &place) in places.iter().enumerate() {
            let label = self.labels.get(k).map_or_else(|| k.to_string(), Clone::clone);
            let hint = self.groups.get(k).map_or_else(|| label.clone(), |group| format!("{label}\n{group}"));
            match self.pictures.get(k).and_then(Option::as_ref) {
                Some(picture) => self.draw_picture(&mut canvas, k, place, side, picture, &hint)?,
                None => canvas.dot(place, 2.3, self.ink(Some(k), &kinds), 1.0, &hint),
            }
        }
        self.names(&mut canvas, &places, [width - right, height], side);
        let x = width - right + 8.0;
        self.inset(&mut canvas, [x, 13.0]);
        for (k, kind) in kinds.iter().enumerate() {
            let y = 13.0 + INSET + 36.0 + k as f64 * 9.5;
            canvas.dot([x + 3.0, y], 2.3, Ink::Series(k), 1.0, "");
            canvas.text([x + 8.0, y + 2.3], Anchor::Start, font, kind);
        }
        let height = height.max(13.0 + INSET + 36.0 + kinds.len() as f64 * 9.5);
        let title = format!("Map of {}", self.title);
        Ok(Figure::new(canvas, [width, height], &title, &self.description(&kinds)))
    }

    fn check(&self) -> Result<()> {
        let n = self.points.len();
        if n == 0 {
            return Err(Error::invalid_parameter("the number of points of a map", "at least 1", 0));
        }
        let coordinates = self.points.iter().enumerate().flat_map(|(k, [x, y])| [(k, 0, *x), (k, 1, *y)]);
        if let Some((k, axis, value)) = coordinates.into_iter().find(|(.., value)| !value.is_finite()) {
            return Err(Error::non_finite_entry("the coordinates of a map", k, axis, value));
        }
        let fits = |count: usize| count == 0 || count == n;
        let counts = [self.labels.len(), self.groups.len(), self.pictures.len()];
        if !counts.into_iter().all(fits) || self.paths.iter().flatten().any(|&k| k >= n) {
            return Err(Error::shape_mismatch(format!(
                "{} labels, {} groups, {} pictures and paths for {n} points; give one of each for every point, or none, and paths of existing points",
                counts[0], counts[1], counts[2]
            )));
        }
        Ok(())
    }

    /// Returns the groups in the order of their first points.
    fn kinds(&self) -> Vec<String> {
        let mut kinds: Vec<String> = Vec::new();
        for group in &self.groups {
            if !kinds.contains(group) {
                kinds.push(group.clone());
            }
        }
        kinds
    }

    fn ink(&self, point: Option<usize>, kinds: &[String]) -> Ink {
        let group = point.and_then(|k| self.groups.get(k));
        Ink::Series(group.and_then(|group| kinds.iter().position(|kind| kind == group)).unwrap_or(0))
    }

    /// Computes the positions of the points on paper, with one scale for both axes.
    ///
    /// `margin` keeps pictures on the paper.
    fn places(&self, width: f64, margin: f64) -> Vec<[f64; 2]> {
        let extent = |axis: usize| {
            let values = || self.points.iter().map(move |point| point[axis]);
            [values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max)]
        };
        let ([left, right], [low, high]) = (extent(0), extent(1));
        // Names are beside points, so the map is narrower than the available width.
        let scale = ((width - 2.0 * MARGIN - 2.0 * margin.max(12.0))
            / (right - left).max((high - low) / 1.15).max(f64::MIN_POSITIVE))
        .min(1e300);
        let middle = f64::midpoint(left, right);
        let place =
            |[x, y]: &[f64; 2]| [width / 2.0 + (x - middle) * scale, 16.0 + MARGIN + margin + (high - y) * scale];
        self.points.iter().map(place).collect()
    }

    /// Returns the side of pictures: half the distance that points spread evenly would have; 0 without pictures.
    fn picture_side(&self, width: f64) -> f64 {
        match self.pictures.iter().any(Option::is_some) {
            true => (0.5 * width / (self.points.len() as f64).sqrt()).clamp(10.0, 40.0),
            false => 0.0,
        }
    }

    /// Draws the picture of point `k`, framed in the color of its group.
    fn draw_picture(
        &self,
        canvas: &mut Canvas,
        k: usize,
        [x, y]: [f64; 2],
        side: f64,
        picture: &Picture,
        hint: &str,
    ) -> Result<()> {
        let frame = (!self.groups.is_empty()).then(|| self.ink(Some(k), &self.kinds()).rgb(canvas.theme));
        canvas.picture([x - side / 2.0, y - side / 2.0], side, &picture.embedded(side, frame)?, hint);
        Ok(())
    }

    /// Draws each name where it covers neither points nor other names; leaves out a name that fits nowhere.
    ///
    /// A picture of `side` points needs no name.
    fn names(&self, canvas: &mut Canvas, places: &[[f64; 2]], [right, bottom]: [f64; 2], side: f64) {
        if self.labels.is_empty() || places.len() > NAMED {
            return;
        }
        let font = Font::new(if places.len() > 40 { 5.5 } else { 6.5 }, Ink::Text);
        let has_picture = |k: usize| self.pictures.get(k).is_some_and(Option::is_some);
        let around = |(k, [x, y]): (usize, &[f64; 2])| {
            let half = if has_picture(k) { side / 2.0 } else { 2.3 };
            [x - half, y - half, x + half, y + half]
        };
        let mut taken: Vec<[f64; 4]> = places.iter().enumerate().map(around).collect();
        let lines: Vec<_> = self.paths.iter().flat_map(|path| points_along(path, places)).collect();
        for (k, [x, y]) in places.iter().enumerate().filter(|(k, _)| !has_picture(*k)) {
            let (width, height) = (font.width(&self.labels[k]), font.size);
            let beside = [
                [x + 3.6, y - height / 2.0],
                [x - 3.6 - width, y - height / 2.0],
                [x - width / 2.0, y - height - 2.6],
                [x - width / 2.0, y + 2.6],
                [x + 2.6, y - height - 1.2],
                [x - width - 2.6, y - height - 1.2],
                [x + 2.6, y + 1.2],
                [x - width - 2.6, y + 1.2],
            ];
            let boxed = |[x, y]: [f64; 2]| [x, y, x + width, y + height];
            let free = |a: &[f64; 4]| {
                let inside = a[0] >= 0.0 && a[2] <= right + 4.0 && a[1] >= 10.0 && a[3] <= bottom;
                let apart = |b: &[f64; 4]| a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
                inside && taken.iter().all(apart)
            };
            let off_lines = |a: &[f64; 4]| !lines.iter().any(|[x, y]| a[0] < *x && *x < a[2] && a[1] < *y && *y < a[3]);
            let candidates = || beside.into_iter().map(boxed).filter(free);
            if let Some(found) = candidates().find(off_lines).or_else(|| candidates().next()) {
                canvas.text([found[0], found[1] + height * 0.82], Anchor::Start, font, &self.labels[k]);
                taken.push(found);
            }
        }
    }

    /// Draws the Shepard diagram: distances against dissimilarities, with the fitted curve.
    fn inset(&self, canvas: &mut Canvas, [x, y]: [f64; 2]) {
        /// Number of pairs drawn; more would look the same.
        const PAIRS: usize = 3000;
        let Shepard { dissimilarities, distances, fitted } = &self.shepard;
        let small = Font::new(6.0, Ink::Muted);
        let line = Stroke { width: 0.6, ink: Ink::Muted };
        canvas.line(&[[x, y], [x, y + INSET], [x + INSET, y + INSET]], line, 1.0);
        let most = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
        let least = dissimilarities.iter().copied().fold(0.0, f64::min);
        let across = Scale::new([least, most(dissimilarities).max(least + f64::MIN_POSITIVE)], [x, x + INSET]);
        let up = Scale::new([0.0, most(distances).max(most(fitted)).max(f64::MIN_POSITIVE)], [y + INSET, y]);
        let every = dissimilarities.len().div_ceil(PAIRS).max(1);
        let cloud: Vec<_> =
            dissimilarities.iter().zip(distances).step_by(every).map(|(d, m)| [across.at(*d), up.at(*m)]).collect();
        let opacity = if cloud.len() > 300 { 0.25 } else { 0.6 };
        canvas.cloud(&cloud, 1.3, Ink::Muted, opacity);
        let mut curve: Vec<_> = dissimilarities.iter().zip(fitted).map(|(d, f)| [across.at(*d), up.at(*f)]).collect();
        curve.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let every = curve.len().div_ceil(150).max(1);
        let last = curve.last().copied();
        let curve: Vec<_> = curve.into_iter().step_by(every).chain(last).collect();
        canvas.line(&curve, Stroke { width: 1.0, ink: Ink::Series(1) }, 1.0);
        canvas.text([x + INSET / 2.0, y + INSET + 8.5], Anchor::Middle, small, "dissimilarity");
        canvas.upright_text([x - 2.5, y + INSET / 2.0], Anchor::Middle, small, "distance");
        let stress = format!("stress {:.3}", self.stress);
        canvas.text([x + INSET / 2.0, y + INSET + 19.0], Anchor::Middle, Font::new(6.5, Ink::Text), &stress);
    }

    fn description(&self, kinds: &[String]) -> String {
        let groups =
            if kinds.is_empty() { String::new() } else { format!(" in {} groups: {}", kinds.len(), kinds.join(", ")) };
        format!("Map of {} points{groups}; stress-1 is {:.3}", self.points.len(), self.stress)
    }
}
