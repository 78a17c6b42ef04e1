//! Tables of text as other programs write them.

use std::path::Path;

use super::{assert_near, folder, run};
use crate::rsakit::{Run, rsakit};

/// An RDM as lines of CSV: both labels and the dissimilarity.
type Pairs = Vec<(String, String, f64)>;

fn rdm_of(folder: &Path, file: &str, options: &[&str]) -> Run {
    let arguments = ["rdm", file, "--dissimilarity", "squared-euclidean", "--format", "csv"];
    rsakit(folder, &[&arguments, options].concat())
}

#[track_caller]
fn pairs_of(folder: &Path, file: &str) -> (Pairs, String) {
    let run = rdm_of(folder, file, &[]);
    assert_eq!(run.status, 0, "{file}: {}", run.err);
    let pairs = run.out.lines().skip(1).map(|line| {
        let cells: Vec<_> = line.split(',').collect();
        (cells[1].to_owned(), cells[2].to_owned(), cells[3].parse().unwrap())
    });
    (pairs.collect(), run.err)
}

/// Returns the RDM of a case, which must be read without a note.
#[track_caller]
fn pairs(file: &str) -> Pairs {
    let (pairs, notes) = pairs_of(&folder(), file);
    assert_eq!(notes, "", "{file}");
    pairs
}

#[track_caller]
fn numbers(file: &str) -> Vec<f64> {
    pairs(file).into_iter().map(|pair| pair.2).collect()
}

/// Asserts that a file is refused, with all `parts` in the message.
#[track_caller]
fn assert_refused(folder: &Path, file: &str, parts: &[&str]) {
    let run = rdm_of(folder, file, &[]);
    assert_ne!(run.status, 0, "{file}: {}", run.out);
    assert!(run.out.is_empty(), "{file}: {}", run.out);
    assert!(parts.iter().all(|part| run.err.contains(part)), "{file}: {}", run.err);
}

/// A folder with these texts.
fn texts(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[track_caller]
fn assert_alike(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).for_each(|(found, expected)| assert_near(*found, *expected, 1e-12 * expected.abs()));
}

#[test]
fn a_delimiter_at_the_end_of_rows_is_no_feature() {
    let clean = pairs("01-trailing-comma/a_clean.csv");
    assert_eq!(clean[0], ("img0".to_owned(), "img1".to_owned(), 3650.0));
    assert_eq!(pairs("01-trailing-comma/a.csv"), clean);
    assert_eq!(pairs("01-trailing-comma/bodyonly.csv"), clean);
    let values: Vec<_> = clean.iter().map(|pair| pair.2).collect();
    assert_eq!(numbers("01-trailing-comma/nohead.csv"), values);
    let folder = texts(&[
        ("tabs.tsv", "item\tv1\tv2\t\t\ncat\t1\t2\t\t\ndog\t3\t5\t\t\n"),
        ("named.csv", "item,v1,v2\ncat,1,\ndog,3,\n"),
    ]);
    assert_eq!(pairs_of(folder.path(), "tabs.tsv").0[0].2, 13.0);
    assert_refused(folder.path(), "named.csv", &["line 2: column 3", "is empty"]);
}

#[test]
fn decimal_commas_are_read_between_other_delimiters() {
    let good = numbers("02-decimal-comma/good.npy");
    for file in ["labelled.csv", "plain.csv", "dots.csv", "dots_plain.csv", "tabs.tsv"] {
        assert_alike(&numbers(&format!("02-decimal-comma/{file}")), &good);
    }
    assert_eq!(pairs("02-decimal-comma/labelled.csv")[0].0, "img0");
    // One comma in a row may be either, which is told.
    let (pairs, notes) = pairs_of(&folder(), "02-decimal-comma/onecol.csv");
    assert_eq!(pairs[0].2, 1681.0);
    assert!(notes.contains("if they are decimal marks, write points"), "{notes}");
    let folder = texts(&[
        ("zeros.csv", "-1,51\n-0,23\n2,05\n"),
        ("one.csv", "item;v1\nimg0;-1,51\nimg1;0,49\n"),
        ("mixed.csv", "img0;-1,51\nimg1;0.49\n"),
        ("thousands.csv", "img0;1,510\nimg1;2,520\n"),
        ("header.csv", "v1\n1,51\n2,49\n"),
        ("text.txt", "1,51\n2,49\n"),
        ("whole.csv", "1,51\n2,49\n"),
    ]);
    assert_near(pairs_of(folder.path(), "one.csv").0[0].2, 4.0, 1e-12);
    assert_refused(folder.path(), "zeros.csv", &["-0 or 05", "write decimal points"]);
    assert_refused(folder.path(), "mixed.csv", &["line 2", "'-1,51'", "'0.49'", "decimal marks"]);
    let (pairs, notes) = pairs_of(folder.path(), "thousands.csv");
    assert_near(pairs[0].2, 1.01 * 1.01, 1e-12);
    assert!(notes.contains("'1,510' is taken as a decimal mark"), "{notes}");
    assert_refused(folder.path(), "header.csv", &["line 2", "decimal mark"]);
    assert_refused(folder.path(), "text.txt", &["decimal mark", ".csv"]);
    assert_near(pairs_of(folder.path(), "whole.csv").0[0].2, 5.0, 0.0);
}

