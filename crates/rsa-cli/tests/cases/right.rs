//! Answers that were right before the files were made, and stay so.

use super::{assert_near, json, refusal, rsakit, run, score};

/// Returns the value of a comparison of two files by one measure.
fn compare(a: &str, b: &str, measure: &str) -> f64 {
    score(&[a, b, "--measure", measure])
}

#[test]
fn number_types_and_layouts_give_one_rdm() {
    let table = |name: &str| {
        let run = run(&["rdm", &format!("11-dtypes/{name}.npy"), "--dissimilarity", "euclidean", "--format", "csv"]);
        assert_eq!(run.status, 0, "{name}: {}", run.err);
        run.out.replace(&format!("{name},"), ",")
    };
    let plain = table("plain");
    for name in ["big", "fort", "npyfortran", "py2long"] {
        assert_eq!(table(name), plain, "{name}");
    }
}

#[test]
fn arrays_that_hold_no_patterns_are_refused_by_name() {
    for (name, reason) in [
        ("complex", "complex"),
        ("dt", "M8"),
        ("f16inf", "inf"),
        ("longdouble", "f16"),
        ("obj", "object"),
        ("rec", "field"),
        ("str", "holds no numbers"),
        ("zero", "without features"),
    ] {
        let file = format!("11-dtypes/{name}.npy");
        let error = refusal(&["rdm", &file, "--dissimilarity", "euclidean"]);
        assert!(error.contains(&file) && error.contains(reason), "{name}: {error}");
    }
}

#[test]
fn comparisons_leave_out_missing_pairs_with_ties() {
    let expected = [
        ("spearman", 0.115_720_451_6),
        ("kendall-a", 0.064_516_129_0),
        ("kendall-b", 0.088_530_302_3),
        ("rho-a", 0.104_838_709_7),
        ("cosine", 0.630_376_418_7),
        ("whitened-cosine", 0.357_386_294_3),
        ("whitened-pearson", 0.186_371_846_5),
    ];
    for (comparison, expected) in expected {
        let rdms = ["--rdm", "17-nan-and-ties/a.npy", "17-nan-and-ties/b.npy"];
        assert_near(score(&[&rdms[..], &["--measure", comparison]].concat()), expected, 1e-9);
    }
}

#[test]
fn a_hundred_thousand_ties_do_not_overflow() {
    let rdms = ["--rdm", "18-many-ties/x.npy", "18-many-ties/y.npy", "--measure"];
    assert_near(score(&[&rdms[..], &["kendall-a"]].concat()), 0.008_759_725_285_898_898, 1e-16);
    assert_near(score(&[&rdms[..], &["kendall-b"]].concat()), 0.010_219_669_816_420_104, 1e-16);
}

#[test]
fn a_kernel_of_width_zero_is_refused() {
    let files = ["compare", "25-rbf-zero-median/dups.npy", "25-rbf-zero-median/y.npy", "--measure"];
    let error = refusal(&[&files[..], &["cka:kernel=rbf"]].concat());
    assert!(error.contains("dups") && error.contains("the median distance is 0"), "{error}");
    assert_near(compare(files[1], files[2], "cka:kernel=rbf,bandwidth=fixed(1)"), 0.372_482_513_5, 1e-9);
}

#[test]
fn a_dependent_column_counts_for_no_canonical_correlation() {
    let expected = [
        ("cca", 0.651_797_018_0),
        ("cca:mean=squared", 0.514_727_492_3),
        ("svcca", 0.651_797_018_0),
        ("pwcca", 0.653_459_665_0),
        ("pwcca:weights=second", 0.775_240_032_7),
    ];
    for (measure, expected) in expected {
        for file in ["26-one-hot-cca/onehot.npy", "26-one-hot-cca/onehot_bool.npy"] {
            assert_near(compare(file, "26-one-hot-cca/feat.npy", measure), expected, 1e-9);
        }
    }
}

#[test]
fn few_conditions_are_compared_or_refused() {
    let expected = [("5", 0.216_498_539_3, -0.066_666_666_7), ("4", 0.976_435_117_2, -0.085_714_285_7)];
    for (n, unbiased, spearman) in expected {
        let [a, b] = ["a", "b"].map(|side| format!("28-few-conditions/{side}{n}.npy"));
        assert_near(compare(&a, &b, "cka:hsic=unbiased"), unbiased, 1e-9);
        assert_near(compare(&a, &b, "rsa:rdm=euclidean,compare=spearman"), spearman, 1e-9);
    }
    let error =
        refusal(&["compare", "28-few-conditions/a3.npy", "28-few-conditions/b3.npy", "--measure", "cka:hsic=unbiased"]);
    assert!(error.contains("3 conditions found, at least 4 needed"), "{error}");
}

