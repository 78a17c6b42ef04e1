//! [`FifFile`]: the tags of a FIF file, as a tree of blocks.

use std::{path::Path, sync::Arc};

use rsa_core::{Error, Result};

use crate::{
    byte_source::ByteSource,
    inflated::{Compressed, InflatedStretch},
    layout::Bytes,
    positioned::{PositionedFile, extension},
};

/// Most blocks within one another; MNE writes five.
const MAX_DEPTH: usize = 64;

/// Most tags of a file; a file of trials has some thousands.
const MAX_TAGS: usize = 1 << 20;

/// Most bytes of a tag that is read at once; the largest are the times of some million events.
const MAX_VALUE: u64 = 1 << 27;

/// Bytes before the value of a tag: kind, type, size and the place of the next tag.
const HEAD: u64 = 16;

/// Numbers of blocks.
pub(super) mod block {
    pub(crate) const MEASUREMENT_INFO: i32 = 101;
    pub(crate) const RAW: i32 = 102;
    pub(crate) const EVOKED: i32 = 104;
    pub(crate) const ASPECT: i32 = 105;
    pub(crate) const CONTINUOUS: i32 = 112;
    pub(crate) const CHANNEL: i32 = 113;
    pub(crate) const REFERENCE: i32 = 118;
    pub(crate) const SHIELDED_RAW: i32 = 119;
    pub(crate) const SHIELDED_ASPECT: i32 = 120;
    pub(crate) const BEM: i32 = 310;
    pub(crate) const PROJECTION: i32 = 314;
    pub(crate) const SOURCES: i32 = 351;
    pub(crate) const FORWARD: i32 = 352;
    pub(crate) const COVARIANCE: i32 = 355;
    pub(crate) const INVERSE: i32 = 356;
    pub(crate) const BAD_CHANNELS: i32 = 359;
    pub(crate) const EVENTS: i32 = 361;
    pub(crate) const COMPENSATION: i32 = 371;
    pub(crate) const EPOCHS: i32 = 373;
    pub(crate) const ICA: i32 = 374;
}

/// Kinds of tags.
pub(super) mod tag {
    pub(crate) const FILE_ID: i32 = 100;
    pub(crate) const BLOCK_START: i32 = 104;
    pub(crate) const BLOCK_END: i32 = 105;
    pub(crate) const REFERENCE_ROLE: i32 = 115;
    pub(crate) const REFERENCE_NAME: i32 = 118;
    pub(crate) const N_CHANNELS: i32 = 200;
    pub(crate) const RATE: i32 = 201;
    pub(crate) const CHANNEL: i32 = 203;
    pub(crate) const COMMENT: i32 = 206;
    pub(crate) const FIRST_SAMPLE: i32 = 208;
    pub(crate) const LAST_SAMPLE: i32 = 209;
    pub(crate) const ASPECT_KIND: i32 = 210;
    pub(crate) const N_SAMPLES: i32 = 228;
    pub(crate) const FIRST_TIME: i32 = 229;
    pub(crate) const NAME: i32 = 233;
    pub(crate) const CHANNEL_NAME: i32 = 258;
    pub(crate) const DATA: i32 = 302;
    pub(crate) const NAME_LIST: i32 = 3507;
    pub(crate) const IS_ACTIVE: i32 = 3560;
    pub(crate) const EVENT_LIST: i32 = 3561;
}

/// Types of values.
pub(super) mod value {
    pub(crate) const INT: u32 = 3;
    pub(crate) const FLOAT: u32 = 4;
    pub(crate) const DOUBLE: u32 = 5;
    pub(crate) const STRING: u32 = 10;
    pub(crate) const CHANNEL: u32 = 30;
    /// The sign of a dense matrix above the type of its numbers.
    pub(crate) const MATRIX: u32 = 0x4000_0000;
}

/// One tag: a value of some type.
#[derive(Clone, Copy, Debug)]
pub(super) struct FifTag {
    pub(super) kind: i32,
    pub(super) form: u32,
    /// The place of the value.
    pub(super) start: u64,
    pub(super) size: u64,
}

/// Tags between a begin and an end, and the blocks within.
#[derive(Debug, Default)]
pub(super) struct FifBlock {
    pub(super) id: i32,
    pub(super) tags: Vec<FifTag>,
    pub(super) blocks: Vec<Self>,
}

