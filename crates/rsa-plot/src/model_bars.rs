//! Bars of model scores, with the noise ceiling.

use rsa_core::{Error, Result};

use crate::{
    axis::{self, Scale},
    canvas::{Anchor, Canvas, Font, Stroke},
    caption,
    color::Ink,
    figure::{Figure, Style},
    labels,
};

/// Bars of model scores with standard errors, subjects, the noise ceiling and lines over pairs of models that differ.
///
#[doc = include_str!("../figures/models.svg")]
///
/// # Errors
/// `InvalidParameter` without a model or for a width out of range, `NonFinite` for a score or an error that is not
/// finite, and `ShapeMismatch` for a pair of models that do not exist.
///
/// # Example
/// ```
/// use rsa_plot::{ModelBar, ModelBars, Style};
///
/// let model = |name: &str, score| ModelBar { name: name.to_owned(), score, ..ModelBar::default() };
/// let figure = ModelBars {
///     models: vec![model("animacy", 0.4), model("V1", 0.1)],
///     ceiling: Some([0.5, 0.6]),
///     differences: vec![[0, 1]],
///     score: "Spearman's ρ".to_owned(),
///     note: String::new(),
///     title: String::new(),
///     range: None,
/// };
/// assert!(figure.draw(Style::default())?.svg().contains("noise ceiling"));
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Nili et al. 2014, PLoS Computational Biology, doi:10.1371/journal.pcbi.1003553.
#[derive(Clone, Debug)]
pub struct ModelBars {
    /// Models in the order of the bars.
    pub models: Vec<ModelBar>,
    /// Lower and upper bound of the noise ceiling.
    pub ceiling: Option<[f64; 2]>,
    /// Pairs of models (indices) that differ significantly.
    pub differences: Vec<[usize; 2]>,
    /// Name of the score.
    pub score: String,
    /// Explanation of errors, stars and lines, drawn under the figure.
    pub note: String,
    /// Title; empty for none.
    pub title: String,
    /// Scores at the ends of the axis, so that several figures have one; `None` for those that are drawn.
    pub range: Option<[f64; 2]>,
}

/// Model with its score, drawn as one bar.
#[derive(Clone, Debug, Default)]
pub struct ModelBar {
    /// Name of the model.
    pub name: String,
    /// Score, the height of the bar.
    pub score: f64,
    /// Standard error, half the length of the error bar.
    pub standard_error: Option<f64>,
    /// Score of each subject.
    pub subjects: Vec<f64>,
    /// `true` if the score is significantly above 0, drawn as a star above its name.
    pub above_zero: bool,
    /// `true` if the score is significantly below the ceiling, drawn as a mark under the ceiling.
    pub below_ceiling: bool,
}

const HEIGHT: f64 = 150.0;
const LEFT: f64 = 38.0;
/// Width of the words beside the ceiling.
const RIGHT: f64 = 34.0;
/// Distance between lines over pairs of models.
const PITCH: f64 = 3.4;

