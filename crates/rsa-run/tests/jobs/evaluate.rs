//! Evaluations as a library: round trips, notes and parts.

use std::{
    fs::{self, File},
    ops::Range,
    path::Path,
    sync::Mutex,
};

use rsa_run::{Document, EvaluateRequest, EvaluateResult, MergeRequest, MergedResult, Observer, SubjectUnit};
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
    assert_eq!(result.notes.len(), 4, "{:?}", result.notes);
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

/// Writes an array of 64-bit floats as `.npy`, which keeps axes that `write_rdms` has not.
fn write_array(path: &Path, shape: &[usize], values: &[f64]) -> String {
    let axes: String = shape.iter().map(|axis| format!("{axis}, ")).collect();
    let mut header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({axes}), }}");
    let length = (header.len() + 11).next_multiple_of(64) - 10;
    header = format!("{header:<width$}\n", width = length - 1);
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(length).unwrap().to_le_bytes());
    bytes.extend(header.as_bytes());
    values.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
    fs::write(path, bytes).unwrap();
    path.display().to_string()
}

/// Returns the upper triangles of `subjects` × `sessions` RDMs of 9 conditions; sessions of a subject are alike.
fn sessions(subjects: usize, sessions: usize) -> Vec<f64> {
    let value = |subject: usize, session: usize, pair: usize| {
        let own = ((subject + 2) as f64 * (pair + 3) as f64).sin();
        ((pair * pair % 31) as f64) + 12.0 * own + ((session + 5 * subject + 1) as f64 * (pair + 1) as f64).cos()
    };
    let places = (0..subjects).flat_map(|subject| (0..sessions).map(move |session| (subject, session)));
    places.flat_map(|(subject, session)| (0..36).map(move |pair| value(subject, session, pair))).collect()
}

/// Returns the full matrices of upper triangles of 9 conditions.
fn squares(triangles: &[f64]) -> Vec<f64> {
    let square = |triangle: &[f64]| Rdm::new(triangle.to_vec()).unwrap().to_square().into_iter().collect::<Vec<_>>();
    triangles.chunks(36).flat_map(square).collect()
}

#[test]
fn the_first_axis_of_a_stack_counts_subjects() {
    let (request, folder) = request(9);
    let path = |name: &str| folder.path().join(name);
    let triangles = sessions(4, 2);
    let stack = write_array(&path("stack.npy"), &[4, 2, 36], &triangles);
    let evaluate = |data: &str, change: &dyn Fn(&mut EvaluateRequest)| {
        let mut request = EvaluateRequest { data: vec![data.to_owned()], ..request.clone() };
        change(&mut request);
        request.run(&()).unwrap()
    };
    let found = evaluate(&stack, &|_| {});
    assert_eq!((found.evaluation.n_subjects, found.n_groups, found.rdms.len()), (4, 4, 8));
    assert_eq!(found.evaluation.degrees_of_freedom, Some(3));
    assert_eq!(found.rdms.iter().map(|rdm| rdm.subject).collect::<Vec<_>>(), [0, 0, 1, 1, 2, 2, 3, 3]);
    assert_eq!((found.rdms[3].name.as_str(), found.rdms[3].group), ("stack[1,1]", 1));
    let note = &found.notes[0];
    assert!(note.contains("8 RDMs (4 × 2) are 4 subjects") && note.contains("the first axis"), "{note}");
    assert!(found.text().starts_with("spearman with 4 subjects × 2 RDMs, 9 conditions"), "{}", found.text());
    let page = found.page(&[]).unwrap().html();
    assert!(page.contains("4 subjects × 2 RDMs") && page.contains(note.as_str()));
    // A subject's score is the mean of its RDMs.
    for (m, model) in found.evaluation.models.iter().enumerate() {
        assert_eq!(model.scores_by_subject.len(), 4);
        let mean = (found.rdms[2].scores[m] + found.rdms[3].scores[m]) / 2.0;
        assert!((model.scores_by_subject[1] - mean).abs() < 1e-15);
    }
    let csv = found.csv();
    assert!(csv.starts_with("model,subject,score,rdm,group\n") && csv.contains(",3,"), "{csv}");

    // The numbers are those of the same RDMs with groups, and in square form.
    fs::write(path("groups.txt"), "a\na\nb\nb\nc\nc\nd\nd\n").unwrap();
    let flat = write_array(&path("flat.npy"), &[8, 36], &triangles);
    let grouped = evaluate(&flat, &|request| request.subject_groups = Some(path("groups.txt")));
    assert_eq!((grouped.evaluation.n_subjects, grouped.n_groups), (8, 4));
    assert!(grouped.text().starts_with("spearman with 8 subjects in 4 groups, 9 conditions"), "{}", grouped.text());
    assert!(grouped.page(&[]).unwrap().html().contains("8 subjects in 4 groups"));
    let square = write_array(&path("square.npy"), &[4, 2, 9, 9], &squares(&triangles));
    let square = evaluate(&square, &|_| {});
    let numbers = |result: &EvaluateResult| {
        let model = |model: &rsakit::stats::ModelEvaluation| (model.score, model.standard_error, model.p_above_zero);
        result.evaluation.models.iter().map(model).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&found), numbers(&grouped));
    assert_eq!(numbers(&found), numbers(&square));
    let each = evaluate(&stack, &|request| request.subjects = Some(SubjectUnit::Each));
    assert_eq!((each.evaluation.n_subjects, each.n_groups), (8, 8));
    assert_eq!(each.evaluation.models[0].score, found.evaluation.models[0].score);
    assert!(each.evaluation.models[0].standard_error < found.evaluation.models[0].standard_error);

    // Groups must hold whole subjects.
    fs::write(path("crossed.txt"), "a\nb\na\nb\na\nb\na\nb\n").unwrap();
    let crossed = evaluate(&stack, &|request| request.subject_groups = Some(path("crossed.txt")));
    assert_eq!((crossed.evaluation.n_subjects, crossed.n_groups), (8, 2));
    let refused = EvaluateRequest {
        data: vec![stack],
        subjects: Some(SubjectUnit::Axis0),
        subject_groups: Some(path("crossed.txt")),
        ..request
    };
    let error = refused.run(&()).unwrap_err().to_string();
    assert!(error.contains("crossed.txt: lines 1 and 2 differ"), "{error}");
    fs::write(path("crossed.txt"), "a\nb\n").unwrap();
    let error = EvaluateRequest { subjects: None, ..refused }.run(&()).unwrap_err();
    assert_eq!(error.kind().name(), "InvalidParameter");
    let error = error.to_string();
    assert!(error.starts_with("--subject-groups must be a label for each of the 8 RDMs of the data"), "{error}");
    assert!(error.contains("2 labels in ") && error.ends_with("crossed.txt"), "{error}");
}