#[test]
fn the_texts_of_savetxt_are_read() {
    let good = numbers("02-decimal-comma/good.npy");
    for file in ["spaces.csv", "spaces.txt", "fixed.tsv", "hdr.csv", "hdr1.csv"] {
        assert_alike(&numbers(&format!("03-savetxt-default/{file}")), &good);
    }
    let folder = texts(&[
        ("header.txt", "# written by hand\n# item v1 v2\ncat 1 2\ndog 3 5\n# the end\n"),
        ("ragged.txt", "1 2 3\n4 5 6\n7 8\n9 1 2\n3 4 5\n"),
        ("pipes.csv", "1|2\n3|4\n"),
    ]);
    let (pairs, notes) = pairs_of(folder.path(), "header.txt");
    assert_eq!((pairs, notes.as_str()), (vec![("cat".to_owned(), "dog".to_owned(), 13.0)], ""));
    assert_refused(folder.path(), "ragged.txt", &["line 3: 2 cells"]);
    assert_refused(folder.path(), "pipes.csv", &["separated by '|'", "semicolons"]);
}

#[test]
fn the_header_of_r_stands_above_the_features() {
    let good = numbers("02-decimal-comma/good.npy");
    for (file, label) in [("r.csv", "img0"), ("r.tsv", "img0"), ("rnum.csv", "1"), ("writecsv.csv", "1")] {
        let pairs = pairs(&format!("04-r-write-table/{file}"));
        assert_eq!(pairs[0].0, label, "{file}");
        assert_alike(&pairs.into_iter().map(|pair| pair.2).collect::<Vec<_>>(), &good);
    }
    let folder = texts(&[
        ("default.txt", "\"v1\" \"v2\"\n\"big dog\" 1 2\n\"cat\" 3 5\n"),
        ("csv2.csv", "\"v1\";\"v2\"\n\"cat\";1,5;2\n\"dog\";3,5;5\n"),
        ("numbers.csv", "1,2\n3,4,5\n6,7,8\n"),
    ]);
    let (pairs, notes) = pairs_of(folder.path(), "default.txt");
    assert_eq!((pairs, notes.as_str()), (vec![("big dog".to_owned(), "cat".to_owned(), 13.0)], ""));
    assert_eq!(pairs_of(folder.path(), "csv2.csv").0[0].2, 13.0);
    assert_refused(folder.path(), "numbers.csv", &["line 2: 3 cells", "the first row has 2"]);
}

#[test]
fn true_and_false_are_numbers_in_every_column() {
    let expected = numbers("05-true-false/bool.npy");
    for file in ["dummies.csv", "dummies_noindex.csv", "nohead.csv", "rlogical.csv"] {
        assert_eq!(numbers(&format!("05-true-false/{file}")), expected, "{file}");
    }
    for file in ["mixed.csv", "mixed2.csv"] {
        assert_eq!(numbers(&format!("05-true-false/{file}")), [3.0, 40.0, 7.25, 51.0, 1.25, 65.25], "{file}");
    }
    let folder =
        texts(&[("levels.csv", "low,2.5,3\nhigh,1.5,2\nlow,0.5,9\nhigh,1,1\n"), ("other.csv", "True,2.5\n1,1.5\n")]);
    let (pairs, notes) = pairs_of(folder.path(), "levels.csv");
    assert_eq!(pairs.len(), 1);
    assert!(notes.contains("2 labels for 4 rows") && notes.contains("'high' 2 rows, 'low' 2 rows"), "{notes}");
    assert_refused(folder.path(), "other.csv", &["True and False"]);
}

