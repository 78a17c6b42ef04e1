//! [`Alignment`]: conditions in one order, matched by their labels.

use rsakit::{Rdm, Representation, Result, core::Conditions};

/// One order of conditions for everything that has as many: that of the first item with labels.
pub(crate) struct Alignment {
    references: Vec<Conditions>,
}

/// Something with conditions that can be brought into another order.
pub(crate) trait Align: Sized {
    fn conditions(&self) -> &Conditions;
    fn aligned_to(&self, target: &Conditions) -> Result<Self>;
}

impl Align for Representation {
    fn conditions(&self) -> &Conditions {
        self.conditions()
    }

    fn aligned_to(&self, target: &Conditions) -> Result<Self> {
        self.aligned_to(target)
    }
}

impl Align for Rdm {
    fn conditions(&self) -> &Conditions {
        self.conditions()
    }

    fn aligned_to(&self, target: &Conditions) -> Result<Self> {
        self.aligned_to(target)
    }
}

impl Alignment {
    /// Takes the conditions of everything that is compared, in order.
    pub(crate) fn new<'a>(all: impl IntoIterator<Item = &'a Conditions>) -> Self {
        let mut references: Vec<Conditions> = Vec::new();
        for conditions in all {
            match references.iter_mut().find(|reference| reference.count() == conditions.count()) {
                Some(reference) if reference.labels().is_none() => *reference = conditions.clone(),
                Some(_) => {}
                None => references.push(conditions.clone()),
            }
        }
        Self { references }
    }

    /// Returns the conditions that an item with the conditions `own` is brought to.
    fn reference<'a>(&'a self, own: &'a Conditions) -> &'a Conditions {
        self.references.iter().find(|reference| reference.count() == own.count()).unwrap_or(own)
    }

    /// Returns `x` in the order of its reference. An item without labels is taken to be in that order.
    pub(crate) fn align<T: Align>(&self, x: T) -> Result<T> {
        let reference = self.reference(x.conditions());
        match x.conditions().labels().is_some() && x.conditions().ensure_same(reference).is_err() {
            true => x.aligned_to(reference),
            false => Ok(x),
        }
    }

    /// Returns notes on the order of the conditions of `path`: reordered, or taken for granted. `what` has them.
    pub(crate) fn notes<'a>(
        &self,
        path: &str,
        what: &str,
        all: impl Iterator<Item = &'a Conditions> + Clone,
    ) -> Vec<String> {
        let any = |is: fn(&Conditions, &Conditions) -> bool| all.clone().any(|own| is(own, self.reference(own)));
        let mut notes = Vec::new();
        if any(is_reordered) {
            notes.push(format!("{path}: conditions were brought into one order by their labels"));
        }
        if any(|own, reference| own.labels().is_none() && reference.labels().is_some()) {
            notes.push(format!(
                "{path}: some {what} have no labels; their rows are taken to be in the order of the labeled ones"
            ));
        }
        notes
    }
}

fn is_reordered(conditions: &Conditions, reference: &Conditions) -> bool {
    conditions.ensure_same(reference).is_err() && conditions.rows_of(reference).is_ok()
}
