//! Measures as text, for command lines, files and bindings.

mod axes;
mod comparison;
mod description;
mod dissimilarity;
mod grammar;
mod rdm;
mod rsa;

use std::{fmt, str::FromStr};

use rsa_cca::{Cca, Keep, Mean, Pwcca, Svcca, Weights};
use rsa_cka::{Bandwidth, Cka, Hsic, Kernel};
use rsa_core::{AnyMeasure, Error, Result};

use self::{axes::Axes, grammar::Term};
pub use self::{
    comparison::{ComparisonSpec, ComparisonVisitor},
    dissimilarity::DissimilaritySpec,
    rdm::RdmSpec,
    rsa::RsaSpec,
};

/// A measure with all its parameters, which can be written and read.
///
/// The grammar is `word[:key=value,…]`; arguments of a value stand in parentheses. The keys are the axes of the
/// measure, which are the fields of its struct:
///
/// | word | keys | values, the default first |
/// |---|---|---|
/// | `cka` | `kernel` | `linear`, `rbf` |
/// | | `bandwidth` (of `rbf`) | `median(1)`, `median(T)`, `fixed(SIGMA)` |
/// | | `hsic` | `biased`, `unbiased` |
/// | `cca` | `mean` | `plain`, `squared` |
/// | `svcca` | `keep` | `variance(0.99)`, `variance(SHARE)`, `count(K)`, `all` |
/// | | `mean` | `plain`, `squared` |
/// | `pwcca` | `weights` | `first`, `second`, `mean` |
/// | `rsa` | `rdm` (needed) | `euclidean`, `squared-euclidean`, `squared-euclidean(per_feature=true)`, `correlation`, `cosine`, `manhattan`, `poisson`, `poisson(prior_rate=R,prior_weight=W)` |
/// | | `compare` (needed) | `pearson`, `spearman`, `kendall-a`, `kendall-b`, `cosine`, `rho-a`, `whitened-cosine`, `whitened-pearson`, `bures` |
///
/// Printing leaves defaults out, but for SVCCA's cut, which is always said because the literature uses several.
///
/// # Example
/// ```
/// use rsakit::MeasureSpec;
///
/// let spec: MeasureSpec = "cka:hsic=biased,kernel=rbf".parse()?;
/// assert_eq!(spec.to_string(), "cka:kernel=rbf");
/// let error = "rsa:rdm=correlaton,compare=spearman".parse::<MeasureSpec>().unwrap_err();
/// assert!(error.to_string().contains("did you mean 'correlation'?"));
/// # Ok::<(), rsakit::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MeasureSpec {
    /// Centred kernel alignment.
    Cka(Cka),
    /// Mean canonical correlation.
    Cca(Cca),
    /// Singular vector CCA.
    Svcca(Svcca),
    /// Projection-weighted CCA.
    Pwcca(Pwcca),
    /// Representational similarity analysis.
    Rsa(RsaSpec),
}

impl MeasureSpec {
    /// The measure itself.
    pub fn measure(&self) -> AnyMeasure {
        match *self {
            Self::Cka(cka) => AnyMeasure::new(cka),
            Self::Cca(cca) => AnyMeasure::new(cca),
            Self::Svcca(svcca) => AnyMeasure::new(svcca),
            Self::Pwcca(pwcca) => AnyMeasure::new(pwcca),
            Self::Rsa(spec) => rsa::measure(spec),
        }
    }
}

const MEANS: [(&str, Mean); 2] = [("plain", Mean::Plain), ("squared", Mean::Squared)];
const ESTIMATES: [(&str, Hsic); 2] = [("biased", Hsic::Biased), ("unbiased", Hsic::Unbiased)];
const WEIGHTS: [(&str, Weights); 3] = [("first", Weights::First), ("second", Weights::Second), ("mean", Weights::Mean)];

