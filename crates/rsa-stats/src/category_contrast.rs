//! [`CategoryContrast`]: dissimilarities between categories of conditions against those within them.

use rsa_core::{Error, Observer, Rdm, Result, condensed};

use crate::resample::{ConditionOrders, PermutationTest, StageSteps, count_exceedances, p_value};

/// Contrast of the dissimilarities between categories of conditions and those within them.
///
/// # Formula
/// The contrast of all categories is the mean dissimilarity of all pairs of conditions of different categories less that of
/// all pairs of one category. The contrast of a category is the mean of the pairs of which one condition is in it less the
/// mean of the pairs of which both are. Every pair weighs alike, so a large category weighs more. Pairs that are missing in
/// any of the RDMs are left out of all.
///
/// A permutation test compares the size of each contrast with its size for permuted categories, so p is two-sided. Its null
/// hypothesis is that the category of a condition says nothing about its dissimilarities: all assignments of these
/// categories to the conditions are equally likely. Up to seven conditions all orders are tried.
///
/// # Cost
/// n² for an RDM of n conditions, and n² for each permutation.
///
/// # Errors
/// `Degenerate` if there is one category, or if no two conditions of one category have a dissimilarity, or none of two
/// categories; `ShapeMismatch` for RDMs of another number of conditions.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::CategoryContrast;
///
/// let contrast = CategoryContrast::new(&["face", "face", "house", "house"])?;
/// let means = contrast.means(&[Rdm::new(vec![1.0, 5.0, 6.0, 7.0, 6.0, 3.0])?])?;
/// // Within: (1 + 3)/2; between: (5 + 6 + 7 + 6)/4.
/// assert_eq!((means[0].all.within, means[0].all.between), (2.0, 6.0));
/// assert_eq!(means[0].categories[0].unwrap().difference(), 5.0);
/// # Ok::<(), rsa_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryContrast {
    categories: Vec<String>,
    /// Category of each condition.
    of_conditions: Vec<usize>,
}

/// Mean dissimilarities of one RDM within and between categories.
#[derive(Clone, Debug, PartialEq)]
pub struct CategoryMeans {
    /// Mean dissimilarity of every two categories, and of each with itself; `None` where no pair is present.
    ///
    /// Pairs (a, b) with a ≤ b stand row by row: (0, 0), (0, 1), …, (1, 1), ….
    pub blocks: Vec<Option<f64>>,
    /// Number of pairs of conditions of each block.
    pub counts: Vec<usize>,
    /// Means of all categories.
    pub all: WithinBetween,
    /// Means of each category; `None` for one without pairs within or between.
    pub categories: Vec<Option<WithinBetween>>,
}

/// Mean dissimilarities within and between categories.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct WithinBetween {
    /// Mean of the pairs of conditions of one category.
    pub within: f64,
    /// Mean of the pairs of conditions of different categories.
    pub between: f64,
}

/// p-values of contrasts by permuting the conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct PermutedCategories {
    /// p-value of the contrast of all categories.
    pub all: f64,
    /// p-value of the contrast of each category; `None` for one without a contrast.
    pub categories: Vec<Option<f64>>,
    /// Number of permutations that were tried.
    pub tried: u64,
    /// `true` if all orders of the conditions were tried.
    pub exact: bool,
}

/// Sum and number of the dissimilarities of each block.
struct BlockSums {
    sums: Vec<f64>,
    counts: Vec<usize>,
    n_categories: usize,
}

impl WithinBetween {
    /// Returns the contrast: between − within.
    pub fn difference(&self) -> f64 {
        self.between - self.within
    }
}

impl CategoryContrast {
    /// Takes the category of each condition; categories stand in the order of their first conditions.
    ///
    /// # Errors
    /// `Degenerate` for fewer than two categories, and if each has one condition.
    pub fn new<S: AsRef<str>>(categories: &[S]) -> Result<Self> {
        let mut names: Vec<&str> = Vec::new();
        let mut of_conditions = Vec::with_capacity(categories.len());
        for category in categories {
            let category = category.as_ref();
            of_conditions.push(names.iter().position(|name| *name == category).unwrap_or(names.len()));
            if of_conditions.last() == Some(&names.len()) {
                names.push(category);
            }
        }
        if names.len() < 2 {
            let what = format!("all {} conditions are of one category", categories.len());
            return Err(Error::degenerate(what, "give two categories or more"));
        }
        if names.len() == categories.len() {
            let what = format!("each of the {} conditions is a category of its own", categories.len());
            return Err(Error::degenerate(what, "give one category two conditions or more"));
        }
        Ok(Self { categories: names.into_iter().map(str::to_owned).collect(), of_conditions })
    }

