//! Conditions of one RDM as points.

use rsakit::{Error, Result};

use super::{MdsRequest, Unmapped};
use crate::{
    inputs::{Input, data_error},
    layer_filter::LayerFilter,
    notes::Notes,
};

/// Reads the RDM.
///
/// # Errors
/// `InvalidParameter` unless one RDM is left.
pub(super) fn read(request: &MdsRequest, filter: &LayerFilter, notes: &mut Notes<'_>) -> Result<Unmapped> {
    let [input] = request.inputs.as_slice() else {
        return Err(Error::invalid_parameter(
            "the inputs of a map of conditions",
            "one file; for a map of RDMs say by --comparison how they are compared",
            request.inputs.len(),
        ));
    };
    let mut stored = rsa_io::read_rdms(input, &request.options).map_err(data_error)?;
    notes.add_all(stored.warnings);
    filter.keep(&mut stored.rdms, input, |(name, _)| name)?;
    let names: Vec<_> = stored.rdms.iter().map(|(name, _)| name.clone()).collect();
    match stored.rdms.pop() {
        Some((title, rdm)) if stored.rdms.is_empty() => Ok(Unmapped {
            title,
            dissimilarity: "dissimilarity",
            groups: Vec::new(),
            paths: Vec::new(),
            inputs: vec![Input::from_rdms(input, 1, rdm.n_conditions())],
            rdm,
        }),
        _ => Err(Error::invalid_parameter(
            "the RDMs of a map of conditions",
            "one; choose it by --layers NAME, or map all of them by --comparison",
            format_args!("{} in {input}: {}", names.len(), names.join(", ")),
        )),
    }
}
