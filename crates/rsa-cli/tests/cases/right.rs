//! Answers that were right before the files were made, and stay so.

use super::{assert_near, score};

#[test]
fn comparisons_leave_out_missing_pairs_with_ties() {
    let expected = [
        ("spearman", 0.115_720_451_6),
        ("kendall-a", 0.064_516_129_0),
        ("kendall-b", 0.088_530_302_3),
        ("rho-a", 0.104_838_747_7),
        ("cosine", 0.630_376_418_7),
        ("whitened-cosine", 0.357_386_294_3),
        ("whitened-pearson", 0.186_371_846_5),
    ];
    for (comparison, expected) in expected {
        let measure = format!("rsa:compare={comparison}");
        let found = score(&["--rdm", "17-nan-and-ties/a.npy", "17-nan-and-ties/b.npy", "--measure", &measure]);
        assert_near(found, expected, 1e-9);
    }
}
