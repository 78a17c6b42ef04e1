//! [`Encoding`]: the ways in which the numbers of an array stand in a text.

use std::io::Read;

use flate2::bufread::ZlibDecoder;
use rsa_core::{Error, Result};

use super::super::xml::damaged;
use crate::{
    inflated::MAX_RATIO,
    number::{Number, NumberKind},
    positioned::read_error,
};

/// The way in which numbers stand in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Ascii,
    Base64,
    /// Base64 of a zlib stream.
    CompressedBase64,
}

impl Encoding {
    /// Returns the encoding that `word` names, in the words of any version of the format.
    ///
    /// # Errors
    /// `Format` with the remedy for numbers in a file of their own, and for unknown words.
    pub(super) fn parse(word: &str) -> Result<Self> {
        match word {
            "ASCII" | "GIFTI_ENCODING_ASCII" => Ok(Self::Ascii),
            "Base64Binary" | "GIFTI_ENCODING_B64BIN" => Ok(Self::Base64),
            "GZipBase64Binary" | "GIFTI_ENCODING_B64GZ" => Ok(Self::CompressedBase64),
            "ExternalFileBinary" | "GIFTI_ENCODING_EXTBIN" => Err(Error::format(
                "the numbers are in a file of their own (ExternalFileBinary), which is not read; convert it: wb_command \
                 -gifti-convert GZIP_BASE64_BINARY FILE NEW_FILE",
            )),
            _ => {
                Err(Error::format(format!("the encoding '{word:.40}' is unknown; the file is damaged, write it again")))
            }
        }
    }

    /// Returns the most bytes of numbers, each of `size` bytes, that a text of `length` bytes can hold.
    pub(super) fn most_bytes(self, length: u64, size: usize) -> u64 {
        match self {
            // A digit and a blank.
            Self::Ascii => length.div_ceil(2).saturating_mul(size as u64),
            Self::Base64 => length / 4 * 3,
            Self::CompressedBase64 => (length / 4 * 3).saturating_mul(MAX_RATIO),
        }
    }

    /// Decodes `text`, which holds `count` numbers.
    ///
    /// # Errors
    /// `Format` if the text is damaged or holds another number of them.
    pub(super) fn decode(self, text: &[u8], number: Number, count: usize) -> Result<Vec<f64>> {
        let bytes = match self {
            Self::Ascii => return ascii(text, number, count),
            Self::Base64 => base64(text)?,
            Self::CompressedBase64 => inflate(&base64(text)?, count * number.size())?,
        };
        if bytes.len() != count * number.size() {
            return Err(other_count(bytes.len(), count * number.size(), "bytes"));
        }
        let mut values = vec![0.0; count];
        number.decode(&bytes, values.iter_mut());
        Ok(values)
    }
}

fn other_count(found: usize, claimed: usize, what: &str) -> Error {
    damaged(format!("{found} {what} of numbers are there and {claimed} are claimed"))
}

fn ascii(text: &[u8], number: Number, count: usize) -> Result<Vec<f64>> {
    let text = str::from_utf8(text).map_err(|_| damaged("the numbers are no text"))?;
    let mut values = Vec::new();
    for word in text.split_ascii_whitespace() {
        let value: f64 = word.parse().map_err(|_| damaged(format!("'{word:.40}' is no number")))?;
        // A text may have more digits than the type that it stands for.
        values.push(if number.kind == NumberKind::F32 { f64::from(value as f32) } else { value });
        if values.len() > count {
            break;
        }
    }
    match values.len() == count {
        true => Ok(values),
        false => Err(other_count(values.len(), count, "or more numbers")),
    }
}

/// Inflates a zlib stream of `claimed` bytes.
fn inflate(compressed: &[u8], claimed: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more shows a stream that goes on.
    let mut stream = ZlibDecoder::new(compressed).take(claimed as u64 + 1);
    // The memory grows with what is really there.
    stream.read_to_end(&mut bytes).map_err(|error| read_error("inflating the array", error))?;
    Ok(bytes)
}

/// Marks a byte that is no digit of base64.
const NO_DIGIT: u8 = 0xff;

/// The values of the digits of base64.
const DIGITS: [u8; 256] = digits();

const fn digits() -> [u8; 256] {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < alphabet.len() {
        digits[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    digits
}

/// Decodes base64 with blanks anywhere in it.
///
/// # Errors
/// `Format` for any other byte, and for a text that ends within a group of four.
pub(super) fn base64(text: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut rest = text;
    loop {
        rest = whole_groups(rest, &mut bytes);
        // A group with blanks or padding, or the end.
        let mut group = Vec::with_capacity(4);
        while let ([digit, after @ ..], true) = (rest, group.len() < 4) {
            if !digit.is_ascii_whitespace() {
                group.push(*digit);
            }
            rest = after;
        }
        let padding = group.iter().rev().take_while(|&&digit| digit == b'=').count();
        let values: Vec<u8> = group[..group.len() - padding].iter().map(|&digit| DIGITS[digit as usize]).collect();
        match (values.as_slice(), padding) {
            ([], 0) => return Ok(bytes),
            (values, _) if values.contains(&NO_DIGIT) => return Err(damaged("the numbers are no base64")),
            (&[a, b, c, d], 0) => bytes.extend(three_bytes([a, b, c, d])),
            (&[a, b, c], 1) => bytes.extend(&three_bytes([a, b, c, 0])[..2]),
            (&[a, b], 2) => bytes.extend(&three_bytes([a, b, 0, 0])[..1]),
            _ => return Err(damaged("the base64 of the numbers ends early")),
        }
        if padding > 0 {
            return match rest.iter().all(u8::is_ascii_whitespace) {
                true => Ok(bytes),
                false => Err(damaged("the base64 of the numbers goes on after its end")),
            };
        }
    }
}

/// Decodes the groups of four digits at the beginning of `text`, and returns the rest.
fn whole_groups<'a>(text: &'a [u8], bytes: &mut Vec<u8>) -> &'a [u8] {
    /// Digits decoded at once; the room for them is filled with zeros again after every line break.
    const PIECE: usize = 1 << 10;
    let mut rest = text;
    while rest.len() >= 4 {
        let piece = &rest[..rest.len().min(PIECE)];
        let known = bytes.len();
        bytes.resize(known + piece.len() / 4 * 3, 0);
        let mut n_groups = 0;
        for (group, out) in piece.chunks_exact(4).zip(bytes[known..].chunks_exact_mut(3)) {
            let digits = [group[0], group[1], group[2], group[3]].map(|digit| DIGITS[digit as usize]);
            if digits.contains(&NO_DIGIT) {
                break;
            }
            out.copy_from_slice(&three_bytes(digits));
            n_groups += 1;
        }
        bytes.truncate(known + 3 * n_groups);
        rest = &rest[4 * n_groups..];
        if n_groups < piece.len() / 4 {
            break;
        }
    }
    rest
}

/// Returns the bytes of four digits.
fn three_bytes([a, b, c, d]: [u8; 4]) -> [u8; 3] {
    [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]
}
