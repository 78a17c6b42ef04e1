//! [`RdmNeed`]: the memory that the RDM of a layer takes.

use std::collections::HashSet;

use rsa_io::Layer;
use rsakit::{Result, core::RowBlocks, spec::RdmSpec};

use super::design::Design;
use crate::{
    memory::{ensure_fits, float_bytes},
    noise::NoiseForm,
};

/// Sizes that decide the memory of one RDM.
#[derive(Clone, Copy, Debug)]
pub(super) struct RdmNeed {
    rows: usize,
    features: usize,
    conditions: usize,
    /// Number of conditions, or for decoding observations, whose inner products are held.
    multiplied: usize,
    noise: NoiseForm,
    /// Number of covariances that are held at once.
    covariances: usize,
    /// Number of rows of residuals that are read.
    residuals: usize,
}

impl RdmNeed {
    /// Takes the sizes of a layer, which has not been read.
    pub(super) fn new(layer: &Layer, design: &Design, dissimilarity: &RdmSpec) -> Self {
        let (rows, features) = (layer.n_conditions(), layer.n_features());
        let given = design.rows.conditions_of(layer);
        let labels = given.as_ref().unwrap_or(layer.conditions()).labels();
        let distinct = |labels: &[String]| labels.iter().collect::<HashSet<_>>().len();
        let runs = design.rows.runs_of(layer).filter(|_| design.noise.is_per_run()).map_or(1, distinct);
        let is_crossnobis = matches!(dissimilarity, RdmSpec::Crossnobis { .. });
        let by_root = dissimilarity.needs_symmetric_root() || design.noise.is_per_run() && !is_crossnobis;
        let conditions = labels.map_or(rows, distinct);
        Self {
            rows,
            features,
            conditions,
            multiplied: if matches!(dissimilarity, RdmSpec::Decoding(_)) { rows } else { conditions },
            noise: design.noise.form(rows, features, by_root),
            covariances: runs,
            residuals: design.noise.n_residuals(),
        }
    }

    /// Returns the bytes of the RDM itself.
    pub(super) fn held(&self) -> usize {
        float_bytes(self.conditions.saturating_mul(self.conditions.saturating_sub(1)) / 2)
    }

    /// Returns the bytes while the RDM is computed.
    pub(super) fn working(&self) -> usize {
        self.patterns().saturating_add(self.products()).saturating_add(self.noise()).saturating_add(self.residuals())
    }

    /// Returns the bytes of residuals as they are read, about their mean, standardized and squared.
    fn residuals(&self) -> usize {
        float_bytes(self.residuals.saturating_mul(self.features)).saturating_mul(4)
    }

    /// Returns the bytes of the rows as they are read, as measurements, centered, and weighed by the noise.
    ///
    /// Noise that is held as residuals has as many again: residuals, standardized, squared, scaled and reduced.
    fn patterns(&self) -> usize {
        let copies = if self.noise == NoiseForm::Products { 9 } else { 4 };
        float_bytes(self.rows.saturating_mul(self.features)).saturating_mul(copies)
    }

    /// Returns the bytes of all inner products, and of what becomes of them.
    fn products(&self) -> usize {
        float_bytes(self.multiplied.saturating_mul(self.multiplied)).saturating_mul(2)
    }

    /// Returns the bytes of a covariance, of its copy that is shrunk, of its factor and of a step between them.
    fn noise(&self) -> usize {
        match self.noise {
            NoiseForm::AllPairs => {
                let matrices = self.covariances.saturating_add(3);
                float_bytes(self.features.saturating_mul(self.features)).saturating_mul(matrices)
            }
            NoiseForm::Few | NoiseForm::Products => 0,
        }
    }

    /// Refuses an RDM that does not fit into `budget` beside `others` bytes of other RDMs.
    ///
    /// # Errors
    /// `TooLarge` with the largest part of the need, and its remedy.
    pub(super) fn ensure_fits(&self, others: usize, budget: usize) -> Result<()> {
        let needed = self.held().saturating_add(self.working()).saturating_add(others);
        let Self { rows, features, conditions, .. } = *self;
        let pairs = self.held().saturating_add(self.products()).saturating_add(others);
        if self.noise() >= pairs.max(self.patterns()).max(self.residuals()) {
            let remedy = "take variances alone with --noise diagonal, or fewer features";
            return ensure_fits(
                format_args!("the {features} × {features} noise covariance of {features} features"),
                needed,
                budget,
                remedy,
            );
        }
        if self.residuals() > pairs.max(self.patterns()) {
            let work = format_args!("the noise of {features} features from {} residuals", self.residuals);
            return ensure_fits(work, needed, budget, "take fewer features, such as those of a --mask");
        }
        if self.patterns() > pairs {
            let work = format_args!("an RDM of {rows} rows of {features} features");
            return ensure_fits(work, needed, budget, "take fewer features");
        }
        let remedy = "if rows are repeated observations of conditions, label them with --conditions FILE; otherwise take fewer \
                      conditions or fewer layers";
        ensure_fits(format_args!("an RDM of {conditions} conditions"), needed, budget, remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(rows: usize, features: usize, conditions: usize, noise: NoiseForm) -> String {
        let need = RdmNeed { rows, features, conditions, multiplied: conditions, noise, covariances: 1, residuals: 0 };
        need.ensure_fits(0, 4 << 30).unwrap_err().to_string()
    }

    #[test]
    fn the_largest_part_of_the_need_has_the_remedy() {
        let noise = refusal(12, 60_000, 6, NoiseForm::AllPairs);
        assert!(
            noise.starts_with("the 60000 × 60000 noise covariance of 60000 features would take about 108GiB"),
            "{noise}"
        );
        assert!(noise.contains("--noise diagonal"), "{noise}");
        let pairs = refusal(105_000, 1, 105_000, NoiseForm::Few);
        assert!(pairs.starts_with("an RDM of 105000 conditions") && pairs.contains("--conditions FILE"), "{pairs}");
        let patterns = refusal(20_000, 20_000, 10, NoiseForm::Few);
        assert!(patterns.contains("20000 rows of 20000 features"), "{patterns}");
        let overflowing = refusal(usize::MAX / 2, usize::MAX / 2, usize::MAX / 2, NoiseForm::AllPairs);
        assert!(overflowing.contains("--memory"), "{overflowing}");
        let noise = NoiseForm::Products;
        let products =
            RdmNeed { rows: 12, features: 60_000, conditions: 6, multiplied: 6, noise, covariances: 1, residuals: 0 };
        assert!(products.ensure_fits(0, 64 << 20).is_ok());
        let residuals = RdmNeed { residuals: 1200, noise: NoiseForm::Few, ..products };
        let message = residuals.ensure_fits(0, 1 << 30).unwrap_err().to_string();
        assert!(message.starts_with("the noise of 60000 features from 1200 residuals"), "{message}");
    }
}
