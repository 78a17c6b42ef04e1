//! Deviation of one measure from one law on one case.

use std::cell::OnceCell;

use rsa_core::{CaveatKind, Error, Identity, Measure, Orientation, Profile, Representation, Result};

use crate::{ArgumentSide, Claim, Law, Transformation, draw::Draw};

/// Two scores that a law relates, and the deviation from the law.
#[derive(Debug)]
pub(crate) struct Deviation {
    pub(crate) off: f64,
    pub(crate) before: Result<f64>,
    pub(crate) after: Result<f64>,
}

impl Deviation {
    /// Returns the deviation of two scores that should be equal.
    fn between(before: Result<f64>, after: Result<f64>) -> Self {
        Self { off: difference(&before, &after), before, after }
    }

    /// Returns `true` if both are scores, not errors that agree.
    pub(crate) fn is_scored(&self) -> bool {
        self.before.is_ok() && self.after.is_ok()
    }
}

/// Returns the distance of two scores: 0 for errors of the same kind, infinite if one is an error or NaN.
pub(crate) fn difference(a: &Result<f64>, b: &Result<f64>) -> f64 {
    match (a, b) {
        (Ok(a), Ok(b)) if a == b => 0.0,
        (Ok(a), Ok(b)) if a.is_nan() || b.is_nan() => f64::INFINITY,
        (Ok(a), Ok(b)) => (a - b).abs(),
        (Err(a), Err(b)) if a.kind().name() == b.kind().name() => 0.0,
        _ => f64::INFINITY,
    }
}

/// Geometries and scores of one measure on one case, each computed when first needed.
pub(crate) struct CachedScores<'a, M: Measure> {
    measure: &'a M,
    profile: &'a Profile,
    draw: &'a Draw,
    geometries: [OnceCell<Result<M::Geometry>>; 3],
    score: OnceCell<Result<f64>>,
}

const X: usize = 0;
const Y: usize = 1;
const Z: usize = 2;

impl<'a, M: Measure> CachedScores<'a, M> {
    pub(crate) fn new(measure: &'a M, profile: &'a Profile, draw: &'a Draw) -> Self {
        let geometries = [OnceCell::new(), OnceCell::new(), OnceCell::new()];
        Self { measure, profile, draw, geometries, score: OnceCell::new() }
    }

    /// Computes the deviation from the law of `claim`; `None` if this case cannot test it.
    pub(crate) fn deviation(&self, claim: &Claim) -> Option<Deviation> {
        let tied = self.draw.case.has_ties();
        match (claim.law, claim.side) {
            // A transformation that is not exact may break ties by rounding, and untied values have different ranks.
            (Law::Invariance(transformation), Some(side)) => {
                let breaks_ties = tied && !transformation.is_exact();
                (!breaks_ties && !self.is_interpolated(transformation)).then(|| self.invariance(transformation, side))
            }
            (Law::Reordering, _) => Some(self.reordering()),
            (Law::Symmetry, _) => Some(Deviation::between(self.x_with_y(), self.score(Y, X))),
            (Law::Metric, _) => (!tied).then(|| self.metric()),
            (Law::Identity, _) if !tied => self.identity(),
            (Law::Ties, _) if tied => self.identity(),
            (Law::Orientation, _) => (!tied).then(|| self.orientation()),
            (Law::Range, _) => Some(self.range()),
            (Law::Pairs, _) => Some(self.pairs()),
            (Law::Geometry, _) => {
                let [x, y, _] = &self.draw.representations;
                Some(Deviation::between(self.x_with_y(), self.measure.score(x, y)))
            }
            (Law::Identity | Law::Ties, _) => None,
            (Law::Invariance(_) | Law::Independence | Law::Threads | Law::Refusals, _) => None,
        }
    }

    fn geometry(&self, which: usize) -> Result<&M::Geometry> {
        let read = || self.measure.geometry(&self.draw.representations[which]);
        self.geometries[which].get_or_init(read).as_ref().map_err(Error::clone)
    }

    fn score(&self, a: usize, b: usize) -> Result<f64> {
        self.measure.compare(self.geometry(a)?, self.geometry(b)?)
    }

    fn x_with_y(&self) -> Result<f64> {
        self.score.get_or_init(|| self.score(X, Y)).clone()
    }

    fn read(&self, x: &Representation) -> Result<M::Geometry> {
        self.measure.geometry(x)
    }

    fn invariance(&self, transformation: Transformation, side: ArgumentSide) -> Deviation {
        let changed = self.read(self.draw.transformed(transformation, side));
        let after = changed.and_then(|changed| match side {
            ArgumentSide::First => self.measure.compare(&changed, self.geometry(Y)?),
            ArgumentSide::Second => self.measure.compare(self.geometry(X)?, &changed),
        });
        Deviation::between(self.x_with_y(), after)
    }

    /// Returns `true` if the measure says that it interpolates and `transformation` changes units of features.
    ///
    /// The least of all maps that interpolate depends on these units.
    fn is_interpolated(&self, transformation: Transformation) -> bool {
        let depends = matches!(transformation, Transformation::PerFeatureScaling | Transformation::Linear);
        depends
            && self
                .geometry(X)
                .and_then(|x| Ok(self.measure.caveats(x, self.geometry(Y)?)))
                .is_ok_and(|caveats| caveats.iter().any(|caveat| caveat.kind == CaveatKind::Interpolation))
    }

