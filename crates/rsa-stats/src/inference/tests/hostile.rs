//! Hostile input: an answer, or an error that names the culprit.

use rsa_core::{Conditions, Rdm};

use crate::{
    inference::{resample_scorer::LEFT_OUT_ASSIGNMENTS as ASSIGNMENTS, *},
    resample::{Correction, LeftOutSets, ResampledFactor},
    *,
};

fn values(seed: u32, n_pairs: u32) -> Vec<f64> {
    let value = |k: u32| f64::from((k * k * 31) % 41) / 8.0 + f64::from((k * k * seed * 7 + 13 * k + seed) % 53) / 16.0;
    (0..n_pairs).map(value).collect()
}

fn rdm(seed: u32) -> Rdm {
    Rdm::new(values(seed, 66)).unwrap()
}

fn subjects(count: u32) -> Vec<Rdm> {
    (1..=count).map(rdm).collect()
}

/// Every comparison with every `generalize_to`.
fn settings() -> impl Iterator<Item = Inference> {
    Scoring::ALL.into_iter().flat_map(|comparison| {
        [GeneralizeTo::Nothing, GeneralizeTo::Subjects, GeneralizeTo::Conditions, GeneralizeTo::Both].map(
            |generalize_to| Inference {
                comparison,
                generalize_to,
                resamples: 20,
                permutations: 9,
                ..Inference::default()
            },
        )
    })
}

#[track_caller]
fn refused(models: &[Model], data: &[Rdm], kind: &str, culprit: &str) {
    for inference in settings() {
        let error = inference.evaluate(models, data).unwrap_err();
        assert_eq!(error.kind().name(), kind, "{error}");
        assert!(error.to_string().contains(culprit), "{error}");
    }
}

#[test]
fn one_subject_has_scores_and_no_ceiling() {
    for inference in settings() {
        let found = inference.evaluate(&[Model::fixed("m", rdm(11))], &subjects(1));
        match inference.generalize_to {
            GeneralizeTo::Nothing => {
                let found = found.unwrap();
                assert!(found.noise_ceiling.is_none() && found.noise_ceiling_reason.is_some());
                assert!(found.models[0].score > 0.3 && found.models[0].p_permutation.is_some());
                assert_eq!((found.models[0].standard_error, found.degrees_of_freedom), (None, None));
            }
            GeneralizeTo::Conditions => assert!(found.unwrap().models[0].standard_error.unwrap() > 0.0),
            _ => assert!(found.unwrap_err().to_string().starts_with("the number of groups of subjects")),
        }
    }
}

#[test]
fn two_conditions_and_no_subject_are_refused() {
    let pair = || Rdm::new(vec![1.0]).unwrap();
    refused(&[Model::fixed("m", pair())], &[pair(), pair()], "TooFewConditions", "2 conditions found");
    refused(&[Model::fixed("m", rdm(11))], &[], "InvalidParameter", "the data");
}

#[test]
fn constant_rdms_are_named() {
    // A cosine takes what is constant for a prediction, and nothing but zero for none.
    let zero = || Rdm::new(vec![0.0; 66]).unwrap();
    let models = [Model::fixed("good", rdm(11)), Model::fixed("flat", zero())];
    refused(&models, &subjects(4), "Degenerate", "'flat'");
    let mut data = subjects(4);
    data[2] = zero();
    refused(&models[..1], &data, "Degenerate", "subject 2");
}

#[test]
fn a_model_equal_to_the_data_and_equal_subjects_are_answered() {
    for inference in settings() {
        let data = vec![rdm(1); 4];
        let found = inference.evaluate(&[Model::fixed("same", rdm(1)), Model::fixed("m", rdm(11))], &data).unwrap();
        let ceiling = found.noise_ceiling.unwrap();
        let best = inference.comparison.compare(&rdm(1), &rdm(1)).unwrap();
        assert!((found.models[0].score - best).abs() < 1e-12);
        assert!((ceiling.lower - best).abs() < 1e-12 && (ceiling.upper - best).abs() < 1e-12);
        if matches!(inference.generalize_to, GeneralizeTo::Nothing | GeneralizeTo::Subjects) {
            // Nothing varies, so there is nothing to test with, and no p-value of 0 or NaN.
            assert_eq!(found.models[0].p_above_zero, None);
            assert!(found.warnings.iter().any(|warning| warning.contains("'same'")), "{:?}", found.warnings);
        }
    }
}

