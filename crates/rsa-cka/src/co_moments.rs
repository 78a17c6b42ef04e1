//! [`CoMoments`]: sums over conditions about a running mean, from which HSIC of two layers is computed.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Zip};
use rsa_core::linalg::{self, Move, Recentered};

/// Sums over conditions of products of two centered layers x and y.
///
/// ‖XᵀY‖² needs the products alone. The unbiased estimate also needs Σ|x|²|y|², a sum of fourth order. When the mean
/// changes, the adjustment of this sum needs the sums of third order. Sums of first order are 0. (Chan, Golub & LeVeque
/// 1979 give the adjustment for the second order.)
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CoMoments {
    /// XᵀY, p × q; for a layer with itself the lower triangle alone.
    pub(crate) products: Array2<f64>,
    /// Σ|x|²y and Σ|y|²x.
    pub(crate) third: [Array1<f64>; 2],
    /// Σ|x|²|y|².
    pub(crate) fourth: f64,
    /// `true` if y is x.
    pub(crate) of_itself: bool,
}

impl CoMoments {
    /// Makes empty sums for layers of `p` and `q` features.
    pub(crate) fn new(p: usize, q: usize, of_itself: bool) -> Self {
        let third = [Array1::zeros(q), Array1::zeros(p)];
        Self { products: Array2::zeros((p, q)), third, fourth: 0.0, of_itself }
    }

    /// Returns Σ|x|² from the sums of a layer with itself.
    pub(crate) fn second(&self) -> f64 {
        self.products.diag().sum()
    }

    /// Returns ‖XᵀY‖².
    pub(crate) fn squared_norm(&self) -> f64 {
        match self.of_itself {
            false => linalg::inner_product(self.products.view(), self.products.view()),
            true => {
                let rows = self.products.rows().into_iter().enumerate();
                rows.map(|(i, row)| 2.0 * row.iter().take(i).map(|v| v * v).sum::<f64>() + row[i] * row[i]).sum()
            }
        }
    }

    /// Multiplies the centered values of both layers by a factor each.
    pub(crate) fn rescale(&mut self, [x, y]: [f64; 2]) {
        if (x, y) == (1.0, 1.0) {
            return;
        }
        self.products *= x * y;
        self.third[0] *= x * x * y;
        self.third[1] *= y * y * x;
        self.fourth *= x * x * y * y;
    }

    /// Moves the sums of third and fourth order to the new mean.
    ///
    /// `second` is Σ|x|² and Σ|y|² about the old mean. The sums of second order are adjusted elsewhere: by the last row
    /// of a block in [`add_products`](Self::add_products), or by [`shift_products`](Self::shift_products).
    pub(crate) fn shift(&mut self, [x, y]: [&Move; 2], second: [f64; 2]) {
        let (by_x, by_y, n) = (&x.shift, &y.shift, x.count as f64);
        let (along_y, along_x) = self.products_with(by_x.view(), by_y.view());
        let (xx, yy) = (by_x.dot(by_x), by_y.dot(by_y));
        // Σ(|x|² + 2⟨x, s⟩ + |s|²)(|y|² + 2⟨y, t⟩ + |t|²), where Σx = Σy = 0.
        self.fourth += 2.0 * (self.third[0].dot(by_y) + self.third[1].dot(by_x))
            + 4.0 * by_x.dot(&along_y)
            + yy * second[0]
            + xx * second[1]
            + n * xx * yy;
        // Σ(|x|² + 2⟨x, s⟩ + |s|²)(y + t), and this sum with x and y exchanged.
        Zip::from(&mut self.third[0])
            .and(&along_x)
            .and(by_y)
            .for_each(|third, along, by| *third += 2.0 * along + (second[0] + n * xx) * by);
        Zip::from(&mut self.third[1])
            .and(&along_y)
            .and(by_x)
            .for_each(|third, along, by| *third += 2.0 * along + (second[1] + n * yy) * by);
    }

    /// Moves the sums of second order to the new mean.
    pub(crate) fn shift_products(&mut self, [x, y]: [&Move; 2]) {
        let n = x.count as f64;
        for (mut row, by_x) in self.products.rows_mut().into_iter().zip(&x.shift) {
            row.scaled_add(n * by_x, &y.shift);
        }
    }

    /// Returns XᵀY·t and (XᵀY)ᵀ·s, computed in one pass.
    fn products_with(&self, s: ArrayView1<'_, f64>, t: ArrayView1<'_, f64>) -> (Array1<f64>, Array1<f64>) {
        let (p, q) = self.products.dim();
        let (mut with_t, mut with_s) = (Array1::zeros(p), Array1::zeros(q));
        if !self.of_itself {
            for (i, row) in self.products.rows().into_iter().enumerate() {
                with_t[i] = row.dot(&t);
                with_s.scaled_add(s[i], &row);
            }
            return (with_t, with_s);
        }
        for (i, row) in self.products.rows().into_iter().enumerate() {
            let below = row.split_at(ndarray::Axis(0), i).0;
            let (before, _) = s.split_at(ndarray::Axis(0), i);
            with_s[i] += below.dot(&before) + row[i] * s[i];
            with_s.slice_axis_mut(ndarray::Axis(0), (..i).into()).scaled_add(s[i], &below);
        }
        (with_s.clone(), with_s)
    }

    /// Adds the products of a block; `x` is transposed, p × conditions, so that its rows are contiguous.
    pub(crate) fn add_products(&mut self, x: &Array2<f64>, y: &Recentered) {
        match self.of_itself {
            true => linalg::add_lower_gram(&mut self.products, 1.0, x.view()),
            false => linalg::add_product(&mut self.products, 1.0, x.view(), y.rows.view()),
        }
    }

    /// Adds the sums of higher order of a block; `lengths` holds |x|² and |y|² of its conditions.
    pub(crate) fn add_higher(&mut self, x: &Recentered, y: &Recentered, lengths: [&[f64]; 2]) {
        let [of_x, of_y] = lengths;
        self.fourth += of_x.iter().zip(of_y).map(|(x, y)| x * y).sum::<f64>();
        add_weighted(&mut self.third[0], y.conditions(), of_x);
        match self.of_itself {
            true => self.third[1] = self.third[0].clone(),
            false => add_weighted(&mut self.third[1], x.conditions(), of_y),
        }
    }

    /// Adds the sums over other conditions about the same mean.
    pub(crate) fn add(&mut self, other: &Self) {
        self.products += &other.products;
        self.third[0] += &other.third[0];
        self.third[1] += &other.third[1];
        self.fourth += other.fourth;
    }
}

/// Returns |x|² of every condition of a block.
pub(crate) fn squared_lengths(x: &Recentered) -> Vec<f64> {
    x.conditions().rows().into_iter().map(|row| row.dot(&row)).collect()
}

fn add_weighted(sum: &mut Array1<f64>, rows: ArrayView2<'_, f64>, weights: &[f64]) {
    for (row, &weight) in rows.rows().into_iter().zip(weights) {
        sum.scaled_add(weight, &row);
    }
}
