//! Courses of values over time.

use rsa_core::{Error, Result};

use crate::{
    axis::{self, Scale},
    canvas::{Anchor, Canvas, Font, Stroke},
    caption,
    color::Ink,
    figure::{Figure, Style},
};

/// Courses of values over time, with bands of ± one standard error, the noise ceiling, and a rule for each cluster.
///
/// # Shapes
/// One value for each course and time; NaN marks a time without a value, where lines have a gap.
///
/// # Errors
/// `InvalidParameter` without a time, a course or a value, or for a width out of range; `ShapeMismatch` for another number of
/// values.
///
/// # Example
/// ```
/// use rsa_plot::{Style, TimeCourse, TimeCourses};
///
/// let course = TimeCourse { name: "conv1".to_owned(), means: vec![0.0, 0.3, 0.1], ..TimeCourse::default() };
/// let figure = TimeCourses {
///     times: vec![-0.1, 0.0, 0.1],
///     courses: vec![TimeCourse { clusters: vec![[1, 2]], ..course }],
///     score: "Spearman's ρ".to_owned(),
///     ..TimeCourses::default()
/// };
/// assert!(figure.draw(Style::default())?.svg().contains("conv1"));
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TimeCourses {
    /// Times in seconds, which ascend.
    pub times: Vec<f64>,
    /// Courses, one colour each.
    pub courses: Vec<TimeCourse>,
    /// Lower and upper noise ceiling at each time.
    pub ceiling: Option<[Vec<f64>; 2]>,
    /// Name of the values.
    pub score: String,
    /// Explanation of bands and rules, drawn under the figure.
    pub note: String,
}

/// Course of one model or region over time.
#[derive(Clone, Debug, Default)]
pub struct TimeCourse {
    /// Name.
    pub name: String,
    /// Mean at each time.
    pub means: Vec<f64>,
    /// Standard error at each time, if there are several subjects.
    pub errors: Option<Vec<f64>>,
    /// First and last time of each significant cluster, as places among the times.
    pub clusters: Vec<[usize; 2]>,
}

const LEFT: f64 = 38.0;
const RIGHT: f64 = 8.0;
/// Distance between two rules of clusters.
const PITCH: f64 = 3.6;
/// Height of a line of the legend.
const LEGEND: f64 = 10.0;

impl TimeCourses {
    /// Draws the figure.
    ///
    /// # Errors
    /// See [`TimeCourses`].
    pub fn draw(&self, style: Style) -> Result<Figure> {
        self.check()?;
        let width = style.points()?;
        let mut canvas = Canvas::new(style.theme);
        let right = width - RIGHT;
        let top = self.draw_legend(&mut canvas, right) + 5.0;
        let height = (width * 0.34).clamp(100.0, 170.0);
        let y = Scale::new(axis::widen_to_ticks(self.range(), 5.0), [top + height, top]);
        let (first, last) = (self.times[0], self.times[self.times.len() - 1]);
        // A single time stands in the middle.
        let pad = if first == last { 0.0005 } else { 0.0 };
        let x = Scale::new([(first - pad) * 1000.0, (last + pad) * 1000.0], [LEFT + 6.0, right]);
        let at = |t: usize| x.at(self.times[t] * 1000.0);
        if let Some([lower, upper]) = &self.ceiling {
            let ends = [lower, upper].map(|values| values.as_slice());
            draw_area(&mut canvas, ends, at, y, Ink::Band, 1.0);
        }
        for (k, course) in self.courses.iter().enumerate() {
            if let Some(errors) = &course.errors {
                let edge = |sign: f64| -> Vec<f64> {
                    course.means.iter().zip(errors).map(|(mean, error)| mean + sign * error).collect()
                };
                draw_area(&mut canvas, [&edge(-1.0), &edge(1.0)], at, y, Ink::Series(k), 0.2);
            }
        }
        let muted = Stroke { width: 0.5, ink: Ink::Muted };
        canvas.line(&[[LEFT, y.at(0.0)], [right, y.at(0.0)]], muted, 1.0);
        let with_clusters: Vec<usize> =
            (0..self.courses.len()).filter(|&k| !self.courses[k].clusters.is_empty()).collect();
        let strip = with_clusters.len() as f64 * PITCH + if with_clusters.is_empty() { 3.0 } else { 5.0 };
        let bottom = top + height + strip;
        if first < 0.0 && last > 0.0 {
            canvas.line(&[[x.at(0.0), top], [x.at(0.0), bottom]], muted, 1.0);
        }
        for (k, course) in self.courses.iter().enumerate() {
            draw_line(&mut canvas, &course.means, at, y, Stroke { width: 1.5, ink: Ink::Series(k) });
        }
        for (row, &k) in with_clusters.iter().enumerate() {
            let place = top + height + 4.0 + row as f64 * PITCH;
            for [from, to] in &self.courses[k].clusters {
                // A cluster of one time is half a step wide on both sides.
                let half = if self.times.len() > 1 { (at(1) - at(0)) / 2.0 } else { 2.0 };
                let ends = [at(*from) - half, at(*to) + half].map(|end| end.clamp(LEFT, right));
                canvas.line(&[[ends[0], place], [ends[1], place]], Stroke { width: 2.0, ink: Ink::Series(k) }, 1.0);
            }
        }
        axis::draw_left(&mut canvas, LEFT, y, &self.score);
        axis::draw_bottom(&mut canvas, bottom, x, "Time (ms)");
        let mut below = bottom + 26.0;
        below += caption::draw(&mut canvas, [3.0, below], width - 6.0, &self.note);
        let title = format!("{} over time", self.score);
        Ok(Figure::new(canvas, [width, below + 4.0], &title, &self.description()))
    }

