//! Hugging Face's `.safetensors`: a JSON header, then the tensors, little-endian and in C order.

use std::path::Path;

use ::safetensors::{Dtype, tensor::Metadata};
use rsa_core::{Error, Result};

use crate::{
    layer::{Layer, Stored},
    layout::{Layout, Order},
    number::{Kind, Number},
    positioned::{PositionedFile, read_error},
    source::Contents,
};

/// The limit of the format's own library.
const MAX_HEADER: u64 = 100_000_000;

/// The length of the header stands in the first eight bytes.
const PREFIX: u64 = 8;

/// The tensors of the file at `path`, in the order of their data.
pub(crate) fn open(path: &Path) -> Result<Contents> {
    let file = PositionedFile::open(path)?;
    let (start, metadata) = read_header(&file)?;
    let mut contents = Contents::default();
    for name in metadata.offset_keys() {
        let Some(tensor) = metadata.info(&name) else { continue };
        let layout = match number(tensor.dtype) {
            Some(number) => Layout::new(number, tensor.shape.clone(), Order::C),
            None => Err(Error::format(format!(
                "the type {:?} is not read; convert the tensor to float32 before saving",
                tensor.dtype
            ))),
        };
        match layout {
            Err(reason) => contents.skip(name, reason),
            Ok(layout) => {
                let offset = start + tensor.data_offsets.0 as u64;
                layout.ensure_held(file.length().saturating_sub(offset))?;
                let place = format!("{}::{name}", path.display());
                contents.layers.push(Layer::stored(name, place, Stored::new(file.clone(), offset, layout)));
            }
        }
    }
    Ok(contents)
}

/// The header, and where the data start. The library checks that the tensors follow one another without a gap
/// and that each has the bytes its shape needs.
fn read_header(file: &PositionedFile) -> Result<(u64, Metadata)> {
    let reading = |error| read_error("reading the safetensors header", error);
    let mut prefix = [0; PREFIX as usize];
    file.read_exact_at(0, &mut prefix).map_err(reading)?;
    let claimed = u64::from_le_bytes(prefix);
    let found = file.length() - PREFIX;
    if claimed > found.min(MAX_HEADER) {
        return Err(Error::format(format!(
            "the header claims {claimed} bytes, and {found} follow (at most {MAX_HEADER} are possible); \
             the file is truncated, damaged or of another format"
        )));
    }
    // No larger than the file, as has just been checked.
    let mut header = vec![0; claimed as usize];
    file.read_exact_at(PREFIX, &mut header).map_err(reading)?;
    let metadata: Metadata = serde_json::from_slice(&header)
        .map_err(|error| Error::format(format!("the safetensors header is damaged: {error}")))?;
    let (start, needed) = (PREFIX + claimed, metadata.data_len() as u64);
    if file.length() - start != needed {
        return Err(Error::format(format!(
            "the header claims {needed} bytes of tensors and {} follow it; the file is truncated or damaged, \
             write it again",
            file.length() - start
        )));
    }
    Ok((start, metadata))
}

fn number(dtype: Dtype) -> Option<Number> {
    let kind = match dtype {
        Dtype::BOOL => Kind::Bool,
        Dtype::I8 => Kind::I8,
        Dtype::U8 => Kind::U8,
        Dtype::I16 => Kind::I16,
        Dtype::U16 => Kind::U16,
        Dtype::I32 => Kind::I32,
        Dtype::U32 => Kind::U32,
        Dtype::I64 => Kind::I64,
        Dtype::U64 => Kind::U64,
        Dtype::F16 => Kind::F16,
        Dtype::BF16 => Kind::BF16,
        Dtype::F32 => Kind::F32,
        Dtype::F64 => Kind::F64,
        _ => return None,
    };
    Some(Number { kind, big_endian: false })
}
