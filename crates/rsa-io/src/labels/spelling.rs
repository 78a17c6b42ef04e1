//! [`spelled`]: one spelling of a label, whatever program wrote it.

use unicode_normalization::UnicodeNormalization;

/// Returns `label` without blanks and zeros at its ends, in the Unicode form NFC.
///
/// MATLAB pads the rows of a character matrix with blanks, C strings are padded with zeros, and macOS writes an accent
/// as a character of its own. Labels that differ in nothing else are one label.
pub(crate) fn spelled(label: &str) -> String {
    label.trim_matches(|c: char| c.is_whitespace() || c == '\0').nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_and_unicode_form_are_no_part_of_a_label() {
        assert_eq!(spelled("  big dog\r\n"), "big dog");
        assert_eq!(spelled("cat\0\0 \0"), "cat");
        assert_eq!(spelled("cafe\u{301}"), "caf\u{e9}");
        assert_eq!(spelled("\u{1112}\u{1161}\u{11ab}"), "\u{d55c}");
        // Other differences are differences.
        assert_ne!(spelled("Cat"), spelled("cat"));
        assert_ne!(spelled("\u{ff21}"), spelled("A"));
        assert_ne!(spelled("001"), spelled("1"));
        assert_eq!(spelled(" \0"), "");
    }
}
