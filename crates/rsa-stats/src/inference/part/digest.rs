//! [`Digest`]: a checksum of a part's header and tables.

use ndarray::ArrayView2;

use super::PartHeader;
use crate::{Crossvalidation, Inference, NotLeftOut, PermutationCounts};

/// A digest by FNV-1a with 128 bits, fed with words of 64 bits.
///
/// Every step is a bijection of the state, so a change of one word always changes the digest. A random change of several
/// words leaves it unchanged with probability 2⁻¹²⁸. A cryptographic hash would add a dependency, and protection against
/// forgery is not needed for one's own files.
pub(super) struct Digest(u128);

impl Digest {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

    /// Returns the digest of a header and of tables by name, as 32 hexadecimal digits.
    pub(super) fn compute(header: &PartHeader, tables: &[(&str, ArrayView2<'_, f64>)]) -> String {
        let mut digest = Self(Self::OFFSET);
        digest.header(header);
        for (name, table) in tables {
            digest.text(name);
            digest.numbers(&[table.nrows() as u64, table.ncols() as u64]);
            table.iter().for_each(|value| digest.word(value.to_bits()));
        }
        format!("{:032x}", digest.0)
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ u128::from(word)).wrapping_mul(Self::PRIME);
    }

    fn text(&mut self, text: &str) {
        self.word(text.len() as u64);
        for bytes in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..bytes.len()].copy_from_slice(bytes);
            self.word(u64::from_le_bytes(word));
        }
    }

    fn numbers(&mut self, numbers: &[u64]) {
        self.word(numbers.len() as u64);
        numbers.iter().for_each(|&number| self.word(number));
    }

    fn optional_text(&mut self, text: Option<&str>) {
        self.word(u64::from(text.is_some()));
        self.text(text.unwrap_or_default());
    }

    fn indices(&mut self, indices: Option<&[usize]>) {
        self.word(u64::from(indices.is_some()));
        self.numbers(&indices.unwrap_or_default().iter().map(|&index| index as u64).collect::<Vec<_>>());
    }

    // All fields are named without `..`, so that the compiler refuses a forgotten new field.
    fn header(&mut self, header: &PartHeader) {
        let PartHeader {
            layout,
            inference,
            scores,
            models,
            fitted,
            n_conditions,
            pairs_dropped,
            upper_ceiling_is,
            subject_groups,
            n_condition_groups,
            no_ceiling,
            permutations,
            not_left_out,
            first,
            digest: _,
        } = header;
        self.inference(inference);
        self.text(scores);
        models.iter().for_each(|model| self.text(model));
        self.numbers(&fitted.iter().map(|&fitted| u64::from(fitted)).collect::<Vec<_>>());
        let counts = [*n_conditions, *pairs_dropped, *n_condition_groups].map(|count| count as u64);
        self.numbers(&[u64::from(*layout), *first, *upper_ceiling_is as u64, models.len() as u64]);
        self.numbers(&counts);
        self.indices(Some(subject_groups));
        let NotLeftOut { conditions, subjects, third_of_conditions, third_of_subjects } = not_left_out;
        let reasons = [no_ceiling, conditions, subjects, third_of_conditions, third_of_subjects];
        reasons.into_iter().for_each(|reason| self.optional_text(reason.as_deref()));
        if let Some(PermutationCounts { tried, exact, exceeding, exceeding_by_any }) = permutations {
            self.numbers(&[*tried, u64::from(*exact)]);
            self.numbers(exceeding);
            self.numbers(exceeding_by_any);
        }
    }

    fn inference(&mut self, inference: &Inference) {
        let Inference {
            comparison,
            generalize_to,
            resamples,
            seed,
            crossvalidation,
            subject_groups,
            condition_groups,
            permutations,
            correction,
            variance,
            test,
        } = inference;
        self.text(comparison.name());
        self.text(correction.name());
        self.numbers(&[*generalize_to as u64, *variance as u64, *test as u64, *resamples, *seed, *permutations]);
        if let Some(Crossvalidation { subject_folds, condition_folds, repeats }) = crossvalidation {
            self.numbers(&[*subject_folds, *condition_folds, *repeats].map(|count| count as u64));
        }
        self.indices(subject_groups.as_deref());
        self.indices(condition_groups.as_deref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a of nothing is the offset basis; of the word 1 it is (basis ^ 1) · prime mod 2¹²⁸, computed with Python.
    #[test]
    fn words_are_digested_as_published() {
        let mut digest = Digest(Digest::OFFSET);
        assert_eq!(format!("{:032x}", digest.0), "6c62272e07bb014262b821756295c58d");
        digest.word(1);
        assert_eq!(format!("{:032x}", digest.0), "d228cb690f1a8caf78912b704e4a1344");
    }
}
