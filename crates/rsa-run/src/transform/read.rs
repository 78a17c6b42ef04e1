//! RDMs of all inputs, of the same conditions in one order.

use std::{collections::HashSet, path::Path};

use rsa_io::{LabelRole, ensure_label_count};
use rsakit::{
    Error, Rdm, Result,
    core::{Conditions, Observer},
};

use super::{
    Combination, TransformRequest,
    working_set::{WorkingRdm, WorkingSet},
};
use crate::{
    alignment::Alignment,
    inputs::{Input, data_error, stem},
    layer_filter::LayerFilter,
    notes::Notes,
};

/// Reads the RDMs of all inputs, labels and aligns them.
pub(super) fn read(
    request: &TransformRequest,
    notes: &mut Notes<'_>,
    observer: &dyn Observer,
) -> Result<(WorkingSet, Vec<Input>)> {
    let filter = LayerFilter::new(&request.layers)?;
    let (mut rdms, mut inputs) = (Vec::new(), Vec::new());
    for (input, path) in request.inputs.iter().enumerate() {
        observer.ensure_going("reading RDMs")?;
        let mut stored = rsa_io::read_rdms(path, &request.options).map_err(data_error)?;
        notes.add_all(std::mem::take(&mut stored.warnings));
        let mut entries: Vec<_> = stored.rdms.into_iter().zip(stored.places).collect();
        filter.keep(&mut entries, path, |((name, _), _)| name)?;
        (stored.rdms, stored.places) = entries.into_iter().unzip();
        inputs.push(Input::from_rdms(path, &stored));
        for ((name, rdm), place) in stored.rdms.into_iter().zip(stored.places) {
            let stem =
                if place.file.is_empty() { rsa_io::stem(rsa_io::split_address(path).0) } else { stem(&place.file) };
            rdms.push(WorkingRdm { name, is_renamed: false, stem, input, place, weight: 1.0, rdm });
        }
    }
    if let Some(path) = &request.names {
        name(&mut rdms, path)?;
    }
    if let Some(path) = &request.conditions {
        label(&mut rdms, path, request)?;
    }
    match request.combine {
        Some(combination) => combine(&mut rdms, combination, request, notes)?,
        None => align(&mut rdms, request, notes)?,
    }
    if let Some(path) = &request.weights {
        weigh(&mut rdms, path)?;
    }
    Ok((WorkingSet::new(rdms), inputs))
}

/// Returns an error as one of the RDM `one`.
fn named(error: Error, one: &WorkingRdm, request: &TransformRequest) -> Error {
    data_error(error.context(format!("{}, RDM '{}'", request.inputs[one.input], one.name)))
}

/// Gives each RDM its name.
fn name(rdms: &mut [WorkingRdm], path: &Path) -> Result<()> {
    let names = rsa_io::read_labels(path, LabelRole::Groups).map_err(data_error)?;
    if names.len() != rdms.len() {
        let requirement = format!("a name for each of the {} RDMs, one a line in their order", rdms.len());
        return Err(Error::invalid_parameter("--names", requirement, format_args!("{} names", names.len())));
    }
    let mut seen = HashSet::new();
    if let Some(twice) = names.iter().find(|&name| !seen.insert(name)) {
        return Err(Error::format(format!("{}: two RDMs are named '{twice}'", path.display())));
    }
    for (one, name) in rdms.iter_mut().zip(names) {
        (one.name, one.is_renamed) = (name, true);
    }
    Ok(())
}

/// Labels the conditions of all RDMs, none of which may have labels.
fn label(rdms: &mut [WorkingRdm], path: &Path, request: &TransformRequest) -> Result<()> {
    let labels = rsa_io::read_labels(path, LabelRole::Conditions).map_err(data_error)?;
    for one in rdms {
        if one.rdm.conditions().labels().is_some() {
            let requirement = "given for RDMs without labels alone";
            let found = format!("RDM '{}' of {}, which has labels", one.name, request.inputs[one.input]);
            return Err(Error::invalid_parameter("--conditions", requirement, found));
        }
        ensure_label_count(&labels, one.rdm.n_conditions()).map_err(|error| error.context(path.display()))?;
        one.rdm = one.rdm.clone().with_conditions(Conditions::labeled(labels.iter().cloned()))?;
    }
    Ok(())
}

