//! [`Reference`]: a publication behind a number.

use std::fmt;

/// A publication, as a reference list prints it.
///
/// [`MeasureSpec::references`](crate::MeasureSpec::references) returns those of a measure. The constants are the works
/// that more than one measure or command rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Reference {
    /// Family names with initials.
    pub authors: &'static str,
    /// Year of publication.
    pub year: u16,
    /// Title of the work.
    pub title: &'static str,
    /// Journal with volume and pages, or conference.
    pub venue: &'static str,
    /// Digital object identifier, if there is one.
    pub doi: Option<&'static str>,
}

impl Reference {
    /// Representational similarity analysis.
    pub const KRIEGESKORTE_2008: Self = Self {
        authors: "Kriegeskorte, N., Mur, M. & Bandettini, P.",
        year: 2008,
        title: "Representational similarity analysis: connecting the branches of systems neuroscience",
        venue: "Frontiers in Systems Neuroscience 2, 4",
        doi: Some("10.3389/neuro.06.004.2008"),
    };

    /// Noise ceilings, and τ_a for models that predict ties.
    pub const NILI_2014: Self = Self {
        authors: "Nili, H., Wingfield, C., Walther, A., Su, L., Marslen-Wilson, W. & Kriegeskorte, N.",
        year: 2014,
        title: "A toolbox for representational similarity analysis",
        venue: "PLoS Computational Biology 10, e1003553",
        doi: Some("10.1371/journal.pcbi.1003553"),
    };

    /// Balanced accuracy of classifiers.
    pub const BRODERSEN_2010: Self = Self {
        authors: "Brodersen, K. H., Ong, C. S., Stephan, K. E. & Buhmann, J. M.",
        year: 2010,
        title: "The balanced accuracy and its posterior distribution",
        venue: "International Conference on Pattern Recognition, 3121–3124",
        doi: Some("10.1109/ICPR.2010.764"),
    };

    /// Models and regions against time, by RDMs.
    pub const CICHY_2014: Self = Self {
        authors: "Cichy, R. M., Pantazis, D. & Oliva, A.",
        year: 2014,
        title: "Resolving human object recognition in space and time",
        venue: "Nature Neuroscience 17, 455–462",
        doi: Some("10.1038/nn.3635"),
    };

    /// Inference over subjects and conditions, and ρ_a.
    pub const SCHUETT_2023: Self = Self {
        authors: "Schütt, H. H., Kipnis, A. D., Diedrichsen, J. & Kriegeskorte, N.",
        year: 2023,
        title: "Statistical inference on representational geometries",
        venue: "eLife 12, e82566",
        doi: Some("10.7554/eLife.82566"),
    };

    /// Cross-validated dissimilarities.
    pub const WALTHER_2016: Self = Self {
        authors: "Walther, A., Nili, H., Ejaz, N., Alink, A., Kriegeskorte, N. & Diedrichsen, J.",
        year: 2016,
        title: "Reliability of dissimilarity measures for multi-voxel pattern analysis",
        venue: "NeuroImage 137, 188–200",
        doi: Some("10.1016/j.neuroimage.2015.12.012"),
    };

    /// Classical multidimensional scaling.
    pub const TORGERSON_1952: Self = Self {
        authors: "Torgerson, W. S.",
        year: 1952,
        title: "Multidimensional scaling: I. Theory and method",
        venue: "Psychometrika 17, 401–419",
        doi: Some("10.1007/BF02288916"),
    };

    /// Nonmetric multidimensional scaling.
    pub const KRUSKAL_1964: Self = Self {
        authors: "Kruskal, J. B.",
        year: 1964,
        title: "Multidimensional scaling by optimizing goodness of fit to a nonmetric hypothesis",
        venue: "Psychometrika 29, 1–27",
        doi: Some("10.1007/BF02289565"),
    };
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { authors, year, title, venue, doi } = self;
        write!(f, "{authors} ({year}). {title}. {venue}.")?;
        doi.map_or(Ok(()), |doi| write!(f, " doi:{doi}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_prints_as_reference_lists_have_it() {
        assert_eq!(
            Reference::TORGERSON_1952.to_string(),
            "Torgerson, W. S. (1952). Multidimensional scaling: I. Theory and method. Psychometrika 17, 401–419. \
             doi:10.1007/BF02288916"
        );
        let without = Reference { doi: None, ..Reference::KRUSKAL_1964 };
        assert!(without.to_string().ends_with("Psychometrika 29, 1–27."));
    }
}
