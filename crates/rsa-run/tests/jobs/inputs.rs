//! Files for the jobs to read.

use std::{fs::File, path::Path};

use ndarray::{Array2, ArrayD, IxDyn};
use rsa_io::{Compression, FloatWidth, NpzWriter};

/// Returns n conditions × p features without a pattern.
pub(crate) fn waves(n: usize, p: usize, shift: usize) -> Array2<f64> {
    Array2::from_shape_fn((n, p), |(i, j)| (((i + 1) * (i + 1) * (j + 2) + shift * i) as f64).sin())
}

/// Writes an `.npz` file of `count` layers, each of n conditions × p features.
pub(crate) fn write_layers(folder: &Path, name: &str, count: usize, (n, p): (usize, usize)) {
    let mut npz = NpzWriter::new(File::create(folder.join(name)).unwrap(), Compression::Stored);
    for k in 0..count {
        npz.add_matrix(&format!("layer{k}"), waves(n, p, k + name.len()).view(), FloatWidth::F64).unwrap();
    }
    npz.finish().unwrap();
}

/// Returns images × channels × height × width without a pattern.
pub(crate) fn images(shape: [usize; 4], shift: usize) -> ArrayD<f64> {
    let value = |at: IxDyn| (0..4).map(|k| (at[k] + 1) as f64 * [7.0, 3.0, 1.3, 0.7][k]).sum::<f64>() + shift as f64;
    ArrayD::from_shape_fn(IxDyn(&shape), |at| value(at).powi(2).sin())
}

/// Writes an array of any number of axes as `.npy`, in C order.
pub(crate) fn write_array(folder: &Path, name: &str, array: &ArrayD<f64>) {
    let shape: Vec<_> = array.shape().iter().map(|length| format!("{length}, ")).collect();
    let mut header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}), }}", shape.concat());
    // The header ends with a line feed, and the numbers begin at a multiple of 64 bytes.
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(array.iter().flat_map(|value| value.to_le_bytes()));
    std::fs::write(folder.join(name), bytes).unwrap();
}
