//! Hugging Face's `.safetensors`: a JSON header, then the tensors, little-endian and in C order.

use std::{collections::HashSet, fmt, io::BufReader, path::Path};

use ::safetensors::{
    Dtype,
    tensor::{Metadata, TensorInfo},
};
use rsa_core::{Error, Result};
use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, Visitor},
};

use crate::{
    contents::{CONDITIONS, Contents, FileArray, RUNS},
    format::FileFormat,
    formats::npy::{self, Dtype as NpyDtype, Header},
    layout::{Layout, MemoryOrder},
    natural_order::compare_names,
    number::{Number, NumberKind},
    options::OpenOptions,
    positioned::{PositionedFile, read_error},
    stored::StoredArray,
};

/// The limit of the format's own library.
const MAX_HEADER: u64 = 100_000_000;

/// The length of the header stands in the first eight bytes.
const PREFIX: u64 = 8;

/// The format `.safetensors`. Tensors are listed in natural order of their names.
///
/// Writers sort the data by type and then by name, `layer10` before `layer2`, so that the file knows no other order.
pub(crate) struct SafetensorsFormat;

impl FileFormat for SafetensorsFormat {
    fn name(&self) -> &'static str {
        "safetensors"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["safetensors"]
    }

    fn names_arrays(&self) -> bool {
        true
    }

    fn open(&self, path: &Path, _: &OpenOptions) -> Result<Contents> {
        let file = PositionedFile::open(path)?;
        let (start, metadata) = read_header(&file)?;
        let mut contents = Contents::default();
        let mut names = metadata.offset_keys();
        names.sort_by(|a, b| compare_names(a, b));
        for name in names {
            let Some(tensor) = metadata.info(&name) else { continue };
            let offset = start + tensor.data_offsets.0 as u64;
            if matches!(name.as_str(), CONDITIONS | RUNS) {
                let labels =
                    read_labels(&file, offset, tensor).map_err(|error| error.context(format!("array '{name}'")))?;
                contents.texts.push((name, labels));
                continue;
            }
            let layout = match number(tensor.dtype) {
                Some(number) => Layout::new(number, tensor.shape.clone(), MemoryOrder::C),
                None => Err(Error::format(format!(
                    "the type {:?} is not read; convert the tensor to float32 before saving",
                    tensor.dtype
                ))),
            };
            match layout {
                Err(reason) => contents.skip(name, reason),
                Ok(layout) => {
                    layout.ensure_held(file.length().saturating_sub(offset))?;
                    let place = format!("{}::{name}", path.display());
                    let array = StoredArray::new(file.clone(), offset, layout);
                    contents.arrays.push(FileArray::new(name, place, array));
                }
            }
        }
        contents.note_neighbors();
        Ok(contents)
    }
}

/// Reads the labels that a tensor of whole numbers holds.
fn read_labels(file: &PositionedFile, offset: u64, tensor: &TensorInfo) -> Result<Vec<String>> {
    let dtype = match number(tensor.dtype) {
        Some(number) => NpyDtype::Number(number),
        None => NpyDtype::Other(format!("{:?}", tensor.dtype)),
    };
    let header = Header { dtype, shape: tensor.shape.clone(), order: MemoryOrder::C, length: offset };
    npy::read_labels(&header, BufReader::new(file.cursor(offset)))
}

/// Reads the header, and returns the start of the data with it.
///
/// The library checks that the tensors follow one another without a gap and that each has the bytes its shape needs.
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
    let damaged = |error| Error::format(format!("the safetensors header is damaged: {error}"));
    let UniqueNames = serde_json::from_slice(&header).map_err(damaged)?;
    let metadata: Metadata = serde_json::from_slice(&header).map_err(damaged)?;
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

/// Names of tensors that differ from one another. The library would keep the last of two tensors of one name.
struct UniqueNames;

impl<'de> Deserialize<'de> for UniqueNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self)
    }
}

