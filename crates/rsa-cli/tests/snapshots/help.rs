//! Commands with their arguments, options and words, as `rsakit help` lists them.

use std::fmt::Write;

/// The snapshot of them.
pub(super) const SNAPSHOT: &str = "options.txt";

/// Each command on a line with its arguments, and its options in alphabetical order, with the words that one takes.
pub(super) fn options(help: impl Fn(&[&str]) -> String) -> String {
    let mut out = String::new();
    let all = help(&["help"]);
    let commands = section(&all, "Commands:").filter(|line| depth(line) == 2);
    for command in commands.filter_map(|line| line.split_whitespace().next()).filter(|command| *command != "help") {
        let text = help(&["help", command]);
        let _ = writeln!(out, "rsakit {command}");
        for line in section(&text, "Arguments:").filter(|line| is_argument(line)) {
            let name = line.trim().split("  ").next().unwrap_or_default();
            let _ = writeln!(out, "  {name}{}", words(&text, line));
        }
        let headings = text
            .lines()
            .filter(|line| *line == "Options:" || line.starts_with("Steps, ") || line.starts_with("Models, "));
        let options = headings.flat_map(|heading| section(&text, heading)).filter(|line| is_option(line));
        let mut options: Vec<_> = options.map(|line| format!("  {}{}\n", long(line), words(&text, line))).collect();
        options.sort();
        out += &options.concat();
    }
    out
}

/// The lines under a heading, to the next one.
fn section<'t>(text: &'t str, heading: &'t str) -> impl Iterator<Item = &'t str> {
    let lines = text.lines().skip_while(move |line| *line != heading).skip(1);
    lines.take_while(|line| line.is_empty() || line.starts_with(' '))
}

/// Distance of a line from the margin: names are nearer than what is said of them.
fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_argument(line: &str) -> bool {
    line.starts_with("  <") || line.starts_with("  [")
}

fn is_option(line: &str) -> bool {
    (2..=6).contains(&depth(line)) && line.trim_start().starts_with('-')
}

fn is_word(line: &str) -> bool {
    depth(line) > 6 && line.trim_start().starts_with("- ")
}

/// The long name of an option.
fn long(line: &str) -> &str {
    line.split([' ', '=', ',', '[']).find(|word| word.starts_with("--")).unwrap_or_default()
}

/// The words that an argument or option takes, if it takes some.
fn words(text: &str, name: &str) -> String {
    let mut lines = text.lines().skip_while(|line| *line != name);
    let first = lines.next().unwrap_or_default();
    let more =
        lines.take_while(|line| !is_argument(line) && !is_option(line) && !line.ends_with(':') || depth(line) > 6);
    let described: Vec<_> = std::iter::once(first).chain(more).collect();
    let listed = described.iter().filter(|line| is_word(line)).filter_map(|line| {
        let word = line.trim_start().trim_start_matches("- ");
        word.split([':', ' ']).next()
    });
    let joined = described.join(" ");
    let inline = joined.split_once("[possible values: ").and_then(|(_, rest)| rest.split_once(']'));
    let inline = inline.map_or("", |(words, _)| words).split(',').map(str::trim).filter(|word| !word.is_empty());
    let words: Vec<_> = listed.chain(inline).collect();
    if words.is_empty() { String::new() } else { format!(" {}", words.join("|")) }
}
