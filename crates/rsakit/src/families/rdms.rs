//! Dissimilarities of patterns and of repeated measurements, by name.

use std::{fmt, str::FromStr};

use rsa_core::{
    Covariance, Crossnobis, CrossvalidatedCorrelation, CrossvalidatedCosine, CrossvalidatedPoisson, Error, Estimator,
    Mahalanobis, Measurements, Observer, PairWeighting, Poisson, Precision, Rdm, Representation, Result, RunNoise,
    whiten_runs,
};
use rsa_encode::Decoder;

use super::{
    DecodingSpec, DissimilaritySpec,
    dissimilarities::{PLAIN, prior},
};
use crate::{
    core::Dissimilarity,
    spec::{
        axes::{TermArguments, unknown, word_of},
        grammar::{self, Term},
    },
};

/// A dissimilarity of patterns or an estimate from repeated measurements, which can be written and read.
///
/// The grammar is the one of [`MeasureSpec`](crate::MeasureSpec):
///
/// | word | keys | values, the default first |
/// |---|---|---|
/// | `euclidean`, `manhattan` | | |
/// | `squared-euclidean` | `per_feature` | `false`, `true` |
/// | `correlation`, `cosine` | `crossvalidated` | `false`, `true` |
/// | `poisson` | `crossvalidated` | `false`, `true` |
/// | | `prior_rate`, `prior_weight` | `1`, `0.1` |
/// | `mahalanobis` | | |
/// | `crossnobis` | `weighting` | `observations`, `runs` |
/// | `decoding` | `classifier` | `lda` or another [`ClassifierSpec`](crate::spec::ClassifierSpec) |
/// | | `folds`, `seed` | `5` or `loo`, `0` |
///
/// # Example
/// ```
/// use ndarray::array;
/// use rsakit::{core::Measurements, spec::RdmSpec};
///
/// let values = array![[0.0, 0.0], [2.0, 1.0], [1.0, 0.0], [4.0, -2.0]];
/// let measurements = Measurements::new(values, ["a", "b", "a", "b"])?.with_runs(["1", "1", "2", "2"])?;
/// let crossnobis: RdmSpec = "crossnobis".parse()?;
/// assert_eq!(crossnobis.rdm_of_measurements(&measurements, None)?.values(), [2.0]);
/// # Ok::<(), rsakit::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "String", try_from = "String"))]
#[non_exhaustive]
pub enum RdmSpec {
    /// A dissimilarity of mean patterns.
    Patterns(DissimilaritySpec),
    /// [`Mahalanobis`].
    Mahalanobis,
    /// [`Crossnobis`].
    Crossnobis {
        /// The weights of pairs of runs in a design that is not balanced.
        weighting: PairWeighting,
    },
    /// [`CrossvalidatedCorrelation`].
    CrossvalidatedCorrelation,
    /// [`CrossvalidatedCosine`].
    CrossvalidatedCosine,
    /// [`CrossvalidatedPoisson`], with its prior.
    CrossvalidatedPoisson(CrossvalidatedPoisson),
    /// The accuracy of telling two conditions apart ([`Decoder::rdm`]).
    Decoding(DecodingSpec),
}

const FLAG: [(&str, bool); 2] = [("false", false), ("true", true)];
const WEIGHTINGS: [(&str, PairWeighting); 2] =
    [("observations", PairWeighting::Observations), ("runs", PairWeighting::Runs)];
const WORDS: [&str; 9] = [
    "euclidean",
    "squared-euclidean",
    "correlation",
    "cosine",
    "manhattan",
    "poisson",
    "mahalanobis",
    "crossnobis",
    "decoding",
];

impl RdmSpec {
    /// Returns the name of the dissimilarities, as on the color bar of a figure.
    pub fn label(&self) -> String {
        match self {
            Self::Patterns(DissimilaritySpec::Correlation) => "1 − r".to_owned(),
            Self::Patterns(DissimilaritySpec::Cosine) => "1 − cosine".to_owned(),
            Self::Decoding(_) => "decoding accuracy".to_owned(),
            other => other.to_string().replace('-', " "),
        }
    }

