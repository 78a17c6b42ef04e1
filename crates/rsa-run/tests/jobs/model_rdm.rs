//! Model RDMs as a library. Values of other programs are those that `tests/corpus/rdms/algebra.py` prints.

use std::path::Path;

use rsa_run::{ModelRdmKind, ModelRdmRequest, ModelRdmSpec, RdmResult};
use rsakit::Result;

const TABLE: &str = "kind,stimulus,place,size,turned\nx,a,p,0.3,1\nx,b,q,0.8,8\ny,c,q,4,1.6\ny,d,p,0.5,0.6\n";

fn request(folder: &Path, models: &[(ModelRdmKind, &str)]) -> ModelRdmRequest {
    let model = |&(kind, text): &(ModelRdmKind, &str)| {
        ModelRdmSpec::parse(kind, &text.replace("FOLDER", &folder.display().to_string())).unwrap()
    };
    ModelRdmRequest::new(models.iter().map(model))
}

fn run(table: &str, models: &[(ModelRdmKind, &str)]) -> Result<RdmResult> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.csv"), table).unwrap();
    request(folder.path(), models).run(&())
}

#[test]
fn models_agree_with_rsatoolbox_and_scipy() {
    let result = run(
        TABLE,
        &[
            (ModelRdmKind::Category, "FOLDER/t.csv::kind"),
            (ModelRdmKind::SquaredQuantity, "FOLDER/t.csv::size"),
            (ModelRdmKind::Features, "shape=FOLDER/t.csv::size,turned"),
            (ModelRdmKind::Quantity, "q=FOLDER/t.csv::size"),
        ],
    )
    .unwrap();
    assert_eq!(result.labels().unwrap(), ["a", "b", "c", "d"]);
    let expected: [(&str, [f64; 6]); 4] = [
        ("kind", [0.0, 1.0, 1.0, 1.0, 1.0, 0.0]),
        ("size", [0.25, 13.69, 0.04, 10.24, 0.09, 12.25]),
        (
            "shape",
            [
                7.0178344238090995,
                3.7483329627982624,
                0.447213595499958,
                7.155417527999328,
                7.40607858451421,
                3.640054944640259,
            ],
        ),
        ("q", [0.5, 3.7, 0.2, 3.2, 0.3, 3.5]),
    ];
    for (one, (name, values)) in result.rdms.iter().zip(expected) {
        assert_eq!(one.name, name);
        assert!(one.rdm.values().iter().zip(values).all(|(a, b)| (a - b).abs() < 1e-12), "{:?}", one.rdm.values());
    }
}

#[test]
fn factors_have_a_model_each_and_one_for_each_interaction() {
    let table = "label,a,b,c\n".to_owned()
        + &(0..8).map(|i| format!("s{i},{},{},{}\n", i & 1, i >> 1 & 1, i >> 2 & 1)).collect::<String>();
    let result = run(&table, &[(ModelRdmKind::Factors, "FOLDER/t.csv::a,b,c")]).unwrap();
    let names: Vec<_> = result.rdms.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c", "a×b", "a×c", "b×c", "a×b×c"]);
    // Conditions that differ in one of a and b, or in one or three of all factors, differ in the interaction.
    let differing = |i: usize, j: usize, of: usize| ((i ^ j) & of).count_ones() % 2 == 1;
    for (i, j) in (0..8).flat_map(|i| (i + 1..8).map(move |j| (i, j))) {
        assert_eq!(result.rdms[3].rdm.get(i, j) > 0.0, differing(i, j, 0b011));
        assert_eq!(result.rdms[6].rdm.get(i, j) > 0.0, differing(i, j, 0b111));
    }
}

