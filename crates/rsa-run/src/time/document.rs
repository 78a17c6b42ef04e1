//! [`TimeResult`] as text, CSV, JSON and a figure.

use rsa_brain::show_time;
use rsa_plot::{
    Figure, Style, TimeCourse, TimeCourses,
    report::{Block, Drawings},
};
use rsakit::{Reference, Result, spec::ComparisonSpec};

use super::{TimeModel, TimeResult};
use crate::{
    document::{Document, Outline, Records, TextBlock, TextTable, WIDE, four_digits, section},
    given_rdms::describe_given,
};

/// Most differences of latencies that the text shows; the JSON has all.
const SHOWN: usize = 15;

impl Document for TimeResult {
    fn text_blocks(&self) -> Vec<TextBlock> {
        let mut blocks = vec![TextBlock::Lines(self.heading()), TextBlock::Table(self.table())];
        if !self.differences.is_empty() && self.n_subjects > 1 {
            blocks.push(TextBlock::Lines("\ndifferences of peak latencies, paired over subjects".to_owned()));
            blocks.push(TextBlock::Table(self.differences_table()));
            if self.differences.len() > SHOWN {
                blocks.push(TextBlock::Lines(format!("  … {} in all; --format json has them", self.differences.len())));
            }
        }
        if self.correction.as_ref().is_some_and(|correction| correction.starts_with("cluster")) {
            let caption = "\np is that of a cluster as a whole: it does not say when in the cluster the effect is, or when it ends.";
            blocks.push(TextBlock::Lines(caption.to_owned()));
        }
        blocks
    }

    fn records(&self) -> Records {
        let mut records =
            Records::new(&["model", "time", "mean", "se", "lower", "upper", "t", "p", "cluster", "p_cluster"]);
        for model in &self.models {
            for (k, time) in self.times.iter().enumerate() {
                let cluster = model.clusters.iter().position(|one| (one.places[0]..=one.places[1]).contains(&k));
                let maybe = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
                records.rows.push(vec![
                    model.name.clone(),
                    time.to_string(),
                    model.mean[k].to_string(),
                    maybe(model.standard_error.as_ref().map(|errors| errors[k])),
                    maybe(self.ceiling.lower[k]),
                    maybe(self.ceiling.upper[k]),
                    maybe(model.t[k]),
                    maybe(model.p[k]),
                    cluster.map_or_else(String::new, |place| (place + 1).to_string()),
                    maybe(cluster.map(|place| model.clusters[place].p)),
                ]);
            }
        }
        records
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        let whole = |values: &[Option<f64>]| values.iter().map(|value| value.unwrap_or(f64::NAN)).collect::<Vec<_>>();
        let has_ceiling = self.ceiling.lower.iter().any(Option::is_some);
        let course = |model: &TimeModel| TimeCourse {
            name: model.name.clone(),
            means: model.mean.clone(),
            errors: model.standard_error.clone(),
            clusters: model.significant().map(|cluster| cluster.places).collect(),
        };
        let figure = TimeCourses {
            times: self.times.clone(),
            courses: self.models.iter().map(course).collect(),
            ceiling: has_ceiling.then(|| [whole(&self.ceiling.lower), whole(&self.ceiling.upper)]),
            score: self.score(),
            note: self.note(),
        };
        figure.draw(style)
    }

    fn outline(&self) -> Result<Outline> {
        let s = if self.n_subjects == 1 { "" } else { "s" };
        let best = self.models.iter().max_by(|a, b| a.peak.value.total_cmp(&b.peak.value));
        let drawings =
            Drawings { drawings: vec![self.figure(WIDE)?], wide: true, caption: self.note(), tables: Vec::new() };
        Ok(Outline {
            kicker: "rsakit time",
            title: format!("{} models over time, {} subject{s}", self.models.len(), self.n_subjects),
            verdict: best.map_or_else(String::new, |model| {
                format!("{} is largest: {:.3} at {} s.", model.name, model.peak.value, show_time(model.peak.time))
            }),
            facts: format!("{} conditions · {} times · {}", self.n_conditions, self.times.len(), self.score()),
            sections: vec![section(
                "courses",
                "Time courses",
                "When does each model hold?",
                vec![Block::Figure(drawings)],
            )],
            caveats: self.warnings.iter().map(|text| ("Note.".to_owned(), text.clone())).collect(),
            seed: Some(self.request.seed),
            inputs: self.inputs.iter().chain(self.given.iter().map(|given| &given.input)).cloned().collect(),
            works: vec![Reference::CICHY_2014],
        })
    }
}

