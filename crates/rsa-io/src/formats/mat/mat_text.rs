//! Text in MAT files: names, character vectors and matrices.

use rsa_core::{Error, Result};

use super::element::damaged;

/// Returns a name of variable, field or class, up to its first zero.
pub(super) fn name(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// Returns the rows of a character matrix of `n_rows` × `n_columns`, stored column by column, without padding at their
/// ends.
///
/// # Errors
/// `Format` if there are more or fewer characters, or if they are no text.
pub(super) fn rows(kind: u32, bytes: &[u8], big_endian: bool, n_rows: usize, n_columns: usize) -> Result<Vec<String>> {
    let no_text = || Error::format("is no Unicode text; save it as UTF-8");
    let short = |b: &[u8]| if big_endian { u16::from_be_bytes([b[0], b[1]]) } else { u16::from_le_bytes([b[0], b[1]]) };
    let units: Vec<u16> = match kind {
        1 | 2 => bytes.iter().map(|&byte| u16::from(byte)).collect(),
        3 | 4 | 17 => bytes.chunks_exact(2).map(short).collect(),
        16 => std::str::from_utf8(bytes).map_err(|_| no_text())?.encode_utf16().collect(),
        18 => {
            let point = |b: &[u8]| {
                let b = [b[0], b[1], b[2], b[3]];
                char::from_u32(if big_endian { u32::from_be_bytes(b) } else { u32::from_le_bytes(b) })
            };
            let text: Option<String> = bytes.chunks_exact(4).map(point).collect();
            text.ok_or_else(no_text)?.encode_utf16().collect()
        }
        other => return Err(damaged(format!("has text of the unknown kind {other}"))),
    };
    let decode = |units: Vec<u16>| {
        let text = String::from_utf16(&units).map_err(|_| no_text())?;
        Ok(text.trim_end_matches([' ', '\0']).to_owned())
    };
    if n_rows == 1 {
        return Ok(vec![decode(units)?]);
    }
    // Some writers count the characters that take two units once.
    let characters = || -> Result<Vec<char>> {
        char::decode_utf16(units.iter().copied()).collect::<std::result::Result<_, _>>().map_err(|_| no_text())
    };
    let count = n_rows.checked_mul(n_columns);
    if count == Some(units.len()) {
        return (0..n_rows).map(|i| decode(units[i..].iter().step_by(n_rows).copied().collect())).collect();
    }
    let characters = characters()?;
    if count != Some(characters.len()) {
        return Err(damaged(format!("claims {n_rows} x {n_columns} characters and has {}", characters.len())));
    }
    let row = |i: usize| -> String { characters[i..].iter().step_by(n_rows).collect() };
    Ok((0..n_rows).map(|i| row(i).trim_end_matches([' ', '\0']).to_owned()).collect())
}
