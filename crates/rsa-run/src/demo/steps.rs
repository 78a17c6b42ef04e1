//! [`DemoSteps`]: the requests of the demo, and the commands that a user would type for them.

use std::path::Path;

use rsakit::{Error, Result, core::Observer, stats::GeneralizeTo};

use super::{demo_files::DemoFiles, networks::N_NETWORKS};
use crate::{compare::CompareRequest, evaluate::EvaluateRequest, rdm::RdmRequest};

/// Name of the page in the folder.
pub(super) const REPORT: &str = "report.html";

const SUBJECTS: &str = "subjects.npz";
const MODELS: &str = "models.npz";

/// Names of the files that the demo computes.
pub(super) const GENERATED: [&str; 3] = [SUBJECTS, MODELS, REPORT];

/// Requests of a demo in one folder.
pub(super) struct DemoSteps<'f> {
    folder: &'f Path,
}

impl<'f> DemoSteps<'f> {
    /// Takes the folder.
    pub(super) fn new(folder: &'f Path) -> Self {
        Self { folder }
    }

    fn file(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn network(&self, k: usize) -> String {
        self.file(&format!("net{k}.npz"))
    }

    /// Returns the request for the layers of the first network against layers of the second.
    pub(super) fn comparison(&self) -> CompareRequest {
        let inputs = CompareRequest::new(&self.network(0), Some(&self.network(1)));
        CompareRequest { layers: vec!["conv*".to_owned()], ..inputs }
    }

    /// Returns the request for models of the subjects.
    pub(super) fn evaluation(&self) -> EvaluateRequest {
        let request = EvaluateRequest::new([self.file(SUBJECTS)], [self.file(MODELS)]);
        EvaluateRequest { generalize_to: GeneralizeTo::Both, ..request }
    }

    /// Writes the RDMs of subjects and models.
    ///
    /// # Errors
    /// The errors of the requests, and of writing.
    pub(super) fn write_rdms(&self, folder: &mut DemoFiles, observer: &dyn Observer) -> Result<()> {
        for (request, name) in self.rdms()? {
            let result = request.run(observer)?;
            if let Some(failure) = result.failures.first() {
                return Err(Error::format(failure.message.clone()));
            }
            let mut archive = Vec::new();
            result.write_npz(&mut archive).map_err(|error| Error::io(format!("making {name}"), error))?;
            folder.write(&[(name, &archive)])?;
        }
        Ok(())
    }

    /// Returns the requests for RDMs of subjects and of models, with the names of their files.
    fn rdms(&self) -> Result<[(RdmRequest, &'static str); 2]> {
        let request = |inputs: Vec<String>, layers: &[&str]| -> Result<RdmRequest> {
            let layers = layers.iter().map(|layer| (*layer).to_owned()).collect();
            Ok(RdmRequest { layers, ..RdmRequest::new(inputs, "correlation".parse()?) })
        };
        let last = N_NETWORKS - 1;
        let subjects = (0..last).map(|k| self.network(k)).collect();
        let models = vec![self.network(last), self.file("images.npz")];
        Ok([(request(subjects, &["conv5"])?, SUBJECTS), (request(models, &["conv*", "pixels", "digits"])?, MODELS)])
    }

    /// Returns the command of the comparison.
    pub(super) fn comparison_command(&self) -> String {
        let CompareRequest { first, second, layers, .. } = self.comparison();
        typed("compare", std::iter::once(first).chain(second), &layers, &[])
    }

    /// Returns the commands that make the RDMs and evaluate the models.
    ///
    /// # Errors
    /// The error of parsing the name of the dissimilarity.
    pub(super) fn evaluation_commands(&self) -> Result<Vec<String>> {
        let rdms = self.rdms()?.into_iter().map(|(RdmRequest { inputs, dissimilarity, layers, .. }, name)| {
            let options = ["--dissimilarity", &dissimilarity.to_string(), "--out", &self.file(name)].map(str::to_owned);
            typed("rdm", inputs, &layers, &options)
        });
        let EvaluateRequest { data, models, .. } = self.evaluation();
        let options = [&["--data".to_owned()], &data[..], &["--models".to_owned()], &models[..]].concat();
        let generalize_to = ["--generalize-to", "both"].map(str::to_owned);
        let evaluate = typed("evaluate", [], &[], &[&options[..], &generalize_to].concat());
        Ok(rdms.chain([evaluate]).collect())
    }
}

/// Returns a command as a user types it in a shell.
fn typed(command: &str, inputs: impl IntoIterator<Item = String>, layers: &[String], options: &[String]) -> String {
    let layers = layers.iter().flat_map(|layer| ["--layers".to_owned(), layer.clone()]);
    let words = ["rsakit".to_owned(), command.to_owned()].into_iter().chain(inputs).chain(layers);
    let words = words.chain(options.iter().cloned());
    words.map(|word| if word.contains('*') { format!("'{word}'") } else { word }).collect::<Vec<_>>().join(" ")
}
