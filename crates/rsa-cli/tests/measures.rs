//! `rsakit measures`.

use std::path::Path;

use crate::rsakit::rsakit;

#[test]
fn the_catalogue_is_listed_for_people_and_for_programs() {
    let table = rsakit(Path::new("."), &["measures"]);
    assert_eq!(table.status, 0);
    assert!(
        table.out.contains("pwcca:weights=mean")
            && table.out.contains("Raghu et al. 2017")
            && table.out.contains("n·p·min(n, p); n·r² + r³"),
        "{}",
        table.out
    );
    let json = rsakit(Path::new("."), &["measures", "--format", "json"]).json();
    let entries = json.as_array().unwrap();
    assert!(entries.len() >= 20);
    let pwcca = entries.iter().find(|entry| entry["id"] == "pwcca").unwrap();
    assert_eq!(pwcca["symmetric"], false);
    assert_eq!(pwcca["range"], serde_json::json!([0.0, 1.0]));
    assert_eq!(pwcca["invariances"][1], serde_json::json!(["linear", "translation", "zero padding", "duplication"]));
    for entry in entries {
        for key in ["title", "orientation", "cost", "reference"] {
            assert!(entry[key].as_str().is_some_and(|text| !text.is_empty()), "{key} of {entry}");
        }
    }
}
