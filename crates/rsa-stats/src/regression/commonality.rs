//! [`CommonalityAnalysis`]: the variance of a data RDM that several models explain together, alone and in common.

use rsa_core::{Error, Observer, Rdm, Result};

use super::{LeastSquares, RegressionColumn, non_negative_weights};
use crate::comparison::{embedded::EmbeddingKind, joint};

/// Regression of data RDMs on several model RDMs, and the partition of the variance that they explain.
///
/// # Formula
/// Every RDM, or its ranks, is centered and brought to unit length over the pairs that all RDMs have. The weights minimize
/// ‖y − Σ βₖxₖ‖², so they are standardized: standard deviations of the data for one of the model. R² = 1 − ‖y − Σ βₖxₖ‖².
/// The unique variance of a model is the loss of R² without it. With sets of models, the part that exactly the sets S share
/// is Σ (−1)^(|T|+1)·R²(T and all sets outside of S) over the subsets T of S (Möbius inversion); all parts add up to R².
/// A shared part is negative where models explain more together than the sum of what each explains (suppression).
///
/// # Cost
/// For g models and L = n(n−1)/2 pairs O(L·g²) for each data RDM, and O(g³) for each of up to 2g + 16 sets of models.
///
/// # Errors
/// `InvalidParameter` without models or for more than four sets to partition, `TooFewConditions` below three, mismatched
/// conditions, `Degenerate` naming an RDM that is constant, models of which one is a combination of the others, or if there
/// are fewer than two more pairs than models; `NotConverged`; `Cancelled`.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::CommonalityAnalysis;
///
/// // Two models without correlation, and the data 2·a + b.
/// let named = |name: &str, d: [f64; 6]| Rdm::new(d.to_vec()).map(|rdm| (name.to_owned(), rdm));
/// let models = [named("a", [1.0, -1.0, 1.0, -1.0, 0.0, 0.0])?, named("b", [1.0, 1.0, -1.0, -1.0, 0.0, 0.0])?];
/// let data = [named("brain", [3.0, -1.0, 1.0, -3.0, 0.0, 0.0])?];
/// let found = CommonalityAnalysis::default().run(&models, &[0, 1], &data, &())?;
/// assert!((found[0].r_squared - 1.0).abs() < 1e-14 && (found[0].unique[0] - 0.8).abs() < 1e-14);
/// // a alone, b alone, and nothing in common.
/// assert!((found[0].parts[1] - 0.2).abs() < 1e-14 && found[0].parts[2].abs() < 1e-14);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Mood 1971, American Educational Research Journal, doi:10.3102/00028312008002191; Lawson & Hanson 1974, Solving Least
/// Squares Problems, doi:10.1137/1.9781611971217.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CommonalityAnalysis {
    /// Keep the weights from being negative.
    pub non_negative: bool,
    /// Take mid-ranks of all RDMs first.
    pub ranks: bool,
}

/// The explained variance of one data RDM, as shares of its variance.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ExplainedVariance {
    /// Standardized weight of each model.
    pub weights: Vec<f64>,
    /// R² of all models together.
    pub r_squared: f64,
    /// Loss of R² without each model.
    pub unique: Vec<f64>,
    /// R² of each model alone.
    pub alone: Vec<f64>,
    /// The part of R² that exactly the sets of the bits of k + 1 share, for k from 0; empty if it is not asked for.
    pub parts: Vec<f64>,
}

/// The regression of one data RDM.
struct DataFit<'a> {
    problem: LeastSquares,
    sets: &'a [usize],
    non_negative: bool,
}

impl CommonalityAnalysis {
    /// Most sets of models of which the variance is partitioned: sixteen sets of models are fitted.
    pub const MOST_SETS: usize = 4;

