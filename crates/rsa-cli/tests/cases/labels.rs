//! Labels as other programs write them.

use super::{assert_near, run, score};
use crate::rsakit::rsakit;

#[test]
fn labels_that_differ_are_named() {
    for (a, b, missing) in [
        ("pad", "int", "'001'"),
        ("float", "int", "'6.0'"),
        ("ext", "noext", "'obj0.jpg'"),
        ("case", "noext", "'Obj0'"),
    ] {
        let files = [a, b].map(|name| format!("09-label-spelling/{name}.csv"));
        let run = run(&["compare", &files[0], &files[1], "--measure", "cka"]);
        let message = format!("condition {missing} is missing");
        assert!((run.out.clone() + &run.err).contains(&message), "{a} × {b}: {}{}", run.out, run.err);
    }
    let run = run(&["compare", "09-label-spelling/sub.csv", "09-label-spelling/noext.csv", "--measure", "cka"]);
    assert!(run.status != 0 && run.err.contains("has 8 conditions"), "{}", run.err);
}

#[test]
fn unicode_forms_of_a_label_are_one_label() {
    let unlabeled = |options: &[&str]| {
        let files = ["09-label-spelling/nfc.csv", "09-label-spelling/nfd.csv", "--measure", "cka"];
        score(&[&files, options].concat())
    };
    assert_near(unlabeled(&[]), 0.728, 5e-4);
}

#[test]
fn repeated_labels_are_told_with_their_counts() {
    for file in ["dup", "dup2"] {
        let path = format!("09-label-spelling/{file}.csv");
        let run = run(&["rdm", &path, "--dissimilarity", "euclidean", "--format", "csv"]);
        assert_eq!((run.status, run.out.lines().count()), (0, 11), "{}", run.err);
        assert!(run.err.contains("5 labels for 10 rows") && run.err.contains("'obj0' 2 rows"), "{}", run.err);
    }
}

#[test]
fn padding_is_no_part_of_a_label() {
    for file in ["matlab", "case"] {
        let path = format!("32-padded-labels/{file}.npz");
        let found = score(&[&path, "32-padded-labels/py.npz", "--measure", "cka"]);
        assert_near(found, 0.916, 5e-4);
    }
}

/// Runs `rsakit rdm` on the five conditions of case 32 with the labels of a file of the case.
fn labeled(file: &str) -> crate::rsakit::Run {
    let path = format!("32-padded-labels/{file}");
    run(&["rdm", "32-padded-labels/x.npy", "--conditions", &path, "--dissimilarity", "euclidean", "--format", "csv"])
}

#[test]
fn files_of_labels_are_read_as_the_programs_write_them() {
    for file in ["cr.txt", "quoted.csv", "two.tsv"] {
        let run = labeled(file);
        let first = run.out.lines().nth(1).unwrap_or_default();
        assert!(run.status == 0 && first.starts_with("x,cat,horse,"), "{file}: {}{}", run.out, run.err);
    }
    let run = labeled("hdr.txt");
    assert!(run.status != 0 && run.err.contains("'condition', looks like a header: remove that line"), "{}", run.err);
    let run = labeled("cr.csv");
    assert!(run.status != 0 && run.err.contains("3 labels for 5 conditions"), "{}", run.err);
}

#[test]
fn tables_with_lone_carriage_returns_are_read() {
    let run = run(&["rdm", "32-padded-labels/cr.csv", "--dissimilarity", "squared-euclidean", "--format", "csv"]);
    assert_eq!(run.out.lines().skip(1).collect::<Vec<_>>(), ["cr,cat,dog,13", "cr,cat,ow,13", "cr,dog,ow,2"]);
}

#[test]
fn neighbors_of_files_of_labels_are_read_or_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let labels: [(&str, &[u8], &str); 6] = [
        ("comment.csv", b"# by hand\nonset;condition\n0,5;cat\n1,5;dog\n", ""),
        ("bom.txt", b"\xef\xbb\xbfcat\r\ndog\r\n", ""),
        ("utf16.txt", b"\xff\xfec\0\n\0", "UTF-16"),
        ("zero.txt", b"cat\ndo\0g\n", "line 2: a zero byte"),
        ("gap.csv", b"onset,condition\r0,cat\r1,\r", "line 3 has no label in column 2"),
        ("quote.csv", b"cat\n\"dog\n", "line 2: a quote is opened and not closed"),
    ];
    std::fs::write(folder.path().join("x.csv"), "1,2\n3,5\n").unwrap();
    for (name, bytes, refusal) in labels {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let run = rsakit(
            folder.path(),
            &["rdm", "x.csv", "--conditions", name, "--dissimilarity", "squared-euclidean", "--format", "csv"],
        );
        match refusal {
            "" => assert_eq!(run.out.lines().nth(1), Some("x,cat,dog,13"), "{name}: {}", run.err),
            _ => assert!(run.status != 0 && run.err.contains(refusal), "{name}: {}{}", run.out, run.err),
        }
    }
}
