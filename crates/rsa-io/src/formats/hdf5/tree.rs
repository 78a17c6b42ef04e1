//! [`Hdf5Tree`]: the groups and datasets of a file.

use std::collections::HashMap;

use hdf5_reader::{Attribute, Dataset, Hdf5File, group::Group};
use rsa_core::{Error, Result};

use super::{
    dataset_source::DatasetSource,
    storage::{self, translated},
};
use crate::{natural_order::compare_names, positioned::PositionedFile};

/// The most groups within one another.
const MAX_DEPTH: usize = 64;

/// The most groups and datasets, by all their names.
const MAX_MEMBERS: usize = 1 << 20;

/// The groups and datasets of a file, each under the first of its names.
pub(in crate::formats) struct Hdf5Tree {
    pub(in crate::formats) file: PositionedFile,
    decoder: Hdf5File,
    /// The first is the root.
    pub(in crate::formats) groups: Vec<GroupNode>,
    pub(in crate::formats) datasets: Vec<DatasetNode>,
    /// Other names of datasets: path, and the dataset.
    pub(in crate::formats) aliases: Vec<(String, usize)>,
    by_address: HashMap<u64, NodeId>,
}

/// A group or dataset by its place in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) enum NodeId {
    Group(usize),
    Dataset(usize),
}

/// A group with its members in natural order of their names.
pub(in crate::formats) struct GroupNode {
    /// The names from the root on, with slashes between; empty for the root.
    pub(in crate::formats) path: String,
    pub(in crate::formats) attributes: Vec<Attribute>,
    pub(in crate::formats) members: Vec<(String, NodeId)>,
}

/// A dataset.
pub(in crate::formats) struct DatasetNode {
    pub(in crate::formats) path: String,
    pub(in crate::formats) dataset: Dataset,
}

impl Hdf5Tree {
    /// Lists everything in `file`.
    ///
    /// # Errors
    /// `Format` if it is damaged, nested too deeply or has too many parts; `Io`.
    pub(in crate::formats) fn new(file: &PositionedFile) -> Result<Self> {
        let decoder = storage::open(file)?;
        let root = decoder.root_group().map_err(translated)?;
        let mut tree = Self {
            file: file.clone(),
            decoder,
            groups: Vec::new(),
            datasets: Vec::new(),
            aliases: Vec::new(),
            by_address: HashMap::new(),
        };
        tree.add(&root, String::new(), 0, &mut 0)?;
        Ok(tree)
    }

    /// Returns what is at `address` of the file.
    pub(in crate::formats) fn at(&self, address: u64) -> Option<NodeId> {
        self.by_address.get(&address).copied()
    }

    /// Returns the member `name` of the root.
    pub(in crate::formats) fn member(&self, name: &str) -> Option<NodeId> {
        self.groups[0].member(name)
    }

    /// Returns the dataset `name` in the root.
    pub(in crate::formats) fn dataset(&self, name: &str) -> Option<&DatasetNode> {
        match self.member(name)? {
            NodeId::Dataset(k) => Some(&self.datasets[k]),
            NodeId::Group(_) => None,
        }
    }

    /// Returns the group `name` in the root.
    pub(in crate::formats) fn group(&self, name: &str) -> Option<&GroupNode> {
        match self.member(name)? {
            NodeId::Group(k) => Some(&self.groups[k]),
            NodeId::Dataset(_) => None,
        }
    }

    /// Returns the numbers and texts of a dataset.
    pub(in crate::formats) fn source<'a>(&'a self, node: &'a DatasetNode) -> Result<DatasetSource<'a>> {
        DatasetSource::new(&self.file, &self.decoder, &node.dataset)
    }

    fn add(&mut self, group: &Group, path: String, depth: usize, seen: &mut usize) -> Result<usize> {
        if depth > MAX_DEPTH {
            return Err(Error::format(format!("has groups of more than {MAX_DEPTH} levels")));
        }
        let attributes = group.attributes().map_err(translated)?;
        let own = self.groups.len();
        self.groups.push(GroupNode { path: path.clone(), attributes, members: Vec::new() });
        self.by_address.insert(group.address(), NodeId::Group(own));
        let (groups, datasets) = group.members().map_err(translated)?;
        *seen += groups.len() + datasets.len();
        if *seen > MAX_MEMBERS {
            return Err(Error::format(format!("has more than {MAX_MEMBERS} groups and datasets")));
        }
        let within = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        enum FoundMember {
            Group(Group),
            Dataset(Box<Dataset>),
        }
        let groups = groups.into_iter().map(|group| (group.name().to_owned(), FoundMember::Group(group)));
        let datasets =
            datasets.into_iter().map(|dataset| (dataset.name().to_owned(), FoundMember::Dataset(Box::new(dataset))));
        let mut members: Vec<_> = groups.chain(datasets).collect();
        members.sort_by(|(a, _), (b, _)| compare_names(a, b).then_with(|| a.cmp(b)));
        for (name, member) in members {
            let address = match &member {
                FoundMember::Group(group) => group.address(),
                FoundMember::Dataset(dataset) => dataset.address(),
            };
            let id = match (self.at(address), member) {
                (Some(NodeId::Dataset(k)), _) => {
                    self.aliases.push((within(&name), k));
                    NodeId::Dataset(k)
                }
                (Some(known), _) => known,
                (None, FoundMember::Group(group)) => NodeId::Group(self.add(&group, within(&name), depth + 1, seen)?),
                (None, FoundMember::Dataset(dataset)) => {
                    let id = NodeId::Dataset(self.datasets.len());
                    self.by_address.insert(address, id);
                    self.datasets.push(DatasetNode { path: within(&name), dataset: *dataset });
                    id
                }
            };
            self.groups[own].members.push((name, id));
        }
        Ok(own)
    }
}

impl GroupNode {
    /// Returns the member `name`.
    pub(in crate::formats) fn member(&self, name: &str) -> Option<NodeId> {
        self.members.iter().find(|(known, _)| known == name).map(|(_, id)| *id)
    }

    /// Returns the text of the attribute `name`.
    pub(in crate::formats) fn text(&self, name: &str) -> Option<String> {
        text_of(&self.attributes, name)
    }
}

impl DatasetNode {
    /// Returns the text of the attribute `name`.
    pub(in crate::formats) fn text(&self, name: &str) -> Option<String> {
        text_of(&self.dataset.attributes(), name)
    }

    /// Returns `true` if there is an attribute `name`, and it is not 0.
    pub(in crate::formats) fn is_marked(&self, name: &str) -> bool {
        let attributes = self.dataset.attributes();
        attributes.iter().any(|one| one.name == name && one.raw_data.iter().any(|&byte| byte != 0))
    }
}

fn text_of(attributes: &[Attribute], name: &str) -> Option<String> {
    let text = attributes.iter().find(|attribute| attribute.name == name)?.read_string().ok()?;
    Some(text.trim_end_matches(['\0', ' ']).to_owned())
}
