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
    pub(crate) fn reference<'a>(&'a self, own: &'a Conditions) -> &'a Conditions {
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

    /// Returns `rdm` in the order of the first item, and with its labels if it has none of its own.
    ///
    /// # Errors
    /// The errors of [`align`](Self::align); `ShapeMismatch` or `LabelMismatch` if its conditions are others.
    pub(crate) fn align_to_first(&self, rdm: Rdm) -> Result<Rdm> {
        let rdm = self.align(rdm)?;
        let Some(first) = self.references.first() else { return Ok(rdm) };
        first.ensure_same(rdm.conditions())?;
        match rdm.conditions().labels() {
            Some(_) => Ok(rdm),
            None => rdm.with_conditions(first.clone()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rdms_have_the_order_and_the_labels_of_the_first_that_has_some() {
        let rdm = |values: [f64; 3]| Rdm::new(values.to_vec()).unwrap();
        let labeled = |values, labels: [&str; 3]| rdm(values).with_conditions(Conditions::labeled(labels)).unwrap();
        let bare = rdm([1.0, 2.0, 3.0]);
        let [first, turned] = [labeled([1.0, 2.0, 3.0], ["a", "b", "c"]), labeled([3.0, 2.0, 1.0], ["c", "b", "a"])];
        let alignment = Alignment::new([&bare, &first, &turned].map(|rdm| rdm.conditions()));
        for one in [&bare, &first, &turned] {
            assert_eq!(alignment.align_to_first(one.clone()).unwrap(), first);
        }
        let other = labeled([1.0, 2.0, 3.0], ["a", "b", "d"]);
        assert_eq!(alignment.align_to_first(other).unwrap_err().kind().name(), "LabelMismatch");
        let more = Rdm::new(vec![1.0; 6]).unwrap();
        assert_eq!(alignment.align_to_first(more).unwrap_err().kind().name(), "ShapeMismatch");
    }
}
