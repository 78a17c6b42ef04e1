//! What the catalogue says of a measure beside its profile: cost and reference.

use rsa_cka::Kernel;

use super::{DissimilaritySpec, MeasureSpec};

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
            Self::Rsa(rsa) => {
                use super::ComparisonSpec::{Cosine, KendallA, KendallB, Pearson, RhoA, Spearman};
                match (rsa.dissimilarity, rsa.comparison) {
                    (_, Pearson | Cosine) => "n²·p; n²",
                    (_, Spearman | RhoA) => "n²·p + n²·log n; n²",
                    (_, KendallA | KendallB) => "n²·p + n²·log n; n²·log n",
                }
            }
        }
    }

    /// Where the measure was defined: authors, year and venue.
    pub fn reference(&self) -> &'static str {
        match self {
            Self::Cka(_) => "Kornblith et al. 2019, ICML",
            Self::Cca(_) => "Hotelling 1936, Biometrika",
            Self::Svcca(_) => "Raghu et al. 2017, NeurIPS",
            Self::Pwcca(_) => "Morcos et al. 2018, NeurIPS",
            Self::Rsa(rsa) => match rsa.dissimilarity {
                DissimilaritySpec::Correlation => "Kriegeskorte et al. 2008, Front. Syst. Neurosci.",
                _ => "Nili et al. 2014, PLoS Comput. Biol.",
            },
        }
    }
}
