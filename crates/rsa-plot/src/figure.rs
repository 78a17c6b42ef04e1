//! Finished figures, written as SVG or PNG.

use std::{fmt::Write, sync::Arc};

use resvg::{
    tiny_skia::{FilterQuality, Pixmap, PixmapPaint, Transform},
    usvg::{self, ImageKind, Node, Options, Tree, fontdb::Database},
};
use rsa_core::{Error, Result};

use crate::{
    canvas::{Anchor, Canvas, Font, escaped, hex, number},
    caption,
    color::{Ink, Theme},
    font, picture,
};

/// Points per millimetre.
const POINTS: f64 = 72.0 / 25.4;

/// Width and theme of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Width in millimetres; journals print columns of about 89, 120 and 183.
    pub width: f64,
    /// Colours of paper and ink.
    pub theme: Theme,
}

impl Default for Style {
    /// Style of two columns of a journal, dark on white.
    fn default() -> Self {
        Self { width: 183.0, theme: Theme::Light }
    }
}

impl Style {
    /// Returns the width in points, the unit of all layouts.
    ///
    /// # Errors
    /// `InvalidParameter` below 40 mm, where no label fits, above 2 m, and for NaN.
    pub(crate) fn points(self) -> Result<f64> {
        match (40.0..=2000.0).contains(&self.width) {
            true => Ok(self.width * POINTS),
            false => Err(Error::invalid_parameter("the width of a figure", "40 to 2000 mm", self.width)),
        }
    }
}

/// Finished figure; equal values give equal bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    title: String,
    description: String,
    body: String,
    /// Width and height in points.
    size: [f64; 2],
    theme: Theme,
}

impl Figure {
    pub(crate) fn new(canvas: Canvas, size: [f64; 2], title: &str, description: &str) -> Self {
        let theme = canvas.theme;
        Self { title: title.to_owned(), description: description.to_owned(), body: canvas.into_body(), size, theme }
    }

    /// Title of the figure.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Description of the figure, for screen readers.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Returns the figure as an SVG file, with width and height in millimetres and texts as text.
    pub fn svg(&self) -> String {
        let mut svg = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let [width, height] = self.size.map(|points| number(points / POINTS));
        let size = format!("width=\"{width}mm\" height=\"{height}mm\"");
        let (title, description) = (escaped(&self.title), escaped(&self.description));
        let paper = Ink::Paper.rgb(self.theme);
        self.element(
            &mut svg,
            &size,
            &format!(
                "<title>{title}</title>\n<desc>{description}</desc>\n<rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\n",
                hex(paper)
            ),
        );
        svg
    }

    /// Returns the figure as an SVG element of a page, as large as the page allows, without a background.
    ///
    /// Colours that depend on the theme are also classes that a style sheet can colour: `fill-ink`, `stroke-ink`, and
    /// likewise for muted, band, missing and paper.
    pub fn inline(&self) -> String {
        let label = format!("aria-label=\"{}. {}\"", escaped(&self.title), escaped(&self.description));
        let mut svg = String::new();
        self.element(&mut svg, &label, "");
        svg
    }

