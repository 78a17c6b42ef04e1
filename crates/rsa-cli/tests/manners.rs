//! Manners of the program: first words, help, completions, suggestions, silence.

use crate::rsakit::{rsakit, waves, write_npz};

#[test]
fn without_arguments_it_says_in_five_lines_what_one_can_do() {
    let folder = tempfile::tempdir().unwrap();
    let run = rsakit(folder.path(), &[]);
    assert_eq!((run.status, run.out.lines().count(), run.err.as_str()), (0, 5, ""));
    for line in run.out.lines() {
        assert!(line.starts_with("rsakit "), "{line}");
    }
}

#[test]
fn the_help_of_every_command_has_two_worked_examples() {
    let folder = tempfile::tempdir().unwrap();
    let commands = [
        "compare",
        "prepare",
        "rdm",
        "transform",
        "model",
        "evaluate",
        "group",
        "mds",
        "merge",
        "measures",
        "info",
        "demo",
        "completions",
    ];
    for command in commands {
        let help = rsakit(folder.path(), &[command, "--help"]).out;
        let examples = help.split("Examples:").nth(1).unwrap_or_default();
        let count = examples.lines().filter(|line| line.trim_start().starts_with(&format!("rsakit {command}"))).count();
        assert!(count >= 2, "{command}: {examples}");
    }
    let all = rsakit(folder.path(), &["--help"]).out;
    assert!(commands.iter().all(|command| all.contains(command)), "{all}");
}

#[test]
fn shells_learn_the_words() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let run = rsakit(folder.path(), &["completions", shell]);
        assert!(run.status == 0 && run.out.contains("evaluate") && run.out.contains("generalize-to"), "{shell}");
    }
}

#[test]
fn errors_name_the_nearest_word() {
    let folder = tempfile::tempdir().unwrap();
    write_npz(folder.path(), "a.npz", &[("conv1", waves(6, 3, 0)), ("dense", waves(6, 3, 2))], &[]);
    let said = |arguments: &[&str]| {
        let run = rsakit(folder.path(), arguments);
        assert_eq!(run.status, 2, "{}", run.out);
        run.err
    };
    assert!(said(&["comapre", "a.npz"]).contains("'compare'"));
    assert!(said(&["compare", "a.npz", "--mesure", "cka"]).contains("'--measure'"));
    assert!(said(&["compare", "a.npz", "--measure", "svca"]).contains("svcca"));
    assert!(said(&["compare", "a.npz", "--layers", "covn1"]).contains("did you mean 'conv1'?"));
    let fit = ["evaluate", "--data", "a.npz", "--fit", "wieghted=a.npz", "--crossvalidate", "conditions=2"];
    assert!(said(&fit).contains("did you mean 'weighted'?"));
}

#[test]
fn quiet_says_errors_alone_and_verbose_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut dead = waves(8, 3, 0);
    dead.column_mut(1).fill(0.0);
    write_npz(folder.path(), "a.npz", &[("one", dead)], &[]);
    let run = |more: &[&str]| rsakit(folder.path(), &[&["compare", "a.npz", "--measure", "cka"], more].concat());
    assert!(run(&[]).err.starts_with("note: "));
    assert_eq!(run(&["--quiet"]).err, "");
    assert_eq!(run(&["--quiet"]).out, run(&[]).out);
    assert!(run(&["-v"]).err.contains("a.npz::one: 8 × 3"));
    // No terminal, no colours.
    assert!(!run(&["-v"]).err.contains('\u{1b}'));
    assert!(rsakit(folder.path(), &["--quiet", "compare", "missing.npz"]).err.starts_with("error: "));
}
