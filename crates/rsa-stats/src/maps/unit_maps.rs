//! [`UnitMaps`]: maps of subjects, scaled such that products with arrangements of subjects give t.

use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut1, Axis};

use super::{arrangements::Arrangements, map_contrast::Regressor};

/// Share of the mean square below which the variance of values that are all alike is rounding.
const ALIKE: f64 = 1e-12;

/// Least 1 − r² of a t, so that the t of a perfect fit is finite: rounding leaves about as much.
const LEAST_RESIDUAL: f64 = 1e-14;

/// Maps of subjects whose values at an element have unit length, with what an arrangement does not change.
pub(super) struct UnitMaps {
    /// Elements that are tested, in rising order. The other lists have an entry for each.
    pub(super) elements: Vec<u32>,
    /// Subjects × tested elements; 0 where a subject has no value.
    pub(super) values: Array2<f64>,
    /// Mean, or slope, of each element.
    pub(super) effects: Vec<f64>,
    /// Degrees of freedom of t at each element.
    pub(super) degrees_of_freedom: Vec<u32>,
    /// Number of elements with a value in too few subjects.
    pub(super) n_missing: usize,
    /// Number of elements whose values have no t under some arrangement.
    pub(super) n_constant: usize,
}

/// Reason why an element is not tested.
enum Untested {
    Missing,
    Constant,
}

impl UnitMaps {
    /// Scales maps, subjects × elements, of which values that are not finite are missing.
    ///
    /// An element is tested if at least `min_subjects` have a value there.
    pub(super) fn new(maps: ArrayView2<'_, f64>, arrangements: &Arrangements, min_subjects: usize) -> Self {
        let mut values = Array2::zeros(maps.dim());
        let (mut elements, mut effects, mut degrees_of_freedom) = (Vec::new(), Vec::new(), Vec::new());
        let (mut n_missing, mut n_constant) = (0, 0);
        for (element, mut unit) in (0..).zip(values.axis_iter_mut(Axis(1))) {
            let column = maps.column(element as usize);
            let scaled = match arrangements.regressor() {
                None => of_signs(column, unit.view_mut(), min_subjects),
                Some(regressor) => of_orders(column, unit.view_mut(), regressor),
            };
            match scaled {
                Ok((effect, degrees)) => {
                    elements.push(element);
                    effects.push(effect);
                    degrees_of_freedom.push(degrees);
                }
                Err(Untested::Missing) => n_missing += 1,
                Err(Untested::Constant) => n_constant += 1,
            }
        }
        if elements.len() < maps.ncols() {
            let columns: Vec<usize> = elements.iter().map(|&element: &u32| element as usize).collect();
            values = values.select(Axis(1), &columns);
        }
        Self { elements, values, effects, degrees_of_freedom, n_missing, n_constant }
    }

    /// Returns the place of a tested element in the lists.
    pub(super) fn place(&self, element: u32) -> usize {
        self.elements.binary_search(&element).expect("only tested elements have scores")
    }

    /// Returns the degrees of freedom if all tested elements have the same.
    pub(super) fn common_degrees_of_freedom(&self) -> Option<u32> {
        let first = *self.degrees_of_freedom.first()?;
        self.degrees_of_freedom.iter().all(|&degrees| degrees == first).then_some(first)
    }
}

/// Returns t of a correlation, or of the mean in units of the root of the mean square.
pub(super) fn t_value(r: f64, degrees_of_freedom: u32) -> f64 {
    r * (f64::from(degrees_of_freedom) / ((1.0 - r) * (1.0 + r)).max(LEAST_RESIDUAL)).sqrt()
}

/// Returns the r of a t.
pub(super) fn r_value(t: f64, degrees_of_freedom: u32) -> f64 {
    t / (f64::from(degrees_of_freedom) + t * t).sqrt()
}

/// Scales values for flips of signs.
///
/// The mean square is the same under all flips. If all values have the same size, some flip makes them equal, and t
/// infinite: the size decides, and not whether the values of the data are equal, so that flips stay exchangeable.
fn of_signs(
    column: ArrayView1<'_, f64>,
    mut unit: ArrayViewMut1<'_, f64>,
    min_subjects: usize,
) -> Result<(f64, u32), Untested> {
    let present = column.iter().filter(|value| value.is_finite()).count();
    if present < min_subjects.max(2) {
        return Err(Untested::Missing);
    }
    let scale = scale(column).ok_or(Untested::Constant)?;
    let n = present as f64;
    unit.iter_mut().zip(column).for_each(|(unit, value)| *unit = if value.is_finite() { value / scale } else { 0.0 });
    let mean = unit.sum() / n;
    let mean_size = unit.iter().map(|value| value.abs()).sum::<f64>() / n;
    let mean_square = unit.iter().map(|value| value * value).sum::<f64>() / n;
    let sizes = unit.iter().zip(column).filter(|(_, value)| value.is_finite());
    let variance = sizes.map(|(unit, _)| (unit.abs() - mean_size).powi(2)).sum::<f64>() / n;
    if variance <= ALIKE * mean_square {
        return Err(Untested::Constant);
    }
    let length = n * mean_square.sqrt();
    unit.iter_mut().for_each(|value| *value /= length);
    Ok((mean * scale, present as u32 - 1))
}

