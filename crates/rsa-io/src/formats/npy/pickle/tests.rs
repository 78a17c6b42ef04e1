//! Pickled labels: what is read, and what is refused.

use proptest::prelude::*;

use super::*;
use crate::formats::npy::Header;

/// Arrays of objects that NumPy 2.4 wrote, each with the name of the file.
macro_rules! pickled {
    ($($name:literal),+) => {
        [$(($name, include_bytes!(concat!("../../../../tests/data/pickled/", $name, ".npy")).as_slice())),+]
    };
}

fn read(name: &str, mut file: &[u8]) -> Result<Vec<String>> {
    let header = Header::read(&mut file).unwrap_or_else(|error| panic!("{name}: {error}"));
    crate::formats::npy::read_labels(&header, file)
}

#[test]
fn strings_numbers_and_bytes_of_every_protocol_are_labels() {
    for (name, file) in pickled!("protocol2", "protocol3", "protocol4", "protocol5") {
        let labels = read(name, file).unwrap();
        assert_eq!(labels, ["cat", "dog", "3", "2", "True", "caf\u{e9}", "-70000", "1099511627776"], "{name}");
    }
}

#[test]
fn other_arrays_of_labels_are_read() {
    let expected: [(&str, &[&str]); 7] = [
        ("repeated", &["a", "b", "a", "b"]),
        ("column", &["cat", "dog", "owl"]),
        ("numpy", &["a", "-2", "3", "b", "True"]),
        // What scipy.io.loadmat makes of a cell array.
        ("cells", &["cat", "horse", "7"]),
        ("string_dtype", &["cat", "d\u{f6}g", "a much longer label than fits"]),
        ("pandas", &["cat", "dog"]),
        ("index", &["10", "20"]),
    ];
    let files = pickled!("repeated", "column", "numpy", "cells", "string_dtype", "pandas", "index");
    for ((name, file), (_, labels)) in files.into_iter().zip(expected) {
        assert_eq!(read(name, file).unwrap(), labels, "{name}");
    }
}

#[test]
fn what_is_no_label_is_refused_with_the_line_that_makes_it_one() {
    let reasons = [
        ("none", "label 1 is missing (None)"),
        ("nan", "label 1 is missing (nan)"),
        ("half", "label 1 is 0.5"),
        ("list", "label 1 is a list"),
        ("path", "only Python understands (pathlib"),
        ("date", "only Python understands (datetime.date)"),
        ("latin", "label 1 is no UTF-8 text"),
        ("string_dtype_nan", "label 1 is missing (nan)"),
        ("pandas_na", "only Python understands (pandas"),
    ];
    let files = pickled!("none", "nan", "half", "list", "path", "date", "latin", "string_dtype_nan", "pandas_na");
    for ((name, file), (_, reason)) in files.into_iter().zip(reasons) {
        let error = read(name, file).unwrap_err();
        assert_eq!(error.kind().name(), "Format");
        assert!(error.to_string().contains(reason), "{name}: {error}");
        let remedy = if reason.contains("missing") { "give every row a label" } else { "labels.astype(str)" };
        assert!(error.to_string().contains(remedy), "{name}: {error}");
    }
    let [(name, file)] = pickled!("empty");
    assert!(read(name, file).unwrap_err().to_string().contains("label 1 is empty"));
}

/// A pickle of a list of labels in an array of objects, of which `body` builds the list.
fn array(body: &[u8]) -> Vec<u8> {
    let start =
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01K\x01\x85N\x89"
            .as_slice();
    [start, body, b"tb."].concat()
}

#[test]
fn the_strings_of_python_2_are_labels() {
    assert_eq!(parse(&array(b"]U\x03cata"), 1).unwrap(), ["cat"]);
    assert_eq!(parse(&array(b"(T\x03\x00\x00\x00catl"), 1).unwrap(), ["cat"]);
}

#[test]
fn a_short_pickle_cannot_ask_for_much_memory() {
    // One long label, named again with two bytes each.
    let label = [b"X\x00\x10\x00\x00".as_slice(), &[b'a'; 4096], b"q\x00"].concat();
    let list = [b"](".as_slice(), &label, &b"h\x00".repeat(10_000), b"e"].concat();
    let error = parse(&array(&list), 10_001).unwrap_err();
    assert!(error.to_string().contains("far larger than the file"), "{error}");
    let few = [b"](".as_slice(), &label, &b"h\x00".repeat(100), b"e"].concat();
    assert_eq!(parse(&array(&few), 101).unwrap().len(), 101);
    // Lengths beyond the file.
    for claim in [b"]X\xff\xff\xff\xff".as_slice(), b"]\x8d\xff\xff\xff\xff\xff\xff\xff\xff", b"]\x8a\xff"] {
        assert!(parse(&array(claim), 1).unwrap_err().to_string().contains("damaged"));
    }
    let endless = std::io::repeat(b'N');
    assert!(read_labels(endless, 1).unwrap_err().to_string().contains("more than 32 MiB"));
}

#[test]
fn instructions_out_of_place_are_errors() {
    for pickle in [
        b"".as_slice(),
        b".",
        b"N.",
        b"(.",
        b"t.",
        b"l.",
        b"e.",
        b"a.",
        b"]a.",
        b"(]a.",
        b"NNa.",
        b"h\x00.",
        b"q\x00.",
        b"\x94.",
        b"R.",
        b"NNR.",
        b"b.",
        b"]]b.",
        b"\x93.",
        b"NN\x93.",
        b"\x85.",
        b"c\n",
        b"c\n\n.",
        b"cnumpy\ndtype\n)R.",
        b"cnumpy\ndtype\n]NaR.",
        b"\x80",
        b"X\x01\x00\x00\x00\xff.",
        b"cos\nsystem\n(X\x02\x00\x00\x00lstR.",
        b"}.",
        b"0.",
        b"I1\n.",
        // A list that holds itself.
        b"]q\x00h\x00a.",
    ] {
        assert!(parse(pickle, 1).is_err(), "{pickle:?}");
    }
    assert!(parse(&array(b"]q\x00h\x00a"), 1).unwrap_err().to_string().contains("label 0 is a list"));
    assert!(parse(&array(b"]"), 1).unwrap_err().to_string().contains("1 labels are claimed and 0 are there"));
    let system = parse(b"cos\nsystem\n.", 1).unwrap_err().to_string();
    assert!(system.contains("only Python understands (os.system)"), "{system}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    #[test]
    fn a_changed_pickle_never_panics_nor_grows(
        which in 0usize..9,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0u8..5, any::<u8>()), 1..12),
    ) {
        let files = pickled!("protocol2", "protocol3", "protocol4", "protocol5", "repeated", "numpy", "cells", "string_dtype", "path");
        let (name, mut file) = files[which];
        let count = Header::read(&mut file).unwrap().shape[0];
        let mut bytes = file.to_vec();
        for (place, change, value) in changes {
            let place = place.index(bytes.len());
            match change {
                0 | 1 => bytes[place] = value,
                2 => bytes.insert(place, value),
                3 if bytes.len() > 1 => drop(bytes.remove(place)),
                _ => bytes.extend_from_within(place..),
            }
            bytes.truncate(1 << 16);
        }
        for count in [count, bytes.len()] {
            if let Ok(labels) = parse(&bytes, count) {
                let length: usize = labels.iter().map(String::len).sum();
                prop_assert!(length <= MAX_GROWTH * bytes.len(), "{name}");
            }
        }
        if let Ok((objects, _)) = Machine::new(&bytes).run() {
            prop_assert!(objects.count() <= bytes.len());
        }
    }
}
