//! [`Measurement`]: channels, sampling rate and what was not applied, as a FIF file has them.

use rsa_core::{Error, Result};

use super::fif_tags::{FifBlock, FifFile, FifTag, block, damaged, decode_text, tag, value};
use crate::sensors::{Channel, ChannelKind};

/// Bytes of the description of a channel.
const CHANNEL_SIZE: u64 = 96;

/// Most channels of a file; the largest devices have a few thousand.
const MAX_CHANNELS: usize = 1 << 16;

/// Longest name in the description of a channel; longer ones stand in blocks of their own.
const SHORT_NAME: usize = 15;

/// Units by their numbers.
const UNITS: [(i32, &str); 12] = [
    (3, "s"),
    (6, "M"),
    (7, "rad"),
    (107, "V"),
    (110, "S"),
    (112, "T"),
    (114, "°C"),
    (117, "V/m²"),
    (118, "s²"),
    (201, "T/m"),
    (202, "Am"),
    (210, "px"),
];

/// Channels and sampling rate of a file.
#[derive(Debug)]
pub(super) struct Measurement {
    pub(super) channels: Vec<Channel>,
    /// The factor of each channel.
    pub(super) gains: Vec<f64>,
    pub(super) rate: f64,
    pub(super) notes: Vec<String>,
}

/// The description of one channel.
struct ChannelRecord {
    channel: Channel,
    gain: f64,
    unit_exponent: i32,
    /// The compensation that was applied to a sensor of MEG.
    compensation: i32,
}

impl Measurement {
    /// Reads what `file` says of its measurement.
    ///
    /// # Errors
    /// `Format` if something is missing or damaged.
    pub(super) fn read(file: &FifFile) -> Result<Self> {
        let info = file.root.find(block::MEASUREMENT_INFO);
        let info = info.ok_or_else(|| Error::format("says nothing of its measurement; the file is damaged"))?;
        let rate = file.float(info, tag::RATE)?;
        let rate = rate.ok_or_else(|| Error::format("has no sampling rate; the file is damaged"))?;
        let bad = bad_channels(file, info)?;
        let records = read_channels(file, info, &bad)?;
        let mut notes = Vec::new();
        note_projections(file, info, &mut notes)?;
        let is_compensated = records.iter().any(|record| record.compensation != 0);
        if info.find(block::COMPENSATION).is_some() && !is_compensated {
            notes.push("has compensation matrices of CTF that are not applied".to_owned());
        }
        if let Some(record) = records.iter().find(|record| record.unit_exponent != 0) {
            notes.push(format!(
                "channel '{}' names 10^{} as the multiplier of its unit, which is not applied, as MNE does not",
                record.channel.name, record.unit_exponent
            ));
        }
        let gains = records.iter().map(|record| record.gain).collect();
        Ok(Self { channels: records.into_iter().map(|record| record.channel).collect(), gains, rate, notes })
    }
}

/// Returns the names of bad channels.
fn bad_channels(file: &FifFile, info: &FifBlock) -> Result<Vec<String>> {
    let mut bad = Vec::new();
    for list in info.find_all(block::BAD_CHANNELS) {
        let names = file.text(list, tag::NAME_LIST)?.unwrap_or_default();
        bad.extend(names.split(':').filter(|name| !name.is_empty()).map(|name| name.replace("{COLON}", ":")));
    }
    Ok(bad)
}

/// Reads the description of every channel that stands in `block`.
fn read_channels(file: &FifFile, block: &FifBlock, bad: &[String]) -> Result<Vec<ChannelRecord>> {
    let claimed = file.int(block, tag::N_CHANNELS)?.and_then(|count| usize::try_from(count).ok());
    let tags: Vec<FifTag> = block.tags_of(tag::CHANNEL).collect();
    let blocks: Vec<&FifBlock> = block.blocks.iter().filter(|inner| inner.id == block::CHANNEL).collect();
    if tags.is_empty() || claimed != Some(tags.len()) || (!blocks.is_empty() && blocks.len() != tags.len()) {
        return Err(Error::format(format!(
            "says that it has {} channels, and describes {}, {} of them by name; the file is damaged",
            claimed.map_or("no".to_owned(), |count| count.to_string()),
            tags.len(),
            blocks.len()
        )));
    }
    if tags.len() > MAX_CHANNELS {
        return Err(Error::format(format!("describes {} channels; the file is damaged", tags.len())));
    }
    let mut records = Vec::with_capacity(tags.len());
    for (k, &tag) in tags.iter().enumerate() {
        let mut record = read_channel(file, tag)?;
        let long = blocks.get(k).map(|block| file.text(block, tag::CHANNEL_NAME)).transpose()?.flatten();
        let short = std::mem::take(&mut record.channel.name);
        let is_bad = bad.iter().any(|name| *name == short || long.as_ref() == Some(name));
        record.channel = Channel { is_bad, name: long.unwrap_or(short), ..record.channel };
        records.push(record);
    }
    if let Some(twice) = repeated(&records) {
        return Err(Error::format(format!("has two channels '{twice}'; rename one in MNE with rename_channels")));
    }
    Ok(records)
}