#[test]
fn missing_pairs_are_left_out_everywhere_and_counted() {
    let with_gaps = |seed: u32, every: usize| {
        let mut values = values(seed, 66);
        values.iter_mut().skip(seed as usize % 3).step_by(every).for_each(|value| *value = f64::NAN);
        Rdm::new(values).unwrap()
    };
    // Every ninth pair, from three different ones: 3 x 8.
    let data: Vec<Rdm> = (1..5).map(|seed| with_gaps(seed, 9)).collect();
    for inference in settings() {
        let found = inference.evaluate(&[Model::fixed("m", rdm(11))], &data).unwrap();
        assert!(found.pairs_dropped == 24 && found.warnings[0].starts_with("24 of 66 pairs"), "{:?}", found.warnings);
        assert!(found.models[0].score > 0.2 && found.resamples.used > 0 || inference.n_resamples() == 0);
    }
    let mut all = subjects(3);
    all[1] = Rdm::new(vec![f64::NAN; 66]).unwrap();
    refused(&[Model::fixed("m", rdm(11))], &all, "Degenerate", "subject 1 has 0 of 66");
    let nothing = || Rdm::new(vec![f64::NAN; 66]).unwrap();
    refused(&[Model::fixed("hole", nothing())], &subjects(3), "Degenerate", "model 'hole' has 0 of 66");
    // Each has half, and nobody has what the other has.
    let half = |own: usize| {
        Rdm::new(values(1, 66).into_iter().enumerate().map(|(k, v)| if k % 2 == own { v } else { f64::NAN }).collect())
    };
    refused(&[Model::fixed("m", rdm(11))], &[half(0).unwrap(), half(1).unwrap()], "Degenerate", "only 0 of 66 pairs");
}

#[test]
fn labels_must_agree_and_may_repeat() {
    let named = |seed, text: &str| rdm(seed).with_conditions(Conditions::labeled(text.split(' '))).unwrap();
    let (order, other) = ("a b c d e f g h i j k k", "b a c d e f g h i j k k");
    refused(
        &[Model::fixed("m", named(11, order))],
        &[named(1, order), named(2, other)],
        "LabelMismatch",
        "subject 1: ",
    );
    for inference in settings() {
        let data = [named(1, order), named(2, order), named(3, order)];
        assert!(inference.evaluate(&[Model::fixed("m", named(11, order))], &data).is_ok());
    }
}

#[test]
fn settings_that_contradict_one_another_are_refused() {
    let flexible = [Model::weighted("mix", vec![rdm(11), rdm(12)]).unwrap()];
    let message =
        |inference: Inference, models: &[Model]| inference.evaluate(models, &subjects(4)).unwrap_err().to_string();
    let plain = Inference::default();
    assert!(message(plain.clone(), &flexible).contains("'mix'"));
    let fixed = [Model::fixed("m", rdm(11))];
    let max = Inference { correction: Correction::Max, ..plain.clone() };
    assert!(message(max, &fixed).starts_with("permutations must be asked for"));
    let folds = Crossvalidation { subject_folds: 1, condition_folds: 1, repeats: 2 };
    assert!(message(Inference { crossvalidation: Some(folds), ..plain.clone() }, &fixed).contains("at least 2 folds"));
    let folds = Crossvalidation { subject_folds: 9, condition_folds: 1, repeats: 2 };
    assert!(message(Inference { crossvalidation: Some(folds), ..plain.clone() }, &fixed).contains("for 9 folds"));
    let groups = Inference { subject_groups: Some(vec![1, 2]), ..plain };
    assert!(message(groups, &fixed).contains("one for every subject"));
}

