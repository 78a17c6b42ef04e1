//! RDM algebra as a library. Values of other programs are those that `tests/corpus/rdms/algebra.py` prints.

use std::{fs::File, path::Path};

use rsa_run::{Combination, Document, MeanUnit, RdmOrigin, RdmResult, RescaleWeights, TransformRequest, TransformStep};
use rsakit::{Rdm, core::Conditions};

const MISSING: f64 = f64::NAN;
const A: [f64; 6] = [1.0, 4.0, 9.0, 2.0, 5.0, 3.0];
const B: [f64; 6] = [2.0, MISSING, 7.0, 1.0, 4.0, 4.0];
const C: [f64; 6] = [4.0, 3.0, MISSING, 2.0, MISSING, 1.0];

fn rdm(values: &[f64], labels: &[&str]) -> Rdm {
    Rdm::new(values.to_vec()).unwrap().with_conditions(Conditions::labeled(labels.iter().copied())).unwrap()
}

fn write(folder: &Path, file: &str, rdms: &[(&str, Rdm)]) -> String {
    let path = folder.join(file);
    let rdms: Vec<_> = rdms.iter().map(|(name, rdm)| ((*name).to_owned(), rdm.clone())).collect();
    rsa_io::write_rdms(File::create(&path).unwrap(), &rdms).unwrap();
    path.display().to_string()
}

fn text(folder: &Path, file: &str, text: &str) -> std::path::PathBuf {
    std::fs::write(folder.join(file), text).unwrap();
    folder.join(file)
}

/// Returns a file of the RDMs A, B and C of the conditions a, b, c and d.
fn three(folder: &Path) -> String {
    let labels = ["a", "b", "c", "d"];
    write(folder, "three.npz", &[("A", rdm(&A, &labels)), ("B", rdm(&B, &labels)), ("C", rdm(&C, &labels))])
}

fn run(input: &str, layers: &[&str], steps: &[TransformStep]) -> RdmResult {
    let layers = layers.iter().map(|&name| name.to_owned()).collect();
    TransformRequest { layers, steps: steps.to_vec(), ..TransformRequest::new([input]) }.run(&()).unwrap()
}

#[track_caller]
fn assert_values(result: &RdmResult, rdm: usize, expected: &[f64]) {
    let found = result.rdms[rdm].rdm.values();
    let near = found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9 || (a.is_nan() && b.is_nan()));
    assert!(found.len() == expected.len() && near, "{found:?} and {expected:?}");
}

#[test]
fn steps_agree_with_rsatoolbox() {
    let folder = tempfile::tempdir().unwrap();
    let input = three(folder.path());
    let mean = TransformStep::Mean(MeanUnit::All);
    let result = run(&input, &[], std::slice::from_ref(&mean));
    let expected = [2.3333333333333335, 3.5, 8.0, 1.6666666666666667, 4.5, 2.6666666666666665];
    assert_values(&result, 0, &expected);
    assert_eq!((result.rdms[0].name.as_str(), result.warnings.len()), ("mean", 1));
    assert!(result.warnings[0].contains("3 of 6 pairs are missing in some of the 3 RDMs"), "{:?}", result.warnings);
    // Steps are applied in their order.
    let both = ["A", "B"];
    let ranked = run(&input, &both, &[TransformStep::Ranks, mean.clone()]);
    assert_values(&ranked, 0, &[1.5, 4.0, 5.5, 1.5, 4.25, 3.25]);
    let averaged = run(&input, &both, &[mean.clone(), TransformStep::Ranks]);
    assert_values(&averaged, 0, &[1.5, 4.0, 6.0, 1.5, 5.0, 3.0]);
    assert_eq!(averaged.origin, RdmOrigin::Stored(vec![mean, TransformStep::Ranks]));
    assert!(averaged.text().starts_with("mean then ranks, 4 conditions, 6 pairs\n"), "{}", averaged.text());
    assert_values(&run(&input, &["A"], &[TransformStep::Sqrt, TransformStep::Square]), 0, &A);
    assert_values(&run(&input, &["A"], &[TransformStep::MinMax]), 0, &[0.0, 0.375, 1.0, 0.125, 0.5, 0.25]);
    let flipped = run(&input, &["A"], &[TransformStep::OneMinus, TransformStep::Positive]);
    assert_values(&flipped, 0, &[0.0; 6]);
    assert_eq!(flipped.warnings, ["positive: 5 negative dissimilarities were set to 0"]);
}

#[test]
fn partial_rdms_are_rescaled_as_rsatoolbox_does() {
    let folder = tempfile::tempdir().unwrap();
    let input = three(folder.path());
    for (weights, expected) in [
        (
            RescaleWeights::Evidence,
            [
                0.3492862386513484,
                0.3144138398457915,
                0.7008780446406192,
                0.17190385920751639,
                0.3931381133134479,
                0.3221870798043667,
            ],
        ),
        (
            RescaleWeights::SetSize,
            [
                0.23899072056432166,
                0.30377086218849103,
                0.7626337404096117,
                0.15517424212396919,
                0.4300759095494452,
                0.24485126784381017,
            ],
        ),
        (
            RescaleWeights::Simple,
            [
                0.22004163421765707,
                0.3114901301328054,
                0.7618052544872598,
                0.15389146326597275,
                0.4290500531131278,
                0.25776307286683264,
            ],
        ),
    ] {
        let steps = [TransformStep::Rescale(weights), TransformStep::Mean(MeanUnit::All)];
        assert_values(&run(&input, &[], &steps), 0, &expected);
        assert_eq!(run(&input, &[], &steps[..1]).rdms.len(), 3);
    }
}

