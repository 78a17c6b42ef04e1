//! Tests of inference against rsatoolbox 0.3.2: `reference.py` computed the values in `rsatoolbox.toml`.

use rsakit::{
    Rdm,
    stats::{GeneralizeTo, Inference, Model, Scoring, Variance},
};
use serde::Deserialize;

const N_PAIRS: u32 = 45;

#[derive(Deserialize)]
struct File {
    case: Vec<Case>,
    bootstrap: Vec<Bootstrap>,
}

/// Mean standard errors of rsatoolbox's bootstraps over twenty seeds, and the standard errors of these means.
#[derive(Deserialize)]
struct Bootstrap {
    comparison: String,
    generalize_to: GeneralizeTo,
    standard_errors: Vec<f64>,
    known_to: Vec<f64>,
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

/// Returns the RDM of subject or model `seed`, with the values that `rdm` in `reference.py` computes.
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

fn read() -> (File, Vec<Model>, Vec<Rdm>) {
    let models = (11..14).map(|seed| Model::fixed(format!("m{seed}"), rdm(seed))).collect();
    (toml::from_str(include_str!("rsatoolbox.toml")).unwrap(), models, (1..6).map(rdm).collect())
}

fn scoring(name: &str) -> Scoring {
    Scoring::ALL.into_iter().find(|scoring| scoring.name() == name).unwrap()
}

/// Compares means over twenty seeds, because bootstraps are random.
///
/// The difference of the means must be at most four of its standard errors.
#[test]
fn standard_errors_of_bootstraps_are_those_of_rsatoolbox() {
    let (file, models, data) = read();
    assert_eq!(file.bootstrap.len(), 8);
    for case in file.bootstrap {
        let errors: Vec<Vec<f64>> = (0..20)
            .map(|seed| {
                let inference = Inference {
                    comparison: scoring(&case.comparison),
                    generalize_to: case.generalize_to,
                    resamples: 200,
                    seed,
                    variance: Variance::Rsatoolbox,
                    ..Inference::default()
                };
                let found = inference.evaluate(&models, &data).unwrap();
                found.models.iter().map(|model| model.standard_error.unwrap()).collect()
            })
            .collect();
        for m in 0..models.len() {
            let mean = errors.iter().map(|errors| errors[m]).sum::<f64>() / 20.0;
            let variance = errors.iter().map(|errors| (errors[m] - mean).powi(2)).sum::<f64>() / 19.0;
            let sure = (variance / 20.0 + case.known_to[m].powi(2)).sqrt();
            let (theirs, what) = (case.standard_errors[m], (&case.comparison, case.generalize_to));
            assert!((mean - theirs).abs() < 4.0 * sure, "{what:?}: {mean} and {theirs}, known to {sure}");
        }
    }
}

#[test]
fn rsatoolbox_agrees_where_it_is_right() {
    let (file, models, data) = read();
    assert_eq!(file.case.len(), Scoring::ALL.len());
    for case in file.case {
        let comparison = scoring(&case.comparison);
        let found = Inference { comparison, ..Inference::default() }.evaluate(&models, &data).unwrap();
        let name = &case.comparison;
        for (m, model) in found.models.iter().enumerate() {
            close(name, model.score, case.scores[m]);
            close(name, model.standard_error.unwrap(), case.standard_errors[m]);
            close(name, model.p_above_zero.unwrap(), case.p_above_zero[m]);
            // rsatoolbox has a two-sided p-value for each pair of models.
            close(name, found.pairwise[m].p.unwrap(), case.p_pairwise[m]);
        }
        let ceiling = found.noise_ceiling.unwrap();
        match comparison {
            // rsatoolbox averages RDMs divided by another norm than the whitened one, and so misses the maximum.
            Scoring::WhitenedCosine | Scoring::WhitenedPearson => {
                assert!(ceiling.upper > case.noise_ceiling[1]);
                assert!(ceiling.upper - case.noise_ceiling[1] < 1e-3);
            }
            // rsatoolbox averages ranks without dividing them by their norm.
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