    /// Returns the names of the categories.
    pub fn categories(&self) -> &[String] {
        &self.categories
    }

    /// Returns the number of conditions of each category.
    pub fn n_conditions(&self) -> Vec<usize> {
        let count = |k: usize| self.of_conditions.iter().filter(|&&own| own == k).count();
        (0..self.categories.len()).map(count).collect()
    }

    /// Returns the means of each RDM over the pairs that all of them have.
    ///
    /// # Errors
    /// See the type; `OutOfRange` if a contrast exceeds the range of `f64`.
    pub fn means(&self, rdms: &[Rdm]) -> Result<Vec<CategoryMeans>> {
        let n = self.of_conditions.len();
        if let Some(other) = rdms.iter().find(|rdm| rdm.n_conditions() != n) {
            let found = other.n_conditions();
            return Err(Error::shape_mismatch(format!("an RDM of {found} conditions and categories of {n}")));
        }
        let present: Vec<bool> =
            (0..condensed::n_pairs(n)).map(|k| rdms.iter().all(|rdm| !rdm.values()[k].is_nan())).collect();
        rdms.iter().map(|rdm| self.means_of(rdm, &present)).collect()
    }

    fn means_of(&self, rdm: &Rdm, present: &[bool]) -> Result<CategoryMeans> {
        let (values, scale) = scaled(rdm, present);
        let blocks = BlockSums::new(&values, &self.of_conditions, self.categories.len());
        let in_unit = |means: WithinBetween| -> Result<WithinBetween> {
            let means = WithinBetween { within: means.within * scale, between: means.between * scale };
            match means.difference().is_finite() {
                true => Ok(means),
                false => {
                    Err(Error::out_of_range("a difference of mean dissimilarities", "give the RDM in a larger unit"))
                }
            }
        };
        let Some(all) = blocks.all() else {
            let what = "no pair of conditions within a category, or none between categories, is present in all RDMs";
            return Err(Error::degenerate(what, "give RDMs with fewer missing dissimilarities"));
        };
        let mean = |(sum, count): (&f64, &usize)| (*count > 0).then(|| sum / *count as f64 * scale);
        Ok(CategoryMeans {
            blocks: blocks.sums.iter().zip(&blocks.counts).map(mean).collect(),
            counts: blocks.counts.clone(),
            all: in_unit(all)?,
            categories: blocks
                .categories()
                .into_iter()
                .map(|one| one.map(in_unit).transpose())
                .collect::<Result<_>>()?,
        })
    }

    /// Tests the contrasts of an RDM by permuting its conditions.
    ///
    /// A permutation that leaves a contrast without pairs, because dissimilarities are missing, counts as one that reaches
    /// the contrast of the data.
    ///
    /// # Errors
    /// The errors of [`means`](Self::means); `InvalidParameter` without permutations; `Cancelled`.
    pub fn permute(&self, rdm: &Rdm, test: PermutationTest, observer: &dyn Observer) -> Result<PermutedCategories> {
        if test.permutations == 0 {
            return Err(Error::invalid_parameter("the number of permutations", "at least 1", 0));
        }
        self.means(std::slice::from_ref(rdm))?;
        let present: Vec<bool> = rdm.values().iter().map(|value| !value.is_nan()).collect();
        let (values, _) = scaled(rdm, &present);
        let sizes = |of_conditions: &[usize]| -> Vec<Option<f64>> {
            let blocks = BlockSums::new(&values, of_conditions, self.categories.len());
            let contrasts = std::iter::once(blocks.all()).chain(blocks.categories());
            contrasts.map(|means| means.map(|means| means.difference().abs())).collect()
        };
        let observed = sizes(&self.of_conditions);
        let orders = ConditionOrders::new(self.of_conditions.len(), test.permutations, test.seed);
        let steps = StageSteps::new(observer, "permutations", orders.count());
        let permuted = |order: &[usize]| {
            Ok(sizes(&order.iter().map(|&condition| self.of_conditions[condition]).collect::<Vec<_>>()))
        };
        let larger = rsa_core::Orientation::Similarity;
        let reached = count_exceedances(&orders, 0..orders.count(), &observed, larger, &steps, permuted)?;
        let (tried, exact) = (orders.count(), orders.is_exact());
        let p = |count: u64| p_value(count, tried, exact);
        let of_categories = observed[1..].iter().zip(&reached.own[1..]);
        Ok(PermutedCategories {
            all: p(reached.own[0]),
            categories: of_categories.map(|(known, &count)| known.map(|_| p(count))).collect(),
            tried,
            exact,
        })
    }
}

