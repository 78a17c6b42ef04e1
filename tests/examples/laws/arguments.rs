//! The command line of `cargo xtask laws`.

use std::{fmt::Display, str::FromStr};

use rsa_laws::{Law, Plan};
use rsakit::MeasureSpec;

/// The arguments of the command.
pub(crate) struct Arguments {
    pub(crate) measure: Option<MeasureSpec>,
    pub(crate) laws: Vec<Law>,
    pub(crate) plan: Plan,
    pub(crate) teeth: bool,
}

const USAGE: &str = "usage: cargo xtask laws [--measure ID] [--law NAME] [--cases N] [--seed S] [--teeth]";

impl Arguments {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut found = Self { measure: None, laws: Law::all(), plan: Plan::default(), teeth: false };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value; {USAGE}"));
            match word.as_str() {
                "--measure" => found.measure = Some(read(&word, &value()?)?),
                "--law" => found.laws = vec![law(&value()?)?],
                "--cases" => found.plan.cases = read::<usize>(&word, &value()?)?.max(1),
                "--seed" => found.plan.seed = read(&word, &value()?)?,
                "--teeth" => found.teeth = true,
                _ => return Err(format!("unknown argument '{word}'; {USAGE}")),
            }
        }
        Ok(found)
    }
}

fn law(name: &str) -> Result<Law, String> {
    let names: Vec<_> = Law::all().into_iter().map(Law::name).collect();
    let found = Law::all().into_iter().find(|law| law.name() == name);
    found.ok_or_else(|| format!("there is no law '{name}'; the laws are {}", names.join(", ")))
}

fn read<T: FromStr<Err: Display>>(word: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|error| format!("{word}: {error}"))
}
