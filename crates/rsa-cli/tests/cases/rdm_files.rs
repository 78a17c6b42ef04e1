//! Files of RDMs in every form that people have, also those that `rsakit rdm` writes.

use std::path::Path;

use serde_json::Value;

use super::{assert_near, json, refusal, run, score};

/// Returns the rank correlation of the only RDMs of two files.
fn spearman(a: &str, b: &str) -> f64 {
    score(&["--rdm", a, b])
}

/// Writes `text` as the file `name` of `folder` and returns its path.
fn written(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// Returns the message of a file of RDMs that is refused.
fn refused(path: &str, options: &[&str]) -> String {
    refusal(&[&["compare", "--rdm", path], options].concat())
}

/// Returns the labels of the conditions of a map of the only RDM of a file.
fn conditions(path: &str) -> Vec<String> {
    let map = json(&["mds", "--rdm", path]);
    let name = |point: &Value| point["name"].as_str().unwrap().to_owned();
    map["points"].as_array().unwrap().iter().map(name).collect()
}

/// Returns what the JSON of a comparison says about its first input.
fn first_input(arguments: &[&str]) -> Value {
    json(&[&["compare", "--rdm"], arguments].concat())["inputs"][0].clone()
}

#[test]
fn squares_are_symmetric_as_far_as_their_digits_go() {
    for file in ["f32.npy", "f32_as_f64.npy", "f64.npz", "f32.csv", "f32_lab.csv", "g6.csv", "clean.npy"] {
        let path = format!("12-square-float32/{file}");
        assert_near(spearman(&path, "12-square-float32/model.npy"), -0.081_382_385_73, 1e-10);
    }
    // Two digits, and more than six, are no rounding of 32-bit floats: the same difference is no symmetry.
    let folder = tempfile::tempdir().unwrap();
    for (digits, other) in [("0.25", "0.26"), ("0.2500000000001", "0.25000010000012")] {
        let text = format!("0,{digits},0.71\n{other},0,0.32\n0.71,0.32,0\n");
        let path = written(folder.path(), "d.csv", text);
        assert!(refused(&path, &[]).contains("it is symmetric"), "{digits}");
    }
    let path = written(folder.path(), "d.csv", "0,0.250001,0.710003\n0.250002,0,0.32\n0.710003,0.32,0\n");
    assert_eq!(run(&["mds", "--rdm", &path]).status, 0);
}

#[test]
fn a_missing_diagonal_is_no_error() {
    let model = "12-square-float32/model.npy";
    for file in ["nandiag.npy", "nandiag.csv", "lower_blank.csv"] {
        assert_near(spearman(&format!("12-square-float32/{file}"), model), -0.081_382_385_73, 1e-10);
    }
    let stack = json(&["compare", "--rdm", "12-square-float32/stack_nandiag.npy", model]);
    for row in 0..2 {
        assert_near(stack["results"][0]["values"][row][0].as_f64().unwrap(), -0.081_382_385_73, 1e-10);
    }
}

#[test]
fn columns_are_one_rdm_and_say_so() {
    for file in ["col.npy", "col.csv", "col_plain.csv"] {
        let path = format!("12-square-float32/{file}");
        assert_near(spearman(&path, "12-square-float32/model.npy"), -0.081_382_385_73, 1e-10);
        let note = run(&["compare", "--rdm", &path, "12-square-float32/model.npy"]).err;
        assert!(note.contains("a column of 91 numbers"), "{note}");
    }
    let folder = tempfile::tempdir().unwrap();
    // pandas writes a series with its index and the name 0.
    let series = written(folder.path(), "series.csv", ",0\n0,1.5\n1,2.5\n2,0.5\n");
    assert_eq!(conditions(&series).len(), 3);
    let five = written(folder.path(), "five.csv", "1\n2\n3\n4\n5\n");
    assert!(refused(&five, &[]).contains("5 dissimilarities are not all pairs"));
    let named = written(folder.path(), "named.csv", "cat,1.5\ndog,2.5\nowl,0.5\n");
    assert!(refused(&named, &[]).contains("two columns of names"), "{}", refused(&named, &[]));
}

#[test]
fn halves_similarities_and_the_order_of_matlab_are_refused_with_the_remedy() {
    let said = |file: &str| refused(&format!("12-square-float32/{file}"), &[]);
    assert!(said("lower_only.npy").contains("a lower triangle alone") && said("lower_only.npy").contains("x + x.T"));
    assert!(said("upper_only.npy").contains("an upper triangle alone") || said("upper_only.npy").contains("a upper"));
    assert!(said("sim.npy").contains("--similarities one-minus"));
    assert!(said("trail.npy").contains("3 square matrices along the first two axes"), "{}", said("trail.npy"));
    let folder = tempfile::tempdir().unwrap();
    let ragged = written(folder.path(), "ragged.csv", "0\n1,0\n2,3,0\n");
    assert!(refused(&ragged, &[]).contains("a lower triangle alone"), "{}", refused(&ragged, &[]));
    let reliable = written(folder.path(), "reliable.csv", "0.9,0.5,0.25\n0.5,0.8,0.1\n0.25,0.1,0.9\n");
    assert!(refused(&reliable, &[]).contains("--diagonal ignore"));
}

#[test]
fn similarities_and_diagonals_are_taken_as_the_flags_say() {
    let (sim, model) = ("12-square-float32/sim.npy", "12-square-float32/model.npy");
    let said = ["--similarities", "one-minus"];
    assert_near(score(&[&["--rdm", sim, sim], &said[..]].concat()), 1.0, 1e-15);
    let input = first_input(&[sim, sim, said[0], said[1]]);
    assert_eq!(input["similarities"], "one-minus");
    assert_eq!(first_input(&["12-square-float32/clean.npy", model])["similarities"], Value::Null);
    // A diagonal of 0 says that a file holds dissimilarities already.
    let folder = tempfile::tempdir().unwrap();
    let near = written(folder.path(), "near.csv", ",a,b,c\na,1,0.5,0.25\nb,0.5,1,0.1\nc,0.25,0.1,1\n");
    let far = written(folder.path(), "far.csv", ",a,b,c\na,0,0.5,0.75\nb,0.5,0,0.9\nc,0.75,0.9,0\n");
    assert_near(score(&["--rdm", &near, &far, said[0], said[1]]), 1.0, 1e-15);
    let note = run(&["compare", "--rdm", &near, &far, said[0], said[1]]).err;
    assert!(note.contains("far.csv: --similarities one-minus is left out"), "{note}");
    // A diagonal that is neither 0 nor 1.
    let reliable = written(folder.path(), "r.csv", ",a,b,c\na,0.9,0.5,0.25\nb,0.5,0.8,0.1\nc,0.25,0.1,0.9\n");
    assert!(refused(&reliable, &said).contains("--diagonal ignore"));
    let both = ["--similarities", "one-minus", "--diagonal", "ignore"];
    assert_near(score(&[&["--rdm", &reliable, &far], &both[..]].concat()), 1.0, 1e-15);
    let input = first_input(&[&[&reliable[..], &far], &both[..]].concat());
    assert_eq!((&input["similarities"], &input["diagonal"]), (&"one-minus".into(), &"ignore".into()));
    let fitted = json(&["evaluate", "--data", &near, &near, "--models", &far, said[0], said[1]]);
    assert_eq!(fitted["inputs"][0]["similarities"], "one-minus");
    assert_eq!(json(&["mds", "--rdm", &reliable, "--diagonal", "ignore"])["inputs"][0]["diagonal"], "ignore");
    assert_eq!(run(&["compare", &near, "--diagonal", "ignore"]).status, 2);
}

#[test]
fn a_precision_is_symmetric_as_far_as_its_digits_go() {
    let patterns = "14-precision/prec.npy";
    let with = |precision: &str| {
        let answer = json(&["rdm", patterns, "--dissimilarity", "mahalanobis", "--precision", precision]);
        answer["rdms"][0]["values"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect::<Vec<_>>()
    };
    let expected = with("14-precision/prec.npy");
    for file in ["14-precision/f32.npy", "14-precision/f32_as_f64.npy"] {
        for (found, expected) in with(file).iter().zip(&expected) {
            assert_near(found / expected, 1.0, 1e-5);
        }
    }
    for file in ["asym.npy", "neg.npy", "pinv.npy", "singular_inv.npy", "diagvec.npy"] {
        let precision = format!("14-precision/{file}");
        refusal(&["rdm", patterns, "--dissimilarity", "mahalanobis", "--precision", &precision]);
    }
}

#[test]
fn what_rsakit_writes_ranks_as_one_step_does() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        ("grid.npy", "euclidean", 0.054_286_2),
        ("grid.npy", "manhattan", 0.075_675_4),
        ("collinear.npy", "correlation", 0.040_228_7),
        ("ratings.npy", "euclidean", -0.144_426_2),
    ];
    for (patterns, dissimilarity, expected) in cases {
        let patterns = format!("16-math-ties/{patterns}");
        let scores = ["npz", "npy", "csv", "json"].map(|extension| {
            let out = folder.path().join(format!("x.{extension}")).display().to_string();
            let made = run(&["rdm", &patterns, "--dissimilarity", dissimilarity, "--out", &out, "--force"]);
            assert_eq!(made.status, 0, "{}", made.err);
            spearman(&out, "16-math-ties/other_rdm.npy")
        });
        assert_near(scores[0], expected, 1e-7);
        assert_eq!(scores, [scores[0]; 4], "{patterns}: {dissimilarity}");
    }
    // RDMs of other programs are ranked as they stand; 32-bit floats have tied what 64 bits have not.
    for (file, expected) in [
        ("ratings_rdm.npy", -0.136_703_738_4),
        ("ratings_rdm.csv", -0.136_703_738_4),
        ("ratings_rdm_f32.npy", -0.144_426_236_2),
        ("ratings_rdm_f32as64.npy", -0.144_426_236_2),
        ("ratings_rdm_int.npy", -0.144_426_236_2),
    ] {
        let found = spearman(&format!("16-math-ties/{file}"), "16-math-ties/other_rdm.npy");
        assert_near(found, expected, 1e-9);
    }
}