#[test]
fn subjects_that_a_damaged_part_numbers_otherwise_are_refused() {
    let (request, folder) = request(9);
    let path = folder.path().join("part.npz");
    let part = EvaluateRequest { generalize_to: GeneralizeTo::Subjects, resamples: 20, ..request }.run_part(0..20, &());
    part.unwrap().write(File::create(&path).unwrap()).unwrap();
    assert!(matches!(MergeRequest::new([&path]).run(&()), Ok(MergedResult::Evaluation(_))));
    let rsa_io::PartFile { kind, header, matrices } = rsa_io::read_part(&path).unwrap();
    for wrong in ["\"subject\":1", "\"subject\":900000000000"] {
        let header = header.replacen("\"subject\":0", wrong, 1);
        let views: Vec<_> = matrices.iter().map(|(name, matrix)| (name.as_str(), matrix.view())).collect();
        rsa_io::write_part(File::create(&path).unwrap(), &kind, &header, &views).unwrap();
        let error = MergeRequest::new([&path]).run(&()).unwrap_err().to_string();
        assert!(error.contains("part.npz: its header does not number the subjects from 0"), "{error}");
    }
}

#[test]
fn files_and_names_can_be_subjects() {
    let (request, folder) = request(9);
    let triangles = sessions(6, 1);
    let named = |name: &str, names: &[&str], from: usize| {
        let rdm = |(k, name): (usize, &&str)| {
            let values = triangles[36 * (from + k)..36 * (from + k + 1)].to_vec();
            ((*name).to_owned(), Rdm::new(values).unwrap())
        };
        let path = folder.path().join(name);
        let rdms: Vec<_> = names.iter().enumerate().map(rdm).collect();
        rsa_io::write_rdms(File::create(&path).unwrap(), &rdms).unwrap();
        path.display().to_string()
    };
    let data = vec![named("monday.npz", &["ann", "bob", "eve"], 0), named("friday.npz", &["eve", "ann", "bob"], 3)];
    let evaluate = |subjects| EvaluateRequest { data: data.clone(), subjects, ..request.clone() }.run(&()).unwrap();
    let subjects = |result: &EvaluateResult| result.rdms.iter().map(|rdm| rdm.subject).collect::<Vec<_>>();
    let by_name = evaluate(Some(SubjectUnit::Label));
    assert_eq!((subjects(&by_name), by_name.evaluation.n_subjects), (vec![0, 1, 2, 2, 0, 1], 3));
    assert!(by_name.text().contains("3 subjects × 2 RDMs"), "{}", by_name.text());
    let by_file = evaluate(Some(SubjectUnit::File));
    assert_eq!((subjects(&by_file), by_file.n_groups), (vec![0, 0, 0, 1, 1, 1], 2));
    let each = evaluate(None);
    assert_eq!((subjects(&each), each.n_groups), (vec![0, 1, 2, 3, 4, 5], 6));
    assert!(each.notes[0].contains("monday.npz: 3 RDMs are 3 subjects: each RDM counts as one"), "{:?}", each.notes);
    // Filters of data and of models are two, and an RDM may be named exactly.
    let filtered = EvaluateRequest {
        data: data.clone(),
        layers: vec!["ann".to_owned(), "e*".to_owned()],
        model_layers: vec!["rdm1".to_owned()],
        ..request.clone()
    };
    let found = filtered.run(&()).unwrap();
    assert_eq!(found.rdms.iter().map(|rdm| rdm.name.as_str()).collect::<Vec<_>>(), ["ann", "eve", "eve", "ann"]);
    assert_eq!(found.evaluation.models.len(), 1);
    let error = EvaluateRequest { layers: vec!["rdm1".to_owned()], ..filtered.clone() }.run(&()).unwrap_err();
    assert!(error.to_string().contains("--layers") && error.to_string().contains("monday.npz"), "{error}");
    let error = EvaluateRequest { model_layers: vec!["ann".to_owned()], ..filtered }.run(&()).unwrap_err();
    assert!(error.to_string().contains("--model-layers") && error.to_string().contains("models.npz"), "{error}");
    let stack = write_array(&folder.path().join("stack.npy"), &[3, 2, 36], &triangles);
    let one =
        EvaluateRequest { data: vec![stack], layers: vec!["stack[2,*".to_owned(), "stack[0,1]".to_owned()], ..request };
    let error = one.run(&()).unwrap_err();
    assert!(error.to_string().contains("--layers 'stack[2,*'"), "an open class is no pattern: {error}");
    let one = EvaluateRequest { layers: vec!["stack[0,1]".to_owned(), "stack[[]2,*".to_owned()], ..one };
    let found = one.run(&()).unwrap();
    let found: Vec<_> = found.rdms.iter().map(|rdm| (rdm.name.as_str(), rdm.subject)).collect();
    assert_eq!(found, [("stack[0,1]", 0), ("stack[2,0]", 1), ("stack[2,1]", 1)]);
}