impl<'de> Visitor<'de> for UniqueNames {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut names = HashSet::new();
        while let Some((name, IgnoredAny)) = map.next_entry::<String, _>()? {
            if let Some(name) = names.replace(name) {
                return Err(de::Error::custom(format_args!(
                    "two tensors are named '{name}'; write the file again with names that differ"
                )));
            }
        }
        Ok(self)
    }
}

fn number(dtype: Dtype) -> Option<Number> {
    let kind = match dtype {
        Dtype::BOOL => NumberKind::Bool,
        Dtype::I8 => NumberKind::I8,
        Dtype::U8 => NumberKind::U8,
        Dtype::I16 => NumberKind::I16,
        Dtype::U16 => NumberKind::U16,
        Dtype::I32 => NumberKind::I32,
        Dtype::U32 => NumberKind::U32,
        Dtype::I64 => NumberKind::I64,
        Dtype::U64 => NumberKind::U64,
        Dtype::F16 => NumberKind::F16,
        Dtype::BF16 => NumberKind::BF16,
        Dtype::F32 => NumberKind::F32,
        Dtype::F64 => NumberKind::F64,
        _ => return None,
    };
    Some(Number { kind, big_endian: false })
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};
    use rsa_core::ErrorKind;

    use crate::{
        Layer,
        tests::samples::{open_bytes, safetensors},
    };

    #[test]
    fn every_type_is_read_in_natural_order_of_the_names() {
        let types: [(&str, Vec<u8>); 13] = [
            ("BOOL", vec![1]),
            ("I8", vec![1]),
            ("U8", vec![1]),
            ("I16", vec![1, 0]),
            ("U16", vec![1, 0]),
            ("I32", vec![1, 0, 0, 0]),
            ("U32", vec![1, 0, 0, 0]),
            ("I64", vec![1, 0, 0, 0, 0, 0, 0, 0]),
            ("U64", vec![1, 0, 0, 0, 0, 0, 0, 0]),
            ("F16", vec![0x00, 0x3c]),
            ("BF16", vec![0x80, 0x3f]),
            ("F32", 1f32.to_le_bytes().to_vec()),
            ("F64", 1f64.to_le_bytes().to_vec()),
        ];
        // Named against the order of the data.
        let (mut header, mut data) = (Vec::new(), Vec::new());
        for (k, (name, one)) in types.iter().enumerate() {
            let start = data.len();
            data.extend(one.iter().chain(&vec![0; one.len()]));
            header.push(format!(
                r#""{}":{{"dtype":"{name}","shape":[2,1],"data_offsets":[{start},{}]}}"#,
                105 - k,
                data.len()
            ));
        }
        header.reverse();
        let bytes = safetensors(&format!("{{\"__metadata__\":{{\"a\":\"b\"}},{}}}", header.join(",")), &data);
        let source = open_bytes("x.safetensors", &bytes).unwrap();
        assert_eq!(source.layers().len(), types.len());
        for (k, layer) in source.layers().iter().enumerate() {
            assert_eq!(layer.name(), (93 + k).to_string());
            assert_eq!(layer.dtype().to_uppercase()[..1], types[12 - k].0[..1]);
            assert_eq!(layer.read().unwrap().values(), array![[1.0], [0.0]], "{}", layer.dtype());
        }
    }

    #[test]
    fn tensors_of_labels_and_runs_belong_to_the_rows() {
        let header = r#"{"conditions":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},
            "runs":{"dtype":"F32","shape":[2,1],"data_offsets":[16,24]},
            "x":{"dtype":"U8","shape":[2,1],"data_offsets":[24,26]}}"#;
        let labels: Vec<u8> = [40i64, -3].iter().flat_map(|label| label.to_le_bytes()).collect();
        let runs: Vec<u8> = [1f32, 2.0].iter().flat_map(|run| run.to_le_bytes()).collect();
        let bytes = |runs: &[u8]| safetensors(header, &[labels.as_slice(), runs, &[5, 6]].concat());
        let source = open_bytes("x.safetensors", &bytes(&runs)).unwrap();
        assert_eq!(source.layers().len(), 1);
        assert_eq!(source.layers()[0].conditions().labels().unwrap(), ["40", "-3"]);
        assert_eq!(source.layers()[0].runs().unwrap(), ["1", "2"]);
        let error = open_bytes("x.safetensors", &bytes(&[0xff; 8])).unwrap_err();
        assert!(error.to_string().contains("array 'runs': label 0 is missing (nan)"), "{error}");
    }

    #[test]
    fn vectors_and_small_floats_are_skipped() {
        let header = r#"{"v":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},
            "e":{"dtype":"F8_E4M3","shape":[1,2],"data_offsets":[2,4]},
            "x":{"dtype":"U8","shape":[1,2],"data_offsets":[4,6]}}"#;
        let source = open_bytes("x.safetensors", &safetensors(header, &[1, 2, 3, 4, 5, 6])).unwrap();
        assert_eq!(source.layers()[0].read().unwrap().values(), array![[5.0, 6.0]]);
        assert!(source.warnings()[0].contains("'v'") && source.warnings()[1].contains("F8_E4M3"));
    }

    #[test]
    fn two_tensors_of_one_name_are_refused() {
        let entry = |name: &str, at: usize| {
            format!(r#""{name}":{{"dtype":"U8","shape":[1,1],"data_offsets":[{at},{}]}}"#, at + 1)
        };
        for (first, second, name) in
            [("x", "x", "x"), ("x", r"\u0078", "x"), ("conditions", "conditions", "conditions")]
        {
            let header = format!("{{{},{}}}", entry(first, 0), entry(second, 1));
            let error = open_bytes("x.safetensors", &safetensors(&header, &[1, 2])).unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::Format);
            assert!(error.to_string().contains(&format!("two tensors are named '{name}'")), "{error}");
        }
    }

    #[test]
    fn claims_beyond_the_file_are_errors() {
        let entry = |shape: &str, start: u64, end: u64| {
            format!(r#"{{"x":{{"dtype":"F64","shape":{shape},"data_offsets":[{start},{end}]}}}}"#)
        };
        for header in [
            entry("[2,1]", 0, 24),
            entry("[2,1]", 8, 24),
            entry("[3,1]", 0, 24),
            entry("[1,1]", 0, 8),
            entry("[1000000000,1000000000]", 0, 8_000_000_000_000_000_000),
            entry("[4294967296,4294967296]", 0, 16),
            entry("[-2,1]", 0, 16),
            "{".to_owned(),
            String::new(),
            "[".repeat(5000),
        ] {
            let error = open_bytes("x.safetensors", &safetensors(&header, &[0; 16])).unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::Format, "{header}");
        }
        for claimed in [17, u64::from(u32::MAX), u64::MAX] {
            let bytes = [claimed.to_le_bytes().as_slice(), &[0; 16]].concat();
            let message = open_bytes("x.safetensors", &bytes).unwrap_err().to_string();
            assert!(message.contains(&format!("claims {claimed} bytes, and 16 follow")), "{message}");
        }
    }

    #[test]
    fn files_of_the_library_are_read() {
        // safetensors.numpy.save_file of safetensors 0.8.0, NumPy 2.4.6: b=arange(6, dtype="<f4").reshape(3, 2) / 4,
        // a=arange(8, dtype="i8").reshape(2, 2, 2), v=zeros(3, "f4").
        let source = open_bytes("x.safetensors", include_bytes!("../../tests/data/small.safetensors")).unwrap();
        let names: Vec<_> = source.layers().iter().map(Layer::name).collect();
        assert_eq!(names, ["a", "b"]);
        let a = source.layers()[0].read().unwrap();
        assert_eq!(a.values(), Array2::from_shape_fn((2, 4), |(i, j)| (4 * i + j) as f64));
        assert_eq!(source.layers()[1].read().unwrap().values(), array![[0.0, 0.25], [0.5, 0.75], [1.0, 1.25]]);
        assert_eq!(source.warnings().len(), 1);
    }
}