impl TimeResult {
    /// Returns the name of the score.
    fn score(&self) -> String {
        let title = self
            .comparison
            .parse::<ComparisonSpec>()
            .map_or_else(|_| self.comparison.clone(), |spec| spec.title().to_owned());
        title + &describe_given(&self.given)
    }

    fn heading(&self) -> String {
        let s = if self.n_subjects == 1 { "" } else { "s" };
        let of = if self.dissimilarity.is_empty() { String::new() } else { format!(" of {}", self.dissimilarity) };
        let mut lines = vec![format!(
            "{}{}{of}: {} subject{s}, {} conditions, {} times from {} to {} s",
            self.comparison,
            describe_given(&self.given),
            self.n_subjects,
            self.n_conditions,
            self.times.len(),
            show_time(self.times[0]),
            show_time(self.times[self.times.len() - 1])
        )];
        lines.extend(self.test());
        let [first, last] = self.peak_window.map(show_time);
        let intervals = if self.n_subjects > 1 {
            format!(", 95 % intervals of {} resamples of subjects", self.request.resamples)
        } else {
            String::new()
        };
        lines.push(format!("peaks from {first} to {last} s{intervals}"));
        let reach = |values: &[Option<f64>]| values.iter().flatten().copied().reduce(f64::max);
        if let (Some(lower), Some(upper)) = (reach(&self.ceiling.lower), reach(&self.ceiling.upper)) {
            lines.push(format!(
                "noise ceiling up to {} (lower) and {} (upper)",
                four_digits(lower),
                four_digits(upper)
            ));
        }
        lines.join("\n") + "\n"
    }

    /// Returns the test in words.
    fn test(&self) -> Option<String> {
        let correction = self.correction.as_ref()?;
        let side = if self.request.two_sided { "against 0 on both sides" } else { "above 0" };
        let tried = match (self.tried, self.exact) {
            (0, _) => "p of Student's t".to_owned(),
            (n, true) => format!("all {n} flips of signs"),
            (n, false) => format!("{n} random flips of signs"),
        };
        let threshold = self.threshold.map_or_else(String::new, |t| format!(", t above {}", four_digits(t)));
        Some(format!("tested {side}, corrected by {correction}, {tried}{threshold}"))
    }

    fn note(&self) -> String {
        let mut sentences = Vec::new();
        if self.n_subjects > 1 {
            sentences.push(format!("Bands: ± one standard error over {} subjects.", self.n_subjects));
        }
        if self.models.iter().any(|model| model.significant().next().is_some()) {
            let test = self.test().unwrap_or_default();
            sentences.push(format!("Rules: p ≤ .05, {test}."));
        }
        sentences.join(" ")
    }

    fn table(&self) -> TextTable {
        let header = ["model", "largest mean", "peak (s)", "95 %", "onset (s)", "significant (s)"];
        let row = |model: &TimeModel| {
            let interval = model.peak.interval.map_or_else(|| "–".to_owned(), show_interval);
            let clusters: Vec<_> = model
                .significant()
                .map(|cluster| format!("{} (p {})", show_interval(cluster.range), four_digits(cluster.p)))
                .collect();
            vec![
                model.name.clone(),
                four_digits(model.peak.value),
                show_time(model.peak.time),
                interval,
                model.onset.map_or_else(|| "–".to_owned(), show_time),
                if clusters.is_empty() { "–".to_owned() } else { clusters.join(", ") },
            ]
        };
        TextTable {
            header: header.map(str::to_owned).to_vec(),
            rows: self.models.iter().map(row).collect(),
            first_number: 1,
            n_numbers: 4,
        }
    }

    fn differences_table(&self) -> TextTable {
        let header = ["model", "minus", "difference (s)", "95 %", "p"];
        let rows = self.differences.iter().take(SHOWN).map(|one| {
            vec![
                one.model.clone(),
                one.minus.clone(),
                show_time(one.difference),
                one.interval.map_or_else(|| "–".to_owned(), show_interval),
                one.p.map_or_else(|| "–".to_owned(), four_digits),
            ]
        });
        TextTable { header: header.map(str::to_owned).to_vec(), rows: rows.collect(), first_number: 2, n_numbers: 3 }
    }
}

fn show_interval(ends: [f64; 2]) -> String {
    ends.map(show_time).join(" to ")
}
