//! [`EdfHeader`]: the header of EDF and BDF, checked.

use rsa_core::{Error, Result};

use crate::{
    positioned::{PositionedFile, read_error},
    sensors::volts,
};

/// Bytes of the header before the signals, and of the description of each signal.
const HEAD: usize = 256;

/// The mark of a BDF file.
const BIOSEMI: &[u8] = b"\xffBIOSEMI";

/// Header of a recording.
#[derive(Clone, Debug)]
pub(super) struct EdfHeader {
    /// Bytes of a number: 2 in EDF, 3 in BDF.
    pub(super) width: usize,
    /// Byte of the first record.
    pub(super) start: u64,
    pub(super) n_records: usize,
    /// Bytes of a record.
    pub(super) record: usize,
    /// Seconds of a record.
    pub(super) duration: f64,
    pub(super) signals: Vec<EdfSignal>,
    pub(super) notes: Vec<String>,
}

/// One signal.
#[derive(Clone, Debug)]
pub(super) struct EdfSignal {
    pub(super) label: String,
    pub(super) unit: String,
    pub(super) is_annotations: bool,
    /// Numbers in a record.
    pub(super) n_samples: usize,
    /// Byte of the first number within a record.
    pub(super) place: usize,
    /// Factor and offset that make values in SI units of numbers.
    pub(super) gain: f64,
    pub(super) offset: f64,
}

impl EdfHeader {
    /// Reads the header of `file`.
    ///
    /// # Errors
    /// `Format` if it is no EDF or BDF file, or its claims contradict one another or the length of the file; `Io`.
    pub(super) fn read(file: &PositionedFile) -> Result<Self> {
        let reading = |error| read_error("reading the header", error);
        let mut head = [0; HEAD];
        file.read_exact_at(0, &mut head).map_err(reading)?;
        let width = match &head[..8] {
            b"0       " => 2,
            mark if mark == BIOSEMI => 3,
            _ => {
                return Err(Error::format(
                    "does not start like an EDF or BDF file; the file is of another format or damaged",
                ));
            }
        };
        let n_signals = whole(&head[252..256], "the number of signals")?;
        let start = (n_signals as u64 + 1) * HEAD as u64;
        if n_signals == 0 || start > file.length() || whole(&head[184..192], "the size of the header")? as u64 != start
        {
            return Err(Error::format(format!(
                "claims {n_signals} signals, with a header of {} bytes; the file is damaged",
                text(&head[184..192])
            )));
        }
        let duration = decimal(&head[244..252], "the duration of a record")?;
        if duration <= 0.0 {
            return Err(Error::format(format!("claims records of {duration} s, which have no sampling rate")));
        }
        let mut fields = vec![0; n_signals * HEAD];
        file.read_exact_at(HEAD as u64, &mut fields).map_err(reading)?;
        let (signals, record) = read_signals(&fields, n_signals, width)?;
        let there = usize::try_from((file.length() - start) / record as u64).unwrap_or(usize::MAX);
        if there == 0 {
            return Err(Error::format(format!(
                "claims records of {record} bytes, and {} are there; the file is truncated or damaged",
                file.length() - start
            )));
        }
        let mut notes = Vec::new();
        let claimed = text(&head[236..244]);
        let n_records = match claimed.parse::<i64>().ok().map(usize::try_from) {
            // A recording that was not stopped has −1.
            Some(Err(_)) => there,
            Some(Ok(claimed)) if claimed <= there => claimed,
            Some(Ok(claimed)) => {
                notes.push(format!("{claimed} records are claimed and {there} are there, which are read"));
                there
            }
            None => return Err(Error::format(format!("the number of records is '{claimed}'; the file is damaged"))),
        };
        Ok(Self { width, start, n_records, record, duration, signals, notes })
    }
}

/// Reads the descriptions of all signals, which stand field by field, and returns them with the bytes of a record.
fn read_signals(fields: &[u8], n: usize, width: usize) -> Result<(Vec<EdfSignal>, usize)> {
    // Label, transducer, unit, the ends in units and in numbers, filters, samples.
    let field = |first: usize, length: usize, k: usize| &fields[first * n + k * length..][..length];
    let mut signals = Vec::new();
    let mut record = 0usize;
    for k in 0..n {
        let label = text(field(0, 16, k));
        let place = |error: Error| error.context(format!("signal '{label}'"));
        let n_samples = whole(field(216, 8, k), "the number of samples in a record").map_err(place)?;
        let bytes = n_samples.checked_mul(width).and_then(|bytes| record.checked_add(bytes));
        let end = bytes.filter(|&end| n_samples > 0 && end < 1 << 32);
        let end =
            end.ok_or_else(|| place(Error::format(format!("has {n_samples} samples in a record; it is damaged"))))?;
        let is_annotations = matches!(label.as_str(), "EDF Annotations" | "BDF Annotations");
        let unit = text(field(96, 8, k));
        let (mut gain, mut offset) = (1.0, 0.0);
        if !is_annotations {
            let end = |first: usize| decimal(field(first, 8, k), "an end of its range").map_err(place);
            let (low, high, first, last) = (end(104)?, end(112)?, end(120)?, end(128)?);
            if first == last || low == high {
                return Err(place(Error::format(format!(
                    "has the range {low} to {high} for the numbers {first} to {last}, so that it has no values; it is damaged"
                ))));
            }
            let factor = volts(&unit).unwrap_or(1.0);
            gain = (high - low) / (last - first);
            offset = (low - first * gain) * factor;
            gain *= factor;
        }
        signals.push(EdfSignal { label, unit, is_annotations, n_samples, place: record, gain, offset });
        record = end;
    }
    Ok((signals, record))
}

/// Returns a field as text. Its characters are ASCII, but for the micro sign of Latin-1.
fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect::<String>().trim_matches([' ', '\0']).to_owned()
}

fn whole(bytes: &[u8], what: &str) -> Result<usize> {
    let text = text(bytes);
    text.parse().map_err(|_| Error::format(format!("{what} is '{text}' in the header; the file is damaged")))
}

fn decimal(bytes: &[u8], what: &str) -> Result<f64> {
    let text = text(bytes);
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| Error::format(format!("{what} is '{text}' in the header; the file is damaged")))
}
