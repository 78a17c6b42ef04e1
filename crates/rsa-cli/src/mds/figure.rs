//! The map as a picture.

use rsa_plot::{Figure, MdsMap, Shepard, Style};
use rsakit::Result;

use super::Map;

pub(super) fn draw(map: &Map, style: Style) -> Result<Figure> {
    let Map { subject, embedding, .. } = map;
    let present = || subject.rdm.values().iter().enumerate().filter(|(_, value)| !value.is_nan());
    let pick = |values: &[f64]| present().map(|(k, _)| values[k]).collect();
    let figure = MdsMap {
        title: subject.title.clone(),
        points: embedding.coordinates.rows().into_iter().map(|row| [row[0], row[1]]).collect(),
        labels: subject.rdm.conditions().labels().map_or_else(Vec::new, <[String]>::to_vec),
        groups: subject.groups.clone(),
        paths: subject.paths.clone(),
        stress: embedding.stress,
        shepard: Shepard {
            dissimilarities: pick(subject.rdm.values()),
            distances: pick(&embedding.distances),
            fitted: pick(&embedding.fitted),
        },
    };
    figure.draw(style)
}
