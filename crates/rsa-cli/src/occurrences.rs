//! Options whose order counts, also among different options.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, error::ErrorKind};

/// A step of a command, given by an option.
pub(crate) trait TypedStep: Clone + Sized + Send + Sync + 'static {
    /// Options, one for each kind of step.
    fn options() -> Vec<Arg>;

    /// Returns the step of the option `name` with its value; `None` for a value that it does not take.
    fn of(name: &str, value: &str) -> Option<Self>;

    /// Returns this step and the next one, or a single step that does the work of both, as for patterns of one list.
    fn then(self, next: Self) -> Vec<Self>;
}

/// Steps in the order in which they are typed.
#[derive(Clone, Debug)]
pub(crate) struct TypedSteps<S>(pub(crate) Vec<S>);

impl<S: TypedStep> Args for TypedSteps<S> {
    fn augment_args(command: Command) -> Command {
        command
            .next_help_heading("Steps, applied in the order in which they are typed")
            .args(S::options())
            .next_help_heading(None::<&str>)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<S: TypedStep> FromArgMatches for TypedSteps<S> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let options = S::options();
        let names: Vec<&str> = options.iter().map(|option| option.get_id().as_str()).collect();
        let mut steps: Vec<S> = Vec::new();
        for (name, value) in in_order(matches, &names) {
            let step = S::of(name, value).ok_or_else(|| clap::Error::new(ErrorKind::InvalidValue))?;
            match steps.pop() {
                Some(last) => steps.extend(last.then(step)),
                None => steps.push(step),
            }
        }
        Ok(Self(steps))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Returns an option that may be repeated.
pub(crate) fn repeated(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help).action(ArgAction::Append)
}

/// Returns an option without a value that may be repeated.
pub(crate) fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).action(ArgAction::Append).num_args(0).default_missing_value("")
}

/// Returns each occurrence of the options `names`, with its value, in the order in which they were typed.
pub(crate) fn in_order<'a>(matches: &'a ArgMatches, names: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<(usize, &str, &str)> = Vec::new();
    for &name in names {
        let indices = matches.indices_of(name).into_iter().flatten();
        let values = matches.get_many::<String>(name).into_iter().flatten();
        all.extend(indices.zip(values).map(|(index, value)| (index, name, value.as_str())));
    }
    all.sort_by_key(|(index, ..)| *index);
    all.into_iter().map(|(_, name, value)| (name, value)).collect()
}
