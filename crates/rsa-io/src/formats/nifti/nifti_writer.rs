//! [`write_nifti`]: maps of values at voxels, as NIfTI.

use std::io::{self, Write};

use flate2::{Compression, GzBuilder};
use ndarray::ArrayView2;

use crate::voxels::VolumeGeometry;

/// The level at which maps are compressed, the default of zlib.
const LEVEL: u32 = 6;

/// The system in the header of gzip: unknown, so that files have the same bytes everywhere.
const UNKNOWN_SYSTEM: u8 = 255;

/// Writes maps, one a row, with a column for each of the voxels at `places`, as 32-bit floats.
///
/// `geometry` is that of the data or of their mask, from [`Layer::geometry`](crate::Layer::geometry), and its affine,
/// codes and units are kept. `places` are those of the grid of features: x runs fastest. Voxels at no place are NaN. One
/// map is a volume of three axes, several are volumes of one file. The same maps have the same bytes.
///
/// # Errors
/// `InvalidInput` for a value beyond 32-bit floats, and if a voxel does not exist; the errors of `writer`.
///
/// # Panics
/// If there are not as many columns as places.
pub fn write_nifti(
    writer: &mut dyn Write,
    geometry: &VolumeGeometry,
    places: &[usize],
    maps: ArrayView2<'_, f64>,
    compressed: bool,
) -> io::Result<()> {
    assert_eq!(maps.ncols(), places.len(), "a value for every place");
    if !compressed {
        return write_plain(writer, geometry, places, maps);
    }
    let builder = GzBuilder::new().mtime(0).operating_system(UNKNOWN_SYSTEM);
    let mut encoder = builder.write(writer, Compression::new(LEVEL));
    write_plain(&mut encoder, geometry, places, maps)?;
    encoder.finish().map(|_| ())
}

fn write_plain(
    writer: &mut dyn Write,
    geometry: &VolumeGeometry,
    places: &[usize],
    maps: ArrayView2<'_, f64>,
) -> io::Result<()> {
    let invalid = |message: String| io::Error::new(io::ErrorKind::InvalidInput, message);
    let n = geometry.n_voxels();
    if let Some(place) = places.iter().find(|&&place| place >= n) {
        return Err(invalid(format!("there is no voxel {place}; the volume has {n}")));
    }
    writer.write_all(&header(geometry, maps.nrows()))?;
    for map in maps.rows() {
        let mut volume = vec![f32::NAN; n];
        for (&place, &value) in places.iter().zip(map) {
            let short = value as f32;
            if short.is_infinite() {
                return Err(invalid(format!("the value {value} of voxel {place} is beyond 32-bit floats")));
            }
            volume[place] = short;
        }
        let bytes: Vec<u8> = volume.iter().flat_map(|value| value.to_le_bytes()).collect();
        writer.write_all(&bytes)?;
    }
    Ok(())
}

/// Returns the header of `n_maps` maps and the four bytes that say that no extension follows.
fn header(geometry: &VolumeGeometry, n_maps: usize) -> Vec<u8> {
    let [nx, ny, nz] = geometry.shape;
    let n_axes = if n_maps == 1 { 3 } else { 4 };
    let dim = [n_axes, nx, ny, nz, n_maps.max(1), 1, 1, 1];
    let is_short = dim.iter().all(|&length| i16::try_from(length).is_ok());
    match geometry.fields.version {
        1 if is_short => header_1(geometry, dim),
        _ => header_2(geometry, dim),
    }
}

fn header_1(geometry: &VolumeGeometry, dim: [usize; 8]) -> Vec<u8> {
    let fields = &geometry.fields;
    let mut header = HeaderBytes(vec![0; 352]);
    let shorts = |values: &[i32]| values.iter().flat_map(|&value| (value as i16).to_le_bytes()).collect::<Vec<_>>();
    let floats = |values: &[f64]| values.iter().flat_map(|&value| (value as f32).to_le_bytes()).collect::<Vec<_>>();
    header.set(0, &348i32.to_le_bytes());
    header.set(38, b"r");
    header.set(40, &shorts(&dim.map(|length| length as i32)));
    // The datatype and the bits of 32-bit floats.
    header.set(70, &shorts(&[16, 32]));
    header.set(76, &floats(&[&fields.pixdim[..], &[1.0; 4]].concat()));
    // The place of the numbers, slope and intercept.
    header.set(108, &floats(&[352.0, 1.0, 0.0]));
    header.set(123, &[fields.units]);
    header.set(148, description().as_bytes());
    header.set(252, &shorts(&[fields.qform_code, fields.sform_code]));
    header.set(256, &floats(&[fields.quaternion, fields.offset].concat()));
    header.set(280, &floats(&fields.rows.concat()));
    header.set(344, b"n+1");
    header.0
}

