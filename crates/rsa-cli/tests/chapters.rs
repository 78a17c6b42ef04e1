//! The commands of the chapters on searchlights and on maps of a group, run as they stand there.

use std::{fs, path::Path};

use crate::{
    group::write_maps,
    rsakit::{rsakit, waves, write_npy},
    searchlight,
    tutorial::commands,
};

/// Runs the commands of a chapter, which stands in the crate of its subject, and returns what they print.
fn run(folder: &Path, chapter: &str, n_commands: usize) -> String {
    let path = format!("{}/../{chapter}", env!("CARGO_MANIFEST_DIR"));
    let commands = commands(&fs::read_to_string(path).unwrap());
    assert_eq!(commands.len(), n_commands);
    let mut out = String::new();
    for command in &commands {
        // The volumes here are not compressed.
        let plain = command.replace(".nii.gz", ".nii");
        let words = plain.split_whitespace().skip(1).map(|word| word.trim_matches('\''));
        let words: Vec<String> = words.flat_map(|word| expanded(folder, word)).collect();
        let run = rsakit(folder, &words.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(run.status, 0, "{command}: {}", run.err);
        out += &run.out;
    }
    out
}

/// Returns the files that a word with one `*` names, as a shell does; any other word as it is.
fn expanded(folder: &Path, word: &str) -> Vec<String> {
    let Some((start, end)) = word.split_once('*') else { return vec![word.to_owned()] };
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(start) && name.ends_with(end)).collect();
    names.sort();
    assert!(!names.is_empty(), "{word}");
    names
}

#[test]
fn the_command_for_searchlights_writes_what_the_chapter_says() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    searchlight::files(folder);
    fs::rename(folder.join("betas.nii"), folder.join("sub-01_betas.nii")).unwrap();
    fs::rename(folder.join("mask.nii"), folder.join("brain.nii")).unwrap();
    let model = rsakit(folder, &["model", "--quantity", "conv1=size.csv::size", "--out", "layers.npz"]);
    assert_eq!(model.status, 0, "{}", model.err);
    run(folder, "rsa-brain/docs/searchlight.md", 1);
    for file in ["sub-01_model-conv1_stat-spearman_map.nii.gz", "sub-01_voxels.nii.gz"] {
        assert!(folder.join("out").join(file).is_file(), "{file}");
    }
    let json: serde_json::Value = serde_json::from_slice(&fs::read(folder.join("out/sub-01.json")).unwrap()).unwrap();
    assert_eq!(json["members"]["whole"], 251, "the voxels of a sphere of 4vox in the table of the chapter");
    assert!(json["n_computed"].as_u64().unwrap() > 0, "{json}");
}

#[test]
fn the_commands_for_maps_of_a_group_do_what_the_chapter_says() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_maps(folder, 8, "map", 0.5);
    write_maps(folder, 8, "faces", 1.0);
    // The maps of other subjects have other noise.
    for (k, name) in write_maps(folder, 16, "other", 0.0).iter().enumerate() {
        let (from, to) = (folder.join(name), folder.join(format!("sub-{}_houses.nii", k.saturating_sub(7))));
        if k < 8 { fs::remove_file(from).unwrap() } else { fs::rename(from, to).unwrap() }
    }
    let rows = (1..=8).map(|k| format!("sub-{k}\t{}\t{}\n", ["patient", "control"][k % 2], 20 + 3 * k));
    let table = format!("participant_id\tdiagnosis\tage\n{}", rows.collect::<String>());
    fs::write(folder.join("participants.tsv"), table).unwrap();
    write_npy(folder, "courses.npy", &(waves(8, 20, 3) + 0.5));
    fs::create_dir(folder.join("group")).unwrap();
    let out = run(folder, "rsa-stats/docs/group-maps.md", 4);
    assert!(out.contains("all 256 flips"), "{out}");
    for file in ["group/conv1_tfce.nii.gz", "group/conv1.json", "faces-houses_p.nii.gz", "courses_map.csv"] {
        assert!(folder.join(file).is_file(), "{file}");
    }
}
