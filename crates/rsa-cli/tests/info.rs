//! `rsakit info`.

use std::fs;

use ndarray::array;

use crate::rsakit::{rsakit, waves, write_npy, write_npz};

#[test]
fn every_kind_of_file_is_named_with_the_commands_that_fit() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let labels = ["cat", "cat", "owl", "owl"].map(str::to_owned);
    write_npz(folder, "net.npz", &[("conv", waves(4, 3, 1)), ("fc", waves(4, 2, 2))], &labels);
    write_npy(folder, "rdm.npy", &array![[0.0, 1.0, 2.0], [1.0, 0.0, 3.0], [2.0, 3.0, 0.0]]);
    fs::write(folder.join("names.txt"), "cat\nowl\ncat\n").unwrap();
    fs::write(folder.join("it's odd.csv"), "1,2\n3,4\n5,7\n").unwrap();
    fs::write(folder.join("broken.npz"), "PK").unwrap();
    let part = rsakit(folder, &["accumulate", "net.npz", "--rows", "0..2", "--out", "part.npz"]);
    assert_eq!(part.status, 0, "{}", part.err);

    let names = ["net.npz", "rdm.npy", "names.txt", "it's odd.csv", "part.npz", "broken.npz", "none.mat"];
    let run = rsakit(folder, &[&["info", "--format", "json"][..], &names].concat());
    assert_eq!(run.status, 3, "{}", run.err);
    let json = run.json();
    let file = |k: usize| &json["files"][k];
    for (k, format) in ["NumPy archive", "NumPy array", "text", "table", "NumPy archive"].into_iter().enumerate() {
        assert_eq!((&file(k)["name"], &file(k)["format"]), (&names[k].into(), &format.into()));
        assert!(file(k)["error"].is_null() && file(k)["bytes"].as_u64() > Some(0), "{}", file(k));
    }
    let commands = |k: usize| {
        let commands = file(k)["commands"].as_array().unwrap().iter();
        commands.map(|command| command.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(file(0)["layers"][1]["n_features"], 2);
    assert_eq!(file(0)["layers"][0]["labels"]["n_distinct"], 2);
    assert_eq!(commands(0), ["rsakit compare net.npz", "rsakit rdm net.npz --runs RUNS --dissimilarity crossnobis"]);
    assert_eq!(file(1)["rdms"]["n_conditions"], 3);
    assert_eq!(commands(1)[..2], ["rsakit mds --rdm rdm.npy", "rsakit evaluate --data rdm.npy --models MODELS"]);
    assert_eq!(file(2)["labels"]["count"], 3);
    assert_eq!(commands(2)[0], "rsakit rdm PATTERNS --conditions names.txt");
    assert_eq!(
        commands(3).last().unwrap(),
        r"rsakit rdm 'it'\''s odd.csv' --conditions LABELS --dissimilarity correlation"
    );
    assert!(file(4)["part"].is_string() && commands(4) == ["rsakit merge part.npz OTHER_PARTS"]);
    for k in [5, 6] {
        assert!(file(k)["error"].as_str().unwrap().contains(names[k]) && commands(k).is_empty(), "{}", file(k));
    }

    assert_eq!(rsakit(folder, &["info", "net.npz", "names.txt"]).status, 0);
    let nothing = rsakit(folder, &["info", "none.mat"]);
    assert!(nothing.status == 1 && nothing.out.contains("none.mat"), "{} {}", nothing.out, nothing.err);
    assert_eq!(rsakit(folder, &["info"]).status, 2);
}

#[test]
fn layers_are_described_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let good = array![[3.0, 4.0, 0.5], [-3.0, 4.0, 0.5], [0.0, -8.0, 0.5]];
    let mut bad = good.clone();
    bad[(1, 1)] = f64::NAN;
    write_npz(folder, "net.npz", &[("good", good), ("bad", bad)], &[]);
    let headers = rsakit(folder, &["info", "net.npz", "--format", "json"]).json();
    assert!(headers["files"][0]["layers"][0]["description"].is_null());
    let all = rsakit(folder, &["info", "net.npz", "--format", "json", "--layers"]).json();
    let [good, bad] = [0, 1].map(|k| &all["files"][0]["layers"][k]["description"]);
    assert_eq!((&good["n_constant"], &good["n_non_finite"], &good["largest"]), (&1.into(), &0.into(), &4.0.into()));
    let dimension = good["dimension"].as_f64().unwrap();
    assert!((dimension - 114.0 * 114.0 / (18.0 * 18.0 + 96.0 * 96.0)).abs() < 1e-12, "{dimension}");
    assert!(bad["n_non_finite"] == 1 && bad["dimension"].is_null());
    let one = rsakit(folder, &["info", "net.npz", "--layers", "b*", "--format", "json"]).json();
    assert!(one["files"][0]["layers"][0]["description"].is_null());
    assert_eq!(one["files"][0]["layers"][1]["description"], all["files"][0]["layers"][1]["description"]);
    let stranger = rsakit(folder, &["info", "net.npz", "--layers", "conv"]);
    assert!(stranger.status == 0 && stranger.out.contains("which has good, bad"), "{}", stranger.out);
    let unmasked = rsakit(folder, &["info", "net.npz", "--mask", "mask.nii"]);
    assert!(unmasked.status == 2 && unmasked.err.contains("--mask"), "{}", unmasked.err);
    let small = rsakit(folder, &["info", "net.npz", "--layers", "--memory", "1MB"]);
    assert_eq!(small.status, 0, "{}", small.err);
}

