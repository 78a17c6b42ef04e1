//! Centered kernel alignment.

use rsa_cka::{Bandwidth, Cka, Hsic, Kernel};
use rsa_core::{AnyMeasure, Error, Positive, Result};

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
    values: || {
        vec!["kernel=linear|rbf|distance  bandwidth=median(T)|fixed(SIGMA) (of rbf)  hsic=biased|unbiased".to_owned()]
    },
    examples: &[
        "",
        "hsic=unbiased",
        "kernel=rbf",
        "kernel=rbf,bandwidth=median(0.5)",
        "kernel=rbf,bandwidth=fixed(1)",
        "kernel=rbf,hsic=unbiased",
        "kernel=distance",
        "kernel=distance,hsic=unbiased",
    ],
};

/// The kernels with their default bandwidth.
const KERNELS: [(&str, Kernel); 3] = [
    ("linear", Kernel::Linear),
    ("rbf", Kernel::Rbf(Bandwidth::Median(Positive::ONE))),
    ("distance", Kernel::Distance),
];

const ESTIMATES: [(&str, Hsic); 2] = [("biased", Hsic::Biased), ("unbiased", Hsic::Unbiased)];

/// CKA.
const KORNBLITH_2019: Reference = Reference {
    authors: "Kornblith, S., Norouzi, M., Lee, H. & Hinton, G.",
    year: 2019,
    title: "Similarity of neural network representations revisited",
    venue: "ICML",
    doi: Some("10.48550/arXiv.1905.00414"),
};

/// Distance correlation.
const SZEKELY_2007: Reference = Reference {
    authors: "Székely, G. J., Rizzo, M. L. & Bakirov, N. K.",
    year: 2007,
    title: "Measuring and testing dependence by correlation of distances",
    venue: "Annals of Statistics 35, 2769–2794",
    doi: Some("10.1214/009053607000000505"),
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
    let kernel = axes.take("kernel").map(|term| term.choice("kernel of cka", &KERNELS)).transpose()?;
    let kernel = match (kernel.unwrap_or_default(), axes.take("bandwidth")) {
        (kernel, None) => kernel,
        (Kernel::Rbf(_), Some(term)) => Kernel::Rbf(bandwidth(&term)?),
        (kernel, Some(_)) => {
            let found = format!("the {} kernel", word_of(&KERNELS, &kernel));
            return Err(Error::invalid_parameter("bandwidth of cka", "given with kernel=rbf only", found));
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

impl FamilyMember for Cka {
    fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        match self.kernel {
            Kernel::Linear => {}
            Kernel::Distance => arguments.push("kernel=distance".to_owned()),
            Kernel::Rbf(bandwidth) => {
                arguments.push("kernel=rbf".to_owned());
                match bandwidth {
                    _ if bandwidth == Bandwidth::default() => {}
                    Bandwidth::Median(t) => arguments.push(format!("bandwidth=median({})", t.get())),
                    Bandwidth::Fixed(sigma) => arguments.push(format!("bandwidth=fixed({})", sigma.get())),
                }
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
        match self.kernel {
            Kernel::Distance => "squared distance correlation",
            Kernel::Linear | Kernel::Rbf(_) => "centred kernel alignment",
        }
    }

    fn cost(&self) -> &'static str {
        match self.kernel {
            Kernel::Linear => "n·p·min(n, p); min(n·p·q, n²)",
            Kernel::Rbf(_) | Kernel::Distance => "n²·p; n²",
        }
    }

    fn reference(&self) -> &'static str {
        match self.hsic {
            _ if self.kernel == Kernel::Distance => "Székely et al. 2007, Ann. Statist.",
            Hsic::Biased => "Kornblith et al. 2019, ICML",
            Hsic::Unbiased => "Song et al. 2012, JMLR",
        }
    }

    fn references(&self) -> Vec<Reference> {
        let definition = if self.kernel == Kernel::Distance { SZEKELY_2007 } else { KORNBLITH_2019 };
        match self.hsic {
            Hsic::Biased => vec![definition],
            Hsic::Unbiased => vec![definition, SONG_2012],
        }
    }

    fn memory(&self, n: usize, p: usize) -> MemoryNeed {
        match self.kernel {
            Kernel::Linear => MemoryNeed::of_matrix(n, n.min(p)),
            Kernel::Rbf(_) | Kernel::Distance => MemoryNeed::of_pairs(n),
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
