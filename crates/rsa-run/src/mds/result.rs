//! [`MdsResult`]: a map with its stress.

use rsa_plot::Picture;
use rsakit::stats::{MdsEmbedding, MdsScaling};
use serde::{Deserialize, Serialize};

use super::{MdsSubject, Unmapped};
use crate::inputs::Input;

/// Map in the plane, with its stress and the pairs behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MdsResult {
    /// Version of the software.
    pub rsakit: String,
    /// Name of the dissimilarities.
    pub dissimilarity: String,
    /// Property of the dissimilarities that distances follow: their values or their order.
    pub scaling: MdsScaling,
    /// Kruskal's stress-1, from 0 to 1.
    pub stress: f64,
    /// Number of steps that were taken.
    pub steps: u32,
    /// `true` if the stress stood still before the steps were used up.
    pub converged: bool,
    /// Points, in the order of the inputs.
    pub points: Vec<MdsPoint>,
    /// Notes on the inputs and on the map.
    pub warnings: Vec<String>,
    /// Things that the points are.
    pub subject: MdsSubject,
    /// Title of the map.
    pub title: String,
    /// `true` if the points have names of their own; otherwise they are counted from 0.
    pub labeled: bool,
    /// Points that are joined by a line, in order: the layers of each network.
    pub paths: Vec<Vec<usize>>,
    /// Pairs of points, for a Shepard diagram.
    pub pairs: MdsPairs,
    /// Files that the points are of.
    pub inputs: Vec<Input>,
    /// Picture of each point, if there are pictures: for figures, not serialized.
    #[serde(skip)]
    pub pictures: Vec<Option<Picture>>,
}

/// Point of a map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MdsPoint {
    /// Name of the condition, layer or RDM; its number from 0 if it has none.
    pub name: String,
    /// Group of the point, if there are groups.
    pub group: Option<String>,
    /// First coordinate, in the unit of the dissimilarities.
    pub x: f64,
    /// Second coordinate.
    pub y: f64,
}

/// Pairs of points whose dissimilarity is present, in the order of an upper triangle, row by row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MdsPairs {
    /// Dissimilarities that were given.
    pub dissimilarities: Vec<f64>,
    /// Distances on the map.
    pub distances: Vec<f64>,
    /// Values to which the distances were fitted: the dissimilarities, or a rising function of them.
    pub fitted: Vec<f64>,
}

impl MdsResult {
    pub(super) fn new(
        subject: MdsSubject,
        unmapped: Unmapped,
        scaling: MdsScaling,
        embedding: &MdsEmbedding,
        warnings: Vec<String>,
    ) -> Self {
        let Unmapped { title, dissimilarity, rdm, groups, paths, inputs } = unmapped;
        let labels = rdm.conditions().labels();
        let point = |(k, row): (usize, ndarray::ArrayView1<'_, f64>)| MdsPoint {
            name: labels.map_or_else(|| k.to_string(), |labels| labels[k].clone()),
            group: groups.get(k).cloned(),
            x: row[0],
            y: row[1],
        };
        let is_present = |k: &usize| !rdm.values()[*k].is_nan();
        let present: Vec<_> = (0..rdm.values().len()).filter(is_present).collect();
        let pick = |values: &[f64]| present.iter().map(|&k| values[k]).collect();
        Self {
            rsakit: env!("CARGO_PKG_VERSION").to_owned(),
            dissimilarity: dissimilarity.to_owned(),
            scaling,
            stress: embedding.stress,
            steps: embedding.steps,
            converged: embedding.converged,
            points: embedding.coordinates.rows().into_iter().enumerate().map(point).collect(),
            warnings,
            subject,
            title,
            labeled: labels.is_some(),
            paths,
            pairs: MdsPairs {
                dissimilarities: pick(rdm.values()),
                distances: pick(&embedding.distances),
                fitted: pick(&embedding.fitted),
            },
            inputs,
            pictures: Vec::new(),
        }
    }
}