/// Returns the present dissimilarities in a unit near the largest, NaN for the others, and this unit.
///
/// Sums stay in range, and two contrasts are equal but for rounding at the same distance in every unit.
fn scaled(rdm: &Rdm, present: &[bool]) -> (Vec<f64>, f64) {
    let known = || rdm.values().iter().zip(present).filter(|(_, present)| **present);
    let largest = known().map(|(value, _)| value.abs()).fold(0.0, f64::max);
    // A power of two changes no digit.
    let scale = if largest > 0.0 { largest.log2().floor().exp2() } else { 1.0 };
    let value = |(value, present): (&f64, &bool)| if *present { value / scale } else { f64::NAN };
    (rdm.values().iter().zip(present).map(value).collect(), scale)
}

impl BlockSums {
    fn new(values: &[f64], of_conditions: &[usize], n_categories: usize) -> Self {
        let n_blocks = n_categories * (n_categories + 1) / 2;
        let mut blocks = Self { sums: vec![0.0; n_blocks], counts: vec![0; n_blocks], n_categories };
        for ((i, j), &value) in condensed::pairs(of_conditions.len()).zip(values) {
            if !value.is_nan() {
                let block = blocks.index(of_conditions[i], of_conditions[j]);
                blocks.sums[block] += value;
                blocks.counts[block] += 1;
            }
        }
        blocks
    }

    /// Returns the place of the block of two categories.
    fn index(&self, a: usize, b: usize) -> usize {
        let (a, b) = (a.min(b), a.max(b));
        a * (2 * self.n_categories - a + 1) / 2 + b - a
    }

    /// Returns the mean over all pairs of some blocks; `None` if there is no pair.
    fn mean(&self, blocks: impl Iterator<Item = usize> + Clone) -> Option<f64> {
        let count: usize = blocks.clone().map(|block| self.counts[block]).sum();
        (count > 0).then(|| blocks.map(|block| self.sums[block]).sum::<f64>() / count as f64)
    }

    fn all(&self) -> Option<WithinBetween> {
        let k = self.n_categories;
        let within = self.mean((0..k).map(|a| self.index(a, a)))?;
        let between = self.mean((0..k).flat_map(|a| (a + 1..k).map(move |b| (a, b))).map(|(a, b)| self.index(a, b)))?;
        Some(WithinBetween { within, between })
    }