    /// Fits every data RDM; names are for errors.
    ///
    /// `sets` has the set of each model, numbered from 0, and is empty if the variance is not to be partitioned.
    ///
    /// # Errors
    /// See the type.
    pub fn run(
        &self,
        models: &[(String, Rdm)],
        sets: &[usize],
        data: &[(String, Rdm)],
        observer: &dyn Observer,
    ) -> Result<Vec<ExplainedVariance>> {
        let Some((_, first)) = models.first() else {
            return Err(Error::invalid_parameter("the models of a regression", "at least one", 0));
        };
        let n_sets = sets.iter().max().map_or(0, |last| last + 1);
        if n_sets > Self::MOST_SETS || !(sets.is_empty() || sets.len() == models.len()) {
            let requirement = format!("one of at most {} for each of {} models", Self::MOST_SETS, models.len());
            return Err(Error::invalid_parameter("sets of models", requirement, n_sets));
        }
        for (name, rdm) in models.iter().chain(data) {
            joint::ensure_comparable(rdm).map_err(|error| error.context(name))?;
            first.conditions().ensure_same(rdm.conditions()).map_err(|error| error.context(name))?;
        }
        let others: Vec<&Rdm> = models.iter().chain(data).map(|(_, rdm)| rdm).collect();
        let pairs = joint::weights_with(first, &others, None)?;
        let present =
            pairs.as_ref().map_or(first.values().len(), |pairs| pairs.iter().filter(|&&weight| weight > 0.0).count());
        if present < models.len() + 2 {
            return Err(Error::degenerate(
                format!("{} models and the mean explain any {present} pairs of conditions", models.len()),
                "give fewer models, or compare more conditions",
            ));
        }
        let embedding = EmbeddingKind { ranks: self.ranks, centered: true, whitened: false, unit: true };
        let column = |(name, rdm): &(String, Rdm)| {
            RegressionColumn::new(embedding, rdm, pairs.as_deref(), None).map_err(|error| error.context(name))
        };
        let columns = models.iter().map(column).collect::<Result<Vec<_>>>()?;
        let slices: Vec<&[f64]> = columns.iter().map(|column| column.values.as_slice()).collect();
        let mut found = Vec::with_capacity(data.len());
        for rdm in data {
            observer.ensure_going("the regression")?;
            let problem = LeastSquares::new(&slices, &column(rdm)?.values)?;
            ensure_independent(&problem, &columns, models)?;
            found.push(DataFit { problem, sets, non_negative: self.non_negative }.explained(n_sets)?);
        }
        Ok(found)
    }
}

/// Refuses a model that is a combination of others, naming all of them.
fn ensure_independent(problem: &LeastSquares, columns: &[RegressionColumn], models: &[(String, Rdm)]) -> Result<()> {
    /// Share of a model in another one below which it is rounding: entries of single precision have 1e-7.
    const LEAST_SHARE: f64 = 1e-6;
    let Some(k) = (0..columns.len()).find(|&k| problem.independent_length(k) <= columns[k].rounding) else {
        return Ok(());
    };
    let shares = problem.shares_before(k);
    let parts = shares.iter().zip(models).filter(|(share, _)| share.abs() > LEAST_SHARE);
    let parts: Vec<String> = parts.map(|(_, (name, _))| format!("'{name}'")).collect();
    let name = &models[k].0;
    let what = match parts.as_slice() {
        [one] => format!("model '{name}' is {one} but for a factor and a constant"),
        several => format!("model '{name}' is a combination of {}", several.join(", ")),
    };
    Err(Error::degenerate(format!("{what}, on the pairs compared"), "their weights could be anything; leave one out"))
}

