//! [`Channel`]: one sensor or electrode of a recording.

use std::fmt;

/// One channel of a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// Name in the file.
    pub name: String,
    /// Kind of sensor.
    pub kind: ChannelKind,
    /// Unit of the values, such as `T/m`; empty where the file has none.
    pub unit: String,
    /// Position in mm, where the file has it.
    ///
    /// MEG sensors have places in the space of the device, electrodes in the space of the head.
    pub position: Option<[f64; 3]>,
    /// Mark of the file that the channel is bad.
    pub is_bad: bool,
}

/// Kind of a channel, as MNE tells them apart. Channels of one kind have one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChannelKind {
    /// Magnetometer of MEG.
    Mag,
    /// Gradiometer of MEG.
    Grad,
    /// Reference sensor of MEG.
    RefMeg,
    /// Electrode of EEG.
    Eeg,
    /// Current source density of EEG.
    Csd,
    /// Depth electrode.
    Seeg,
    /// Electrode on the cortex.
    Ecog,
    /// Electrode of deep brain stimulation.
    Dbs,
    /// Near-infrared spectroscopy: oxyhemoglobin.
    Hbo,
    /// Near-infrared spectroscopy: deoxyhemoglobin.
    Hbr,
    /// Near-infrared spectroscopy: anything else.
    Fnirs,
    /// Eye movements.
    Eog,
    /// Heart.
    Ecg,
    /// Muscles.
    Emg,
    /// Triggers.
    Stim,
    /// Anything else.
    Misc,
}

impl ChannelKind {
    /// All kinds, in the order of the layers of a file.
    pub const ALL: [Self; 16] = [
        Self::Mag,
        Self::Grad,
        Self::RefMeg,
        Self::Eeg,
        Self::Csd,
        Self::Seeg,
        Self::Ecog,
        Self::Dbs,
        Self::Hbo,
        Self::Hbr,
        Self::Fnirs,
        Self::Eog,
        Self::Ecg,
        Self::Emg,
        Self::Stim,
        Self::Misc,
    ];

    /// Returns the word for the kind, which is the name of its layer.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mag => "mag",
            Self::Grad => "grad",
            Self::RefMeg => "ref_meg",
            Self::Eeg => "eeg",
            Self::Csd => "csd",
            Self::Seeg => "seeg",
            Self::Ecog => "ecog",
            Self::Dbs => "dbs",
            Self::Hbo => "hbo",
            Self::Hbr => "hbr",
            Self::Fnirs => "fnirs",
            Self::Eog => "eog",
            Self::Ecg => "ecg",
            Self::Emg => "emg",
            Self::Stim => "stim",
            Self::Misc => "misc",
        }
    }

    /// Returns the kind of a channel of a recording that gives names alone: EEG, unless its name says otherwise.
    pub(crate) fn of_voltage(name: &str) -> Self {
        let name = name.to_uppercase();
        let kinds = [("EOG", Self::Eog), ("ECG", Self::Ecg), ("EKG", Self::Ecg), ("EMG", Self::Emg)];
        kinds.into_iter().find(|(word, _)| name.contains(word)).map_or(Self::Eeg, |(_, kind)| kind)
    }

    /// Returns `true` if the channel measures the brain.
    pub fn is_of_brain(self) -> bool {
        !matches!(self, Self::RefMeg | Self::Eog | Self::Ecg | Self::Emg | Self::Stim | Self::Misc)
    }
}

impl fmt::Display for ChannelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Returns the factor that makes volts of a unit of voltage; `None` for another unit.
pub(crate) fn volts(unit: &str) -> Option<f64> {
    // The micro sign and the letter mu look alike.
    match unit.trim() {
        "V" => Some(1.0),
        "mV" => Some(1e-3),
        "µV" | "μV" | "uV" => Some(1e-6),
        "nV" => Some(1e-9),
        _ => None,
    }
}
