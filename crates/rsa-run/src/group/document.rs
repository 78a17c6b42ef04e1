//! [`GroupResult`] as text, CSV and JSON.

use rsakit::{Error, Result};

use super::{GroupCluster, GroupCorrection, GroupResult};
use crate::document::{Records, TextBlock, TextTable, four_digits, render_text};

/// Most clusters of a model that the table shows; the CSV has all.
const SHOWN: usize = 20;

impl GroupResult {
    /// Returns the result as text for a terminal.
    pub fn text(&self) -> String {
        let mut blocks = vec![TextBlock::Lines(self.heading())];
        for model in &self.models {
            let n = model.clusters.len();
            let name = model.name.as_deref().filter(|_| self.models.len() > 1).map(|name| format!("{name}: "));
            let s = if n == 1 { "" } else { "s" };
            let smallest = model.smallest_p.map_or(String::new(), |p| format!(", smallest p {}", four_digits(p)));
            let hidden = if n > SHOWN { format!(", the first {SHOWN} of which are") } else { String::new() };
            let stop = if n == 0 { "." } else { ":" };
            let line = format!(
                "{}{} tested{smallest}; {n} cluster{s}{hidden}{stop}",
                name.unwrap_or_default(),
                model.n_tested
            );
            blocks.push(TextBlock::Lines(line));
            if n > 0 {
                let rows = model.clusters.iter().take(SHOWN).map(|cluster| self.row(cluster)).collect();
                let header = self.columns();
                let n_numbers = header.len();
                blocks.push(TextBlock::Table(TextTable { header, rows, first_number: 0, n_numbers }));
            }
        }
        if let GroupCorrection::Cluster { .. } = self.correction {
            let caption = "p is that of a cluster as a whole: it does not say where in the cluster the effect is, or where it ends.";
            blocks.push(TextBlock::Lines(caption.to_owned()));
        }
        render_text(&blocks)
    }

    fn heading(&self) -> String {
        let side = if self.two_sided { "against 0 on both sides" } else { "above 0" };
        let mut lines = vec![format!("{}, {side}: {} subjects, {}", self.effect, self.n_subjects, self.elements)];
        let tried = match (self.tried, self.exact) {
            (0, _) => "p of Student's t".to_owned(),
            (n, true) => format!("all {n} {}", self.arrangements),
            (n, false) => format!("{n} random {} with seed {}", self.arrangements, self.seed),
        };
        let threshold = self.threshold.map_or(String::new(), |t| format!(", t above {}", four_digits(t)));
        let mass = self.mass.as_ref().map_or(String::new(), |mass| format!(", mass is the {mass}"));
        let level = self.level.map_or(String::new(), |level| format!(", clusters of p at or below {level}"));
        lines.push(format!("corrected by {}, {tried}{threshold}{mass}{level}", self.correction));
        lines.join("\n") + "\n"
    }

    fn columns(&self) -> Vec<String> {
        let mut columns = vec!["cluster", "size"];
        columns.extend(self.mass.as_ref().map(|_| "mass"));
        columns.extend(["peak t", "value"]);
        columns.extend(self.place_columns());
        columns.push("p");
        columns.into_iter().map(str::to_owned).collect()
    }

    /// Returns the names of the columns that say where a peak is.
    fn place_columns(&self) -> Vec<&'static str> {
        let first = self.models.iter().flat_map(|model| &model.clusters).next();
        match first {
            Some(GroupCluster { peak_mm: Some(_), .. }) => vec!["voxel", "mm"],
            Some(GroupCluster { range: Some(_), .. }) => vec!["first", "peak", "last"],
            _ => vec!["row", "column"],
        }
    }

    fn row(&self, cluster: &GroupCluster) -> Vec<String> {
        let mut row = vec![cluster.id.to_string(), cluster.size.to_string()];
        row.extend(cluster.mass.map(four_digits));
        row.extend([four_digits(cluster.peak_t), four_digits(cluster.peak_value)]);
        match (cluster.peak_mm, cluster.range) {
            (Some(mm), _) => {
                row.push(cluster.peak.iter().map(usize::to_string).collect::<Vec<_>>().join(" "));
                row.push(mm.map(|along| format!("{along:.1}")).join(" "));
            }
            (None, Some([first, last])) => {
                let peak = cluster.peak_name.clone().unwrap_or_else(|| cluster.peak[0].to_string());
                row.extend([first.to_string(), peak, last.to_string()]);
            }
            (None, None) => row.extend(cluster.peak.iter().map(usize::to_string)),
        }
        row.push(four_digits(cluster.p));
        row
    }

    /// Returns the clusters as CSV, with a header.
    pub fn csv(&self) -> String {
        let mut header = vec!["model", "cluster", "size", "mass", "peak_t", "peak_value"];
        let places = match self.place_columns().as_slice() {
            ["voxel", _] => &["i", "j", "k", "x_mm", "y_mm", "z_mm"][..],
            ["first", ..] => &["first", "peak", "last", "peak_name"],
            _ => &["row", "column"],
        };
        header.extend(places);
        header.push("p");
        let mut records = Records::new(&header);
        for model in &self.models {
            for cluster in &model.clusters {
                let mut row =
                    vec![model.name.clone().unwrap_or_default(), cluster.id.to_string(), cluster.size.to_string()];
                row.push(cluster.mass.map_or(String::new(), |mass| mass.to_string()));
                row.extend([cluster.peak_t.to_string(), cluster.peak_value.to_string()]);
                match (cluster.peak_mm, cluster.range) {
                    (None, Some([first, last])) => {
                        row.extend([first, cluster.peak[0], last].map(|time| time.to_string()));
                        row.push(cluster.peak_name.clone().unwrap_or_default());
                    }
                    (mm, _) => {
                        row.extend(cluster.peak.iter().map(usize::to_string));
                        row.extend(mm.iter().flatten().map(f64::to_string));
                    }
                }
                row.push(cluster.p.to_string());
                records.rows.push(row);
            }
        }
        records.csv()
    }

    /// Returns the JSON, with a line feed at its end.
    ///
    /// # Errors
    /// `Format` if a value has no JSON.
    pub fn json(&self) -> Result<String> {
        let json = serde_json::to_string(self);
        json.map(|text| text + "\n").map_err(|error| Error::format(format!("the result as JSON: {error}")))
    }
}
