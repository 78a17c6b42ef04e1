//! `rsakit compare`.

use std::fs;

use ndarray::Array2;
use rsa_run::{CompareRequest, Document};
use serde_json::json;

use crate::rsakit::{rsakit, waves, write_npz};

fn labels(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("item {i}")).collect()
}

#[test]
fn two_networks_are_rows_and_columns() {
    let folder = tempfile::tempdir().unwrap();
    write_npz(folder.path(), "a.npz", &[("first", waves(20, 3, 1)), ("second", waves(20, 4, 2))], &[]);
    write_npz(
        folder.path(),
        "b.npz",
        &[("first", waves(20, 3, 1)), ("x", waves(20, 5, 3)), ("y", waves(20, 2, 4))],
        &[],
    );
    let run = rsakit(folder.path(), &["compare", "a.npz", "b.npz", "--format", "json"]);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let json = run.json();
    assert_eq!(json["rsakit"], env!("CARGO_PKG_VERSION"));
    assert_eq!(json["n_conditions"], 20);
    let results = json["results"].as_array().unwrap();
    let measures: Vec<_> = results.iter().map(|result| result["measure"].as_str().unwrap()).collect();
    assert_eq!(measures, ["cka", "svcca:keep=variance(0.99)", "pwcca", "rsa:rdm=correlation,compare=spearman"]);
    for result in results {
        assert_eq!(result["orientation"], "similarity");
        assert_eq!(result["rows"], json!(["first", "second"]));
        assert_eq!(result["columns"], json!(["first", "x", "y"]));
        assert_eq!(result["failures"], json!([]));
        assert_eq!(result["values"].as_array().unwrap().len(), 2);
        let same = result["values"][0][0].as_f64().unwrap();
        assert!((same - 1.0).abs() < 1e-12, "{} of a layer with itself is {same}", result["measure"]);
    }
}

#[test]
fn the_table_marks_the_best_column_of_each_row() {
    let folder = tempfile::tempdir().unwrap();
    let (x, y) = (waves(20, 3, 1), waves(20, 4, 2));
    write_npz(folder.path(), "a.npz", &[("x", x.clone()), ("y", y.clone())], &[]);
    write_npz(folder.path(), "b.npz", &[("y", y), ("x", x)], &[]);
    let out = rsakit(folder.path(), &["compare", "a.npz", "b.npz", "--measure", "cka"]).out;
    let row = |name: &str| out.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(row(" x ").trim_end().ends_with("1.000*"), "{out}");
    assert!(row(" y ").starts_with(" y  1.000*"), "{out}");
    // Against itself the layer itself is no answer.
    let out = rsakit(folder.path(), &["compare", "a.npz", "--measure", "cka"]).out;
    assert!(!out.contains("1.000*") && out.matches('*').count() == 3, "{out}");
}

#[test]
fn a_pair_that_cannot_be_computed_is_null_and_the_rest_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut broken = waves(20, 3, 5);
    broken[(4, 2)] = f64::NAN;
    let layers = [("good", waves(20, 3, 1)), ("wide", waves(20, 30, 2)), ("broken", broken)];
    write_npz(folder.path(), "net.npz", &layers, &[]);
    let run =
        rsakit(folder.path(), &["compare", "net.npz", "--measure", "cca", "--measure", "cka", "--format", "json"]);
    assert_eq!(run.status, 3);
    let json = run.json();
    let cca = &json["results"][0];
    let nulls = |row: usize| cca["values"][row].as_array().unwrap().iter().map(|v| v.is_null()).collect::<Vec<_>>();
    assert_eq!([nulls(0), nulls(1), nulls(2)], [[false, true, true], [true; 3], [true; 3]]);
    let failure = |row: &str, column: &str| {
        let failures = cca["failures"].as_array().unwrap();
        failures.iter().find(|f| f["row"] == row && f["column"] == column).unwrap().clone()
    };
    let wide = failure("good", "wide");
    assert_eq!(wide["kind"], "TooFewConditions");
    let message = wide["message"].as_str().unwrap();
    assert!(
        message.starts_with("net.npz::good × net.npz::wide: ") && message.contains("use more conditions"),
        "{message}"
    );
    let nan = failure("good", "broken");
    assert_eq!(nan["kind"], "NonFinite");
    let message = nan["message"].as_str().unwrap();
    for part in ["net.npz", "broken", "condition 4, feature 2", "NaN"] {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(json["results"][1]["values"][0][1].as_f64().map(|v| v > 0.0), Some(true));
    // The biased estimate is said to be biased where features are many.
    let warnings = json["warnings"].as_array().unwrap();
    assert!(
        warnings.iter().any(|w| w["kind"] == "BiasedByDimension" && w["measure"] == "cka" && w["column"] == "wide")
    );
}

