//! Models of a searchlight: their files, and the conditions that they share with the data.

use std::collections::HashSet;

use rsa_brain::{MapComparison, MapModels, MapStatistic};
use rsakit::{Error, Rdm, Result, spec::ComparisonSpec};
use serde::{Deserialize, Serialize};

use super::{SearchlightRequest, search_data::SearchData};
use crate::{
    alignment::Alignment,
    inputs::{data_error, read_rdms, stem},
    layer_filter::LayerFilter,
    notes::Notes,
};

/// Statistic of a model in a map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SearchStatistic {
    /// Similarity with the model.
    #[default]
    Similarity,
    /// Correlation with the model, given all others.
    Partial,
    /// Standardized weight in a regression on all models.
    Weight,
    /// Share of the variance that only this model explains.
    Unique,
}

impl SearchStatistic {
    fn of_maps(self) -> MapStatistic {
        match self {
            Self::Similarity => MapStatistic::Similarity,
            Self::Partial => MapStatistic::Partial,
            Self::Weight => MapStatistic::Weight,
            Self::Unique => MapStatistic::UniqueVariance,
        }
    }

    /// Returns the word that follows the comparison in the name of a file.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Similarity => "",
            Self::Partial => "-partial",
            Self::Weight => "-weight",
            Self::Unique => "-unique",
        }
    }
}

impl SearchlightRequest {
    /// Reads the models, in the order of the conditions of the data.
    pub(super) fn read_models(&self, data: &SearchData, notes: &mut Notes<'_>) -> Result<MapModels> {
        let filter = LayerFilter::new(&[])?;
        let options = self.options.clone().with_all_features();
        let mut models: Vec<(String, Rdm)> = Vec::new();
        let alignment = Alignment::new([&data.conditions]);
        for path in &self.models {
            let (rdms, _) = read_rdms(path, &filter, &options, notes)?;
            notes.add_all(alignment.notes(path, "models", rdms.iter().map(|(_, rdm)| rdm.conditions())));
            let is_alone = rdms.len() == 1 && self.models.len() > 1;
            for (name, rdm) in rdms {
                let name = if is_alone { stem(path) } else { name };
                let aligned = alignment.align_to_first(rdm);
                let aligned = aligned.map_err(|error| {
                    data_error(error.context(format!("{path}: model '{name}' beside the conditions of the data")))
                })?;
                models.push((name, aligned));
            }
        }
        let mut seen = HashSet::new();
        if let Some((name, _)) = models.iter().find(|(name, _)| !seen.insert(file_word(name))) {
            let requirement = "different for each, in letters, digits, '.' and '-': they name files";
            return Err(Error::invalid_parameter("the names of models", requirement, format_args!("'{name}' twice")));
        }
        let comparison = match self.comparison {
            ComparisonSpec::Pearson => MapComparison::Pearson,
            ComparisonSpec::Cosine => MapComparison::Cosine,
            ComparisonSpec::Spearman => MapComparison::Spearman,
            ref other => MapComparison::Other(other.comparison()),
        };
        MapModels::new(models, &comparison, self.statistic.of_maps())
    }
}

/// Returns the name of a model as a part of a name of a file.
pub(super) fn file_word(name: &str) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() || "-.".contains(letter) { letter } else { '-' };
    let word: String = name.chars().map(plain).collect();
    if word.is_empty() { "-".to_owned() } else { word }
}
