//! Files that are read with equal values, here and by other programs.

use rsa_core::{Conditions, Rdm};

use super::{write_mat_rdms, write_square_table, write_toolbox_rdms};
use crate::{OpenOptions, StoredRdms, read_rdms, tests::samples::folder};

fn rdms(labels: Option<[&str; 3]>) -> Vec<(String, Rdm)> {
    let rdm = |values: [f64; 3]| {
        let conditions = labels.map_or_else(|| Conditions::unlabeled(3), Conditions::labeled);
        Rdm::new(values.to_vec()).unwrap().with_conditions(conditions).unwrap()
    };
    vec![("it".to_owned(), rdm([1.0, f64::NAN, -0.5])), ("v1 | a".to_owned(), rdm([0.1, 0.2, 0.3]))]
}

fn read(name: &str, bytes: &[u8]) -> StoredRdms {
    let folder = folder(&[(name, bytes)]);
    read_rdms(&format!("{}/{name}", folder.path().display()), &OpenOptions::default()).unwrap()
}

fn mat(rdms: &[(String, Rdm)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_mat_rdms(&mut bytes, rdms).unwrap();
    bytes
}

fn toolbox(rdms: &[(String, Rdm)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_toolbox_rdms(&mut bytes, rdms, "euclidean").unwrap();
    bytes
}

/// The bits of the values, so that NaN is equal to itself.
fn bits(rdm: &Rdm) -> Vec<u64> {
    rdm.values().iter().map(|value| value.to_bits()).collect()
}

#[test]
fn what_is_written_is_read_with_its_labels_and_names() {
    for labels in [None, Some(["cat", "big dog", "owl"])] {
        for written in [rdms(labels), rdms(labels)[..1].to_vec()] {
            for (name, bytes) in [("x.mat", mat(&written)), ("x.h5", toolbox(&written)), ("x.hdf5", toolbox(&written))]
            {
                let stored = read(name, &bytes);
                assert!(stored.warnings.is_empty(), "{:?}", stored.warnings);
                assert_eq!(stored.rdms.len(), written.len());
                for ((name, found), (given, rdm)) in stored.rdms.iter().zip(&written) {
                    assert_eq!((name, found.conditions(), bits(found)), (given, rdm.conditions(), bits(rdm)));
                }
            }
        }
    }
}

#[test]
fn the_bytes_are_those_that_other_programs_read() {
    // scipy.io.loadmat of SciPy 1.17.1, and rsatoolbox.rdm.load_rdm of rsatoolbox 0.3.2 with h5py 3.16.0, read these
    // files to equal RDMs (tests/data/check_written.py).
    let written = rdms(Some(["cat", "big dog", "owl"]));
    assert!(mat(&written) == include_bytes!("../../../tests/data/written/rdms.mat"));
    assert!(toolbox(&written) == include_bytes!("../../../tests/data/written/rdms.h5"));
}

#[test]
fn texts_that_rsatoolbox_cannot_load_are_refused() {
    let written = rdms(Some(["cat", "big dog", "öwl"]));
    let error = write_toolbox_rdms(Vec::new(), &written, "euclidean").unwrap_err().to_string();
    assert!(error.contains("'öwl' is not ASCII") && error.contains(".npz or .mat"), "{error}");
    assert_eq!(read("x.mat", &mat(&written)).rdms[1].1.conditions().labels().unwrap()[2], "öwl");
    assert!(write_mat_rdms(Vec::new(), &[]).is_err() && write_toolbox_rdms(Vec::new(), &[], "x").is_err());
}

#[test]
fn square_tables_are_read_back_with_labels_and_missing_pairs() {
    let write = |rdms: &[(String, Rdm)]| -> std::io::Result<String> {
        let mut bytes = Vec::new();
        write_square_table(&mut bytes, rdms)?;
        Ok(String::from_utf8(bytes).unwrap())
    };
    let labels = ["cat", "a,\"b\"", "owl"];
    let one = &rdms(Some(labels))[..1];
    let text = write(one).unwrap();
    assert_eq!(text, "condition,cat,\"a,\"\"b\"\"\",owl\ncat,0,1,NA\n\"a,\"\"b\"\"\",1,0,-0.5\nowl,NA,-0.5,0\n");
    let found = read("x.csv", text.as_bytes());
    assert_eq!(bits(&found.rdms[0].1), bits(&one[0].1));
    assert_eq!(found.rdms[0].1.conditions().labels().unwrap(), labels);
    let bare = &rdms(None)[1..];
    let text = write(bare).unwrap();
    assert_eq!(text, "0,0.1,0.2\n0.1,0,0.3\n0.2,0.3,0\n");
    assert_eq!(bits(&read("x.csv", text.as_bytes()).rdms[0].1), bits(&bare[0].1));
    let several = write(&rdms(None)).unwrap_err().to_string();
    assert!(several.contains("--mean") && several.contains("found 2"), "{several}");
}