#[test]
fn nothing_done_is_status_1_and_wrong_usage_status_2() {
    let folder = tempfile::tempdir().unwrap();
    write_npz(folder.path(), "a.npz", &[("x", waves(20, 30, 1))], &[]);
    write_npz(folder.path(), "b.npz", &[("x", waves(18, 3, 1))], &[]);
    fs::write(folder.path().join("empty.csv"), "").unwrap();
    for (arguments, status, parts) in [
        (&["compare", "a.npz", "--measure", "cca"][..], 1, &["use more conditions"][..]),
        (&["compare", "a.npz", "b.npz"], 1, &["a.npz has 20 conditions", "b.npz has 18"]),
        (&["compare", "missing.npz"], 1, &["missing.npz"]),
        (&["compare", "empty.csv"], 1, &["empty.csv"]),
        (&["compare", "a.npz::y"], 1, &["a.npz", "'y'", "'x'"]),
        (&["compare", "a.npz", "--measure", "ckaa"], 2, &["did you mean 'cka'?"]),
        (&["compare", "a.npz", "--measure", "cka:kernel"], 2, &["key=value"]),
        (&["compare", "a.npz", "--layers", "conv*"], 2, &["a.npz, which has x"]),
        (&["compare", "a.npz", "--layers", "["], 2, &["--layers '['"]),
        (&["compare", "a.npz", "--out", "no/such/folder.json"], 2, &["no folder no/such"]),
        (&["compare"], 2, &["<A>"]),
    ] {
        let run = rsakit(folder.path(), arguments);
        assert_eq!(run.status, status, "{arguments:?}: {}{}", run.out, run.err);
        for part in parts {
            assert!(run.err.contains(part) || run.out.contains(part), "{arguments:?}: {}{}", run.out, run.err);
        }
    }
}

