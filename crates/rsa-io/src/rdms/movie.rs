//! [`RdmMovie`]: a dissimilarity matrix for each of several times, in one file.

use std::io::{self, Write};

use ndarray::Array2;
use rsa_core::{Conditions, Error, Rdm, Result, condensed};

use super::{ROUNDING, file_rdms::FileRdms, reading::Treatment, writing::triangles};
use crate::{
    contents::{CONDITIONS, Contents, FileArray},
    formats::{
        npy::FloatWidth,
        npz::{Compression, NpzWriter},
        of_file,
    },
    open::split_address,
    options::OpenOptions,
    rdms::RdmPlace,
    sensors::TimeWindow,
};

/// The array of upper triangles, times × pairs. It is not called `rdms`, so that nobody takes times for subjects.
const MOVIE: &str = "movie";

/// The array of the time of each matrix, in seconds.
const TIMES: &str = "times";

/// The list with the name of the dissimilarity.
const DISSIMILARITY: &str = "dissimilarity";

/// Part of the distance of two times by which a time that is typed may differ from one of the file.
const REACH: f64 = 0.5 + 1e-6;

/// Dissimilarity matrices of the same conditions at several times.
#[derive(Clone, Debug, PartialEq)]
pub struct RdmMovie {
    /// Times in seconds, which ascend.
    pub times: Vec<f64>,
    /// The matrix of each time.
    pub rdms: Vec<Rdm>,
    /// Name of the dissimilarity; empty if the file does not say it.
    pub dissimilarity: String,
}

impl RdmMovie {
    /// Writes a `.npz` file: `movie` (times × pairs, upper triangles row by row), `times` (× 1, in seconds), `rounding`
    /// (× 1), `dissimilarity` and, if the conditions have labels, `conditions`.
    ///
    /// # Errors
    /// The errors of the writer; `InvalidInput` without a matrix, for matrices of other conditions, and for another number of
    /// times.
    pub fn write(&self, writer: impl Write) -> io::Result<()> {
        let named: Vec<_> = self.rdms.iter().zip(&self.times).map(|(rdm, time)| (show(*time), rdm.clone())).collect();
        let triangles = triangles(&named, Rdm::clone)?;
        if self.times.len() != self.rdms.len() {
            let message = format!("{} times for {} matrices", self.times.len(), self.rdms.len());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, Error::shape_mismatch(message)));
        }
        let mut npz = NpzWriter::new(writer, Compression::Stored);
        let column = |value: &dyn Fn(usize) -> f64| Array2::from_shape_fn((self.times.len(), 1), |(k, _)| value(k));
        npz.add_matrix(MOVIE, triangles.view(), FloatWidth::F64)?;
        npz.add_matrix(TIMES, column(&|k| self.times[k]).view(), FloatWidth::F64)?;
        npz.add_matrix(ROUNDING, column(&|k| self.rdms[k].rounding()).view(), FloatWidth::F64)?;
        npz.add_strings(DISSIMILARITY, &[&self.dissimilarity])?;
        if let Some(labels) = self.rdms[0].conditions().labels() {
            npz.add_strings(CONDITIONS, labels)?;
        }
        npz.finish().map(|_| ())
    }
}

/// Reads the movie in `FILE`, or its times in a window, `FILE::0.1..0.3`.
///
/// # Errors
/// `Io` if the file cannot be read, `Format` if it holds no movie or is malformed.
pub fn read_movie(input: &str) -> Result<RdmMovie> {
    let (path, name) = split_address(input);
    let read = || {
        let mut contents = of_file(path)?.open(path, &OpenOptions::default())?;
        if !holds_movie(&contents) {
            return Err(Error::format(
                "holds no movie, which is an .npz file with the arrays 'movie' and 'times'; make one with `rsakit movie`",
            ));
        }
        let movie = from_contents(&mut contents)?;
        let chosen = name.map_or_else(|| Ok((0..movie.times.len()).collect()), |name| choose(&movie.times, name))?;
        Ok(RdmMovie {
            times: chosen.iter().map(|&k| movie.times[k]).collect(),
            rdms: chosen.iter().map(|&k| movie.rdms[k].clone()).collect(),
            dissimilarity: movie.dissimilarity,
        })
    };
    read().map_err(|error: Error| error.context(path.display()))
}

/// Returns `true` if the file is a movie.
pub(super) fn holds_movie(contents: &Contents) -> bool {
    [MOVIE, TIMES].iter().all(|name| contents.arrays.iter().any(|array| array.name == *name))
}

