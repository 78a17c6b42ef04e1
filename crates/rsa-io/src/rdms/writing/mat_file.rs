//! [`write_mat_rdms`]: RDMs as MATLAB loads them.

use std::io::{self, Write};

use rsa_core::{Error, Rdm};

use super::triangles;
use crate::contents::CONDITIONS;

/// The variable of the matrices, as the RSA toolbox for MATLAB names it.
const VARIABLE: &str = "RDMs";

/// The bytes of a name of a field, which MATLAB reads the same of all fields.
const FIELD_WIDTH: usize = 8;

/// The kinds of elements.
const BYTES: u32 = 1;
const SHORTS: u32 = 4;
const WORDS: u32 = 5;
const UNSIGNED_WORDS: u32 = 6;
const DOUBLES: u32 = 9;
const MATRIX: u32 = 14;

/// The classes of variables.
const CELL: u32 = 1;
const STRUCT: u32 = 2;
const CHAR: u32 = 4;
const DOUBLE: u32 = 6;

/// Writes matrices of the same conditions as a MATLAB file of version 5, which [`read_rdms`](crate::read_rdms) reads.
///
/// `RDMs` is an array of structs with the fields `RDM` (n × n) and `name`, as the RSA toolbox for MATLAB has it; labels
/// are the cell array `conditions`. Dissimilarities that the rounding ties are written as
/// [one number](Rdm::with_ties_made_equal), because the file has no place for the rounding.
///
/// # Errors
/// The errors of [`write_rdms`](crate::write_rdms); `InvalidInput` if the file would have 2 GiB or more, which the format
/// does not hold.
pub fn write_mat_rdms(mut writer: impl Write, rdms: &[(String, Rdm)]) -> io::Result<()> {
    let count = triangles(rdms, Rdm::clone)?.nrows();
    let n = rdms[0].1.n_conditions();
    let too_large = || {
        let reason = format!("{count} matrices of {n} x {n} exceed the 2 GiB of a MATLAB file; write .npz or .h5");
        io::Error::new(io::ErrorKind::InvalidInput, Error::format(reason))
    };
    let bytes = n
        .checked_mul(n)
        .and_then(|entries| entries.checked_mul(8 * count))
        .filter(|&bytes| bytes < (1 << 31) - (1 << 20));
    bytes.ok_or_else(too_large)?;
    let mut header = b"MATLAB 5.0 MAT-file, written by rsakit".to_vec();
    header.resize(124, b' ');
    header.extend(b"\0\x01IM");
    writer.write_all(&header)?;
    let fields = ["RDM", "name"].map(field_name).concat();
    let mut parts = [element(WORDS, &(FIELD_WIDTH as u32).to_le_bytes()), element(BYTES, &fields)].concat();
    for (name, rdm) in rdms {
        parts.extend(square(&rdm.with_ties_made_equal(), n));
        parts.extend(text(name));
    }
    writer.write_all(&matrix(STRUCT, VARIABLE, &[1, count], &parts))?;
    if let Some(labels) = rdms[0].1.conditions().labels() {
        let cells: Vec<u8> = labels.iter().flat_map(|label| text(label)).collect();
        writer.write_all(&matrix(CELL, CONDITIONS, &[n, 1], &cells))?;
    }
    Ok(())
}

fn field_name(name: &str) -> [u8; FIELD_WIDTH] {
    let mut field = [0; FIELD_WIDTH];
    field[..name.len()].copy_from_slice(name.as_bytes());
    field
}

/// Returns a matrix of `n` conditions in square form.
fn square(rdm: &Rdm, n: usize) -> Vec<u8> {
    let entry = |place: usize| match (place / n, place % n) {
        (i, j) if i == j => 0.0,
        (i, j) => rdm.get(i.min(j), i.max(j)),
    };
    let numbers: Vec<u8> = (0..n * n).flat_map(|place| entry(place).to_le_bytes()).collect();
    matrix(DOUBLE, "", &[n, n], &element(DOUBLES, &numbers))
}

/// Returns a row of characters.
fn text(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let n_rows = usize::from(!units.is_empty());
    matrix(CHAR, "", &[n_rows, units.len()], &element(SHORTS, &bytes))
}

fn matrix(class: u32, name: &str, shape: &[usize; 2], data: &[u8]) -> Vec<u8> {
    let flags = [class.to_le_bytes(), [0; 4]].concat();
    let axes: Vec<u8> = shape.iter().flat_map(|&length| (length as u32).to_le_bytes()).collect();
    let head = [element(UNSIGNED_WORDS, &flags), element(WORDS, &axes), element(BYTES, name.as_bytes())].concat();
    element(MATRIX, &[&head, data].concat())
}

fn element(kind: u32, body: &[u8]) -> Vec<u8> {
    let padding = vec![0; body.len().next_multiple_of(8) - body.len()];
    [&kind.to_le_bytes(), &(body.len() as u32).to_le_bytes()[..], body, &padding].concat()
}
