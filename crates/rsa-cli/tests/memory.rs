//! The guard of memory: what is refused before it is allocated, with its need and a remedy.

use std::{
    fs::{self, File},
    path::Path,
};

use ndarray::Array2;
use rsa_io::{Compression, FloatWidth, NpzWriter, open_part};

use crate::rsakit::{Run, rsakit, waves, write_npy, write_npz};

/// Checks that a line is refused with status 1 and a message that has all `parts`.
#[track_caller]
fn assert_refused(folder: &Path, line: &str, parts: &[&str]) {
    let run = rsakit(folder, &line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(run.status, 1, "{line}: {}{}", run.out, run.err);
    let said = format!("{}{}", run.out, run.err);
    for part in ["--memory"].iter().chain(parts) {
        assert!(said.contains(part), "{line}: {said}");
    }
}

fn run(folder: &Path, line: &str) -> Run {
    rsakit(folder, &line.split_whitespace().collect::<Vec<_>>())
}

#[test]
fn all_pairs_of_a_million_rows_are_refused_before_they_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_npy(folder, "rows.npy", &Array2::from_shape_fn((1_000_000, 1), |(i, _)| (i % 10) as f64));
    fs::write(folder.join("labels.txt"), (0..1_000_000).map(|i| format!("{}\n", i % 10)).collect::<String>()).unwrap();
    let rdm = "rdm rows.npy --dissimilarity euclidean";
    for memory in ["", " --memory 1GiB", " --memory 1TiB"] {
        let parts = ["rows.npy::rows: an RDM of 1000000 conditions would take", "TooLarge", "--conditions FILE"];
        assert_refused(folder, &format!("{rdm}{memory}"), &[parts[0], parts[2]]);
    }
    let labeled = run(folder, &format!("{rdm} --conditions labels.txt --memory 1GiB"));
    assert_eq!(labeled.status, 0, "{}", labeled.err);
    let mds = "mds rows.npy rows.npy --measure rsa:rdm=euclidean,compare=pearson";
    assert_refused(folder, mds, &["of layers of 1000000 conditions would take", "rsakit rdm --conditions"]);
    let compare = "compare rows.npy --measure cka:kernel=rbf --memory 1TiB";
    assert_refused(folder, compare, &["has its layers in memory"]);
    #[cfg(target_os = "linux")]
    assert_refused(folder, compare, &["note: --memory allows 1024GiB and the machine has"]);
}

#[test]
fn a_sample_covariance_of_sixty_thousand_features_is_refused_and_no_other_is() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let voxels = Array2::from_shape_fn((12, 60_000), |(i, j)| ((i * 7919 + j * 104_729) % 1009) as f64);
    write_npy(folder, "voxels.npy", &voxels);
    fs::write(folder.join("conditions.txt"), "a\nb\nc\n".repeat(4)).unwrap();
    fs::write(folder.join("runs.txt"), "1\n1\n1\n1\n1\n1\n2\n2\n2\n2\n2\n2\n").unwrap();
    let line =
        "rdm voxels.npy --conditions conditions.txt --runs runs.txt --dissimilarity crossnobis --memory 4GiB --noise";
    let parts = ["the 60000 × 60000 noise covariance", "about 108GiB", "4096MiB may be used", "--noise diagonal"];
    assert_refused(folder, &format!("{line} full"), &parts);
    for noise in ["diagonal", "shrinkage-diagonal", "shrinkage-identity"] {
        let found = run(folder, &format!("{line} {noise}"));
        assert_eq!(found.status, 0, "{noise}: {}", found.err);
    }
}

#[test]
fn rdms_do_not_depend_on_the_memory_that_holds_one_layer_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let layers: Vec<(String, Array2<f64>)> = (0..6).map(|k| (format!("layer{k}"), waves(40, 900, k))).collect();
    let layers: Vec<(&str, Array2<f64>)> = layers.iter().map(|(name, x)| (name.as_str(), x.clone())).collect();
    write_npz(folder, "net.npz", &layers, &[]);
    let line = "rdm net.npz --dissimilarity correlation --format json";
    let few = run(folder, &format!("{line} --memory 1300kB"));
    let few = if few.status == 2 { run(folder, &format!("{line} --memory 1.3MB")) } else { few };
    assert_eq!(few.status, 0, "{}", few.err);
    assert_eq!(few.out, run(folder, line).out);
    assert_refused(folder, &format!("{line} --memory 1MB"), &["40 rows of 900 features"]);
}

#[test]
fn evaluations_and_maps_of_rdms_are_refused_before_they_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_npy(folder, "subjects.npy", &waves(3, 300 * 299 / 2, 1).mapv(f64::abs));
    write_npy(folder, "small.npy", &waves(3, 15, 1).mapv(f64::abs));
    let refused = ["comparing these RDMs would take about", "fewer conditions"];
    assert_refused(folder, "evaluate --data subjects.npy --models subjects.npy --memory 4MB", &refused);
    assert_refused(folder, "compare --rdm subjects.npy --memory 4MB", &refused);
    assert_refused(folder, "mds --rdm subjects.npy --comparison pearson --memory 4MB", &refused);
    write_npy(folder, "one.npy", &waves(1, 300 * 299 / 2, 1).mapv(f64::abs));
    assert_refused(folder, "mds --rdm one.npy --memory 4MB", &["a map of 300 points"]);
    let many = "evaluate --data small.npy --models small.npy --generalize-to subjects --resamples 281474976710656";
    assert_refused(folder, many, &["281474976710656 resamples of 3 models", "--resamples-range"]);
}

#[test]
fn a_part_is_judged_by_its_header_before_it_is_inflated() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_npy(folder, "x.npy", &waves(50, 300, 1));
    write_npy(folder, "rdms.npy", &waves(3, 15, 1).mapv(f64::abs));
    assert_eq!(run(folder, "accumulate x.npy --out sums.npz").status, 0);
    let part =
        "evaluate --data rdms.npy --models rdms.npy --generalize-to subjects --resamples 20 --resamples-range 0..20";
    assert_eq!(run(folder, &format!("{part} --out draws.npz")).status, 0);
    assert_refused(folder, "merge sums.npz --memory 1MB", &["sums.npz would take about"]);
    assert_eq!(run(folder, "merge sums.npz --memory 100MB").status, 0);
    for (name, refusal) in
        [("sums", "its sums are not those"), ("draws", "its tables are larger than its header allows")]
    {
        let whole = open_part(&folder.join(format!("{name}.npz"))).unwrap();
        let mut npz = NpzWriter::new(File::create(folder.join("bomb.npz")).unwrap(), Compression::Deflated);
        let header: Vec<char> = whole.header().chars().collect();
        let pieces = header.chunks(4096).map(|piece| piece.iter().collect::<String>());
        npz.add_strings("rsakit", &std::iter::once(whole.kind().to_owned()).chain(pieces).collect::<Vec<_>>()).unwrap();
        npz.add_matrix("zeros", Array2::zeros((3000, 1000)).view(), FloatWidth::F64).unwrap();
        npz.finish().unwrap();
        let run = run(folder, "merge bomb.npz");
        assert!(run.status == 1 && run.err.contains(refusal), "{}", run.err);
    }
}