/// Brings the conditions of all RDMs into one order.
fn align(rdms: &mut [WorkingRdm], request: &TransformRequest, notes: &mut Notes<'_>) -> Result<()> {
    let conditions: Vec<_> = rdms.iter().map(|one| one.rdm.conditions().clone()).collect();
    let alignment = Alignment::new(&conditions);
    for (input, path) in request.inputs.iter().enumerate() {
        let own: Vec<_> =
            rdms.iter().zip(&conditions).filter(|(one, _)| one.input == input).map(|(_, own)| own).collect();
        notes.add_all(alignment.notes(path, "RDMs", own.into_iter()));
    }
    const REMEDY: &str = "--combine union or --combine shared brings RDMs of different conditions together";
    for one in rdms {
        let aligned = alignment.align_to_first(one.rdm.clone());
        one.rdm = aligned.map_err(|error| named(error, one, request).context(REMEDY))?;
    }
    Ok(())
}

/// Extends the RDMs to the conditions of all, or takes those that they share.
fn combine(
    rdms: &mut [WorkingRdm],
    combination: Combination,
    request: &TransformRequest,
    notes: &mut Notes<'_>,
) -> Result<()> {
    for one in rdms.iter() {
        let labels = one.rdm.conditions().labels();
        let error = match labels {
            None => "has no labels, by which conditions are matched; --conditions FILE gives them",
            Some(labels) if labels.iter().collect::<HashSet<_>>().len() < labels.len() => {
                "has two conditions of one label"
            }
            Some(_) => continue,
        };
        return Err(named(Error::label_mismatch(error), one, request));
    }
    let counts = rdms.iter().map(|one| one.rdm.n_conditions());
    let (least, most) = (counts.clone().min().unwrap_or(0), counts.max().unwrap_or(0));
    let labels = |one: &WorkingRdm| one.rdm.conditions().labels().unwrap_or_default().to_vec();
    let combined: Vec<Rdm> = match combination {
        Combination::Union => {
            Rdm::extend_to_union(&rdms.iter().map(|one| &one.rdm).collect::<Vec<_>>()).map_err(data_error)?
        }
        Combination::Shared => {
            let sets: Vec<HashSet<String>> = rdms.iter().map(|one| labels(one).into_iter().collect()).collect();
            let mut shared = rdms.first().map(labels).unwrap_or_default();
            shared.retain(|label| sets.iter().all(|set| set.contains(label)));
            if shared.len() < 2 {
                return Err(Error::label_mismatch(format!(
                    "{} conditions are in all {} RDMs, and an RDM needs two; --combine union keeps all conditions",
                    shared.len(),
                    rdms.len()
                )));
            }
            let part = |one: &WorkingRdm| {
                let own = labels(one);
                let rows = shared.iter().filter_map(|label| own.iter().position(|other| other == label));
                one.rdm.select(&rows.collect::<Vec<_>>())
            };
            rdms.iter().map(part).collect::<Result<_>>()?
        }
    };
    let n = combined.first().map_or(0, Rdm::n_conditions);
    if least < n || most > n {
        let (done, what) = match combination {
            Combination::Union => ("extended to", "all of them"),
            Combination::Shared => ("reduced to", "each of them"),
        };
        let own = if least == most { least.to_string() } else { format!("{least} to {most}") };
        notes.add(format!("{} RDMs of {own} conditions were {done} the {n} conditions of {what}", rdms.len()));
    }
    rdms.iter_mut().zip(combined).for_each(|(one, rdm)| one.rdm = rdm);
    Ok(())
}

/// Reads the weight of each RDM.
fn weigh(rdms: &mut [WorkingRdm], path: &Path) -> Result<()> {
    let texts = rsa_io::read_labels(path, LabelRole::Groups).map_err(data_error)?;
    if texts.len() != rdms.len() {
        let requirement = format!("a number for each of the {} RDMs, one a line in their order", rdms.len());
        return Err(Error::invalid_parameter("--weights", requirement, format_args!("{} lines", texts.len())));
    }
    for (k, (one, text)) in rdms.iter_mut().zip(&texts).enumerate() {
        let weight = text.parse().ok().filter(|weight: &f64| weight.is_finite() && *weight >= 0.0);
        one.weight = weight.ok_or_else(|| {
            Error::format(format!(
                "{}: the weight of RDM {} is '{text:.40}'; weights are numbers, 0 or above",
                path.display(),
                k + 1
            ))
        })?;
    }
    Ok(())
}
