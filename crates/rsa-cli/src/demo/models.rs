//! Models of nine networks: the layers of the tenth, the pixels, the digits.

use std::path::Path;

use rsa_run::{Document, EvaluateRequest, EvaluateResult};
use rsakit::stats::GeneralizeTo;

use crate::{
    Command, output,
    terminal::Terminal,
    verdict::{Failure, Verdict},
};

/// What came of it, and the commands that a user would type.
pub(super) struct Models {
    pub(super) result: EvaluateResult,
    pub(super) commands: Vec<String>,
}

/// Runs the commands on the files in `folder`.
pub(super) fn evaluated(folder: &Path) -> Result<Models, Failure> {
    let path = |name: &str| folder.join(name).display().to_string();
    let (data, models) = (path("subjects.npz"), path("models.npz"));
    let subjects: Vec<_> = (0..9).map(|k| path(&format!("net{k}.npz"))).collect();
    let correlation = |inputs: &[String], layers: &[&str], out: &str| {
        let layers = layers.iter().flat_map(|layer| ["--layers", layer]);
        let words = std::iter::once("rdm").chain(inputs.iter().map(String::as_str)).chain(layers);
        words.chain(["--dissimilarity", "correlation", "--out", out]).map(str::to_owned).collect::<Vec<_>>()
    };
    let made = [
        correlation(&subjects, &["conv5"], &data),
        correlation(&[path("net9.npz"), path("images.npz")], &["conv*", "pixels", "digits"], &models),
    ];
    for words in &made {
        let mut words: Vec<_> = words.iter().map(String::as_str).collect();
        // An earlier demo may have left them.
        words.push("--force");
        Command::parsed(&words)?.run()?;
    }
    let words = ["evaluate", "--data", &data, "--models", &models, "--generalize-to", "both"];
    let request = EvaluateRequest { generalize_to: GeneralizeTo::Both, ..EvaluateRequest::new([&data], [&models]) };
    let result = request.run(&Terminal::new())?;
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    let commands = made.into_iter().chain([words]).map(|words| typed(&words)).collect();
    Ok(Models { result, commands })
}

impl Models {
    /// Prints what the last command prints.
    pub(super) fn show(&self) -> Result<Verdict, Failure> {
        output::print(&self.result.text()).map(|()| Verdict::Complete)
    }
}

/// As a user types it.
fn typed(words: &[String]) -> String {
    let quoted = words.iter().map(|word| if word.contains('*') { format!("'{word}'") } else { word.clone() });
    std::iter::once("rsakit".to_owned()).chain(quoted).collect::<Vec<_>>().join(" ")
}