impl FromStr for MeasureSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let term = grammar::parse(text)?;
        match term.word {
            "cka" => cka(term).map(Self::Cka),
            "cca" => {
                let mut axes = Axes::new(term, &["mean"])?;
                Ok(Self::Cca(Cca { mean: mean(&mut axes)? }))
            }
            "svcca" => {
                let mut axes = Axes::new(term, &["keep", "mean"])?;
                let keep = axes.take("keep").map_or_else(|| Keep::variance(0.99), |term| keep(&term))?;
                Ok(Self::Svcca(Svcca { keep, mean: mean(&mut axes)? }))
            }
            "pwcca" => {
                let mut axes = Axes::new(term, &["weights"])?;
                let weights = axes.take("weights").map(|term| term.choice("weights of pwcca", &WEIGHTS)).transpose()?;
                Ok(Self::Pwcca(Pwcca { weights: weights.unwrap_or_default() }))
            }
            "rsa" => rsa::from_term(term).map(Self::Rsa),
            word => Err(axes::unknown("a measure", word, &["cka", "cca", "svcca", "pwcca", "rsa"])),
        }
    }
}

fn cka(term: Term<'_>) -> Result<Cka> {
    let mut axes = Axes::new(term, &["kernel", "bandwidth", "hsic"])?;
    let radial = match axes.take("kernel") {
        None => false,
        Some(term) => term.choice("kernel of cka", &[("linear", false), ("rbf", true)])?,
    };
    let kernel = match (radial, axes.take("bandwidth")) {
        (true, None) => Kernel::Rbf(Bandwidth::default()),
        (true, Some(term)) => Kernel::Rbf(bandwidth(&term)?),
        (false, None) => Kernel::Linear,
        (false, Some(_)) => {
            return Err(Error::invalid_parameter(
                "bandwidth of cka",
                "given with kernel=rbf only",
                "the linear kernel",
            ));
        }
    };
    let hsic = axes.take("hsic").map(|term| term.choice("hsic of cka", &ESTIMATES)).transpose()?;
    Ok(Cka { kernel, hsic: hsic.unwrap_or_default() })
}

fn bandwidth(term: &Term<'_>) -> Result<Bandwidth> {
    match term.word {
        "median" if term.arguments.is_empty() => Ok(Bandwidth::default()),
        "median" => Bandwidth::median(term.number("1")?),
        "fixed" => Bandwidth::fixed(term.number("1.5")?),
        word if word.parse::<f64>().is_ok() => {
            Err(Error::invalid_parameter("bandwidth of cka", "a rule, such as median(0.5) or fixed(1.5)", word))
        }
        word => Err(axes::unknown("bandwidth of cka", word, &["median", "fixed"])),
    }
}

fn keep(term: &Term<'_>) -> Result<Keep> {
    match term.word {
        "variance" => Keep::variance(term.number("0.99")?),
        "count" => Keep::count(term.number("20")?),
        "all" => term.choice("keep of svcca", &[("all", Keep::All)]),
        word if word.parse::<f64>().is_ok() => {
            Err(Error::invalid_parameter("keep of svcca", "a rule, such as variance(0.99) or count(20)", word))
        }
        word => Err(axes::unknown("keep of svcca", word, &["variance", "count", "all"])),
    }
}

fn mean(axes: &mut Axes<'_>) -> Result<Mean> {
    Ok(axes.take("mean").map(|term| term.choice("mean", &MEANS)).transpose()?.unwrap_or_default())
}

/// The word for a value of an axis.
fn word_of<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> &'static str {
    words.iter().find(|(_, known)| known == value).map(|(word, _)| word).expect("every value of an axis has a word")
}