#[test]
fn a_group_of_subjects_is_drawn_and_left_out_together() {
    // Two sessions of each subject that are the same: the sessions tell nothing new.
    let data: Vec<Rdm> = subjects(5).into_iter().flat_map(|rdm| [rdm.clone(), rdm]).collect();
    let groups: Vec<usize> = (0..10).map(|i| 7 * (i / 2)).collect();
    for inference in settings().filter(|inference| inference.generalize_to != GeneralizeTo::Conditions) {
        let models = [Model::fixed("m", rdm(11)), Model::fixed("n", rdm(12))];
        let grouped = Inference { subject_groups: Some(groups.clone()), ..inference.clone() };
        let (found, single) =
            (grouped.evaluate(&models, &data).unwrap(), inference.evaluate(&models, &subjects(5)).unwrap());
        assert_eq!(found.degrees_of_freedom, Some(4));
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{}: {a} and {b}", inference.comparison);
        for (found, single) in found.models.iter().zip(&single.models) {
            close(found.score, single.score);
            close(found.standard_error.unwrap(), single.standard_error.unwrap());
        }
        let (found, single) = (found.noise_ceiling.unwrap(), single.noise_ceiling.unwrap());
        close(found.lower, single.lower);
        close(found.upper, single.upper);
    }
}

/// A draw of a single subject has no ceiling; without its scores the variance of two subjects would be 0, and that of
/// three a quarter too small.
#[test]
fn draws_of_one_subject_count_for_the_scores() {
    for count in [2, 3] {
        let (models, data) = ([Model::fixed("m", rdm(9))], subjects(count));
        let error = |generalize_to| {
            let inference = Inference { generalize_to, resamples: 2000, ..Inference::default() };
            inference.evaluate(&models, &data).unwrap().models[0].standard_error.unwrap()
        };
        let ratio = error(GeneralizeTo::Subjects) / error(GeneralizeTo::Nothing);
        assert!((ratio - 1.0).abs() < 0.06, "{count} subjects: {ratio}");
    }
}

/// Where some conditions cannot be left out, resamples tell the variance, and the evaluation says why.
#[test]
fn conditions_that_cannot_be_left_out_are_named() {
    // But for the pairs of two conditions the model is constant.
    let constant_without = |i: usize, j: usize| {
        let value = |(a, b)| {
            if (a, b) == (i, j) {
                9.0
            } else if a == i || b == j {
                1.5
            } else {
                1.0
            }
        };
        Rdm::new(rsa_core::condensed::pairs(12).map(value).collect()).unwrap()
    };
    for comparison in [Scoring::Pearson, Scoring::Spearman, Scoring::KendallB] {
        for (generalize_to, variance) in [
            (GeneralizeTo::Conditions, Variance::Unbiased),
            (GeneralizeTo::Both, Variance::Unbiased),
            (GeneralizeTo::Both, Variance::Rsatoolbox),
        ] {
            let inference = Inference { comparison, generalize_to, variance, resamples: 50, ..Inference::default() };
            let found = inference.evaluate(&[Model::fixed("stripe", constant_without(3, 7))], &subjects(4)).unwrap();
            assert!(found.models[0].standard_error.is_some_and(|error| error > 0.0));
            let said = found.warnings.iter().any(|warning| warning.contains("cannot be left out: model 'stripe'"));
            assert_eq!(said, variance == Variance::Unbiased, "{:?}", found.warnings);
        }
    }
    let few = |seed| Rdm::new(values(seed, 10)).unwrap();
    let inference = Inference { generalize_to: GeneralizeTo::Conditions, ..Inference::default() };
    let found = inference.evaluate(&[Model::fixed("m", few(11))], &[few(1), few(2), few(3)]).unwrap();
    assert!(found.warnings.iter().any(|warning| warning.contains("of 5 conditions")), "{:?}", found.warnings);
}

