//! An evaluation as text, records, figure and page.

use rsa_plot::{
    Figure, Style,
    report::{Block, Section},
};
use rsakit::{
    Reference, Result,
    spec::ComparisonSpec,
    stats::{Evaluation, GeneralizeTo},
};

use super::{
    DataRdm, EvaluateResult, bars, left_out::describe, model_table, score_text, standard_errors, subject_count,
};
use crate::{
    document::{Document, Outline, Records, TextBlock, capitalized, comparison_card, section},
    given_rdms::describe_given,
};

impl Document for EvaluateResult {
    fn text_blocks(&self) -> Vec<TextBlock> {
        score_text::blocks(self)
    }

    /// Returns a record for each model and RDM of the data, for spreadsheets and mixed models.
    fn records(&self) -> Records {
        let mut records = Records::new(&["model", "subject", "score", "rdm", "group"]);
        for (m, model) in self.evaluation.models.iter().enumerate() {
            for DataRdm { name, subject, group, scores, .. } in &self.rdms {
                let [subject, group] = [subject, group].map(usize::to_string);
                records.rows.push(vec![model.name.clone(), subject, scores[m].to_string(), name.clone(), group]);
            }
        }
        records
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        bars::draw(self, style)
    }

    fn outline(&self) -> Result<Outline> {
        let Self { evaluation, given, .. } = self;
        let inputs = self.inputs.iter().chain(given.iter().map(|given| &given.input));
        let Evaluation { n_conditions, n_subjects, comparison, seed, .. } = evaluation;
        let s = if *n_subjects == 1 { "" } else { "s" };
        let subjects = subject_count::describe(self);
        Ok(Outline {
            kicker: "rsakit evaluate",
            title: format!("{} models of {n_subjects} subject{s}", evaluation.models.len()),
            verdict: verdict(evaluation),
            facts: format!(
                "{n_conditions} conditions · {subjects} · {comparison}{} · seed {seed}",
                describe_given(given)
            ),
            sections: vec![model_table::models(self)?, measure(evaluation)],
            caveats: caveats(self),
            seed: Some(*seed),
            inputs: inputs.cloned().collect(),
            works: works(evaluation),
        })
    }
}

fn measure(evaluation: &Evaluation) -> Section {
    let card = evaluation.comparison.parse::<ComparisonSpec>().ok().map(|spec| comparison_card(&spec));
    let errors = match evaluation.generalize_to {
        GeneralizeTo::Nothing | GeneralizeTo::Subjects => {
            "Standard errors are about new subjects and these very conditions."
        }
        GeneralizeTo::Conditions => "Standard errors are about new conditions and these very subjects.",
        GeneralizeTo::Both => "Standard errors are about new subjects and new conditions.",
    };
    let ceiling = "The noise ceiling says how well subjects predict one another. Its lower bound is nearly the least that the \
                   true model reaches; a model below it leaves something to explain. A mark under the ceiling is one \
                   model's own test and not corrected for the number of models.";
    let test = standard_errors::of_test(evaluation).map(|test| Block::Paragraph(format!("{}.", capitalized(test))));
    let mut blocks = vec![
        Block::Cards(card.into_iter().collect()),
        Block::Paragraph(match standard_errors::of_fitted(evaluation) {
            Some(rule) => format!("{errors} They are {}.", rule.trim_start_matches("standard errors ")),
            None => errors.to_owned(),
        }),
        Block::Paragraph(ceiling.to_owned()),
    ];
    blocks.extend(test);
    section("measures", "Measure", "What the scores mean", blocks)
}

fn works(evaluation: &Evaluation) -> Vec<Reference> {
    let spec = evaluation.comparison.parse::<ComparisonSpec>();
    let comparison = spec.map(|spec| spec.references()).unwrap_or_default();
    [vec![Reference::KRIEGESKORTE_2008], comparison, vec![Reference::NILI_2014, Reference::SCHUETT_2023]].concat()
}

fn caveats(result: &EvaluateResult) -> Vec<(String, String)> {
    let EvaluateResult { evaluation, notes, left_out, .. } = result;
    let named = |name: &str, text: &String| (name.to_owned(), format!("{text}."));
    let mut found: Vec<_> = notes.iter().map(|note| named("Input.", note)).collect();
    found.extend(left_out.iter().map(|left_out| named("Left out.", &describe(left_out))));
    found.extend(evaluation.warnings.iter().map(|warning| named("Inference.", warning)));
    let positive = evaluation.noise_ceiling.as_ref().filter(|ceiling| ceiling.lower > 0.0);
    if let Some([low, high]) = positive.and_then(|ceiling| ceiling.lower_interval).filter(|[low, _]| *low <= 0.0) {
        let text = format!(
            "The 95 % interval of the lower bound, {low:.3} to {high:.3}, contains 0: that a model is not below the ceiling \
             says little here."
        );
        found.push(("Ceiling near 0.".to_owned(), text));
    }
    found
}

fn verdict(evaluation: &Evaluation) -> String {
    let Some(best) = evaluation.models.iter().max_by(|a, b| a.score.total_cmp(&b.score)) else { return String::new() };
    let error = best.standard_error.map_or_else(String::new, |error| format!(" ± {error:.3}"));
    let below = best.p_below_ceiling.is_some_and(|p| p < 0.05);
    let ceiling = match &evaluation.noise_ceiling {
        None => String::new(),
        Some(ceiling) if below => format!(
            ", below the noise ceiling of {:.3} to {:.3}: something is left to explain",
            ceiling.lower, ceiling.upper
        ),
        Some(ceiling) => {
            format!("; it is not shown to be below the noise ceiling of {:.3} to {:.3}", ceiling.lower, ceiling.upper)
        }
    };
    format!("The best model is {} ({:.3}{error}){ceiling}.", best.name, best.score)
}
