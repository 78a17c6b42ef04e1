//! Predictivity with defects that circulate.

use ndarray::{Array1, Array2, Axis};
use rsakit::{
    Measure, Predict, Representation, Result,
    core::{Conditions, Profile, linalg},
    encode::{ConditionGroups, Mapping, PredictionScore, Split, SplitFold},
};

/// The correlation of the predictions of all folds together, by ridge regression with the penalty 1.
pub(crate) struct Pooled;

/// SIMPLS with two components in the place of PLS2.
pub(crate) struct Simpls;

/// Least squares fitted to all conditions, those of the test among them.
pub(crate) struct Leaking;

/// The explained variance with the means of all conditions in the place of those of the training conditions.
pub(crate) struct AllMeans;

/// The responses as they are.
pub(crate) struct Raw {
    values: Array2<f64>,
    conditions: Conditions,
    folds: Vec<SplitFold>,
}

impl Raw {
    fn of(x: &Representation) -> Result<Self> {
        let folds = Split::default().deal(&ConditionGroups::single(x.n_conditions()))?;
        Ok(Self { values: x.values().to_owned(), conditions: x.conditions().clone(), folds })
    }

    /// Returns the rows of a fold less the means over `means`.
    fn less_means(&self, rows: &[usize], means: &[usize]) -> Array2<f64> {
        let means = self.values.select(Axis(0), means).mean_axis(Axis(0)).unwrap();
        self.values.select(Axis(0), rows) - &means
    }

    fn all(&self) -> Vec<usize> {
        (0..self.values.nrows()).collect()
    }
}

/// Returns the weights of ridge regression; the penalty 0 is least squares.
fn weights(x: &Array2<f64>, y: &Array2<f64>, penalty: f64) -> Result<Array2<f64>> {
    let linalg::Svd { u, sigma, v } = linalg::svd(x.view())?;
    let floor = 1e-12 * sigma.first().copied().unwrap_or(0.0);
    let inverse = |sigma: f64| if sigma > floor { sigma / (sigma * sigma + penalty) } else { 0.0 };
    let inverse: Array1<f64> = sigma.iter().copied().map(inverse).collect();
    Ok((v * &inverse).dot(&u.t().dot(y)))
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let deviations = |values: &[f64]| {
        let values = Array1::from(values.to_vec());
        let mean = values.mean().unwrap();
        values - mean
    };
    let (a, b) = (deviations(a), deviations(b));
    let squares = a.dot(&a) * b.dot(&b);
    if squares > 0.0 { (a.dot(&b) / squares.sqrt()).clamp(-1.0, 1.0) } else { 0.0 }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { (values[half - 1] + values[half]) / 2.0 }
}

/// Returns the median over sites of the mean correlation over folds.
fn mean_over_folds(b: &Raw, predict: impl Fn(&SplitFold) -> Result<Array2<f64>>) -> Result<f64> {
    let mut sums = vec![0.0; b.values.ncols()];
    for fold in &b.folds {
        let (predicted, measured) = (predict(fold)?, b.values.select(Axis(0), &fold.test));
        for (site, sum) in sums.iter_mut().enumerate() {
            *sum += correlation(&predicted.column(site).to_vec(), &measured.column(site).to_vec());
        }
    }
    Ok(median(sums.into_iter().map(|sum| sum / b.folds.len() as f64).collect()))
}

fn profile(map: Mapping, score: PredictionScore) -> Profile {
    Predict { map, score, ..Predict::default() }.profile()
}

impl Measure for Pooled {
    type Geometry = Raw;

    fn profile(&self) -> Profile {
        let map: rsakit::MeasureSpec = "predict:map=ridge(1)".parse().unwrap();
        map.measure().profile()
    }

    fn geometry(&self, x: &Representation) -> Result<Raw> {
        Raw::of(x)
    }

    fn compare(&self, a: &Raw, b: &Raw) -> Result<f64> {
        a.conditions.ensure_same(&b.conditions)?;
        let mut predicted = b.values.clone();
        for SplitFold { train, test } in &a.folds {
            let map = weights(&a.less_means(train, train), &b.less_means(train, train), 1.0)?;
            let means = b.values.select(Axis(0), train).mean_axis(Axis(0)).unwrap();
            let found = a.less_means(test, train).dot(&map) + &means;
            found.rows().into_iter().zip(test).for_each(|(row, &i)| predicted.row_mut(i).assign(&row));
        }
        let site = |s: usize| correlation(&predicted.column(s).to_vec(), &b.values.column(s).to_vec());
        Ok(median((0..b.values.ncols()).map(site).collect()))
    }
}

