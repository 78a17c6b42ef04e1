//! SVG writer of shapes and texts.
//!
//! One unit is a typographic point. Numbers have two decimals. Nothing depends on time, machine or chance, so equal
//! values give equal bytes.

use std::{collections::BTreeSet, fmt::Write};

use crate::{
    color::{Ink, Rgb, Theme},
    font::Weight,
};

/// Picture in the form that an SVG holds.
#[derive(Clone, Debug)]
pub(crate) struct EmbeddedPicture {
    /// Identifier that equal pictures alone share.
    pub(crate) id: String,
    /// PNG in base 64.
    pub(crate) data: String,
}

/// Body of an SVG under construction.
#[derive(Clone, Debug)]
pub(crate) struct Canvas {
    pub(crate) theme: Theme,
    body: String,
    /// Identifiers of the pictures that the body holds already.
    pictures: BTreeSet<String>,
}

/// Part of a text that is placed at the given position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// Size, weight and colour of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Font {
    pub(crate) size: f64,
    pub(crate) weight: Weight,
    pub(crate) ink: Ink,
}

/// Width and colour of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stroke {
    pub(crate) width: f64,
    pub(crate) ink: Ink,
}

impl Font {
    pub(crate) fn new(size: f64, ink: Ink) -> Self {
        Self { size, weight: Weight::Regular, ink }
    }

    pub(crate) fn bold(size: f64) -> Self {
        Self { size, weight: Weight::Bold, ink: Ink::Text }
    }

    pub(crate) fn width(self, text: &str) -> f64 {
        crate::font::width(text, self.size, self.weight)
    }
}

impl Canvas {
    pub(crate) fn new(theme: Theme) -> Self {
        Self { theme, body: String::new(), pictures: BTreeSet::new() }
    }

    pub(crate) fn into_body(self) -> String {
        self.body
    }

    fn paint(&self, attribute: &str, ink: Ink) -> String {
        format!("{attribute}=\"{}\"", hex(ink.rgb(self.theme)))
    }

    /// Returns class and colour of a filled shape; the style sheet of a page refers to the class.
    fn filled(&self, ink: Ink) -> String {
        class("fill", ink) + &self.paint("fill", ink)
    }

    fn stroked(&self, stroke: Stroke) -> String {
        let (class, paint) = (class("stroke", stroke.ink), self.paint("stroke", stroke.ink));
        format!("{class}{paint} stroke-width=\"{}\"", number(stroke.width))
    }

    pub(crate) fn rect(&mut self, [x, y]: [f64; 2], [width, height]: [f64; 2], fill: Ink, opacity: f64) {
        let (shape, fill, opacity) = (rectangle([x, y], [width, height]), self.filled(fill), opaque(opacity));
        let _ = writeln!(self.body, "<rect {shape} {fill}{opacity}/>");
    }

    /// Draws a rectangle that shows `hint` under the pointer.
    pub(crate) fn bar(&mut self, at: [f64; 2], size: [f64; 2], fill: Ink, hint: &str) {
        let (shape, fill) = (rectangle(at, size), self.filled(fill));
        let _ = writeln!(self.body, "<rect {shape} {fill}><title>{}</title></rect>", escaped(hint));
    }

    pub(crate) fn frame(&mut self, at: [f64; 2], size: [f64; 2], stroke: Stroke) {
        let (shape, stroke) = (rectangle(at, size), self.stroked(stroke));
        let _ = writeln!(self.body, "<rect {shape} fill=\"none\" {stroke}/>");
    }

    pub(crate) fn line(&mut self, points: &[[f64; 2]], stroke: Stroke, opacity: f64) {
        let (points, stroke, opacity) = (list(points), self.stroked(stroke), opaque(opacity));
        let _ = writeln!(
            self.body,
            "<polyline points=\"{points}\" fill=\"none\" {stroke} stroke-linejoin=\"round\"{opacity}/>"
        );
    }

    pub(crate) fn polygon(&mut self, points: &[[f64; 2]], fill: Ink, opacity: f64) {
        let (points, fill, opacity) = (list(points), self.filled(fill), opaque(opacity));
        let _ = writeln!(self.body, "<polygon points=\"{points}\" {fill}{opacity}/>");
    }

