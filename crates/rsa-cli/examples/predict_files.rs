//! Writes the files of the chapter on predictions into a folder.
//!
//! They are three layers of a network, trials of 20 sites, and the object of each image.
//!
//! ```sh
//! cargo run -p rsa-cli --example predict_files -- FOLDER   # predictions, if none is given
//! ```
//!
//! There are 60 images, four views of each of 15 objects. Six properties of the images are what the sites respond to. The
//! late layer has all six, the middle one three of them, the early one a mixture with much else.

use std::{fmt::Write, fs, io, path::Path};

const N_OBJECTS: usize = 15;
const N_VIEWS: usize = 4;
const N_IMAGES: usize = N_OBJECTS * N_VIEWS;
const N_PROPERTIES: usize = 6;
const N_SITES: usize = 20;
const N_TRIALS: usize = 8;

/// Standard deviation of the noise of a trial; that of the signal is about 2.4.
const NOISE: f64 = 4.0;

/// Writes the files into `folder`.
///
/// # Errors
/// The errors of the file system.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    let random = &mut RandomNumbers(7);
    let properties = properties(random);
    fs::create_dir_all(folder.join("net"))?;
    for (name, n_features, known, noise) in [("1_early", 24, 6, 4.0), ("2_middle", 16, 3, 0.5), ("3_late", 12, 6, 0.5)]
    {
        let features = mixed(&properties, known, n_features, random);
        let noisy = |row: &Vec<f64>, random: &mut RandomNumbers| {
            row.iter().map(|value| value + noise * random.normal()).collect()
        };
        let rows: Vec<(usize, Vec<f64>)> =
            features.iter().enumerate().map(|(image, row)| (image, noisy(row, random))).collect();
        fs::write(folder.join(format!("net/{name}.csv")), table(&rows))?;
    }
    let signals = mixed(&properties, N_PROPERTIES, N_SITES, random);
    let mut trials = Vec::new();
    for _ in 0..N_TRIALS {
        for (image, signal) in signals.iter().enumerate() {
            let trial: Vec<f64> = signal.iter().map(|value| value + NOISE * random.normal()).collect();
            trials.push((image, trial));
        }
    }
    fs::write(folder.join("trials.csv"), table(&trials))?;
    fs::write(folder.join("once.csv"), table(&trials[..N_IMAGES]))?;
    let objects: String = (0..N_IMAGES).map(|i| format!("{},object {}\n", image_name(i), i / N_VIEWS)).collect();
    fs::write(folder.join("objects.csv"), format!("condition,object\n{objects}"))
}

fn image_name(image: usize) -> String {
    format!("image {image:02}")
}

/// Returns the properties of each image: those of its object, and half as much of its own.
fn properties(random: &mut RandomNumbers) -> Vec<Vec<f64>> {
    let mut all = Vec::with_capacity(N_IMAGES);
    for _ in 0..N_OBJECTS {
        let object: Vec<f64> = (0..N_PROPERTIES).map(|_| random.normal()).collect();
        for _ in 0..N_VIEWS {
            all.push(object.iter().map(|value| value + 0.5 * random.normal()).collect());
        }
    }
    all
}

/// Returns random mixtures of the first `known` properties.
fn mixed(properties: &[Vec<f64>], known: usize, count: usize, random: &mut RandomNumbers) -> Vec<Vec<f64>> {
    let weights: Vec<Vec<f64>> = (0..count).map(|_| (0..known).map(|_| random.normal()).collect()).collect();
    let mixture = |row: &Vec<f64>, weights: &Vec<f64>| row.iter().zip(weights).map(|(a, b)| a * b).sum();
    properties.iter().map(|row| weights.iter().map(|weights| mixture(row, weights)).collect()).collect()
}

/// Returns a table with a header and the image of each row.
fn table(rows: &[(usize, Vec<f64>)]) -> String {
    let n_columns = rows.first().map_or(0, |(_, values)| values.len());
    let mut text = String::from("condition");
    (0..n_columns).for_each(|k| write!(text, ",u{k}").expect("text is written to memory"));
    for (image, values) in rows {
        write!(text, "\n{}", image_name(*image)).expect("text is written to memory");
        values.iter().for_each(|value| write!(text, ",{value:.4}").expect("text is written to memory"));
    }
    text + "\n"
}

/// Random numbers of SplitMix64 (Steele, Lea & Flood 2014), so that the files depend on no library.
struct RandomNumbers(u64);

impl RandomNumbers {
    /// Returns a number between 0 and 1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Returns nearly normal numbers: the sum of 12 uniform ones has variance 1.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

fn main() -> io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "predictions".to_owned());
    fs::create_dir_all(&folder)?;
    write(Path::new(&folder))
}
