//! [`Dendrogram`]: hierarchical clustering of conditions.

mod average_linkage;
mod leaf_order;

use rsa_core::{Error, Rdm, Result, condensed};

/// Hierarchical clustering of the conditions of an RDM by average linkage (UPGMA), with its leaves in the best order.
///
/// # Formula
/// The two nearest clusters are merged until one is left. The dissimilarity of two clusters is the mean over all pairs of
/// a condition of the one and a condition of the other. Of the orders of leaves in which no lines of the tree cross, the
/// one with the smallest sum of dissimilarities of neighbors is taken.
///
/// # Shapes
/// n conditions have n − 1 merges.
///
/// # Range
/// Heights rise from merge to merge, and are negative for negative dissimilarities.
///
/// # Invariances
/// The unit of the dissimilarities and a constant that is added to all of them change no merge.
///
/// # Cost
/// n² for the merges, n³ for the order of the leaves. The leaves of more than 1500 conditions stand as they were merged, the
/// cluster of the earlier condition first.
///
/// # Errors
/// `Degenerate` naming a pair whose dissimilarity is missing.
///
/// # Example
/// ```
/// use rsa_core::Rdm;
/// use rsa_stats::Dendrogram;
///
/// // Conditions 0 and 2 are near, and condition 1 is as far from either as from the other.
/// let tree = Dendrogram::average_linkage(&Rdm::new(vec![4.0, 1.0, 6.0])?)?;
/// assert_eq!((tree.merges[0].clusters, tree.merges[0].height), ([0, 2], 1.0));
/// assert_eq!((tree.merges[1].clusters, tree.merges[1].height), ([1, 3], 5.0));
/// assert_eq!(tree.leaves, [1, 0, 2]);
/// # Ok::<(), rsa_core::Error>(())
/// ```
///
/// # References
/// Sokal & Michener 1958, University of Kansas Science Bulletin 38; Bar-Joseph, Gifford & Jaakkola 2001, Bioinformatics,
/// doi:10.1093/bioinformatics/17.suppl_1.S22.
#[derive(Clone, Debug, PartialEq)]
pub struct Dendrogram {
    /// Merges from the lowest to the highest. Merge k makes cluster n + k.
    pub merges: Vec<Merge>,
    /// Conditions in the order of the leaves.
    pub leaves: Vec<usize>,
}

/// Merge of two clusters of a [`Dendrogram`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Merge {
    /// The two clusters, the smaller number first: conditions below n, earlier merges from n on.
    pub clusters: [usize; 2],
    /// Mean dissimilarity between the two clusters.
    pub height: f64,
    /// Number of conditions of the new cluster.
    pub size: usize,
}

impl Dendrogram {
    /// Clusters the conditions of an RDM.
    ///
    /// # Errors
    /// See [`Dendrogram`].
    pub fn average_linkage(rdm: &Rdm) -> Result<Self> {
        let n = rdm.n_conditions();
        if let Some((i, j)) = condensed::pairs(n).zip(rdm.values()).find_map(|(pair, d)| d.is_nan().then_some(pair)) {
            let conditions = rdm.conditions();
            return Err(Error::degenerate(
                format!("the dissimilarity of {} and {} is missing", conditions.name(i), conditions.name(j)),
                "clustering needs all pairs; leave out conditions with missing pairs, or average RDMs first",
            ));
        }
        let merges = average_linkage::merges(rdm);
        let leaves = leaf_order::leaves(rdm, &merges);
        Ok(Self { merges, leaves })
    }
}

#[cfg(test)]
mod tests;