#[test]
fn maps_of_surfaces_name_their_structures() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../rsa-io/tests/data");
    let folder = tempfile::tempdir().unwrap();
    for name in ["cifti/maps.dscalar.nii", "cifti/one.dscalar.nii", "gifti/moved.surf.gii", "gifti/atlas.label.gii"] {
        fs::copy(format!("{data}/{name}"), folder.path().join(name.split_once('/').unwrap().1)).unwrap();
    }
    let run = rsakit(folder.path(), &["info", "maps.dscalar.nii", "one.dscalar.nii"]);
    for line in [
        "maps.dscalar.nii: CIFTI-2, 2256 bytes",
        "conditions: 3 labels: 'cat', 'big dog', 'ée'",
        "structures: CORTEX_LEFT (4 vertices), CORTEX_RIGHT (3 vertices), THALAMUS_LEFT (3 voxels), BRAIN_STEM (2 voxels)",
        "rsakit rdm maps.dscalar.nii --dissimilarity correlation",
        "rsakit rdm MAPS --mask one.dscalar.nii",
    ] {
        assert!(run.out.contains(line), "{line}: {}", run.out);
    }
    let run = rsakit(folder.path(), &["info", "moved.surf.gii", "atlas.label.gii"]);
    assert!(run.out.contains("'POINTSET': holds the positions of 4 vertices of a surface"), "{}", run.out);
    assert!(run.out.contains("holds labels of regions"), "{}", run.out);
    let rdm = ["rdm", "maps.dscalar.nii::CORTEX_LEFT", "--dissimilarity", "euclidean", "--format", "json"];
    let json = rsakit(folder.path(), &rdm).json();
    assert_eq!((&json["rdms"][0]["name"], &json["conditions"][0]), (&"CORTEX_LEFT".into(), &"cat".into()));
}

#[test]
fn events_and_arrangements_are_told() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../rsa-io/tests/data/meadows");
    let folder = tempfile::tempdir().unwrap();
    let events = "onset\tduration\ttrial_type\n0.5\t1\tcat\n2.5\t1\tn/a\n4.5\t1\tdog\n";
    fs::write(folder.path().join("sub-01_task-x_events.tsv"), events).unwrap();
    let run = rsakit(folder.path(), &["info", "sub-01_task-x_events.tsv"]);
    let line = "events: 3 trials from 0.5 to 5.5 s; 2 conditions (trial_type), 1 trial without one (n/a)";
    assert!(run.out.contains(line), "{}", run.out);
    write_npy(folder.path(), "x.npy", &waves(3, 2, 1));
    let labels = ["rdm", "x.npy", "--dissimilarity", "euclidean", "--conditions", "sub-01_task-x_events.tsv"];
    let run = rsakit(folder.path(), &labels);
    assert!(run.status == 1 && run.err.contains("line 3 has n/a in column 3"), "{}", run.err);
    for (file, told) in [
        ("Meadows_myExp_v_v1_arrangement_1D.mat", "with --rdm: 2 RDMs of 4 conditions; 4 labels: 'river', 'beach'"),
        ("Meadows_myExp_v_v1_cuddly-bunny_tree.json", "with --rdm: 2 RDMs of 4 conditions; 4 labels: 'river', 'beach'"),
    ] {
        fs::copy(format!("{data}/{file}"), folder.path().join(file)).unwrap();
        let run = rsakit(folder.path(), &["info", file]);
        assert!(run.out.contains(told), "{}", run.out);
        let run = rsakit(folder.path(), &["compare", "--rdm", file, "--format", "json"]);
        assert_eq!(run.status, 0, "{}", run.err);
    }
}
