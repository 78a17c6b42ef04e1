//! A guide from arrays to conclusions, with examples that can be copied.
//!
//! The examples simulate their data, so that they run as they stand. With data of your own, replace the arrays.
//!
//! # 1. From an array to a representation
//!
//! A [`Representation`](crate::Representation) is an array of conditions × features. Conditions are stimuli, inputs or
//! trials. Features are units, voxels or channels. All values must be finite: a NaN is an error that names its place.
//!
//! Rows are compared by position. Labels make that safe: data with other labels are refused, and
//! [`aligned_to`](crate::Representation::aligned_to) brings the same labels into the same order.
//!
//! ```
//! use ndarray::array;
//! use rsakit::{Cka, Measure, Representation};
//!
//! let x = array![[1.0, 0.0], [0.0, 1.0], [2.0, 1.0], [1.0, 3.0]];
//! let x = Representation::new(x)?.labeled(["cat", "dog", "owl", "cup"])?;
//! // The same animals and things in another order, seen by two other units.
//! let y = array![[3.0, 1.0], [0.0, 1.0], [1.0, 0.0], [1.0, 2.0]];
//! let y = Representation::new(y)?.labeled(["cup", "cat", "dog", "owl"])?;
//! assert_eq!(Cka::linear().score(&x, &y).unwrap_err().kind().name(), "LabelMismatch");
//!
//! let aligned = y.aligned_to(x.conditions())?;
//! assert!(Cka::linear().score(&x, &aligned)? > 0.9);
//!
//! let error = Representation::new(array![[1.0, f64::NAN], [0.0, 1.0]]).unwrap_err();
//! assert_eq!(error.kind().name(), "NonFinite");
//! # Ok::<(), rsakit::Error>(())
//! ```
//!
//! # 2. A comparison
//!
//! A [`Measure`](crate::Measure) scores two representations of the same conditions; their features may differ in number
//! and meaning. Every measure has a [`Profile`](crate::core::Profile), which says how to read its scores: whether large
//! scores mean alike or apart, the range, and what the measure ignores. The chapter [`ignores`](crate::ignores) gives
//! reasons.
//!
//! Look at `unbiased` first. A biased measure has high scores for *unrelated* layers if they have many features:
//!
//! ```
//! use ndarray::Array2;
//! use rand::SeedableRng;
//! use rand_chacha::ChaCha8Rng;
//! use rand_distr::{Distribution, StandardNormal};
//! use rsakit::{Cka, Measure, Representation, core::{Invariances, Orientation}};
//!
//! let mut rng = ChaCha8Rng::seed_from_u64(1);
//! let mut normal = |n, p| Array2::from_shape_simple_fn((n, p), || StandardNormal.sample(&mut rng));
//! let (x, y) = (Representation::new(normal(50, 500))?, Representation::new(normal(50, 500))?);
//!
//! let (biased, unbiased) = (Cka::linear(), Cka::linear().unbiased());
//! assert!(biased.score(&x, &y)? > 0.8);
//! assert!(unbiased.score(&x, &y)?.abs() < 0.1);
//!
//! let profile = unbiased.profile();
//! assert!(profile.unbiased && profile.orientation == Orientation::Similarity);
//! assert!(profile.invariances[0].contains(Invariances::ORTHOGONAL));
//! // The biased score comes with a warning.
//! let caveats = biased.caveats(&biased.geometry(&x)?, &biased.geometry(&y)?);
//! assert_eq!(caveats[0].kind.name(), "BiasedByDimension");
//! # Ok::<(), rsakit::Error>(())
//! ```
//!
//! # 3. Many layers
//!
//! [`cross`](crate::Measure::cross) compares two lists and reads every layer once.
//! [`pairwise`](crate::Measure::pairwise) compares one list with itself. A pair that cannot be scored holds its error,
//! and the other pairs have their scores. A [`MeasureSpec`](crate::MeasureSpec) is a measure by name, for settings and
//! files; [`catalogue`](crate::catalogue()) lists examples of all.
//!
//! ```
//! # use ndarray::Array2;
//! # use rand::SeedableRng;
//! # use rand_chacha::ChaCha8Rng;
//! # use rand_distr::{Distribution, StandardNormal};
//! use rsakit::{Measure, MeasureSpec, Representation};
//!
//! # let mut rng = ChaCha8Rng::seed_from_u64(2);
//! # let mut normal = |n, p| Array2::from_shape_simple_fn((n, p), || StandardNormal.sample(&mut rng));
//! // Two networks share the signals of an early and of a late layer.
//! let (early, late) = (normal(80, 4), normal(80, 4));
//! let mut layer = |signal: &Array2<f64>| Representation::new(signal.dot(&normal(4, 20)) + 0.3 * normal(80, 20));
//! let (a, b) = ([layer(&early)?, layer(&late)?], [layer(&early)?, layer(&late)?]);
//!
//! let spec: MeasureSpec = "svcca:keep=variance(0.9)".parse()?;
//! let scores = spec.measure().cross(&a, &b);
//! let score = |i, j| scores.get(i, j).clone();
//! assert!(score(0, 0)? > score(0, 1)? && score(1, 1)? > score(1, 0)?);
//! # Ok::<(), rsakit::Error>(())
//! ```
//!
//! # 4. Chance and uncertainty
//!
//! Two questions remain about a score. Could it come from unrelated layers?
//! [`PermutationTest`](crate::stats::PermutationTest) permutes the conditions of one side; `p_corrected` accounts for
//! having looked at several pairs. How different would the score be for other stimuli?
//! [`Jackknife`](crate::stats::Jackknife) answers with an interval.
//!
//! ```
//! # use ndarray::Array2;
//! # use rand::SeedableRng;
//! # use rand_chacha::ChaCha8Rng;
//! # use rand_distr::{Distribution, StandardNormal};
//! use rsakit::{Cka, Representation, stats::{Jackknife, PermutationTest}};
//!
//! # let mut rng = ChaCha8Rng::seed_from_u64(3);
//! # let mut normal = |n, p| Array2::from_shape_simple_fn((n, p), || StandardNormal.sample(&mut rng));
//! let signal: Array2<f64> = normal(60, 4);
//! let x = Representation::new(signal.dot(&normal(4, 20)) + 2.0 * normal(60, 20))?;
//! let related = Representation::new(signal.dot(&normal(4, 20)) + 2.0 * normal(60, 20))?;
//! let unrelated = Representation::new(normal(60, 20))?;
//!
//! let measure = Cka::linear().unbiased();
//! let test = PermutationTest { permutations: 199, seed: 0 };
//! let found = test.run(&measure, &[x.clone()], &[related.clone(), unrelated])?;
//! assert_eq!(*found.p_corrected.get(0, 0), Some(1.0 / 200.0));
//! assert!(found.p_corrected.get(0, 1).is_some_and(|p| p > 0.05));
//!
//! let outcome = Jackknife::default().run(&measure, &x, &related)?;
//! assert!(outcome.interval[0] > 0.0 && outcome.interval[1] < 1.0);
//! # Ok::<(), rsakit::Error>(())
//! ```
//!
//! # 5. From measurements to an RDM
//!
//! An [`Rdm`](crate::Rdm) has one dissimilarity for each pair of conditions. Patterns without noise, such as layers of
//! a network, need only a dissimilarity:
//!
//! ```
//! use ndarray::array;
//! use rsakit::{Correlation, Representation, core::Dissimilarity};
//!
//! let x = Representation::new(array![[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [3.0, 2.0, 1.0]])?;
//! let rdm = Correlation.rdm(&x)?;
//! // One minus the correlation: 0 for patterns of one shape, 2 for opposite patterns.
//! assert!(rdm.get(0, 1).abs() < 1e-12 && (rdm.get(0, 2) - 2.0).abs() < 1e-12);
//! # Ok::<(), rsakit::Error>(())
//! ```
//!
//! Recordings of brains are repeated and noisy, and noise makes every distance too large. The crossnobis estimate
//! multiplies differences of *different runs*, whose noise is independent, so it is right on average. It may be
//! negative where the true distance is near 0.
//!
//! ```
//! # use ndarray::Array2;
//! # use rand::SeedableRng;
//! # use rand_chacha::ChaCha8Rng;
//! # use rand_distr::{Distribution, StandardNormal};
//! use rsakit::{core::{CovarianceEstimator, Measurements}, spec::RdmSpec};
//!
//! # let mut rng = ChaCha8Rng::seed_from_u64(4);
//! # let mut normal = |n, p| Array2::from_shape_simple_fn((n, p), || StandardNormal.sample(&mut rng));
//! // Eight runs; each has two trials of three conditions. The true patterns of "cup" and "mug" are equal.
//! let (cat, cup): (Array2<f64>, Array2<f64>) = (normal(1, 30), normal(1, 30));
//! let noise: Array2<f64> = normal(48, 30);
//! let truth = |t: usize| if t % 3 == 0 { &cat } else { &cup };
//! let values = Array2::from_shape_fn((48, 30), |(t, j)| truth(t)[(0, j)] + noise[(t, j)]);
//! let conditions = (0..48).map(|t| ["cat", "cup", "mug"][t % 3]);
//! let runs = (0..48).map(|t| format!("run {}", t / 6));
//! let measurements = Measurements::new(values, conditions)?.with_runs(runs)?;
//!
//! let noise = CovarianceEstimator::ShrinkageDiagonal.estimate_within_runs(&measurements)?.precision()?;
//! let rdm = |text: &str| text.parse::<RdmSpec>()?.rdm_of_measurements(&measurements, Some(&noise));
//! let (biased, unbiased) = (rdm("mahalanobis")?, rdm("crossnobis")?);
//! assert!(biased.get(1, 2) > 0.08 && unbiased.get(1, 2).abs() < 0.04);
//! assert!(unbiased.get(0, 1) > 1.0);
//! # Ok::<(), rsakit::Error>(())
//! ```
//!
//! # 6. Models and the noise ceiling
//!
//! A model is an RDM that a hypothesis predicts: by categories, by a quantity, or computed from a layer.
//! [`Inference`](crate::stats::Inference) scores every model on the RDM of every subject. Choose two settings yourself:
//!
//! - `comparison`: rank correlations need only the order of dissimilarities. If a model predicts *ties*, as categories
//!   do, take τ_a or ρ_a; Spearman's correlation favours models with ties.
//! - `generalize_to`: standard errors hold for new subjects, new conditions, or both. `Both` is the careful choice if
//!   stimuli were sampled, too.
//!
//! The *noise ceiling* is the range in which the true model would score, given the noise of the subjects.
//!
//! ```
//! # use ndarray::Array2;
//! # use rand::SeedableRng;
//! # use rand_chacha::ChaCha8Rng;
//! # use rand_distr::{Distribution, StandardNormal};
//! use rsakit::{
//!     Euclidean, Rdm, Representation,
//!     core::Dissimilarity,
//!     stats::{GeneralizeTo, Inference, Model, Scoring},
//! };
//!
//! # let mut rng = ChaCha8Rng::seed_from_u64(5);
//! # let mut normal = |n, p| Array2::from_shape_simple_fn((n, p), || StandardNormal.sample(&mut rng));
//! // Ten subjects and 20 objects of four kinds; patterns depend on the kind and on the object.
//! let kind: Vec<usize> = (0..20).map(|i| i / 5).collect();
//! let (kinds, objects): (Array2<f64>, Array2<f64>) = (normal(4, 30), normal(20, 30));
//! let truth = Array2::from_shape_fn((20, 30), |(i, j)| kinds[(kind[i], j)] + 0.7 * objects[(i, j)]);
//! let mut subject = || Euclidean.rdm(&Representation::new(&truth + normal(20, 30))?);
//! let data = (0..10).map(|_| subject()).collect::<rsakit::Result<Vec<Rdm>>>()?;
//!
//! let weight: Vec<f64> = normal(1, 20).into_iter().collect();
//! let models = [
//!     Model::fixed("kind", Rdm::categorical(&[&kind])?),
//!     Model::fixed("weight", Rdm::differences(&weight)?),
//! ];
//! let inference = Inference {
//!     comparison: Scoring::RhoA,
//!     generalize_to: GeneralizeTo::Both,
//!     resamples: 100,
//!     ..Inference::default()
//! };
//! let found = inference.evaluate(&models, &data)?;
//!
//! let [by_kind, by_weight] = &found.models[..] else { panic!("there are two models") };
//! let ceiling = found.noise_ceiling.as_ref().unwrap();
//! // The kind explains the data; the weight does not.
//! assert!(by_kind.p_above_zero_corrected.unwrap() < 0.01);
//! assert!(by_weight.p_above_zero_corrected.unwrap() > 0.05);
//! // The models differ.
//! assert!(found.pairwise[0].p_corrected.unwrap() < 0.01);
//! // Kinds are not the whole truth: the objects of one kind differ, too, and a better model is possible.
//! assert!(by_kind.p_below_ceiling.unwrap() < 0.05);
//! assert!(by_kind.score < ceiling.lower && ceiling.lower < ceiling.upper);
//! # Ok::<(), rsakit::Error>(())
//! ```
//!
//! # 7. Reading the result
//!
//! Go through an [`Evaluation`](crate::stats::Evaluation) in this order:
//!
//! 1. `warnings`: sentences that must be reported with the numbers, for example that the conditions are few.
//! 2. `noise_ceiling`: if its lower bound is near 0, subjects do not agree, and no model can be judged.
//! 3. `p_above_zero_corrected` of each model: does the model explain anything? It is corrected for the number of models.
//! 4. `pairwise`: do two models differ? Overlapping intervals do not answer that, because both models are scored on the
//!    same subjects and conditions.
//! 5. `p_below_ceiling`: does a model miss something that the subjects share? If not, a better model cannot be shown
//!    with these data.
//!
//! A report of the example above could be: "The kind of the objects explained the RDMs (ρ_a with its interval, p
//! corrected for two models) better than their weight, and stayed below the noise ceiling. Standard errors are for new
//! subjects and new objects."
//!
//! The chapter [`inference_theory`](crate::stats::inference_theory) derives standard errors and shows how well they are
//! calibrated. The folder `examples` of this crate has longer programs: layers of two networks, crossnobis RDMs, models
//! with a noise ceiling, a measure of your own, and layers larger than the memory.