#[test]
fn means_have_weights_and_units() {
    let folder = tempfile::tempdir().unwrap();
    let input = three(folder.path());
    let weights = Some(text(folder.path(), "weights.txt", "3\n1\n2\n"));
    let steps = vec![TransformStep::Mean(MeanUnit::All)];
    let request = TransformRequest { steps, weights, ..TransformRequest::new([input.clone()]) };
    let expected = [2.1666666666666665, 3.6, 8.5, 1.8333333333333333, 4.75, 2.5];
    assert_values(&request.run(&()).unwrap(), 0, &expected);
    let message = TransformRequest { steps: Vec::new(), ..request.clone() }.run(&()).unwrap_err().to_string();
    assert!(message.contains("--weights") && message.contains("--mean"), "{message}");
    for wrong in ["1\n2\n", "1\n2\nx\n", "1\n2\n-1\n", "1\n2\nnan\n"] {
        let weights = Some(text(folder.path(), "wrong.txt", wrong));
        assert!(TransformRequest { weights, ..request.clone() }.run(&()).is_err(), "{wrong}");
    }
    // Two files of two regions.
    let labels = ["x", "y", "z"];
    let file = |name: &str, [v1, it]: [f64; 2]| {
        write(folder.path(), name, &[("v1", rdm(&[v1; 3], &labels)), ("it", rdm(&[it; 3], &labels))])
    };
    let inputs = [file("sub1.npz", [1.0, 2.0]), file("sub2.npz", [3.0, 6.0])];
    let means = |unit: MeanUnit| {
        let steps = vec![TransformStep::Mean(unit)];
        let result = TransformRequest { steps, ..TransformRequest::new(inputs.clone()) }.run(&()).unwrap();
        result.rdms.iter().map(|one| (one.name.clone(), one.rdm.get(0, 1))).collect::<Vec<_>>()
    };
    let named = |all: &[(&str, f64)]| all.iter().map(|&(name, value)| (name.to_owned(), value)).collect::<Vec<_>>();
    assert_eq!(means(MeanUnit::Label), named(&[("v1", 2.0), ("it", 4.0)]));
    assert_eq!(means(MeanUnit::File), named(&[("sub1", 1.5), ("sub2", 4.5)]));
    let groups = text(folder.path(), "groups.txt", "p\nq\nq\nq\n");
    assert_eq!(means(MeanUnit::Groups(groups)), named(&[("p", 1.0), ("q", 11.0 / 3.0)]));
    // Joined without a step, all have names of their own.
    let names: Vec<_> = TransformRequest::new(inputs.clone()).run(&()).unwrap().rdms;
    assert_eq!(
        names.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["sub1/v1", "sub1/it", "sub2/v1", "sub2/it"]
    );
}

#[test]
fn the_first_axis_counts_subjects() {
    let folder = tempfile::tempdir().unwrap();
    // Two subjects with two sessions each.
    let stack = ndarray::ArrayD::from_shape_fn(ndarray::IxDyn(&[2, 2, 3]), |at| {
        (100 * at[0] + 10 * at[1] + at[2]) as f64 + 1.0
    });
    crate::inputs::write_array(folder.path(), "stack.npy", &stack);
    let input = folder.path().join("stack.npy").display().to_string();
    let result = run(&input, &[], &[TransformStep::Mean(MeanUnit::Axis0)]);
    let names: Vec<_> = result.rdms.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["stack[0]", "stack[1]"]);
    assert_values(&result, 1, &[106.0, 107.0, 108.0]);
}

#[test]
fn conditions_are_chosen_ordered_and_grouped_by_their_labels() {
    let folder = tempfile::tempdir().unwrap();
    let input = three(folder.path());
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    let result = run(&input, &["A"], &[TransformStep::Drop(words(&["b"]))]);
    assert_values(&result, 0, &[4.0, 9.0, 3.0]);
    let order = text(folder.path(), "order.txt", "d\na\nc\n");
    let steps = [TransformStep::Keep(words(&["[acd]"])), TransformStep::Order(order.clone())];
    let result = run(&input, &["A"], &steps);
    assert_eq!(result.labels().unwrap(), ["d", "a", "c"]);
    assert_values(&result, 0, &[9.0, 3.0, 4.0]);
    let request =
        TransformRequest { steps: vec![TransformStep::Order(order)], ..TransformRequest::new([input.clone()]) };
    let message = request.run(&()).unwrap_err().to_string();
    assert!(message.contains("order.txt") && message.contains("'b'") && message.contains("--keep"), "{message}");
    // By label, whatever the order of the file; A has the pairs ab ac ad bc bd cd.
    let kinds = text(folder.path(), "kinds.csv", "label,kind\nd,y\nz,x\nc,x\nb,y\na,x\n");
    let blocks = TransformStep::Blocks(format!("{}::kind", kinds.display()));
    let result = run(&input, &["A", "B"], &[blocks]);
    assert_eq!(result.labels().unwrap(), ["x", "y"]);
    assert_values(&result, 0, &[(1.0 + 9.0 + 2.0 + 3.0) / 4.0]);
    assert_values(&result, 1, &[(2.0 + 7.0 + 1.0 + 4.0) / 4.0]);
    assert!(result.warnings[0].contains("2 pairs within a group"), "{:?}", result.warnings);
}