    fn element(&self, svg: &mut String, attributes: &str, head: &str) {
        let [width, height] = self.size.map(number);
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" {attributes} viewBox=\"0 0 {width} {height}\" role=\"img\" \
             font-family=\"{}\">\n{head}{}</svg>\n",
            font::FAMILY,
            self.body
        );
    }

    /// Renders the figure as a PNG with `dpi` dots per inch; journals ask for 300.
    ///
    /// Texts are set in the font that comes with the crate, so they look the same on every machine.
    ///
    /// # Errors
    /// `InvalidParameter` unless 1 ≤ `dpi` ≤ 2400, `OutOfRange` for a picture of more than 2²⁸ pixels.
    pub fn png(&self, dpi: f64) -> Result<Vec<u8>> {
        if !(1.0..=2400.0).contains(&dpi) {
            return Err(Error::invalid_parameter("the resolution of a PNG in dots per inch", "1 to 2400", dpi));
        }
        let scale = dpi / 72.0;
        let [width, height] = self.size.map(|points| (points * scale).round().max(1.0));
        if width * height > f64::from(1 << 28) {
            return Err(Error::out_of_range(
                format!("a picture of {width} x {height} dots"),
                "lower the resolution (dots per inch) or the width",
            ));
        }
        let mut fonts = Database::new();
        fonts.load_font_data(font::REGULAR.to_vec());
        fonts.load_font_data(font::BOLD.to_vec());
        fonts.set_sans_serif_family("Arimo");
        let options = Options { fontdb: Arc::new(fonts), font_family: "Arimo".to_owned(), ..Options::default() };
        let broken = |what: &str| Error::format(format!("the figure could not be drawn: {what}"));
        let tree = Tree::from_str(&self.svg(), &options).map_err(|error| broken(&error.to_string()))?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 1, at most 2²⁸")]
        let mut pixels = Pixmap::new(width as u32, height as u32).ok_or_else(|| broken("it has no size"))?;
        // The renderer converts the millimetres of the file to pixels of a 96th of an inch.
        let fit = Transform::from_scale(width as f32 / tree.size().width(), height as f32 / tree.size().height());
        resvg::render(&tree, fit, &mut pixels.as_mut());
        draw_pictures(tree.root(), fit, &mut pixels);
        pixels.encode_png().map_err(|error| broken(&error.to_string()))
    }

    /// Returns the figure with sentences under it.
    #[must_use]
    pub fn with_note(self, note: &str) -> Self {
        let mut canvas = Canvas::new(self.theme);
        let [width, height] = self.size;
        canvas.place([0.0, 0.0], &self.body);
        let added = caption::draw(&mut canvas, [3.0, height - 2.0], width - 6.0, note);
        Self { body: canvas.into_body(), size: [width, height + added + 2.0], ..self }
    }

    /// Arranges figures in rows of `columns`, lettered a, b, c.
    ///
    /// # Panics
    /// If `columns` is 0 or `figures` is empty.
    pub fn arranged(figures: &[Self], columns: usize, title: &str) -> Self {
        const GAP: f64 = 10.0;
        const LETTER: f64 = 10.0;
        assert!(columns > 0 && !figures.is_empty(), "figures stand in columns");
        let mut canvas = Canvas::new(figures[0].theme);
        let (mut y, mut right) = (0.0, 0.0_f64);
        for (r, row) in figures.chunks(columns).enumerate() {
            let (mut x, mut height) = (0.0, 0.0_f64);
            for (c, figure) in row.iter().enumerate() {
                if figures.len() > 1 {
                    canvas.text([x, y + 8.0], Anchor::Start, Font::bold(9.0), &letter(r * columns + c));
                }
                canvas.place([x, y + LETTER], &figure.body);
                x += figure.size[0] + GAP;
                height = height.max(figure.size[1]);
            }
            right = right.max(x - GAP);
            y += height + LETTER + GAP;
        }
        let described: Vec<_> =
            figures.iter().enumerate().map(|(k, f)| format!("{}: {}. {}", letter(k), f.title, f.description)).collect();
        Self::new(canvas, [right, y - GAP], title, &described.join(" "))
    }
}

/// Draws the pictures of stimuli in `group` over all else, because resvg draws none without its decoders.
fn draw_pictures(group: &usvg::Group, fit: Transform, pixels: &mut Pixmap) {
    for node in group.children() {
        match node {
            Node::Group(inner) => draw_pictures(inner, fit, pixels),
            Node::Image(image) => {
                let ImageKind::PNG(png) = image.kind() else { continue };
                let Some(decoded) = picture::decode_embedded(png) else { continue };
                let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
                let transform = fit.pre_concat(image.abs_transform());
                pixels.draw_pixmap(0, 0, decoded.as_ref(), &paint, transform, None);
            }
            _ => {}
        }
    }
}

/// Returns the letter of panel `k`, a to z, then numbers.
fn letter(k: usize) -> String {
    match u8::try_from(k) {
        Ok(k) if k < 26 => char::from(b'a' + k).to_string(),
        _ => (k + 1).to_string(),
    }
}
