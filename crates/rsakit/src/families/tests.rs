//! Reading and printing measures.

use super::*;

#[track_caller]
fn printed(text: &str) -> String {
    text.parse::<MeasureSpec>().unwrap().to_string()
}

#[track_caller]
fn refused(text: &str) -> String {
    let error = text.parse::<MeasureSpec>().unwrap_err();
    assert_eq!(error.kind().name(), "InvalidParameter");
    error.to_string()
}

#[test]
fn printing_leaves_defaults_out() {
    assert_eq!(printed("cka:kernel=linear,hsic=biased"), "cka");
    assert_eq!(printed("cka:hsic=unbiased,kernel=rbf,bandwidth=median(1)"), "cka:kernel=rbf,hsic=unbiased");
    assert_eq!(printed("cka:kernel=rbf,bandwidth=fixed(0.25)"), "cka:kernel=rbf,bandwidth=fixed(0.25)");
    assert_eq!(printed("cca:mean=plain"), "cca");
    assert_eq!(printed("svcca"), "svcca:keep=variance(0.99)");
    assert_eq!(printed("svcca:mean=squared,keep=count(20)"), "svcca:keep=count(20),mean=squared");
    assert_eq!(printed("pwcca:weights=first"), "pwcca");
    assert_eq!(printed("predict:map=ridge(loo),folds=5,seed=0,order=seeded,score=pearson,from=first"), "predict");
    assert_eq!(printed("predict:from=second,map=pls(25),folds=10"), "predict:map=pls(25),folds=10,from=second");
    assert_eq!(
        printed("predict:map=ridge(loo-per-site),score=r2,from=second,seed=3"),
        "predict:map=ridge(loo-per-site),seed=3,score=r2,from=second"
    );
    assert_eq!(printed("predict:folds=5,order=given"), "predict:order=given");
    assert_eq!(printed("predict:splits=10,test=0.1,map=one-to-one(signed)"), "predict:map=one-to-one,splits=10");
    assert_eq!(printed("procrustes:distance=angular"), "procrustes");
    assert_eq!(printed("shape:distance=chordal,alpha=1"), "shape:alpha=1,distance=chordal");
    assert_eq!(printed("shape:scale=keep,alpha=1.0"), "shape:alpha=1,scale=keep");
    assert_eq!(printed("shape:scale=unit,alpha=0.5"), "shape:alpha=0.5");
    assert_eq!(printed("knn:k=10,metric=cosine,compare=overlap,chance=included"), "knn");
    assert_eq!(printed("knn:chance=corrected,k=7"), "knn:k=7,chance=corrected");
    assert_eq!(printed("cknna:rows=unit,k=10"), "cknna");
    assert_eq!(
        printed("rsa:compare=kendall-a,rdm=squared-euclidean(per_feature=false)"),
        "rsa:rdm=squared-euclidean,compare=kendall-a"
    );
}

#[test]
fn what_is_printed_is_read_back() {
    for spec in crate::catalogue() {
        assert_eq!(spec.to_string().parse::<MeasureSpec>().unwrap(), spec);
    }
}

#[test]
fn errors_list_what_is_known_and_suggest_the_nearest() {
    assert_eq!(
        refused("ckaa"),
        "a measure must be one of cka, cca, svcca, pwcca, procrustes, shape, knn, cknna, rsa, predict, found 'ckaa'; \
         did you mean 'cka'?"
    );
    assert!(refused("cka:kernal=rbf").contains("did you mean 'kernel'?"));
    assert!(refused("cka:kernel=gauss").contains("one of linear, rbf, distance"));
    assert!(refused("svcca:keep=variance(1.5)").contains("above 0 and at most 1"));
    assert!(refused("svcca:keep=variance").contains("such as variance(0.99)"));
    assert!(refused("svcca:keep=count(-1)").contains("found '-1'"));
    assert!(refused("rsa:rdm=correlation").contains("compare of rsa must be given, such as compare=spearman"));
    assert!(refused("rsa:rdm=crossnobis,compare=cosine").contains("runs"));
    assert!(refused("cka:kernel=distance,bandwidth=fixed(1)").contains("found the distance kernel"));
    assert!(refused("cka:bandwidth=median(1)").contains("kernel=rbf"));
    assert!(refused("pwcca:weights=first,weights=mean").contains("once"));
    assert!(refused("cka:rbf").contains("key=value"));
    assert!(refused("svcca:keep=0.99").contains("such as variance(0.99)"));
    assert!(refused("predict:map=pls").contains("such as pls(25)"));
    assert!(refused("predict:map=pls(0)").contains("at least 1"));
    assert!(refused("predict:map=lasso").contains("one of ridge, linear, pls, one-to-one"));
    assert!(refused("predict:map=ridge(loo-per-sit)").contains("did you mean 'loo-per-site'?"));
    assert!(refused("predict:map=ridge(-1)").contains("above 0"));
    assert!(refused("predict:folds=1").contains("at least 2"));
    assert!(refused("predict:folds=loo").contains("r2 with folds=loo"));
    assert!(refused("predict:folds=loo,seed=3,score=r2").contains("each condition is tested alone"));
    assert!(refused("predict:folds=5,splits=3").contains("without splits"));
    assert!(refused("predict:test=0.2").contains("with splits only"));
    assert!(refused("predict:splits=3,test=1.5").contains("above 0 and at most 1"));
    assert!(refused("predict:splits=3,order=given").contains("seeded for random splits"));
    assert!(refused("predict:order=given,seed=3").contains("left out with order=given"));
    assert!(refused("knn:compare=jaccard,chance=corrected").contains("compare=overlap only"));
    assert!(refused("knn:k=0").contains("a whole number above 0"));
    assert!(refused("cknna:k=1.5").contains("found '1.5'"));
    assert!(refused("shape").contains("such as alpha=0.5"));
    assert!(refused("shape:alpha=2").contains("a number from 0 to 1, such as 0.5, found 2"));
    assert!(refused("shape:alpha=half").contains("found half"));
    assert!(refused("shape:alpha=0.5,scale=keep").contains("alpha=1 and without distance, found alpha=0.5"));
    assert!(refused("shape:alpha=1,scale=keep,distance=chordal").contains("found a distance"));
    assert!(refused("procrustes:distance=chord").contains("one of angular, chordal, similarity"));
    assert!(refused("cka:kernel=rbf,bandwidth=2").contains("fixed(1.5)"));
}
