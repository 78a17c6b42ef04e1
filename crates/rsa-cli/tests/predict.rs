//! `rsakit predict`: the commands of its chapter, run as they stand there, and failures that name their cause.

#[path = "../examples/predict_files.rs"]
#[expect(dead_code, reason = "the example has a main function of its own")]
mod predict_files;

use crate::{rsakit::rsakit, tutorial::commands};

const CHAPTER: &str = include_str!("../docs/predict.md");

#[test]
fn the_commands_of_the_chapter_do_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    predict_files::write(folder).unwrap();
    let commands = commands(CHAPTER);
    assert_eq!(commands.len(), 5);
    let mut outputs = Vec::new();
    for command in &commands {
        let words: Vec<&str> = command.split_whitespace().skip(1).map(|word| word.trim_matches('\'')).collect();
        let run = rsakit(folder, &words);
        assert_eq!(run.status, 0, "{command}: {}", run.err);
        outputs.push(run.out);
    }
    for (output, said) in [
        (0, "5 folds that test 12 conditions each"),
        (0, "3_late          12   0.721"),
        (1, "60 conditions in 15 groups"),
        (1, "2_middle        16   0.504"),
        (1, "3_late          12   0.705"),
        (1, "mean reliability 0.630"),
        (1, "0.723"),
        (1, "chosen by inner folds in 5 folds: 3_late (5)"),
        (2, "every condition was measured once"),
        (4, "R²"),
    ] {
        assert!(outputs[output].contains(said), "'{said}' is not in {}", outputs[output]);
    }
    let sites = std::fs::read_to_string(folder.join("sites.csv")).unwrap();
    assert_eq!(sites.lines().count(), 1 + 3 * 20);
    assert!(std::fs::read_to_string(folder.join("layers.svg")).unwrap().contains("noise"));
}

#[test]
fn refusals_name_the_fold_the_file_and_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    predict_files::write(folder).unwrap();
    let objects: Vec<String> = (0..59).map(|i| format!("image {i:02},a\n")).collect();
    std::fs::write(folder.join("few.csv"), format!("condition,object\n{}", objects.concat())).unwrap();
    for (line, said) in [
        ("--folds 25", "fold 10 of 25 (counted from 0) tests 2 of 60 conditions"),
        ("--condition-groups few.csv::object", "condition 'image 59' has no row"),
        ("--condition-groups objects.csv::kind", "kind"),
        ("--map pls(30)", "pls cannot have 30 components"),
        ("--mask mask.nii", "--mask"),
    ] {
        let words: Vec<&str> =
            ["predict", "net", "--target", "trials.csv"].into_iter().chain(line.split(' ')).collect();
        let run = rsakit(folder, &words);
        assert!(run.status != 0 && run.out.is_empty() && run.err.contains(said), "{line}: {}{}", run.out, run.err);
    }
}
