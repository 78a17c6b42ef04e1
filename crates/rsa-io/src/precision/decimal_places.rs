//! [`DecimalPlaces`]: the decimal digits that the numbers of a text have, and the rounding they tell of.

/// Digits up to which the numbers of a text are exact: ratings, shares in percent, steps of a scale.
const EXACT: i32 = 3;

/// Digits from which on a text holds all that a 64-bit float does.
const DOUBLE: i32 = 16;

/// Numbers of digits with which programs write 32-bit floats.
const SINGLE: std::ops::RangeInclusive<i32> = 7..=9;

/// Decimal digits of the numbers of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DecimalPlaces {
    /// Place of the first digit of the largest number, 0 for ones.
    highest: i32,
    /// Place of the last digit of any number that is not 0.
    lowest: i32,
    /// Most digits of one number, zeros at its end left out.
    digits: i32,
    /// Most digits of one number, with the zeros that are written after its point.
    written: i32,
    /// Largest magnitude.
    largest: f64,
}

impl Default for DecimalPlaces {
    fn default() -> Self {
        Self { highest: i32::MIN, lowest: i32::MAX, digits: 0, written: 0, largest: 0.0 }
    }
}

impl DecimalPlaces {
    /// Adds a number and the text that it was read from.
    pub(crate) fn add(&mut self, text: &str, value: f64) {
        let Some([first, last, end]) = places(text.as_bytes()).filter(|_| value.is_finite()) else { return };
        let digits = [last, end].map(|last| count_digits(first, last));
        let own = Self { highest: first, lowest: last, digits: digits[0], written: digits[1], largest: value.abs() };
        *self = self.and(own);
    }

    /// Returns the digits of the numbers of both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            highest: self.highest.max(other.highest),
            lowest: self.lowest.min(other.lowest),
            digits: self.digits.max(other.digits),
            written: self.written.max(other.written),
            largest: self.largest.max(other.largest),
        }
    }

    /// Returns the relative spacing of the numbers that the values were rounded to.
    ///
    /// It is that of 64-bit floats for whole numbers and for numbers of few digits, which nothing has rounded. For
    /// others it is a unit in the last written digit of the largest number.
    pub(crate) fn precision(self) -> f64 {
        if self.digits <= EXACT || self.written >= DOUBLE || self.lowest >= 0 {
            return f64::EPSILON;
        }
        let unit = 10f64.powi(self.highest - self.written + 1) / self.largest;
        let least = if SINGLE.contains(&self.digits) { f32::EPSILON.into() } else { f64::EPSILON };
        unit.clamp(least, 0.5)
    }
}

/// Returns the number of significant digits of a number as text, without zeros at its ends.
pub(crate) fn significant_digits(text: &str) -> i32 {
    places(text.as_bytes()).map_or(0, |[first, last, _]| count_digits(first, last))
}

fn count_digits(first: i32, last: i32) -> i32 {
    first.saturating_sub(last).saturating_add(1)
}

/// Returns the places of the first digit that is not 0, of the last such digit, and of the last digit after the point.
///
/// Without a point the last two are the same, because zeros at the end then only tell the size. Returns `None` for a
/// text without such a digit.
fn places(text: &[u8]) -> Option<[i32; 3]> {
    let exponent = text.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (mantissa, power) = match exponent {
        Some(at) => (&text[..at], std::str::from_utf8(&text[at + 1..]).ok()?.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let point = mantissa.iter().position(|&byte| byte == b'.').unwrap_or(mantissa.len());
    let is_digit = |byte: &u8| matches!(byte, b'1'..=b'9');
    let (first, last) = (mantissa.iter().position(is_digit)?, mantissa.iter().rposition(is_digit)?);
    let end = mantissa.iter().rposition(u8::is_ascii_digit).filter(|&end| end > point).unwrap_or(0).max(last);
    let place = |at: usize| if at < point { point as i32 - 1 - at as i32 } else { point as i32 - at as i32 };
    Some([first, last, end].map(|at| place(at).saturating_add(power)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn precision(numbers: &[&str]) -> f64 {
        let mut all = DecimalPlaces::default();
        numbers.iter().for_each(|text| all.add(text, text.parse().unwrap()));
        all.precision()
    }

    #[test]
    fn the_last_digit_of_the_largest_number_is_the_spacing() {
        assert_eq!(places(b"-120.450"), Some([2, -2, -3]));
        assert_eq!(places(b"+0.0012"), Some([-3, -4, -4]));
        assert_eq!(places(b"1.25e-3"), Some([-3, -5, -5]));
        assert_eq!((places(b"1e3"), places(b"1500")), (Some([3, 3, 3]), Some([3, 2, 2])));
        assert_eq!((places(b"0.00"), places(b"nan")), (None, None));
        let close = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-12, "{found}");
        close(precision(&["0.333333", "0.5", "-0.1"]), 1e-6 / 0.5);
        close(precision(&["0.333333", "5e2", "1e-9"]), 1e-3 / 500.0);
        close(precision(&["0.3333", "1.0000"]), 1e-4);
        close(precision(&["12.345678901", "nan"]), 1e-9 / 12.345678901);
    }

    #[test]
    fn significant_digits_are_counted_without_zeros_at_the_ends() {
        for (text, digits) in
            [("0.00120", 2), ("-1.5", 2), ("1e-300", 1), ("8.731862E-01", 7), ("120", 2), ("nan", 0), ("", 0)]
        {
            assert_eq!(significant_digits(text), digits, "{text}");
        }
    }

    #[test]
    fn few_digits_and_whole_numbers_are_exact_and_seventeen_are_a_double() {
        for numbers in
            [&["0.1", "12.5", "3"][..], &["123456", "7"], &["0.10000000000000001"], &["1.50000", "0"], &["1234.0"], &[]]
        {
            assert_eq!(precision(numbers), f64::EPSILON, "{numbers:?}");
        }
    }

    #[test]
    fn the_shortest_texts_of_singles_have_the_spacing_of_singles() {
        assert_eq!(precision(&["0.33333334", "0.1"]), f64::from(f32::EPSILON));
        assert_eq!(precision(&["0.069043405", "0.1"]), f64::from(f32::EPSILON));
    }
}
