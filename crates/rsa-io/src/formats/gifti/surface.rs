//! [`Surface`]: the vertices and triangles of a `.surf.gii` file.

use std::path::Path;

use rsa_core::{Error, Result};

use super::{
    GiftiFile,
    data_array::{DataArray, Intent},
    vertex_maps::read_numbers,
};
use crate::layout::show_shape;

/// A mesh of triangles in space.
#[derive(Clone, Debug, PartialEq)]
pub struct Surface {
    /// The structure, such as `CORTEX_LEFT`, if the file or its name says it.
    pub structure: Option<String>,
    /// The positions of the vertices in mm, transformed as the file says.
    pub vertices: Vec<[f64; 3]>,
    /// The three vertices of every triangle, each of which exists.
    pub triangles: Vec<[u32; 3]>,
}

/// Reads the surface in the GIfTI file at `path`, such as the mid-thickness of a hemisphere.
///
/// # Errors
/// `Io` if the file cannot be read; `Format` if it is malformed, or has no array or several arrays of positions or of
/// triangles; `NonFinite` for a position that is none. The message names the file.
pub fn read_surface(path: &Path) -> Result<Surface> {
    let read = || {
        let gifti = GiftiFile::read(path)?;
        let positions = only(&gifti, Intent::PointSet)?;
        let transform = transform(positions)?;
        let vertices = triples(&gifti, positions)?;
        if let Some((k, axis)) = first_not_finite(&vertices) {
            return Err(Error::non_finite_entry("the positions of the vertices", k, axis, vertices[k][axis]));
        }
        let vertices: Vec<_> = vertices.into_iter().map(|vertex| transformed(transform, vertex)).collect();
        if first_not_finite(&vertices).is_some() {
            return Err(Error::format("the transform of the vertices overflows; the file is damaged"));
        }
        let index = |value: f64| {
            let exists = value.fract() == 0.0 && (0.0..vertices.len() as f64).contains(&value);
            exists.then_some(value as u32).ok_or_else(|| {
                Error::format(format!("a triangle has the vertex {value}, and the surface has {}", vertices.len()))
            })
        };
        let mut triangles = Vec::new();
        for [a, b, c] in triples(&gifti, only(&gifti, Intent::Triangle)?)? {
            triangles.push([index(a)?, index(b)?, index(c)?]);
        }
        Ok(Surface { structure: gifti.structure, vertices, triangles })
    };
    read().map_err(|error: Error| error.context(path.display()))
}

fn only(gifti: &GiftiFile, intent: Intent) -> Result<&DataArray> {
    let mut found = gifti.arrays.iter().filter(|array| array.intent == intent);
    match (found.next(), found.next()) {
        (Some(array), None) => Ok(array),
        (first, _) => {
            let number = if first.is_some() { "several arrays" } else { "no array" };
            Err(Error::format(format!("has {number} {}; a surface has one (.surf.gii)", intent.word())))
        }
    }
}

/// Returns the transform of the positions, `None` to take them as they are.
fn transform(positions: &DataArray) -> Result<Option<[[f64; 4]; 3]>> {
    let mut transforms = positions.transforms.iter();
    let Some((space, first)) = transforms.next() else { return Ok(None) };
    match transforms.find(|(_, other)| other != first) {
        None => Ok(Some(*first)),
        Some((other, _)) => Err(Error::format(format!(
            "the vertices have a transform to '{space:.40}' and another to '{other:.40}'; keep the one that leads to the \
             space of the data"
        ))),
    }
}

fn transformed(transform: Option<[[f64; 4]; 3]>, [x, y, z]: [f64; 3]) -> [f64; 3] {
    match transform {
        Some(rows) => rows.map(|[a, b, c, origin]| a * x + b * y + c * z + origin),
        None => [x, y, z],
    }
}

fn triples(gifti: &GiftiFile, array: &DataArray) -> Result<Vec<[f64; 3]>> {
    let &[n, 3] = array.dims.as_slice() else {
        return Err(Error::shape_mismatch(format!(
            "the array {} has shape {}, and three numbers a row are needed",
            array.intent.word(),
            show_shape(&array.dims)
        )));
    };
    let values = read_numbers(&gifti.file, array).map_err(|error| error.context(array.intent.word()))?;
    let at = |row: usize, column: usize| match array.is_column_major {
        true => values[column * n + row],
        false => values[3 * row + column],
    };
    Ok((0..n).map(|row| [at(row, 0), at(row, 1), at(row, 2)]).collect())
}

fn first_not_finite(vertices: &[[f64; 3]]) -> Option<(usize, usize)> {
    let places = vertices.iter().enumerate().flat_map(|(k, vertex)| (0..3).map(move |axis| (k, axis, vertex[axis])));
    places.into_iter().find(|(_, _, value)| !value.is_finite()).map(|(k, axis, _)| (k, axis))
}
