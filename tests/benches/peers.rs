//! Other tools (peers), timed on the same data in the same run, in a Python virtual environment.

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// Number of threads that both sides use.
pub(crate) const THREADS: usize = 2;

/// Packages of the peers.
const REQUIREMENTS: [&str; 3] = ["rsatoolbox==0.3.2", "numpy==2.4.6", "scipy==1.17.1"];

/// Returns the directory with the data that both sides read.
pub(crate) fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&directory).expect("the target directory can be written");
    directory
}

/// Runs a script of this directory with these arguments; returns the seconds that it prints for each name.
///
/// The interpreter is `RSAKIT_PEERS_PYTHON`, or that of a virtual environment made on first use.
pub(crate) fn seconds(script: &str, arguments: &[&str]) -> BTreeMap<String, f64> {
    let mut command = Command::new(interpreter());
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches").join(script)).args(arguments);
    for variable in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
        command.env(variable, THREADS.to_string());
    }
    let output = command.output().expect("the interpreter starts");
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the script prints one JSON object")
}

fn interpreter() -> PathBuf {
    if let Some(python) = env::var_os("RSAKIT_PEERS_PYTHON") {
        return python.into();
    }
    let environment = directory("peers-venv");
    let python = environment.join("bin/python");
    let run = |command: &mut Command| assert!(command.status().expect("python3 is installed").success(), "{command:?}");
    if !environment.join("ready").exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment));
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(REQUIREMENTS));
        std::fs::write(environment.join("ready"), "").expect("the target directory can be written");
    }
    python
}

/// Runs `work` on as many threads as the peers have.
pub(crate) fn on_equal_threads<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(THREADS).build().expect("threads can be started");
    pool.install(work)
}
