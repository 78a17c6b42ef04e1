//! [`RdmForm`]: the dissimilarity matrices of an array, where a file stacks them in an order of its own.

use std::sync::Arc;

use rsa_core::{Error, Result};

use crate::contents::Numbers;

/// Dissimilarity matrices, in squares or in triangles, that are stacked along axes of which the first runs fastest.
#[derive(Clone, Debug)]
pub(crate) struct RdmForm {
    /// The lengths of the axes that count the matrices; axes of length 1 are left out.
    counts: Vec<usize>,
    /// The lengths of the axes of one matrix.
    matrix: Vec<usize>,
    /// The matrices, some or one in each part.
    parts: Vec<Arc<dyn Numbers>>,
    names: Option<Vec<String>>,
}

impl RdmForm {
    /// Takes the parts, which together have as many numbers as `counts` and `matrix` multiply to.
    pub(crate) fn new(mut counts: Vec<usize>, matrix: Vec<usize>, parts: Vec<Arc<dyn Numbers>>) -> Self {
        counts.retain(|&length| length != 1);
        Self { counts, matrix, parts, names: None }
    }

    /// Names the matrices, in the order of the parts. An array with names holds matrices and is no layer.
    pub(crate) fn with_names(self, names: Vec<String>) -> Self {
        Self { names: Some(names), ..self }
    }

    /// Returns the first part.
    ///
    /// # Panics
    /// If there is none.
    pub(crate) fn first_part(&self) -> Arc<dyn Numbers> {
        self.parts[0].clone()
    }

    /// Returns the shape as NumPy has it: the axes that count the matrices, then the axes of one.
    pub(crate) fn shape(&self) -> Vec<usize> {
        self.counts.iter().chain(&self.matrix).copied().collect()
    }

    /// Returns the names, the last axis running fastest.
    pub(crate) fn names(&self) -> Option<Vec<String>> {
        let names = self.names.as_ref()?;
        Some((0..names.len()).map(|k| names[self.stored_place(k)].clone()).collect())
    }

    /// Reads all matrices, the last axis running fastest.
    pub(crate) fn read_all(&self) -> Result<Vec<f64>> {
        let mut stored = Vec::new();
        for part in &self.parts {
            let values = part.read_all()?;
            let reserved: std::result::Result<(), _> = stored.try_reserve(values.len());
            reserved.map_err(|_| Error::io("does not fit into memory", std::io::ErrorKind::OutOfMemory.into()))?;
            stored.extend(values);
        }
        if self.counts.len() < 2 {
            return Ok(stored);
        }
        let length: usize = self.matrix.iter().product();
        let count = stored.len() / length;
        Ok((0..count).map(|k| self.stored_place(k)).flat_map(|k| stored[k * length..][..length].to_vec()).collect())
    }

    /// Returns the place in the file of matrix `k` of those whose last axis runs fastest.
    fn stored_place(&self, k: usize) -> usize {
        let (mut rest, mut stride, mut place) = (k, self.counts.iter().product::<usize>(), 0);
        for &length in self.counts.iter().rev() {
            stride /= length;
            place += rest % length * stride;
            rest /= length;
        }
        place
    }
}
