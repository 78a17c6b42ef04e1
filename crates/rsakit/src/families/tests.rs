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
        "a measure must be one of cka, cca, svcca, pwcca, rsa, found 'ckaa'; did you mean 'cka'?"
    );
    assert!(refused("cka:kernal=rbf").contains("did you mean 'kernel'?"));
    assert!(refused("cka:kernel=gauss").contains("one of linear, rbf"));
    assert!(refused("svcca:keep=variance(1.5)").contains("above 0 and at most 1"));
    assert!(refused("svcca:keep=variance").contains("such as variance(0.99)"));
    assert!(refused("svcca:keep=count(-1)").contains("found '-1'"));
    assert!(refused("rsa:rdm=correlation").contains("compare of rsa must be given, such as compare=spearman"));
    assert!(refused("rsa:rdm=crossnobis,compare=cosine").contains("runs"));
    assert!(refused("cka:bandwidth=median(1)").contains("kernel=rbf"));
    assert!(refused("pwcca:weights=first,weights=mean").contains("once"));
    assert!(refused("cka:rbf").contains("key=value"));
    assert!(refused("svcca:keep=0.99").contains("such as variance(0.99)"));
    assert!(refused("cka:kernel=rbf,bandwidth=2").contains("fixed(1.5)"));
}
