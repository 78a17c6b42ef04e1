//! Words of options about subjects: which RDMs are of one, which test is over them, and how it is corrected.

use clap::ValueEnum;
use rsa_run::SubjectUnit;
use rsakit::stats::{Correction, SubjectTest};

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum SubjectsBy {
    /// First axis of each array: 4 × 2 RDMs are 4 subjects with 2 RDMs each
    #[default]
    Axis0,
    /// All RDMs of a file, or of a file in a folder
    File,
    /// RDMs with one name, in any file
    Label,
    /// Each RDM
    Each,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum SubjectTestWord {
    /// Student's t
    #[default]
    T,
    /// Wilcoxon's signed ranks; exact for up to 50 subjects, or 13 if values are tied
    Wilcoxon,
}

/// Correction that needs no permutations.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum FreeCorrection {
    None,
    /// Holm
    #[default]
    Holm,
    /// Benjamini & Hochberg
    Bh,
    /// Benjamini & Yekutieli
    By,
}

impl From<FreeCorrection> for Correction {
    fn from(correction: FreeCorrection) -> Self {
        match correction {
            FreeCorrection::None => Self::None,
            FreeCorrection::Holm => Self::Holm,
            FreeCorrection::Bh => Self::Bh,
            FreeCorrection::By => Self::By,
        }
    }
}

impl From<SubjectsBy> for SubjectUnit {
    fn from(subjects: SubjectsBy) -> Self {
        match subjects {
            SubjectsBy::Axis0 => Self::Axis0,
            SubjectsBy::File => Self::File,
            SubjectsBy::Label => Self::Label,
            SubjectsBy::Each => Self::Each,
        }
    }
}

impl From<SubjectTestWord> for SubjectTest {
    fn from(test: SubjectTestWord) -> Self {
        match test {
            SubjectTestWord::T => Self::T,
            SubjectTestWord::Wilcoxon => Self::Wilcoxon,
        }
    }
}