/// Returns the matrices at the time `name`, at the times in the window `name`, or of all times if it is `movie`.
pub(super) fn rdms_at(contents: &mut Contents, name: Option<&str>) -> Result<FileRdms> {
    let movie = from_contents(contents)?;
    let Some(name) = name else {
        let (first, last) = (show(movie.times[0]), show(movie.times[movie.times.len() - 1]));
        return Err(Error::format(format!(
            "is a movie of {} RDMs from {first} to {last}: name a time, such as FILE::{}, a window, FILE::{}..{}, or all, \
             FILE::{MOVIE}; `rsakit time` takes the whole file",
            movie.times.len(),
            movie.times[0],
            movie.times[0],
            movie.times[movie.times.len() - 1]
        )));
    };
    let chosen = match name {
        MOVIE => (0..movie.times.len()).collect(),
        _ => choose(&movie.times, name)?,
    };
    let mut found = FileRdms::default();
    for k in chosen {
        found.rdms.push((show(movie.times[k]), movie.rdms[k].clone()));
        found.places.push(RdmPlace {
            file: String::new(),
            array: MOVIE.to_owned(),
            axes: vec![movie.times.len()],
            index: vec![k],
        });
        found.treatments.push(Treatment::default());
    }
    Ok(found)
}

fn from_contents(contents: &mut Contents) -> Result<RdmMovie> {
    let labels = contents.take_text(CONDITIONS);
    let dissimilarity = contents.take_text(DISSIMILARITY).and_then(|words| words.into_iter().next());
    let array = |name: &str| -> Option<&FileArray> { contents.arrays.iter().find(|array| array.name == name) };
    let missing = |name: &str| Error::format(format!("has no array '{name}'"));
    let movie = array(MOVIE).ok_or_else(|| missing(MOVIE))?;
    let shape = movie.shape().to_vec();
    let n_conditions = match *shape {
        [_, n_pairs] => condensed::n_conditions(n_pairs),
        _ => None,
    };
    let (Some(n_conditions), Some(n_times)) = (n_conditions, shape.first().filter(|n| **n > 0)) else {
        return Err(Error::shape_mismatch(format!(
            "array '{MOVIE}' has the shape {shape:?}; it has a row for each time, and in it one dissimilarity for each pair of \
             conditions"
        )));
    };
    let column = |name: &str| -> Result<Vec<f64>> {
        let values = array(name).ok_or_else(|| missing(name))?.read_all()?;
        match values.len() == *n_times {
            true => Ok(values.into_iter().collect()),
            false => Err(Error::shape_mismatch(format!(
                "array '{name}' has {} numbers, and '{MOVIE}' {n_times} times",
                values.len()
            ))),
        }
    };
    let times = column(TIMES)?;
    if !(times.iter().all(|time| time.is_finite()) && times.windows(2).all(|pair| pair[0] < pair[1])) {
        return Err(Error::format(format!("array '{TIMES}' has to hold finite numbers that ascend")));
    }
    let rounding = array(ROUNDING).map(|_| column(ROUNDING)).transpose()?;
    let conditions = match labels {
        Some(labels) if labels.len() == n_conditions => Conditions::labeled(labels),
        None => Conditions::unlabeled(n_conditions),
        Some(labels) => {
            return Err(Error::shape_mismatch(format!(
                "'{CONDITIONS}': {} labels for {n_conditions} conditions",
                labels.len()
            )));
        }
    };
    let rdm = |(k, values): (usize, &[f64])| {
        let rdm = Rdm::new(values.to_vec()).and_then(|rdm| rdm.with_conditions(conditions.clone()));
        let rdm = rdm.and_then(|rdm| match &rounding {
            Some(rounding) => rdm.with_rounding(rounding[k]),
            None => Ok(rdm),
        });
        rdm.map_err(|error| error.context(format!("array '{MOVIE}', row {k}")))
    };
    let values = movie.read_all()?;
    let values = values.as_standard_layout();
    let rows = values.as_slice().expect("in standard layout").chunks_exact(shape[1]);
    let rdms = rows.enumerate().map(rdm).collect::<Result<_>>()?;
    Ok(RdmMovie { times, rdms, dissimilarity: dissimilarity.unwrap_or_default() })
}

/// Returns the places of the time, or of the times in the window, that `name` says in seconds.
fn choose(times: &[f64], name: &str) -> Result<Vec<usize>> {
    let refuse = |requirement: &str| {
        let (first, last) = (show(times[0]), show(times[times.len() - 1]));
        Error::format(format!("'{name}' is {requirement} from {first} to {last}"))
    };
    if name.contains("..") {
        let window: TimeWindow = name.parse()?;
        let inside: Vec<usize> =
            (0..times.len()).filter(|&k| window.start <= times[k] && times[k] < window.end).collect();
        return if inside.is_empty() {
            Err(refuse("a window without a time of the movie, which is"))
        } else {
            Ok(inside)
        };
    }
    let wanted: f64 =
        name.parse().map_err(|_| refuse("no time in seconds, no window and not 'movie'; the movie is"))?;
    let distance = |k: &usize| (times[*k] - wanted).abs();
    let nearest = (0..times.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).expect("a movie has a time");
    let spacing = times.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
    let reach = if times.len() > 1 { spacing * REACH } else { 1e-6 };
    match distance(&nearest) <= reach {
        true => Ok(vec![nearest]),
        false => Err(refuse("no time of the movie, which is")),
    }
}