#[test]
fn conditions_in_another_order_are_aligned_and_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (x, names) = (waves(20, 3, 1), labels(20));
    let turned: Vec<usize> = (0..20).rev().collect();
    let backwards: Vec<_> = turned.iter().map(|&i| names[i].clone()).collect();
    write_npz(folder.path(), "a.npz", &[("x", x.clone())], &names);
    write_npz(folder.path(), "b.npz", &[("x", x.select(ndarray::Axis(0), &turned))], &backwards);
    let run = rsakit(folder.path(), &["compare", "a.npz", "b.npz", "--measure", "cka", "--format", "json"]);
    assert_eq!(run.status, 0);
    assert!((run.json()["results"][0]["values"][0][0].as_f64().unwrap() - 1.0).abs() < 1e-12);
    assert!(run.err.contains("b.npz: conditions were brought into one order by their labels"), "{}", run.err);
    assert!(run.json()["warnings"][0]["message"].as_str().unwrap().contains("brought into one order"));

    // Layers of another number of conditions are brought into one order of their own, and what has no labels is
    // taken as it stands, which is said.
    let (y, few) = (waves(12, 4, 2), labels(12));
    let turned: Vec<usize> = (0..12).rev().collect();
    let backwards: Vec<_> = turned.iter().map(|&i| few[i].clone()).collect();
    for (net, y, labels) in [("m1", y.clone(), few), ("m2", y.select(ndarray::Axis(0), &turned), backwards)] {
        fs::create_dir(folder.path().join(net)).unwrap();
        write_npz(&folder.path().join(net), "a.npz", &[("x", waves(7, 3, 1))], &[]);
        write_npz(&folder.path().join(net), "z.npz", &[("x", y)], &labels);
    }
    let run = rsakit(folder.path(), &["compare", "m1", "m2", "--measure", "cka", "--format", "json"]);
    assert_eq!(run.status, 3, "7 conditions cannot be compared with 12");
    assert!((run.json()["results"][0]["values"][1][1].as_f64().unwrap() - 1.0).abs() < 1e-12, "{}", run.out);
    write_npz(folder.path(), "bare.npz", &[("x", waves(20, 4, 2))], &[]);
    let run = rsakit(folder.path(), &["compare", "a.npz", "bare.npz", "--measure", "cka"]);
    assert!(run.status == 0 && run.err.contains("bare.npz: some layers have no labels"), "{}", run.err);

    write_npz(folder.path(), "c.npz", &[("x", x)], &(0..20).map(|i| format!("other {i}")).collect::<Vec<_>>());
    let run = rsakit(folder.path(), &["compare", "a.npz", "c.npz", "--measure", "cka"]);
    assert_eq!(run.status, 1);
    assert!(
        run.out.contains("c.npz::x: condition 'item 0' is missing") && run.out.contains("same set of unique labels"),
        "{}{}",
        run.out,
        run.err
    );
}

#[test]
fn a_file_is_written_whole_and_never_overwritten_unasked() {
    let folder = tempfile::tempdir().unwrap();
    write_npz(folder.path(), "a.npz", &[("x", waves(20, 3, 1)), ("y", waves(20, 4, 2))], &[]);
    let out = folder.path().join("out.csv");
    let arguments = ["compare", "a.npz", "--measure", "cka", "--out", "out.csv"];
    let run = rsakit(folder.path(), &arguments);
    assert_eq!((run.status, run.out.as_str()), (0, ""));
    let written = fs::read_to_string(&out).unwrap();
    let lines: Vec<_> = written.lines().collect();
    assert_eq!(lines[0], "measure,row,column,value,kind,message");
    assert!(lines.len() == 5 && lines[1].starts_with("cka,x,x,"), "{written}");
    fs::write(&out, "precious").unwrap();
    let run = rsakit(folder.path(), &arguments);
    assert!(run.status == 2 && run.err.contains("--force"), "{}", run.err);
    assert_eq!(fs::read_to_string(&out).unwrap(), "precious");
    assert_eq!(rsakit(folder.path(), &[&arguments[..], &["--force"]].concat()).status, 0);
    assert_eq!(fs::read_to_string(&out).unwrap(), written);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let layers: Vec<_> = (1..6).map(|k| (["a", "b", "c", "d", "e"][k - 1], waves(300, 80 * k, k))).collect();
    write_npz(folder.path(), "net.npz", &layers, &[]);
    let out = |threads| rsakit(folder.path(), &["compare", "net.npz", "--format", "json", "--threads", threads]).out;
    assert_eq!(out("1"), out("2"));
}

#[test]
fn a_folder_is_a_set_of_layers() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("net")).unwrap();
    let text = |values: &Array2<f64>| -> String {
        let line = |row: ndarray::ArrayView1<'_, f64>| row.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
        values.rows().into_iter().map(|row| line(row) + "\n").collect()
    };
    fs::write(folder.path().join("net/early.csv"), text(&waves(12, 3, 1))).unwrap();
    fs::write(folder.path().join("net/late.csv"), text(&waves(12, 4, 2))).unwrap();
    let run = rsakit(folder.path(), &["compare", "net", "--measure", "cka", "--format", "json"]);
    assert_eq!(run.json()["results"][0]["rows"], json!(["early", "late"]));
    // What is detected in tables can be said.
    let with =
        |option| rsakit(folder.path(), &["compare", "net", "--measure", "cka", "--format", "json", option]).json();
    assert_eq!(with("--table-header=detect")["n_conditions"], 12);
    assert_eq!(with("--table-header=yes")["n_conditions"], 11);
}

