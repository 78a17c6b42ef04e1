//! [`WorkingLayer`]: the patterns of a layer between two steps.

use ndarray::{Array2, Axis};
use rsakit::{
    Error, Result,
    core::{Conditions, Covariance, Measurements, RowGroups, whiten_runs},
    stats::PseudoTrials,
};

use super::{AverageUnit, PrepareStep, RowScope, events::EventTable};
use crate::{
    layer_to_read::LayerToRead,
    noise::{FeatureNoise, NoiseSource},
    notes::Notes,
    row_choice,
    row_files::{RowFiles, repeat_for_rows},
};

/// Most features that a note names.
const NAMED: usize = 5;

/// Patterns of a layer between two steps.
pub(super) struct WorkingLayer {
    pub(super) values: Array2<f64>,
    /// Relative spacing of the numbers that the values were rounded to.
    precision: f64,
    pub(super) conditions: Option<Vec<String>>,
    pub(super) runs: Option<Vec<String>>,
    /// Line of the events that each row is of; `None` once rows were averaged.
    lines: Option<Vec<usize>>,
    /// Sentences on what was done, one a step.
    pub(super) done: Vec<String>,
}

/// Facts that a step needs beside the patterns.
pub(super) struct StepContext<'a> {
    pub(super) input: &'a str,
    pub(super) layer: &'a LayerToRead,
    pub(super) events: Option<&'a EventTable>,
    pub(super) noise: Option<&'a NoiseSource>,
    pub(super) seed: u64,
    /// Place of the step among the steps.
    pub(super) index: u16,
}

impl WorkingLayer {
    /// Reads a layer with the labels and the runs of its rows.
    ///
    /// # Errors
    /// The errors of reading; `ShapeMismatch` for another number of labels or of events than rows.
    pub(super) fn read(layer: &LayerToRead, rows: &RowFiles, events: Option<&EventTable>) -> Result<Self> {
        let x = layer.layer.read()?;
        rows.ensure_fit(&layer.layer)?;
        events.map_or(Ok(()), |events| events.ensure_fits(x.n_conditions()))?;
        let given = rows.conditions_of(&layer.layer);
        let conditions = given.as_ref().unwrap_or(x.conditions()).labels().map(<[String]>::to_vec);
        let runs = rows.runs_of(&layer.layer).map(|runs| repeat_for_rows(runs, x.conditions()));
        let lines = Some((0..x.n_conditions()).collect());
        let precision = x.precision();
        Ok(Self { values: x.values().to_owned(), precision, conditions, runs, lines, done: Vec::new() })
    }

    /// Returns the patterns after one more step.
    ///
    /// # Errors
    /// `InvalidParameter` for a step that lacks labels, runs, events or noise; `Degenerate` for one without an answer.
    pub(super) fn after(self, step: &PrepareStep, context: &StepContext<'_>, notes: &mut Notes<'_>) -> Result<Self> {
        match step {
            PrepareStep::Keep(patterns) => self.of_conditions(step, "--keep", patterns, true),
            PrepareStep::Drop(patterns) => self.of_conditions(step, "--drop", patterns, false),
            PrepareStep::KeepRows(rule) => self.of_events(step, "--keep-rows", rule, context, true),
            PrepareStep::DropRows(rule) => self.of_events(step, "--drop-rows", rule, context, false),
            PrepareStep::Center(scope) => self.centered(step, *scope),
            PrepareStep::Zscore(scope) => self.standardized(step, *scope, context, notes),
            PrepareStep::Average(unit) => self.averaged(step, *unit, context, notes),
            PrepareStep::PseudoTrials(size) => self.pseudo_trials(step, *size, context, notes),
            PrepareStep::Whiten => self.whitened(step, context),
        }
    }

    fn n_rows(&self) -> usize {
        self.values.nrows()
    }

    fn then(mut self, step: &PrepareStep, what: impl std::fmt::Display) -> Self {
        self.done.push(format!("{step}: {what}"));
        self
    }

    fn of_conditions(self, step: &PrepareStep, option: &str, patterns: &[String], keep: bool) -> Result<Self> {
        let labels = self.conditions.as_ref().map_or_else(|| Conditions::unlabeled(self.n_rows()), Conditions::labeled);
        let rows = row_choice::rows(&labels, option, patterns, keep)?;
        Ok(self.select(step, &rows))
    }

