//! [`catalogue`]: the measures that tables, tests and the command line go through.

use crate::MeasureSpec;

/// The named measures: at most 30, which together take every value of every axis.
///
/// Every one of them is held to its profile by the law tests.
pub fn catalogue() -> Vec<MeasureSpec> {
    ENTRIES.iter().map(|entry| entry.parse().expect("entries of the catalogue are well-formed")).collect()
}

const ENTRIES: [&str; 26] = [
    "cka",
    "cka:hsic=unbiased",
    "cka:kernel=rbf",
    "cka:kernel=rbf,bandwidth=median(0.5)",
    "cka:kernel=rbf,bandwidth=fixed(1)",
    "cka:kernel=rbf,hsic=unbiased",
    "cca",
    "cca:mean=squared",
    "svcca:keep=variance(0.99)",
    "svcca:keep=variance(0.99),mean=squared",
    "svcca:keep=count(5)",
    "svcca:keep=all",
    "pwcca",
    "pwcca:weights=second",
    "pwcca:weights=mean",
    "rsa:rdm=correlation,compare=spearman",
    "rsa:rdm=correlation,compare=pearson",
    "rsa:rdm=correlation,compare=whitened-pearson",
    "rsa:rdm=euclidean,compare=spearman",
    "rsa:rdm=euclidean,compare=kendall-b",
    "rsa:rdm=squared-euclidean,compare=cosine",
    "rsa:rdm=squared-euclidean,compare=whitened-cosine",
    "rsa:rdm=squared-euclidean,compare=bures",
    "rsa:rdm=squared-euclidean(per_feature=true),compare=rho-a",
    "rsa:rdm=cosine,compare=spearman",
    "rsa:rdm=manhattan,compare=kendall-a",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_written_as_they_print() {
        for (entry, spec) in ENTRIES.iter().zip(catalogue()) {
            assert_eq!(&spec.to_string(), entry);
        }
        assert!(ENTRIES.len() <= 30);
    }

    #[test]
    fn every_word_of_every_axis_occurs() {
        let all = ENTRIES.join(" ");
        for word in [
            "cka",
            "cca",
            "svcca",
            "pwcca",
            "rsa",
            "kernel=rbf",
            "median(",
            "fixed(",
            "hsic=unbiased",
            "mean=squared",
            "variance(",
            "count(",
            "keep=all",
            "weights=second",
            "weights=mean",
            "rdm=euclidean",
            "rdm=squared-euclidean,",
            "per_feature=true",
            "rdm=correlation",
            "rdm=cosine",
            "rdm=manhattan",
            "compare=pearson",
            "compare=spearman",
            "compare=kendall-a",
            "compare=kendall-b",
            "compare=cosine",
            "compare=rho-a",
            "compare=whitened-cosine",
            "compare=whitened-pearson",
            "compare=bures",
        ] {
            assert!(all.contains(word), "no entry with {word}");
        }
    }
}
