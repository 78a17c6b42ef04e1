//! [`Picture`]: a stimulus in the place of its name.

use base64::{Engine, prelude::BASE64_STANDARD};
use resvg::tiny_skia::{IntSize, Pixmap, PremultipliedColorU8};
use rsa_core::{Error, Result};
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use crate::{canvas::EmbeddedPicture, color::Rgb};

/// Picture of a stimulus, read from PNG or JPEG.
///
/// It is kept at 256 pixels along its longer side at most. A rotation that a camera has noted in a JPEG is not applied.
///
/// # Errors
/// `Format` for other kinds of files and for damaged ones, `TooLarge` above 2²⁶ pixels.
///
/// # Example
/// ```
/// use rsa_plot::Picture;
///
/// let error = Picture::decode(b"GIF89a").unwrap_err();
/// assert!(error.to_string().contains("neither PNG nor JPEG"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pixels: Pixmap,
}

/// Most pixels along a side that are kept: about 22 mm at 300 dots an inch.
const LONGEST: u32 = 256;

/// Most pixels of a picture: four bytes each are 256 MiB.
const MOST_PIXELS: u64 = 1 << 26;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";

/// Width of frames, in points.
const FRAME: f64 = 1.2;

/// Pixels for each point at 300 dots an inch.
const PIXELS_PER_POINT: f64 = 300.0 / 72.0;

impl Picture {
    /// Decodes the bytes of a PNG or JPEG file.
    ///
    /// # Errors
    /// See [`Picture`].
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let pixels = if bytes.starts_with(PNG) {
            decode_png(bytes)?
        } else if bytes.starts_with(JPEG) {
            decode_jpeg(bytes)?
        } else {
            return Err(Error::format("is neither PNG nor JPEG; save the picture as one of them"));
        };
        Ok(Self { pixels: reduced(pixels, LONGEST)? })
    }

    /// Returns the picture as it is embedded where it is `side` points large, with a frame in a color if one is given.
    pub(crate) fn embedded(&self, side: f64, frame: Option<Rgb>) -> Result<EmbeddedPicture> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 256")]
        let longest = (side * PIXELS_PER_POINT).ceil().clamp(1.0, f64::from(LONGEST)) as u32;
        let mut pixels = reduced(self.pixels.clone(), longest)?;
        if let Some(color) = frame {
            draw_frame(&mut pixels, FRAME / side, color);
        }
        let png = pixels.encode_png().map_err(|error| damaged("a picture", &error))?;
        Ok(EmbeddedPicture { id: format!("picture-{:016x}", hash(&png)), data: BASE64_STANDARD.encode(&png) })
    }
}

/// Decodes a PNG that an SVG of this crate has embedded.
pub(crate) fn decode_embedded(png: &[u8]) -> Option<Pixmap> {
    Pixmap::decode_png(png).ok()
}

fn damaged(what: &str, error: &dyn std::fmt::Display) -> Error {
    Error::format(format!("{what} cannot be decoded: {error}"))
}

/// Refuses a picture that claims more pixels than are decoded.
fn ensure_size(width: u64, height: u64) -> Result<()> {
    match width.checked_mul(height) {
        Some(1..=MOST_PIXELS) => Ok(()),
        Some(0) => Err(Error::format("is a picture without pixels")),
        pixels => {
            let message =
                format!("is a picture of {width} x {height} pixels; make it smaller, to {MOST_PIXELS} at most");
            Err(Error::too_large(pixels.unwrap_or(u64::MAX), MOST_PIXELS, message))
        }
    }
}

fn decode_png(bytes: &[u8]) -> Result<Pixmap> {
    // The header chunk follows the signature: its length and name, then width and height.
    let number = |at: usize| bytes.get(at..at + 4).map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]));
    let (Some(width), Some(height)) = (number(16), number(20)) else {
        return Err(Error::format("is a PNG that ends in its header"));
    };
    ensure_size(width.into(), height.into())?;
    Pixmap::decode_png(bytes).map_err(|error| damaged("the PNG", &error))
}

fn decode_jpeg(bytes: &[u8]) -> Result<Pixmap> {
    let broken = |error: &dyn std::fmt::Display| damaged("the JPEG", error);
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|error| broken(&error))?;
    let (width, height) = decoder.dimensions().ok_or_else(|| broken(&"it has no size"))?;
    ensure_size(width as u64, height as u64)?;
    let pixels = decoder.decode().map_err(|error| broken(&error))?;
    let size = u32::try_from(width).ok().zip(u32::try_from(height).ok());
    let size = size.and_then(|(width, height)| IntSize::from_wh(width, height));
    let pixels = size.and_then(|size| Pixmap::from_vec(pixels, size));
    pixels.ok_or_else(|| broken(&"its colors are of no kind that is read"))
}

