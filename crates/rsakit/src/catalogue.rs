//! [`catalogue`]: the measures that tables, tests and the command line go through.

use crate::{MeasureSpec, families};

/// Returns the measures that every family gives as its examples; together they take every value of every axis.
///
/// The law tests check the profile of each.
pub fn catalogue() -> Vec<MeasureSpec> {
    families::examples().map(|entry| entry.parse().expect("examples of families are well-formed")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_written_as_they_print() {
        for (entry, spec) in families::examples().zip(catalogue()) {
            assert_eq!(spec.to_string(), entry);
        }
    }

    #[test]
    fn every_word_of_every_axis_occurs() {
        let all = families::examples().collect::<Vec<_>>().join(" ");
        for word in [
            "cka",
            "cca",
            "svcca",
            "pwcca",
            "procrustes",
            "shape",
            "knn",
            "cknna",
            "rsa",
            "kernel=rbf",
            "kernel=distance",
            "median(",
            "fixed(",
            "hsic=unbiased",
            "mean=squared",
            "variance(",
            "count(",
            "keep=all",
            "weights=second",
            "weights=mean",
            "distance=chordal",
            "distance=similarity",
            "alpha=0.5",
            "scale=keep",
            "metric=euclidean",
            "metric=correlation",
            "compare=jaccard",
            "chance=corrected",
            "rows=raw",
            "rdm=euclidean",
            "rdm=squared-euclidean,",
            "per_feature=true",
            "rdm=correlation",
            "rdm=cosine",
            "rdm=manhattan",
            "predict",
            "map=linear",
            "map=ridge(1)",
            "ridge(loo-per-site)",
            "ridge(relative(",
            "map=pls(",
            "map=one-to-one,",
            "one-to-one(absolute)",
            "folds=loo",
            "splits=",
            "order=given",
            "score=r2",
            "from=second",
        ] {
            assert!(all.contains(word), "no entry with {word}");
        }
    }
}