    fn check(&self) -> Result<()> {
        let values = || self.courses.iter().flat_map(|course| &course.means);
        if self.times.is_empty() || !values().any(|value| value.is_finite()) {
            return Err(Error::invalid_parameter("courses over time", "at least one value", "none"));
        }
        let n = self.times.len();
        let lengths = self.courses.iter().flat_map(|course| {
            [Some(&course.means), course.errors.as_ref()]
                .into_iter()
                .flatten()
                .map(|values| (&course.name, values.len()))
        });
        match lengths.into_iter().find(|(_, length)| *length != n) {
            Some((name, length)) => Err(Error::shape_mismatch(format!("'{name}' has {length} values for {n} times"))),
            None if self.ceiling.iter().flatten().any(|ceiling| ceiling.len() != n) => {
                Err(Error::shape_mismatch(format!("the noise ceiling has no value for each of {n} times")))
            }
            None => Ok(()),
        }
    }

    /// Returns the smallest and largest value that is drawn; 0 is between them.
    fn range(&self) -> [f64; 2] {
        let of_course = |course: &TimeCourse| -> Vec<f64> {
            let errors = course.errors.clone().unwrap_or_else(|| vec![0.0; course.means.len()]);
            course.means.iter().zip(errors).flat_map(|(mean, error)| [mean - error, mean + error]).collect()
        };
        let all = self.courses.iter().flat_map(of_course).chain(self.ceiling.iter().flatten().flatten().copied());
        let finite = all.filter(|value| value.is_finite());
        let [low, high] = finite.fold([0.0_f64; 2], |[low, high], value| [low.min(value), high.max(value)]);
        if low == high { [0.0, 1.0] } else { [low, high] }
    }

    /// Draws the names of the courses in rows; returns the height that they take.
    fn draw_legend(&self, canvas: &mut Canvas, right: f64) -> f64 {
        let font = Font::new(7.0, Ink::Text);
        let (mut x, mut y) = (LEFT, LEGEND);
        let mut entries: Vec<(String, Option<usize>)> =
            self.courses.iter().enumerate().map(|(k, course)| (course.name.clone(), Some(k))).collect();
        entries.extend(self.ceiling.as_ref().map(|_| ("noise ceiling".to_owned(), None)));
        for (name, series) in entries {
            let name = crate::font::fitted(&name, font.size, font.weight, 120.0);
            let taken = font.width(&name) + 24.0;
            if x + taken > right && x > LEFT {
                (x, y) = (LEFT, y + LEGEND);
            }
            match series {
                Some(k) => {
                    canvas.line(&[[x, y - 2.4], [x + 9.0, y - 2.4]], Stroke { width: 1.8, ink: Ink::Series(k) }, 1.0);
                }
                None => canvas.rect([x, y - 5.4], [9.0, 6.0], Ink::Band, 1.0),
            }
            canvas.text([x + 12.0, y], Anchor::Start, font, &name);
            x += taken;
        }
        y
    }

