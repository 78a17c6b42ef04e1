//! [`ContrastResult`]: means of blocks and contrasts between categories, over subjects.

use rsakit::{
    Result,
    stats::{CategoryContrast, CategoryMeans, Correction, PermutedCategories, SubjectMean, SubjectTest, WithinBetween},
};
use serde::{Deserialize, Serialize};

use super::{ContrastRequest, ContrastTest};
use crate::{PermutationCount, inputs::Input, rdm_files::RdmFile};

/// Means of blocks and contrasts between categories, over subjects.
///
/// Values of a subject with several RDMs are means over them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContrastResult {
    /// Version of the software.
    pub rsakit: String,
    /// File of the categories, as the request has it.
    pub groups: String,
    /// Categories in the order of their first conditions.
    pub categories: Vec<CategoryCount>,
    /// Number of conditions.
    pub n_conditions: usize,
    /// Number of pairs of conditions that all RDMs have, which were used.
    pub n_pairs: usize,
    /// Number of pairs that are missing in some RDM and were left out of all.
    pub pairs_dropped: usize,
    /// Number of subjects.
    pub n_subjects: usize,
    /// Test of the contrasts.
    pub test: ContrastTest,
    /// Permutations that were tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permutations: Option<PermutationCount>,
    /// Seed of the permutations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Correction for the number of categories.
    pub correction: Correction,
    /// Mean dissimilarity of every two categories, and of each with itself.
    pub blocks: Vec<BlockMean>,
    /// The contrast of all categories, then that of each category that has one.
    pub contrasts: Vec<CategoryDifference>,
    /// RDMs with their contrasts.
    pub rdms: Vec<ContrastedRdm>,
    /// Files of the RDMs.
    pub inputs: Vec<Input>,
    /// Sentences on the inputs.
    pub notes: Vec<String>,
}

/// Category with the number of its conditions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryCount {
    /// Name of the category.
    pub name: String,
    /// Number of its conditions.
    pub n_conditions: usize,
}

/// Mean dissimilarity of the conditions of two categories, or of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlockMean {
    /// First category.
    pub a: String,
    /// Second category; that of `a` for pairs within.
    pub b: String,
    /// Number of pairs of conditions.
    pub n_pairs: usize,
    /// Mean over subjects; `None` if no pair is present.
    pub mean: Option<f64>,
    /// Standard error over subjects.
    pub standard_error: Option<f64>,
    /// Mean of each subject.
    pub by_subject: Vec<f64>,
}

/// Contrast of mean dissimilarities: between categories − within a category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoryDifference {
    /// Category; `None` for all together.
    pub category: Option<String>,
    /// Mean over subjects of the mean dissimilarity within.
    pub within: f64,
    /// Mean over subjects of the mean dissimilarity between.
    pub between: f64,
    /// Between − within, with its test against 0.
    pub difference: SubjectMean,
    /// Interval of 95 % of the difference for new subjects, by Student's t.
    pub interval: Option<[f64; 2]>,
    /// p-value, corrected for the number of categories; `None` for all together.
    pub p_corrected: Option<f64>,
    /// Between − within of each subject.
    pub by_subject: Vec<f64>,
}

/// RDM with its contrasts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContrastedRdm {
    /// Name of the RDM.
    pub name: String,
    /// File or folder as the request has it.
    pub input: String,
    /// Subject, numbered from 0.
    pub subject: usize,
    /// Means of each block, in the order of the blocks of the result.
    pub blocks: Vec<Option<f64>>,
    /// Means within and between, in the order of the contrasts of the result.
    pub contrasts: Vec<WithinBetween>,
}

/// Means of all RDMs, before they are concluded from.
pub(super) struct Contrasted {
    pub(super) contrast: CategoryContrast,
    pub(super) means: Vec<CategoryMeans>,
    /// Subject of each RDM.
    pub(super) subjects: Vec<usize>,
    pub(super) test: ContrastTest,
    pub(super) permuted: Option<PermutedCategories>,
}

impl Contrasted {
    fn n_subjects(&self) -> usize {
        self.subjects.iter().max().map_or(0, |last| last + 1)
    }

    /// Returns a value of each subject, the mean over its RDMs.
    fn by_subject(&self, value: impl Fn(&CategoryMeans) -> f64) -> Vec<f64> {
        let mean = |subject: usize| {
            let own = self.means.iter().zip(&self.subjects).filter(|(_, other)| **other == subject);
            let values: Vec<f64> = own.map(|(means, _)| value(means)).collect();
            values.iter().sum::<f64>() / values.len() as f64
        };
        (0..self.n_subjects()).map(mean).collect()
    }