    fn of_events(
        self,
        step: &PrepareStep,
        option: &str,
        rule: &str,
        context: &StepContext<'_>,
        keep: bool,
    ) -> Result<Self> {
        let Some(events) = context.events else {
            let requirement = "given with --events FILE, a table with a line for each row";
            return Err(Error::invalid_parameter(option, requirement, "no --events"));
        };
        let Some(lines) = &self.lines else {
            return Err(Error::invalid_parameter(option, "typed before rows are averaged", "afterwards"));
        };
        let matched = events.matches(option, rule)?;
        let rows: Vec<usize> = (0..self.n_rows()).filter(|&row| matched[lines[row]] == keep).collect();
        match rows.is_empty() {
            true => Err(Error::degenerate(format!("no row is left of {}", self.n_rows()), "keep some")),
            false => Ok(self.select(step, &rows)),
        }
    }

    fn select(self, step: &PrepareStep, rows: &[usize]) -> Self {
        let before = self.n_rows();
        let of = |list: Vec<String>| rows.iter().map(|&row| list[row].clone()).collect::<Vec<_>>();
        let selected = Self {
            values: self.values.select(Axis(0), rows),
            conditions: self.conditions.map(of),
            runs: self.runs.map(of),
            lines: self.lines.map(|lines| rows.iter().map(|&row| lines[row]).collect()),
            ..self
        };
        selected.then(step, format_args!("{} of {before} rows", rows.len()))
    }

    /// Returns the groups of rows of a scope, each of which has two rows or more.
    fn scopes(&self, step: &PrepareStep, scope: RowScope) -> Result<RowGroups> {
        let groups = match scope {
            RowScope::All => RowGroups::from_labels(vec!["all rows"; self.n_rows()]),
            RowScope::Runs => RowGroups::from_labels(self.known_runs(step)?.iter().cloned()),
        };
        match groups.sizes().iter().position(|&size| size < 2) {
            None => Ok(groups),
            Some(single) => {
                let what = match scope {
                    RowScope::Runs => format!("run '{}' has one row", groups.labels()[single]),
                    RowScope::All => "there is one row".to_owned(),
                };
                Err(Error::degenerate(
                    what,
                    "less its mean nothing is left; leave that run out, or take all rows together",
                ))
            }
        }
    }

    fn known_runs(&self, step: &PrepareStep) -> Result<&[String]> {
        self.runs.as_deref().ok_or_else(|| {
            let requirement = "given by --runs FILE or the array 'runs' of the input";
            Error::invalid_parameter(format!("the run of each row for '{step}'"), requirement, "none")
        })
    }

    fn centered(self, step: &PrepareStep, scope: RowScope) -> Result<Self> {
        let groups = self.scopes(step, scope)?;
        let values = groups.center(self.values.view());
        Ok(Self { values, ..self }.then(step, sizes_in_words(&groups, scope)))
    }

    fn standardized(
        self,
        step: &PrepareStep,
        scope: RowScope,
        context: &StepContext<'_>,
        notes: &mut Notes<'_>,
    ) -> Result<Self> {
        let groups = self.scopes(step, scope)?;
        let scored = groups.standardize(self.values.view())?;
        let p = self.values.ncols();
        if scored.constant.len() == p * groups.labels().len() {
            return Err(Error::degenerate("every feature is constant", "no standard score is defined"));
        }
        for (group, label) in groups.labels().iter().enumerate() {
            let features: Vec<usize> = scored.constant.iter().filter(|at| at.0 == group).map(|at| at.1).collect();
            if !features.is_empty() {
                let place = match scope {
                    RowScope::Runs => format!("in run '{label}'"),
                    RowScope::All => "over all rows".to_owned(),
                };
                notes.add(format!(
                    "{}: {} of {p} features are constant {place} and are 0 there: {}; --drop-features dead leaves out those \
                     that are constant over all rows",
                    context.layer.place,
                    features.len(),
                    first_features(&features)
                ));
            }
        }
        Ok(Self { values: scored.values, ..self }.then(step, sizes_in_words(&groups, scope)))
    }

