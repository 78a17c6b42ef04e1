//! [`LongTable`]: a table with one row for each pair of conditions.

use std::collections::HashMap;

use rsa_core::{Conditions, Error, Result, condensed};

use super::{
    RdmPlace, exactness::Exactness, file_rdms::FileRdms, long_columns::LongColumns, reading::RdmReading,
    square::Square, table_cells::TableCells,
};
use crate::{
    labels::spelled,
    layout::allocate,
    options::{Presence, Similarities},
};

/// Conditions up to which a table may have any number of pairs.
const MANY: usize = 1000;

/// Pairs for each row of a table of more conditions: below one in so many pairs it names something else.
const SPARSE: usize = 100;

/// A table whose columns are two conditions, their dissimilarity and perhaps an RDM.
#[derive(Clone, Copy, Debug)]
pub(super) struct LongTable {
    columns: LongColumns,
}

/// The conditions of a table in their order, and the place of each.
struct Order {
    labels: Vec<String>,
    places: HashMap<String, usize>,
}

impl LongTable {
    /// Recognizes a long table by the names of its columns.
    pub(super) fn by_header(cells: &TableCells, header: Presence) -> Result<Option<Self>> {
        Ok(LongColumns::by_header(cells, header)?.map(|columns| Self { columns }))
    }

    /// Recognizes a long table by what its columns hold.
    pub(super) fn by_content(cells: &TableCells, header: Presence) -> Result<Option<Self>> {
        Ok(LongColumns::by_content(cells, header)?.map(|columns| Self { columns }))
    }

    /// Reads the matrices in the order of first appearance, all of the same conditions.
    ///
    /// A pair may stand in both orders if both rows agree; one without a row is missing. Conditions are in the order of
    /// first appearance, and numbers that count in their own.
    ///
    /// # Errors
    /// `Format` or `ShapeMismatch` naming lines, pairs and the RDM.
    pub(super) fn read(&self, cells: &TableCells, own: &str, reading: RdmReading) -> Result<FileRdms> {
        let reading = self.judge_header(cells, reading)?;
        let (order, note) = self.order(cells)?;
        let mut found = FileRdms::default();
        found.warnings.extend(note);
        let (mut names, mut rows_of) = (Vec::<String>::new(), HashMap::<String, Vec<usize>>::new());
        for row in self.rows(cells) {
            let name = self.columns.group.map_or_else(|| own.to_owned(), |group| spelled(cells.text(row, group)));
            if name.is_empty() {
                return Err(Error::format("the RDM has no name").context(cells.line(row)));
            }
            rows_of
                .entry(name)
                .or_insert_with_key(|name| {
                    names.push(name.clone());
                    Vec::new()
                })
                .push(row);
        }
        let n = order.labels.len();
        let conditions = Conditions::labeled(order.labels.clone());
        let texts = self.rows(cells).map(|row| cells.text(row, self.columns.value));
        let values = self.rows(cells).map(|row| cells.dissimilarity(row, self.columns.value));
        let exactness = Exactness::of_text(&values.collect::<Result<Vec<_>>>()?, texts);
        for name in &names {
            let square = self.square(cells, &rows_of[name], &order).map_err(|error| error.context(name_of(name)))?;
            let tolerance = exactness.tolerance(&square);
            ensure_equal_both_ways(&square, &order.labels, tolerance).map_err(|error| error.context(name_of(name)))?;
            let triangle = Square::new(&square, n, tolerance).triangle(reading);
            let triangle = triangle.map_err(|no| no.reason.context(name_of(name)))?;
            let rdm = rsa_core::Rdm::new(triangle.values)?.with_conditions(conditions.clone())?;
            found.rdms.push((name.clone(), rdm));
            found.treatments.push(triangle.treatment);
        }
        found.places = RdmPlace::all(own, &[names.len(), condensed::n_pairs(n)], names.len());
        Ok(found)
    }

    fn rows(&self, cells: &TableCells) -> std::ops::Range<usize> {
        usize::from(self.columns.header)..cells.n_rows()
    }

    /// Returns the reading that the name of the column of values asks for.
    ///
    /// # Errors
    /// `Format` if they are similarities by that name, and nothing is said about them.
    fn judge_header(&self, cells: &TableCells, reading: RdmReading) -> Result<RdmReading> {
        let name = if self.columns.header { cells.text(0, self.columns.value).to_lowercase() } else { String::new() };
        let dissimilar = name.starts_with("dis");
        let similar = !dissimilar && (name.contains("simil") || name.contains("corr"));
        match reading.similarities {
            Similarities::Refuse if similar => Err(Error::format(format!(
                "the column '{name}' holds similarities; --similarities one-minus takes 1 - s"
            ))),
            _ if dissimilar => Ok(reading.of_dissimilarities()),
            _ => Ok(reading),
        }
    }

    /// Returns the conditions, with a note if they do not stand in the order of first appearance.
    fn order(&self, cells: &TableCells) -> Result<(Order, Option<String>)> {
        let mut order = Order { labels: Vec::new(), places: HashMap::new() };
        let mut rows = 0;
        for row in self.rows(cells) {
            rows += 1;
            for column in self.columns.pair {
                let label = spelled(cells.text(row, column));
                if label.is_empty() {
                    let reason = Error::format("the cell is empty; every row names two conditions");
                    return Err(reason.context(format!("column {}", column + 1)).context(cells.line(row)));
                }
                order.add(label);
            }
        }
        let n = order.labels.len();
        if n > MANY && condensed::n_pairs(n) / SPARSE > rows {
            return Err(Error::shape_mismatch(format!(
                "{rows} rows name {n} conditions, which have {} pairs; give the columns of conditions the names \
                 condition_a and condition_b",
                condensed::n_pairs(n)
            )));
        }
        let note = order.sort_counted().then(|| {
            "its conditions are numbers, which stand in their own order and not in that of first appearance".to_owned()
        });
        Ok((order, note))
    }

