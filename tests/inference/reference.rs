//! What rsatoolbox 0.3.2 answers; see `reference.py` and `rsatoolbox.toml`.

use rsakit::{
    Rdm,
    stats::{Inference, Model, Scoring},
};
use serde::Deserialize;

const N_PAIRS: u32 = 45;

#[derive(Deserialize)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    comparison: String,
    scores: Vec<f64>,
    noise_ceiling: [f64; 2],
    standard_errors: Vec<f64>,
    p_above_zero: Vec<f64>,
    p_pairwise: Vec<f64>,
}

/// The same numbers as in `reference.py`.
fn rdm(seed: u32) -> Rdm {
    let value = |k: u32| {
        let (common, own) = ((k * k * 31) % 41, (k * k * seed * 7 + 13 * k + seed) % 53);
        1.0 + f64::from(common) / 8.0 + f64::from(own) / 16.0
    };
    Rdm::new((0..N_PAIRS).map(value).collect()).unwrap()
}

#[track_caller]
fn close(what: &str, found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-10, "{what}: {found} and {expected}");
}

#[test]
fn rsatoolbox_agrees_where_it_is_right() {
    let file: File = toml::from_str(include_str!("rsatoolbox.toml")).unwrap();
    assert_eq!(file.case.len(), Scoring::ALL.len());
    let data: Vec<Rdm> = (1..6).map(rdm).collect();
    let models: Vec<Model> = (11..14).map(|seed| Model::fixed(format!("m{seed}"), rdm(seed))).collect();
    for case in file.case {
        let comparison = Scoring::ALL.into_iter().find(|scoring| scoring.name() == case.comparison).unwrap();
        let found = Inference { comparison, ..Inference::default() }.evaluate(&models, &data).unwrap();
        let name = &case.comparison;
        for (m, model) in found.models.iter().enumerate() {
            close(name, model.score, case.scores[m]);
            close(name, model.standard_error.unwrap(), case.standard_errors[m]);
            close(name, model.p_above_zero.unwrap(), case.p_above_zero[m]);
            // Its two-sided p for pairs.
            close(name, found.pairwise[m].p.unwrap(), case.p_pairwise[m]);
        }
        let ceiling = found.noise_ceiling.unwrap();
        match comparison {
            // It pools the whitened RDMs by a norm that is not theirs, and finds less than the maximum.
            Scoring::WhitenedCosine | Scoring::WhitenedPearson => {
                assert!(ceiling.upper > case.noise_ceiling[1]);
                assert!(ceiling.upper - case.noise_ceiling[1] < 1e-3);
            }
            // It pools ranks that are not of one length.
            Scoring::Spearman => {
                assert!((ceiling.lower - case.noise_ceiling[0]).abs() < 1e-3);
                assert!((ceiling.upper - case.noise_ceiling[1]).abs() < 1e-3);
            }
            _ => {
                close(name, ceiling.lower, case.noise_ceiling[0]);
                close(name, ceiling.upper, case.noise_ceiling[1]);
            }
        }
    }
}