#[test]
fn data_that_are_given_twice_are_said() {
    let (request, folder) = request(9);
    let triangles = sessions(3, 1);
    let a = write_array(&folder.path().join("a.npy"), &[3, 36], &triangles);
    let b = write_array(&folder.path().join("b.npy"), &[36], &triangles[36..72]);
    let notes = |data: [&String; 2]| {
        let data = data.map(String::clone).to_vec();
        EvaluateRequest { data, ..request.clone() }.run(&()).unwrap().notes.join("\n")
    };
    let twice = notes([&a, &a]);
    assert!(twice.contains("a.npy: given twice as data") && !twice.contains("bit for bit"), "{twice}");
    let equal = notes([&a, &b]);
    assert!(equal.contains("b.npy::b' equals '") && equal.contains("a.npy::a[1]'"), "{equal}");
    assert!(!equal.contains("given twice"), "{equal}");
}

/// Four subjects with two sessions each, of Kriegeskorte et al. 2008.
#[test]
#[allow(clippy::print_stderr, reason = "a test that checks nothing says so")]
fn published_sessions_are_grouped_by_subject() {
    let folder = std::env::var_os("RSAKIT_DATA").map(|folder| Path::new(&folder).join("kriegeskorte92"));
    let Some(folder) = folder.filter(|folder| folder.is_dir()) else {
        eprintln!("skipped: RSAKIT_DATA names no folder with kriegeskorte92");
        return;
    };
    let name = |name: &str| folder.join(name).display().to_string();
    let request = EvaluateRequest::new([name("human_it_rdms.npy")], [name("model_rdm_vecs.npy")]);
    let found = request.run(&()).unwrap();
    assert_eq!((found.evaluation.n_subjects, found.n_groups, found.rdms.len()), (4, 4, 8));
    assert!(found.text().contains("4 subjects × 2 RDMs") && found.notes[0].contains("(4 × 2)"), "{}", found.text());
    let each = EvaluateRequest { subjects: Some(SubjectUnit::Each), ..request }.run(&()).unwrap();
    // With the sessions as subjects, p-values are far too small.
    for (grouped, each) in found.evaluation.models.iter().zip(&each.evaluation.models) {
        assert_eq!(grouped.score, each.score);
        assert!(grouped.degrees_of_freedom < each.degrees_of_freedom);
    }
}
