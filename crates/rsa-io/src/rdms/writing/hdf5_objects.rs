//! [`Hdf5Objects`]: the smallest HDF5 file that holds groups, datasets and texts.
//!
//! Numbers of messages and fields are those of the HDF5 File Format Specification, version 3.0. The superblock and the
//! object headers are of the oldest form, which has no checksums; links stand in the headers of their groups, so that
//! there is no tree of names.

/// The place of what is not there.
const NOWHERE: u64 = u64::MAX;

/// The bytes of the superblock, before all objects.
const SUPERBLOCK: usize = 96;

/// The least bytes of a collection of texts.
const COLLECTION: usize = 4096;

/// The bytes of a file, object after object.
pub(super) struct Hdf5Objects {
    bytes: Vec<u8>,
}

/// One message of an object header: its kind and its bytes.
type Message = (u16, Vec<u8>);

/// A group: names and places of its members.
#[derive(Default)]
pub(super) struct GroupLinks {
    messages: Vec<Message>,
}

impl Hdf5Objects {
    pub(super) fn new() -> Self {
        Self { bytes: vec![0; SUPERBLOCK] }
    }

    /// Adds 64-bit floats, and returns the place of the dataset.
    pub(super) fn add_floats(&mut self, shape: &[usize], values: impl IntoIterator<Item = f64>) -> u64 {
        // First bit, bits, places and sizes of exponent and fraction, bias; the sign is bit 63.
        let properties = [0, 0, 64, 0, 52, 11, 0, 52, 255, 3, 0, 0];
        let bytes = values.into_iter().flat_map(f64::to_le_bytes).collect();
        self.add_dataset(shape, datatype([0x11, 0x20, 0x3f, 0], 8, &properties), bytes)
    }

    /// Adds the numbers from 0 to `count` - 1 as 64-bit integers, and returns the place of the dataset.
    pub(super) fn add_index(&mut self, count: usize) -> u64 {
        let bytes = (0..count as u64).flat_map(u64::to_le_bytes).collect();
        self.add_dataset(&[count], datatype([0x10, 0x08, 0, 0], 8, &[0, 0, 64, 0]), bytes)
    }

    /// Adds ASCII texts, padded with zeros to one length, and returns the place of the dataset.
    pub(super) fn add_texts(&mut self, texts: &[&str]) -> u64 {
        let length = texts.iter().map(|text| text.len()).max().unwrap_or(0).max(1);
        let padded = |text: &&str| {
            let mut bytes = text.as_bytes().to_vec();
            bytes.resize(length, 0);
            bytes
        };
        let bytes = texts.iter().flat_map(padded).collect();
        self.add_dataset(&[texts.len()], datatype([0x13, 0x01, 0, 0], length as u32, &[]), bytes)
    }

    /// Adds a group, and returns its place.
    pub(super) fn add_group(&mut self, group: GroupLinks) -> u64 {
        let link_info = [&[0, 0][..], &NOWHERE.to_le_bytes(), &NOWHERE.to_le_bytes()].concat();
        let mut messages = vec![(0x02, link_info), (0x0a, vec![0, 0])];
        messages.extend(group.messages);
        self.add_header(&messages)
    }

    /// Adds a text of any length that attributes refer to, and returns the reference.
    pub(super) fn add_heap_text(&mut self, text: &str) -> Vec<u8> {
        let object =
            [&[1, 0, 1, 0, 0, 0, 0, 0][..], &(text.len() as u64).to_le_bytes(), &padded(text.as_bytes())].concat();
        let size = (16 + object.len() + 16).max(COLLECTION);
        let place = self.bytes.len() as u64;
        let left = (size - 16 - object.len()) as u64;
        let start = [b"GCOL\x01\0\0\0", (size as u64).to_le_bytes().as_slice()].concat();
        let mut collection = [start, object, vec![0; 8], left.to_le_bytes().to_vec()].concat();
        collection.resize(size, 0);
        self.bytes.extend(collection);
        [&(text.len() as u32).to_le_bytes()[..], &place.to_le_bytes(), &1u32.to_le_bytes()].concat()
    }