    /// Returns `true` for an estimate between runs, which measurements must therefore have.
    pub fn is_crossvalidated(&self) -> bool {
        !matches!(self, Self::Patterns(_) | Self::Mahalanobis | Self::Decoding(_))
    }

    /// Returns `true` if the dissimilarity has no meaning without the noise of the features.
    pub fn needs_noise(&self) -> bool {
        *self == Self::Mahalanobis
    }

    /// Returns `true` if the symmetric root of a precision weighs patterns.
    ///
    /// The other dissimilarities are the same for all roots.
    pub fn needs_symmetric_root(&self) -> bool {
        !matches!(self, Self::Mahalanobis | Self::Crossnobis { .. } | Self::CrossvalidatedPoisson(_))
    }

    /// Computes the RDM of patterns, which are whitened first if their noise is given.
    ///
    /// # Errors
    /// `InvalidParameter` for an estimate between runs, for Mahalanobis distances without noise and for Poisson rates
    /// with it; those of the dissimilarity and of [`Precision::whiten`].
    pub fn rdm_of_patterns(&self, x: &Representation, noise: Option<&Precision>) -> Result<Rdm> {
        self.rdm_of_patterns_observed(x, noise, &())
    }

    /// Like [`rdm_of_patterns`](Self::rdm_of_patterns), and stops if the observer cancels.
    ///
    /// # Errors
    /// The errors of [`rdm_of_patterns`](Self::rdm_of_patterns), and `Cancelled`.
    pub fn rdm_of_patterns_observed(
        &self,
        x: &Representation,
        noise: Option<&Precision>,
        observer: &dyn Observer,
    ) -> Result<Rdm> {
        match (self, noise) {
            (Self::Mahalanobis, Some(precision)) => {
                Mahalanobis { precision: precision.clone() }.rdm_observed(x, observer)
            }
            (Self::Mahalanobis, None) => Err(Error::invalid_parameter(
                "the noise of mahalanobis",
                "a covariance or a precision of the features",
                "none",
            )),
            (Self::Patterns(dissimilarity), None) => dissimilarity.dissimilarity().rdm_observed(x, observer),
            (Self::Patterns(DissimilaritySpec::Poisson(_)), Some(_)) => Err(rates_have_no_covariance()),
            (Self::Patterns(dissimilarity), Some(precision)) => {
                dissimilarity.dissimilarity().rdm_observed(&precision.whiten(x)?, observer)
            }
            (Self::Decoding(_), _) => Err(Error::invalid_parameter(
                "the data of decoding",
                "several observations of each condition, labeled by it",
                "one pattern for every condition",
            )),
            (other, _) => Err(Error::invalid_parameter(
                format!("the data of {other}"),
                "repeated measurements with runs",
                "one pattern for every condition",
            )),
        }
    }

    /// Computes the RDM of repeated measurements: of their means, or estimated between runs.
    ///
    /// # Errors
    /// The errors of [`rdm_of_patterns`](Self::rdm_of_patterns) and of every [`Estimator`].
    pub fn rdm_of_measurements(&self, x: &Measurements, noise: Option<&Precision>) -> Result<Rdm> {
        self.rdm_of_measurements_observed(x, noise, &())
    }

    /// Like [`rdm_of_measurements`](Self::rdm_of_measurements), and stops if the observer cancels.
    ///
    /// # Errors
    /// The errors of [`rdm_of_measurements`](Self::rdm_of_measurements), and `Cancelled`.
    pub fn rdm_of_measurements_observed(
        &self,
        x: &Measurements,
        noise: Option<&Precision>,
        observer: &dyn Observer,
    ) -> Result<Rdm> {
        let whitened = |estimator: &dyn Estimator| match noise {
            Some(precision) => estimator.rdm_observed(&precision.whiten_measurements(x)?, observer),
            None => estimator.rdm_observed(x, observer),
        };
        match self {
            Self::Patterns(_) | Self::Mahalanobis => self.rdm_of_patterns_observed(&x.means()?, noise, observer),
            Self::Crossnobis { weighting } => {
                let noise = noise.map_or(RunNoise::Identity, |precision| RunNoise::Shared(precision.clone()));
                Crossnobis { noise, weighting: *weighting }.rdm_observed(x, observer)
            }
            Self::CrossvalidatedCorrelation => whitened(&CrossvalidatedCorrelation),
            Self::CrossvalidatedCosine => whitened(&CrossvalidatedCosine),
            Self::CrossvalidatedPoisson(_) if noise.is_some() => Err(rates_have_no_covariance()),
            Self::CrossvalidatedPoisson(poisson) => poisson.rdm_observed(x, observer),
            Self::Decoding(spec) => {
                let whitened = noise.map(|precision| precision.whiten_measurements(x)).transpose()?;
                let x = whitened.as_ref().unwrap_or(x);
                spec.decoder().rdm(x, &Decoder::groups_of(x), observer)
            }
        }
    }