    fn categories(&self) -> Vec<Option<WithinBetween>> {
        let others = |a: usize| (0..self.n_categories).filter(move |&b| b != a).map(move |b| self.index(a, b));
        let one = |a: usize| {
            let within = self.mean(std::iter::once(self.index(a, a)))?;
            Some(WithinBetween { within, between: self.mean(others(a))? })
        };
        (0..self.n_categories).map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = f64::NAN;

    fn rdm(values: &[f64]) -> Rdm {
        Rdm::new(values.to_vec()).unwrap()
    }

    /// By hand; pairs 01 02 03 04 12 13 14 23 24 34 of the categories x y x y z.
    #[test]
    fn means_by_hand() {
        let contrast = CategoryContrast::new(&["x", "y", "x", "y", "z"]).unwrap();
        assert_eq!(
            (contrast.categories(), contrast.n_conditions()),
            (&["x", "y", "z"].map(String::from)[..], vec![2, 2, 1])
        );
        let found = &contrast.means(&[rdm(&[4.0, 1.0, 6.0, 7.0, 5.0, 3.0, 8.0, 5.0, 9.0, 10.0])]).unwrap()[0];
        assert_eq!(found.blocks, [Some(1.0), Some(5.0), Some(8.0), Some(3.0), Some(9.0), None]);
        assert_eq!(found.counts, [1, 4, 2, 1, 2, 0]);
        assert_eq!((found.all.within, found.all.between), (2.0, 6.75));
        assert_eq!(found.categories[0].unwrap(), WithinBetween { within: 1.0, between: 6.0 });
        assert_eq!(found.categories[1].unwrap().difference(), 19.0 / 3.0 - 3.0);
        assert_eq!(found.categories[2], None, "one condition has no pair within");
    }

    #[test]
    fn pairs_missing_in_one_rdm_count_in_none() {
        let contrast = CategoryContrast::new(&["a", "a", "b", "b"]).unwrap();
        let found =
            contrast.means(&[rdm(&[1.0, 2.0, 2.0, 2.0, 2.0, 3.0]), rdm(&[NAN, 4.0, 4.0, 4.0, 4.0, 1.0])]).unwrap();
        assert_eq!((found[0].all.within, found[1].all.within), (3.0, 1.0));
        assert!(found[0].categories[0].is_none() && found[1].blocks[0].is_none());
        let none = contrast.means(&[rdm(&[NAN, 4.0, 4.0, 4.0, 4.0, NAN])]).unwrap_err().to_string();
        assert!(none.contains("within a category"), "{none}");
    }

    /// Of the 24 orders, 8 keep the pairs within, so that a third of the orders reach the contrast of the data.
    #[test]
    fn all_orders_of_few_conditions_are_counted() {
        let contrast = CategoryContrast::new(&["a", "a", "b", "b"]).unwrap();
        let test = PermutationTest { permutations: 10, seed: 0 };
        for unit in [1.0, 1e-14, 1e300] {
            let values = [1.0, 5.0, 6.0, 7.0, 6.0, 3.0].map(|value| value * unit);
            let found = contrast.permute(&rdm(&values), test, &()).unwrap();
            assert_eq!((found.tried, found.exact, found.all), (24, true, 8.0 / 24.0));
        }
        // A contrast below 0 is as far from 0 as it is long: the test has two sides.
        let negative = contrast.permute(&rdm(&[6.0, 2.0, 1.0, 1.0, 2.0, 6.0]), test, &()).unwrap();
        assert_eq!(negative.all, 8.0 / 24.0);
        let equal = contrast.permute(&rdm(&[2.0; 6]), test, &()).unwrap();
        assert_eq!((equal.all, equal.categories[0]), (1.0, Some(1.0)));
    }

    /// Random orders have the rate of all orders: 10 conditions in two halves have 126 splits, and one is the data's.
    #[test]
    fn random_orders_are_seeded_and_near_all() {
        let groups: Vec<&str> = (0..10).map(|k| if k < 5 { "a" } else { "b" }).collect();
        let values: Vec<f64> = condensed::pairs(10).map(|(i, j)| if (i < 5) == (j < 5) { 1.0 } else { 2.0 }).collect();
        let contrast = CategoryContrast::new(&groups).unwrap();
        let run = |seed| contrast.permute(&rdm(&values), PermutationTest { permutations: 20_000, seed }, &()).unwrap();
        let found = run(1);
        // The standard error of p is .0006.
        assert!(!found.exact && (found.all - 1.0 / 126.0).abs() < 0.002, "{found:?}");
        assert_eq!(found, run(1));
        assert_ne!(found.all, run(2).all);
    }

    #[test]
    fn what_has_no_contrast_is_refused() {
        for groups in [&["a", "a"][..], &["a", "b"], &[]] {
            assert_eq!(CategoryContrast::new(groups).unwrap_err().kind().name(), "Degenerate");
        }
        let contrast = CategoryContrast::new(&["a", "a", "b"]).unwrap();
        assert_eq!(contrast.means(&[rdm(&[1.0])]).unwrap_err().kind().name(), "ShapeMismatch");
        let far = rdm(&[-1.7e308, 1.7e308, 1.7e308]);
        assert_eq!(contrast.means(&[far]).unwrap_err().kind().name(), "OutOfRange");
        let none = PermutationTest { permutations: 0, seed: 0 };
        assert!(contrast.permute(&rdm(&[1.0, 2.0, 3.0]), none, &()).is_err());
    }
}
