//! [`CenterReport`]: the RDM and the scores of one center.

use rsa_brain::{MapModels, SphereError, SphereRdms};
use rsakit::{Error, Rdm, Result, core::Conditions};
use serde::Serialize;

use super::{SearchlightRequest, VoxelPlace, search_data::SearchData, sphere_source::SphereSource};
use crate::document::{TextBlock, TextTable, four_digits, render_text};

/// RDM of one center, and its scores.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CenterReport {
    /// Index along x, y and z.
    pub voxel: [usize; 3],
    /// Coordinates in millimeters.
    pub mm: [f64; 3],
    /// Number of voxels of the sphere.
    pub n_members: usize,
    /// Indices of the voxels of the sphere.
    pub members: Vec<[usize; 3]>,
    /// Names of the conditions.
    pub conditions: Vec<String>,
    /// Dissimilarities, in the order of pairs.
    pub rdm: Vec<f64>,
    /// Names of the models.
    pub models: Vec<String>,
    /// Statistic of each model; `None` with the reason in `missing`.
    pub scores: Option<Vec<f64>>,
    /// Reason for which the center has no scores.
    pub missing: Option<String>,
}

impl CenterReport {
    pub(super) fn new(
        request: &SearchlightRequest,
        data: &SearchData,
        models: &MapModels,
        place: VoxelPlace,
    ) -> Result<Self> {
        let grid = data.spheres.grid();
        let center = place.voxel(grid)?;
        let members = data.spheres.members(center);
        let rdm = match &data.source {
            SphereSource::Additive(terms) => SphereRdms::sphere_rdm(&**terms, &members),
            SphereSource::Each(source) => source.sphere_rdm(&members),
        };
        let rdm: Rdm = rdm.map_err(|error| match error {
            SphereError::Failed(error) => error,
            SphereError::Missing(reason) => {
                Error::degenerate(format!("{}: the sphere around {place} has no RDM", request.input), reason)
            }
        })?;
        let (scores, missing) = match (
            data.spheres.missing(members.len()),
            models.scores(&rdm.clone().with_conditions(Conditions::unlabeled(data.conditions.count()))?),
        ) {
            (Some(reason), _) | (None, Err(SphereError::Missing(reason))) => (None, Some(reason.word().to_owned())),
            (None, Ok(scores)) => (Some(scores), None),
            (None, Err(SphereError::Failed(error))) => return Err(error),
        };
        let names = (0..data.conditions.count()).map(|i| match data.conditions.labels() {
            Some(labels) => labels[i].clone(),
            None => i.to_string(),
        });
        Ok(Self {
            voxel: grid.index(center),
            mm: grid.position(center),
            n_members: members.len(),
            members: members.iter().map(|&voxel| grid.index(voxel)).collect(),
            conditions: names.collect(),
            rdm: rdm.values().to_vec(),
            models: models.names().to_vec(),
            scores,
            missing,
        })
    }

    /// Returns the report as text.
    pub fn text(&self) -> String {
        let [x, y, z] = self.voxel;
        let [a, b, c] = self.mm.map(|coordinate| format!("{coordinate:.1}"));
        let heading = format!("center {x},{y},{z}vox ({a}, {b}, {c} mm), {} voxels", self.n_members);
        let n = self.conditions.len();
        let value = |i: usize, j: usize| {
            let (i, j) = (i.min(j), i.max(j));
            if i == j { "0".to_owned() } else { four_digits(self.rdm[i * n - i * (i + 1) / 2 + j - i - 1]) }
        };
        let rdm = TextTable {
            header: std::iter::once(String::new()).chain(self.conditions.iter().cloned()).collect(),
            rows: (0..n)
                .map(|i| std::iter::once(self.conditions[i].clone()).chain((0..n).map(|j| value(i, j))).collect())
                .collect(),
            first_number: 1,
            n_numbers: n,
        };
        let mut blocks = vec![TextBlock::Lines(heading + "\n"), TextBlock::Table(rdm), TextBlock::Lines(String::new())];
        match (&self.scores, &self.missing) {
            (Some(scores), _) => blocks.push(TextBlock::Table(TextTable {
                header: ["model", "score"].map(str::to_owned).to_vec(),
                rows: self
                    .models
                    .iter()
                    .zip(scores)
                    .map(|(name, score)| vec![name.clone(), four_digits(*score)])
                    .collect(),
                first_number: 1,
                n_numbers: 1,
            })),
            (None, reason) => {
                blocks.push(TextBlock::Lines(format!("no scores: {}", reason.as_deref().unwrap_or_default())));
            }
        }
        render_text(&blocks)
    }

    /// Returns the JSON, with a line feed at its end.
    ///
    /// # Errors
    /// `Format` if a value has no JSON.
    pub fn json(&self) -> Result<String> {
        let json = serde_json::to_string(self);
        json.map(|text| text + "\n").map_err(|error| Error::format(format!("the center as JSON: {error}")))
    }
}