fn header_2(geometry: &VolumeGeometry, dim: [usize; 8]) -> Vec<u8> {
    let fields = &geometry.fields;
    let mut header = HeaderBytes(vec![0; 544]);
    let floats = |values: &[f64]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>();
    let longs = |values: &[i64]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>();
    header.set(0, &540i32.to_le_bytes());
    header.set(4, b"n+2\0\r\n\x1a\n");
    header.set(12, &[16, 0, 32, 0]);
    header.set(16, &longs(&dim.map(|length| length as i64)));
    header.set(104, &floats(&[&fields.pixdim[..], &[1.0; 4]].concat()));
    header.set(168, &longs(&[544]));
    header.set(176, &floats(&[1.0, 0.0]));
    header.set(240, description().as_bytes());
    header.set(344, &fields.qform_code.to_le_bytes());
    header.set(348, &fields.sform_code.to_le_bytes());
    header.set(352, &floats(&[fields.quaternion, fields.offset].concat()));
    header.set(400, &floats(&fields.rows.concat()));
    header.set(500, &i32::from(fields.units).to_le_bytes());
    header.0
}

/// The bytes of a header that is being filled.
struct HeaderBytes(Vec<u8>);

impl HeaderBytes {
    fn set(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }
}

fn description() -> &'static str {
    concat!("rsakit ", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};
    use rsa_core::RowBlocks;

    use super::*;
    use crate::tests::samples::{folder, open_bytes, open_path};

    fn data(name: &str) -> Vec<u8> {
        std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/nifti").join(name)).unwrap()
    }

    fn geometry(name: &str) -> VolumeGeometry {
        open_bytes(name, &data(name)).unwrap().layers()[0].geometry().unwrap().clone()
    }

    fn written(geometry: &VolumeGeometry, places: &[usize], maps: &Array2<f64>, compressed: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_nifti(&mut bytes, geometry, places, maps.view(), compressed).unwrap();
        bytes
    }

    #[test]
    fn bytes_are_those_of_nibabel() {
        let one = array![[0.5, -1.25, 3e-9]];
        let two = array![[0.5, -1.25, 3e-9], [1.0, 2.0, 1.0 / 3.0]];
        for (reference, golden, maps) in [
            ("both.nii", "written_both.nii", &one),
            ("neither.nii", "written_neither.nii", &two),
            ("qform_turned_1.nii", "written_turned_1.nii", &one),
            ("qform_turned_2.nii", "written_turned_2.nii", &two),
            ("int16_2_big.nii", "written_big.nii", &one),
        ] {
            // The version of rsakit stands at its place, whatever it is now.
            let mut expected = data(golden);
            let at = if expected[0] == 92 { 148 } else { 240 };
            assert_eq!(&expected[at..at + 7], b"rsakit ");
            expected[at..at + 80].fill(0);
            expected[at..at + description().len()].copy_from_slice(description().as_bytes());
            let bytes = written(&geometry(reference), &[1, 5, 10], maps, false);
            assert_eq!(bytes, expected, "{golden}");
        }
    }

    #[test]
    fn compressed_maps_have_the_same_bytes_at_any_time() {
        let geometry = geometry("both.nii");
        let maps = array![[0.5, -1.25, 3e-9]];
        let bytes = written(&geometry, &[1, 5, 10], &maps, true);
        assert_eq!(&bytes[..10], b"\x1f\x8b\x08\0\0\0\0\0\0\xff");
        let folder = folder(&[("map.nii.gz", bytes)]);
        let source = open_path(&folder.path().join("map.nii.gz")).unwrap();
        let layer = &source.layers()[0];
        assert_eq!(layer.geometry().unwrap().affine(), geometry.affine());
        assert_eq!(layer.n_features(), 3);
        assert_eq!(layer.read().unwrap().values(), maps.mapv(|value| f64::from(value as f32)));
        assert_eq!(layer.features().grid().unwrap().place(1), 5);
    }

    #[test]
    fn values_and_voxels_that_do_not_fit_are_refused() {
        let geometry = geometry("both.nii");
        let refused = |places: &[usize], value: f64| {
            write_nifti(&mut Vec::new(), &geometry, places, array![[value]].view(), false).unwrap_err().to_string()
        };
        assert_eq!(refused(&[12], 1.0), "there is no voxel 12; the volume has 12");
        assert!(refused(&[3], 1e39).contains("of voxel 3 is beyond 32-bit floats"));
    }
}
