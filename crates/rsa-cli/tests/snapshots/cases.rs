//! Command lines, as they are typed after `rsakit`, with their exit status and the snapshot of what they print.
//!
//! A line with `--out` stands for what is in that file. Commands before `&&` write files for the last one.

use super::preparation::PREPARE;

/// One of them.
pub(super) struct Case {
    pub(super) snapshot: &'static str,
    pub(super) status: i32,
    pub(super) line: &'static str,
}

pub(super) const fn case(snapshot: &'static str, status: i32, line: &'static str) -> Case {
    Case { snapshot, status, line }
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Case> {
    [
        COMPARE,
        COMPARE_RDMS,
        PREPARE,
        RDM,
        TRANSFORM,
        MODEL,
        EVALUATE,
        CONTRAST,
        REGRESS,
        PREDICT,
        DECODE,
        MDS,
        ACCUMULATE,
        OTHER,
    ]
    .into_iter()
    .flatten()
}

pub(super) const COMPARE: &[Case] = &[
    case("compare-one.txt", 0, "compare a.npz"),
    case("compare-one.json", 0, "compare a.npz --format json"),
    case("compare-two.txt", 0, "compare a.npz b.npz"),
    case("compare-two.csv", 0, "compare a.npz b.npz --out scores.csv"),
    case("compare-two.json", 0, "compare a.npz b.npz --out scores.json --threads 1"),
    case("compare-two.json", 0, "compare a.npz b.npz --format json --memory 1GiB --quiet"),
    case(
        "compare-cka.json",
        0,
        "compare a.npz b.npz --format json --measure cka --measure cka:kernel=rbf --measure cka:hsic=unbiased \
         --measure cka:kernel=rbf,hsic=unbiased --measure cka:kernel=rbf,bandwidth=median(0.5) \
         --measure cka:kernel=rbf,bandwidth=fixed(1.5)",
    ),
    case(
        "compare-cca.json",
        0,
        "compare a.npz b.npz --format json --measure cca --measure cca:mean=squared --measure svcca:keep=count(2) \
         --measure svcca:keep=variance(0.9) --measure svcca:keep=all,mean=squared --measure pwcca \
         --measure pwcca:weights=second --measure pwcca:weights=mean",
    ),
    case(
        "compare-rsa.csv",
        0,
        "compare a.npz b.npz --format csv --measure rsa:rdm=euclidean,compare=pearson \
         --measure rsa:rdm=squared-euclidean,compare=spearman \
         --measure rsa:rdm=squared-euclidean(per_feature=true),compare=kendall-a \
         --measure rsa:rdm=correlation,compare=kendall-b --measure rsa:rdm=cosine,compare=cosine \
         --measure rsa:rdm=manhattan,compare=rho-a --measure rsa:rdm=squared-euclidean,compare=whitened-cosine \
         --measure rsa:rdm=squared-euclidean,compare=whitened-pearson --measure rsa:rdm=squared-euclidean,compare=bures",
    ),
    case(
        "compare-rates.json",
        0,
        "compare rates.npz --format json --measure rsa:rdm=poisson,compare=pearson \
         --measure rsa:rdm=poisson(prior_rate=2,prior_weight=0.5),compare=spearman",
    ),
    case("compare-failing.txt", 3, "compare broken.npz --measure cca --measure cka"),
    case("compare-failing.csv", 3, "compare broken.npz --measure cca --measure cka --format csv"),
    case("compare-failing.json", 3, "compare broken.npz --measure cca --measure cka --format json"),
    case("compare-nothing.json", 1, "compare a.npz::fc broken.npz::wide --measure cca --format json"),
    case("compare-strangers.json", 1, "compare a.npz strangers.npz --measure cka --format json"),
    case("compare-turned.json", 0, "compare a.npz turned.npz --measure cka --measure pwcca --format json"),
    case(
        "compare-globs.json",
        0,
        "compare a.npz b.npz --layers conv? --layers h* --layers fc --measure cka --format json",
    ),
    case("compare-arrays.txt", 0, "compare a.npz::conv2 b.npz::conv2 --measure cka"),
    case("compare-folder.json", 0, "compare net --measure cka --table-header yes --table-labels yes --format json"),
    case("compare-folder.json", 0, "compare net --measure cka --format json"),
    case(
        "compare-certainty.json",
        3,
        "compare a.npz broken.npz --layers conv* --layers good --layers wide --measure cka --measure cca \
         --permutations 39 --interval --seed 5 --format json",
    ),
    case(
        "compare-certainty.csv",
        0,
        "compare a.npz b.npz --measure cka:hsic=unbiased --permutations 39 --interval --seed 5 --format csv",
    ),
    case(
        "compare-certainty.txt",
        0,
        "compare a.npz b.npz --measure cka:hsic=unbiased --permutations 39 --interval --seed 6",
    ),
    case("compare-permutations.csv", 0, "compare a.npz --measure cka --permutations 19 --format csv"),
    case("compare-interval.json", 0, "compare a.npz --measure pwcca --interval --format json"),
    case("compare-exact.json", 0, "compare few.npz --measure cka --permutations 1000 --format json"),
];

pub(super) const COMPARE_RDMS: &[Case] = &[
    case(
        "rdms-comparisons.json",
        0,
        "compare --rdm brain.npy models.npy --format json --comparison pearson --comparison spearman --comparison kendall-a \
         --comparison kendall-b --comparison cosine --comparison rho-a --comparison whitened-cosine \
         --comparison whitened-pearson",
    ),
    case(
        "rdms-bures.json",
        0,
        "rdm items.npz --dissimilarity squared-euclidean --out r.npz && \
         compare --rdm r.npz --comparison bures --format json",
    ),
    case("rdms-one.csv", 0, "compare --rdm subjects.npz --format csv"),
    case("rdms-two.txt", 0, "compare --rdm subjects.npz visual.npz --comparison rho-a --measure pearson"),
    case("rdms-turned.json", 0, "compare --rdm subjects.npz visual.npz --format json"),
    case("rdms-globs.csv", 0, "compare --rdm subjects.npz --layers sub-0[13] --comparison kendall-a --out r.csv"),
    case(
        "rdms-whitened.json",
        0,
        "compare --rdm subjects.npz --condition-covariance sigma.npy --comparison whitened-cosine \
         --comparison whitened-pearson --format json",
    ),
    case(
        "rdms-gap.json",
        3,
        "compare --rdm subjects.npz gap.npz --comparison pearson --comparison spearman --comparison kendall-b \
         --comparison whitened-cosine --comparison bures --format json",
    ),
    case("rdms-gap.csv", 3, "compare --rdm subjects.npz gap.npz --comparison spearman --comparison bures --format csv"),
    case("rdms-gap.txt", 3, "compare --rdm subjects.npz gap.npz --comparison spearman --comparison bures"),
    case("rdms-permuted.json", 0, "compare --rdm subjects.npz visual.npz --permutations 200 --seed 3 --format json"),
    case("rdms-permuted.txt", 0, "compare --rdm subjects.npz --comparison kendall-a --permutations 50"),
    case(
        "rdms-partial.json",
        3,
        "compare --rdm brain.npy models.npy --partial one.npy --comparison pearson --comparison spearman --format json",
    ),
    case("rdms-partial.txt", 0, "compare --rdm subjects.npz visual.npz --partial gap.npz --comparison pearson"),
];

pub(super) const RDM: &[Case] = &[
    case("rdm-euclidean.json", 0, "rdm items.npz --dissimilarity euclidean --format json"),
    case("rdm-euclidean.csv", 0, "rdm items.npz --dissimilarity euclidean --out made.csv"),
    case("rdm-euclidean.txt", 0, "rdm items.npz --dissimilarity euclidean"),
    case("rdm-squared.json", 0, "rdm items.npz --dissimilarity squared-euclidean --format json"),
    case("rdm-per-feature.json", 0, "rdm items.npz --dissimilarity squared-euclidean:per_feature=true --format json"),
    case("rdm-correlation.json", 0, "rdm items.npz --dissimilarity correlation --layers late --format json"),
    case("rdm-cosine.json", 0, "rdm items.npz --dissimilarity cosine --format json"),
    case("rdm-manhattan.json", 0, "rdm items.npz --dissimilarity manhattan --format json"),
    case("rdm-poisson.json", 0, "rdm rates.npz --dissimilarity poisson --format json"),
    case(
        "rdm-poisson-prior.json",
        0,
        "rdm rates.npz --dissimilarity poisson:prior_rate=2,prior_weight=0.5 --format json",
    ),
    case("rdm-failing.json", 3, "rdm flat.npz --dissimilarity correlation --format json"),
    case("rdm-folder.csv", 0, "rdm net --dissimilarity cosine --layers early --table-labels yes --format csv"),
    case(
        "rdm-means.json",
        0,
        "rdm sub1.npy sub2.npy --dissimilarity euclidean --conditions conditions.txt --format json",
    ),
    case(
        "rdm-mahalanobis.json",
        0,
        "rdm sub1.npy sub2.npy --dissimilarity mahalanobis --conditions conditions.txt --noise full --format json",
    ),
    case(
        "rdm-noise-in-runs.json",
        0,
        "rdm twice-sub1.npy --dissimilarity correlation --conditions twice-conditions.txt --runs twice-runs.txt \
         --noise shrinkage-identity --format json",
    ),
    case(
        "rdm-crossnobis.json",
        0,
        "rdm sub1.npy sub2.npy --dissimilarity crossnobis --conditions conditions.txt --runs runs.txt --format json",
    ),
    case(
        "rdm-crossnobis-diagonal.csv",
        0,
        "rdm sub1.npy sub2.npy --dissimilarity crossnobis --conditions conditions.txt --runs runs.txt --noise diagonal \
         --format csv",
    ),
    case(
        "rdm-crossnobis-shrinkage.json",
        0,
        "rdm sub1.npy sub2.npy --dissimilarity crossnobis:weighting=runs --conditions conditions.txt --runs runs.txt \
         --noise shrinkage-diagonal --format json",
    ),
    case(
        "rdm-crossnobis-shrinkage.txt",
        0,
        "rdm sub1.npy sub2.npy --dissimilarity crossnobis --conditions conditions.txt --runs runs.txt \
         --noise shrinkage-diagonal",
    ),
    case(
        "rdm-uneven.json",
        0,
        "rdm uneven-sub1.npy --dissimilarity crossnobis --conditions uneven-conditions.txt --runs uneven-runs.txt \
         --noise diagonal --format json",
    ),
    case(
        "rdm-uneven-runs.json",
        0,
        "rdm uneven-sub1.npy --dissimilarity crossnobis:weighting=runs --conditions uneven-conditions.txt \
         --runs uneven-runs.txt --noise diagonal --format json",
    ),
    case(
        "rdm-precision.json",
        0,
        "rdm sub1.npy --dissimilarity crossnobis --conditions conditions.txt --runs runs.txt --precision precision.npy \
         --format json",
    ),
    case(
        "rdm-crossvalidated-correlation.json",
        0,
        "rdm sub1.npy --dissimilarity correlation:crossvalidated=true --conditions conditions.txt --runs runs.txt \
         --format json",
    ),
    case(
        "rdm-crossvalidated-cosine.json",
        0,
        "rdm sub1.npy --dissimilarity cosine:crossvalidated=true --conditions conditions.txt --runs runs.txt --format json",
    ),
    case(
        "rdm-crossvalidated-poisson.json",
        0,
        "rdm twice-sub1.npy --dissimilarity poisson:crossvalidated=true --conditions twice-conditions.txt \
         --runs twice-runs.txt --format json",
    ),
    case(
        "rdm-stored.json",
        0,
        "rdm items.npz --dissimilarity correlation --out r.npz && compare --rdm r.npz --comparison spearman \
         --comparison rho-a --format json",
    ),
    case(
        "rdm-triangles.json",
        0,
        "rdm items.npz --dissimilarity cosine --out r.npy && compare --rdm r.npy --comparison pearson --format json",
    ),
    case("rdm-euclidean.json", 0, "rdm items.npz --dissimilarity euclidean --format json --out made.txt --threads 2"),
    case(
        "rdm-residuals.json",
        0,
        "rdm sub1.npy sub2.npy --conditions {stem}-conditions.txt --residuals twice-sub1.npy --residuals twice-sub2.npy \
         --dof 20 --noise shrinkage-diagonal --dissimilarity mahalanobis --format json",
    ),
    case(
        "rdm-residuals-runs.txt",
        0,
        "rdm sub1.npy --conditions conditions.txt --runs two-runs.txt --residuals twice-sub1.npy \
         --residual-runs twice-runs.txt --noise-per run --noise full --dissimilarity crossnobis",
    ),
];

pub(super) const TRANSFORM: &[Case] = &[
    case("transform-mean.json", 0, "transform subjects.npz --positive --sqrt --mean --min-max --format json"),
    case("transform-mean.txt", 0, "transform subjects.npz --drop item?0 --keep item?[1-6] --mean --sqrt"),
    case("transform-square.csv", 0, "transform subjects.npz --mean --format square --out mean.csv"),
    case("transform-join.csv", 0, "transform subjects.npz visual.npz --ranks --out joined.csv"),
    case("transform-gap.json", 0, "transform subjects.npz gap.npz --mean=file --one-minus --positive --format json"),
    case("transform-blocks.json", 0, "transform brain.npy --blocks kinds.txt --square --format json"),
    case(
        "transform-rescale.json",
        0,
        "transform subjects.npz --drop item?0 --out part.npz && \
         transform part.npz subjects.npz --combine union --rescale evidence --mean --format json",
    ),
];

pub(super) const MODEL: &[Case] = &[
    case(
        "model-models.json",
        0,
        "model --quantity items.csv::size --category kind=items.csv::kind --squared-quantity square=items.csv::size \
         --features both=items.csv::size,weight --format json",
    ),
    case("model-factors.txt", 0, "model --factors items.csv::kind,place"),
    case("model-labels.csv", 0, "model --category kinds.txt --out model.csv"),
];

pub(super) const EVALUATE: &[Case] = &[
    case("evaluate.txt", 0, "evaluate --data brain.npy --models models.npy"),
    case("evaluate.json", 0, "evaluate --data brain.npy --models models.npy --format json"),
    case("evaluate.csv", 0, "evaluate --data brain.npy --models models.npy --out scores.csv"),
    case(
        "evaluate-subjects.json",
        0,
        "evaluate --data brain.npy --models models.npy --generalize-to subjects --resamples 60 --seed 1 --correct bh \
         --comparison pearson --format json",
    ),
    case(
        "evaluate-conditions.json",
        0,
        "evaluate --data brain.npy --models models.npy --generalize-to conditions --resamples 60 --seed 2 --correct by \
         --comparison cosine --format json",
    ),
    case(
        "evaluate-both.json",
        0,
        "evaluate --data brain.npy --models models.npy --generalize-to both --resamples 60 --permutations 49 --seed 3 \
         --format json",
    ),
    case(
        "evaluate-both.json",
        0,
        "evaluate --data brain.npy --models models.npy --generalize-to both --resamples 60 --permutations 49 --seed 3 \
         --resamples-range 0..25 --out p1.npz && evaluate --data brain.npy --models models.npy --generalize-to both \
         --resamples 60 --permutations 49 --seed 3 --resamples-range 25..60 --out p2.npz && merge p2.npz p1.npz \
         --format json",
    ),
    case(
        "evaluate-both.txt",
        0,
        "evaluate --data brain.npy --models models.npy --generalize-to both --resamples 60 --permutations 49 --seed 3 \
         --correct max",
    ),
    case(
        "evaluate-both.csv",
        0,
        "evaluate --data brain.npy --models models.npy --generalize-to both --resamples 20 \
         --comparison rho-a --correct none --resamples-range 0..20 --out part.npz && merge part.npz --out merged.csv",
    ),
    case(
        "evaluate-rsatoolbox.json",
        0,
        "evaluate --data brain.npy --models models.npy --generalize-to both --resamples 40 --variance rsatoolbox \
         --comparison whitened-pearson --format json",
    ),
    case(
        "evaluate-groups.json",
        0,
        "evaluate --data brain.npy --models models.npy --generalize-to both --resamples 40 --subject-groups families.txt \
         --condition-groups kinds.txt --comparison kendall-a --format json",
    ),
    case(
        "evaluate-labels.json",
        0,
        "evaluate --data subjects.npz --models visual.npz gap.npz --comparison kendall-b --format json",
    ),
    case(
        "evaluate-partial.json",
        0,
        "evaluate --data subjects.npz --models visual.npz --partial gap.npz --generalize-to both --resamples 40 --format json",
    ),
    case("evaluate-partial.txt", 3, "evaluate --data brain.npy --models models.npy --partial one.npy"),
    case("evaluate-wilcoxon.txt", 0, "evaluate --data brain.npy --models models.npy --test wilcoxon"),
    case("evaluate-wilcoxon.json", 0, "evaluate --data brain.npy --models models.npy --test wilcoxon --format json"),
    case("evaluate-one.json", 0, "evaluate --data one.npy --models models.npy --format json"),
    case("evaluate-one.txt", 0, "evaluate --data one.npy --models models.npy"),
    case(
        "evaluate-fits.json",
        0,
        "evaluate --data brain.npy --models models.npy --fit selection=models.npy --fit weighted=models.npy \
         --fit non-negative=models.npy --crossvalidate subjects=2,conditions=2,repeats=3 --comparison cosine \
         --format json",
    ),
    case(
        "evaluate-interpolated.json",
        0,
        "evaluate --data brain.npy --fit interpolated=models.npy --crossvalidate subjects=2 --comparison pearson --format json",
    ),
    case(
        "evaluate-fits-ranks.json",
        0,
        "evaluate --data brain.npy --fit weighted=models.npy --fit interpolated=models.npy --crossvalidate conditions=2 \
         --format json",
    ),
    case(
        "evaluate-fits.txt",
        0,
        "evaluate --data brain.npy --fit weighted=models.npy --fit selection=models.npy --crossvalidate subjects=3 \
         --comparison pearson",
    ),
    case(
        "evaluate-fits-bootstrap.json",
        0,
        "evaluate --data brain.npy --fit weighted=models.npy --fit selection=models.npy --crossvalidate subjects=2 \
         --generalize-to subjects --resamples 30 --comparison pearson --format json",
    ),
];

pub(super) const CONTRAST: &[Case] = &[
    case("contrast.txt", 0, "contrast subjects.npz --groups kinds.txt"),
    case("contrast.json", 0, "contrast subjects.npz --groups kinds.txt --test wilcoxon --correct bh --format json"),
    case(
        "contrast-one.json",
        0,
        "contrast subjects.npz --groups kinds.txt --layers sub-01 --permutations 200 --seed 3 --format json",
    ),
    case("contrast-all.txt", 0, "contrast subjects.npz --groups kinds.txt --test permutation --permutations 500"),
    case("contrast-gap.csv", 0, "contrast gap.npz --groups kinds.txt --format csv"),
];

pub(super) const REGRESS: &[Case] = &[
    case("regress.txt", 0, "regress --data brain.npy --models models.npy"),
    case("regress.json", 0, "regress --data subjects.npz --models visual.npz gap.npz --test wilcoxon --format json"),
    case("regress-ranks.csv", 0, "regress --data subjects.npz --models visual.npz gap.npz --ranks --format csv"),
    case(
        "regress-sets.json",
        0,
        "regress --data brain.npy --models models.npy visual.npz --model-layers *[12]* --sets file --weights non-negative \
         --format json",
    ),
];

pub(super) const DECODE: &[Case] = &[
    case("decode.txt", 0, "decode sub1.npy --classes conditions.txt --groups runs.txt --folds loo --permutations 19"),
    case("decode.json", 0, "decode sub1.npy --classes events.csv::kind --folds 2 --classifier svm --format json"),
    case(
        "decode-rdm.csv",
        0,
        "rdm sub1.npy --conditions conditions.txt --runs runs.txt --dissimilarity decoding:folds=loo --format csv",
    ),
    case("decode.csv", 0, "decode sub1.npy --classes conditions.txt --folds 3 --seed 3 --out counts.csv"),
];

pub(super) const PREDICT: &[Case] = &[
    case("predict.txt", 0, "predict a.npz --target b.npz"),
    case(
        "predict.json",
        0,
        "predict a.npz --layers conv* --target b.npz --target-layers conv1 --format json --threads 1",
    ),
    case(
        "predict-sites.csv",
        0,
        "predict a.npz::fc --target b.npz::head --map pls(2) --folds 4 --seed 3 --out sites.csv",
    ),
    case("predict-failing.txt", 3, "predict a.npz --target b.npz::head --map pls(4) --splits 3 --test 0.25"),
    case("predict-r2.txt", 0, "predict broken.npz::dead --target a.npz::fc --score r2 --folds loo --map linear"),
];

pub(super) const MDS: &[Case] = &[
    case("mds-conditions.txt", 0, "mds --rdm subjects.npz --layers sub-01"),
    case("mds-conditions.json", 0, "mds --rdm subjects.npz --layers sub-01 --groups kinds.txt --format json"),
    case("mds-conditions.csv", 0, "mds --rdm subjects.npz --layers sub-01 --groups kinds.txt --out map.csv"),
    case("mds-ordinal.json", 0, "mds --rdm subjects.npz --layers sub-02 --ordinal --format json"),
    case("mds-layers.json", 0, "mds a.npz b.npz --format json"),
    case("mds-layers.txt", 0, "mds a.npz b.npz --measure cka:hsic=unbiased"),
    case("mds-layers.csv", 0, "mds a.npz --measure pwcca --format csv"),
    case("mds-rdms.json", 0, "mds --rdm subjects.npz visual.npz --comparison rho-a --format json"),
];

pub(super) const ACCUMULATE: &[Case] = &[
    case(
        "streamed.json",
        0,
        "compare a.npz b.npz --measure cka --measure cka:hsic=unbiased --measure cca --measure svcca:keep=count(2) \
         --measure pwcca --format json",
    ),
    case(
        "streamed.json",
        0,
        "accumulate a.npz b.npz --measure cka --measure cka:hsic=unbiased --measure cca --measure svcca:keep=count(2) \
         --measure pwcca --rows 0..7 --out p1.npz && accumulate a.npz b.npz --measure cka --measure cka:hsic=unbiased \
         --measure cca --measure svcca:keep=count(2) --measure pwcca --rows 7..24 --out p2.npz && merge p2.npz p1.npz \
         --format json",
    ),
    case("streamed.csv", 0, "compare a.npz --layers conv* --measure cka --format csv"),
    case("streamed.csv", 0, "accumulate a.npz --layers conv* --out whole.npz && merge whole.npz --out merged.csv"),
    case(
        "streamed.txt",
        0,
        "accumulate a.npz --layers conv* --out whole.npz --force --memory 1GiB --threads 1 && merge whole.npz",
    ),
];

pub(super) const OTHER: &[Case] = &[
    case("measures.json", 0, "measures --format json"),
    case("measures.txt", 0, "measures"),
    case("info.txt", 0, "info a.npz brain.npy net"),
    case("info.json", 0, "info a.npz brain.npy net --format json"),
    case("info-layers.txt", 0, "info a.npz --layers"),
    case("demo.txt", 0, "demo --out digits"),
];
