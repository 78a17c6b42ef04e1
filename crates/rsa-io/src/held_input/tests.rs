//! Arrays of a caller, read as those of a file.

use ndarray::{ArrayD, array};

use super::*;
use crate::{Convention, OpenOptions, open, read_rdms};

/// Array of the tests, whose numbers were computed as `dtype`.
#[derive(Debug)]
struct Owned {
    values: ArrayD<f64>,
    dtype: &'static str,
}

impl HeldArray for Owned {
    fn shape(&self) -> &[usize] {
        self.values.shape()
    }

    fn dtype(&self) -> &str {
        self.dtype
    }

    fn read_block(
        &self,
        axis: usize,
        rows: Range<usize>,
        columns: Range<usize>,
        mut block: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        for (mut out, row) in block.rows_mut().into_iter().zip(rows) {
            let values = match self.values.ndim() {
                1 => self.values.view(),
                _ => self.values.index_axis(Axis(axis), row),
            };
            out.iter_mut().zip(values.iter().skip(columns.start)).for_each(|(out, value)| *out = *value);
        }
        Ok(())
    }
}

fn held(values: ArrayD<f64>) -> Arc<dyn HeldArray> {
    Arc::new(Owned { values, dtype: "float64" })
}

fn options(input: HeldInput) -> OpenOptions {
    let mut options = OpenOptions::default();
    options.held.add("x", input);
    options
}

#[test]
fn held_arrays_are_layers_with_their_labels() {
    let x = array![[1.0, 2.0], [3.0, 4.5], [5.0, 6.0]];
    let own = ["c", "a", "b"].map(str::to_owned).to_vec();
    let input = HeldInput::default()
        .with_array("shared", held(x.clone().into_dyn()), None)
        .and_then(|input| input.with_array("own", held(x.clone().into_dyn()), Some(own)))
        .unwrap()
        .with_conditions(["a", "b", "c"].map(str::to_owned).to_vec());
    let source = open("x", &options(input)).unwrap();
    let labels = |k: usize| source.layers()[k].conditions().labels().unwrap().to_vec();
    assert_eq!((labels(0), labels(1)), (vec!["a", "b", "c"].into_iter().map(Into::into).collect(), labels(1)));
    assert_eq!(labels(1)[0], "c");
    assert_eq!(source.layers()[0].read().unwrap().values(), x);
}

#[test]
fn a_convention_reads_held_arrays_of_more_axes() {
    let x = ArrayD::from_shape_fn(vec![2, 3, 4], |at| (100 * at[0] + 10 * at[1] + at[2]) as f64);
    let input = HeldInput::default().with_array("x", held(x), None).unwrap();
    let mut options = options(input);
    options.axes = Some("channels,conditions,width".parse().unwrap());
    let layer = |options: &OpenOptions| open("x", options).unwrap().layers()[0].read().unwrap().values().to_owned();
    assert_eq!(layer(&options).row(1), array![10.0, 11.0, 12.0, 13.0, 110.0, 111.0, 112.0, 113.0]);
    options.convention = Convention::Max;
    assert_eq!(layer(&options).row(1), array![13.0, 113.0]);
}

#[test]
fn the_type_of_the_caller_decides_the_precision() {
    let values = array![[0.333_251_953_125, 0.1], [0.5, 0.25]].into_dyn();
    let half: Arc<dyn HeldArray> = Arc::new(Owned { values, dtype: "float16" });
    let input = HeldInput::default().with_array("x", half, None).unwrap();
    assert_eq!(open("x", &options(input)).unwrap().layers()[0].read().unwrap().precision(), 2f64.powi(-10));
}

#[test]
fn held_matrices_are_rdms() {
    let rdms = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]].into_dyn();
    let input = HeldInput::default().with_array("rdms", held(rdms), None).unwrap();
    let input = input.with_names(["v1", "it"].map(str::to_owned).to_vec());
    let stored = read_rdms("x", &options(input)).unwrap();
    assert_eq!((stored.rdms[1].0.as_str(), stored.rdms[1].1.values()), ("it", &[4.0, 5.0, 6.5][..]));
}

#[test]
fn what_does_not_fit_is_named() {
    let x = || held(array![[1.0], [2.0]].into_dyn());
    let one = HeldInput::default().with_array("x", x(), Some(vec!["a".to_owned()])).unwrap();
    let error = open("x", &options(one)).unwrap_err();
    assert_eq!(error.to_string(), "x: array 'x': 1 labels for 2 rows; give one for each");
    let twice = HeldInput::default().with_array("x", x(), None).unwrap().with_array("x", x(), None);
    assert!(twice.unwrap_err().to_string().contains("two arrays are named 'x'"));
    let complex: Arc<dyn HeldArray> = Arc::new(Owned { values: array![[1.0]].into_dyn(), dtype: "complex64" });
    let error = HeldInput::default().with_array("x", complex, None).unwrap_err();
    assert!(error.to_string().contains("numbers of type complex64 are not read"), "{error}");
    let vector = HeldInput::default().with_array("v", held(array![1.0, 2.0].into_dyn()), None).unwrap();
    assert!(open("x", &options(vector)).unwrap_err().to_string().contains("array 'v'"));
}
