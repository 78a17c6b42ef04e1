//! `rsakit demo`.

use crate::rsakit::rsakit;

#[test]
fn the_demo_runs_what_it_shows_and_may_be_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let first = rsakit(folder.path(), &["demo", "--out", "digits"]);
    assert_eq!(first.status, 0, "{}", first.err);
    assert!(first.out.contains("$ rsakit compare digits/net0.npz digits/net1.npz --layers 'conv*'"), "{}", first.out);
    let shown = rsakit(folder.path(), &["compare", "digits/net0.npz", "digits/net1.npz", "--layers", "conv*"]);
    assert!(first.out.contains(&shown.out), "the demo prints what the command it shows prints");
    assert_eq!(rsakit(folder.path(), &["demo", "--out", "digits"]).out, first.out);
}

#[test]
fn linear_cka_finds_layers_and_chance_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let out = rsakit(folder.path(), &["demo"]).out;
    let share = |measure: &str| -> f64 {
        let line = out.lines().find(|line| line.trim().split("  ").next() == Some(measure)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    // Found by NumPy on the same 150 images: 299 of 720.
    assert!((share("cka") - 0.415).abs() < 0.002, "{out}");
    assert!((share("chance") - 0.125).abs() < 1e-9);
    assert!(folder.path().join("rsakit-demo/net9.npz").is_file());
}

#[test]
fn the_demo_ends_with_a_report_whose_commands_give_its_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let first = rsakit(folder.path(), &["demo"]);
    assert_eq!(first.status, 0, "{}", first.err);
    assert!(first.out.contains("for a browser: rsakit-demo/report.html"), "{}", first.out);
    let page = std::fs::read_to_string(folder.path().join("rsakit-demo/report.html")).unwrap();
    assert!(page.contains("images/pixels") && page.contains("images/digits") && page.contains("net9/conv8"));
    let last = first.out.lines().rfind(|line| line.starts_with("$ rsakit evaluate")).unwrap();
    let words: Vec<_> = last.split_whitespace().skip(2).collect();
    let shown = rsakit(folder.path(), &words);
    assert!(first.out.contains(&shown.out), "the demo prints what the command it shows prints");
}

#[test]
fn the_demo_replaces_no_file_of_the_user() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["report.html", "net3.npz", "subjects.npz", "demo-files.txt"] {
        let digits = folder.path().join(name.replace('.', "-"));
        std::fs::create_dir(&digits).unwrap();
        std::fs::write(digits.join(name), "mine").unwrap();
        let run = rsakit(folder.path(), &["demo", "--out", digits.to_str().unwrap()]);
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{}", run.err);
        assert!(run.err.contains(&format!("{name}, which the demo did not write")), "{}", run.err);
        assert_eq!(std::fs::read_to_string(digits.join(name)).unwrap(), "mine");
        assert_eq!(std::fs::read_dir(&digits).unwrap().count(), 1, "nothing is written beside it");
    }
}