    /// Computes the RDM of repeated measurements whose noise differs between runs, and stops if the observer cancels.
    ///
    /// `noise` is the covariance of each run, in the order of the runs. Crossnobis weighs each pair of runs by the inverse of
    /// the mean of their covariances, as [`RunNoise::PerRun`]. Otherwise the observations of each run are multiplied by the
    /// root of its own precision, as [`whiten_runs`] does.
    ///
    /// # Errors
    /// The errors of [`rdm_of_measurements`](Self::rdm_of_measurements) and of [`whiten_runs`], and `Cancelled`.
    pub fn rdm_of_runs_observed(&self, x: &Measurements, noise: &[Covariance], observer: &dyn Observer) -> Result<Rdm> {
        let plain = match self {
            Self::Crossnobis { weighting } => {
                let noise = RunNoise::PerRun(noise.to_vec());
                return Crossnobis { noise, weighting: *weighting }.rdm_observed(x, observer);
            }
            Self::Patterns(DissimilaritySpec::Poisson(_)) | Self::CrossvalidatedPoisson(_) => {
                return Err(rates_have_no_covariance());
            }
            // The Mahalanobis distance of patterns is the Euclidean one of whitened patterns.
            Self::Mahalanobis => Self::Patterns(DissimilaritySpec::SquaredEuclidean { per_feature: true }),
            other => other.clone(),
        };
        let precisions: Vec<Precision> = noise.iter().map(Covariance::precision).collect::<Result<_>>()?;
        plain.rdm_of_measurements_observed(&whiten_runs(x, &precisions)?, None, observer)
    }

    /// Reads the dissimilarity that `term` names as `axis`.
    pub(super) fn from_term(term: Term<'_>, axis: &str) -> Result<Self> {
        let word = term.word;
        if !WORDS.contains(&word) {
            return Err(unknown(axis, word, &WORDS));
        }
        let keys: &[&str] = match word {
            "squared-euclidean" => &["per_feature"],
            "correlation" | "cosine" => &["crossvalidated"],
            "poisson" => &["crossvalidated", "prior_rate", "prior_weight"],
            "crossnobis" => &["weighting"],
            "decoding" => &DecodingSpec::KEYS,
            _ => &[],
        };
        let mut axes = TermArguments::new(term, keys)?;
        let flag = |axes: &mut TermArguments<'_>, key| {
            axes.take(key).map_or(Ok(false), |term| term.choice(&format!("{key} of {word}"), &FLAG))
        };
        match word {
            "squared-euclidean" => {
                let per_feature = flag(&mut axes, "per_feature")?;
                Ok(Self::Patterns(DissimilaritySpec::SquaredEuclidean { per_feature }))
            }
            "correlation" if flag(&mut axes, "crossvalidated")? => Ok(Self::CrossvalidatedCorrelation),
            "cosine" if flag(&mut axes, "crossvalidated")? => Ok(Self::CrossvalidatedCosine),
            "poisson" => {
                let crossvalidated = flag(&mut axes, "crossvalidated")?;
                let Poisson { prior_rate, prior_weight } = Poisson::default();
                let prior_rate = axes.number("prior_rate", prior_rate)?;
                let prior_weight = axes.number("prior_weight", prior_weight)?;
                Ok(match crossvalidated {
                    true => Self::CrossvalidatedPoisson(CrossvalidatedPoisson { prior_rate, prior_weight }),
                    false => Self::Patterns(DissimilaritySpec::Poisson(Poisson { prior_rate, prior_weight })),
                })
            }
            "mahalanobis" => Ok(Self::Mahalanobis),
            "decoding" => DecodingSpec::parse(axes).map(Self::Decoding),
            "crossnobis" => {
                let weighting = axes.take("weighting").map(|term| term.choice("weighting of crossnobis", &WEIGHTINGS));
                Ok(Self::Crossnobis { weighting: weighting.transpose()?.unwrap_or_default() })
            }
            _ => {
                let plain = PLAIN.into_iter().find(|(plain, _)| *plain == word).map(|(_, spec)| Self::Patterns(spec));
                plain.ok_or_else(|| unknown(axis, word, &WORDS))
            }
        }
    }
}

