//! [`from_peer`]: words of other programs, and the text that means the same here.

/// Words of rsatoolbox, mne-rsa, the MATLAB toolbox of RSA, SciPy and common snippets.
///
/// A word with two meanings is there twice: the axis that knows the text decides.
const WORDS: [(&str, &str); 36] = [
    // Comparisons of RDMs.
    ("tau-a", "kendall-a"),
    ("kendall-tau-a", "kendall-a"),
    ("kendall-taua", "kendall-a"),
    ("kendalltau-a", "kendall-a"),
    ("tau-b", "kendall-b"),
    ("tau", "kendall-b"),
    ("kendall", "kendall-b"),
    ("kendalltau", "kendall-b"),
    ("rhoa", "rho-a"),
    ("rank", "spearman"),
    ("corr", "pearson"),
    ("correlation", "pearson"),
    ("pearsonr", "pearson"),
    ("spearmanr", "spearman"),
    ("corr-cov", "whitened-pearson"),
    ("cosine-cov", "whitened-cosine"),
    ("whitened-correlation", "whitened-pearson"),
    ("wuc", "whitened-cosine"),
    ("bures-similarity", "bures"),
    // Dissimilarities.
    ("corr", "correlation"),
    ("pearson", "correlation"),
    ("l2", "euclidean"),
    ("euclid", "euclidean"),
    ("sqeuclidean", "squared-euclidean"),
    ("l1", "manhattan"),
    ("cityblock", "manhattan"),
    ("poisson-cv", "poisson(crossvalidated=true)"),
    ("cvnobis", "crossnobis"),
    ("ldc", "crossnobis"),
    ("cross-validated-mahalanobis", "crossnobis"),
    // Measures.
    ("linear-cka", "cka"),
    ("linearcka", "cka"),
    ("kernel-cka", "cka:kernel=rbf"),
    ("rbf-cka", "cka:kernel=rbf"),
    ("debiased-cka", "cka:hsic=unbiased"),
    ("unbiased-cka", "cka:hsic=unbiased"),
];

/// Returns the text that means here what another program calls `word`, if its own word is among the `known` ones.
pub(crate) fn from_peer(word: &str, known: &[&str]) -> Option<&'static str> {
    let word = word.to_lowercase().replace(['_', ' '], "-");
    let own = |text: &str| known.iter().any(|known| text.split([':', '(']).next() == Some(known));
    WORDS.iter().find(|(peer, text)| *peer == word && own(text)).map(|&(_, text)| text)
}

#[cfg(test)]
mod tests {
    use crate::spec::{ComparisonSpec, MeasureSpec, RdmSpec};

    use super::WORDS;

    #[test]
    fn every_text_means_something_and_no_peer_word_does() {
        for (peer, text) in WORDS {
            let comparison = text.parse::<ComparisonSpec>().is_ok();
            let rdm = text.parse::<RdmSpec>().is_ok();
            let measure = text.parse::<MeasureSpec>().is_ok();
            assert!(comparison || rdm || measure, "{text}");
            assert!(!comparison || peer.parse::<ComparisonSpec>().is_err(), "{peer}");
            assert!(!rdm || peer.parse::<RdmSpec>().is_err(), "{peer}");
            assert!(!measure || peer.parse::<MeasureSpec>().is_err(), "{peer}");
        }
    }

    #[test]
    fn the_axis_decides_what_a_word_of_two_meanings_is() {
        let comparison = "corr".parse::<ComparisonSpec>().unwrap_err().to_string();
        assert!(comparison.ends_with("'corr'; did you mean 'pearson'?"), "{comparison}");
        let rdm = "corr".parse::<RdmSpec>().unwrap_err().to_string();
        assert!(rdm.ends_with("'corr'; did you mean 'correlation'?"), "{rdm}");
        let covariance = "rsa:rdm=euclidean,compare=corr_cov".parse::<MeasureSpec>().unwrap_err().to_string();
        assert!(covariance.ends_with("'corr_cov'; did you mean 'whitened-pearson'?"), "{covariance}");
    }
}