/// Without some conditions the numbers are those of RDMs that do not have them.
#[test]
fn what_is_left_out_is_not_there() {
    let groups: Vec<usize> = (0..12).map(|i| i / 2).collect();
    for plain in settings().filter(Inference::leaves_conditions_out) {
        let inference = Inference { condition_groups: Some(groups.clone()), ..plain };
        let compute = |models: &[Model], data: &[Rdm], inference: &Inference| {
            Part::compute(inference, &RdmSet::new(inference.comparison, models, data).unwrap(), 0..0).unwrap()
        };
        let part = compute(&[Model::fixed("m", rdm(11)), Model::fixed("n", rdm(12))], &subjects(3), &inference);
        let sets = LeftOutSets::new(inference.seed, ResampledFactor::Conditions, 6);
        // Of three subjects each is left out alone.
        let without_subjects = if inference.leaves_subjects_out() { 1 + 3 } else { 0 };
        assert_eq!(part.without_conditions.dim(), ((1 + 6 + 15 + 6) * 3, 4));
        assert_eq!(part.without_subjects.dim(), (without_subjects, 4));
        let rows = |first: usize| part.without_conditions.select(ndarray::Axis(0), &[first, first + 1, first + 2]);
        assert_eq!(rows(0), part.subjects);
        for set in 0..sets.len() {
            let out = sets.groups(set);
            let kept: Vec<usize> = (0..12).filter(|i| !out.contains(&(i / 2))).collect();
            let select = |rdm: Rdm| rdm.select(&kept).unwrap();
            let models = [11, 12].map(|seed| Model::fixed("m", select(rdm(seed))));
            let data: Vec<Rdm> = subjects(3).into_iter().map(select).collect();
            let plain = Inference { comparison: inference.comparison, ..Inference::default() };
            let expected = compute(&models, &data, &plain).subjects;
            let found = rows(3 * (1 + set));
            let most = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(most < 1e-12, "{}, set {set}: {most}", inference.comparison);
        }
    }
}

