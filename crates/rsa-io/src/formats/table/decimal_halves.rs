//! Whole numbers that may be the halves of numbers with a decimal comma, because commas separate cells.

use rsa_core::{Error, Result};

/// Fewer rows may be of one width by chance.
const LEAST_ROWS: usize = 3;

/// Notation of the whole numbers in a column.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WholeDigits {
    /// `true` if a number is written with anything but digits and a sign before them.
    other: bool,
    signed: bool,
    negative_zero: bool,
    leading_zero: bool,
    /// The fewest and the most digits of a number.
    widths: Option<(usize, usize)>,
}

impl WholeDigits {
    /// Adds a number.
    pub(super) fn add(&mut self, number: &str) {
        if self.other {
            return;
        }
        let digits = number.strip_prefix(['-', '+']).unwrap_or(number);
        self.other = !digits.bytes().all(|byte| byte.is_ascii_digit());
        self.signed |= digits.len() < number.len();
        self.negative_zero |= number == "-0";
        self.leading_zero |= digits.len() > 1 && digits.starts_with('0');
        let width = digits.len();
        self.widths = Some(self.widths.map_or((width, width), |(least, most)| (least.min(width), most.max(width))));
    }

    /// Returns the number of digits of all numbers, if that is one.
    fn width(&self) -> Option<usize> {
        self.widths.filter(|(least, most)| least == most).map(|(width, _)| width)
    }
}

/// Judges whether neighboring features, which commas separate and no header names, are numbers with a decimal comma.
///
/// Few programs write whole numbers as `-0` or `05`, and both are parts of decimal numbers. Numbers of one width beside
/// others of another width leave a doubt, which is returned. In a file whose extension does not say that commas
/// separate cells (`by_name`), the only comma in each row may be either.
///
/// # Errors
/// `Format` with the remedies, if the columns may be either and this shows.
pub(super) fn judge(columns: &[WholeDigits], n_rows: usize, by_name: bool) -> Result<Option<String>> {
    if !by_name && columns.len() == 2 && may_be_halves(columns) {
        return Err(Error::format(
            "each row holds whole numbers around one comma, which may be a decimal mark or separate two cells; write \
             a decimal point, or name the file .csv if it separates cells",
        ));
    }
    // The first column may identify the rows.
    let shown = |columns: &[WholeDigits]| {
        may_be_halves(columns) && columns.chunks(2).any(|pair| pair[0].negative_zero || pair[1].leading_zero)
    };
    if shown(columns) || shown(columns.get(1..).unwrap_or_default()) {
        return Err(Error::format(
            "all cells are whole numbers, and some, such as -0 or 05, look like parts of numbers with a decimal comma; \
             write decimal points, or separate cells by ';'. If the numbers are whole, write 0 and 5",
        ));
    }
    let width = columns.get(1).and_then(WholeDigits::width).filter(|width| *width > 1);
    let alike = |pair: &[WholeDigits]| pair[1].width() == width && pair[0].width() != width;
    let doubt = n_rows >= LEAST_ROWS && width.is_some() && may_be_halves(columns) && columns.chunks(2).all(alike);
    Ok(doubt.then(|| {
        "commas are taken as delimiters of whole numbers; if they are decimal marks, write points, or separate cells by \
         ';'"
        .to_owned()
    }))
}

/// Returns `true` if pairs of columns may be what stands before and behind a comma.
fn may_be_halves(columns: &[WholeDigits]) -> bool {
    let halves = |pair: &[WholeDigits]| !pair[0].other && !pair[1].other && !pair[1].signed;
    !columns.is_empty() && columns.len().is_multiple_of(2) && columns.chunks(2).all(halves)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge_text(text: &str, by_name: bool) -> Result<Option<String>> {
        let mut columns = vec![WholeDigits::default(); text.lines().next().unwrap().split(',').count()];
        for line in text.lines() {
            line.split(',').zip(&mut columns).for_each(|(cell, column)| column.add(cell));
        }
        judge(&columns, text.lines().count(), by_name)
    }

    #[test]
    fn halves_of_numbers_are_told_from_whole_numbers() {
        for text in ["-1,51\n-0,92", "1,51\n1,05", "7,1,05\n8,2,50", "1,05,2,5\n-0,10,3,7"] {
            assert!(judge_text(text, true).is_err(), "{text:?}");
        }
        for text in ["1,51\n2,92", "0,0\n1,0", "-0,-5\n1,2", "01,5\n02,6", "-0.0,05\n1,2", "-0,1,2,-3", "-0"] {
            assert_eq!(judge_text(text, true).unwrap(), None, "{text:?}");
        }
    }

    #[test]
    fn numbers_of_one_width_beside_others_leave_a_doubt() {
        for text in ["-1,51\n-1,92\n0,90", "1,512\n12,925\n3,903", "1,51,2,92\n3,44,4,55\n5,66,6,77"] {
            assert!(judge_text(text, true).unwrap().is_some(), "{text:?}");
        }
        for text in [
            "51,51\n92,92\n90,90",
            "1,5\n2,9\n3,9",
            "1,51\n2,9\n3,22",
            "1,51\n2,92",
            "9,1,51\n7,2,92\n8,30,44",
            "1,-51\n2,92\n3,44",
        ] {
            assert_eq!(judge_text(text, true).unwrap(), None, "{text:?}");
        }
    }

    #[test]
    fn one_comma_in_a_file_without_a_name_for_it_is_asked() {
        assert!(judge_text("1,51\n2,92", false).is_err());
        assert!(judge_text("1,51,3\n2,92,4", false).is_ok());
        assert!(judge_text("1.5,51\n2,92", false).is_ok());
    }
}