/// Returns the picture with at most `longest` pixels along its longer side, each the mean of the area that it covers.
fn reduced(picture: Pixmap, longest: u32) -> Result<Pixmap> {
    let (width, height) = (picture.width(), picture.height());
    let larger = width.max(height);
    if larger <= longest {
        return Ok(picture);
    }
    let scaled = |side: u32| {
        let side = u64::from(side) * u64::from(longest) / u64::from(larger);
        u32::try_from(side.max(1)).unwrap_or(longest)
    };
    let (new_width, new_height) = (scaled(width), scaled(height));
    let mut small = Pixmap::new(new_width, new_height).ok_or_else(|| Error::format("is a picture without pixels"))?;
    let source = picture.pixels();
    let (columns, rows) = (shares(width, new_width), shares(height, new_height));
    for (target, place) in small.pixels_mut().iter_mut().zip(0..) {
        let (x, y) = (place % new_width as usize, place / new_width as usize);
        let mut sums = [0.0; 4];
        for &(row, row_share) in &rows[y] {
            for &(column, column_share) in &columns[x] {
                let pixel = source[row * width as usize + column];
                let channels = [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()];
                let share = row_share * column_share;
                sums.iter_mut().zip(channels).for_each(|(sum, channel)| *sum += share * f32::from(channel));
            }
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean of bytes")]
        let [red, green, blue, alpha] = sums.map(|sum| sum.round().clamp(0.0, 255.0) as u8);
        // Colors are multiplied by alpha, which they do not exceed but for rounding.
        let color = PremultipliedColorU8::from_rgba(red.min(alpha), green.min(alpha), blue.min(alpha), alpha);
        *target = color.unwrap_or(PremultipliedColorU8::TRANSPARENT);
    }
    Ok(small)
}

/// Draws a frame over the edges, as a `share` of the longer side, so that pictures which overlap keep their frames.
fn draw_frame(picture: &mut Pixmap, share: f64, [red, green, blue]: Rgb) {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a side")]
    let line = (width.max(height) as f64 * share).round().max(1.0) as usize;
    let color = PremultipliedColorU8::from_rgba(red, green, blue, 255).unwrap_or(PremultipliedColorU8::TRANSPARENT);
    for (place, pixel) in picture.pixels_mut().iter_mut().enumerate() {
        let (x, y) = (place % width, place / width);
        if x.min(width - 1 - x) < line || y.min(height - 1 - y) < line {
            *pixel = color;
        }
    }
}

/// Returns, for each of `to` equal parts of `from` pixels, the pixels under it and their shares.
fn shares(from: u32, to: u32) -> Vec<Vec<(usize, f32)>> {
    let step = f64::from(from) / f64::from(to);
    let part = |k: u32| {
        let (start, end) = (f64::from(k) * step, (f64::from(k) + 1.0) * step);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the picture")]
        let pixels = start.floor() as usize..(end.ceil() as usize).min(from as usize);
        let share = |pixel: usize| (end.min(pixel as f64 + 1.0) - start.max(pixel as f64)).max(0.0) / step;
        pixels.map(|pixel| (pixel, share(pixel) as f32)).collect()
    };
    (0..to).map(part).collect()
}

/// Returns the FNV-1a hash, the same on every machine.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a PNG of 4 × 2 pixels: black and white columns in turn.
    fn stripes() -> Vec<u8> {
        let bytes = (0..8).flat_map(|place| if place % 2 == 0 { [0, 0, 0, 255] } else { [255; 4] }).collect();
        Pixmap::from_vec(bytes, IntSize::from_wh(4, 2).unwrap()).unwrap().encode_png().unwrap()
    }

    /// JPEG of 16 × 8 pixels in one color, (200, 30, 60), by Pillow 13.0.0.
    const RED: &[u8] = include_bytes!("../tests/data/red.jpg");

    #[test]
    fn reduced_pictures_are_means() {
        let picture = Picture::decode(&stripes()).unwrap();
        let small = reduced(picture.pixels, 2).unwrap();
        assert_eq!((small.width(), small.height()), (2, 1));
        assert!(small.pixels().iter().all(|pixel| (pixel.red(), pixel.alpha()) == (128, 255)));
        let thirds = shares(4, 3);
        assert!((thirds[1][0].1 - 0.5).abs() < 1e-6 && thirds[1].len() == 2);
        assert!(thirds.iter().all(|part| (part.iter().map(|(_, share)| share).sum::<f32>() - 1.0).abs() < 1e-6));
    }

    #[test]
    fn jpegs_are_read() {
        let picture = Picture::decode(RED).unwrap();
        assert_eq!((picture.pixels.width(), picture.pixels.height()), (16, 8));
        let pixel = picture.pixels.pixels()[40];
        let near = [(pixel.red(), 200), (pixel.green(), 30), (pixel.blue(), 60)];
        assert!(near.iter().all(|(found, known): &(u8, u8)| found.abs_diff(*known) <= 3), "{near:?}");
    }

    #[test]
    fn damaged_and_oversized_pictures_are_refused() {
        let kind = |bytes: &[u8]| Picture::decode(bytes).unwrap_err().kind().name();
        assert_eq!([kind(b""), kind(b"BM6"), kind(PNG), kind(JPEG), kind(&RED[..40])], ["Format"; 5]);
        for cut in 0..stripes().len() - 12 {
            assert!(Picture::decode(&stripes()[..cut]).is_err());
        }
        let mut claims = stripes();
        claims[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        assert_eq!(kind(&claims), "TooLarge");
        claims[16..24].fill(0);
        assert_eq!(kind(&claims), "Format");
    }

    #[test]
    fn frames_cover_the_edges() {
        let mut picture = Picture::decode(RED).unwrap().pixels;
        draw_frame(&mut picture, 0.125, [1, 2, 3]);
        let blue = |x: usize, y: usize| picture.pixels()[y * 16 + x].blue();
        assert_eq!([blue(0, 3), blue(1, 3), blue(15, 3), blue(8, 1), blue(8, 7)], [3; 5]);
        assert!(blue(2, 3) > 40 && blue(8, 2) > 40);
    }

    #[test]
    fn equal_pictures_have_one_identifier() {
        let [a, b] = [10.0, 10.0].map(|side| Picture::decode(&stripes()).unwrap().embedded(side, None).unwrap());
        assert_eq!((&a.id, &a.data), (&b.id, &b.data));
        assert_eq!(decode_embedded(&BASE64_STANDARD.decode(a.data).unwrap()).unwrap().width(), 4);
        assert_ne!(a.id, Picture::decode(RED).unwrap().embedded(10.0, None).unwrap().id);
    }
}