/// Whatever stands for conditions or subjects that are left out, the numbers are the same.
#[test]
fn what_is_left_out_on_folds_is_not_there() {
    let folds = Crossvalidation { subject_folds: 2, condition_folds: 2, repeats: 2 };
    let plain = Inference { generalize_to: GeneralizeTo::Both, crossvalidation: Some(folds), ..Inference::default() };
    let (n, of_conditions, of_subjects) = (16, 1 + 16 + 120 + 16, 1 + 6 + 15 + 6);
    let rdm = |seed| Rdm::new(values(seed, 120)).unwrap();
    let subjects: Vec<Rdm> = (1..7).map(rdm).collect();
    // Without a condition there are other numbers than with it.
    let changed = |rdm: &Rdm, without: usize| {
        let value = |((a, b), value): ((usize, usize), &f64)| match a == without || b == without {
            true => 7.0 / (1.0 + value + (a + b) as f64),
            false => *value,
        };
        Rdm::new(rsa_core::condensed::pairs(n).zip(rdm.values()).map(value).collect()).unwrap()
    };
    for comparison in [Scoring::Pearson, Scoring::Spearman, Scoring::KendallA] {
        let inference = Inference { comparison, ..plain.clone() };
        let compute = |change: &dyn Fn(Rdm) -> Rdm, data: &[Rdm]| {
            let weighted = Model::weighted("m", vec![change(rdm(11)), change(rdm(12))]).unwrap();
            let models = [weighted, Model::fixed("n", change(rdm(13)))];
            let data: Vec<Rdm> = data.iter().cloned().map(change).collect();
            Part::compute(&inference, &RdmSet::new(comparison, &models, &data).unwrap(), 0..0).unwrap()
        };
        let whole = compute(&|rdm| rdm, &subjects);
        assert_eq!(whole.header.not_left_out, NotLeftOut::default());
        assert_eq!(whole.without_conditions.dim(), (ASSIGNMENTS * of_conditions * 6, 4));
        assert_eq!(whole.without_subjects.dim(), (ASSIGNMENTS * of_subjects, 4));
        let same = |one: &ndarray::Array2<f64>, other: &ndarray::Array2<f64>, row: usize| {
            one.row(row).iter().zip(other.row(row)).all(|(a, b)| (a - b).abs() < 1e-12)
        };
        // The weighted model stays fitted to all conditions.
        let fixed = |part: &Part| part.without_conditions.select(ndarray::Axis(1), &[1, 2, 3]);
        let same_conditions = |other: &Part, row| same(&fixed(&whole), &fixed(other), row);
        let same_subjects = |other: &Part, row| same(&whole.without_subjects, &other.without_subjects, row);
        let (condition_sets, subject_sets) =
            (LeftOutSets::new(0, ResampledFactor::Conditions, n), LeftOutSets::new(0, ResampledFactor::Subjects, 6));
        let without_condition = compute(&|rdm| changed(&rdm, 4), &subjects);
        let mut others = subjects.clone();
        others[2] = rdm(40);
        let without_subject = compute(&|rdm| rdm, &others);
        // A third leaves out 5 of 16 conditions and 2 of 6 subjects; condition 4 or subject 2 is among them now and then.
        for (one, other, expected) in [
            (&whole.without_third_of_conditions, &without_condition.without_third_of_conditions, 200.0 * 5.0 / 16.0),
            (&whole.without_third_of_subjects, &without_subject.without_third_of_subjects, 200.0 * 2.0 / 6.0),
        ] {
            let unchanged = (0..200).filter(|&row| same(one, other, row)).count() as f64;
            assert!((unchanged - expected).abs() < 25.0, "{comparison}: {unchanged} and {expected}");
        }
        for assignment in [0, ASSIGNMENTS - 1] {
            let start = assignment * of_conditions * 6;
            assert!(!same_conditions(&without_condition, start));
            for set in (0..condition_sets.len()).filter(|&set| condition_sets.groups(set).contains(&4)) {
                let row = start + (1 + set) * 6;
                assert!((row..row + 6).all(|row| same_conditions(&without_condition, row)), "{comparison}, set {set}");
            }
            let start = assignment * of_subjects;
            assert!(!same_subjects(&without_subject, start));
            for set in (0..subject_sets.len()).filter(|&set| subject_sets.groups(set).contains(&2)) {
                assert!(same_subjects(&without_subject, start + 1 + set), "{comparison}, set {set}");
            }
        }
    }
}

/// No condition can be left out of six in two folds, and no subject that is alone in a fold.
#[test]
fn folds_too_small_to_leave_out_are_named() {
    let few = |seed| Rdm::new(values(seed, 15)).unwrap();
    let inference = Inference {
        generalize_to: GeneralizeTo::Conditions,
        crossvalidation: Some(Crossvalidation { subject_folds: 1, condition_folds: 2, repeats: 2 }),
        comparison: Scoring::Cosine,
        ..Inference::default()
    };
    let evaluate = |inference: &Inference| {
        inference.evaluate(&[Model::fixed("m", few(11))], &[few(1), few(2), few(3)]).unwrap().warnings
    };
    let said = evaluate(&inference);
    assert!(said.iter().any(|warning| warning.contains("use fewer folds")), "{said:?}");
    // One of three subjects may be all of a fold.
    let folds = Some(Crossvalidation { subject_folds: 2, condition_folds: 1, repeats: 2 });
    let said = evaluate(&Inference { crossvalidation: folds, generalize_to: GeneralizeTo::Subjects, ..inference });
    assert!(said.iter().any(|warning| warning.contains("some subjects cannot be left out")), "{said:?}");
}

/// A model of two categories is constant on every fifth assignment to three folds: others are taken, as for the scores.
#[test]
fn assignments_without_scores_are_passed_over() {
    let category = |(a, b): (usize, usize)| if (a < 6) == (b < 6) { 0.0 } else { 1.0 };
    let model = Rdm::new(rsa_core::condensed::pairs(12).map(category).collect()).unwrap();
    let folds = Crossvalidation { subject_folds: 1, condition_folds: 3, repeats: 2 };
    let inference = Inference { crossvalidation: Some(folds), ..Inference::default() };
    let found = inference.evaluate(&[Model::fixed("categories", model)], &subjects(8)).unwrap();
    assert!(!found.warnings.iter().any(|warning| warning.contains("cannot be left out")), "{:?}", found.warnings);
}

