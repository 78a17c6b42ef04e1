//! Markers of BrainVision: the events of a recording.

use std::{collections::BTreeMap, path::Path};

use rsa_core::{Error, Result};

use super::sections::{Sections, fields, unescape};
use crate::{open::enumerate, sensors::RecordingEvent};

/// Type of markers that a recording program sets at the time of a stimulus.
const STIMULUS: &str = "Stimulus";

/// Type of the marker at the beginning of a recording, after an interruption, and of a segment.
const SEGMENT: &str = "New Segment";

/// Type of the marker at the event around which a segment was cut.
const ZERO: &str = "Time 0";

/// Events and interruptions that the markers tell.
#[derive(Debug, Default)]
pub(super) struct FoundMarkers {
    pub(super) events: Vec<RecordingEvent>,
    /// Samples before which the recording was interrupted.
    pub(super) breaks: Vec<usize>,
    pub(super) notes: Vec<String>,
}

/// Reads the markers at `path`.
///
/// Stimuli are events, in recordings without stimuli all markers. Names are type and description, as in MNE:
/// `Stimulus/S  1`. In segments only the stimulus at their time 0 is an event.
///
/// # Errors
/// `Io`; `Format` for a marker without a place.
pub(super) fn read(path: &Path) -> Result<FoundMarkers> {
    parse(&Sections::read(path, "Marker")?)
}

fn parse(sections: &Sections) -> Result<FoundMarkers> {
    let mut found = FoundMarkers::default();
    let (mut stimuli, mut others, mut zeros) = (Vec::new(), Vec::new(), Vec::new());
    let mut types = BTreeMap::<String, usize>::new();
    for (key, value) in sections.entries("marker infos") {
        let fields = fields(value);
        let field = |k: usize| fields.get(k).copied().unwrap_or_default();
        let place: Option<i64> = field(2).parse().ok();
        let Some(place) = place.and_then(|place| place.checked_sub(1)) else {
            return Err(Error::format(format!("the marker {key} stands at '{}'; the file is damaged", field(2))));
        };
        let (kind, description) = (unescape(field(0)), unescape(field(1)));
        if kind == SEGMENT {
            found.breaks.extend(usize::try_from(place).ok().filter(|&place| place > 0));
            continue;
        }
        if kind == ZERO {
            zeros.push(place);
            continue;
        }
        *types.entry(kind.clone()).or_default() += 1;
        let label = if kind.is_empty() { description } else { format!("{kind}/{description}") };
        let event = RecordingEvent { sample: place, label };
        if kind == STIMULUS { stimuli.push(event) } else { others.push(event) }
    }
    if stimuli.is_empty() {
        found.events = others;
    } else {
        types.remove(STIMULUS);
        if !types.is_empty() {
            let types: Vec<_> = types.into_iter().map(|(kind, count)| format!("'{kind}' ({count})")).collect();
            found
                .notes
                .push(format!("markers of type Stimulus are the events, and none of the types {}", enumerate(&types)));
        }
        found.events = stimuli;
    }
    if !zeros.is_empty() {
        zeros.sort_unstable();
        found.events.retain(|event| zeros.binary_search(&event.sample).is_ok());
    }
    Ok(found)
}
