//! What the catalogue says of a measure beside its profile: cost and reference.

use rsa_cca::{Cca, Mean};
use rsa_cka::{Cka, Hsic, Kernel};

use super::{ComparisonSpec, MeasureSpec};

impl MeasureSpec {
    /// What the measure is called.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Cka(_) => "centred kernel alignment",
            Self::Cca(_) => "canonical correlation",
            Self::Svcca(_) => "singular vector CCA",
            Self::Pwcca(_) => "projection-weighted CCA",
            Self::Rsa(_) => "representational similarity analysis",
        }
    }

    /// Operations for n conditions, p and q features, rank r: for each representation, then for each pair.
    pub fn cost(&self) -> &'static str {
        match self {
            Self::Cka(cka) => match cka.kernel {
                Kernel::Linear => "n·p·min(n, p); min(n·p·q, n²)",
                Kernel::Rbf(_) => "n²·p; n²",
            },
            Self::Cca(_) | Self::Svcca(_) => "n·p·min(n, p); n·r² + r³",
            Self::Pwcca(_) => "n·p·min(n, p); n·r² + r³ + r²·p",
            Self::Rsa(rsa) => match rsa.comparison {
                ComparisonSpec::Pearson
                | ComparisonSpec::Cosine
                | ComparisonSpec::WhitenedCosine
                | ComparisonSpec::WhitenedPearson => "n²·p; n²",
                ComparisonSpec::Spearman | ComparisonSpec::RhoA => "n²·p + n²·log n; n²",
                ComparisonSpec::KendallA | ComparisonSpec::KendallB => "n²·p + n²·log n; n²·log n",
                ComparisonSpec::Bures => "n²·p + n³; n·r² + r³",
            },
        }
    }

    /// Where the measure was defined: authors, year and venue.
    pub fn reference(&self) -> &'static str {
        match self {
            Self::Cka(Cka { hsic: Hsic::Unbiased, .. }) => "Song et al. 2012, JMLR",
            Self::Cka(_) => "Kornblith et al. 2019, ICML",
            Self::Cca(Cca { mean: Mean::Squared }) => "Yanai 1974, J. Behaviormetrics",
            Self::Cca(_) => "Hotelling 1936, Biometrika",
            Self::Svcca(_) => "Raghu et al. 2017, NeurIPS",
            Self::Pwcca(_) => "Morcos et al. 2018, NeurIPS",
            Self::Rsa(rsa) => match rsa.comparison {
                ComparisonSpec::RhoA => "Schütt et al. 2023, eLife",
                ComparisonSpec::KendallA => "Nili et al. 2014, PLoS Comput. Biol.",
                ComparisonSpec::Cosine => "Diedrichsen & Kriegeskorte 2017, PLoS Comput. Biol.",
                ComparisonSpec::WhitenedCosine | ComparisonSpec::WhitenedPearson => {
                    "Diedrichsen et al. 2021, Neurons Behav. Data Anal. Theory"
                }
                ComparisonSpec::Bures => "Tang et al. 2020, arXiv",
                _ => "Kriegeskorte et al. 2008, Front. Syst. Neurosci.",
            },
        }
    }
}