impl ModelBars {
    /// Draws the figure.
    ///
    /// # Errors
    /// See [`ModelBars`].
    pub fn draw(&self, style: Style) -> Result<Figure> {
        self.check()?;
        let width = style.points()?;
        let mut canvas = Canvas::new(style.theme);
        let (rows, n_rows) = assign_lines(&self.differences);
        let title = if self.title.is_empty() { 0.0 } else { 12.0 };
        if !self.title.is_empty() {
            let font = Font::bold(8.0);
            let text = crate::font::fitted(&self.title, font.size, font.weight, width - LEFT);
            canvas.text([LEFT, 8.0], Anchor::Start, font, &text);
        }
        let top = 6.0 + title + n_rows as f64 * PITCH + if n_rows > 0 { 5.0 } else { 0.0 };
        let range = self.range.unwrap_or_else(|| self.scores_range());
        let y = Scale::new(axis::widen_to_ticks(range, 5.0), [top + HEIGHT, top]);
        let right = width - if self.ceiling.is_some() { RIGHT } else { 4.0 };
        let step = ((right - LEFT) / self.models.len() as f64).min(56.0);
        let right = LEFT + step * self.models.len() as f64;
        let x = |k: usize| LEFT + (k as f64 + 0.5) * step;
        self.ceiling(&mut canvas, y, right);
        for (k, model) in self.models.iter().enumerate() {
            draw_bar(&mut canvas, model, x(k), (step * 0.62).min(26.0), y);
        }
        for (pair, row) in self.differences.iter().zip(rows) {
            let at = top - 8.0 - row as f64 * PITCH;
            let [a, b] = [pair[0].min(pair[1]), pair[0].max(pair[1])].map(x);
            canvas.line(&[[a, at + 1.4], [a, at], [b, at], [b, at + 1.4]], Stroke { width: 0.5, ink: Ink::Muted }, 1.0);
        }
        axis::draw_left(&mut canvas, LEFT, y, &self.score);
        canvas.line(&[[LEFT, y.at(0.0)], [right, y.at(0.0)]], Stroke { width: 0.7, ink: Ink::Text }, 1.0);
        let names: Vec<_> = self.models.iter().map(|model| model.name.clone()).collect();
        let mut bottom = top + HEIGHT + 4.0;
        if self.models.iter().any(|model| model.above_zero) {
            for (k, _) in self.models.iter().enumerate().filter(|(_, model)| model.above_zero) {
                canvas.text([x(k), bottom + 6.5], Anchor::Middle, Font::bold(9.0), "*");
            }
            bottom += 5.0;
        }
        bottom += labels::columns(&mut canvas, [LEFT, bottom], step, &names) + 4.0;
        bottom += caption::draw(&mut canvas, [3.0, bottom], width - 6.0, &self.note);
        let title = format!("{} of {} models", self.score, self.models.len());
        Ok(Figure::new(canvas, [width, bottom + 5.0], &title, &self.description()))
    }

    fn check(&self) -> Result<()> {
        if self.models.is_empty() {
            return Err(Error::invalid_parameter("the number of models of a figure", "at least 1", 0));
        }
        for (k, model) in self.models.iter().enumerate() {
            let numbers =
                [model.score, model.standard_error.unwrap_or(0.0)].into_iter().chain(model.subjects.iter().copied());
            if let Some((place, value)) = numbers.enumerate().find(|(_, value)| !value.is_finite()) {
                return Err(Error::non_finite_entry(format!("the scores of model '{}'", model.name), k, place, value));
            }
        }
        if let Some([low, high]) = self.range.filter(|[low, high]| !(low.is_finite() && high.is_finite() && low < high))
        {
            return Err(Error::invalid_parameter(
                "the range of the scores",
                "two numbers, the lower first",
                format!("{low}, {high}"),
            ));
        }
        match self.differences.iter().flatten().find(|&&k| k >= self.models.len()) {
            None => Ok(()),
            Some(k) => Err(Error::shape_mismatch(format!(
                "a difference names model {k} (counted from 0), and there are {} models",
                self.models.len()
            ))),
        }
    }

    /// Returns the range of everything drawn, including 0.
    pub fn scores_range(&self) -> [f64; 2] {
        let of = |model: &ModelBar| {
            let error = model.standard_error.unwrap_or(0.0);
            [model.score - error, model.score + error].into_iter().chain(model.subjects.clone()).collect::<Vec<_>>()
        };
        let all = self.models.iter().flat_map(of).chain(self.ceiling.into_iter().flatten());
        all.fold([0.0, 0.0], |[low, high]: [f64; 2], value| [low.min(value), high.max(value)])
    }