impl fmt::Display for MeasureSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut axes: Vec<String> = Vec::new();
        let push_mean = |axes: &mut Vec<String>, mean: Mean| {
            if mean != Mean::default() {
                axes.push(format!("mean={}", word_of(&MEANS, &mean)));
            }
        };
        let word = match self {
            Self::Cka(cka) => {
                if let Kernel::Rbf(bandwidth) = cka.kernel {
                    axes.push("kernel=rbf".to_owned());
                    match bandwidth {
                        _ if bandwidth == Bandwidth::default() => {}
                        Bandwidth::Median(t) => axes.push(format!("bandwidth=median({})", t.get())),
                        Bandwidth::Fixed(sigma) => axes.push(format!("bandwidth=fixed({})", sigma.get())),
                    }
                }
                if cka.hsic != Hsic::default() {
                    axes.push(format!("hsic={}", word_of(&ESTIMATES, &cka.hsic)));
                }
                "cka"
            }
            Self::Cca(cca) => {
                push_mean(&mut axes, cca.mean);
                "cca"
            }
            Self::Svcca(svcca) => {
                axes.push(match svcca.keep {
                    Keep::Variance(share) => format!("keep=variance({})", share.get()),
                    Keep::Count(count) => format!("keep=count({count})"),
                    Keep::All => "keep=all".to_owned(),
                });
                push_mean(&mut axes, svcca.mean);
                "svcca"
            }
            Self::Pwcca(pwcca) => {
                if pwcca.weights != Weights::default() {
                    axes.push(format!("weights={}", word_of(&WEIGHTS, &pwcca.weights)));
                }
                "pwcca"
            }
            Self::Rsa(rsa) => {
                axes.push(format!("rdm={}", rsa.dissimilarity));
                axes.push(format!("compare={}", rsa.comparison));
                "rsa"
            }
        };
        match axes.is_empty() {
            true => f.write_str(word),
            false => write!(f, "{word}:{}", axes.join(",")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn printed(text: &str) -> String {
        text.parse::<MeasureSpec>().unwrap().to_string()
    }

    #[track_caller]
    fn refused(text: &str) -> String {
        let error = text.parse::<MeasureSpec>().unwrap_err();
        assert_eq!(error.kind().name(), "InvalidParameter");
        error.to_string()
    }

    #[test]
    fn printing_leaves_defaults_out() {
        assert_eq!(printed("cka:kernel=linear,hsic=biased"), "cka");
        assert_eq!(printed("cka:hsic=unbiased,kernel=rbf,bandwidth=median(1)"), "cka:kernel=rbf,hsic=unbiased");
        assert_eq!(printed("cka:kernel=rbf,bandwidth=fixed(0.25)"), "cka:kernel=rbf,bandwidth=fixed(0.25)");
        assert_eq!(printed("cca:mean=plain"), "cca");
        assert_eq!(printed("svcca"), "svcca:keep=variance(0.99)");
        assert_eq!(printed("svcca:mean=squared,keep=count(20)"), "svcca:keep=count(20),mean=squared");
        assert_eq!(printed("pwcca:weights=first"), "pwcca");
        assert_eq!(
            printed("rsa:compare=kendall-a,rdm=squared-euclidean(per_feature=false)"),
            "rsa:rdm=squared-euclidean,compare=kendall-a"
        );
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for spec in crate::catalogue() {
            assert_eq!(spec.to_string().parse::<MeasureSpec>().unwrap(), spec);
        }
    }

    #[test]
    fn errors_list_what_is_known_and_suggest_the_nearest() {
        assert_eq!(
            refused("ckaa"),
            "a measure must be one of cka, cca, svcca, pwcca, rsa, found 'ckaa'; did you mean 'cka'?"
        );
        assert!(refused("cka:kernal=rbf").contains("did you mean 'kernel'?"));
        assert!(refused("cka:kernel=gauss").contains("one of linear, rbf"));
        assert!(refused("svcca:keep=variance(1.5)").contains("above 0 and at most 1"));
        assert!(refused("svcca:keep=variance").contains("such as variance(0.99)"));
        assert!(refused("svcca:keep=count(-1)").contains("found '-1'"));
        assert!(refused("rsa:rdm=correlation").contains("compare of rsa must be given, such as compare=spearman"));
        assert!(refused("rsa:rdm=crossnobis,compare=cosine").contains("runs"));
        assert!(refused("cka:bandwidth=median(1)").contains("kernel=rbf"));
        assert!(refused("pwcca:weights=first,weights=mean").contains("once"));
        assert!(refused("cka:rbf").contains("key=value"));
        assert!(refused("svcca:keep=0.99").contains("such as variance(0.99)"));
        assert!(refused("cka:kernel=rbf,bandwidth=2").contains("fixed(1.5)"));
    }
}