/// A file and its tree of tags.
#[derive(Debug)]
pub(super) struct FifFile {
    pub(super) source: ByteSource,
    pub(super) root: FifBlock,
}

impl FifFile {
    /// Opens the file at `path` and reads the heads of its tags. Of a compressed file everything is inflated once.
    ///
    /// # Errors
    /// `Io` if the file cannot be read; `Format` if it does not start like a FIF file or its tags contradict one another.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = PositionedFile::open(path)?;
        let length = file.length();
        if !extension(path).ends_with(".gz") {
            let root = scan(&mut &file, Some(length))?.0;
            return Ok(Self { source: ByteSource::File(file), root });
        }
        let stretch = InflatedStretch::new(file, 0, length, Compressed::Gzip);
        let (root, end) = stretch.with_bytes(u64::MAX, |bytes| scan(bytes, None))?;
        // The stream is where the scan left it: at the end of the last tag, where its checksum follows.
        stretch.with_bytes(end, |_| Ok(()))?;
        Ok(Self { source: ByteSource::Inflated(Arc::new(stretch)), root })
    }

    /// Reads the bytes of a value.
    pub(super) fn bytes(&self, tag: FifTag) -> Result<Vec<u8>> {
        if tag.size > MAX_VALUE {
            return Err(damaged(&tag, &format!("has {} bytes", tag.size)));
        }
        let mut bytes = vec![0; tag.size as usize];
        self.source.with_bytes(u64::MAX, |source| source.read_exact_at(tag.start, &mut bytes))?;
        Ok(bytes)
    }

    /// Reads whole numbers.
    pub(super) fn ints(&self, tag: FifTag) -> Result<Vec<i32>> {
        match tag.form {
            value::INT => Ok(self.bytes(tag)?.as_chunks().0.iter().map(|&bytes| i32::from_be_bytes(bytes)).collect()),
            _ => Err(damaged(&tag, &format!("is of type {} and no whole number", tag.form))),
        }
    }

    /// Reads the one whole number of a kind in a block, if it is there.
    pub(super) fn int(&self, block: &FifBlock, kind: i32) -> Result<Option<i32>> {
        let Some(tag) = block.tag(kind) else { return Ok(None) };
        self.ints(tag)?.first().copied().map(Some).ok_or_else(|| damaged(&tag, "is empty"))
    }

    /// Reads the one number of a kind in a block, if it is there.
    pub(super) fn float(&self, block: &FifBlock, kind: i32) -> Result<Option<f64>> {
        let Some(tag) = block.tag(kind) else { return Ok(None) };
        let bytes = self.bytes(tag)?;
        let number = match tag.form {
            value::FLOAT => bytes.first_chunk().map(|bytes| f32::from_be_bytes(*bytes).into()),
            value::DOUBLE => bytes.first_chunk().map(|bytes| f64::from_be_bytes(*bytes)),
            _ => None,
        };
        number.map(Some).ok_or_else(|| damaged(&tag, "is no number"))
    }

    /// Reads the one text of a kind in a block, if it is there.
    pub(super) fn text(&self, block: &FifBlock, kind: i32) -> Result<Option<String>> {
        let Some(tag) = block.tag(kind) else { return Ok(None) };
        match tag.form {
            value::STRING => Ok(Some(decode_text(&self.bytes(tag)?))),
            _ => Err(damaged(&tag, &format!("is of type {} and no text", tag.form))),
        }
    }
}

impl FifBlock {
    /// Returns the first tag of a kind.
    pub(super) fn tag(&self, kind: i32) -> Option<FifTag> {
        self.tags_of(kind).next()
    }

    /// Returns the tags of a kind, in order.
    pub(super) fn tags_of(&self, kind: i32) -> impl Iterator<Item = FifTag> {
        self.tags.iter().copied().filter(move |tag| tag.kind == kind)
    }

    /// Returns the first block with this number, at any depth.
    pub(super) fn find(&self, id: i32) -> Option<&Self> {
        self.find_all(id).into_iter().next()
    }

    /// Returns the blocks with this number, at any depth, in order.
    pub(super) fn find_all(&self, id: i32) -> Vec<&Self> {
        let inner = self.blocks.iter().flat_map(|block| block.find_all(id));
        (self.id == id).then_some(self).into_iter().chain(inner).collect()
    }
}