#[test]
fn permutations_and_intervals_say_how_sure_a_score_is() {
    let folder = tempfile::tempdir().unwrap();
    let (x, own) = (waves(24, 3, 1), waves(24, 3, 8));
    // The first layers share a signal; the second are of their own, and one is too wide for canonical correlations.
    write_npz(folder.path(), "a.npz", &[("shared", x.clone()), ("own", waves(24, 4, 2))], &[]);
    write_npz(
        folder.path(),
        "b.npz",
        &[("shared", &x + &(&own * 0.3)), ("own", waves(24, 4, 5)), ("wide", waves(24, 40, 6))],
        &[],
    );
    let arguments = ["compare", "a.npz", "b.npz", "--permutations", "99", "--interval", "--seed", "5"];
    let measures = ["--measure", "cka", "--measure", "cca", "--measure", "rsa:rdm=euclidean,compare=spearman"];
    let with = |more: &[&str]| rsakit(folder.path(), &[&arguments[..], &measures, more].concat());
    let run = with(&["--format", "json", "--threads", "1"]);
    assert_eq!(run.status, 3, "{}", run.err);
    assert_eq!(run.out, with(&["--format", "json", "--threads", "2"]).out, "the same seed, the same bytes");
    for result in run.json()["results"].as_array().unwrap() {
        let measure = &result["measure"];
        let at =
            |key: &str, i: usize, j: usize| result[key][i][j].as_f64().unwrap_or_else(|| panic!("{measure} {key}"));
        assert_eq!(at("p_corrected", 0, 0), 0.01, "{measure}: no permutation does as well");
        assert!(at("p", 1, 1) > 0.05 && at("p_corrected", 1, 1) >= at("p", 1, 1), "{measure}");
        assert_eq!((&result["permutations"]["tried"], &result["permutations"]["exact"]), (&json!(99), &json!(false)));
        let [low, high] = [0, 1].map(|end| result["intervals"][0][0][end].as_f64().unwrap());
        let score = at("values", 0, 0);
        assert!(low < score && score < high && high - low < 0.5, "{measure}: {low} {score} {high}");
        let wide = (&result["values"][0][2], &result["p"][0][2], &result["intervals"][0][2]);
        assert_eq!(wide.0.is_null(), measure == "cca");
        assert!(wide.0.is_null() == wide.1.is_null() && wide.1.is_null() == wide.2.is_null(), "{measure}: {wide:?}");
    }
    let table = with(&[]).out;
    assert!(
        table.contains("p against the best of all pairs, 99 permutations") && table.contains("95 % intervals"),
        "{table}"
    );
    let csv = with(&["--format", "csv"]).out;
    assert!(csv.starts_with("measure,row,column,value,kind,message,p,p_corrected,low,high\n"), "{csv}");
}

#[test]
fn the_library_gives_the_bytes_of_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    write_npz(folder.path(), "a.npz", &[("x", waves(20, 3, 1)), ("flat", waves(20, 3, 1) * 0.0)], &labels(20));
    write_npz(folder.path(), "b.npz", &[("y", waves(20, 4, 2))], &labels(20));
    let (a, b) = (path("a.npz"), path("b.npz"));
    let run = rsakit(folder.path(), &["compare", &a, &b, "--permutations", "20", "--interval", "--format", "json"]);
    let request = CompareRequest { permutations: Some(20), interval: true, ..CompareRequest::new(&a, Some(&b)) };
    assert_eq!(request.run(&()).unwrap().json().unwrap(), run.out);
    assert_eq!(run.status, 3, "one layer is constant");
}