#[test]
fn own_long_tables_and_json_are_one_rdm() {
    for (data, models) in [("a.csv", "b.csv"), ("a.npy", "b.npy")] {
        let folder = tempfile::tempdir().unwrap();
        let path = |file: &str| match file.ends_with("npy") {
            true => {
                let out = folder.path().join(format!("{file}.json")).display().to_string();
                let file = format!("35-own-output/{file}");
                assert_eq!(run(&["rdm", &file, "--dissimilarity", "euclidean", "--out", &out]).status, 0);
                out
            }
            false => format!("35-own-output/{file}"),
        };
        let (data, models) = (path(data), path(models));
        assert_near(spearman(&data, &models), -0.187_878_787_9, 1e-10);
        let evaluation = json(&["evaluate", "--data", &data, "--models", &models, "--comparison", "spearman"]);
        assert_eq!((&evaluation["n_subjects"], &evaluation["n_conditions"]), (&1.into(), &5.into()));
        assert_near(evaluation["models"][0]["score"].as_f64().unwrap(), -0.187_878_787_9, 1e-10);
    }
    for file in ["out.csv", "out.json", "out.npy", "out.npz"] {
        assert_near(spearman(&format!("35-own-output/{file}"), "35-own-output/out.npz"), 1.0, 1e-15);
    }
    let folder = tempfile::tempdir().unwrap();
    let other = written(folder.path(), "other.json", r#"{"rdms": [{"name": "x", "scores": [1]}], "n_conditions": 3}"#);
    assert!(refused(&other, &[]).contains("is no JSON of `rsakit rdm`: RDM 0 has no keys"), "{}", refused(&other, &[]));
}

#[test]
fn long_tables_of_others_are_read_by_header_or_content() {
    let folder = tempfile::tempdir().unwrap();
    let square = written(folder.path(), "square.csv", ",cat,dog,owl\ncat,0,4,2\ndog,4,0,3\nowl,2,3,0\n");
    for (name, text) in [
        ("melted.csv", "Var1,Var2,value\ncat,dog,4\ncat,owl,2\ndog,owl,3\n"),
        ("bare.csv", "cat,dog,4\ncat,owl,2\ndog,owl,3\n"),
        ("both.csv", "i,j,d\ncat,cat,0\ncat,dog,4\ndog,cat,4\nowl,cat,2\ncat,owl,2\ndog,owl,3\nowl,dog,3\n"),
        ("stacked.csv", ",level_0,level_1,0\n0,cat,dog,4\n1,cat,owl,2\n2,dog,owl,3\n"),
        ("locale.csv", "cond1;cond2;distance\ncat;dog;4,5\ncat;owl;2,5\ndog;owl;3,5\n"),
        ("blanks.txt", "# s1 s2 distance\ncat dog 4\ncat owl 2\ndog owl 3\n"),
        ("other.tsv", "stim_1\tstim_2\tDistance\ncat\tdog\t4\ncat\towl\t2\ndog\towl\t3\n"),
    ] {
        let path = written(folder.path(), name, text);
        assert_near(score(&["--rdm", &path, &square, "--comparison", "pearson"]), 1.0, 1e-15);
        assert_eq!(conditions(&path), ["cat", "dog", "owl"], "{name}");
    }
    // Several RDMs; the second lacks a pair, and numbers that count stand in their own order.
    let several = "subject,a,b,distance\nx,10,9,1\nx,1,2,5\n".to_owned()
        + &(1..=10)
            .flat_map(|i| (i + 1..=10).map(move |j| (i, j)))
            .flat_map(|(i, j)| {
                ["x", "y"].map(|who| format!("{who},{i},{j},{}\n", if (i, j) == (1, 2) { 5 } else { j - i }))
            })
            .filter(|line| line != "y,1,2,5\n")
            .collect::<String>();
    let several = written(folder.path(), "several.csv", several);
    let answer = json(&["compare", "--rdm", &several, "--comparison", "pearson"]);
    assert_eq!(answer["results"][0]["rows"], serde_json::json!(["x", "y"]));
    assert_eq!(answer["inputs"][0]["holds"], "2 RDMs of 10 conditions");
    assert_near(answer["results"][0]["values"][0][1].as_f64().unwrap(), 1.0, 1e-12);
    assert!(run(&["compare", "--rdm", &several]).err.contains("stand in their own order"));
}

#[test]
fn long_tables_that_are_not_clear_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    for (text, part) in [
        ("condition_a,condition_b,dissimilarity\na,b,1\nb,a,2\na,c,3\nb,c,1\n", "in one order and 2 in the other"),
        ("condition_a,condition_b,dissimilarity\na,b,1\na,b,2\na,c,3\nb,c,1\n", "give every pair once"),
        ("condition_a,condition_b,similarity\na,b,0.1\na,c,0.3\nb,c,0.1\n", "--similarities one-minus"),
        ("condition_a,condition_b,dissimilarity,rt,block\na,b,1,2,3\na,c,3,4,5\nb,c,1,2,2\n", "'rt', 'block'"),
        ("word,color,rating\na,red,1\nb,blue,2\nc,red,4\n", "'word', 'color', 'rating' is not understood"),
        ("condition_a,condition_b,dissimilarity\na,b,1\na,c,x\nb,c,1\n", "line 3: column 3: 'x' is no number"),
        (",a,b,c,d\na,0,1,2,3\nb,1,0,x,5\nc,2,4,0,6\nd,3,5,6,0\n", "line 3: column 4: 'x' is no number"),
        ("condition_a,condition_b,dissimilarity\na,b,1\na,,3\nb,c,1\n", "line 3: column 2"),
    ] {
        let path = written(folder.path(), "long.csv", text);
        let message = refused(&path, &[]);
        assert!(message.contains(part) && message.contains("long.csv"), "{text}: {message}");
    }
}

