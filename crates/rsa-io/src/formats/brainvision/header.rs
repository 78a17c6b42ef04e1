//! [`RecordingHeader`]: the header of BrainVision, checked.

use std::path::{Path, PathBuf};

use rsa_core::{Error, Result};

use super::sections::{Sections, fields, unescape};
use crate::{
    number::{Number, NumberKind},
    positioned::stem,
    sensors::{Channel, ChannelKind, volts},
};

/// Most channels of a recording.
const MAX_CHANNELS: usize = 1 << 16;

/// Radius of a head in mm, for electrodes on a sphere of radius 1; that of MNE.
const HEAD: f64 = 95.0;

/// Header of a recording.
#[derive(Debug)]
pub(super) struct RecordingHeader {
    pub(super) data: PathBuf,
    pub(super) markers: Option<PathBuf>,
    pub(super) channels: Vec<Channel>,
    /// The factor that makes values in SI units of the numbers of each channel.
    pub(super) gains: Vec<f64>,
    pub(super) rate: f64,
    pub(super) number: Number,
    /// Order of the numbers: all channels of a sample follow one another, not all samples of a channel.
    pub(super) is_multiplexed: bool,
    pub(super) n_samples: Option<usize>,
    /// The samples of a segment, where the recording is cut into segments.
    pub(super) segment: Option<usize>,
    pub(super) notes: Vec<String>,
}

impl RecordingHeader {
    /// Reads the header at `path`.
    ///
    /// # Errors
    /// `Io`; `Format` if it is damaged, or says that the recording is of a kind that is not read.
    pub(super) fn read(path: &Path) -> Result<Self> {
        Self::parse(&Sections::read(path, "Header")?, path)
    }

    fn parse(sections: &Sections, path: &Path) -> Result<Self> {
        let common = |key: &str| sections.value("common infos", key);
        let required =
            |key: &str| common(key).ok_or_else(|| Error::format(format!("has no entry '{key}'; it is damaged")));
        if common("DataFormat").is_some_and(|format| !format.eq_ignore_ascii_case("binary")) {
            return Err(Error::format("keeps its numbers as text; export the recording with binary numbers"));
        }
        if common("DataType").is_some_and(|kind| !kind.eq_ignore_ascii_case("timedomain")) {
            return Err(Error::format("holds frequencies; export the recording in the time domain"));
        }
        let is_multiplexed = match required("DataOrientation")?.to_uppercase().as_str() {
            "MULTIPLEXED" => true,
            "VECTORIZED" => false,
            other => {
                return Err(Error::format(format!(
                    "the orientation is '{other}'; MULTIPLEXED and VECTORIZED are read"
                )));
            }
        };
        let interval = required("SamplingInterval")?;
        let microseconds = number(interval).filter(|&interval| interval > 0.0);
        let microseconds = microseconds
            .ok_or_else(|| Error::format(format!("the sampling interval is '{interval}' µs; it is damaged")))?;
        let n_channels = required("NumberOfChannels")?;
        let n_channels = n_channels.parse().ok().filter(|n| (1..=MAX_CHANNELS).contains(n));
        let n_channels = n_channels.ok_or_else(|| Error::format("has no number of channels; it is damaged"))?;
        let whole = |key: &str| common(key).and_then(|text| text.parse().ok());
        let mut header = Self {
            data: PathBuf::new(),
            markers: None,
            channels: Vec::new(),
            gains: Vec::new(),
            rate: 1e6 / microseconds,
            number: binary_format(sections)?,
            is_multiplexed,
            n_samples: whole("DataPoints").filter(|&n| n > 0),
            segment: common("SegmentationType")
                .filter(|kind| !kind.eq_ignore_ascii_case("notsegmented"))
                .and_then(|_| whole("SegmentDataPoints")),
            notes: Vec::new(),
        };
        header.data = header.beside(path, required("DataFile")?, "eeg");
        header.markers = common("MarkerFile").map(|name| header.beside(path, name, "vmrk"));
        header.read_channels(sections, n_channels)?;
        Ok(header)
    }

