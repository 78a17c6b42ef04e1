//! Centered kernel alignment.

use rsa_cka::{Bandwidth, Cka, Hsic, Kernel};
use rsa_core::{AnyMeasure, Error, Result};

use super::{Advice, FamilyMember, MemoryNeed, Vocabulary};
use crate::{
    Reference,
    spec::{
        axes::{TermArguments, unknown, word_of},
        grammar::Term,
    },
};

pub(super) const VOCABULARY: Vocabulary = Vocabulary {
    word: "cka",
    keys: &["kernel", "bandwidth", "hsic"],
    values: || vec!["kernel=linear|rbf  bandwidth=median(T)|fixed(SIGMA) (of rbf)  hsic=biased|unbiased".to_owned()],
    examples: &[
        "",
        "hsic=unbiased",
        "kernel=rbf",
        "kernel=rbf,bandwidth=median(0.5)",
        "kernel=rbf,bandwidth=fixed(1)",
        "kernel=rbf,hsic=unbiased",
    ],
};

/// Makes a kernel of distances from its bandwidth.
type OfBandwidth = fn(Bandwidth) -> Kernel;

/// The words of the kernels; `None` for the linear kernel, which has no bandwidth.
const KERNELS: [(&str, Option<OfBandwidth>); 2] = [("linear", None), ("rbf", Some(Kernel::Rbf))];

const ESTIMATES: [(&str, Hsic); 2] = [("biased", Hsic::Biased), ("unbiased", Hsic::Unbiased)];

/// CKA.
const KORNBLITH_2019: Reference = Reference {
    authors: "Kornblith, S., Norouzi, M., Lee, H. & Hinton, G.",
    year: 2019,
    title: "Similarity of neural network representations revisited",
    venue: "ICML",
    doi: Some("10.48550/arXiv.1905.00414"),
};

/// The unbiased estimate of HSIC.
const SONG_2012: Reference = Reference {
    authors: "Song, L., Smola, A., Gretton, A., Bedo, J. & Borgwardt, K.",
    year: 2012,
    title: "Feature selection via dependence maximization",
    venue: "Journal of Machine Learning Research 13, 1393–1434",
    doi: None,
};

pub(super) fn parse(mut axes: TermArguments<'_>) -> Result<Cka> {
    let of_bandwidth = axes.take("kernel").map(|term| term.choice("kernel of cka", &KERNELS)).transpose()?.flatten();
    let kernel = match (of_bandwidth, axes.take("bandwidth")) {
        (Some(kernel), None) => kernel(Bandwidth::default()),
        (Some(kernel), Some(term)) => kernel(bandwidth(&term)?),
        (None, None) => Kernel::Linear,
        (None, Some(_)) => {
            let with: Vec<_> = KERNELS.iter().filter(|(_, make)| make.is_some()).map(|(word, _)| *word).collect();
            let requirement = format!("given with kernel={} only", with.join(" or kernel="));
            return Err(Error::invalid_parameter("bandwidth of cka", requirement, "the linear kernel"));
        }
    };
    let hsic = axes.take("hsic").map(|term| term.choice("hsic of cka", &ESTIMATES)).transpose()?;
    Ok(Cka { kernel, hsic: hsic.unwrap_or_default() })
}

fn bandwidth(term: &Term<'_>) -> Result<Bandwidth> {
    let found = match term.word {
        "median" if term.arguments.is_empty() => Ok(Bandwidth::default()),
        "median" => Bandwidth::median(term.number("1")?),
        "fixed" => Bandwidth::fixed(term.number("1.5")?),
        word if word.parse::<f64>().is_ok() => {
            let requirement = "a rule, such as median(0.5) or fixed(1.5)";
            return Err(Error::invalid_parameter("bandwidth of cka", requirement, word));
        }
        word => return Err(unknown("bandwidth of cka", word, &["median", "fixed"])),
    };
    found.map_err(|error| error.context("bandwidth of cka"))
}

/// Returns the bandwidth of a kernel of distances, and `None` for the linear kernel.
fn bandwidth_of(kernel: Kernel) -> Option<Bandwidth> {
    match kernel {
        Kernel::Linear => None,
        Kernel::Rbf(bandwidth) => Some(bandwidth),
    }
}

impl FamilyMember for Cka {
    fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        if let Some(bandwidth) = bandwidth_of(self.kernel) {
            let is_own = |make: &Option<OfBandwidth>| make.is_some_and(|make| make(bandwidth) == self.kernel);
            arguments.extend(KERNELS.iter().filter(|(_, make)| is_own(make)).map(|(word, _)| format!("kernel={word}")));
            match bandwidth {
                _ if bandwidth == Bandwidth::default() => {}
                Bandwidth::Median(t) => arguments.push(format!("bandwidth=median({})", t.get())),
                Bandwidth::Fixed(sigma) => arguments.push(format!("bandwidth=fixed({})", sigma.get())),
            }
        }
        if self.hsic != Hsic::default() {
            arguments.push(format!("hsic={}", word_of(&ESTIMATES, &self.hsic)));
        }
        arguments
    }

    fn measure(&self) -> AnyMeasure {
        AnyMeasure::new(*self)
    }

    fn title(&self) -> &'static str {
        "centred kernel alignment"
    }

    fn cost(&self) -> &'static str {
        match bandwidth_of(self.kernel) {
            None => "n·p·min(n, p); min(n·p·q, n²)",
            Some(_) => "n²·p; n²",
        }
    }

    fn reference(&self) -> &'static str {
        match self.hsic {
            Hsic::Biased => "Kornblith et al. 2019, ICML",
            Hsic::Unbiased => "Song et al. 2012, JMLR",
        }
    }

    fn references(&self) -> Vec<Reference> {
        match self.hsic {
            Hsic::Biased => vec![KORNBLITH_2019],
            Hsic::Unbiased => vec![KORNBLITH_2019, SONG_2012],
        }
    }

    fn memory(&self, n: usize, p: usize) -> MemoryNeed {
        match bandwidth_of(self.kernel) {
            None => MemoryNeed::of_matrix(n, n.min(p)),
            Some(_) => MemoryNeed::of_pairs(n),
        }
    }

    fn advice(&self) -> Advice {
        match self.hsic {
            Hsic::Biased => Advice {
                reads: "the centred Gram matrix: which conditions are alike, by inner products or a kernel of distances",
                beware: "with more features than half the conditions it is high for independent data, too: take \
                         `hsic=unbiased`",
            },
            Hsic::Unbiased => Advice {
                reads: "the centred Gram matrix without its diagonal: which conditions are alike",
                beware: "of few conditions it scatters widely about 0, and below it",
            },
        }
    }

    fn route(&self, n: usize, rows: &[usize], columns: Option<&[usize]>) -> Option<String> {
        Some(Self::route(self, n, rows, columns).to_string())
    }
}
