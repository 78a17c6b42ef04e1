//! Dissimilarity matrices in `.csv`, `.tsv` and `.txt` files.

use std::path::Path;

use rsa_core::{Error, Result};

use super::{
    array_file::column_note, file_rdms::FileRdms, long_table::LongTable, reading::RdmReading, table_cells::TableCells,
    table_frame::TableFrame,
};
use crate::{options::OpenOptions, positioned::stem};

/// Reads the matrices of a table: one in square form, several upper triangles, or a long table.
///
/// Blank cells and words for missing values are missing pairs.
pub(super) fn read(path: &Path, name: Option<&str>, options: &OpenOptions) -> Result<FileRdms> {
    let own = stem(path);
    if let Some(wanted) = name.filter(|&wanted| wanted != own) {
        return Err(Error::format(format!("has no array '{wanted}'; it has '{own}'")));
    }
    let mut cells = TableCells::read(path)?;
    let doubt = cells.doubt.take();
    let mut found = read_cells(&cells, &own, options)?;
    found.warnings.extend(doubt);
    Ok(found)
}

fn read_cells(cells: &TableCells, own: &str, options: &OpenOptions) -> Result<FileRdms> {
    let reading = RdmReading::new(options);
    if let Some(long) = LongTable::by_header(cells, options.table.header)? {
        return long.read(cells, own, reading);
    }
    let frame = TableFrame::find(cells, options, reading)?;
    if !frame.is_square
        && let Some(long) = LongTable::by_content(cells, options.table.header)?
    {
        return long.read(cells, own, reading);
    }
    let mut table = frame.read(cells)?;
    let mut found = FileRdms::default();
    found.warnings.append(&mut table.notes);
    if table.names.is_some() && table.stored.shape.ends_with(&[1]) {
        return Err(Error::format(
            "names and one number a row are no dissimilarities of pairs; a long table has two columns of names, \
             condition_a and condition_b",
        ));
    }
    if table.stored.squeeze() {
        found.warnings.push(column_note(own, table.stored.values.len()));
    }
    let rdms = match table.is_square {
        true => table.stored.only_square(reading)?,
        false => table.stored.rdms(reading)?,
    };
    found.add(own, &table.stored.shape, rdms, table.labels.as_ref())?;
    if let Some(names) = table.names.filter(|names| names.len() == found.rdms.len()) {
        found.rdms.iter_mut().zip(names).for_each(|((name, _), given)| *name = given);
    }
    Ok(found)
}