impl Measure for Simpls {
    type Geometry = Raw;

    fn profile(&self) -> Profile {
        profile(Mapping::pls(2).unwrap(), PredictionScore::Pearson)
    }

    fn geometry(&self, x: &Representation) -> Result<Raw> {
        Raw::of(x)
    }

    fn compare(&self, a: &Raw, b: &Raw) -> Result<f64> {
        a.conditions.ensure_same(&b.conditions)?;
        mean_over_folds(b, |SplitFold { train, test }| {
            let y = b.less_means(train, train);
            let (x, test) = narrow(a.less_means(train, train), a.less_means(test, train))?;
            // The directions stay as they are if sites are rotated.
            let mut products = x.t().dot(&narrow(y.clone(), Array2::zeros((0, y.ncols())))?.0);
            let mut bases: Vec<Array1<f64>> = Vec::new();
            let mut map = Array2::zeros((x.ncols(), y.ncols()));
            for _ in 0..2 {
                let direction = linalg::svd(products.view())?.u.column(0).to_owned();
                let scores = x.dot(&direction);
                let length = scores.dot(&scores).sqrt();
                let (direction, scores) = (direction / length, scores / length);
                let mut base = x.t().dot(&scores);
                bases.iter().for_each(|other| base.scaled_add(-other.dot(&base), other));
                base /= base.dot(&base).sqrt();
                products -= &outer(&base, &base.dot(&products));
                map += &outer(&direction, &y.t().dot(&scores));
                bases.push(base);
            }
            Ok(test.dot(&map))
        })
    }
}

/// Rotates training and test rows to as many features as there are training rows, if they have more.
fn narrow(train: Array2<f64>, test: Array2<f64>) -> Result<(Array2<f64>, Array2<f64>)> {
    if train.ncols() <= train.nrows() {
        return Ok((train, test));
    }
    let v = linalg::svd(train.view())?.v;
    Ok((train.dot(&v), test.dot(&v)))
}

fn outer(a: &Array1<f64>, b: &Array1<f64>) -> Array2<f64> {
    a.view().insert_axis(Axis(1)).dot(&b.view().insert_axis(Axis(0)))
}

impl Measure for Leaking {
    type Geometry = Raw;

    fn profile(&self) -> Profile {
        profile(Mapping::Linear, PredictionScore::Pearson)
    }

    fn geometry(&self, x: &Representation) -> Result<Raw> {
        Raw::of(x)
    }

    fn compare(&self, a: &Raw, b: &Raw) -> Result<f64> {
        a.conditions.ensure_same(&b.conditions)?;
        let all = a.all();
        let map = weights(&a.less_means(&all, &all), &b.less_means(&all, &all), 0.0)?;
        mean_over_folds(b, |fold| Ok(a.less_means(&fold.test, &all).dot(&map)))
    }
}

impl Measure for AllMeans {
    type Geometry = Raw;

    fn profile(&self) -> Profile {
        profile(Mapping::Linear, PredictionScore::ExplainedVariance)
    }

    fn geometry(&self, x: &Representation) -> Result<Raw> {
        Raw::of(x)
    }

    fn compare(&self, a: &Raw, b: &Raw) -> Result<f64> {
        a.conditions.ensure_same(&b.conditions)?;
        let all = a.all();
        let [mut residual, mut total] = [(); 2].map(|()| Array1::<f64>::zeros(b.values.ncols()));
        for SplitFold { train, test } in &a.folds {
            let map = weights(&a.less_means(train, train), &b.less_means(train, train), 0.0)?;
            let measured = b.less_means(test, &all);
            let left = &measured - &a.less_means(test, train).dot(&map);
            residual += &left.mapv(|value| value * value).sum_axis(Axis(0));
            total += &measured.mapv(|value| value * value).sum_axis(Axis(0));
        }
        Ok(median((1.0 - residual / total).to_vec()))
    }
}
