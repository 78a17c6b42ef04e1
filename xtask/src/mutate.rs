//! `cargo xtask mutate`: runs the program on damaged files and counts what no user should meet.

mod damage;
mod run;
mod samples;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use self::{
    damage::{Random, damaged},
    run::{Ending, run_on},
};
use crate::{Outcome, cargo};

/// Findings of one kind that are printed in full.
const SHOWN: u64 = 3;

/// Runs the program on `--files` damaged copies of the samples (10 000 without it), drawn from `--seed`.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Outcome {
    let (mut files, mut seed) = (10_000_u64, 0_u64);
    for pair in arguments.chunks(2) {
        match pair {
            [name, number] if name == "--files" => files = parse(name, number)?,
            [name, number] if name == "--seed" => seed = parse(name, number)?,
            _ => return Err(format!("it takes `--files N` and `--seed S`, found `{}`", pair.join(" "))),
        }
    }
    // The dev profile panics where arithmetic overflows.
    let build = cargo().args(["build", "--locked", "--package", "rsa-cli"]).status();
    if !build.map_err(|error| format!("cannot start cargo: {error}"))?.success() {
        return Ok(false);
    }
    let samples = samples::list(root)?;
    let folder = root.join("target/mutate");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let program = root.join("target/debug").join(format!("rsakit{}", std::env::consts::EXE_SUFFIX));
    let mut random = Random::new(seed);
    let mut counts: BTreeMap<(&str, Ending), u64> = BTreeMap::new();
    let mut shown: BTreeMap<Ending, u64> = BTreeMap::new();
    for number in 0..files {
        let sample = random.choice(&samples);
        let name = format!("damaged.{}", sample.extension);
        let path = folder.join(&name);
        fs::write(&path, damaged(&sample.bytes, &mut random)).map_err(|error| format!("{name}: {error}"))?;
        let arguments = random.choice(sample.commands);
        let (ending, said) = run_on(&program, &folder, arguments, &name)?;
        *counts.entry((sample.extension, ending)).or_default() += 1;
        let shown = shown.entry(ending).or_default();
        if ending.is_finding() && *shown < SHOWN {
            *shown += 1;
            let kept = folder.join(format!("finding-{number}.{}", sample.extension));
            fs::copy(&path, &kept).map_err(|error| format!("{}: {error}", kept.display()))?;
            println!("{}: rsakit {arguments}\n  {}\n  {}\n", ending.name(), kept.display(), said.trim());
        }
        // The next command would be refused an output that exists.
        let _ = fs::remove_file(&path);
    }
    print(&counts);
    Ok(!counts.keys().any(|(_, ending)| ending.is_finding()))
}

fn parse(name: &str, number: &str) -> Result<u64, String> {
    number.parse().map_err(|error| format!("{name} takes a whole number, found `{number}`: {error}"))
}

/// Prints a table of the endings of each kind of file.
fn print(counts: &BTreeMap<(&str, Ending), u64>) {
    let extensions: BTreeSet<&str> = counts.keys().map(|&(extension, _)| extension).collect();
    print!("{:14}", "");
    for ending in Ending::ALL {
        print!("{:>10}", ending.name());
    }
    println!();
    for extension in extensions {
        print!("{extension:14}");
        for ending in Ending::ALL {
            print!("{:>10}", counts.get(&(extension, ending)).unwrap_or(&0));
        }
        println!();
    }
}
