//! [`Mds`]: multidimensional scaling.

mod classical;
mod isotonic;
mod smacof;

use ndarray::{Array2, Axis};
use rsa_core::{Conditions, Error, Observer, Rdm, Result, condensed, linalg};

use self::smacof::Pairs;

/// Multidimensional scaling: points in few dimensions whose distances follow the dissimilarities of an RDM.
///
/// The map begins with classical scaling, and majorization (SMACOF) lowers the stress step by step. There is no random
/// start: one RDM has one map. A missing pair has no weight.
///
/// # Formula
/// Minimises Σ w(d − f)², d the distances of the points, w 1 for a pair that is present and 0 for one that is not, f
/// the dissimilarities ([`MdsScaling::Metric`]) or the rising function of them that fits d best
/// ([`MdsScaling::Ordinal`]; equal dissimilarities may be fitted apart, Kruskal's primary approach). The stress is
/// Kruskal's stress-1 at the best scale of f, √(1 − (Σ w·d·f)² / (Σ w·d² · Σ w·f²)).
///
/// # Shapes
/// n conditions in k dimensions, n > k; without missing pairs n² memory, with them n² more.
///
/// # Range
/// The stress is in [0, 1]: 0 where distances are as the dissimilarities, or in their order. The map has its center at
/// 0 and its axes along its largest variances; its sign is fixed, and its unit is that of the dissimilarities (metric),
/// or such that fitted values have the root mean square of the dissimilarities (ordinal).
///
/// # Invariances
/// The stress ignores the unit of the dissimilarities, and ordinal scaling everything but their order.
///
/// # Cost
/// n³ for the start, then n²·k a step; ordinal scaling sorts the pairs once.
///
/// # Errors
/// `TooFewConditions` unless n > k, `InvalidParameter` without dimensions or steps, `Degenerate` for a negative
/// dissimilarity, for an RDM of zeros, and where missing pairs leave conditions unconnected.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::Mds;
///
/// // A right triangle of sides 3, 4, 5 has its place in the plane.
/// let map = Mds::default().run(&Rdm::new(vec![3.0, 4.0, 5.0])?)?;
/// assert!(map.stress < 1e-6 && (map.distances[2] - 5.0).abs() < 1e-6);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Torgerson 1952, Psychometrika, doi:10.1007/BF02288916; Kruskal 1964, Psychometrika, doi:10.1007/BF02289565; de Leeuw
/// 1977, Applications of convex analysis to multidimensional scaling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Mds {
    /// Number of dimensions of the map.
    pub dimensions: usize,
    /// The property of the dissimilarities that the distances follow: their values or their order.
    pub scaling: MdsScaling,
    /// Most steps of majorization.
    pub max_steps: u32,
}

/// The property of the dissimilarities that the distances of a map follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum MdsScaling {
    /// The values of the dissimilarities.
    #[default]
    Metric,
    /// The order of the dissimilarities.
    Ordinal,
}

impl Default for Mds {
    /// Returns the settings of a metric map in the plane.
    fn default() -> Self {
        Self { dimensions: 2, scaling: MdsScaling::Metric, max_steps: 3000 }
    }
}

/// A map with its stress.
#[derive(Clone, Debug, PartialEq)]
pub struct MdsEmbedding {
    /// Conditions × dimensions.
    pub coordinates: Array2<f64>,
    /// The conditions of the points.
    pub conditions: Conditions,
    /// Kruskal's stress-1.
    pub stress: f64,
    /// Distances of the points, in the order of the RDM's pairs.
    pub distances: Vec<f64>,
    /// Values to which the distances were fitted, in the order of the RDM's pairs; NaN for a missing pair.
    pub fitted: Vec<f64>,
    /// Number of steps that were taken.
    pub steps: u32,
    /// `true` if the stress stood still before the steps were used up.
    pub converged: bool,
}

impl Mds {
    /// Maps an RDM.
    ///
    /// # Errors
    /// See [`Mds`].
    pub fn run(&self, rdm: &Rdm) -> Result<MdsEmbedding> {
        self.run_observed(rdm, &())
    }

    /// Like [`run`](Self::run), and reports to an observer, who may cancel.
    ///
    /// # Errors
    /// Errors of [`run`](Self::run), and `Cancelled`.
    pub fn run_observed(&self, rdm: &Rdm, observer: &dyn Observer) -> Result<MdsEmbedding> {
        self.check(rdm)?;
        // A power of two keeps sums of squares in range and changes no digit.
        let unit = linalg::power_of_two(rdm.values().iter().filter(|value| !value.is_nan()));
        let pairs = Pairs::new(rdm.n_conditions(), rdm.values().iter().map(|value| value / unit).collect())?;
        let start = classical::start(&pairs, self.dimensions)?;
        let metric = smacof::metric(&pairs, start, self.max_steps, observer)?;
        let found = match self.scaling {
            MdsScaling::Metric => metric,
            MdsScaling::Ordinal => {
                smacof::ordinal(&pairs, metric.points, rdm.rounding() / unit, self.max_steps, observer)?
            }
        };
        let points = canonical(found.points)?;
        let distances = smacof::distances(&points);
        let stress = smacof::stress(&distances, &found.fitted);
        let scaled = |values: Vec<f64>| values.into_iter().map(|value| value * unit).collect::<Vec<_>>();
        Ok(MdsEmbedding {
            coordinates: points * unit,
            conditions: rdm.conditions().clone(),
            stress,
            distances: scaled(distances),
            fitted: scaled(found.fitted),
            steps: found.steps,
            converged: found.converged,
        })
    }

    /// Refuses settings and RDMs that have no map.
    fn check(&self, rdm: &Rdm) -> Result<()> {
        let (n, k) = (rdm.n_conditions(), self.dimensions);
        if k == 0 {
            return Err(Error::invalid_parameter("the dimensions of a map", "at least 1", k));
        }
        if self.max_steps == 0 {
            return Err(Error::invalid_parameter("the steps of a map", "at least 1", 0));
        }
        if n <= k {
            return Err(Error::too_few_conditions(k + 1, n, format!("a map of {k} dimensions; take fewer dimensions")));
        }
        let named = |i: usize, j: usize| {
            let conditions = rdm.conditions();
            format!("conditions {} and {}", conditions.name(i), conditions.name(j))
        };
        if let Some(((i, j), value)) = condensed::pairs(n).zip(rdm.values()).find(|(_, value)| **value < 0.0) {
            return Err(Error::degenerate(
                format!("the dissimilarity of {} is {value}, and no distance is negative", named(i, j)),
                "set negative estimates to 0 first, if that is what you mean by them",
            ));
        }
        if rdm.values().iter().all(|value| value.is_nan() || *value == 0.0) {
            return Err(Error::degenerate("no dissimilarity is above 0", "all conditions would be one point"));
        }
        Ok(())
    }
}

/// Returns the points with their center at 0, rotated so that variances fall along the axes, and with fixed signs.
fn canonical(points: Array2<f64>) -> Result<Array2<f64>> {
    let center = points.mean_axis(Axis(0)).expect("there are points");
    let centered = points - center;
    let axes = linalg::eigh(linalg::product(centered.t(), centered.view())?.view())?.vectors;
    let mut turned = linalg::product(centered.view(), axes.view())?;
    turned.invert_axis(Axis(1));
    for mut axis in turned.columns_mut() {
        let largest = axis.iter().copied().fold(0.0_f64, |a, b| if b.abs() > a.abs() { b } else { a });
        if largest < 0.0 {
            axis.mapv_inplace(|value| -value);
        }
    }
    Ok(turned.as_standard_layout().into_owned())
}

#[cfg(test)]
mod tests;