fn repeated(records: &[ChannelRecord]) -> Option<&str> {
    let mut names: Vec<_> = records.iter().map(|record| record.channel.name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

fn read_channel(file: &FifFile, tag: FifTag) -> Result<ChannelRecord> {
    if tag.form != value::CHANNEL || tag.size != CHANNEL_SIZE {
        return Err(damaged(&tag, "describes a channel in another form"));
    }
    let bytes = file.bytes(tag)?;
    let word = |k: usize| [bytes[4 * k], bytes[4 * k + 1], bytes[4 * k + 2], bytes[4 * k + 3]];
    let int = |k: usize| i32::from_be_bytes(word(k));
    let float = |k: usize| f64::from(f32::from_be_bytes(word(k)));
    // Two counters, kind, range, cal, coil, twelve numbers of the place, unit and its exponent, and the name.
    let (kind, gain, coil, unit) = (int(2), float(4), int(5), int(18));
    let name = decode_text(&bytes[80..80 + SHORT_NAME + 1]);
    if !gain.is_finite() || gain == 0.0 {
        return Err(Error::format(format!(
            "the factor of channel '{name}' is {gain}, so that it has no values; the file is damaged"
        )));
    }
    let place = [6, 7, 8].map(|k| 1000.0 * float(k));
    // Nothing is at the middle of the head, and MNE writes zeros or NaN where it knows no place.
    let is_known = place.iter().all(|x| x.is_finite()) && place.iter().any(|x| *x != 0.0);
    let kind = channel_kind(kind, coil & 0xffff, unit);
    let channel = Channel {
        name,
        kind,
        unit: UNITS.iter().find(|(code, _)| *code == unit).map_or("", |(_, name)| name).to_owned(),
        position: is_known.then_some(place),
        is_bad: false,
    };
    let is_meg = matches!(kind, ChannelKind::Mag | ChannelKind::Grad);
    let compensation = if is_meg { coil >> 16 } else { 0 };
    Ok(ChannelRecord { channel, gain, unit_exponent: int(19), compensation })
}

/// Returns the kind of channel, as MNE tells it by the kind, the coil and the unit in the file.
fn channel_kind(kind: i32, coil: i32, unit: i32) -> ChannelKind {
    const TESLA_PER_METER: i32 = 201;
    match (kind, coil) {
        (1, _) if unit == TESLA_PER_METER => ChannelKind::Grad,
        (1, _) => ChannelKind::Mag,
        (301, _) => ChannelKind::RefMeg,
        (2, 6) => ChannelKind::Csd,
        (2, _) => ChannelKind::Eeg,
        (802, _) => ChannelKind::Seeg,
        (902, _) => ChannelKind::Ecog,
        (803, _) => ChannelKind::Dbs,
        (1100, 300) => ChannelKind::Hbo,
        (1100, 301) => ChannelKind::Hbr,
        (1100, _) => ChannelKind::Fnirs,
        (202, _) => ChannelKind::Eog,
        (402, _) => ChannelKind::Ecg,
        (302, _) => ChannelKind::Emg,
        (3, _) => ChannelKind::Stim,
        _ => ChannelKind::Misc,
    }
}

/// Notes the projections that the data do not have yet.
fn note_projections(file: &FifFile, info: &FifBlock, notes: &mut Vec<String>) -> Result<()> {
    let mut inactive = Vec::new();
    for projection in info.find_all(block::PROJECTION) {
        if file.int(projection, tag::IS_ACTIVE)?.unwrap_or(0) == 0 {
            inactive.push(file.text(projection, tag::NAME)?.unwrap_or_else(|| "without a name".to_owned()));
        }
    }
    if !inactive.is_empty() {
        notes.push(format!(
            "projections of MNE that are not applied: {}; apply_proj() in MNE does it, before the file is written",
            crate::open::enumerate(&inactive)
        ));
    }
    Ok(())
}
