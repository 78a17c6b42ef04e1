//! [`NiftiHeader`]: the header of NIfTI-1 and NIfTI-2, checked.

use rsa_core::{Error, Result};

use super::orientation;
use crate::{
    layout::{Bytes, Layout, MemoryOrder},
    number::{Number, NumberKind},
    voxels::{OrientationFields, VolumeGeometry},
};

/// Bytes of the header of version 1; the first field has this number.
const SIZE_1: usize = 348;

/// Bytes of the header of version 2; the first field has this number.
pub(crate) const SIZE_2: usize = 540;

/// The intent codes of CIFTI-2.
const CIFTI: std::ops::RangeInclusive<i32> = 3000..=3099;

/// Layout, place and scaling of the volumes of a file, as its header says.
#[derive(Clone, Debug)]
pub(super) struct NiftiHeader {
    /// Volumes × voxels.
    pub(super) layout: Layout,
    pub(super) scaling: Option<ValueScaling>,
    pub(super) geometry: VolumeGeometry,
    /// The place of the first number, in the file of the numbers.
    pub(super) data_start: u64,
    /// Doubts, one sentence each.
    pub(super) warnings: Vec<String>,
}

/// The way from stored numbers to values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ValueScaling {
    pub(super) slope: f64,
    pub(super) intercept: f64,
}

/// Number type, scaling and lengths of the matrix of a CIFTI-2 file.
#[derive(Clone, Debug)]
pub(crate) struct MatrixHeader {
    pub(crate) number: Number,
    pub(crate) scaling: Option<ValueScaling>,
    /// The lengths of the axes 5 and 6.
    pub(crate) lengths: [usize; 2],
    /// The place of the first number.
    pub(crate) data_start: u64,
}

/// The places of the fields in one version of the header, and the width of its numbers.
struct HeaderFields<'a> {
    bytes: &'a [u8],
    big_endian: bool,
    version: u8,
}

impl NiftiHeader {
    /// Reads the header at the beginning of `source`; `is_pair` if the numbers are in a file of their own.
    ///
    /// # Errors
    /// `Format` for anything but NIfTI, for numbers that are no real numbers, and for fields that contradict one another.
    pub(super) fn read(source: &mut dyn Bytes, is_pair: bool) -> Result<Self> {
        let mut bytes = [0; SIZE_2];
        source.read_exact_at(0, &mut bytes[..SIZE_1])?;
        let first = [bytes[0], bytes[1], bytes[2], bytes[3]];
        let (size, big_endian) = match (u32::from_le_bytes(first) as usize, u32::from_be_bytes(first) as usize) {
            (size @ (SIZE_1 | SIZE_2), _) => (size, false),
            (_, size @ (SIZE_1 | SIZE_2)) => (size, true),
            _ => {
                return Err(Error::format(
                    "does not start like a NIfTI file; the file is of another format or damaged",
                ));
            }
        };
        source.read_exact_at(SIZE_1 as u64, &mut bytes[SIZE_1..size])?;
        let version = if size == SIZE_1 { 1 } else { 2 };
        HeaderFields { bytes: &bytes[..size], big_endian, version }.parse(is_pair)
    }
}

impl MatrixHeader {
    /// Reads the header at the beginning of `source`, a NIfTI-2 file.
    ///
    /// # Errors
    /// `Format` for numbers that are no real numbers, and for axes that are those of no matrix.
    pub(crate) fn read(source: &mut dyn Bytes) -> Result<Self> {
        let mut bytes = [0; SIZE_2];
        source.read_exact_at(0, &mut bytes)?;
        let fields = HeaderFields::of_version_2(&bytes);
        fields.ensure_magic(false)?;
        let axes: Vec<_> = (0..=7).map(|axis| fields.dim(axis)).collect();
        let lengths = match axes[..] {
            [6, 1, 1, 1, 1, first @ (1..), second @ (1..), _] | [7, 1, 1, 1, 1, first @ (1..), second @ (1..), 1] => {
                [first, second].map(usize::try_from)
            }
            _ => {
                return Err(Error::format(format!(
                    "has dim {axes:?}, and a CIFTI-2 matrix is along axes 5 and 6 alone; the file is damaged"
                )));
            }
        };
        let [Ok(first), Ok(second)] = lengths else { return Err(Error::format("has axes too long for this computer")) };
        Ok(Self {
            number: fields.number()?,
            scaling: fields.scaling()?,
            lengths: [first, second],
            data_start: fields.data_start(false)?,
        })
    }

    /// Returns the first whole number in `bytes`, in the byte order of the file.
    pub(crate) fn i32(&self, bytes: &[u8]) -> i32 {
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        if self.number.big_endian { i32::from_be_bytes(bytes) } else { i32::from_le_bytes(bytes) }
    }
}