#[test]
fn names_around_a_square_may_be_numbers() {
    let expected = conditions("42-square-table-headers/ok.csv");
    assert_eq!(expected, ["a", "b", "c", "d", "e"]);
    for (file, labels) in [
        ("numeric_ids.csv", ["101", "205", "33", "47", "58"]),
        ("named_index.csv", ["1", "2", "3", "4", "5"]),
        ("na_label.csv", ["NA", "b", "c", "d", "e"]),
        ("nan_label.csv", ["nan", "b", "c", "d", "e"]),
        ("nan_label3.csv", ["a", "b", "nan", "d", "e"]),
        ("header_only.csv", ["a", "b", "c", "d", "e"]),
        ("default_noindex.csv", ["0", "1", "2", "3", "4"]),
    ] {
        let path = format!("42-square-table-headers/{file}");
        assert_eq!(conditions(&path), labels, "{file}");
        let data = json(&["mds", "--rdm", &path]);
        let ok = json(&["mds", "--rdm", "42-square-table-headers/ok.csv"]);
        assert_eq!(data["pairs"], ok["pairs"], "{file}");
    }
    let (ten, numbered) = ("42-square-table-headers/ten.npy", "42-square-table-headers/default_noindex10.csv");
    assert_near(spearman(numbered, ten), 1.0, 1e-15);
    let note = run(&["compare", "--rdm", numbered, ten]).err;
    assert!(note.contains("the first row numbers the columns"), "{note}");
    // A blank diagonal of whole numbers looks like names of conditions.
    let folder = tempfile::tempdir().unwrap();
    let blank = written(folder.path(), "blank.csv", ",1,2,4\n1,,3,5\n2,3,,6\n4,5,6,\n");
    assert!(refused(&blank, &[]).contains("--table-header"), "{}", refused(&blank, &[]));
    let plain = json(&["mds", "--rdm", &blank, "--table-header", "no", "--table-labels", "no"]);
    assert_eq!(plain["inputs"][0]["holds"], "1 RDM of 4 conditions");
    let framed = json(&["mds", "--rdm", &blank, "--table-header", "yes", "--table-labels", "yes"]);
    assert_eq!(framed["inputs"][0]["holds"], "1 RDM of 3 conditions");
}