    /// Returns the bytes of the file whose root group is at `root`.
    pub(super) fn finish(mut self, root: u64) -> Vec<u8> {
        let end = self.bytes.len() as u64;
        let superblock = [
            b"\x89HDF\r\n\x1a\n".as_slice(),
            // Versions; bytes of a place and of a length; entries of a leaf and of a node; flags.
            &[0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0],
            &0u64.to_le_bytes(),
            &NOWHERE.to_le_bytes(),
            &end.to_le_bytes(),
            &NOWHERE.to_le_bytes(),
            &0u64.to_le_bytes(),
            &root.to_le_bytes(),
            &[0; 24],
        ];
        self.bytes[..SUPERBLOCK].copy_from_slice(&superblock.concat());
        self.bytes
    }

    fn add_dataset(&mut self, shape: &[usize], datatype: Vec<u8>, data: Vec<u8>) -> u64 {
        let at = self.bytes.len() as u64;
        let layout = [&[3, 1][..], &at.to_le_bytes(), &(data.len() as u64).to_le_bytes()].concat();
        self.bytes.extend(padded(&data));
        self.add_header(&[
            (0x01, dataspace(shape)),
            (0x03, datatype),
            (0x05, vec![2, 2, 2, 1, 0, 0, 0, 0]),
            (0x08, layout),
        ])
    }

    fn add_header(&mut self, messages: &[Message]) -> u64 {
        let at = self.bytes.len() as u64;
        let bodies: Vec<_> = messages.iter().map(|(kind, body)| (*kind, padded(body))).collect();
        let size: usize = bodies.iter().map(|(_, body)| 8 + body.len()).sum();
        self.bytes.extend([1, 0]);
        self.bytes.extend((messages.len() as u16).to_le_bytes());
        self.bytes.extend(1u32.to_le_bytes());
        self.bytes.extend((size as u32).to_le_bytes());
        self.bytes.extend([0; 4]);
        for (kind, body) in bodies {
            self.bytes.extend(kind.to_le_bytes());
            self.bytes.extend((body.len() as u16).to_le_bytes());
            self.bytes.extend([0; 4]);
            self.bytes.extend(body);
        }
        at
    }
}

impl GroupLinks {
    /// Adds the object at `place` under `name`, which has fewer than 256 bytes.
    pub(super) fn with(mut self, name: &str, place: u64) -> Self {
        let link = [&[1, 0, name.len() as u8][..], name.as_bytes(), &place.to_le_bytes()].concat();
        self.messages.push((0x06, link));
        self
    }

    /// Adds an attribute that is the text of a `reference`.
    pub(super) fn with_text(mut self, name: &str, reference: &[u8]) -> Self {
        let name = [name.as_bytes(), &[0]].concat();
        // Text of any length in UTF-8, of characters of one byte.
        let character = datatype([0x10, 0, 0, 0], 1, &[0, 0, 8, 0]);
        let kind = datatype([0x19, 0x01, 0x01, 0], 16, &character);
        let space = dataspace(&[]);
        let sizes = [name.len(), kind.len(), space.len()].map(|size| (size as u16).to_le_bytes()).concat();
        let parts = [vec![1, 0], sizes, padded(&name), padded(&kind), padded(&space), reference.to_vec()];
        self.messages.push((0x0c, parts.concat()));
        self
    }
}

fn dataspace(shape: &[usize]) -> Vec<u8> {
    let lengths: Vec<u8> = shape.iter().flat_map(|&length| (length as u64).to_le_bytes()).collect();
    [&[1, shape.len() as u8, 0, 0, 0, 0, 0, 0][..], &lengths].concat()
}

fn datatype(class: [u8; 4], size: u32, properties: &[u8]) -> Vec<u8> {
    [&class[..], &size.to_le_bytes(), properties].concat()
}

/// Returns `bytes` with zeros up to a multiple of eight.
fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(8), 0);
    padded
}
