//! [`RdmView`]: RDMs as a figure shows them.

use rsa_plot::{Branch, Figure, Group, Picture, RdmHeatmap, Scaling, Style};
use rsakit::{Result, stats::Dendrogram};

use super::{NamedRdm, RdmResult};

/// RDMs in the order of a figure, with what is drawn around them.
#[derive(Clone, Debug, Default)]
pub struct RdmView {
    /// RDMs with their conditions in the order of the figure.
    pub(super) rdms: Vec<NamedRdm>,
    /// Names of the conditions in that order: labels, or numbers in the order of the result.
    pub(super) names: Vec<String>,
    /// Sentence on the order, if it is not that of the result.
    pub(super) note: String,
    /// Notes on the files of the settings.
    pub(super) notes: Vec<String>,
    /// Place of each condition of the result.
    places: Vec<usize>,
    groups: Vec<Group>,
    colors: Vec<String>,
    branches: Vec<Branch>,
    pictures: Vec<Option<Picture>>,
    outlined: Vec<[usize; 2]>,
    scaling: Scaling,
}

/// Most groups that colors tell apart.
const COLORS: usize = 6;

impl RdmView {
    /// Takes the RDMs as they are.
    pub(super) fn stored(result: &RdmResult) -> Result<Self> {
        Self::new(result, &[], None, None)
    }

    /// Takes the conditions at `rows`, all if there are none; `groups` has one for each condition of the result.
    pub(super) fn new(
        result: &RdmResult,
        rows: &[usize],
        groups: Option<&[String]>,
        tree: Option<&Dendrogram>,
    ) -> Result<Self> {
        let n = result.n_conditions();
        let rows = if rows.is_empty() { (0..n).collect() } else { rows.to_vec() };
        let is_sorted = rows.is_sorted();
        let arranged = |one: &NamedRdm| {
            let rdm = if is_sorted { one.rdm.clone() } else { one.rdm.select(&rows)? };
            Ok(NamedRdm { rdm, ..one.clone() })
        };
        let mut places = vec![0; n];
        rows.iter().enumerate().for_each(|(place, &row)| places[row] = place);
        let names = result.condition_names();
        let mut view = Self {
            rdms: result.rdms.iter().map(arranged).collect::<Result<_>>()?,
            names: rows.iter().map(|&row| names[row].clone()).collect(),
            places,
            ..Self::default()
        };
        let groups: Option<Vec<String>> = groups.map(|groups| rows.iter().map(|&row| groups[row].clone()).collect());
        match (groups, tree) {
            (groups, Some(tree)) => view.set_tree(tree, groups),
            (Some(groups), None) => {
                view.groups = Group::runs(&groups);
                if !is_sorted {
                    view.note = "Conditions are sorted by group.".to_owned();
                }
            }
            (None, None) => {}
        }
        Ok(view)
    }

    /// Draws a dendrogram. Its order does not keep groups together, so that colors show them.
    fn set_tree(&mut self, tree: &Dendrogram, groups: Option<Vec<String>>) {
        let place = |cluster: usize| self.places.get(cluster).copied().unwrap_or(cluster);
        self.branches =
            tree.merges.iter().map(|merge| Branch { parts: merge.clusters.map(place), height: merge.height }).collect();
        let of = if self.rdms.len() == 1 { "the RDM" } else { "the mean of the RDMs" };
        self.note = format!("Conditions are in the order of a hierarchical clustering (average linkage) of {of}.");
        let Some(groups) = groups else { return };
        let mut kinds = groups.clone();
        kinds.sort_unstable();
        kinds.dedup();
        match kinds.len() <= COLORS {
            true => self.colors = groups,
            // More groups than colors are named where their conditions are neighbors.
            false => self.groups = Group::runs(&groups),
        }
    }

    /// Adds pictures and pairs of the conditions of the result, and what the colors show.
    pub(super) fn with_marks(mut self, pictures: Vec<Option<Picture>>, outlined: &[[usize; 2]], ranks: bool) -> Self {
        let mut placed = vec![None; pictures.len()];
        pictures.into_iter().zip(&self.places).for_each(|(picture, &place)| placed[place] = picture);
        self.pictures = placed;
        self.outlined = outlined.iter().map(|pair| pair.map(|row| self.places[row])).collect();
        self.scaling = if ranks { Scaling::Rank } else { Scaling::Value };
        self
    }

    pub(super) fn with_notes(mut self, notes: Vec<String>) -> Self {
        self.notes = notes;
        self
    }

    /// Draws all RDMs on one color scale, which has the name of their dissimilarities.
    ///
    /// `tables` are the identifiers of the tables of a page with the values.
    pub(super) fn draw(&self, dissimilarity: &str, tables: Vec<String>, style: Style) -> Result<Figure> {
        let named = self.rdms.iter().map(|one| (one.name.clone(), one.rdm.clone())).collect();
        let heatmap = RdmHeatmap {
            scaling: self.scaling,
            groups: self.groups.clone(),
            colors: self.colors.clone(),
            branches: self.branches.clone(),
            pictures: self.pictures.clone(),
            outlined: self.outlined.clone(),
            note: self.note.clone(),
            tables,
            ..RdmHeatmap::new(named, dissimilarity)
        };
        heatmap.draw(style)
    }
}