#[test]
fn blanks_and_words_for_missing_values_are_missing_pairs() {
    for (a, b) in
        [("s1.csv", "s2.csv"), ("s1_NA.csv", "s2_NA.csv"), ("s1_nan.csv", "s2_nan.csv"), ("s1.csv", "s2_nan.csv")]
    {
        let path = |file: &str| format!("43-pandas-blank-nan/{file}");
        assert_near(spearman(&path(a), &path(b)), -0.154_967_356_8, 1e-10);
    }
    let folder = tempfile::tempdir().unwrap();
    let text = ",a,b,c,d\na,0,1,<NA>,2\nb,1,0,3,4\nc,<NA>,3,0,6\nd,2,4,6,0\n";
    let path = written(folder.path(), "d.csv", text);
    let long = written(folder.path(), "l.csv", "x1,x2,distance\na,b,1\na,c,\na,d,2\nb,c,3\nb,d,4\nc,d,6\n");
    assert_near(score(&["--rdm", &path, &long, "--comparison", "pearson"]), 1.0, 1e-15);
    // One entry of a pair alone is no missing pair.
    let crooked = written(folder.path(), "x.csv", ",a,b,c\na,0,1,\nb,1,0,3\nc,2,3,0\n");
    assert!(refused(&crooked, &[]).contains("NaN at (0, 2) and 2 at (2, 0)"), "{}", refused(&crooked, &[]));
}

