//! The centers of a tile, whose spheres share their sums.

use rsa_core::{Observer, Rdm, Result, condensed};

use super::{CenterResult, Searchlight, WORK, each_sphere};
use crate::{
    AdditiveTerms, MissingReason, SphereError,
    additive::{GramSums, N_ERRORS, n_pairs},
    moments::{MomentScores, PairMoments},
    stored::StoredDissimilarities,
    tile::{PackedMaps, SearchTile, TileScratch},
};

/// Pairs between two looks at the observer.
const LOOK: usize = 64;

/// Computes the RDMs of all centers of a tile and their statistics.
pub(super) fn run(
    searchlight: &Searchlight<'_>,
    terms: &AdditiveTerms,
    tile: &SearchTile,
    observer: &dyn Observer,
) -> Result<Vec<CenterResult>> {
    let n_centers = tile.centers.len();
    let maps = tile.maps(terms);
    let mut scratch = tile.scratch();
    let mut facts = CenterFacts::new(terms, tile, &maps, &mut scratch);
    let mut kept = match searchlight.models.vectors() {
        Some(models) if !searchlight.keeps_rdms => KeptPairs::Moments(PairMoments::new(models, n_centers)),
        _ => KeptPairs::Stored(StoredDissimilarities::new(n_pairs(terms.n_conditions()), n_centers)),
    };
    let mut values = vec![0.0; n_centers];
    for (pair, conditions) in condensed::pairs(terms.n_conditions()).enumerate() {
        if pair % LOOK == 0 {
            observer.ensure_going(WORK)?;
        }
        tile.sum_pair(terms.form(), &maps, conditions, &mut scratch, &mut values);
        facts.turn_into_dissimilarities(terms, tile, conditions, &mut values);
        match &mut kept {
            KeptPairs::Moments(moments) => moments.add(&mut values),
            KeptPairs::Stored(stored) => stored.add(&values),
        }
    }
    drop(maps);
    (0..n_centers).map(|k| finish(searchlight, terms, tile, &facts, &kept, k)).collect()
}

/// Dissimilarities of all centers, whole or as sums.
enum KeptPairs<'a> {
    Moments(PairMoments<'a>),
    Stored(StoredDissimilarities),
}

/// Computes the statistics of a center of a tile.
fn finish(
    searchlight: &Searchlight<'_>,
    terms: &AdditiveTerms,
    tile: &SearchTile,
    facts: &CenterFacts,
    kept: &KeptPairs<'_>,
    k: usize,
) -> Result<CenterResult> {
    let center = tile.centers[k];
    if facts.cancelled[k] {
        return each_sphere::run(searchlight, terms, center);
    }
    let missing = |reason| Ok(CenterResult { center, outcome: Err(reason), rdm: None });
    let not_finite = if terms.form().is_unit() { MissingReason::ConstantPattern } else { MissingReason::NonFinite };
    let rounding = facts.rounding(terms, tile, k);
    match kept {
        KeptPairs::Moments(moments) if !moments.is_finite(k) => missing(not_finite),
        KeptPairs::Moments(moments) => match moments.scores(k, rounding) {
            MomentScores::Scores(mut scores) => {
                searchlight.models.finish(&mut scores);
                Ok(CenterResult { center, outcome: Ok(scores), rdm: None })
            }
            MomentScores::Constant => missing(MissingReason::ConstantRdm),
            MomentScores::Cancelled => each_sphere::run(searchlight, terms, center),
        },
        KeptPairs::Stored(stored) => {
            let values = stored.of_center(k);
            if !values.iter().all(|value| value.is_finite()) {
                return missing(not_finite);
            }
            let rdm = Rdm::new(values)?.with_rounding(rounding)?;
            let outcome = match searchlight.models.scores(&rdm) {
                Ok(scores) => Ok(scores),
                Err(SphereError::Missing(reason)) => Err(reason),
                Err(SphereError::Failed(error)) => return Err(error),
            };
            Ok(CenterResult { center, outcome, rdm: searchlight.keeps_rdms.then(|| rdm.values().to_vec()) })
        }
    }
}

/// Sums at the centers of a tile that all pairs need.
struct CenterFacts {
    /// Condition by condition, the products with itself; empty where they are not needed.
    own: Vec<f64>,
    /// Condition by condition, the sums of patterns.
    sums: Vec<f64>,
    errors: [Vec<f64>; N_ERRORS],
    /// Squared length of the shortest pattern.
    shortest: Vec<f64>,
    /// Centers at which sums of products have lost digits, whose RDMs are computed from the patterns.
    cancelled: Vec<bool>,
}

impl CenterFacts {
    fn new(terms: &AdditiveTerms, tile: &SearchTile, maps: &PackedMaps, scratch: &mut TileScratch) -> Self {
        let (n, n_centers, form) = (terms.n_conditions(), tile.centers.len(), terms.form());
        let mut row_sums = |row: usize| {
            let mut sums = vec![0.0; n_centers];
            tile.sum_map(maps, row, scratch, &mut sums);
            sums
        };
        let errors = std::array::from_fn(|k| row_sums(n * form.n_maps() + k));
        let sums: Vec<f64> = if form.is_centered() { (0..n).flat_map(&mut row_sums).collect() } else { Vec::new() };
        let mut own = vec![0.0; if form.is_gram() { n * n_centers } else { 0 }];
        for (condition, own) in own.chunks_mut(n_centers).enumerate() {
            tile.sum_pair(form, maps, (condition, condition), scratch, own);
        }
        let (mut shortest, mut cancelled) = (vec![f64::INFINITY; n_centers], vec![false; n_centers]);
        for (condition, own) in own.chunks(n_centers).enumerate() {
            for (k, &own) in own.iter().enumerate() {
                let sum = if form.is_centered() { sums[condition * n_centers + k] } else { 0.0 };
                let p = tile.n_members[k];
                shortest[k] = shortest[k].min(own - sum * sum / p);
                cancelled[k] |= form.is_cancelled(own, sum, p);
            }
        }
        Self { own, sums, errors, shortest, cancelled }
    }

    /// Turns sums of the terms of a pair into dissimilarities.
    fn turn_into_dissimilarities(
        &mut self,
        terms: &AdditiveTerms,
        tile: &SearchTile,
        (i, j): (usize, usize),
        values: &mut [f64],
    ) {
        let form = terms.form();
        if !form.is_gram() {
            values.iter_mut().zip(&tile.n_members).for_each(|(value, &p)| *value = form.of_sum(*value, p));
            return;
        }
        let (n, n_centers) = (terms.n_conditions(), values.len());
        for (k, value) in values.iter_mut().enumerate() {
            let of = |numbers: &[f64]| [i, j].map(|condition| numbers[condition * n_centers + k]);
            let sums = if form.is_centered() { of(&self.sums) } else { [0.0; 2] };
            let gram = GramSums { own: of(&self.own), between: *value, sums, n_voxels: tile.n_members[k] };
            *value = form.of_gram((i, j), n, gram);
            self.cancelled[k] |= form.is_near(*value);
        }
    }

    fn rounding(&self, terms: &AdditiveTerms, tile: &SearchTile, k: usize) -> f64 {
        let errors = std::array::from_fn(|error| self.errors[error][k]);
        terms.rounding(errors, tile.n_members[k], self.shortest[k])
    }
}
