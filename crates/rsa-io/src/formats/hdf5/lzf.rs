//! LZF, the fast compression of h5py.

use hdf5_reader::error::{Error, Result};

/// The number of the filter in the registry of the HDF Group.
pub(super) const LZF: u16 = 32000;

/// Returns the bytes that `compressed` stands for: at most 88 for each.
///
/// A byte below 32 announces as many literal bytes and one more. Any other has a length in its upper three bits, with the
/// next byte if all are set, and a distance in the rest and one more byte.
///
/// # Errors
/// `InvalidData` if the stream ends early or refers to what is before its start.
pub(super) fn decompress(compressed: &[u8]) -> Result<Vec<u8>> {
    let damaged = || Error::InvalidData("damaged LZF stream".to_owned());
    let mut out = Vec::new();
    let mut bytes = compressed.iter().copied();
    while let Some(control) = bytes.next() {
        let control = usize::from(control);
        let mut next = || bytes.next().map(usize::from).ok_or_else(damaged);
        if control < 32 {
            for _ in 0..=control {
                out.push(bytes.next().ok_or_else(damaged)?);
            }
            continue;
        }
        let length = 2 + match control >> 5 {
            7 => 7 + next()?,
            short => short,
        };
        let distance = ((control & 31) << 8 | next()?) + 1;
        let start = out.len().checked_sub(distance).ok_or_else(damaged)?;
        // The stretch may reach into what it writes.
        (start..start + length).for_each(|place| out.push(out[place]));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_references_are_decoded() {
        assert_eq!(decompress(&[2, b'a', b'b', b'c', 0x20, 2, 0xe0, 1, 0]).unwrap(), b"abcabccccccccccc");
        for damaged in [&[2, b'a'][..], &[0x20, 0], &[0, b'a', 0x20, 1], &[0, b'a', 0xe0], &[0x20]] {
            assert!(decompress(damaged).is_err(), "{damaged:?}");
        }
    }
}
