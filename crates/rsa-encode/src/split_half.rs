//! The reliability of trial means from random halves of the trials.

use rsa_core::{Error, Result};

use crate::{alpha::LeftOutValues, shuffle::shuffled, trials::Trials};

/// Returns the reliability of the mean over trials of each site: the mean correlation of halves, then Spearman–Brown.
///
/// Corrected one by one, halves with a correlation near −1 would outweigh all others.
///
/// # Errors
/// `Degenerate` if a condition has a single trial.
pub(crate) fn split_half(trials: &Trials, halves: usize, seed: u64) -> Result<Vec<Option<LeftOutValues>>> {
    let n = trials.n_conditions();
    if let Some(condition) = trials.of_condition.iter().position(|of| of.len() < 2) {
        return Err(Error::degenerate(
            format!("condition {condition} (counted from 0) has a single trial, which has no halves"),
            "leave it out, or take the reliability by mean squares",
        ));
    }
    let q = trials.values.ncols();
    let mut sums: Vec<LeftOutValues> = (0..q).map(|_| LeftOutValues { all: 0.0, without: vec![0.0; n] }).collect();
    for half in 0..halves {
        // Which trials of each condition form the first half; whole runs if trials are runs.
        let draw = |condition: usize| if trials.are_runs { half } else { half * n + condition } as u64;
        let firsts: Vec<Vec<usize>> = (0..n)
            .map(|condition| {
                let of = &trials.of_condition[condition];
                shuffled(seed, draw(condition), of.len())[..of.len() / 2].to_vec()
            })
            .collect();
        for (site, sum) in sums.iter_mut().enumerate() {
            let found = correlations(&trials.of_site(site), &firsts);
            sum.all += found.all;
            sum.without.iter_mut().zip(found.without).for_each(|(sum, r)| *sum += r);
        }
    }
    let corrected = |sum: f64| {
        let r = sum / halves as f64;
        2.0 * r / (1.0 + r)
    };
    let of_site = |sum: LeftOutValues| {
        let found =
            LeftOutValues { all: corrected(sum.all), without: sum.without.into_iter().map(corrected).collect() };
        found.all.is_finite().then_some(found)
    };
    Ok(sums.into_iter().map(of_site).collect())
}

/// Returns the correlation over conditions of the means of both halves, and without each condition.
fn correlations(values: &[Vec<f64>], firsts: &[Vec<usize>]) -> LeftOutValues {
    let halves: Vec<[f64; 2]> = values
        .iter()
        .zip(firsts)
        .map(|(of, first)| {
            let (total, own) = (of.iter().sum::<f64>(), first.iter().map(|&k| of[k]).sum::<f64>());
            [own / first.len() as f64, (total - own) / (of.len() - first.len()) as f64]
        })
        .collect();
    let n = halves.len() as f64;
    let mean = |half: usize| halves.iter().map(|pair| pair[half]).sum::<f64>() / n;
    let means = [mean(0), mean(1)];
    let products: Vec<[f64; 3]> = halves
        .iter()
        .map(|pair| {
            let [a, b] = [pair[0] - means[0], pair[1] - means[1]];
            [a * b, a * a, b * b]
        })
        .collect();
    let total = products.iter().fold([0.0; 3], |sums, part| [0, 1, 2].map(|k| sums[k] + part[k]));
    let r = |[ab, aa, bb]: [f64; 3]| ab / (aa * bb).sqrt();
    let loss = n / (n - 1.0);
    let without = products.iter().map(|part| r([0, 1, 2].map(|k| total[k] - loss * part[k]))).collect();
    LeftOutValues { all: r(total), without }
}
