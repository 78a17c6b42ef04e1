//! Conditions of one RDM as points.

use rsakit::{Error, Result};

use super::{MdsRequest, Unmapped};
use crate::{inputs::read_rdms, layer_filter::LayerFilter, notes::Notes};

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
    let (mut rdms, described) = read_rdms(input, filter, &request.options, notes)?;
    let names: Vec<_> = rdms.iter().map(|(name, _)| name.clone()).collect();
    match rdms.pop() {
        Some((title, rdm)) if rdms.is_empty() => Ok(Unmapped {
            title,
            dissimilarity: "dissimilarity",
            groups: Vec::new(),
            paths: Vec::new(),
            inputs: vec![described],
            rdm,
        }),
        _ => Err(Error::invalid_parameter(
            "the RDMs of a map of conditions",
            "one; choose it by --layers NAME, or map all of them by --comparison",
            format_args!("{} in {input}: {}", names.len(), names.join(", ")),
        )),
    }
}