#[test]
fn a_cell_that_is_no_number_is_an_error_in_the_first_row_too() {
    for (file, parts) in [
        ("div0.csv", ["line 1: column 3", "'#DIV/0!' is a missing value"]),
        ("div0_b.csv", ["line 1: column 3", "'#DIV/0!' is a missing value"]),
        ("na_first.csv", ["line 1: column 2", "'<NA>' is a missing value"]),
        ("dot_first.csv", ["line 1: column 3", "'.' is a missing value"]),
        ("thousands.csv", ["line 1: column 2", "'1,234.5' is no number"]),
        ("fortran.csv", ["line 1: column 2", "'1.0D+02' is no number"]),
        ("complex.csv", ["line 1: column 1", "'1.0+2.0j' is no number"]),
        ("uminus.csv", ["line 1: column 1", "'−1.5' is no number"]),
        ("uminus_all.csv", ["column 3", "is no number"]),
    ] {
        assert_refused(&folder(), &format!("06-first-row-swallowed/{file}"), &parts);
    }
    assert_eq!(numbers("06-first-row-swallowed/ref.csv").len(), 10);
    let folder = texts(&[
        ("word.csv", "cat,1,oops,3\ndog,4,5,6\nowl,7,8,1\n"),
        ("value.csv", "cat;1;#VALUE!\ndog;4;5\n"),
        ("missing.csv", "v1,v2\n1,2\nmissing,4\n"),
        ("one.csv", "s1,1.0D+02\ns2,3\n"),
    ]);
    assert_refused(folder.path(), "word.csv", &["line 1: column 3", "'oops' is no number"]);
    assert_refused(folder.path(), "value.csv", &["line 1: column 3", "'#VALUE!' is a missing value"]);
    assert_refused(folder.path(), "missing.csv", &["line 3: column 1", "'missing' is a missing value"]);
    assert_refused(folder.path(), "one.csv", &["line 1: column 2", "'1.0D+02' is no number"]);
}

#[test]
fn an_index_is_no_feature() {
    let folders = std::fs::read_dir(folder().join("30-index-column")).unwrap().flatten();
    let names: Vec<_> = folders.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name()).collect();
    assert_eq!(names.len(), 16);
    for name in names {
        let name = name.to_str().unwrap();
        let files = ["a", "b"].map(|file| format!("30-index-column/{name}/{file}.csv"));
        // The texts have six digits behind the point.
        assert_near(super::score(&[&files[0], &files[1], "--measure", "cka"]), 0.265_907_907_5, 1e-7);
    }
    let text = |shift: usize| -> String {
        let row = |i: usize| format!("{},{}.5,{}\n", i + 100, (i * i + shift) % 7, (i * shift) % 5);
        std::iter::once("stim_no,v1,v2\n".to_owned()).chain((1..9).map(row)).collect()
    };
    let folder = texts(&[("a.csv", &text(1)), ("b.csv", &text(3))]);
    let (pairs, notes) = pairs_of(folder.path(), "a.csv");
    assert_eq!(pairs[0].0, "101");
    assert!(notes.contains("'stim_no', holds another whole number in every row"), "{notes}");
}

#[test]
fn names_and_numbers_of_square_tables_are_no_features() {
    let expected = numbers("42-square-table-headers/ok.csv");
    for file in ["numeric_ids", "named_index", "default_noindex", "header_only", "na_label", "nan_label", "nan_label3"]
    {
        let (pairs, _) = pairs_of(&folder(), &format!("42-square-table-headers/{file}.csv"));
        let found: Vec<_> = pairs.iter().map(|pair| pair.2).collect();
        assert_eq!(found, expected, "{file}");
    }
    assert_eq!(pairs("42-square-table-headers/na_label.csv")[0].0, "NA");
    let ten = numbers("42-square-table-headers/ten.npy");
    let (pairs, notes) = pairs_of(&folder(), "42-square-table-headers/default_noindex10.csv");
    assert_alike(&pairs.into_iter().map(|pair| pair.2).collect::<Vec<_>>(), &ten);
    assert!(notes.contains("numbers the columns"), "{notes}");
    for (file, label, place) in [("feat_na", "NA", 0), ("feat_na2", "NA", 1), ("feat_inf", "inf", 2)] {
        let (pairs, _) = pairs_of(&folder(), &format!("42-square-table-headers/{file}.csv"));
        assert_eq!(pairs.iter().map(|pair| pair.2).sum::<f64>(), if place == 2 { 52.0 } else { 80.0 }, "{file}");
        assert!(pairs.iter().any(|pair| pair.0 == label || pair.1 == label), "{file}");
    }
}

#[test]
fn texts_in_other_encodings_are_refused_by_name() {
    let folder = texts(&[("quote.csv", "a,1\n\"b,2\nc,3\n")]);
    std::fs::write(folder.path().join("utf16.csv"), b"\xff\xfe1\0,\x002\0\n\0").unwrap();
    std::fs::write(folder.path().join("latin.csv"), b"caf\xe9,1\n").unwrap();
    std::fs::write(folder.path().join("zero.csv"), b"1,2\n3,\x00\n").unwrap();
    assert_refused(folder.path(), "utf16.csv", &["UTF-16", "UTF-8"]);
    assert_refused(folder.path(), "latin.csv", &["line 1", "no UTF-8"]);
    assert_refused(folder.path(), "zero.csv", &["line 2", "zero byte"]);
    assert_refused(folder.path(), "quote.csv", &["line 2", "not closed"]);
    let run = run(&["rdm", "32-padded-labels/quoted.csv", "--dissimilarity", "euclidean"]);
    assert!(run.status != 0 && run.err.contains("line 1: column 1: 'cat' is no number"), "{}", run.err);
}