#[test]
fn rows_and_columns_are_brought_into_one_order_by_their_labels() {
    let (permuted, model) = ("34-evaluate-alignment/rows_permuted.csv", "34-evaluate-alignment/model.csv");
    assert_near(spearman(permuted, model), 1.0, 1e-15);
    let note = run(&["compare", "--rdm", permuted, model]).err;
    assert!(note.contains("its rows are brought into the order of its columns"), "{note}");
    for file in ["data.npz", "model.npz", "model.csv", "s1.csv", "rows_permuted.csv"] {
        let data = format!("34-evaluate-alignment/{file}");
        assert_eq!(run(&["compare", "--rdm", &data, model]).status, 0, "{file}");
    }
    let answer = json(&["compare", "--rdm", "34-evaluate-alignment/data.npz", "34-evaluate-alignment/model.npz"]);
    let score = json(&["evaluate", "--data", "34-evaluate-alignment/data.npz", "--models", model]);
    assert_eq!(answer["results"][0]["values"].as_array().unwrap().len(), 5);
    assert_near(score["models"][0]["score"].as_f64().unwrap(), 0.980_077_220_1, 1e-9);
    let folder = tempfile::tempdir().unwrap();
    let other = written(folder.path(), "x.csv", ",a,b,c\na,0,1,2\nc,2,3,0\nd,1,0,3\n");
    assert!(refused(&other, &[]).contains("column 'b' has not one row of its own"), "{}", refused(&other, &[]));
}

