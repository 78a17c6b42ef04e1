//! Texts in UTF-8, and the refusal of all others.

use rsa_core::{Error, Result};

/// Returns the number of bytes of the byte order mark at the `beginning` of a text.
///
/// # Errors
/// `Format` if it is that of UTF-16.
pub(crate) fn mark_length(beginning: &[u8]) -> Result<usize> {
    match beginning {
        [0xef, 0xbb, 0xbf, ..] => Ok(3),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(Error::format("the text is UTF-16; save it as UTF-8")),
        _ => Ok(0),
    }
}

/// Returns `bytes` as text.
///
/// # Errors
/// `Format` if they are not in UTF-8, or hold a zero, which texts in UTF-16 and files that are no text do.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str> {
    if bytes.contains(&0) {
        return Err(Error::format("a zero byte is found; save the file as text in UTF-8"));
    }
    str::from_utf8(bytes).map_err(|_| Error::format("the text is no UTF-8; save it as UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_another_kind_are_refused_by_name() {
        assert_eq!(mark_length(b"\xef\xbb\xbfcat").unwrap(), 3);
        assert_eq!(mark_length(b"cat").unwrap(), 0);
        assert_eq!(mark_length(b"").unwrap(), 0);
        for utf16 in [b"\xff\xfec\0".as_slice(), b"\xfe\xff\0c"] {
            assert!(mark_length(utf16).unwrap_err().to_string().contains("UTF-16"));
        }
        assert_eq!(utf8("caf\u{e9}".as_bytes()).unwrap(), "caf\u{e9}");
        assert!(utf8(b"caf\xe9").unwrap_err().to_string().contains("no UTF-8"));
        assert!(utf8(b"c\0a\0").unwrap_err().to_string().contains("zero byte"));
    }
}
