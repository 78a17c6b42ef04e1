//! Labels and layers in arrays: read where they can be, and never ignored.

use super::{assert_near, json, refusal, run, score};

const MEASURE: &str = "rsa:rdm=correlation,compare=spearman";

#[test]
fn labels_of_every_type_bring_rows_into_one_order() {
    for (a, b) in [("str", "str"), ("obj", "obj"), ("float", "float"), ("obj", "str"), ("str", "obj")] {
        for name in ["", "::layer"] {
            let [a, b] = [("a", a), ("b", b)].map(|(side, kind)| format!("08-object-labels/{side}_{kind}.npz{name}"));
            assert_near(score(&[&a, &b, "--measure", MEASURE]), 0.817_786_561_264_822_1, 1e-12);
        }
    }
}

#[test]
fn labels_of_another_count_or_encoding_are_refused() {
    for file in ["08-object-labels/count.npz", "08-object-labels/latin.npz"] {
        let error = refusal(&["rdm", file, "--dissimilarity", "euclidean"]);
        assert!(error.contains(file) && error.contains("conditions"), "{error}");
    }
}

#[test]
fn a_sparse_matrix_is_refused_with_the_line_that_makes_it_dense() {
    for (file, format) in [("bsr", "bsr"), ("coo", "coo"), ("dia", "dia"), ("s", "csr")] {
        let file = format!("10-sparse-npz/{file}.npz");
        let error = refusal(&["rdm", &file, "--dissimilarity", "euclidean"]);
        assert!(error.contains(&format!("{file}: holds a sparse matrix ({format}")), "{error}");
        assert!(error.contains("toarray()"), "{error}");
    }
}

#[test]
fn layers_stand_in_natural_order_in_every_container() {
    let names = |file: &str| {
        let answer = json(&["compare", file, "--measure", "cka"]);
        let rows = answer["results"][0]["rows"].as_array().unwrap();
        rows.iter().map(|row| row.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let expected: Vec<String> = (0..12).map(|layer| format!("features.{layer}")).collect();
    for file in ["07-layer-order/net", "07-layer-order/net.npz", "07-layer-order/net.safetensors"] {
        assert_eq!(names(file), expected, "{file}");
    }
}

#[test]
fn one_file_for_each_image_is_one_set_of_layers() {
    let answer = run(&["rdm", "31-file-per-image/feats", "--dissimilarity", "euclidean", "--format", "csv"]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    assert!(answer.out.contains("\nfc,img4,img5,3.26539989059"), "{}", answer.out);
}

#[test]
fn models_and_data_are_aligned_by_labels_of_every_type() {
    for (data, model) in [("data", "model"), ("data_obj", "model_obj"), ("data", "model_obj")] {
        let [data, model] = [data, model].map(|name| format!("34-evaluate-alignment/{name}.npz"));
        let answer = json(&["evaluate", "--data", &data, "--models", &model]);
        assert_near(answer["models"][0]["score"].as_f64().unwrap(), 0.980_077_220_1, 1e-9);
        let notes = answer["notes"].to_string();
        assert!(notes.contains("one order by their labels"), "{notes}");
    }
}
