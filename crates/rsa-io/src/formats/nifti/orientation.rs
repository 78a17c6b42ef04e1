//! The affine of a volume: from the rows of the sform, the quaternion of the qform, or the sizes of voxels.

use rsa_core::{Error, Result};

use crate::voxels::OrientationFields;

/// Returns the affine that `fields` give a volume of `shape`, in the order in which nibabel takes them.
///
/// # Errors
/// `Format` for a quaternion that is longer than 1, and for an affine that is not finite.
pub(super) fn affine(fields: &OrientationFields, shape: [usize; 3]) -> Result<[[f64; 4]; 3]> {
    let (source, affine) = if fields.sform_code > 0 {
        ("srow_x, srow_y and srow_z", fields.rows)
    } else if fields.qform_code > 0 {
        ("the quaternion", by_quaternion(fields)?)
    } else {
        ("pixdim", by_sizes(fields, shape))
    };
    match affine.iter().flatten().all(|value| value.is_finite()) {
        true => Ok(affine),
        false => {
            Err(Error::format(format!("{source} of the header are not finite, so that voxels have no place; set them")))
        }
    }
}

/// Returns the rotation of the quaternion, with the sizes of voxels and the offset.
fn by_quaternion(fields: &OrientationFields) -> Result<[[f64; 4]; 3]> {
    let [b, c, d] = fields.quaternion;
    let spacing = if fields.version == 1 { f64::from(f32::EPSILON) } else { f64::EPSILON };
    let square = 1.0 - (b * b + c * c + d * d);
    // The threshold of nibabel: what is left by rounding is a rotation by 180 degrees.
    let a = match square.abs() < 3.0 * spacing {
        true => 0.0,
        false if square < 0.0 => {
            return Err(Error::format(format!("the quaternion ({b}, {c}, {d}) is longer than 1; the file is damaged")));
        }
        false => square.sqrt(),
    };
    let scale = 2.0 / (a * a + b * b + c * c + d * d);
    let turned = |one: f64, other: f64| scale * one * other;
    let rotation = [
        [1.0 - turned(c, c) - turned(d, d), turned(b, c) - turned(a, d), turned(b, d) + turned(a, c)],
        [turned(b, c) + turned(a, d), 1.0 - turned(b, b) - turned(d, d), turned(c, d) - turned(a, b)],
        [turned(b, d) - turned(a, c), turned(c, d) + turned(a, b), 1.0 - turned(b, b) - turned(c, c)],
    ];
    let [factor, x, y, z] = fields.pixdim;
    let z = if factor < 0.0 { -z } else { z };
    let row = |k: usize| [rotation[k][0] * x, rotation[k][1] * y, rotation[k][2] * z, fields.offset[k]];
    Ok([row(0), row(1), row(2)])
}

/// Returns the affine of voxels of these sizes about the center of the volume, x to the left.
fn by_sizes(fields: &OrientationFields, shape: [usize; 3]) -> [[f64; 4]; 3] {
    let mut affine = [[0.0; 4]; 3];
    for (axis, row) in affine.iter_mut().enumerate() {
        let size = if axis == 0 { -fields.pixdim[1] } else { fields.pixdim[axis + 1] };
        row[axis] = size;
        row[3] = -size * (shape[axis] - 1) as f64 / 2.0;
    }
    affine
}