impl DataFit<'_> {
    /// Returns the weights and R² of some of the models.
    fn of(&self, models: &[usize]) -> Result<(Vec<f64>, f64)> {
        if models.is_empty() {
            return Ok((Vec::new(), 0.0));
        }
        let reduced = self.problem.with_unknowns(models)?;
        let weights = if self.non_negative { non_negative_weights(&reduced)? } else { reduced.solve() };
        let square = |k: usize, less: f64| (reduced.y[k] - less).powi(2);
        let explained = (0..models.len()).map(|k| {
            let fitted: f64 = (k..models.len()).map(|j| reduced.r[(k, j)] * weights[j]).sum();
            // A free fit leaves nothing of this part of the data.
            square(k, 0.0) - if self.non_negative { square(k, fitted) } else { 0.0 }
        });
        let r_squared = explained.sum::<f64>().clamp(0.0, 1.0);
        Ok((weights, r_squared))
    }

    fn explained(&self, n_sets: usize) -> Result<ExplainedVariance> {
        let n = self.problem.r.ncols();
        let all: Vec<usize> = (0..n).collect();
        let (weights, r_squared) = self.of(&all)?;
        let without = |k: usize| all.iter().copied().filter(|&other| other != k).collect::<Vec<_>>();
        let unique = (0..n).map(|k| Ok(r_squared - self.of(&without(k))?.1)).collect::<Result<_>>()?;
        let alone = (0..n).map(|k| Ok(self.of(&[k])?.1)).collect::<Result<_>>()?;
        Ok(ExplainedVariance { weights, r_squared, unique, alone, parts: self.parts(n_sets)? })
    }

    /// Returns the part of each combination of sets.
    fn parts(&self, n_sets: usize) -> Result<Vec<f64>> {
        if n_sets == 0 {
            return Ok(Vec::new());
        }
        let whole = (1_usize << n_sets) - 1;
        let members = |sets: usize| (0..self.sets.len()).filter(|&k| sets >> self.sets[k] & 1 == 1).collect::<Vec<_>>();
        let r_squared = (0..=whole).map(|sets| Ok(self.of(&members(sets))?.1)).collect::<Result<Vec<f64>>>()?;
        let part = |shared: usize| {
            let subsets = (0..=whole).filter(|subset| subset & !shared == 0);
            let signed = subsets.map(|subset: usize| {
                let sign = if subset.count_ones() % 2 == 1 { 1.0 } else { -1.0 };
                sign * r_squared[subset | (whole & !shared)]
            });
            signed.sum()
        };
        Ok((1..=whole).map(part).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// sin((k + 2)·p) for the pairs p = 1, 2, … of seven conditions.
    fn wave(k: usize) -> Vec<f64> {
        (1..=21).map(|p| ((k as f64 + 2.0) * f64::from(p)).sin()).collect()
    }

    fn sum(parts: &[(f64, usize)]) -> Rdm {
        let add = |mut sum: Vec<f64>, &(factor, k): &(f64, usize)| {
            sum.iter_mut().zip(wave(k)).for_each(|(sum, value)| *sum += factor * value);
            sum
        };
        Rdm::new(parts.iter().fold(vec![0.0; 21], add)).unwrap()
    }

    fn models() -> Vec<(String, Rdm)> {
        let rdms = [
            sum(&[(1.0, 1), (0.5, 9)]),
            sum(&[(1.0, 2), (0.7, 1)]),
            sum(&[(1.0, 3), (-0.4, 2), (0.6, 9)]),
            sum(&[(1.0, 4), (0.8, 3)]),
        ];
        ["a", "b", "c", "d"].into_iter().map(str::to_owned).zip(rdms).collect()
    }

    fn data() -> Vec<(String, Rdm)> {
        let mixed = sum(&[(1.0, 1), (0.5, 2), (0.8, 4), (0.9, 12), (0.3, 9)]);
        let opposed = sum(&[(1.0, 2), (-0.9, 3), (0.4, 11)]);
        vec![("mixed".to_owned(), mixed), ("opposed".to_owned(), opposed)]
    }

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} and {expected}");
        }
    }

    /// Weights, R², unique, alone, parts: scikit-learn 1.9.1 `LinearRegression`, or SciPy 1.17.1 `optimize.nnls`.
    ///
    /// Columns are standardized by NumPy 2.4.6, after SciPy's `stats.rankdata` for ranks; parts are sums of R² by hand.
    type Expected = (CommonalityAnalysis, [([f64; 4], f64, [f64; 4], [f64; 4], [f64; 15]); 2]);
    #[rustfmt::skip]
    const EXPECTED: &[Expected] = &[
        (CommonalityAnalysis { non_negative: false, ranks: false }, [
            ([0.5854571065610181, 0.19384817529378973, -0.3774744021282623, 0.5828106941166166], 0.7025452969541728,
             [0.1886408496953157, 0.019883093061263013, 0.07230697053394564, 0.22664924188013136],
             [0.36394992002980053, 0.3573664480271779, 0.0002028025189558802, 0.15316552457919175],
             [0.1886408496953157, 0.019883093061263013, 0.2818756651874603, 0.07230697053394564, -0.06873768831481353,
              0.09120716528343009, -0.035796283071620194, 0.22664924188013136, -0.0933311351429007, 0.07107728728535478,
              0.007547492468592432, -0.0722581342731331, 0.09190874454844955, -0.07027024684661953, -0.008157725340683042]),
            ([-0.16568355956438158, 0.5409500736221962, -0.49908593196519635, -0.1352215418123496], 0.7426320528998107,
             [0.015107910823954462, 0.15483704665297227, 0.12640254290173392, 0.012200876004193728],
             [7.435960393353813e-05, 0.34788777115912706, 0.5586918796019447, 0.14761065647679172],
             [0.015107910823954462, 0.15483704665297227, 0.013864079855363753, 0.12640254290173392, 0.10543236993358496,
              0.3137331253641036, -0.13435567910869395, 0.012200876004193728, -0.006124348716187389, -0.012084784480718702,
              0.006139393158287931, 0.13700259905035295, 0.004722331743051034, 0.010466287803239438, -0.004711698085427263]),
        ]),
        (CommonalityAnalysis { non_negative: true, ranks: false }, [
            ([0.4042275711166463, 0.38908515034928887, 0.0, 0.3929317984942746], 0.6302383264202271,
             [0.11990316138050228, 0.1110902583446931, 2.220446049250313e-16, 0.15434227134618594],
             [0.36394992002980053, 0.3573664480271779, 0.0, 0.15316552457919175],
             [0.11990316138050228, 0.1110902583446931, 0.24607938211584002, 2.220446049250313e-16, -2.220446049250313e-16,
              -2.220446049250313e-16, 2.220446049250313e-16, 0.15434227134618594, -0.024593446828087617, 0.0008558766995475642,
              0.022560823361545856, 4.8836260812201715e-05, 0.023171056233636467, -4.8836260812201715e-05, -0.023171056233636467]),
            ([0.0, 0.5898201176283555, 0.0, 0.0], 0.34788777115912706,
             [0.0, 0.3478134115551935, 0.0, 0.0],
             [7.435960393353813e-05, 0.34788777115912706, 0.0, 0.0],
             [0.0, 0.3478134115551935, 7.435960393353813e-05, 0.0, 0.0,
              0.0, 0.0, 0.0, 0.0, 0.0,
              0.0, 0.0, 0.0, 0.0, 0.0]),
        ]),
        (CommonalityAnalysis { non_negative: false, ranks: true }, [
            ([0.42389129276254944, 0.33174564878175417, -0.19357627459742924, 0.45371680025176925], 0.5671204966594037,
             [0.11408685851772538, 0.06976530714147666, 0.023931452036959122, 0.15471022358584896],
             [0.30896272558610216, 0.3118569741946364, 0.0008922246584583959, 0.11226851071006916],
             [0.11408685851772538, 0.06976530714147666, 0.24900769048742988, 0.023931452036959122, -0.022923450178938154,
              0.0492642447364372, -0.028280116791755572, 0.15471022358584896, -0.03601845380581736, 0.02865591415131541,
              -0.013979268077033646, -0.0218530593862718, 0.043329951695261104, -0.046316311192464044, 0.0037395137392305378]),
            ([-0.1359119592376256, 0.6417426012831624, -0.4349728051739686, -0.19835470335506214], 0.8068599130392156,
             [0.011728486608966193, 0.261066279867581, 0.12083395925478047, 0.02956884074259969],
             [0.013661663012312308, 0.4578191937932198, 0.4737729802664866, 0.20191600607185012],
             [0.011728486608966193, 0.261066279867581, 0.04150750703338446, 0.12083395925478047, 0.053475998895218924,
              0.21018748113958763, -0.09385580583215336, 0.02956884074259969, -0.0049570535678685745, -0.017180212202200673,
              0.011353084290266824, 0.12671043968657836, 0.011680047625720724, 0.06201146153797654, -0.017270602041222882]),
        ]),
    ];

    #[test]
    fn weights_and_variance_agree_with_numpy_and_scipy() {
        for (analysis, expected) in EXPECTED {
            let found = analysis.run(&models(), &[0, 1, 2, 3], &data(), &()).unwrap();
            for (found, (weights, r_squared, unique, alone, parts)) in found.iter().zip(expected) {
                close(&found.weights, weights);
                close(&[found.r_squared], &[*r_squared]);
                close(&found.unique, unique);
                close(&found.alone, alone);
                close(&found.parts, parts);
            }
        }
    }

    /// R² = rᵀβ, unique = β²/(R⁻¹)ₖₖ by R⁻¹·eₖ, and parts that sum to R²; with ranks, too.
    #[test]
    fn identities_of_regression_hold() {
        for ranks in [false, true] {
            let analysis = CommonalityAnalysis { non_negative: false, ranks };
            let embedding = EmbeddingKind { ranks, centered: true, whitened: false, unit: true };
            let unit = |rdm: &Rdm| RegressionColumn::new(embedding, rdm, None, None).unwrap().values;
            let columns: Vec<Vec<f64>> = models().iter().map(|(_, rdm)| unit(rdm)).collect();
            let product = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
            for (found, (_, rdm)) in analysis.run(&models(), &[0, 1, 2, 3], &data(), &()).unwrap().iter().zip(data()) {
                let y = unit(&rdm);
                let r: Vec<f64> = columns.iter().map(|column| product(column, &y)).collect();
                close(&[found.r_squared], &[product(&r, &found.weights)]);
                close(&found.alone, &r.iter().map(|r| r * r).collect::<Vec<_>>());
                close(&[found.parts.iter().sum()], &[found.r_squared]);
                for k in 0..4 {
                    // The residual of model k given the others has the squared length 1/(R⁻¹)ₖₖ.
                    let others: Vec<_> = (0..4).filter(|&j| j != k).map(|j| models()[j].clone()).collect();
                    let free = CommonalityAnalysis { non_negative: false, ranks };
                    let of_model = free.run(&others, &[], &[models()[k].clone()], &()).unwrap();
                    let tolerance = 1.0 - of_model[0].r_squared;
                    close(&[found.unique[k]], &[found.weights[k].powi(2) * tolerance]);
                    close(&[found.parts[(1 << k) - 1]], &[found.unique[k]]);
                }
            }
        }
    }

    #[test]
    fn sets_of_models_are_added_and_taken_away_together() {
        let analysis = CommonalityAnalysis::default();
        let found = &analysis.run(&models(), &[0, 0, 1, 1], &data(), &()).unwrap()[0];
        let r_squared = |members: &[usize]| {
            let some: Vec<_> = members.iter().map(|&k| models()[k].clone()).collect();
            analysis.run(&some, &[], &data(), &()).unwrap()[0].r_squared
        };
        let (all, first, second) = (r_squared(&[0, 1, 2, 3]), r_squared(&[0, 1]), r_squared(&[2, 3]));
        close(&found.parts, &[all - second, all - first, first + second - all]);
    }

    #[test]
    fn missing_pairs_are_left_out_of_all() {
        let without = |rdm: &Rdm, k: usize| {
            let mut values = rdm.values().to_vec();
            values[k] = f64::NAN;
            Rdm::new(values).unwrap()
        };
        let models: Vec<_> = models().into_iter().take(2).collect();
        let gap = |k| [(models[0].0.clone(), without(&models[0].1, k)), models[1].clone()];
        let data = [("brain".to_owned(), without(&data()[0].1, 3)), data()[1].clone()];
        let analysis = CommonalityAnalysis { ranks: true, ..CommonalityAnalysis::default() };
        let found = analysis.run(&gap(7), &[], &data, &()).unwrap();
        let both = |rdm: &Rdm| without(&without(rdm, 3), 7);
        let all: Vec<_> = models.iter().map(|(name, rdm)| (name.clone(), both(rdm))).collect();
        let expected = analysis.run(&all, &[], &data.map(|(name, rdm)| (name, both(&rdm))), &()).unwrap();
        assert_eq!(found, expected);
        assert!(found[0].parts.is_empty());
    }

    #[test]
    fn collinear_models_are_named() {
        let mut all = models();
        let error = |models: &[(String, Rdm)], analysis: CommonalityAnalysis| {
            analysis.run(models, &[], &data(), &()).unwrap_err().to_string()
        };
        all.push(("twice b".to_owned(), sum(&[(2.0, 2), (1.4, 1)])));
        for non_negative in [false, true] {
            let found = error(&all, CommonalityAnalysis { non_negative, ranks: false });
            assert!(found.starts_with("model 'twice b' is 'b' but for a factor and a constant"), "{found}");
        }
        all[4] = ("a and c".to_owned(), sum(&[(1.0, 1), (0.5, 9), (1.0, 3), (-0.4, 2), (0.6, 9)]));
        let found = error(&all, CommonalityAnalysis::default());
        assert!(found.starts_with("model 'a and c' is a combination of 'a', 'c', on the pairs"), "{found}");
        all[4].1 = Rdm::new(vec![2.0; 21]).unwrap();
        assert!(error(&all, CommonalityAnalysis::default()).starts_with("a and c: "));
        let few = |values: [f64; 3]| Rdm::new(values.to_vec()).unwrap();
        let models = [("a".to_owned(), few([1.0, 2.0, 4.0])), ("b".to_owned(), few([2.0, 1.0, 4.0]))];
        let found = CommonalityAnalysis::default().run(&models, &[], &models[..1], &()).unwrap_err().to_string();
        assert!(found.starts_with("2 models and the mean explain any 3 pairs"), "{found}");
        let five: Vec<usize> = (0..5).collect();
        let all: Vec<_> = models.iter().cycle().take(5).cloned().collect();
        let error = CommonalityAnalysis::default().run(&all, &five, &models, &()).unwrap_err();
        assert_eq!(error.kind().name(), "InvalidParameter");
    }
}