#[test]
fn permutations_keep_the_pairs_that_the_data_have() {
    let mut gaps = subjects(3);
    let mut first = gaps[0].values().to_vec();
    (0..66).filter(|k| k % 3 == 0).for_each(|k| first[k] = f64::NAN);
    gaps[0] = Rdm::new(first.clone()).unwrap();
    for comparison in Scoring::ALL {
        let inference = Inference { comparison, permutations: 99, ..Inference::default() };
        // The model is the data: no permutation does as well, though a third of the pairs is missing.
        let found = inference.evaluate(&[Model::fixed("m", rdm(2))], &[gaps[0].clone(), rdm(2), rdm(2)]).unwrap();
        assert_eq!(found.models[0].p_permutation, Some(0.01), "{comparison}");
        let error = inference.evaluate(&[Model::fixed("holes", gaps[0].clone())], &gaps).unwrap_err();
        assert!(error.to_string().contains("'holes'"), "{error}");
    }
}

#[test]
fn a_part_that_contradicts_itself_is_refused() {
    let inference =
        Inference { generalize_to: GeneralizeTo::Both, resamples: 8, permutations: 9, ..Inference::default() };
    let whole = Part::compute(
        &inference,
        &RdmSet::new(inference.comparison, &[Model::fixed("m", rdm(9))], &subjects(4)).unwrap(),
        0..8,
    )
    .unwrap();
    assert!(whole.conclude().is_ok());
    let damages: [fn(&mut Part); 18] = [
        |part| part.without_conditions = part.without_conditions.select(ndarray::Axis(1), &[0]),
        |part| part.draws[0] = ndarray::Array2::zeros((8, 0)),
        |part| part.draws[1] = part.draws[1].select(ndarray::Axis(0), &[0, 1]),
        |part| _ = part.draws.pop(),
        |part| part.status = ndarray::Array2::zeros((8, 2)),
        |part| part.without_subjects = ndarray::Array2::zeros((0, 3)),
        |part| part.header.models.push("more".to_owned()),
        |part| part.header.subject_groups.clear(),
        |part| part.header.subject_groups[3] = usize::MAX,
        |part| part.header.n_condition_groups = 0,
        |part| (part.header.n_condition_groups, part.header.n_conditions) = (usize::MAX, usize::MAX),
        |part| part.without_conditions = ndarray::Array2::zeros((0, 3)),
        |part| part.without_conditions[(0, 0)] = f64::INFINITY,
        |part| part.header.permutations.as_mut().unwrap().tried = 8,
        |part| part.header.permutations.as_mut().unwrap().exceeding[0] = u64::MAX,
        |part| (part.header.inference.correction, part.header.permutations) = (Correction::Max, None),
        |part| part.subjects[(0, 0)] = f64::NAN,
        |part| part.header.inference.generalize_to = GeneralizeTo::Subjects,
    ];
    for (k, damage) in damages.into_iter().enumerate() {
        let mut part = whole.clone();
        damage(&mut part);
        // Found by the digest, and without it by what contradicts.
        assert!(part.conclude().unwrap_err().to_string().contains("digest"), "damage {k}");
        part.seal();
        assert_eq!(part.conclude().unwrap_err().kind().name(), "Format", "damage {k}");
        assert_eq!(Part::merge(vec![part]).unwrap_err().kind().name(), "Format", "damage {k}");
    }
}

