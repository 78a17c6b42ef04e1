//! [`ChosenFeatures`]: options for the features of layers that take part.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rsa_io::{DropFeatures, OpenOptions, RegionOptions, TimeWindow};

use crate::verdict::Failure;

/// Options for the features of layers that take part.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ChosenFeatures {
    /// Mask of brain data (NIfTI, CIFTI-2, GIfTI): the features are where it is finite and not 0
    ///
    /// It has the shape and place, or the mesh, of the data. Without a mask, voxels and vertices that are constant or not
    /// finite are left out.
    #[arg(long, value_name = "FILE")]
    mask: Option<PathBuf>,
    /// Atlas of brain data: every region, a whole number, becomes a layer; with --mask its part inside
    ///
    /// It is a NIfTI volume for volumes, and for surfaces a .dlabel.nii or .label.gii, which has the names of its regions.
    #[arg(long, value_name = "ATLAS")]
    roi: Option<PathBuf>,
    /// Names of the regions of --roi: a table with the columns index and name, or of FreeSurfer
    #[arg(long, value_name = "TABLE", requires = "roi")]
    roi_names: Option<PathBuf>,
    /// Times of trials of MEG and EEG that are features, in seconds from the event: -0.1..0.5, without the later end
    ///
    /// Every channel at each of these times is a feature; --conv mean takes the mean over them. Of a continuous recording
    /// these times around every event are the trials.
    #[arg(long, value_name = "FROM..TO", allow_hyphen_values = true)]
    window: Option<TimeWindow>,
    /// Times of trials of MEG and EEG whose mean is subtracted from each channel of each trial: -0.1..0 [default: none]
    #[arg(long, value_name = "FROM..TO", allow_hyphen_values = true)]
    baseline: Option<TimeWindow>,
    /// Leave out features that are constant over all conditions (dead) or have a NaN or infinity (nan): dead,nan
    #[arg(long, value_enum, value_name = "KINDS", value_delimiter = ',')]
    drop_features: Vec<DropWord>,
}

/// Kind of features to leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DropWord {
    /// One value in all conditions
    Dead,
    /// A NaN or an infinity
    Nan,
}

impl ChosenFeatures {
    /// Refuses what is said about features where RDMs are read.
    pub(crate) fn ensure_said_of_layers(&self, rdm: bool) -> Result<(), Failure> {
        let times = self.window.is_some() || self.baseline.is_some();
        let is_said = self.files().next().is_some() || times || !self.drop_features.is_empty();
        match rdm && is_said {
            false => Ok(()),
            true => Err(Failure::usage(
                "--mask, --roi, --window, --baseline and --drop-features are about patterns; RDMs have no features",
            )),
        }
    }

    /// Returns the files that the options name.
    pub(crate) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.mask.iter().chain(&self.roi).chain(&self.roi_names)
    }

    /// Adds what is said about features to `options`.
    pub(crate) fn add_to(&self, options: OpenOptions) -> OpenOptions {
        let regions =
            self.roi.as_ref().map(|atlas| RegionOptions { atlas: atlas.clone(), names: self.roi_names.clone() });
        let drop = |word| self.drop_features.contains(&word);
        let drop_features = DropFeatures { dead: drop(DropWord::Dead), nan: drop(DropWord::Nan) };
        let (window, baseline) = (self.window, self.baseline);
        OpenOptions { mask: self.mask.clone(), regions, window, baseline, drop_features, ..options }
    }
}