#[test]
fn trials_of_one_condition_are_one_row() {
    let events = "onset,trial_type,face\n0,cat,yes\n1,n/a,n/a\n2,dog,yes\n3,car,no\n4,cat,yes\n";
    let result = run(events, &[(ModelRdmKind::Category, "FOLDER/t.csv::face")]).unwrap();
    assert_eq!(result.labels().unwrap(), ["cat", "dog", "car"]);
    assert_eq!(result.rdms[0].rdm.values(), [0.0, 1.0, 1.0]);
    assert!(result.warnings[0].contains("1 of 5 rows have no condition"), "{:?}", result.warnings);
    let message = run(&events.replace("4,cat,yes", "4,cat,no"), &[(ModelRdmKind::Category, "FOLDER/t.csv::face")]);
    let message = message.unwrap_err().to_string();
    assert!(message.contains("'cat' is 'yes' in line 2 and 'no' in line 6 of column 'face'"), "{message}");
}

#[test]
fn what_says_nothing_about_the_conditions_is_refused() {
    for (table, kind, model, part) in [
        ("label,k\na,x\nb,x\n", ModelRdmKind::Category, "FOLDER/t.csv::k", "all dissimilarities of model 'k' are 0"),
        ("label,k\na,x\nb,y\n", ModelRdmKind::Category, "FOLDER/t.csv::k", "all dissimilarities of model 'k' are 1"),
        ("label,k\na,1\nb,z\n", ModelRdmKind::Quantity, "FOLDER/t.csv::k", "line 3, column 'k': 'z' is no number"),
        ("label,k\na,1\nb,inf\n", ModelRdmKind::Quantity, "FOLDER/t.csv::k", "line 3, column 'k'"),
        ("label,k\na,1\nb,\n", ModelRdmKind::Category, "FOLDER/t.csv::k", "line 3 has no value in column 'k'"),
        ("label,k\na,1\nb,2\n", ModelRdmKind::Quantity, "FOLDER/t.csv::m", "no column 'm'; it has 'label', 'k'"),
        ("label,k,m\na,1,2\nb,2,1\n", ModelRdmKind::Quantity, "FOLDER/t.csv", "FILE::COLUMN"),
        ("label,k\na,1\n", ModelRdmKind::Quantity, "FOLDER/t.csv", "of any number of conditions"),
    ] {
        let error = run(table, &[(kind, model)]).unwrap_err();
        assert!(error.to_string().contains(part), "{table}: {error}");
        assert_ne!(error.kind().name(), "InvalidParameter", "{error}");
    }
    let twice = [(ModelRdmKind::Quantity, "FOLDER/t.csv::size"), (ModelRdmKind::SquaredQuantity, "FOLDER/t.csv::size")];
    assert!(run(TABLE, &twice).unwrap_err().to_string().contains("'size' twice"));
}

#[test]
fn files_are_brought_into_one_order() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("kinds.csv", "label,kind\ncat,animal\ndog,animal\ncar,tool\n");
    write("sizes.csv", "label,size\ncar,4\ncat,1\ndog,2\n");
    write("groups.txt", "p\nq\nq\n");
    let models = [
        (ModelRdmKind::Category, "FOLDER/kinds.csv"),
        (ModelRdmKind::Quantity, "FOLDER/sizes.csv"),
        (ModelRdmKind::Category, "FOLDER/groups.txt"),
    ];
    let result = request(folder.path(), &models).run(&()).unwrap();
    assert_eq!(result.rdms[1].rdm.values(), [1.0, 3.0, 2.0]);
    assert_eq!((result.rdms[2].name.as_str(), result.rdms[2].rdm.values()), ("groups", &[1.0, 1.0, 0.0][..]));
    assert_eq!(result.rdms[2].rdm.conditions().labels().unwrap(), ["cat", "dog", "car"]);
    assert!(result.warnings.iter().any(|note| note.contains("groups.txt: nothing names the 3 conditions")));
    write("sizes.csv", "label,size\ncar,4\ncat,1\nowl,2\n");
    let message = request(folder.path(), &models).run(&()).unwrap_err().to_string();
    assert!(message.contains("model 'size'") && message.contains("'dog' is missing"), "{message}");
}
