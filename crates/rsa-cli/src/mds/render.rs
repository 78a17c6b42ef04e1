//! Maps as text: a table for people, JSON and CSV for programs.

use std::io;

use rsakit::stats::MdsScaling;
use serde::Serialize;

use super::Map;
use crate::{
    format::{Format, align_numbers, csv_text, plain_table},
    verdict::Failure,
};

#[derive(Serialize)]
struct Document<'a> {
    rsakit: &'static str,
    dissimilarity: &'a str,
    scaling: &'static str,
    stress: f64,
    steps: u32,
    converged: bool,
    points: Vec<Point>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct Point {
    name: String,
    group: Option<String>,
    x: f64,
    y: f64,
}

pub(super) fn text(map: &Map, format: Format) -> Result<String, Failure> {
    match format {
        Format::Table => Ok(table(map)),
        Format::Json => json(map).map_err(Failure::impossible),
        Format::Csv => csv(map).map_err(Failure::impossible),
    }
}

fn points(map: &Map) -> Vec<Point> {
    let labels = map.embedding.conditions.labels();
    let point = |(k, row): (usize, ndarray::ArrayView1<'_, f64>)| Point {
        name: labels.map_or_else(|| k.to_string(), |labels| labels[k].clone()),
        group: map.subject.groups.get(k).cloned(),
        x: row[0],
        y: row[1],
    };
    map.embedding.coordinates.rows().into_iter().enumerate().map(point).collect()
}

fn scaling(map: &Map) -> &'static str {
    match map.scaling {
        MdsScaling::Metric => "metric",
        MdsScaling::Ordinal => "ordinal",
    }
}

fn table(map: &Map) -> String {
    let mut table = plain_table();
    let points = points(map);
    table.set_header(["point", "group", "x", "y"]);
    for Point { name, group, x, y } in &points {
        table.add_row([name.clone(), group.clone().unwrap_or_default(), format!("{x:.3}"), format!("{y:.3}")]);
    }
    align_numbers(&mut table, 2, 2);
    let (stress, title) = (map.embedding.stress, &map.subject.title);
    format!("{title}: {} points, {} scaling, stress {stress:.3}\n\n{table}\n", points.len(), scaling(map))
}

fn json(map: &Map) -> serde_json::Result<String> {
    let embedding = &map.embedding;
    let document = Document {
        rsakit: env!("CARGO_PKG_VERSION"),
        dissimilarity: &map.subject.dissimilarity,
        scaling: scaling(map),
        stress: embedding.stress,
        steps: embedding.steps,
        converged: embedding.converged,
        points: points(map),
        warnings: &map.subject.notes,
    };
    Ok(serde_json::to_string(&document)? + "\n")
}

fn csv(map: &Map) -> io::Result<String> {
    csv_text(|lines| {
        lines.write_record(["name", "group", "x", "y"])?;
        for Point { name, group, x, y } in points(map) {
            lines.write_record([name, group.unwrap_or_default(), x.to_string(), y.to_string()])?;
        }
        Ok(())
    })
}