#[test]
fn rates_are_compared_and_negative_ones_refused() {
    let rdm = run(&["rdm", "37-rates/counts.npy", "--dissimilarity", "poisson", "--format", "csv"]);
    assert!(rdm.out.contains("\ncounts,0,1,5.416875616887"), "{}", rdm.out);
    let error = refusal(&["rdm", "37-rates/zscored.npy", "--dissimilarity", "poisson"]);
    assert!(error.contains("zscored.npy") && error.contains("rates must be positive"), "{error}");
}

#[test]
fn units_change_no_score() {
    for measure in [
        "cka",
        "cka:hsic=unbiased",
        "cka:kernel=rbf",
        "cca",
        "svcca",
        "pwcca",
        "rsa:rdm=euclidean,compare=pearson",
        "rsa:rdm=correlation,compare=spearman",
        "rsa:rdm=cosine,compare=kendall-a",
        "rsa:rdm=squared-euclidean,compare=whitened-cosine",
        "rsa:rdm=manhattan,compare=cosine",
    ] {
        let expected = compare("38-units/a_one.npy", "38-units/b.npy", measure);
        for unit in ["tesla", "volt", "big"] {
            let file = format!("38-units/a_{unit}.npy");
            assert_near(compare(&file, "38-units/b.npy", measure), expected, 2e-15);
        }
    }
}

#[test]
fn ragged_parts_are_merged_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b] = ["a.npy", "b.npy"].map(|name| super::folder().join("39-ragged-parts").join(name));
    for name in [&a, &b] {
        std::fs::copy(name, folder.path().join(name.file_name().unwrap())).unwrap();
    }
    for (rows, part) in [("0..37", "first.npz"), ("37..100", "second.npz"), ("100..101", "last.npz")] {
        let run = rsakit(folder.path(), &["accumulate", "a.npy", "b.npy", "--rows", rows, "--out", part]);
        assert_eq!(run.status, 0, "{}", run.err);
    }
    let merged = rsakit(folder.path(), &["merge", "last.npz", "first.npz", "second.npz", "--format", "json"]).json();
    let merged = merged["results"][0]["values"][0][0].as_f64().unwrap();
    assert_near(merged, compare("39-ragged-parts/a.npy", "39-ragged-parts/b.npy", "cka"), 1e-14);
    let gap = rsakit(folder.path(), &["merge", "last.npz", "first.npz"]);
    assert!(gap.status == 1 && gap.err.contains("the conditions 37..100 are missing"), "{}", gap.err);
}

#[test]
fn a_part_with_another_header_is_refused_by_name() {
    let error = refusal(&["merge", "39-ragged-parts/part0.npz", "39-ragged-parts/part1.npz"]);
    assert!(error.contains("39-ragged-parts/part0.npz"), "{error}");
}

#[test]
fn permutations_are_exact_with_ties() {
    let evaluate = |correction: &str, key: &str| -> Vec<f64> {
        let files = ["evaluate", "--data", "40-max-statistic/subs.npy", "--models", "40-max-statistic/models.npy"];
        let answer = json(&[&files[..], &["--permutations", "720", "--correct", correction]].concat());
        let models = answer["models"].as_array().unwrap();
        models.iter().map(|model| model[key].as_f64().unwrap_or_else(|| panic!("{model:#}"))).collect()
    };
    let single = [0.001_388_888_9, 0.645_833_333_3, 0.338_888_888_9];
    let best = [0.001_388_888_9, 0.944_444_444_4, 0.716_666_666_7];
    for (found, expected) in evaluate("none", "p_permutation").into_iter().zip(single) {
        assert_near(found, expected, 1e-9);
    }
    for (found, expected) in evaluate("max", "p_above_zero_corrected").into_iter().zip(best) {
        assert_near(found, expected, 1e-9);
    }
}

#[test]
fn one_order_of_conditions_is_as_good_as_another() {
    for (comparison, tolerance) in [("spearman", 0.0), ("kendall-a", 0.0), ("rho-a", 0.0), ("pearson", 1e-15)] {
        let value = |a: &str, b: &str| {
            let [a, b] = [a, b].map(|name| format!("41-order-with-ties/{name}.npy"));
            score(&["--rdm", &a, &b, "--measure", comparison])
        };
        assert_near(value("vq", "wq"), value("v", "w"), tolerance);
    }
}
