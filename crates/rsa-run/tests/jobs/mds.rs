//! Maps as a library: round trips, and what the points are.

use std::path::Path;

use rsa_run::{Document, MdsRequest, MdsResult, MdsSubject};

use crate::inputs::{waves, write_array, write_layers};

/// Writes two layers of nine conditions.
fn write_net(folder: &Path, name: &str) -> String {
    write_layers(folder, name, 2, (9, 4));
    folder.join(name).display().to_string()
}

/// Writes the upper triangles of `k` RDMs of `n` conditions without a pattern; a pair of the first is missing if `gap`.
pub(crate) fn write_rdms(folder: &Path, name: &str, k: usize, n: usize, gap: bool) -> String {
    let mut values = waves(k, n * (n - 1) / 2, 1).mapv(|value| value + 1.5);
    if gap {
        values[(0, 2)] = f64::NAN;
    }
    write_array(folder, name, &values.into_dyn());
    folder.join(name).display().to_string()
}

#[test]
fn requests_and_results_return_from_their_json() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let nets = [write_net(path, "a.npz"), write_net(path, "bb.npz")];
    let layers = MdsSubject::Layers { measure: "cka:hsic=unbiased".parse().unwrap() };
    let one = MdsRequest::new([write_rdms(path, "one.npy", 1, 8, true)], MdsSubject::Conditions);
    let comparison = "rho-a".parse().unwrap();
    let rdms = MdsRequest::new([write_rdms(path, "rdms.npy", 5, 8, false)], MdsSubject::Rdms { comparison });
    for request in [MdsRequest::new(nets, layers), MdsRequest { ordinal: true, ..one.clone() }, one, rdms] {
        let text = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<MdsRequest>(&text).unwrap(), request);
        let result = request.run(&()).unwrap();
        let json = result.json().unwrap();
        let again: MdsResult = serde_json::from_str(&json).unwrap();
        assert_eq!(again, result);
        assert_eq!((again.json().unwrap(), again.text(), again.csv()), (json, result.text(), result.csv()));
        let svg = |result: &MdsResult| result.figure(rsa_plot::Style::default()).unwrap().svg();
        assert_eq!(svg(&again), svg(&result));
        assert_eq!(again.page(&[]).unwrap().html(), result.page(&[]).unwrap().html());
    }
    let short: MdsRequest = serde_json::from_str(r#"{"inputs":["a"],"subject":"conditions"}"#).unwrap();
    assert_eq!(short, MdsRequest::new(["a"], MdsSubject::Conditions));
}

#[test]
fn layers_of_a_network_are_a_path_and_a_group() {
    let folder = tempfile::tempdir().unwrap();
    let nets = [write_net(folder.path(), "a.npz"), write_net(folder.path(), "bb.npz")];
    let subject = MdsSubject::Layers { measure: "cka".parse().unwrap() };
    let map = MdsRequest::new(nets, subject).run(&()).unwrap();
    assert_eq!(map.paths, [[0, 1], [2, 3]]);
    let groups: Vec<_> = map.points.iter().map(|point| point.group.as_deref().unwrap()).collect();
    assert_eq!((groups, map.pairs.distances.len()), (vec!["a", "a", "bb", "bb"], 6));
}

#[test]
fn a_map_of_conditions_is_of_one_rdm() {
    let folder = tempfile::tempdir().unwrap();
    let two = write_rdms(folder.path(), "two.npy", 2, 6, false);
    for inputs in [vec![two.clone()], vec![two.clone(), two]] {
        let error = MdsRequest::new(inputs, MdsSubject::Conditions).run(&()).unwrap_err();
        assert!(error.kind().name() == "InvalidParameter" && error.to_string().contains("--comparison"), "{error}");
    }
}
