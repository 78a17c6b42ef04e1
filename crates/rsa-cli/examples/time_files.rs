//! Writes the files of the chapter on time into a folder.
//!
//! They are trials of six subjects as arrays (trials × channels × times), the condition of each trial, and two models.
//!
//! ```sh
//! cargo run -p rsa-cli --example time_files -- FOLDER   # time, if none is given
//! ```
//!
//! Eight stimuli have two kinds of features. Sensors show the early kind most at 100 ms and the late kind most at 200 ms.

use std::{fs, io, path::Path};

const N_STIMULI: usize = 8;
/// Trials of each stimulus.
const N_TRIALS: usize = 6;
const N_CHANNELS: usize = 12;
/// Samples from −100 ms on, one every 10 ms.
const N_TIMES: usize = 50;
/// Numbers of features of each kind.
const N_FEATURES: usize = 4;
/// Times in seconds at which the early and the late kind are largest.
const PEAKS: [f64; 2] = [0.1, 0.2];

/// Writes the files into `folder`.
///
/// # Errors
/// The errors of the file system.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    let trials = || (0..N_TRIALS).flat_map(|_| 0..N_STIMULI);
    fs::write(folder.join("trials.txt"), trials().map(|stimulus| format!("s{stimulus}\n")).collect::<String>())?;
    for (kind, name) in ["early", "late"].iter().enumerate() {
        let distance = |a: usize, b: usize| {
            (0..N_FEATURES).map(|f| (feature(kind, a, f) - feature(kind, b, f)).powi(2)).sum::<f64>().sqrt()
        };
        let header: String = (0..N_STIMULI).map(|stimulus| format!(",s{stimulus}")).collect();
        let row = |a: usize| {
            let cells: String = (0..N_STIMULI).map(|b| format!(",{:.6}", distance(a, b))).collect();
            format!("s{a}{cells}\n")
        };
        fs::write(folder.join(format!("{name}.csv")), header + "\n" + &(0..N_STIMULI).map(row).collect::<String>())?;
    }
    for subject in 1..=6 {
        let mut noise = Noise(subject);
        let weights: Vec<f64> = (0..2 * N_FEATURES * N_CHANNELS).map(|_| noise.next()).collect();
        let mut values = Vec::with_capacity(N_TRIALS * N_STIMULI * N_CHANNELS * N_TIMES);
        for stimulus in trials() {
            for channel in 0..N_CHANNELS {
                let of_kind = |kind: usize| -> f64 {
                    let weight = |f: usize| weights[(kind * N_FEATURES + f) * N_CHANNELS + channel];
                    (0..N_FEATURES).map(|f| weight(f) * feature(kind, stimulus, f)).sum()
                };
                for sample in 0..N_TIMES {
                    let time = sample as f64 * 0.01 - 0.1;
                    let course =
                        |peak: f64| if time < 0.0 { 0.0 } else { (-((time - peak) / 0.04).powi(2) / 2.0).exp() };
                    let signal: f64 = (0..2).map(|kind| course(PEAKS[kind]) * of_kind(kind)).sum();
                    values.push((signal + 2.0 * noise.next()) as f32);
                }
            }
        }
        fs::write(folder.join(format!("sub-{subject:02}_trials.npy")), npy(&values))?;
    }
    Ok(())
}

/// Returns a feature of a stimulus.
fn feature(kind: usize, stimulus: usize, feature: usize) -> f64 {
    Noise((1000 + 100 * kind + 10 * stimulus + feature) as u64).next()
}

/// Numbers with mean 0 and variance 1 that look random.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        // The sum of twelve uniform numbers less 6; steps of SplitMix64.
        let mut uniform = || {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
        };
        (0..12).map(|_| uniform()).sum::<f64>() - 6.0
    }
}

/// Returns trials × channels × times as a file of NumPy.
fn npy(values: &[f32]) -> Vec<u8> {
    let shape = format!("({}, {N_CHANNELS}, {N_TIMES})", N_TRIALS * N_STIMULI);
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let length = u16::try_from(header.len()).unwrap_or_default().to_le_bytes();
    let head = [b"\x93NUMPY\x01\x00".as_slice(), &length, header.as_bytes()].concat();
    head.into_iter().chain(values.iter().flat_map(|value| value.to_le_bytes())).collect()
}

fn main() -> io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "time".to_owned());
    fs::create_dir_all(&folder)?;
    write(Path::new(&folder))
}