    /// Draws a disc with a thin outline in the colour of the paper, so that neighbors stay apart.
    pub(crate) fn dot(&mut self, [x, y]: [f64; 2], radius: f64, fill: Ink, opacity: f64, hint: &str) {
        let paints = format!("{} {}", self.paint("fill", fill), self.paint("stroke", Ink::Paper));
        let class = fill.class().map_or_else(String::new, |class| format!("fill-{class} "));
        let (x, y, radius, opacity) = (number(x), number(y), number(radius), opaque(opacity));
        let _ = write!(
            self.body,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" class=\"{class}stroke-paper\" {paints} stroke-width=\"0.5\"{opacity}"
        );
        let _ = match hint {
            "" => writeln!(self.body, "/>"),
            _ => writeln!(self.body, "><title>{}</title></circle>", escaped(hint)),
        };
    }

    /// Draws a small circle filled with the colour of the paper.
    pub(crate) fn ring(&mut self, [x, y]: [f64; 2], radius: f64, hint: &str) {
        let paints = format!("{} {}", self.paint("fill", Ink::Paper), self.paint("stroke", Ink::Text));
        let [x, y, radius] = [x, y, radius].map(number);
        let _ = writeln!(
            self.body,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" class=\"fill-paper stroke-ink\" {paints} \
             stroke-width=\"0.6\"><title>{}</title></circle>",
            escaped(hint)
        );
    }

    /// Draws many small round points as one shape.
    pub(crate) fn cloud(&mut self, points: &[[f64; 2]], diameter: f64, ink: Ink, opacity: f64) {
        let mut path = String::new();
        for [x, y] in points {
            let _ = write!(path, "M{} {}h0", number(*x), number(*y));
        }
        let (stroke, opacity) = (self.stroked(Stroke { width: diameter, ink }), opaque(opacity));
        let _ = writeln!(self.body, "<path d=\"{path}\" fill=\"none\" {stroke} stroke-linecap=\"round\"{opacity}/>");
    }

    /// Draws straight lines, each between two points, as one shape.
    pub(crate) fn segments(&mut self, segments: &[[[f64; 2]; 2]], stroke: Stroke, opacity: f64) {
        if segments.is_empty() {
            return;
        }
        let mut path = String::new();
        for [[x, y], [to_x, to_y]] in segments {
            let [x, y, to_x, to_y] = [*x, *y, *to_x, *to_y].map(number);
            let _ = write!(path, "M{x} {y}L{to_x} {to_y}");
        }
        let (stroke, opacity) = (self.stroked(stroke), opaque(opacity));
        let _ = writeln!(self.body, "<path d=\"{path}\" fill=\"none\" {stroke} stroke-linecap=\"square\"{opacity}/>");
    }

    /// Draws a picture into the square of `side` points at the given position; `hint` is shown under the pointer.
    ///
    /// A picture that is drawn several times is held once.
    pub(crate) fn picture(&mut self, [x, y]: [f64; 2], side: f64, picture: &EmbeddedPicture, hint: &str) {
        let EmbeddedPicture { id, data } = picture;
        if self.pictures.insert(id.clone()) {
            let _ = writeln!(
                self.body,
                "<defs><image id=\"{id}\" width=\"1\" height=\"1\" href=\"data:image/png;base64,{data}\"/></defs>"
            );
        }
        let ([x, y], side) = ([x, y].map(number), exact(side));
        let transform = format!("translate({x} {y}) scale({side})");
        let _ =
            writeln!(self.body, "<use href=\"#{id}\" transform=\"{transform}\"><title>{}</title></use>", escaped(hint));
    }

    /// Draws a path in units of cells: `path` is moved to `at` and scaled by `cell`; its strokes are one cell wide.
    pub(crate) fn cells(&mut self, path: &str, at: [f64; 2], cell: [f64; 2], ink: Ink) {
        self.shaded_cells(path, at, cell, ink, 1.0);
    }