fn show(time: f64) -> String {
    format!("{:.4} s", time + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rdms::read_rdms,
        tests::samples::{Zip, doubles, folder, npy},
    };

    fn movie() -> RdmMovie {
        let rdm = |k: f64| {
            let rdm = Rdm::new(vec![k, k + 1.0, f64::NAN]).unwrap().with_rounding(1e-12).unwrap();
            rdm.with_conditions(Conditions::labeled(["a", "b", "c"])).unwrap()
        };
        let rdms = [0.0, 1.0, 2.0, 3.0].map(rdm).to_vec();
        RdmMovie { times: vec![-0.1, 0.0, 0.1, 0.2], rdms, dissimilarity: "euclidean".to_owned() }
    }

    fn first_values(rdms: &[(String, Rdm)]) -> Vec<f64> {
        rdms.iter().map(|(_, rdm)| rdm.values()[0]).collect()
    }

    #[test]
    fn movies_come_back_and_are_read_by_their_times() {
        let mut bytes = Vec::new();
        movie().write(&mut bytes).unwrap();
        let folder = folder(&[("m.npz", bytes)]);
        let at = |name: &str| format!("{}/m.npz{name}", folder.path().display());
        let read = read_movie(&at("")).unwrap();
        assert_eq!((&read.times, &read.dissimilarity), (&movie().times, &movie().dissimilarity));
        assert_eq!((read.rdms[2].values()[..2].to_vec(), read.rdms[2].rounding()), (vec![2.0, 3.0], 1e-12));
        assert_eq!(read.rdms[2].conditions(), movie().rdms[2].conditions());
        assert_eq!(read_movie(&at("::0..0.2")).unwrap().times, [0.0, 0.1]);

        let rdms = |name: &str| read_rdms(&at(name), &OpenOptions::default());
        let named = rdms("::0.1").unwrap();
        assert_eq!((named.rdms[0].0.as_str(), first_values(&named.rdms)), ("0.1000 s", vec![2.0]));
        assert_eq!(first_values(&rdms("::-0.14").unwrap().rdms), [0.0]);
        assert_eq!(first_values(&rdms("::0.0..0.15").unwrap().rdms), [1.0, 2.0]);
        assert_eq!(first_values(&rdms("::movie").unwrap().rdms), [0.0, 1.0, 2.0, 3.0]);
        for (name, said) in [
            ("", "is a movie of 4 RDMs from -0.1000 s to 0.2000 s: name a time, such as FILE::-0.1"),
            ("::0.3", "no time of the movie"),
            ("::0.5..0.6", "a window without a time"),
            ("::times", "no time in seconds"),
        ] {
            let error = rdms(name).unwrap_err().to_string();
            assert!(error.contains("m.npz: ") && error.contains(said), "{error}");
        }
    }

    #[test]
    fn damaged_movies_are_refused_by_name() {
        let message = |movie: (&str, &[f64]), times: &[f64], more: Option<(&str, Vec<u8>)>| {
            let shape = format!("({},)", times.len());
            let zip = Zip::new()
                .stored("movie.npy", &npy("<f8", false, movie.0, &doubles(movie.1)))
                .stored("times.npy", &npy("<f8", false, &shape, &doubles(times)));
            let zip = more.into_iter().fold(zip, |zip, (name, bytes)| zip.stored(name, &bytes));
            let folder = folder(&[("m.npz", zip.finish())]);
            read_movie(&format!("{}/m.npz", folder.path().display()))
                .map_or_else(|error| error.to_string(), |_| String::new())
        };
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        assert_eq!(message(("(2, 3)", &values), &[0.0, 0.1], None), "");
        for (shape, times, more, said) in [
            ("(2, 3)", &[0.0, 0.1, 0.2][..], None, "array 'times' has 3 numbers, and 'movie' 2 times"),
            ("(3, 2)", &[0.0, 0.1, 0.2], None, "array 'movie' has the shape [3, 2]"),
            ("(6,)", &[0.0], None, "array 'movie' has the shape [6]"),
            ("(2, 3)", &[0.1, 0.0], None, "numbers that ascend"),
            ("(2, 3)", &[0.1, f64::NAN], None, "numbers that ascend"),
            ("(2, 3)", &[0.0, 0.1], Some(("conditions.npy", npy("|S1", false, "(2,)", b"ab"))), "2 labels for 3"),
            (
                "(2, 3)",
                &[0.0, 0.1],
                Some(("rounding.npy", npy("<f8", false, "(1,)", &doubles(&[0.0])))),
                "'rounding' has 1",
            ),
        ] {
            let message = message((shape, &values), times, more);
            assert!(message.contains("m.npz: ") && message.contains(said), "{message}");
        }
        let folder = folder(&[("x.npy", npy("<f8", false, "(2, 3)", &doubles(&values)))]);
        let error = read_movie(&format!("{}/x.npy", folder.path().display())).unwrap_err().to_string();
        assert!(error.contains("holds no movie") && error.contains("rsakit movie"), "{error}");
    }
}