/// Scales the residuals of values from the mean and the covariates for permutations of subjects.
fn of_orders(
    column: ArrayView1<'_, f64>,
    mut unit: ArrayViewMut1<'_, f64>,
    regressor: &Regressor,
) -> Result<(f64, u32), Untested> {
    if column.iter().any(|value| !value.is_finite()) {
        return Err(Untested::Missing);
    }
    let scale = scale(column).ok_or(Untested::Constant)?;
    let n = column.len();
    unit.iter_mut().zip(column).for_each(|(unit, value)| *unit = value / scale);
    let mean_square = unit.iter().map(|value| value * value).sum::<f64>() / n as f64;
    for _ in 0..2 {
        let mean = unit.sum() / n as f64;
        unit.iter_mut().for_each(|value| *value -= mean);
        for held in &regressor.held {
            let share: f64 = unit.iter().zip(held).map(|(value, held)| value * held).sum();
            unit.iter_mut().zip(held).for_each(|(value, held)| *value -= share * held);
        }
    }
    let squared: f64 = unit.iter().map(|value| value * value).sum();
    if squared / n as f64 <= ALIKE * mean_square {
        return Err(Untested::Constant);
    }
    let along: f64 = unit.iter().zip(&regressor.tested).map(|(value, tested)| value * tested).sum();
    unit.iter_mut().for_each(|value| *value /= squared.sqrt());
    Ok((along * scale / regressor.length, (n - 2 - regressor.held.len()) as u32))
}

/// Returns the largest size of the values that are there, unless it is 0.
fn scale(column: ArrayView1<'_, f64>) -> Option<f64> {
    let largest = column.iter().filter(|value| value.is_finite()).fold(0.0_f64, |most, value| most.max(value.abs()));
    Some(largest).filter(|&largest| largest > 0.0)
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;
    use crate::maps::MapContrast;

    fn scaled(maps: &Array2<f64>, contrast: &MapContrast, min_subjects: usize) -> (UnitMaps, Vec<f64>) {
        let arrangements = Arrangements::new(contrast, maps.nrows(), 100, 0).unwrap();
        let unit = UnitMaps::new(maps.view(), &arrangements, min_subjects);
        let r = arrangements.observed().row(0).dot(&unit.values);
        let t = r.iter().zip(&unit.degrees_of_freedom).map(|(&r, &dof)| t_value(r, dof)).collect();
        (unit, t)
    }

    /// 1, 2, 3, 6: mean 3, standard deviation √(14/3), t = 3 √4 / √(14/3).
    #[test]
    fn t_of_the_mean_by_hand() {
        let maps = array![[1.0, 1e200], [2.0, 2e200], [3.0, 3e200], [6.0, 6e200]];
        let (unit, t) = scaled(&maps, &MapContrast::Mean, 4);
        assert!((unit.effects[0] - 3.0).abs() < 1e-15 && unit.degrees_of_freedom == [3, 3]);
        t.iter().for_each(|t| assert!((t - 6.0 / (14.0_f64 / 3.0).sqrt()).abs() < 1e-14, "{t}"));
    }

    /// Groups 1, 2, 3 and 4, 6: means 2 and 5, pooled variance (2 + 2)/3, t = −3 / √(4/3 · (1/3 + 1/2)).
    #[test]
    fn t_of_two_groups_by_hand() {
        let maps = array![[1.0], [2.0], [3.0], [4.0], [6.0]];
        let contrast = MapContrast::Slope { of: vec![1.0, 1.0, 1.0, 0.0, 0.0], held: Vec::new() };
        let (unit, t) = scaled(&maps, &contrast, 5);
        assert!((unit.effects[0] + 3.0).abs() < 1e-14 && unit.degrees_of_freedom == [3]);
        assert!((t[0] + 3.0 / (4.0_f64 / 3.0 * (5.0 / 6.0)).sqrt()).abs() < 1e-14);
    }

    #[test]
    fn elements_without_a_t_are_counted_by_reason() {
        let nan = f64::NAN;
        let maps = array![
            [0.0, 0.1, -0.1, nan, nan, 1.0],
            [0.0, 0.1, 0.1, 1.0, nan, 2.0],
            [0.0, 0.1, 0.1, 2.0, f64::INFINITY, 4.0],
            [0.0, 0.1, 0.1, 4.0, 1.0, -1.0]
        ];
        let (unit, _) = scaled(&maps, &MapContrast::Mean, 4);
        assert_eq!((&unit.elements[..], unit.n_missing, unit.n_constant), (&[5][..], 2, 3));
        assert_eq!(unit.common_degrees_of_freedom(), Some(3));
        let (unit, _) = scaled(&maps, &MapContrast::Mean, 3);
        assert_eq!((&unit.elements[..], unit.n_missing), (&[3, 5][..], 1));
        assert_eq!(unit.common_degrees_of_freedom(), None);
        assert!(unit.values.iter().all(|value| value.is_finite()));
    }

    #[test]
    fn r_and_t_are_inverse() {
        for (t, dof) in [(0.0, 3), (2.5, 14), (-40.0, 1)] {
            assert!((t_value(r_value(t, dof), dof) - t).abs() < 1e-9 * f64::abs(t).max(1.0));
        }
        assert!(t_value(1.0, 5).is_finite() && t_value(1.0 + 1e-16, 5).is_finite());
    }
}