#[test]
fn other_conditions_are_refused_with_what_to_do() {
    for file in ["model_sub.csv", "s0_missing.csv"] {
        let models = format!("34-evaluate-alignment/{file}");
        let message = refusal(&["evaluate", "--data", "34-evaluate-alignment/data.npz", "--models", &models]);
        assert!(message.contains(file) && message.contains("leave out"), "{message}");
        assert!(!message.contains("align them by label first"), "{message}");
    }
}

#[test]
fn a_rounding_for_other_matrices_is_refused() {
    let message = refused("edges/rounding_wrong_length.npz", &[]);
    assert!(message.contains("array 'rounding': 18 numbers for 3 dissimilarity matrices"), "{message}");
}

#[test]
fn rows_of_triangles_are_still_rdms() {
    let folder = tempfile::tempdir().unwrap();
    let rows = ["1,2,3,4,5,6", "2,1,4,3,6,5", "6,5,4,3,2,1"];
    for (text, names) in [
        (rows.join("\n"), ["d[0]", "d[1]", "d[2]"]),
        (format!("p1,p2,p3,p4,p5,p6\n{}", rows.join("\n")), ["d[0]", "d[1]", "d[2]"]),
        (format!("0,1,2,3,4,5\n{}", rows.join("\n")), ["d[0]", "d[1]", "d[2]"]),
        (format!("s1,{}\ns2,{}\ns3,{}\n", rows[0], rows[1], rows[2]), ["s1", "s2", "s3"]),
        (format!(",0,1,2,3,4,5\n0,{}\n1,{}\n2,{}\n", rows[0], rows[1], rows[2]), ["d[0]", "d[1]", "d[2]"]),
    ] {
        let path = written(folder.path(), "d.csv", &text);
        let answer = json(&["compare", "--rdm", &path]);
        assert_eq!(answer["results"][0]["rows"], serde_json::json!(names), "{text}");
        assert_near(answer["results"][0]["values"][0][2].as_f64().unwrap(), -1.0, 1e-15);
    }
    let squares = (0..2).flat_map(|_| ["0,1.5,2", "1.5,0,3", "2,3,0"]).collect::<Vec<_>>().join("\n");
    let path = written(folder.path(), "stacked.csv", squares);
    assert!(refused(&path, &[]).contains("2 square matrices below one another"));
    let pairs = written(folder.path(), "pairs.csv", "0,1,0.5\n0,2,0.25\n1,2,0.75\n");
    assert_eq!(conditions(&pairs), ["0", "1", "2"]);
}