    /// Like [`cells`](Self::cells), lighter for an opacity below 1.
    pub(crate) fn shaded_cells(&mut self, path: &str, at: [f64; 2], cell: [f64; 2], ink: Ink, opacity: f64) {
        let [x, y] = at.map(number);
        let [width, height] = cell.map(exact);
        let (class, stroke, opacity) = (class("stroke", ink), self.paint("stroke", ink), opaque(opacity));
        // Without crisp edges, seams between cells would be visible.
        let _ = writeln!(
            self.body,
            "<path transform=\"translate({x} {y}) scale({width} {height})\" d=\"{path}\" {class}{stroke} \
             shape-rendering=\"crispEdges\"{opacity}/>"
        );
    }

    pub(crate) fn text(&mut self, [x, y]: [f64; 2], anchor: Anchor, font: Font, text: &str) {
        let place = format!("x=\"{}\" y=\"{}\"", number(x), number(y));
        self.write_text(&place, anchor, font, text);
    }

    /// Draws a text that reads from bottom to top.
    pub(crate) fn upright_text(&mut self, [x, y]: [f64; 2], anchor: Anchor, font: Font, text: &str) {
        let place = format!("transform=\"translate({} {}) rotate(-90)\"", number(x), number(y));
        self.write_text(&place, anchor, font, text);
    }

    fn write_text(&mut self, place: &str, anchor: Anchor, font: Font, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if font.weight == Weight::Bold { " font-weight=\"bold\"" } else { "" };
        let (fill, size, text) = (self.filled(font.ink), number(font.size), escaped(text));
        let _ = writeln!(self.body, "<text {place}{anchor} font-size=\"{size}\"{weight} {fill}>{text}</text>");
    }

    /// Opens a group for the grid in the box at `at`, up to the next [`close`](Self::close).
    ///
    /// If the table `table` of a page has the values of the grid, the page shows them under the pointer.
    pub(crate) fn open_grid(&mut self, at: [f64; 2], size: [f64; 2], table: Option<&str>) {
        let [x, y, width, height] = [at[0], at[1], size[0], size[1]].map(number);
        let _ = match table {
            Some(table) => {
                writeln!(self.body, "<g data-grid=\"{}\" data-box=\"{x} {y} {width} {height}\">", escaped(table))
            }
            None => writeln!(self.body, "<g>"),
        };
    }

    pub(crate) fn close(&mut self) {
        self.body.push_str("</g>\n");
    }

    /// Draws the body of another figure at the given position.
    pub(crate) fn place(&mut self, [x, y]: [f64; 2], body: &str) {
        let _ = writeln!(self.body, "<g transform=\"translate({} {})\">\n{body}</g>", number(x), number(y));
    }
}

fn class(of: &str, ink: Ink) -> String {
    ink.class().map_or_else(String::new, |class| format!("class=\"{of}-{class}\" "))
}

fn rectangle([x, y]: [f64; 2], [width, height]: [f64; 2]) -> String {
    let [x, y, width, height] = [x, y, width, height].map(number);
    format!("x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"")
}

fn list(points: &[[f64; 2]]) -> String {
    let points: Vec<_> = points.iter().map(|[x, y]| format!("{},{}", number(*x), number(*y))).collect();
    points.join(" ")
}

fn opaque(opacity: f64) -> String {
    if opacity >= 1.0 { String::new() } else { format!(" opacity=\"{}\"", number(opacity)) }
}

pub(crate) fn hex([red, green, blue]: Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Formats a number with two decimals, without trailing zeros: a resolution of a 7200th of an inch.
pub(crate) fn number(value: f64) -> String {
    decimals(value, 2)
}

/// Formats a number with six decimals, for a factor that is multiplied by hundreds of cells.
fn exact(value: f64) -> String {
    decimals(value, 6)
}

fn decimals(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.trim_end_matches('0').trim_end_matches('.') {
        "-0" | "" => "0".to_owned(),
        trimmed => trimmed.to_owned(),
    }
}

/// Escapes `text` for SVG and HTML; characters that XML forbids become replacement characters.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(' '),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!([1.0, 0.126, -0.001, 120.0, -3.5].map(number), ["1", "0.13", "0", "120", "-3.5"]);
        assert_eq!(exact(1.0 / 3.0), "0.333333");
    }

    #[test]
    fn labels_cannot_leave_their_text() {
        assert_eq!(escaped("a<b>&\"c\"\u{0}\n"), "a&lt;b&gt;&amp;&quot;c&quot;\u{fffd} ");
    }
}
