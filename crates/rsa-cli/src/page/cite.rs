//! Publications behind the numbers.

use rsakit::{MeasureSpec, spec::ComparisonSpec};

/// A publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Hotelling1936,
    Raghu2017,
    Morcos2018,
    Kornblith2019,
    Song2012,
    Kriegeskorte2008,
    Nili2014,
    Schuett2023,
    Diedrichsen2021,
    Walther2016,
    Torgerson1952,
    Kruskal1964,
}

impl Work {
    /// What a measure is from.
    pub(crate) fn of_measure(spec: &MeasureSpec) -> Vec<Self> {
        match spec {
            MeasureSpec::Cka(_) if spec.to_string().contains("unbiased") => vec![Self::Kornblith2019, Self::Song2012],
            MeasureSpec::Cka(_) => vec![Self::Kornblith2019],
            MeasureSpec::Cca(_) => vec![Self::Hotelling1936],
            MeasureSpec::Svcca(_) => vec![Self::Raghu2017],
            MeasureSpec::Pwcca(_) => vec![Self::Morcos2018],
            MeasureSpec::Rsa(rsa) => [vec![Self::Kriegeskorte2008], Self::of_comparison(rsa.comparison)].concat(),
        }
    }

    /// What a comparison of RDMs is from, beside RSA itself.
    pub(crate) fn of_comparison(spec: ComparisonSpec) -> Vec<Self> {
        match spec {
            ComparisonSpec::RhoA => vec![Self::Schuett2023],
            ComparisonSpec::KendallA => vec![Self::Nili2014],
            ComparisonSpec::WhitenedCosine | ComparisonSpec::WhitenedPearson => vec![Self::Diedrichsen2021],
            _ => Vec::new(),
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Hotelling1936 => {
                "Hotelling, H. (1936). Relations between two sets of variates. Biometrika 28, 321–377. \
                 doi:10.1093/biomet/28.3-4.321"
            }
            Self::Raghu2017 => {
                "Raghu, M., Gilmer, J., Yosinski, J. & Sohl-Dickstein, J. (2017). SVCCA: Singular vector canonical \
                 correlation analysis for deep learning dynamics and interpretability. NeurIPS. doi:10.48550/arXiv.1706.05806"
            }
            Self::Morcos2018 => {
                "Morcos, A. S., Raghu, M. & Bengio, S. (2018). Insights on representational similarity in neural networks \
                 with canonical correlation. NeurIPS. doi:10.48550/arXiv.1806.05759"
            }
            Self::Kornblith2019 => {
                "Kornblith, S., Norouzi, M., Lee, H. & Hinton, G. (2019). Similarity of neural network representations \
                 revisited. ICML. doi:10.48550/arXiv.1905.00414"
            }
            Self::Song2012 => {
                "Song, L., Smola, A., Gretton, A., Bedo, J. & Borgwardt, K. (2012). Feature selection via dependence \
                 maximization. Journal of Machine Learning Research 13, 1393–1434."
            }
            Self::Kriegeskorte2008 => {
                "Kriegeskorte, N., Mur, M. & Bandettini, P. (2008). Representational similarity analysis: connecting the \
                 branches of systems neuroscience. Frontiers in Systems Neuroscience 2, 4. doi:10.3389/neuro.06.004.2008"
            }
            Self::Nili2014 => {
                "Nili, H., Wingfield, C., Walther, A., Su, L., Marslen-Wilson, W. & Kriegeskorte, N. (2014). A toolbox for \
                 representational similarity analysis. PLoS Computational Biology 10, e1003553. \
                 doi:10.1371/journal.pcbi.1003553"
            }
            Self::Schuett2023 => {
                "Schütt, H. H., Kipnis, A. D., Diedrichsen, J. & Kriegeskorte, N. (2023). Statistical inference on \
                 representational geometries. eLife 12, e82566. doi:10.7554/eLife.82566"
            }
            Self::Diedrichsen2021 => {
                "Diedrichsen, J., Berlot, E., Mur, M., Schütt, H. H., Shahbazi, M. & Kriegeskorte, N. (2021). Comparing \
                 representational geometries using whitened unbiased-distance-matrix similarity. Neurons, Behavior, Data \
                 Analysis, and Theory 5. doi:10.51628/001c.27664"
            }
            Self::Walther2016 => {
                "Walther, A., Nili, H., Ejaz, N., Alink, A., Kriegeskorte, N. & Diedrichsen, J. (2016). Reliability of \
                 dissimilarity measures for multi-voxel pattern analysis. NeuroImage 137, 188–200. \
                 doi:10.1016/j.neuroimage.2015.12.012"
            }
            Self::Torgerson1952 => {
                "Torgerson, W. S. (1952). Multidimensional scaling: I. Theory and method. Psychometrika 17, 401–419. \
                 doi:10.1007/BF02288916"
            }
            Self::Kruskal1964 => {
                "Kruskal, J. B. (1964). Multidimensional scaling by optimizing goodness of fit to a nonmetric hypothesis. \
                 Psychometrika 29, 1–27. doi:10.1007/BF02289565"
            }
        }
    }
}

/// Each work once, in order, and the program itself.
pub(crate) fn references(works: &[Work]) -> Vec<String> {
    let mut seen = Vec::new();
    for work in works {
        if !seen.contains(work) {
            seen.push(*work);
        }
    }
    let own = format!(
        "rsakit, version {} (software). Its file `CITATION.cff` says how to cite it.",
        env!("CARGO_PKG_VERSION")
    );
    seen.into_iter().map(|work| work.text().to_owned()).chain([own]).collect()
}
