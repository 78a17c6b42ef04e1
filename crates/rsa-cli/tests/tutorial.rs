//! The commands of the tutorial, run as they stand there, and what the text says of their results.

#[path = "../examples/tutorial_files.rs"]
#[expect(dead_code, reason = "the example has a main function of its own")]
mod tutorial_files;

use crate::rsakit::rsakit;

const TUTORIAL: &str = include_str!("../docs/tutorial.md");

const FROM_RSATOOLBOX: &str = include_str!("../docs/from-rsatoolbox.md");

/// Files that are named are missing here, so a command whose options exist fails on them and not on its words.
#[test]
fn the_commands_for_users_of_rsatoolbox_exist() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("out")).unwrap();
    std::fs::create_dir(folder.path().join("group")).unwrap();
    let commands = FROM_RSATOOLBOX.split('`').skip(1).step_by(2);
    let mut commands = commands.filter(|code| code.starts_with("rsakit ") && code.contains('.') && !code.contains('…'));
    let ran = commands.by_ref().inspect(|command| {
        let words: Vec<&str> = command.split_whitespace().skip(1).map(|word| word.trim_matches('\'')).collect();
        let run = rsakit(folder.path(), &words);
        assert_eq!(run.status, 1, "{command}: {}", run.err);
    });
    assert_eq!(ran.count(), 24);
}

/// Returns the lines of commands of a chapter, with continued ones joined.
pub(crate) fn commands(chapter: &str) -> Vec<String> {
    let blocks = chapter.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("sh\n"));
    let joined: String = blocks.map(|block| block.replace("\\\n", " ")).collect();
    joined.lines().filter(|line| line.starts_with("rsakit ")).map(str::to_owned).collect()
}

#[test]
fn the_commands_of_the_tutorial_do_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    tutorial_files::write(folder).unwrap();
    let commands = commands(TUTORIAL);
    assert_eq!(commands.len(), 18);
    let mut out = String::new();
    for command in &commands {
        let words: Vec<&str> = command.split_whitespace().skip(1).map(|word| word.trim_matches('\'')).collect();
        let run = rsakit(folder, &words);
        assert_eq!(run.status, 0, "{command}: {}", run.err);
        out += &run.out;
    }
    // A mask is for the volumes alone.
    let both = rsakit(folder, &["info", "sub-01_betas.nii", "brain.npz", "--mask", "mask.nii"]);
    assert!(both.status == 0 && both.out.contains("3 RDMs of 6 conditions"), "{}{}", both.out, both.err);
    for said in [
        "112 of 320 voxels",
        "13.01     29.18",
        "cat – dog  dog – nail",
        "0.965*",
        "0.991*",
        "6       112           6",
        "kind   0.941",
        "size   0.307",
    ] {
        assert!(out.contains(said), "'{said}' is not in {out}");
    }
    for file in [
        "group.svg",
        "map.svg",
        "rdm.svg",
        "tree.png",
        "pairs.svg",
        "subjects.svg",
        "group.mat",
        "group.h5",
        "group.csv",
    ] {
        assert!(folder.join(file).is_file(), "{file}");
    }
}