    fn description(&self) -> String {
        let one = |course: &TimeCourse| {
            let best = course.means.iter().enumerate().filter(|(_, mean)| mean.is_finite());
            let best = best.max_by(|a, b| a.1.total_cmp(b.1));
            let peak = best
                .map_or_else(String::new, |(t, mean)| format!("largest {mean:.3} at {:.0} ms", self.times[t] * 1000.0));
            format!("{}: {peak}", course.name)
        };
        self.courses.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}

/// Draws the area between two lines, with gaps where one of them has no value.
fn draw_area(
    canvas: &mut Canvas,
    [low, high]: [&[f64]; 2],
    x: impl Fn(usize) -> f64,
    y: Scale,
    ink: Ink,
    opacity: f64,
) {
    let both: Vec<[f64; 2]> = low.iter().zip(high).map(|(low, high)| [*low, *high]).collect();
    let mut start = 0;
    for run in both.split(|ends| ends.iter().any(|end| !end.is_finite())) {
        let edge = |end: usize| run.iter().enumerate().map(|(k, ends)| [x(start + k), y.at(ends[end])]).collect();
        let (mut outline, mut back): (Vec<[f64; 2]>, Vec<[f64; 2]>) = (edge(1), edge(0));
        back.reverse();
        outline.append(&mut back);
        if run.len() > 1 {
            canvas.polygon(&outline, ink, opacity);
        }
        start += run.len() + 1;
    }
}

/// Draws a line through the values, with gaps where one is missing, and a dot for a value without neighbors.
fn draw_line(canvas: &mut Canvas, values: &[f64], x: impl Fn(usize) -> f64, y: Scale, stroke: Stroke) {
    let mut start = 0;
    for run in values.split(|value| !value.is_finite()) {
        let points: Vec<_> = run.iter().enumerate().map(|(k, value)| [x(start + k), y.at(*value)]).collect();
        match points[..] {
            [] => {}
            [point] => canvas.dot(point, 1.5, stroke.ink, 1.0, ""),
            _ => canvas.line(&points, stroke, 1.0),
        }
        start += run.len() + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(means: Vec<f64>) -> TimeCourse {
        TimeCourse { name: "m".to_owned(), means, ..TimeCourse::default() }
    }

    fn courses(times: Vec<f64>, courses: Vec<TimeCourse>) -> TimeCourses {
        TimeCourses { times, courses, score: "r".to_owned(), ..TimeCourses::default() }
    }

    #[test]
    fn gaps_and_single_times_are_drawn() {
        let gap = courses(vec![0.0, 0.1, 0.2, 0.3], vec![course(vec![0.1, 0.2, f64::NAN, 0.1])]);
        let svg = gap.draw(Style::default()).unwrap().svg();
        assert!(svg.contains("circle") && !svg.contains("NaN"), "{svg}");
        let one = courses(vec![0.1], vec![TimeCourse { clusters: vec![[0, 0]], ..course(vec![0.0]) }]);
        assert!(!one.draw(Style::default()).unwrap().svg().contains("NaN"));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(courses(vec![], vec![]).draw(Style::default()).is_err());
        assert!(courses(vec![0.0], vec![course(vec![f64::NAN])]).draw(Style::default()).is_err());
        let error = courses(vec![0.0, 0.1], vec![course(vec![0.1])]).draw(Style::default()).unwrap_err();
        assert!(error.to_string().contains("'m' has 1 values for 2 times"), "{error}");
        let ceiling = Some([vec![0.1], vec![0.2]]);
        let short = TimeCourses { ceiling, ..courses(vec![0.0, 0.1], vec![course(vec![0.1, 0.2])]) };
        assert!(short.draw(Style::default()).is_err());
    }
}
