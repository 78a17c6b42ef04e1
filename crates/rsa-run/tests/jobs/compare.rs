//! Comparisons as a library: results as values, and the convention of arrays of three or more axes.

use rsa_run::{CompareRequest, CompareResult, Document};

use crate::inputs::{images, write_array, write_layers};

#[test]
fn a_result_is_read_back_from_its_json_and_shown_alike() {
    let folder = tempfile::tempdir().unwrap();
    write_layers(folder.path(), "a.npz", 3, (30, 5));
    write_layers(folder.path(), "b.npz", 2, (30, 40));
    let [a, b] = ["a.npz", "b.npz"].map(|name| folder.path().join(name).display().to_string());
    let request =
        CompareRequest { permutations: Some(50), interval: true, seed: 3, ..CompareRequest::new(&a, Some(&b)) };
    let result = request.run(&()).unwrap();
    let read: CompareResult = serde_json::from_str(&result.json().unwrap()).unwrap();
    assert_eq!(read, result);
    assert_eq!(read.text(), result.text());
    assert_eq!(read.csv(), result.csv());
    assert_eq!(read.page(&[]).unwrap().html(), result.page(&[]).unwrap().html());
}

#[test]
fn the_convention_is_recorded_wherever_the_result_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    for (name, shift) in [("a.npy", 0), ("b.npy", 5)] {
        write_array(folder.path(), name, &images([12, 3, 4, 5], shift));
    }
    let [a, b] = ["a.npy", "b.npy"].map(|name| folder.path().join(name).display().to_string());
    let mut scores = Vec::new();
    for convention in ["flatten", "mean", "max", "pixels"] {
        let mut request = CompareRequest::new(&a, Some(&b));
        request.measures = vec!["cka".parse().unwrap()];
        request.options.convention = convention.parse().unwrap();
        request.options.axes = Some("conditions,channels,height,width".parse().unwrap());
        let result = request.run(&()).unwrap();
        assert_eq!(result.n_conditions, if convention == "pixels" { 12 * 4 * 5 } else { 12 });
        let json = result.json().unwrap();
        let recorded = format!("\"convention\":\"{convention}\",\"axes\":\"conditions,channels,height,width\"");
        assert!(json.contains(&recorded), "{json}");
        for shown in [result.text(), result.page(&[]).unwrap().html()] {
            assert!(shown.to_lowercase().contains("arrays of 3 or more axes"), "{shown}");
            assert!(shown.contains(convention), "{shown}");
        }
        scores.push(result.results[0].values[0][0].unwrap());
    }
    for (k, score) in scores.iter().enumerate() {
        assert!(scores[..k].iter().all(|other| (other - score).abs() > 1e-3), "the convention decides: {scores:?}");
    }
}

#[test]
fn layers_of_two_axes_record_no_convention() {
    let folder = tempfile::tempdir().unwrap();
    write_layers(folder.path(), "a.npz", 2, (10, 4));
    let request = CompareRequest::new(&folder.path().join("a.npz").display().to_string(), None);
    let result = request.run(&()).unwrap();
    assert!(!result.json().unwrap().contains("convention") && !result.text().contains("axes"));
}

#[test]
fn a_request_is_read_from_json_with_defaults() {
    let request: CompareRequest = serde_json::from_str(r#"{"first": "a.npz", "memory": "2GiB"}"#).unwrap();
    assert_eq!(request, CompareRequest { memory: Some("2GiB".parse().unwrap()), ..CompareRequest::new("a.npz", None) });
    let error = serde_json::from_str::<CompareRequest>(r#"{"first": "a.npz", "measure": "cka"}"#).unwrap_err();
    assert!(error.to_string().contains("unknown field `measure`"), "{error}");
}
