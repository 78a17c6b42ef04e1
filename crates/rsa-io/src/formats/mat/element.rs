//! [`Elements`]: the tagged stretches of bytes that a MAT file is made of.

use rsa_core::{Error, Result};

use crate::{
    layout::Bytes,
    number::{Number, NumberKind},
};

/// The kind of an element that is a variable, a cell or a field.
pub(super) const MATRIX: u32 = 14;

/// The kind of an element that is a variable, compressed.
pub(super) const COMPRESSED: u32 = 15;

/// Bytes read at once from elements whose size is a claim.
const PIECE: usize = 1 << 16;

/// One element: its kind and the place of its data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element {
    pub(super) kind: u32,
    pub(super) size: u64,
    /// The place of its first byte of data.
    pub(super) data: u64,
    /// The place of the element after it.
    pub(super) next: u64,
}

impl Element {
    /// Returns the place after its last byte of data.
    pub(super) fn end(&self) -> u64 {
        self.data + self.size
    }

    /// Returns the type of its numbers, and their count.
    ///
    /// # Errors
    /// `Format` if it holds no numbers, or no whole number of them.
    pub(super) fn numbers(&self, big_endian: bool) -> Result<(Number, usize)> {
        let kind = match self.kind {
            1 => NumberKind::I8,
            2 => NumberKind::U8,
            3 => NumberKind::I16,
            4 => NumberKind::U16,
            5 => NumberKind::I32,
            6 => NumberKind::U32,
            7 => NumberKind::F32,
            9 => NumberKind::F64,
            12 => NumberKind::I64,
            13 => NumberKind::U64,
            other => return Err(damaged(format!("has an element of kind {other} where numbers are expected"))),
        };
        let number = Number { kind, big_endian };
        let size = number.size() as u64;
        match usize::try_from(self.size / size) {
            Ok(count) if self.size.is_multiple_of(size) => Ok((number, count)),
            _ => Err(damaged(format!("claims {} bytes of numbers of {size} bytes each", self.size))),
        }
    }
}

/// A reader of elements.
pub(super) struct Elements<'a> {
    bytes: &'a mut dyn Bytes,
    big_endian: bool,
}

impl<'a> Elements<'a> {
    pub(super) fn new(bytes: &'a mut dyn Bytes, big_endian: bool) -> Self {
        Self { bytes, big_endian }
    }

    /// Reads the tag of the element at `at` in a stretch that ends at `end`.
    ///
    /// # Errors
    /// `Format` if the element claims more bytes than the stretch has.
    pub(super) fn tag(&mut self, at: u64, end: u64) -> Result<Element> {
        let left = end.saturating_sub(at);
        if left < 8 {
            return Err(damaged(format!("has {left} bytes at {at} where an element is expected")));
        }
        let mut tag = [0; 8];
        self.bytes.read_exact_at(at, &mut tag)?;
        let [first, second] =
            [self.word([tag[0], tag[1], tag[2], tag[3]]), self.word([tag[4], tag[5], tag[6], tag[7]])];
        let (kind, size, data) = match first >> 16 {
            0 => (first, u64::from(second), at + 8),
            // Up to four bytes stand in the tag itself.
            size => (first & 0xffff, u64::from(size), at + 4),
        };
        let most = if data == at + 4 { 4 } else { left - 8 };
        if size > most {
            return Err(damaged(format!("claims {size} bytes at {at}, where there are at most {most}")));
        }
        let padded = if kind == COMPRESSED { size } else { size.next_multiple_of(8) };
        let next = if data == at + 4 { at + 8 } else { (data + padded).min(end) };
        Ok(Element { kind, size, data, next })
    }

    /// Reads the bytes of `element`; the memory grows with what is really there.
    ///
    /// # Errors
    /// `Format` if there are more than `limit`.
    pub(super) fn bytes(&mut self, element: Element, limit: usize) -> Result<Vec<u8>> {
        let size = usize::try_from(element.size).unwrap_or(usize::MAX);
        if size > limit {
            return Err(Error::format(format!("has {size} bytes of text; at most {limit} are read")));
        }
        let mut bytes = Vec::new();
        while bytes.len() < size {
            let done = bytes.len();
            bytes.resize((done + PIECE).min(size), 0);
            self.bytes.read_exact_at(element.data + done as u64, &mut bytes[done..])?;
        }
        Ok(bytes)
    }

    /// Reads the 32-bit numbers of `element`.
    ///
    /// # Errors
    /// `Format` if there are more than `limit`.
    pub(super) fn words(&mut self, element: Element, limit: usize) -> Result<Vec<u32>> {
        let most = 4 * limit;
        if element.size > most as u64 {
            return Err(damaged(format!("claims {} bytes where at most {most} are expected", element.size)));
        }
        let bytes = self.bytes(element, most)?;
        Ok(bytes.chunks_exact(4).map(|b| self.word([b[0], b[1], b[2], b[3]])).collect())
    }

    fn word(&self, bytes: [u8; 4]) -> u32 {
        match self.big_endian {
            true => u32::from_be_bytes(bytes),
            false => u32::from_le_bytes(bytes),
        }
    }
}

/// Returns the error of a file that contradicts itself.
pub(super) fn damaged(what: impl std::fmt::Display) -> Error {
    Error::format(format!("{what}; the file is truncated or damaged, write it again"))
}
