//! Divides a comparison over two machines: each sums up half of the conditions, and the merged sums give the scores.
//!
//! ```text
//! cargo run --release -p rsa-run --example divided_run
//! ```

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::{fs::File, path::PathBuf};

use ndarray::Array2;
use rsa_io::{FloatWidth, npy};
use rsa_run::{AccumulateRequest, CompareRequest, Document, MergeRequest, MergedResult};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Two layers of 1000 images: 30 units, and 20 units that see part of the same.
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name).display().to_string();
    let first = Array2::from_shape_fn((1000, 30), |(i, j)| ((i * i * (j + 2)) as f64).sin());
    let second = Array2::from_shape_fn((1000, 20), |(i, j)| first[(i, j)] + 0.5 * ((i * (j + 3)) as f64).cos());
    for (name, layer) in [("first.npy", &first), ("second.npy", &second)] {
        npy::write_matrix(File::create(path(name))?, layer.view(), FloatWidth::F64)?;
    }

    // Each part may be computed on a machine of its own; parts of any size and in any order can be merged.
    let mut parts: Vec<PathBuf> = Vec::new();
    for (k, rows) in [0..400, 400..1000].into_iter().enumerate() {
        let inputs = AccumulateRequest::new(&path("first.npy"), Some(&path("second.npy")));
        let part = AccumulateRequest { rows: Some(rows), ..inputs }.run(&())?;
        parts.push(path(&format!("part{k}.npz")).into());
        part.write(File::create(&parts[k])?)?;
    }
    let MergedResult::Comparison(merged) = MergeRequest::new(parts).run(&())? else {
        return Err("the parts are of a comparison".into());
    };
    print!("{}", merged.text());

    let mut request = CompareRequest::new(&path("first.npy"), Some(&path("second.npy")));
    request.measures = vec!["cka".parse()?];
    let whole = request.run(&())?;
    let [merged, whole] = [&*merged, &whole].map(|result| result.results[0].values[0][0].unwrap_or(f64::NAN));
    println!("\ndifference to one run: {:.1e}", (merged - whole).abs());
    assert!((merged - whole).abs() < 1e-10);
    Ok(())
}
