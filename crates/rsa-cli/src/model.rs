//! `rsakit model`: model RDMs from what files say of the conditions.

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches, error::ErrorKind};
use rsa_run::{ModelRdmKind, ModelRdmRequest, ModelRdmSpec};

use crate::{
    input_files::InputFiles,
    memory::Memory,
    occurrences::{in_order, repeated},
    rdm_targets::RdmTargets,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// Make model RDMs from categories, quantities and features of the conditions
///
/// A model is NAME=FILE::COLUMN. FILE is a .csv or .tsv table with named columns, such as a BIDS events file, or a file with
/// one label for each condition, which has no COLUMN. NAME and, in a table with one column of values, COLUMN may be left out.
///
/// Rows are conditions. They have the labels of --conditions, otherwise of the column --condition-column, otherwise of a
/// column with a usual name (condition, label, stimulus, trial_type, image, item, name). Rows of one label, such as the
/// trials of a condition, are one condition and must agree; rows without a label (n/a) are left out and counted in a note.
/// Models of several files are brought into one order of conditions by their labels.
///
/// --factors A,B makes a model of each factor (0 the same, 1 different) and one of the interaction of every two or more, as
/// the analysis of variance defines it: Π (1 − 1/a) − Π (s − 1/a) over the factors, where s is 1 for the same category and 0
/// for another, and a is the number of categories. --category FILE::A,B is 0 for the same combination and 1 for all others.
///
/// JSON: {"rsakit", "models": [{"kind", "name", "file", "columns"}], "n_conditions", "conditions" (null without labels),
/// "rdms": [{"name", "values", "noise": null, "rounding"}], "failures": [], "warnings": […], "inputs": […]}. The other forms
/// are those of `rsakit rdm --out`, and `rsakit evaluate --models` reads all of them.
///
/// Exit status: 0 done, 1 a file cannot be read or says nothing about the conditions, 2 wrong usage.
#[derive(Args)]
#[command(after_help = "Examples:
  rsakit model --category animacy=labels.csv::kind --quantity labels.csv::size --out models.npz
  rsakit model --category category=categories.txt --conditions conditions.txt --out models.npz
  rsakit model --factors sub-01_events.tsv::face,location --condition-column trial_type --plot models.svg
  rsakit model --features shape=ratings.csv::round,long,symmetric --out shape.json")]
pub(crate) struct Arguments {
    #[command(flatten)]
    models: Models,
    /// Condition of each row of all files
    ///
    /// A text with one label a line, a .csv, .tsv or .json with a column or list of that name, or a .npy of strings or whole
    /// numbers.
    #[arg(long, value_name = "FILE")]
    conditions: Option<PathBuf>,
    /// Name of the column that names the conditions
    #[arg(long, value_name = "COLUMN", conflicts_with = "conditions")]
    condition_column: Option<String>,
    #[command(flatten)]
    rdm_targets: RdmTargets,
    #[command(flatten)]
    memory: Memory,
}

/// Models in the order in which they are typed.
#[derive(Clone, Debug, Default)]
struct Models(Vec<ModelRdmSpec>);

const KINDS: [ModelRdmKind; 5] = [
    ModelRdmKind::Category,
    ModelRdmKind::Quantity,
    ModelRdmKind::SquaredQuantity,
    ModelRdmKind::Features,
    ModelRdmKind::Factors,
];

impl Args for Models {
    fn augment_args(command: Command) -> Command {
        let one = "[NAME=]FILE[::COLUMN]";
        let several = "[NAME=]FILE::COLUMN,COLUMN";
        let models = [
            repeated(
                "category",
                one,
                "0 for conditions of one category, 1 for others; of several columns: 0 if all agree",
            ),
            repeated("quantity", one, "Absolute difference of a number"),
            repeated("squared-quantity", one, "Squared difference of a number"),
            repeated("features", several, "Euclidean distance over several columns of numbers"),
            repeated("factors", several, "A model for each column as a factor, and for every interaction"),
        ];
        command.next_help_heading("Models, each of which may be repeated").args(models).next_help_heading(None::<&str>)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Models {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let model = |(word, text): (&str, &str)| {
            let kind = KINDS.into_iter().find(|kind| kind.word() == word).unwrap_or(ModelRdmKind::Category);
            ModelRdmSpec::parse(kind, text)
                .map_err(|error| clap::Error::raw(ErrorKind::ValueValidation, format!("{error}\n")))
        };
        in_order(matches, &KINDS.map(ModelRdmKind::word)).into_iter().map(model).collect::<Result<_, _>>().map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    let Models(models) = &arguments.models;
    if models.is_empty() {
        return Err(Failure::usage("no model; give --category, --quantity, --features or --factors with a file"));
    }
    let inputs = InputFiles::new(models.iter().map(|model| &model.file)).with_paths(&arguments.conditions);
    arguments.rdm_targets.check(inputs)?;
    let request = ModelRdmRequest {
        conditions: arguments.conditions.clone(),
        condition_column: arguments.condition_column.clone(),
        memory: arguments.memory.limit,
        ..ModelRdmRequest::new(models.clone())
    };
    let result = request.run(&Terminal::new())?;
    arguments.rdm_targets.finish(&result)
}
