//! Command lines of `rsakit prepare`, like those of `cases.rs`.

use super::cases::{Case, case};

pub(super) const PREPARE: &[Case] = &[
    case(
        "prepare-steps.json",
        0,
        "prepare twice-sub1.npy --conditions twice-conditions.txt --runs twice-runs.txt --drop item?5 --zscore runs \
         --pseudo-trials 2 --seed 7 --format json",
    ),
    case(
        "prepare-two.txt",
        0,
        "prepare sub1.npy sub2.npy --conditions {}-conditions.txt --runs runs.txt --events events.csv --keep-rows kind=old \
         --noise diagonal --whiten --center all --average conditions",
    ),
    case(
        "prepare-white.json",
        0,
        "prepare twice-sub1.npy --conditions twice-conditions.txt --runs twice-runs.txt --noise shrinkage-diagonal --whiten \
         --average runs --out white.npz && rdm white.npz --dissimilarity crossnobis --format json",
    ),
];