    fn averaged(
        self,
        step: &PrepareStep,
        unit: AverageUnit,
        context: &StepContext<'_>,
        notes: &mut Notes<'_>,
    ) -> Result<Self> {
        let cells = self.cells(step, unit == AverageUnit::Runs)?;
        let (groups, first) = (&cells.groups, &cells.first);
        let (sizes, before) = (groups.sizes(), self.n_rows());
        let (least, most) = (sizes.iter().min().copied().unwrap_or(0), sizes.iter().max().copied().unwrap_or(0));
        if most == 1 {
            notes.add(format!("{}: '{step}' has nothing to average: every mean is of one row", context.input));
        }
        notes.add_all(cells.missing(&self, context.input));
        let values = groups.means(self.values.view());
        let of = |list: &Vec<String>| first.iter().map(|&row| list[row].clone()).collect::<Vec<_>>();
        let averaged = Self {
            values,
            conditions: self.conditions.as_ref().map(of),
            runs: self.runs.as_ref().filter(|_| unit == AverageUnit::Runs).map(of),
            lines: None,
            ..self
        };
        let of_rows = if least == most { least.to_string() } else { format!("{least} to {most}") };
        let s = if most == 1 { "" } else { "s" };
        let n = averaged.n_rows();
        ensure_finite(&averaged.values)?;
        Ok(averaged.then(step, format_args!("{n} means of {of_rows} row{s} each, of {before} rows")))
    }

    fn pseudo_trials(
        self,
        step: &PrepareStep,
        size: usize,
        context: &StepContext<'_>,
        notes: &mut Notes<'_>,
    ) -> Result<Self> {
        let cells = self.cells(step, self.runs.is_some())?;
        let (groups, before) = (&cells.groups, self.n_rows());
        let sizes = groups.sizes();
        let most = sizes.iter().max().copied().unwrap_or(0);
        let within = if self.runs.is_some() { "of a condition in a run" } else { "of a condition" };
        if most < size {
            let remedy = format!("take --pseudo-trials {most} or fewer");
            let remedy = if most < 2 { "there is nothing to average".to_owned() } else { remedy };
            let rows = if most == 1 { "row" } else { "rows" };
            return Err(Error::degenerate(format!("no {size} rows are {within}; the most are {most} {rows}"), remedy));
        }
        let lost: Vec<&str> =
            groups.labels().iter().zip(&sizes).filter(|(_, n)| **n < size).map(|(label, _)| label.as_str()).collect();
        if !lost.is_empty() {
            notes.add(format!(
                "{}: {} of {} groups of rows {within} have fewer than {size} rows and are left out: {}",
                context.input,
                lost.len(),
                sizes.len(),
                enumerated(lost.iter().map(ToString::to_string).collect())
            ));
        }
        let drawn = PseudoTrials { size, seed: context.seed }.draw(groups.of(), context.index);
        let members: Vec<usize> = (0..before).filter(|&row| drawn.group_of[row].is_some()).collect();
        // Labels of groups are their places in the order of the cells.
        let mut order: Vec<usize> = members.clone();
        order.sort_by_key(|&row| drawn.group_of[row]);
        let means = RowGroups::from_labels(order.iter().map(|&row| drawn.group_of[row].unwrap_or(0).to_string()));
        let values = means.means(self.values.select(Axis(0), &order).view());
        let first: Vec<usize> = drawn.cell_of_group.iter().map(|&cell| cells.first[cell]).collect();
        let of = |list: &Vec<String>| first.iter().map(|&row| list[row].clone()).collect::<Vec<_>>();
        let averaged = Self {
            values,
            conditions: self.conditions.as_ref().map(of),
            runs: self.runs.as_ref().map(of),
            lines: None,
            ..self
        };
        ensure_finite(&averaged.values)?;
        let (n, left) = (averaged.n_rows(), drawn.n_left_out());
        let what = format!("{n} means of {size} rows each, {left} of {before} rows left out, seed {}", context.seed);
        Ok(averaged.then(step, what))
    }