    /// Returns the matrix of one RDM: NaN where a pair is missing in both orders.
    fn square(&self, cells: &TableCells, rows: &[usize], order: &Order) -> Result<Vec<f64>> {
        let n = order.labels.len();
        let mut square = allocate(n, n)?.into_raw_vec_and_offset().0;
        square.fill(f64::NAN);
        let place = |row: usize, column| order.places[&spelled(cells.text(row, column))];
        for &row in rows {
            let (i, j) = (place(row, self.columns.pair[0]), place(row, self.columns.pair[1]));
            let value = cells.dissimilarity(row, self.columns.value)?;
            let entry = &mut square[i * n + j];
            if !entry.is_nan() && !value.is_nan() && *entry != value {
                return Err(Error::shape_mismatch(format!(
                    "{}: the pair '{}' and '{}' has {entry} in one row and {value} in another; give every pair once, and \
                     several RDMs a column that names them",
                    cells.line(row),
                    order.labels[i],
                    order.labels[j]
                )));
            }
            if !value.is_nan() {
                *entry = value;
            }
        }
        for (i, j) in condensed::pairs(n) {
            match (square[i * n + j], square[j * n + i]) {
                (upper, lower) if upper.is_nan() => square[i * n + j] = lower,
                (upper, lower) if lower.is_nan() => square[j * n + i] = upper,
                _ => {}
            }
        }
        Ok(square)
    }
}

/// Checks that pairs that stand in both orders have one dissimilarity.
fn ensure_equal_both_ways(square: &[f64], labels: &[String], tolerance: f64) -> Result<()> {
    let n = labels.len();
    let both = |(i, j): (usize, usize)| (square[i * n + j], square[j * n + i]);
    match condensed::pairs(n).find(|&pair| (both(pair).0 - both(pair).1).abs() > tolerance) {
        None => Ok(()),
        Some((i, j)) => Err(Error::shape_mismatch(format!(
            "the pair '{}' and '{}' has {} in one order and {} in the other; dissimilarities are symmetric",
            labels[i],
            labels[j],
            both((i, j)).0,
            both((i, j)).1
        ))),
    }
}

impl Order {
    fn add(&mut self, label: String) {
        let next = self.labels.len();
        if let std::collections::hash_map::Entry::Vacant(entry) = self.places.entry(label) {
            self.labels.push(entry.key().clone());
            entry.insert(next);
        }
    }

    /// Sorts labels that are the numbers from 0 or 1 on, and returns `true` if they were in another order.
    fn sort_counted(&mut self) -> bool {
        let Some(numbers) = self.labels.iter().map(|label| label.parse().ok()).collect::<Option<Vec<usize>>>() else {
            return false;
        };
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        let counts = |start: usize| sorted.iter().enumerate().all(|(k, &number)| number == k + start);
        if sorted == numbers || !(counts(0) || counts(1)) {
            return false;
        }
        self.labels.sort_by_key(|label| label.parse::<usize>().unwrap_or(usize::MAX));
        self.places = self.labels.iter().cloned().zip(0..).collect();
        true
    }
}

fn name_of(name: &str) -> String {
    format!("RDM '{name}'")
}

#[cfg(test)]
mod tests {
    use crate::{OpenOptions, StoredRdms, read_rdms, tests::samples::folder};

    fn read(text: &str) -> rsa_core::Result<StoredRdms> {
        let folder = folder(&[("d.csv", text)]);
        read_rdms(folder.path().join("d.csv").to_str().unwrap(), &OpenOptions::default())
    }

    #[test]
    fn rdms_of_one_table_have_the_same_conditions() {
        let stored = read("rdm,condition_a,condition_b,dissimilarity\ny,b,a,1\ny,c,b,2\nx,a,c,3\nx,b,a,4\n").unwrap();
        let names: Vec<_> = stored.rdms.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["y", "x"]);
        for (_, rdm) in &stored.rdms {
            assert_eq!(rdm.conditions().labels().unwrap(), ["b", "a", "c"]);
        }
        let [y, x] = [0, 1].map(|k| stored.rdms[k].1.values());
        assert!(y[..2] == [1.0, 2.0] && y[2].is_nan() && x[0] == 4.0 && x[1].is_nan() && x[2] == 3.0);
        assert_eq!((&stored.places[1].axes, &stored.places[1].index), (&vec![2], &vec![1]));
    }

    #[test]
    fn conditions_without_most_pairs_are_something_else() {
        let rows: String = (0..1500).map(|k| format!("{},{},1.5\n", 3 * k, 3 * k + 1)).collect();
        let message = read(&format!("condition_a,condition_b,dissimilarity\n{rows}")).unwrap_err().to_string();
        assert!(message.contains("1500 rows name 3000 conditions"), "{message}");
    }

    #[test]
    fn both_orders_of_a_pair_agree() {
        let message = read("i,j,distance\na,b,1\na,c,2\nb,a,1.5\n").unwrap_err().to_string();
        assert!(message.contains("'a' and 'b' has 1 in one order and 1.5 in the other"), "{message}");
    }
}