    fn reordering(&self) -> Deviation {
        let [x, y] = self.draw.reordered();
        let after = self.read(x).and_then(|x| self.measure.compare(&x, &self.read(y)?));
        Deviation::between(self.x_with_y(), after)
    }

    fn identity(&self) -> Option<Deviation> {
        let (Identity::Always(expected) | Identity::WithoutTies(expected)) = self.profile.identity else { return None };
        let itself = self.score(X, X);
        // If the measure returns an error here, the error is compared with itself and is no deviation.
        let expected = itself.as_ref().map(|_| expected).map_err(Error::clone);
        Some(Deviation::between(expected, itself))
    }

    /// Computes by how much x is more similar to y than to itself.
    fn orientation(&self) -> Deviation {
        let (itself, other) = (self.score(X, X), self.x_with_y());
        let off = match (&itself, &other) {
            (Ok(itself), Ok(other)) if self.profile.orientation.prefers(*other, *itself) => (other - itself).abs(),
            (Ok(_), Ok(_)) => 0.0,
            _ => difference(&itself, &other),
        };
        // If only one of the two scores is an error, another law covers it.
        Deviation { off: if off.is_finite() { off } else { 0.0 }, before: itself, after: other }
    }

    fn range(&self) -> Deviation {
        let [low, high] = self.profile.range;
        let outside =
            |score: f64| if score.is_nan() { f64::INFINITY } else { (low - score).max(score - high).max(0.0) };
        let scores = [self.x_with_y(), self.score(Y, X), self.score(X, X)];
        let off = |score: &Result<f64>| score.as_ref().map_or(0.0, |score| outside(*score));
        let worst = scores.into_iter().reduce(|a, b| if off(&b) > off(&a) { b } else { a });
        let after = worst.expect("there are three scores");
        let nearest = after.as_ref().map(|score| score.clamp(low, high)).map_err(Error::clone);
        Deviation { off: off(&after), before: nearest, after }
    }

    /// Computes the largest violation of the axioms of a metric.
    fn metric(&self) -> Deviation {
        let between = self.read(self.draw.midpoint());
        let via = |d: [Result<f64>; 3]| -> Result<Deviation> {
            let [whole, first, second] = d;
            let (whole, detour) = (whole?, first? + second?);
            Ok(Deviation { off: (whole - detour).max(0.0), before: Ok(detour), after: Ok(whole) })
        };
        let far = |a: usize, m: &M::Geometry| self.geometry(a).and_then(|a| self.measure.compare(a, m));
        let near = |m: &M::Geometry, b: usize| self.geometry(b).and_then(|b| self.measure.compare(m, b));
        let same = |expected: Result<f64>, found: Result<f64>| match (&expected, &found) {
            (Ok(_), Ok(_)) => Ok(Deviation::between(expected, found)),
            (Err(error), _) | (_, Err(error)) => Err(error.clone()),
        };
        let distance = self.profile.orientation == Orientation::Distance;
        let itself = if distance { self.score(X, X) } else { Ok(1.0) };
        let found = [
            same(Ok(0.0), itself),
            same(self.x_with_y(), self.score(Y, X)),
            via([self.score(X, Y), self.score(X, Z), self.score(Z, Y)]),
            between.and_then(|m| via([self.score(X, Z), far(X, &m), near(&m, Z)])),
        ];
        // An error is not a violation.
        let scored = found.into_iter().filter_map(Result::ok);
        let worst = scored.reduce(|a, b| if b.off > a.off { b } else { a });
        worst.unwrap_or_else(|| Deviation::between(self.x_with_y(), self.x_with_y()))
    }

    /// Computes the largest difference between scores of all pairs at once and scores of single pairs.
    fn pairs(&self) -> Deviation {
        let all = &self.draw.representations;
        let mut worst = Deviation::between(self.x_with_y(), self.x_with_y());
        let mut add = |expected: Result<f64>, found: &Result<f64>| {
            let off = difference(&expected, found);
            if off > worst.off {
                worst = Deviation { off, before: expected, after: found.clone() };
            }
        };
        let pairwise = self.measure.pairwise(all);
        let cross = self.measure.cross(&all[..Z], &all[Y..]);
        for i in X..=Z {
            for j in X..=Z {
                add(self.score(i, j), pairwise.get(i, j));
            }
        }
        for i in X..=Y {
            for j in Y..=Z {
                add(self.score(i, j), cross.get(i, j - Y));
            }
        }
        if let (Ok(x), Ok(y), Ok(z)) = (self.geometry(X), self.geometry(Y), self.geometry(Z)) {
            let grid = self.measure.compare_all(&[x, y], &[z, x, y]);
            for (i, row) in [X, Y].into_iter().zip(grid.rows()) {
                for (j, found) in [Z, X, Y].into_iter().zip(row) {
                    add(self.score(i, j), found);
                }
            }
        }
        worst
    }
}
