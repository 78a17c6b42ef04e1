//! Watches a long evaluation and stops it after a while, as the stop button of a program does.
//!
//! ```text
//! cargo run --release -p rsa-run --example stop_after
//! ```

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::{
    fs::File,
    sync::Mutex,
    time::{Duration, Instant},
};

use ndarray::Array2;
use rsa_io::{FloatWidth, npy};
use rsa_run::{EvaluateRequest, Observer};
use rsakit::{core::ErrorKind, stats::GeneralizeTo};

/// Observer that prints each new stage, and cancels the work at a time.
struct StopAt {
    end: Instant,
    stage: Mutex<String>,
}

impl Observer for StopAt {
    fn progress(&self, stage: &str, done: u64, total: u64) {
        if let Ok(mut shown) = self.stage.lock()
            && *shown != stage
        {
            println!("{stage}: {done} of {total}");
            stage.clone_into(&mut shown);
        }
    }

    fn is_cancelled(&self) -> bool {
        Instant::now() >= self.end
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // RDMs of eight subjects and four models, 60 conditions each, as upper triangles.
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name).display().to_string();
    for (name, count, shift) in [("brain.npy", 8, 1.0), ("models.npy", 4, 2.0)] {
        let rdms = Array2::from_shape_fn((count, 60 * 59 / 2), |(k, pair)| {
            2.0 + (pair as f64).sin() + ((pair * (k + 2)) as f64 + shift).cos()
        });
        npy::write_matrix(File::create(path(name))?, rdms.view(), FloatWidth::F64)?;
    }

    let request = EvaluateRequest {
        generalize_to: GeneralizeTo::Both,
        resamples: 3_000_000,
        ..EvaluateRequest::new([path("brain.npy")], [path("models.npy")])
    };
    let limit = Duration::from_millis(300);
    let observer = StopAt { end: Instant::now() + limit, stage: Mutex::new(String::new()) };
    let begun = Instant::now();
    let error = request.run(&observer).err().ok_or("three million resamples were done in an instant")?;
    println!("{error}, after {:.2} s", begun.elapsed().as_secs_f64());
    assert_eq!(error.kind(), &ErrorKind::Cancelled);
    Ok(())
}