    /// Returns the path of a file that the header names; one that was renamed with its header goes by that name.
    fn beside(&mut self, path: &Path, name: &str, kind: &str) -> PathBuf {
        let own = stem(path);
        let name = name.replace("$b", &own);
        // Some programs write a whole path.
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let named = path.with_file_name(name);
        let renamed = path.with_file_name(format!("{own}.{kind}"));
        if named.is_file() || !renamed.is_file() {
            return named;
        }
        self.notes.push(format!("the header names '{name}', which is not there; '{own}.{kind}' is read"));
        renamed
    }

    fn read_channels(&mut self, sections: &Sections, n_channels: usize) -> Result<()> {
        let mut found: Vec<Option<(Channel, f64)>> = vec![None; n_channels];
        for (key, value) in sections.entries("channel infos") {
            let Some(place) = channel_place(key, n_channels) else {
                return Err(Error::format(format!(
                    "describes '{key}', and there are {n_channels} channels; it is damaged"
                )));
            };
            found[place] = Some(read_channel(key, value)?);
        }
        for (key, value) in sections.entries("coordinates") {
            let place = channel_place(key, n_channels);
            if let Some((channel, _)) = place.and_then(|place| found[place].as_mut()) {
                channel.position = position(value);
            }
        }
        for (k, channel) in found.into_iter().enumerate() {
            let (channel, gain) = channel
                .ok_or_else(|| Error::format(format!("does not describe channel Ch{}; it is damaged", k + 1)))?;
            self.channels.push(channel);
            self.gains.push(gain);
        }
        Ok(())
    }
}

fn binary_format(sections: &Sections) -> Result<Number> {
    let word = sections.value("binary infos", "BinaryFormat").unwrap_or("INT_16").to_uppercase();
    let kind = match word.as_str() {
        "INT_16" => NumberKind::I16,
        "UINT_16" => NumberKind::U16,
        "INT_32" => NumberKind::I32,
        "IEEE_FLOAT_32" => NumberKind::F32,
        "IEEE_FLOAT_64" => NumberKind::F64,
        _ => return Err(Error::format(format!("the numbers are '{word}'; INT_16, INT_32 and IEEE_FLOAT_32 are read"))),
    };
    let big_endian =
        sections.value("binary infos", "UseBigEndianOrder").is_some_and(|word| word.eq_ignore_ascii_case("yes"));
    Ok(Number { kind, big_endian })
}

/// Returns the place of the channel that a key such as `Ch1` names.
fn channel_place(key: &str, n_channels: usize) -> Option<usize> {
    let digits = key.strip_prefix("Ch").or_else(|| key.strip_prefix("ch")).or_else(|| key.strip_prefix("CH"))?;
    digits.parse::<usize>().ok()?.checked_sub(1).filter(|&place| place < n_channels)
}

/// Reads name, reference, resolution and unit of a channel, and returns the factor of its numbers.
fn read_channel(key: &str, value: &str) -> Result<(Channel, f64)> {
    let fields = fields(value);
    let field = |k: usize| fields.get(k).copied().unwrap_or_default();
    let name = unescape(field(0));
    let resolution = match field(2) {
        "" => 1.0,
        text => number(text).filter(|&resolution| resolution != 0.0).ok_or_else(|| {
            Error::format(format!("the resolution of channel '{name}' ({key}) is '{text}'; it is damaged"))
        })?,
    };
    // Without a unit it is µV, as the format says.
    let unit = if field(3).is_empty() { "µV" } else { field(3) };
    let (kind, factor, unit) = match volts(unit) {
        Some(factor) => (ChannelKind::of_voltage(&name), factor, "V"),
        None => (ChannelKind::Misc, 1.0, unit),
    };
    let channel = Channel { name, kind, unit: unit.to_owned(), position: None, is_bad: false };
    Ok((channel, resolution * factor))
}

/// Returns the position of an electrode, given by radius and two angles in degrees; a radius of 0 says nothing.
fn position(value: &str) -> Option<[f64; 3]> {
    let numbers: Option<Vec<f64>> = fields(value).into_iter().map(number).collect();
    let &[radius, theta, phi] = numbers?.as_slice() else { return None };
    if radius == 0.0 {
        return None;
    }
    let radius = if radius == 1.0 { HEAD } else { radius };
    let (theta, phi) = (theta.to_radians(), phi.to_radians());
    Some([radius * theta.sin() * phi.cos(), radius * theta.sin() * phi.sin(), radius * theta.cos()])
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}
