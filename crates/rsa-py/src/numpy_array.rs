//! [`NumpyArray`]: an array of NumPy that is read in place.

use std::ops::Range;

use ndarray::{ArrayViewD, ArrayViewMut2, Axis, Ix2, Slice, Zip};
use numpy::{Element, PyArrayDyn, PyArrayMethods, PyUntypedArrayMethods};
use pyo3::{exceptions::PyTypeError, prelude::*};
use rsa_io::HeldArray;
use rsakit::{Error, Result};

/// Array of NumPy, of which blocks are copied while the interpreter lock is held, so that no thread of Python writes it
/// meanwhile.
#[derive(Debug)]
pub(crate) struct NumpyArray {
    values: Floats,
    shape: Vec<usize>,
    dtype: String,
}

#[derive(Debug)]
enum Floats {
    Double(Py<PyArrayDyn<f64>>),
    Single(Py<PyArrayDyn<f32>>),
}

impl NumpyArray {
    /// Takes an aligned array of 64-bit or 32-bit floats, whose numbers were computed as `dtype`.
    ///
    /// # Errors
    /// `TypeError` for an array of another type or in another alignment: the door of the package converts those.
    pub(crate) fn new(array: &Bound<'_, PyAny>, dtype: String) -> PyResult<Self> {
        // The binding would read a misaligned array as if it were aligned.
        if !array.getattr("flags")?.getattr("aligned")?.extract::<bool>()? {
            return Err(PyTypeError::new_err("the array is not aligned; np.require(x, requirements='A') aligns it"));
        }
        if let Ok(array) = array.cast::<PyArrayDyn<f64>>() {
            let shape = array.shape().to_vec();
            return Ok(Self { values: Floats::Double(array.clone().unbind()), shape, dtype });
        }
        match array.cast::<PyArrayDyn<f32>>() {
            Ok(array) => {
                let shape = array.shape().to_vec();
                Ok(Self { values: Floats::Single(array.clone().unbind()), shape, dtype })
            }
            Err(_) => {
                Err(PyTypeError::new_err("the array has no 64-bit or 32-bit floats in the order of this machine"))
            }
        }
    }
}

impl HeldArray for NumpyArray {
    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn dtype(&self) -> &str {
        &self.dtype
    }

    fn read_block(
        &self,
        axis: usize,
        rows: Range<usize>,
        columns: Range<usize>,
        block: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        Python::attach(|py| match &self.values {
            Floats::Double(array) => read(array.bind(py), &self.shape, axis, rows, columns, block),
            Floats::Single(array) => read(array.bind(py), &self.shape, axis, rows, columns, block),
        })
    }
}

fn read<T: Element + Copy + Into<f64>>(
    array: &Bound<'_, PyArrayDyn<T>>,
    shape: &[usize],
    axis: usize,
    rows: Range<usize>,
    columns: Range<usize>,
    block: ArrayViewMut2<'_, f64>,
) -> Result<()> {
    let unreadable = |why: String| Error::io("the array", std::io::Error::other(why));
    let readonly = array.try_readonly().map_err(|error| unreadable(error.to_string()))?;
    let view = readonly.as_array();
    if view.shape() != shape {
        return Err(unreadable(format!("its shape changed from {shape:?} to {:?} while it was read", view.shape())));
    }
    copy_block(view, axis, rows, columns, block);
    Ok(())
}

/// Copies a block of `view`, whose rows run along `axis`; an array with one axis is a single row.
fn copy_block<T: Copy + Into<f64>>(
    view: ArrayViewD<'_, T>,
    axis: usize,
    rows: Range<usize>,
    columns: Range<usize>,
    mut block: ArrayViewMut2<'_, f64>,
) {
    if let (Ok(matrix), true) = (view.view().into_dimensionality::<Ix2>(), view.ndim() == 2) {
        let matrix = if axis == 0 { matrix } else { matrix.reversed_axes() };
        let wanted = matrix.slice_axis(Axis(0), Slice::from(rows));
        let wanted = wanted.slice_axis(Axis(1), Slice::from(columns));
        Zip::from(block).and(wanted).for_each(|out, &value| *out = value.into());
        return;
    }
    for (mut out, row) in block.rows_mut().into_iter().zip(rows) {
        let values = if view.ndim() < 2 { view.view() } else { view.index_axis(Axis(axis), row) };
        match values.as_slice() {
            Some(values) => {
                out.iter_mut().zip(&values[columns.clone()]).for_each(|(out, &value)| *out = value.into());
            }
            None => {
                let values = values.iter().skip(columns.start);
                out.iter_mut().zip(values).for_each(|(out, &value)| *out = value.into());
            }
        }
    }
}
