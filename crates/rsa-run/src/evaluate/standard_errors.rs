//! The rules that gave the standard errors of an evaluation, in words.

use rsakit::stats::{Evaluation, StandardErrorBy, SubjectTest};

/// Returns the rule for the models with parameters, and the rule for the others if there are others.
///
/// Without models that have a rule of their own there is nothing to tell apart.
pub(super) fn of_fitted(evaluation: &Evaluation) -> Option<String> {
    let rule = |by: StandardErrorBy| -> Vec<&str> {
        let models = evaluation.models.iter().filter(|model| model.standard_error_by == Some(by));
        models.map(|model| model.name.as_str()).collect()
    };
    let fitted = rule(StandardErrorBy::LeavingAThirdOut);
    if fitted.is_empty() {
        return None;
    }
    let names: Vec<String> = fitted.iter().map(|name| format!("'{name}'")).collect();
    let others = [StandardErrorBy::LeavingFewOut, StandardErrorBy::SubjectValues, StandardErrorBy::Resamples];
    let others = others
        .into_iter()
        .find(|&by| !rule(by).is_empty())
        .map_or_else(String::new, |by| format!("; of the others by {}", words(by)));
    Some(format!("standard errors of {} by {}{others}", names.join(", "), words(StandardErrorBy::LeavingAThirdOut)))
}

/// Returns the test of scores if it is not Student's t.
pub(super) fn of_test(evaluation: &Evaluation) -> Option<&'static str> {
    match (evaluation.test, evaluation.exact) {
        (SubjectTest::T, _) | (SubjectTest::Wilcoxon, None) => None,
        (SubjectTest::Wilcoxon, Some(true)) => {
            Some("p by Wilcoxon's signed ranks over subjects, exact; intervals by t")
        }
        (SubjectTest::Wilcoxon, Some(false)) => Some(
            "p by Wilcoxon's signed ranks over subjects, of a normal distribution for more than 50 subjects, or 13 with ties; \
             intervals by t",
        ),
    }
}

fn words(by: StandardErrorBy) -> &'static str {
    match by {
        StandardErrorBy::SubjectValues => "the variance across subjects",
        StandardErrorBy::LeavingFewOut => "leaving one to three out",
        StandardErrorBy::LeavingAThirdOut => "leaving a third out",
        StandardErrorBy::Resamples => "resamples",
    }
}