fn rates_have_no_covariance() -> Error {
    Error::invalid_parameter(
        "the noise of poisson",
        "none, since rates have the noise of their counts",
        "a covariance or precision",
    )
}

impl FromStr for RdmSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::from_term(grammar::parse(text)?, "a dissimilarity")
    }
}

impl fmt::Display for RdmSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Patterns(dissimilarity) => write!(f, "{dissimilarity}"),
            Self::Mahalanobis => f.write_str("mahalanobis"),
            Self::Crossnobis { weighting } if *weighting == PairWeighting::default() => f.write_str("crossnobis"),
            Self::Crossnobis { weighting } => {
                write!(f, "crossnobis(weighting={})", word_of(&WEIGHTINGS, weighting))
            }
            Self::CrossvalidatedCorrelation => f.write_str("correlation(crossvalidated=true)"),
            Self::CrossvalidatedCosine => f.write_str("cosine(crossvalidated=true)"),
            Self::CrossvalidatedPoisson(CrossvalidatedPoisson { prior_rate, prior_weight }) => {
                write!(f, "poisson{}", prior(*prior_rate, *prior_weight, &["crossvalidated=true"]))
            }
            Self::Decoding(spec) => spec.fmt(f),
        }
    }
}

impl TryFrom<String> for RdmSpec {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<RdmSpec> for String {
    fn from(spec: RdmSpec) -> Self {
        spec.to_string()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn what_is_printed_is_read_back() {
        for text in [
            "euclidean",
            "squared-euclidean",
            "squared-euclidean(per_feature=true)",
            "correlation",
            "correlation(crossvalidated=true)",
            "cosine",
            "cosine(crossvalidated=true)",
            "manhattan",
            "poisson",
            "poisson(prior_rate=2,prior_weight=0.5)",
            "poisson(crossvalidated=true)",
            "poisson(crossvalidated=true,prior_weight=0)",
            "mahalanobis",
            "crossnobis",
            "crossnobis(weighting=runs)",
            "decoding",
            "decoding(classifier=svm(cost=2),folds=loo,seed=3)",
        ] {
            assert_eq!(text.parse::<RdmSpec>().unwrap().to_string(), text);
        }
        let colon: RdmSpec = "poisson:prior_rate=2,crossvalidated=true".parse().unwrap();
        assert_eq!(colon.to_string(), "poisson(crossvalidated=true,prior_rate=2)");
    }

    #[test]
    fn errors_name_the_nearest_word() {
        let message = |text: &str| text.parse::<RdmSpec>().unwrap_err().to_string();
        assert!(message("crosnobis").contains("did you mean 'crossnobis'?"));
        assert!(message("euclidean:per_feature=true").contains("a parameter of euclidean"));
        assert!(message("poisson:prior_rate=much").contains("prior_rate of poisson must be a number, found 'much'"));
        assert!(message("crossnobis:weighting=pairs").contains("one of observations, runs"));
    }

    #[test]
    fn noise_goes_where_it_has_a_meaning() {
        let x = Representation::new(array![[1.0, 2.0], [3.0, 1.0], [2.0, 5.0]]).unwrap();
        let noise = Precision::new(array![[4.0, 0.0], [0.0, 1.0]]).unwrap();
        let of = |text: &str, noise| text.parse::<RdmSpec>().unwrap().rdm_of_patterns(&x, noise);
        // Differences 2 and -1, of which the first counts twice: 16 + 1, over two features for Mahalanobis.
        assert!((of("squared-euclidean", Some(&noise)).unwrap().get(0, 1) - 17.0).abs() < 1e-13);
        assert!((of("mahalanobis", Some(&noise)).unwrap().get(0, 1) - 8.5).abs() < 1e-13);
        for (text, noise) in [("mahalanobis", None), ("poisson", Some(&noise)), ("crossnobis", None)] {
            assert_eq!(of(text, noise).unwrap_err().kind().name(), "InvalidParameter", "{text}");
        }
    }

    #[test]
    fn noise_of_each_run_weighs_that_run() {
        let values = array![[1.0, 2.0], [3.0, 1.0], [2.0, 5.0], [1.5, 2.0], [3.0, 0.0], [2.0, 4.0]];
        let x = Measurements::new(values, ["a", "b", "c", "a", "b", "c"]).unwrap();
        let x = x.with_runs(["1", "1", "1", "2", "2", "2"]).unwrap();
        let covariance = |matrix| Covariance::new(matrix).unwrap();
        let noise = [covariance(array![[2.0, 0.5], [0.5, 1.0]]), covariance(array![[1.0, -0.2], [-0.2, 3.0]])];
        let of = |text: &str| text.parse::<RdmSpec>().unwrap().rdm_of_runs_observed(&x, &noise, &());
        let mean = covariance(array![[1.5, 0.15], [0.15, 2.0]]).precision().unwrap();
        let shared = "crossnobis".parse::<RdmSpec>().unwrap().rdm_of_measurements(&x, Some(&mean)).unwrap();
        let near = |a: &Rdm, b: &Rdm| a.values().iter().zip(b.values()).all(|(a, b)| (a - b).abs() < 1e-13);
        assert!(near(&of("crossnobis").unwrap(), &shared), "two runs have one pair");
        let whitened = whiten_runs(&x, &noise.clone().map(|own| own.precision().unwrap())).unwrap();
        let expected = "squared-euclidean(per_feature=true)".parse::<RdmSpec>().unwrap();
        assert!(near(&of("mahalanobis").unwrap(), &expected.rdm_of_measurements(&whitened, None).unwrap()));
        assert_eq!(of("cosine:crossvalidated=true").unwrap(), CrossvalidatedCosine.rdm(&whitened).unwrap());
        assert_eq!(of("poisson").unwrap_err().kind().name(), "InvalidParameter");
    }

    #[test]
    fn whitened_measurements_are_those_of_whitened_patterns() {
        let values = array![[1.0, 2.0], [3.0, 1.0], [2.0, 5.0], [1.5, 2.0], [3.0, 0.0], [2.0, 4.0]];
        let measurements = Measurements::new(values, ["a", "b", "c", "a", "b", "c"]).unwrap();
        let measurements = measurements.with_runs(["1", "1", "1", "2", "2", "2"]).unwrap();
        let noise = Precision::new(array![[2.0, 0.5], [0.5, 1.0]]).unwrap();
        let of =
            |text: &str, noise| text.parse::<RdmSpec>().unwrap().rdm_of_measurements(&measurements, noise).unwrap();
        let whitened = noise.whiten_measurements(&measurements).unwrap();
        let expected = CrossvalidatedCosine.rdm(&whitened).unwrap();
        assert_eq!(of("cosine:crossvalidated=true", Some(&noise)), expected);
        let crossnobis = Crossnobis::default().rdm(&whitened).unwrap();
        for (found, expected) in of("crossnobis", Some(&noise)).values().iter().zip(crossnobis.values()) {
            assert!((found - expected).abs() < 1e-13);
        }
        let rates =
            "poisson:crossvalidated=true".parse::<RdmSpec>().unwrap().rdm_of_measurements(&measurements, Some(&noise));
        assert_eq!(rates.unwrap_err().kind().name(), "InvalidParameter");
    }
}
