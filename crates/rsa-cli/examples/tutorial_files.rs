//! Writes the files of the tutorial into a folder.
//!
//! They are volumes and residuals of three subjects, a mask, labels, runs and stimuli.
//!
//! ```sh
//! cargo run -p rsa-cli --example tutorial_files -- FOLDER   # tutorial, if none is given
//! ```
//!
//! Each subject saw six stimuli in four runs. Patterns of the three animals have something in common, and those of the
//! three tools; size has no effect.

use std::{fs, io, path::Path};

/// Stimuli with their kind and size.
const STIMULI: [(&str, &str, f64); 6] = [
    ("cat", "animal", 2.0),
    ("dog", "animal", 5.0),
    ("owl", "animal", 3.0),
    ("axe", "tool", 6.0),
    ("saw", "tool", 4.0),
    ("nail", "tool", 1.0),
];

const N_RUNS: usize = 4;

/// Volumes of the residuals, 30 a run.
const N_RESIDUALS: usize = 120;

/// Numbers of voxels along x, y and z.
const GRID: [usize; 3] = [8, 8, 5];

/// Writes the files into `folder`.
///
/// # Errors
/// The errors of the file system.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    let rows = || (0..N_RUNS).flat_map(|run| STIMULI.map(|(name, ..)| (run, name)));
    fs::write(folder.join("conditions.txt"), rows().map(|(_, name)| format!("{name}\n")).collect::<String>())?;
    fs::write(folder.join("runs.txt"), rows().map(|(run, _)| format!("{}\n", run + 1)).collect::<String>())?;
    let stimuli = STIMULI.map(|(name, kind, size)| format!("{name},{kind},{size}\n"));
    fs::write(folder.join("stimuli.csv"), format!("stimulus,kind,size\n{}", stimuli.concat()))?;
    let inside = mask();
    let volume = inside.iter().map(|&inside| f32::from(u8::from(inside)));
    fs::write(folder.join("mask.nii"), nifti(1, volume))?;
    for subject in 1..=3 {
        let betas = nifti(N_RUNS * STIMULI.len(), betas(subject, &inside).into_iter());
        fs::write(folder.join(format!("sub-{subject:02}_betas.nii")), betas)?;
        let residuals = nifti(N_RESIDUALS, residuals(subject, &inside).into_iter());
        fs::write(folder.join(format!("sub-{subject:02}_residuals.nii")), residuals)?;
    }
    Ok(())
}

/// Returns which voxels are in the brain: those within 3 voxels of the middle.
fn mask() -> Vec<bool> {
    let [nx, ny, nz] = GRID;
    let distance = |place: usize| {
        let index = [place % nx, place / nx % ny, place / nx / ny];
        let offset = |axis: usize| index[axis] as f64 - (GRID[axis] as f64 - 1.0) / 2.0;
        (0..3).map(|axis| offset(axis).powi(2)).sum::<f64>().sqrt()
    };
    (0..nx * ny * nz).map(|place| distance(place) <= 3.0).collect()
}

/// Returns the volumes of a subject, run by run; NaN is outside.
///
/// Each is the sum of what its kind evokes, of what the stimulus itself evokes, and of noise.
fn betas(subject: u64, inside: &[bool]) -> Vec<f32> {
    let mut normal = Normal(subject);
    let mut draw = |size: f64| -> Vec<f64> { inside.iter().map(|_| size * normal.next()).collect() };
    let kinds = [draw(1.0), draw(1.0)];
    let own = STIMULI.map(|_| draw(0.7));
    let mut betas = Vec::new();
    for _ in 0..N_RUNS {
        for ((_, kind, _), own) in STIMULI.iter().zip(&own) {
            let noise = draw(1.5);
            let of_kind = &kinds[usize::from(*kind == "tool")];
            betas.extend((0..inside.len()).map(|voxel| match inside[voxel] {
                true => (of_kind[voxel] + own[voxel] + noise[voxel]) as f32,
                false => f32::NAN,
            }));
        }
    }
    betas
}

/// Returns the residuals of a subject: noise of each voxel, and 0 outside.
fn residuals(subject: u64, inside: &[bool]) -> Vec<f32> {
    let mut normal = Normal(100 + subject);
    let mut value = |&inside: &bool| if inside { (4.0 * normal.next()) as f32 } else { 0.0 };
    (0..N_RESIDUALS).flat_map(|_| inside.iter().map(&mut value).collect::<Vec<_>>()).collect()
}

/// Returns a NIfTI-1 file of 32-bit floats with voxels of 3 mm.
fn nifti(n_volumes: usize, values: impl Iterator<Item = f32>) -> Vec<u8> {
    let mut header = vec![0; 352];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &348i32.to_le_bytes());
    let n_axes = if n_volumes == 1 { 3 } else { 4 };
    for (k, length) in [n_axes, GRID[0], GRID[1], GRID[2], n_volumes, 1, 1, 1].into_iter().enumerate() {
        put(40 + 2 * k, &(length as i16).to_le_bytes());
    }
    // The type and its bits, the sizes of voxels, where the numbers begin, millimeters.
    put(70, &16i16.to_le_bytes());
    put(72, &32i16.to_le_bytes());
    (0..4).for_each(|k| put(76 + 4 * k, &(if k == 0 { 1f32 } else { 3.0 }).to_le_bytes()));
    put(108, &352f32.to_le_bytes());
    put(123, &[2]);
    // The affine: x, y and z grow by 3 mm a voxel.
    put(254, &1i16.to_le_bytes());
    (0..3).for_each(|axis| put(280 + 20 * axis, &3f32.to_le_bytes()));
    put(344, b"n+1\0");
    header.extend(values.flat_map(f32::to_le_bytes));
    header
}

/// Numbers that are about normal: sums of twelve uniform ones (SplitMix64), the same everywhere.
struct Normal(u64);

impl Normal {
    fn next(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn main() -> io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "tutorial".to_owned());
    fs::create_dir_all(&folder)?;
    write(Path::new(&folder))
}
