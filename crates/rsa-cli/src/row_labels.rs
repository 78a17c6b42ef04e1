//! [`RowLabelFiles`]: options for the condition and the run of each row.

use clap::Args;

/// Options for the condition and the run of each row.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct RowLabelFiles {
    /// The condition of each row, or with --conv pixels of each image
    ///
    /// A text with one label a line, a .csv, .tsv or .json with a column or list of that name, a column of any name
    /// (FILE::COLUMN), or a .npy of strings or whole numbers.
    ///
    /// One file is for all inputs. For a file of each input repeat the option in the order of the inputs, or give a pattern:
    /// {} is the name of the input without folder and extension, {folder} its folder, and {sub} the VALUE of sub-VALUE in its
    /// name or folders; likewise {ses}, {task}, {run} and any other such word.
    #[arg(long, value_name = "FILE")]
    pub(crate) conditions: Vec<String>,
    /// The run of each row, or image, in the same form: parts of the experiment with independent noise
    #[arg(long, value_name = "FILE")]
    pub(crate) runs: Vec<String>,
}
