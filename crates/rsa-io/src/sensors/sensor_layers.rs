//! The layers of a file of trials: one for each kind of channel.

use std::{path::Path, sync::Arc};

use rsa_core::{Conditions, Error, Features, PositionUnit, Result};

use super::{Channel, ChannelKind, Epochs};
use crate::{
    contents::{Contents, FileArray},
    convention::Convention,
    layout::ensure_room,
    open::enumerate,
    options::OpenOptions,
};

/// Lists the trials of each kind of channel as an array, without the channels that are marked as bad.
///
/// # Errors
/// `InvalidParameter` if the window or the baseline of `options` reaches beyond the trials.
pub(crate) fn list_layers(path: &Path, epochs: Epochs, options: &OpenOptions) -> Result<Contents> {
    let epochs = epochs.with_options(options)?;
    let mut contents = Contents { warnings: epochs.notes().to_vec(), ..Contents::default() };
    let times = epochs.times();
    if let (Convention::Flatten, None, 2..) = (options.convention, options.window, times.count()) {
        contents.warnings.push(format!(
            "every channel at each of {} times ({} to {} s) is a feature; --window FROM..TO chooses times, and --conv mean \
             takes the mean over them",
            times.count(),
            times.show(0),
            times.show(times.count() - 1)
        ));
    }
    for kind in ChannelKind::ALL {
        let of_kind = |channel: &&Channel| channel.kind == kind;
        let bad: Vec<_> = epochs.channels().iter().filter(of_kind).filter(|channel| channel.is_bad).collect();
        let n = epochs.channels().iter().filter(of_kind).count();
        if n == 0 {
            continue;
        }
        let names: Vec<_> = bad.iter().map(|channel| format!("'{}'", channel.name)).collect();
        if bad.len() == n {
            contents.skip(kind.word(), Error::format(format!("all its channels are bad: {}", enumerate(&names))));
            continue;
        }
        if !bad.is_empty() && kind.is_of_brain() {
            contents.warnings.push(format!(
                "layer '{kind}': {} of {n} channels are marked as bad and left out: {}",
                bad.len(),
                enumerate(&names)
            ));
        }
        let good = epochs.with_channels(|channel| channel.kind == kind && !channel.is_bad)?;
        let place = format!("{}::{kind}", path.display());
        contents.arrays.push(FileArray {
            labels: good.labels().map(|labels| Conditions::labeled(labels.iter().map(String::as_str))),
            sensors: Some(Arc::new(good.clone())),
            ..FileArray::new(kind.word().to_owned(), place, good)
        });
    }
    // A recording without a channel of the brain is taken for what it is.
    if contents.arrays.iter().any(is_of_brain) {
        let others = contents.arrays.iter().filter(|array| !is_of_brain(array));
        let others: Vec<_> = others.map(|array| format!("{} ({})", array.name, array.shape()[1])).collect();
        if !others.is_empty() {
            contents.warnings.push(format!(
                "channels of other kinds are layers only by their address, such as {}::{}: {}",
                path.display(),
                others[0].split(' ').next().unwrap_or_default(),
                others.join(", ")
            ));
        }
        contents.only_by_name =
            contents.arrays.iter().filter(|array| !is_of_brain(array)).map(|a| a.name.clone()).collect();
    }
    Ok(contents)
}

fn is_of_brain(array: &FileArray) -> bool {
    array.sensors.as_ref().is_some_and(|epochs| epochs.channels()[0].kind.is_of_brain())
}

/// Returns `features`, which are the channels of `epochs` or every channel at each time, with names and positions.
///
/// # Errors
/// `Io` if there is no memory for so many names.
pub(crate) fn sensor_features(epochs: &Epochs, features: Features) -> Result<Features> {
    /// Bytes that a name and a position take, with copies.
    const BYTES: usize = 128;
    let (channels, times) = (epochs.channels(), epochs.times());
    let n_times = match features.count() == channels.len() * times.count() {
        true => times.count(),
        false => 1,
    };
    ensure_room(features.count(), BYTES)?;
    let moments: Vec<String> = match (n_times, times.count()) {
        (1, 2..) => vec![String::new()],
        _ => (0..n_times).map(|k| format!(" @ {} s", times.show(k))).collect(),
    };
    let name = |channel: &Channel| moments.iter().map(|moment| format!("{}{moment}", channel.name)).collect::<Vec<_>>();
    let features = features.with_names(channels.iter().flat_map(name))?;
    let positions: Option<Vec<[f64; 3]>> = channels.iter().map(|channel| channel.position).collect();
    match positions {
        Some(positions) => {
            let positions = positions.iter().flat_map(|&position| std::iter::repeat_n(position, n_times)).collect();
            features.with_positions(positions, PositionUnit::Millimeters)
        }
        None => Ok(features),
    }
}