/// Returns `true` if the first bytes of a file are a header of NIfTI-2 with an intent of CIFTI.
pub(crate) fn is_cifti(header: &[u8; SIZE_2]) -> bool {
    let first = [header[0], header[1], header[2], header[3]];
    let is_version_2 = [u32::from_le_bytes(first), u32::from_be_bytes(first)].contains(&(SIZE_2 as u32));
    is_version_2 && CIFTI.contains(&HeaderFields::of_version_2(header).intent())
}

impl<'a> HeaderFields<'a> {
    fn of_version_2(bytes: &'a [u8; SIZE_2]) -> Self {
        let is_big = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize == SIZE_2;
        Self { bytes, big_endian: is_big, version: 2 }
    }
}

impl HeaderFields<'_> {
    fn parse(&self, is_pair: bool) -> Result<NiftiHeader> {
        self.ensure_magic(is_pair)?;
        if CIFTI.contains(&self.intent()) {
            return Err(Error::format(
                "holds CIFTI (surface vertices and voxels) and is no NIfTI-2 file that ends in .nii, as CIFTI-2 files do; \
                 unpack it, or convert it: wb_command -file-convert -cifti-version-convert FILE 2 NEW_FILE",
            ));
        }
        let number = self.number()?;
        let mut warnings = Vec::new();
        let (claimed, bits) = (self.i16(self.either(72, 14)), 8 * number.size());
        if usize::try_from(claimed) != Ok(bits) {
            warnings.push(format!("bitpix is {claimed} and {} has {bits} bits, which are read", number.name()));
        }
        let (shape, n_volumes) = self.shape()?;
        let layout = Layout::new(number, vec![n_volumes, shape.iter().product()], MemoryOrder::C)?;
        let fields = self.orientation(&mut warnings);
        let affine = orientation::affine(&fields, shape)?;
        Ok(NiftiHeader {
            layout,
            scaling: self.scaling()?,
            geometry: VolumeGeometry { shape, affine, fields },
            data_start: self.data_start(is_pair)?,
            warnings,
        })
    }

    fn ensure_magic(&self, is_pair: bool) -> Result<()> {
        let magic = &self.bytes[self.either(344, 4)..][..self.either(4, 8)];
        let expected = |kind: &[u8; 3]| match self.version {
            1 => [kind.as_slice(), b"\0"].concat(),
            _ => [kind.as_slice(), b"\0\r\n\x1a\n"].concat(),
        };
        let [single, pair] = if self.version == 1 { [b"n+1", b"ni1"] } else { [b"n+2", b"ni2"] };
        match (magic == expected(single), magic == expected(pair), is_pair) {
            (true, _, false) | (_, true, true) => Ok(()),
            (true, _, true) => Err(Error::format("says that header and numbers are in one file; rename it to .nii")),
            (_, true, false) => Err(Error::format(
                "says that its numbers are in a file of their own; rename it to .hdr, beside its .img",
            )),
            _ => Err(Error::format(
                "has no mark of NIfTI, as files of Analyze 7.5 or damaged ones; convert it in Python: import nibabel; \
                 nibabel.save(nibabel.Nifti1Image.from_image(nibabel.load(FILE)), \"x.nii\")",
            )),
        }
    }

    fn number(&self) -> Result<Number> {
        let code = self.i16(self.either(70, 12));
        let kind = match code {
            2 => NumberKind::U8,
            4 => NumberKind::I16,
            8 => NumberKind::I32,
            16 => NumberKind::F32,
            64 => NumberKind::F64,
            256 => NumberKind::I8,
            512 => NumberKind::U16,
            768 => NumberKind::U32,
            1024 => NumberKind::I64,
            1280 => NumberKind::U64,
            _ => {
                let name = match code {
                    1 => "single bits",
                    32 => "complex64",
                    128 => "RGB24",
                    1536 => "float128",
                    1792 => "complex128",
                    2048 => "complex256",
                    2304 => "RGBA32",
                    _ => "unknown numbers",
                };
                return Err(Error::format(format!(
                    "the voxels are {name} (datatype {code}), and one real number a voxel is read; save the part that is \
                     wanted, such as the magnitude, as float32"
                )));
            }
        };
        Ok(Number { kind, big_endian: self.big_endian })
    }

    /// Returns the shape of a volume and the number of volumes.
    fn shape(&self) -> Result<([usize; 3], usize)> {
        let n_axes = self.dim(0);
        if !(1..=7).contains(&n_axes) {
            return Err(Error::format(format!("dim[0] is {n_axes}, and there are 1 to 7 axes; the file is damaged")));
        }
        let mut lengths = [1usize; 7];
        for axis in 1..=n_axes as usize {
            let length = self.dim(axis);
            lengths[axis - 1] = usize::try_from(length).ok().filter(|&length| length > 0).ok_or_else(|| {
                Error::format(format!(
                    "dim[{axis}] is {length}, and an axis has at least one voxel; the file is damaged"
                ))
            })?;
        }
        let product = |lengths: &[usize]| lengths.iter().try_fold(1usize, |product, &n| product.checked_mul(n));
        match (product(&lengths[..3]), product(&lengths[3..])) {
            (Some(_), Some(n_volumes)) => Ok(([lengths[0], lengths[1], lengths[2]], n_volumes)),
            _ => Err(Error::format(format!(
                "the header claims axes of {}, more numbers than any file holds; the file is damaged",
                lengths.map(|length| length.to_string()).join(" × ")
            ))),
        }
    }

    fn scaling(&self) -> Result<Option<ValueScaling>> {
        let (slope, intercept) = (self.float(self.either(112, 176)), self.float(self.either(116, 184)));
        if slope == 0.0 || !slope.is_finite() {
            return Ok(None);
        }
        if !intercept.is_finite() {
            return Err(Error::format(format!(
                "scl_slope is {slope} and scl_inter {intercept}, so that no voxel has a value; the file is damaged"
            )));
        }
        Ok((slope != 1.0 || intercept != 0.0).then_some(ValueScaling { slope, intercept }))
    }

    fn data_start(&self, is_pair: bool) -> Result<u64> {
        let least = if is_pair { 0 } else { self.bytes.len() as u64 + 4 };
        let (start, shown) = match self.version {
            1 => {
                let start = self.float(108);
                // All offsets that a 32-bit float can tell apart are in this range.
                let whole = start.fract() == 0.0 && (0.0..1e18).contains(&start);
                (whole.then_some(start as u64), start.to_string())
            }
            _ => (u64::try_from(self.i64(168)).ok(), self.i64(168).to_string()),
        };
        start.filter(|&start| start >= least).ok_or_else(|| {
            Error::format(format!(
                "vox_offset is {shown}, and the numbers begin at {least} or later; the file is damaged"
            ))
        })
    }

    fn orientation(&self, warnings: &mut Vec<String>) -> OrientationFields {
        let float = |first: usize, k: usize| self.float(first + k * self.either(4, 8));
        let mut pixdim = [0, 1, 2, 3].map(|k| float(self.either(76, 104), k));
        for (axis, size) in pixdim.iter_mut().enumerate().skip(1) {
            if *size == 0.0 && self.dim(0) >= axis as i64 {
                warnings.push(format!("pixdim[{axis}] is 0; voxels of 1 mm are taken"));
            }
            // Sizes of voxels are positive, and 1 where nothing is said, as nibabel has it.
            *size = if *size == 0.0 { 1.0 } else { size.abs() };
        }
        let units = if self.version == 1 { self.bytes[123] } else { self.i32(500) as u8 };
        if let unit @ (1 | 3) = units & 7 {
            let unit = if unit == 1 { "meters" } else { "micrometers" };
            warnings.push(format!("the header says {unit}; positions are taken as mm, as other programs do"));
        }
        let quatern = self.either(256, 352);
        let srow = self.either(280, 400);
        OrientationFields {
            version: self.version,
            pixdim,
            units,
            qform_code: self.code(252, 344),
            sform_code: self.code(254, 348),
            quaternion: [0, 1, 2].map(|k| float(quatern, k)),
            offset: [3, 4, 5].map(|k| float(quatern, k)),
            rows: [0, 1, 2].map(|row| [0, 1, 2, 3].map(|column| float(srow, 4 * row + column))),
        }
    }

    fn code(&self, first: usize, second: usize) -> i32 {
        if self.version == 1 { self.i16(first).into() } else { self.i32(second) }
    }

    fn intent(&self) -> i32 {
        self.code(68, 504)
    }

    fn dim(&self, axis: usize) -> i64 {
        if self.version == 1 { self.i16(40 + 2 * axis).into() } else { self.i64(16 + 8 * axis) }
    }

    /// Returns the entry for the version of the header.
    fn either(&self, first: usize, second: usize) -> usize {
        if self.version == 1 { first } else { second }
    }

    fn float(&self, at: usize) -> f64 {
        if self.version == 1 { f32::from_bits(self.i32(at) as u32).into() } else { f64::from_bits(self.i64(at) as u64) }
    }

    fn i16(&self, at: usize) -> i16 {
        let bytes = self.field(at);
        if self.big_endian { i16::from_be_bytes(bytes) } else { i16::from_le_bytes(bytes) }
    }

    fn i32(&self, at: usize) -> i32 {
        let bytes = self.field(at);
        if self.big_endian { i32::from_be_bytes(bytes) } else { i32::from_le_bytes(bytes) }
    }

    fn i64(&self, at: usize) -> i64 {
        let bytes = self.field(at);
        if self.big_endian { i64::from_be_bytes(bytes) } else { i64::from_le_bytes(bytes) }
    }

    fn field<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut field = [0; N];
        field.copy_from_slice(&self.bytes[at..at + N]);
        field
    }
}
