//! The demo as a library: its steps, and its result as JSON.

use rsa_run::{DemoRequest, DemoResult, Document};

#[test]
fn steps_are_shown_one_by_one_and_are_the_text_of_the_result() {
    let folder = tempfile::tempdir().unwrap();
    let request = DemoRequest::new(folder.path().join("digits"));
    let mut shown = Vec::new();
    let result = request.run_in_steps(&(), &mut |text| shown.push(text.to_owned())).unwrap();
    assert_eq!(shown.len(), 7);
    assert_eq!(shown.concat(), result.text());
    let json = result.json().unwrap();
    let again: DemoResult = serde_json::from_str(&json).unwrap();
    assert_eq!(again, result);
    assert_eq!((again.text(), again.csv(), again.json().unwrap()), (result.text(), result.csv(), json));
    let page = std::fs::read_to_string(request.folder.join("report.html")).unwrap();
    for section in ["scores", "identification", "models", "measures", "caveats", "reproduce", "inputs", "cite"] {
        assert!(page.contains(&format!("id=\"{section}\"")), "{section}");
    }
    let again: DemoRequest = serde_json::from_str(&serde_json::to_string(&request).unwrap()).unwrap();
    assert_eq!(again, request);
}