#[test]
fn rdms_of_different_conditions_are_joined_when_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let first = write(folder.path(), "first.npz", &[("one", rdm(&[1.0, 2.0, 3.0], &["a", "b", "c"]))]);
    let second = write(folder.path(), "second.npz", &[("one", rdm(&[4.0, 5.0, 6.0], &["d", "c", "b"]))]);
    let request = TransformRequest::new([first, second]);
    let message = request.run(&()).unwrap_err().to_string();
    assert!(message.contains("--combine union") && message.contains("second.npz"), "{message}");
    let combined = |combine| TransformRequest { combine: Some(combine), ..request.clone() }.run(&()).unwrap();
    let union = combined(Combination::Union);
    assert_eq!(union.labels().unwrap(), ["a", "b", "c", "d"]);
    assert_values(&union, 0, &[1.0, 2.0, MISSING, 3.0, MISSING, MISSING]);
    assert_values(&union, 1, &[MISSING, MISSING, MISSING, 6.0, 5.0, 4.0]);
    assert!(union.warnings[0].contains("2 RDMs of 3 conditions were extended to the 4 conditions"));
    let shared = combined(Combination::Shared);
    assert_eq!(shared.labels().unwrap(), ["b", "c"]);
    assert_values(&shared, 0, &[3.0]);
    assert_values(&shared, 1, &[6.0]);
    // The JSON comes back.
    let again: RdmResult = serde_json::from_str(&shared.json().unwrap()).unwrap();
    assert_eq!((again.origin, again.inputs), (shared.origin, shared.inputs));
}

#[test]
fn a_step_without_an_answer_names_itself_and_the_rdm() {
    let folder = tempfile::tempdir().unwrap();
    let plain = Rdm::new(vec![-1.0, 2.0, 3.0]).unwrap();
    let input = write(folder.path(), "signed.npz", &[("v1", plain)]);
    let error = |steps: Vec<TransformStep>| {
        TransformRequest { steps, ..TransformRequest::new([input.clone()]) }.run(&()).unwrap_err().to_string()
    };
    assert!(error(vec![TransformStep::Sqrt]).starts_with("sqrt: RDM 'v1': dissimilarity 0 is -1"));
    let keep = TransformStep::Keep(vec!["a".to_owned()]);
    assert!(error(vec![keep.clone()]).contains("--conditions FILE"));
    let conditions = Some(text(folder.path(), "labels.txt", "a\nab\nb\n"));
    let steps = vec![TransformStep::Keep(vec!["a*".to_owned()])];
    let request = TransformRequest { conditions, steps, ..TransformRequest::new([input.clone()]) };
    assert_eq!(request.run(&()).unwrap().labels().unwrap(), ["a", "ab"]);
}

#[test]
fn rdms_take_the_names_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let labels = ["a", "b", "c", "d"];
    let path = folder.path().join("rdms.npy");
    let rdms = [A, C].map(|values| (String::new(), rdm(&values.map(|x| if x.is_nan() { 1.0 } else { x }), &labels)));
    rsa_io::write_triangles(File::create(&path).unwrap(), &rdms).unwrap();
    let two = path.display().to_string();
    let names = |lines: &str| Some(text(folder.path(), "names.txt", lines));
    let unlabeled = TransformRequest { names: names("s1\ns2\n"), ..TransformRequest::new([two]) };
    let found = unlabeled.run(&()).unwrap();
    assert_eq!(found.rdms.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["s1", "s2"]);
    let message = TransformRequest { names: names("s1\n"), ..unlabeled.clone() }.run(&()).unwrap_err().to_string();
    assert!(message.contains("a name for each of the 2 RDMs") && message.contains("1 names"), "{message}");
    let message = TransformRequest { names: names("s\ns\n"), ..unlabeled.clone() }.run(&()).unwrap_err().to_string();
    assert!(message.contains("two RDMs are named 's'"), "{message}");
    // Of two files with an RDM each, the names win over those of the files.
    let one = |name: &str| write(folder.path(), name, &[("x", rdm(&A, &labels))]);
    let inputs = vec![one("p.npz"), one("q.npz")];
    let found = TransformRequest { inputs, names: names("s1\ns2\n"), ..unlabeled }.run(&()).unwrap();
    assert_eq!(found.rdms.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["s1", "s2"]);
}