/// Every bit of every table, and every field of the header, is in the digest; a part of another layout is refused.
#[test]
fn a_damaged_or_foreign_part_is_refused_by_name() {
    let inference = Inference { generalize_to: GeneralizeTo::Both, resamples: 8, ..Inference::default() };
    let rdms = RdmSet::new(inference.comparison, &[Model::fixed("m", rdm(9))], &subjects(4)).unwrap();
    let whole = Part::compute(&inference, &rdms, 0..8).unwrap();
    let tables = || whole.tables().into_iter().map(|(name, table)| (name.to_owned(), table.to_owned()));
    let read = |header: &PartHeader, tables: Vec<(String, ndarray::Array2<f64>)>| {
        Part::from_tables(header.clone(), tables).map_err(|error| error.to_string())
    };
    assert_eq!(read(&whole.header, tables().rev().collect()).unwrap(), whole);
    for k in 0..tables().count() {
        let mut flipped: Vec<_> = tables().collect();
        let value = flipped[k].1.last_mut().unwrap();
        *value = f64::from_bits(value.to_bits() ^ 1);
        assert!(read(&whole.header, flipped).unwrap_err().contains("digest"));
        let mut missing: Vec<_> = tables().collect();
        missing.remove(k);
        assert!(read(&whole.header, missing).unwrap_err().contains("contradict"));
    }
    let mut more: Vec<_> = tables().collect();
    more.push(("left_out".to_owned(), ndarray::Array2::zeros((2, 2))));
    assert!(read(&whole.header, more).unwrap_err().contains("no table 'left_out'"));
    let other = PartHeader { layout: 1, ..whole.header.clone() };
    assert!(read(&other, tables().collect()).unwrap_err().contains("has layout 1, and this version reads layout 5"));
    let edited = PartHeader { pairs_dropped: 1, ..whole.header.clone() };
    assert!(read(&edited, tables().collect()).unwrap_err().contains("digest"));
}

#[test]
fn few_draws_give_no_interval_rather_than_nan_or_one_without_width() {
    let values = |seed: usize| (0..10).map(|k| ((k * k + 3 * seed * k) as f64).sin() + 1.5).collect();
    let data: Vec<Rdm> = (1..3).map(|seed| Rdm::new(values(seed)).unwrap()).collect();
    let model = [Model::fixed("model", Rdm::new(values(7)).unwrap())];
    let wide = |interval: Option<[f64; 2]>| interval.is_none_or(|[low, high]| low < high);
    for generalize_to in [GeneralizeTo::Nothing, GeneralizeTo::Subjects, GeneralizeTo::Both] {
        for variance in [Variance::Unbiased, Variance::Rsatoolbox] {
            for seed in 0..60 {
                let inference = Inference { generalize_to, variance, resamples: 2, seed, ..Inference::default() };
                let Ok(found) = inference.evaluate(&model, &data) else { continue };
                assert!(found.models.iter().all(|model| wide(model.interval)), "{found:?}");
                let ceiling = found.noise_ceiling.unwrap();
                assert!(wide(ceiling.lower_interval) && wide(ceiling.upper_interval), "{ceiling:?}");
            }
        }
    }
}

#[test]
fn a_corrected_p_value_is_never_below_the_uncorrected_one() {
    // Under permutations that move the missing pair onto the 1, the first model is constant and has no score.
    let rdm = |values: [f64; 6]| Rdm::new(values.to_vec()).unwrap();
    let data = [rdm([3.0, 1.0, 2.0, 4.0, 2.5, f64::NAN]), rdm([2.0, 1.5, 1.0, 3.5, 2.0, f64::NAN])];
    let models = [
        Model::fixed("one pair", rdm([1.0, 0.0, 0.0, 0.0, 0.0, 0.0])),
        Model::fixed("all pairs", rdm([1.0, 2.0, 4.0, 3.0, 5.0, 6.0])),
    ];
    let inference = Inference { permutations: 100, correction: Correction::Max, ..Inference::default() };
    let found = inference.evaluate(&models, &data).unwrap();
    for model in found.models {
        let (own, corrected) = (model.p_permutation.unwrap(), model.p_above_zero_corrected.unwrap());
        assert!(corrected >= own, "{}: {corrected} corrected, {own} alone", model.name);
    }
}
