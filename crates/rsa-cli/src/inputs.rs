//! Options on inputs that several commands share.

use clap::{Args, ValueEnum};
use rsa_io::{Axes, Convention, Diagonal, OpenOptions, Presence, Similarities, TableOptions};

use crate::verdict::Failure;

/// Options for reading tables and arrays.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Tables {
    /// First row of .csv, .tsv and .txt files: does it name the columns?
    #[arg(long, value_enum, value_name = "WHETHER", default_value_t)]
    table_header: Whether,
    /// First column of .csv, .tsv and .txt files: does it label the conditions?
    #[arg(long, value_enum, value_name = "WHETHER", default_value_t)]
    table_labels: Whether,
    /// Convention that turns arrays of three or more axes into conditions × features
    ///
    /// flatten: every entry is a feature. mean, max: over positions, one feature a channel. pixels: every position is a
    /// condition, one feature a channel. All but flatten need --axes.
    #[arg(long, value_name = "CONVENTION", default_value_t)]
    conv: Convention,
    /// Names of the axes of arrays in the order of the file, for example conditions,channels,height,width
    ///
    /// The words are conditions, runs, channels, features, depth, height, width, time and tokens. With runs,conditions,features
    /// every run of every condition is a row, numbered or labeled by one label a condition.
    #[arg(long, value_name = "LIST")]
    axes: Option<Axes>,
}

/// Presence of a header, or of labels, in a table.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Whether {
    #[default]
    Detect,
    Yes,
    No,
}

impl From<Whether> for Presence {
    fn from(whether: Whether) -> Self {
        match whether {
            Whether::Detect => Self::Detect,
            Whether::Yes => Self::Yes,
            Whether::No => Self::No,
        }
    }
}

impl Tables {
    pub(crate) fn options(&self) -> OpenOptions {
        OpenOptions {
            table: TableOptions { header: self.table_header.into(), labels: self.table_labels.into() },
            axes: self.axes.clone(),
            convention: self.conv,
            ..OpenOptions::default()
        }
    }
}

/// Options for reading RDMs.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct RdmFiles {
    /// RDM files that hold similarities: take 1 − s as the dissimilarity
    ///
    /// Files that show by a diagonal of 0, or say, that they hold dissimilarities stay as they are.
    #[arg(long, value_enum, value_name = "HOW")]
    similarities: Option<SimilaritiesWord>,
    /// Diagonal of square RDM files: leave it out, whatever it holds
    #[arg(long, value_enum, value_name = "HOW")]
    diagonal: Option<DiagonalWord>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SimilaritiesWord {
    OneMinus,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DiagonalWord {
    Ignore,
}

impl RdmFiles {
    /// Refuses options about RDMs where layers are read.
    pub(crate) fn ensure_said_of_rdms(self, rdm: bool) -> Result<(), Failure> {
        match (rdm, self.similarities, self.diagonal) {
            (true, ..) | (false, None, None) => Ok(()),
            _ => Err(Failure::usage("--similarities and --diagonal are about RDM files; add --rdm")),
        }
    }

    /// Adds what is said about RDMs to `options`.
    pub(crate) fn add_to(self, options: OpenOptions) -> OpenOptions {
        let similarities =
            self.similarities.map_or(options.similarities, |SimilaritiesWord::OneMinus| Similarities::OneMinus);
        let diagonal = self.diagonal.map_or(options.diagonal, |DiagonalWord::Ignore| Diagonal::Ignore);
        OpenOptions { similarities, diagonal, ..options }
    }
}

/// Number of threads.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Threads {
    /// Number of threads; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: Option<u16>,
}

impl Threads {
    /// Starts them for the whole program.
    pub(crate) fn apply(self) -> Result<(), Failure> {
        Ok(rsa_run::start_threads(self.threads.map(usize::from))?)
    }
}