/// Reads the heads of all tags, and returns the tree and the end of the last tag.
///
/// `length` is known unless the bytes are inflated.
fn scan(bytes: &mut dyn Bytes, length: Option<u64>) -> Result<(FifBlock, u64)> {
    let mut open = vec![FifBlock::default()];
    let (mut at, mut n_tags) = (0, 0);
    loop {
        let (tag, next) = read_head(bytes, at)?;
        if at == 0 && (tag.kind != tag::FILE_ID || tag.size != 20) {
            return Err(Error::format("does not start like a FIF file; the file is of another format or damaged"));
        }
        let end = tag.start + tag.size;
        if let Some(length) = length.filter(|&length| length < end) {
            return Err(Error::format(format!(
                "the tag {} at byte {at} claims {} bytes, and {} are there; the file is truncated or damaged, write it again",
                tag.kind,
                tag.size,
                length.saturating_sub(tag.start)
            )));
        }
        n_tags += 1;
        if n_tags > MAX_TAGS {
            return Err(Error::format(format!("has more than {MAX_TAGS} tags; the file is damaged")));
        }
        match tag.kind {
            tag::BLOCK_START => {
                if tag.size != 4 || open.len() >= MAX_DEPTH {
                    return Err(damaged(&tag, "begins a block that no program writes"));
                }
                let mut id = [0; 4];
                bytes.read_exact_at(tag.start, &mut id)?;
                open.push(FifBlock { id: i32::from_be_bytes(id), ..FifBlock::default() });
            }
            tag::BLOCK_END => close(&mut open),
            _ => open.last_mut().expect("the root is never closed").tags.push(tag),
        }
        let is_end = length == Some(end) || next == -1;
        if is_end {
            // That all bytes of the last tag are there is known once the last one is read.
            if tag.size > 0 {
                bytes.read_exact_at(end - 1, &mut [0])?;
            }
            if open.len() > 1 && next != -1 {
                return Err(Error::format("the last tags are missing; the file is truncated, write it again"));
            }
            while open.len() > 1 {
                close(&mut open);
            }
            return Ok((open.remove(0), end));
        }
        at = match u64::try_from(next) {
            Ok(0) => end,
            Ok(next) if next >= end => next,
            _ => return Err(damaged(&tag, &format!("names {next} as the place of the next tag"))),
        };
    }
}

/// Ends the innermost block.
fn close(open: &mut Vec<FifBlock>) {
    if open.len() > 1
        && let Some(block) = open.pop()
        && let Some(outer) = open.last_mut()
    {
        outer.blocks.push(block);
    }
}

/// Reads the head of the tag at byte `at`, and the place of the next tag.
fn read_head(bytes: &mut dyn Bytes, at: u64) -> Result<(FifTag, i32)> {
    let mut head = [0; HEAD as usize];
    bytes.read_exact_at(at, &mut head)?;
    let word = |k: usize| i32::from_be_bytes([head[4 * k], head[4 * k + 1], head[4 * k + 2], head[4 * k + 3]]);
    let tag = FifTag { kind: word(0), form: word(1) as u32, start: at + HEAD, size: u64::from(word(2) as u32) };
    Ok((tag, word(3)))
}

/// Returns the error of a tag that no program writes so.
pub(super) fn damaged(tag: &FifTag, what: &str) -> Error {
    Error::format(format!("the tag {} at byte {} {what}; the file is damaged", tag.kind, tag.start - HEAD))
}

/// Returns a text in Latin-1, in which MNE writes other characters as `&#NUMBER;`.
pub(super) fn decode_text(bytes: &[u8]) -> String {
    let text: String = bytes.iter().take_while(|&&byte| byte != 0).map(|&byte| char::from(byte)).collect();
    let mut decoded = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("&#") {
        let (before, after) = rest.split_at(at);
        decoded.push_str(before);
        let character = after[2..].split_once(';').and_then(|(number, after)| {
            let number = number.parse().ok().filter(|_| is_plain(number))?;
            Some((char::from_u32(number)?, after))
        });
        match character {
            Some((character, after)) => {
                decoded.push(character);
                rest = after;
            }
            None => {
                decoded.push_str("&#");
                rest = &after[2..];
            }
        }
    }
    decoded + rest
}

fn is_plain(number: &str) -> bool {
    (1..=7).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}
