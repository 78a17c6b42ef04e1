//! Features that never change.

use ndarray::ArrayView2;

/// Counts the features that have one value in all conditions, which are two or more. NaN is no value.
pub(crate) fn count_dead_units(values: ArrayView2<'_, f64>) -> usize {
    if values.nrows() < 2 {
        return 0;
    }
    let first = values.row(0);
    let mut alive: Vec<bool> = first.iter().map(|value| value.is_nan()).collect();
    for row in values.rows() {
        alive.iter_mut().zip(row.iter().zip(first)).for_each(|(alive, (value, first))| *alive |= value != first);
    }
    alive.into_iter().filter(|alive| !alive).count()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn one_value_in_all_of_several_conditions_is_dead() {
        assert_eq!(count_dead_units(array![[1.0, 2.0, f64::NAN], [1.0, 3.0, f64::NAN]].view()), 1);
        assert_eq!(count_dead_units(array![[1.0, 2.0]].view()), 0);
    }
}
