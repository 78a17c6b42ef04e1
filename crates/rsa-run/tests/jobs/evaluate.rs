//! Evaluations as a library: round trips, notes and parts.

use std::{fs::File, ops::Range, path::Path, sync::Mutex};

use rsa_run::{Document, EvaluateRequest, EvaluateResult, Observer};
use rsakit::{
    Rdm,
    core::Conditions,
    stats::{Crossvalidation, GeneralizeTo},
};
use tempfile::TempDir;

/// Writes `count` RDMs of `n` conditions.
fn write(path: &Path, n: usize, count: usize, shift: usize) {
    let value = |k: usize, pair: usize| ((pair * pair % 31) as f64) + ((k + shift) as f64 * (pair + 2) as f64).sin();
    let rdm = |k: usize| {
        let values = (0..n * (n - 1) / 2).map(|pair| value(k, pair)).collect();
        (format!("rdm{k}"), Rdm::new(values).unwrap())
    };
    rsa_io::write_rdms(File::create(path).unwrap(), &(0..count).map(rdm).collect::<Vec<_>>()).unwrap();
}

/// Returns a request on `n` conditions, and the folder of its files.
pub(crate) fn request(n: usize) -> (EvaluateRequest, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    write(&path("brain.npz"), n, 6, 3);
    write(&path("models.npz"), n, 3, 19);
    let name = |name: &str| path(name).display().to_string();
    (EvaluateRequest::new([name("brain.npz")], [name("models.npz")]), folder)
}

#[test]
fn requests_and_results_are_the_same_after_json() {
    let (mut request, _folder) = request(9);
    request.fits = vec!["weighted=x.npz".parse().unwrap()];
    request.crossvalidation = Some(Crossvalidation { subject_folds: 2, condition_folds: 1, repeats: 2 });
    request.subject_groups = Some("groups.txt".into());
    let text = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<EvaluateRequest>(&text).unwrap(), request);
    assert!(text.contains(r#"{"kind":"weighted","file":"x.npz"}"#), "{text}");
    assert!(serde_json::from_str::<EvaluateRequest>(r#"{"datas":[]}"#).is_err());
    assert_eq!(serde_json::from_str::<EvaluateRequest>("{}").unwrap(), EvaluateRequest::default());

    let request = EvaluateRequest {
        generalize_to: GeneralizeTo::Both,
        resamples: 30,
        permutations: 20,
        fits: Vec::new(),
        crossvalidation: None,
        subject_groups: None,
        ..request
    };
    let result = request.run(&()).unwrap();
    let json = result.json().unwrap();
    let again: EvaluateResult = serde_json::from_str(&json).unwrap();
    assert_eq!(again, result);
    assert_eq!((again.json().unwrap(), again.text(), again.csv()), (json, result.text(), result.csv()));
    let commands = ["rsakit evaluate".to_owned()];
    assert_eq!(again.page(&commands).unwrap().html(), result.page(&commands).unwrap().html());
}

/// Observer that keeps the notes.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Observer for Notes {
    fn note(&self, text: &str) {
        self.0.lock().unwrap().push(text.to_owned());
    }
}

#[test]
fn notes_on_inputs_are_told_and_kept_everywhere() {
    let (mut request, folder) = request(4);
    let labeled = |name: &str, labels: [&str; 4]| {
        let path = folder.path().join(name);
        let rdm = Rdm::new(vec![1.0, 2.0, 3.0, 5.0, 4.0, 6.0]).unwrap();
        let rdm = rdm.with_conditions(Conditions::labeled(labels)).unwrap();
        rsa_io::write_rdms(File::create(&path).unwrap(), &[(name.to_owned(), rdm)]).unwrap();
        path.display().to_string()
    };
    request.data.push(labeled("a.npz", ["cat", "dog", "owl", "elk"]));
    request.models.push(labeled("b.npz", ["dog", "cat", "elk", "owl"]));
    let observer = Notes::default();
    let result = request.run(&observer).unwrap();
    assert_eq!(observer.0.into_inner().unwrap(), result.notes);
    assert_eq!(result.notes.len(), 3, "{:?}", result.notes);
    assert_eq!(result.inputs.len(), 4);
    let (text, json) = (result.text(), result.json().unwrap());
    let page = result.page(&[]).unwrap().html();
    for note in &result.notes {
        assert!(text.contains(&format!("  ! {note}\n")) && json.contains(note.as_str()), "{text}{json}");
        assert!(page.contains(note.as_str()), "{note}");
    }
}

#[test]
fn parts_keep_inputs_and_notes() {
    let (mut request, folder) = request(8);
    (request.generalize_to, request.resamples) = (GeneralizeTo::Conditions, 20);
    let whole = request.run(&()).unwrap();
    let write = |range: Range<u64>| {
        let path = folder.path().join(format!("part{}.npz", range.start));
        request.run_part(range, &()).unwrap().write(File::create(&path).unwrap()).unwrap();
        path
    };
    let parts = [write(12..20), write(0..12)];
    assert_eq!(EvaluateResult::merge(&parts, None, &()).unwrap().json().unwrap(), whole.json().unwrap());
    let error = EvaluateResult::merge(&parts[..1], None, &()).unwrap_err();
    assert!(error.to_string().contains("the resamples 0..12 of 20 are missing"), "{error}");
    assert_eq!(error.kind().name(), "Format");
    let error = request.run_part(12..21, &()).unwrap_err();
    assert!(error.kind().name() == "InvalidParameter" && error.to_string().contains("--resamples-range"), "{error}");
}
