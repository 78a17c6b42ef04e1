//! [`LayerToRead`]: a layer that becomes an RDM, with a name of its own.

use std::collections::HashSet;

use rsa_io::{Layer, OpenOptions};
use rsakit::{
    Result,
    core::{Observer, RowBlocks},
};

use crate::{
    input_names::name_inputs,
    inputs::{Input, ensure_features_are_chosen, open_layers},
    layer_filter::LayerFilter,
    noise::NoiseSource,
    notes::Notes,
};

/// Layer that becomes an RDM.
pub(crate) struct LayerToRead {
    /// Name of the RDM.
    pub(crate) name: String,
    /// File and layer, for messages.
    pub(crate) place: String,
    /// Place of the input among the inputs.
    pub(crate) input: usize,
    pub(crate) layer: Layer,
}

/// Opens all inputs; returns their layers in order, no two of one name, and the inputs.
pub(crate) fn open_all(
    inputs: &[String],
    filter: &LayerFilter,
    options: &OpenOptions,
    notes: &mut Notes<'_>,
    observer: &dyn Observer,
) -> Result<(Vec<LayerToRead>, Vec<Input>)> {
    ensure_features_are_chosen(inputs.iter().map(String::as_str), options)?;
    let (mut all, mut opened) = (Vec::new(), Vec::new());
    for (place, (input, input_name)) in inputs.iter().zip(name_inputs(inputs)).enumerate() {
        observer.ensure_going("the reading of the inputs")?;
        let (path, layers) = open_layers(input, filter, options, notes)?;
        opened.push(Input::from_layers(input, &layers));
        let (path, is_alone) = (path.display().to_string(), layers.len() == 1);
        for layer in layers {
            let name = match (inputs.len(), is_alone) {
                (1, _) => layer.name().to_owned(),
                (_, true) => input_name.clone(),
                (_, false) => format!("{input_name}/{}", layer.name()),
            };
            observer.detail(&format!("{}: {} × {}", layer.name(), layer.n_conditions(), layer.n_features()));
            all.push(LayerToRead { name, place: format!("{path}::{}", layer.name()), input: place, layer });
        }
    }
    let mut seen = HashSet::new();
    // Inputs may be arrays of one file.
    if !all.iter().all(|layer| seen.insert(layer.name.clone())) {
        all.iter_mut().for_each(|layer| layer.name.clone_from(&layer.place));
    }
    Ok((all, opened))
}

/// Holds residuals in memory that several layers of an input would read from one compressed file.
pub(crate) fn hold_residuals(layers: &[LayerToRead], noise: &mut [NoiseSource], budget: usize) -> Result<()> {
    for (input, source) in noise.iter_mut().enumerate() {
        let own: Vec<&Layer> = layers.iter().filter(|one| one.input == input).map(|one| &one.layer).collect();
        source.hold_residuals(&own, budget)?;
    }
    Ok(())
}