    fn whitened(self, step: &PrepareStep, context: &StepContext<'_>) -> Result<Self> {
        let Some(noise) = context.noise else {
            let requirement = "given with --noise, --residuals or --precision";
            return Err(Error::invalid_parameter("--whiten", requirement, "no noise"));
        };
        // Rows without labels are conditions of their own.
        let labels = match &self.conditions {
            Some(labels) => labels.clone(),
            None => (0..self.n_rows()).map(|row| format!("row {row}")).collect(),
        };
        let x = Measurements::new(self.values.clone(), labels)?.with_precision(self.precision)?;
        let x = match &self.runs {
            Some(runs) => x.with_runs(runs.iter().cloned())?,
            None => x,
        };
        let (weights, summary) = noise.noise(&context.layer.layer, Some(&x))?;
        let whitened = match weights {
            FeatureNoise::Ignored => x,
            FeatureNoise::Shared(precision) => precision.whiten_measurements(&x)?,
            FeatureNoise::PerRun(covariances) => {
                let precisions = covariances.iter().map(Covariance::precision).collect::<Result<Vec<_>>>()?;
                whiten_runs(&x, &precisions)?
            }
        };
        let text = summary.map_or_else(|| "by the precision".to_owned(), |summary| summary.text());
        let (values, precision) = (whitened.values().to_owned(), whitened.precision());
        Ok(Self { values, precision, ..self }.then(step, text))
    }

    /// Returns the rows of each condition, `in_runs` those of each condition in each run.
    fn cells(&self, step: &PrepareStep, in_runs: bool) -> Result<Cells> {
        let Some(conditions) = &self.conditions else {
            let requirement = "given by --conditions FILE or the array 'conditions' of the input";
            let name = format!("the condition of each row for '{step}'");
            return Err(Error::invalid_parameter(name, requirement, "none"));
        };
        let label = |row: usize| match in_runs {
            true => Ok(format!("{} in run {}", conditions[row], self.known_runs(step)?[row])),
            false => Ok(conditions[row].clone()),
        };
        let labels = (0..self.n_rows()).map(label).collect::<Result<Vec<_>>>()?;
        let groups = RowGroups::from_labels(labels);
        let mut first = vec![usize::MAX; groups.labels().len()];
        groups.of().iter().enumerate().for_each(|(row, &group)| first[group] = first[group].min(row));
        Ok(Cells { groups, first, in_runs })
    }
}

/// Rows of the conditions, or of the conditions in each run.
struct Cells {
    groups: RowGroups,
    /// First row of each group.
    first: Vec<usize>,
    in_runs: bool,
}

impl Cells {
    /// Returns a note if runs do not have the same conditions.
    fn missing(&self, layer: &WorkingLayer, input: &str) -> Option<String> {
        let (conditions, runs) = (layer.conditions.as_ref()?, layer.runs.as_ref().filter(|_| self.in_runs)?);
        let n_runs = RowGroups::from_labels(runs.iter().cloned()).labels().len();
        let of_cells = RowGroups::from_labels(self.first.iter().map(|&row| conditions[row].clone()));
        let sizes = of_cells.sizes();
        let lacking = of_cells.labels().iter().zip(&sizes).filter(|(_, n)| **n < n_runs);
        let lacking: Vec<String> = lacking.map(|(label, n)| format!("'{label}' in {n}")).collect();
        (!lacking.is_empty()).then(|| {
            let count = lacking.len();
            format!(
                "{input}: {count} of {} conditions are not in all {n_runs} runs: {}",
                of_cells.labels().len(),
                enumerated(lacking)
            )
        })
    }
}

fn ensure_finite(values: &Array2<f64>) -> Result<()> {
    match values.iter().all(|value| value.is_finite()) {
        true => Ok(()),
        false => Err(Error::out_of_range("a mean", "divide the features by their common scale first")),
    }
}

/// Describes the groups of a scope.
fn sizes_in_words(groups: &RowGroups, scope: RowScope) -> String {
    let sizes = groups.sizes();
    let (least, most) = (sizes.iter().min().copied().unwrap_or(0), sizes.iter().max().copied().unwrap_or(0));
    let rows = if least == most { least.to_string() } else { format!("{least} to {most}") };
    match scope {
        RowScope::Runs => format!("{} runs of {rows} rows", sizes.len()),
        RowScope::All => format!("{rows} rows"),
    }
}

/// Names the first of some features, counted from 0.
fn first_features(features: &[usize]) -> String {
    format!("features {} (counted from 0)", enumerated(features.iter().map(ToString::to_string).collect()))
}

/// Joins the first of `items`.
fn enumerated(items: Vec<String>) -> String {
    match items.len() {
        0..=NAMED => items.join(", "),
        n => format!("{} and {} more", items[..NAMED].join(", "), n - NAMED),
    }
}