    /// Returns the categories with a contrast, after all together.
    fn contrasts(&self) -> Vec<Option<usize>> {
        let has_contrast = |k: &usize| self.means.iter().all(|means| means.categories[*k].is_some());
        let categories = (0..self.contrast.categories().len()).filter(has_contrast);
        std::iter::once(None).chain(categories.map(Some)).collect()
    }

    fn difference(&self, category: Option<usize>) -> Result<CategoryDifference> {
        let of = |means: &CategoryMeans| category.map_or(Some(means.all), |k| means.categories[k]).unwrap_or(means.all);
        let by_subject = self.by_subject(|means| of(means).difference());
        let mean = |value: &dyn Fn(WithinBetween) -> f64| {
            let values = self.by_subject(|means| value(of(means)));
            values.iter().sum::<f64>() / values.len() as f64
        };
        let tested = match self.test {
            ContrastTest::Wilcoxon => SubjectTest::Wilcoxon,
            ContrastTest::T | ContrastTest::Permutation => SubjectTest::T,
        };
        let mut difference = tested.test(&by_subject)?;
        let interval = difference.interval(by_subject.len());
        if let Some(permuted) = &self.permuted {
            difference.p = category.map_or(Some(permuted.all), |k| permuted.categories[k]);
        }
        Ok(CategoryDifference {
            category: category.map(|k| self.contrast.categories()[k].clone()),
            within: mean(&|means| means.within),
            between: mean(&|means| means.between),
            difference,
            interval,
            p_corrected: None,
            by_subject,
        })
    }

    fn block(&self, index: usize, [a, b]: [usize; 2]) -> Result<BlockMean> {
        let n_pairs = self.means.first().map_or(0, |means| means.counts[index]);
        let by_subject = match n_pairs {
            0 => Vec::new(),
            _ => self.by_subject(|means| means.blocks[index].unwrap_or_default()),
        };
        let mean = if by_subject.is_empty() { None } else { Some(SubjectTest::T.test(&by_subject)?) };
        let [a, b] = [a, b].map(|k| self.contrast.categories()[k].clone());
        let standard_error = mean.and_then(|mean| mean.standard_error);
        Ok(BlockMean { a, b, n_pairs, mean: mean.map(|mean| mean.mean), standard_error, by_subject })
    }
}

impl ContrastResult {
    /// Collects the means of all RDMs and concludes over subjects.
    pub(super) fn conclude(
        request: &ContrastRequest,
        found: &Contrasted,
        files: &[RdmFile],
        notes: Vec<String>,
    ) -> Result<Self> {
        let names = found.contrast.categories();
        let counts = found.contrast.n_conditions();
        let n_conditions: usize = counts.iter().sum();
        let n_pairs = found.means.first().map_or(0, |means| means.counts.iter().sum());
        let pairs = (0..names.len()).flat_map(|a| (a..names.len()).map(move |b| [a, b]));
        let blocks = pairs.enumerate().map(|(k, pair)| found.block(k, pair)).collect::<Result<_>>()?;
        let wanted = found.contrasts();
        let mut contrasts = wanted.iter().map(|&one| found.difference(one)).collect::<Result<Vec<_>>>()?;
        let p: Vec<_> = contrasts[1..].iter().map(|one| one.difference.p).collect();
        contrasts[1..].iter_mut().zip(request.correction.apply(&p)).for_each(|(one, p)| one.p_corrected = p);
        let entries = files.iter().flat_map(|file| file.rdms.iter().map(move |entry| (file, entry)));
        let rdms = entries.zip(found.means.iter().zip(&found.subjects)).map(|((file, entry), (means, &subject))| {
            let of = |one: &Option<usize>| one.map_or(Some(means.all), |k| means.categories[k]);
            ContrastedRdm {
                name: entry.name.clone(),
                input: file.path.clone(),
                subject,
                blocks: means.blocks.clone(),
                contrasts: wanted.iter().filter_map(of).collect(),
            }
        });
        let category = |(name, &n_conditions): (&String, &usize)| CategoryCount { name: name.clone(), n_conditions };
        Ok(Self {
            rsakit: env!("CARGO_PKG_VERSION").to_owned(),
            groups: request.groups.clone(),
            categories: names.iter().zip(&counts).map(category).collect(),
            n_conditions,
            n_pairs,
            pairs_dropped: n_conditions * (n_conditions - 1) / 2 - n_pairs,
            n_subjects: found.n_subjects(),
            test: found.test,
            permutations: found.permuted.as_ref().map(|one| PermutationCount { tried: one.tried, exact: one.exact }),
            seed: found.permuted.as_ref().filter(|one| !one.exact).map(|_| request.seed),
            correction: request.correction,
            blocks,
            contrasts,
            rdms: rdms.collect(),
            inputs: files.iter().map(|file| file.input.clone()).collect(),
            notes,
        })
    }
}
