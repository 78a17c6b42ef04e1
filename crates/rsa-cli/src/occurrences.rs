//! Options whose order counts, also among different options.

use clap::{Arg, ArgAction, ArgMatches};

/// Returns an option that may be repeated.
pub(crate) fn repeated(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help).action(ArgAction::Append)
}

/// Returns an option without a value that may be repeated.
pub(crate) fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).action(ArgAction::Append).num_args(0).default_missing_value("")
}

/// Returns each occurrence of the options `names`, with its value, in the order in which they were typed.
pub(crate) fn in_order<'a>(matches: &'a ArgMatches, names: &[&'static str]) -> Vec<(&'static str, &'a str)> {
    let mut all: Vec<(usize, &'static str, &str)> = Vec::new();
    for &name in names {
        let indices = matches.indices_of(name).into_iter().flatten();
        let values = matches.get_many::<String>(name).into_iter().flatten();
        all.extend(indices.zip(values).map(|(index, value)| (index, name, value.as_str())));
    }
    all.sort_by_key(|(index, ..)| *index);
    all.into_iter().map(|(_, name, value)| (name, value)).collect()
}