    fn ceiling(&self, canvas: &mut Canvas, y: Scale, right: f64) {
        let Some([lower, upper]) = self.ceiling else { return };
        // The band has a minimum height, because a thinner one would be invisible.
        let height = (y.at(lower) - y.at(upper)).max(0.8);
        let at = [LEFT, y.at(lower) - height];
        canvas.bar(at, [right - LEFT, height], Ink::Band, &format!("noise ceiling\n{lower:.3} to {upper:.3}"));
        let (middle, font) = (y.at(lower) - height / 2.0, Font::new(6.5, Ink::Muted));
        canvas.text([right + 3.0, middle - 1.0], Anchor::Start, font, "noise");
        canvas.text([right + 3.0, middle + 6.0], Anchor::Start, font, "ceiling");
        // A mark under the ceiling for each model that is significantly below it.
        let step = (right - LEFT) / self.models.len() as f64;
        for k in (0..self.models.len()).filter(|&k| self.models[k].below_ceiling) {
            let (x, y) = (LEFT + (k as f64 + 0.5) * step, y.at(lower) + 1.2);
            canvas.polygon(&[[x - 2.2, y], [x + 2.2, y], [x, y + 3.2]], Ink::Muted, 1.0);
        }
    }

    fn description(&self) -> String {
        let best = self.models.iter().max_by(|a, b| a.score.total_cmp(&b.score));
        let best = best.map_or_else(String::new, |best| format!("; the best is {} with {:.3}", best.name, best.score));
        let ceiling = self.ceiling.map_or_else(String::new, |[lower, upper]| {
            format!("; the noise ceiling goes from {lower:.3} to {upper:.3}")
        });
        format!("Bars of {} models{best}{ceiling}", self.models.len())
    }
}

/// Draws a bar with its subjects and its error.
fn draw_bar(canvas: &mut Canvas, model: &ModelBar, x: f64, width: f64, y: Scale) {
    let ModelBar { name, score, standard_error, subjects, .. } = model;
    let error = standard_error.map_or_else(String::new, |error| format!(" ± {error:.3}"));
    let (top, zero) = (y.at(score.max(0.0)), y.at(score.min(0.0)));
    canvas.bar([x - width / 2.0, top], [width, zero - top], Ink::Series(0), &format!("{name}\n{score:.3}{error}"));
    let spread = width * 0.7;
    for (k, subject) in subjects.iter().enumerate() {
        let place = if subjects.len() > 1 { k as f64 / (subjects.len() - 1) as f64 - 0.5 } else { 0.0 };
        canvas.ring([x + place * spread, y.at(*subject)], 1.5, &format!("{name}, subject {k}\n{subject:.3}"));
    }
    if let Some(error) = standard_error {
        let [low, high] = [y.at(score - error), y.at(score + error)];
        let stroke = Stroke { width: 1.1, ink: Ink::Text };
        canvas.line(&[[x, low], [x, high]], stroke, 1.0);
        for end in [low, high] {
            canvas.line(&[[x - 2.4, end], [x + 2.4, end]], stroke, 1.0);
        }
    }
}

/// Assigns to each pair the lowest line where no other pair is in its way, short pairs first; counts the lines.
fn assign_lines(pairs: &[[usize; 2]]) -> (Vec<usize>, usize) {
    let ends = |pair: &[usize; 2]| (pair[0].min(pair[1]), pair[0].max(pair[1]));
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_by_key(|&k| {
        let (a, b) = ends(&pairs[k]);
        (b - a, a)
    });
    let (mut lines, mut row_of) = (Vec::<Vec<(usize, usize)>>::new(), vec![0; pairs.len()]);
    for k in order {
        let (a, b) = ends(&pairs[k]);
        let free = |line: &Vec<(usize, usize)>| line.iter().all(|&(c, d)| b < c || d < a);
        let row = lines.iter().position(free).unwrap_or(lines.len());
        if row == lines.len() {
            lines.push(Vec::new());
        }
        lines[row].push((a, b));
        row_of[k] = row;
    }
    (row_of, lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_over_models_do_not_cross() {
        let (rows, count) = assign_lines(&[[0, 3], [0, 1], [2, 3], [1, 2]]);
        assert_eq!((rows, count), (vec![2, 0, 0, 1], 3));
        assert_eq!(assign_lines(&[]), (vec![], 0));
    }
}
