//! [`DemoRequest`]: the jobs one after the other, on networks that come with the library.

mod demo_files;
mod document;
mod identification;
mod identification_section;
mod networks;
mod steps;

use std::path::PathBuf;

use rsakit::{Result, core::Observer};
use serde::{Deserialize, Serialize};

pub use self::identification::{Identification, IdentifiedLayers};
use self::{
    demo_files::DemoFiles,
    steps::{DemoSteps, GENERATED, REPORT},
};
use crate::{
    compare::CompareResult,
    document::{Document, TextBlock, render_text},
    evaluate::EvaluateResult,
};

/// Request to try the jobs on ten small networks that were trained from different seeds on handwritten digits.
///
/// The demo writes the layers of the networks to a folder, compares layers, searches layers in networks of other seeds,
/// evaluates the layers of one network as models of the others, and writes a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoRequest {
    /// Folder to write to; it is made if there is none, and unchanged files of an earlier demo in it are replaced.
    pub folder: PathBuf,
}

/// Results of the demo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DemoResult {
    /// Version of the software.
    pub rsakit: String,
    /// Folder of the networks, RDMs and page.
    pub folder: PathBuf,
    /// Layers of the first network against layers of the second.
    pub comparison: CompareResult,
    /// Shares of layers that measures find in networks of other seeds.
    pub identification: Identification,
    /// Layers of the tenth network, pixels and digits as models of the other networks.
    pub evaluation: EvaluateResult,
    /// Commands that make the RDMs and evaluate the models, as a user types them.
    pub evaluation_commands: Vec<String>,
}

impl DemoRequest {
    /// Takes the folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Runs the demo.
    ///
    /// # Errors
    /// `InvalidParameter` if the folder has a file of the same name that no demo wrote; `Io` if the folder cannot be
    /// written to; `Cancelled`.
    pub fn run(&self, observer: &dyn Observer) -> Result<DemoResult> {
        self.run_in_steps(observer, &mut |_| ())
    }

    /// Runs the demo, and gives the text of each step to `show` when the step begins and when it ends.
    ///
    /// All texts together are the text of the result.
    ///
    /// # Errors
    /// The errors of [`run`](Self::run).
    pub fn run_in_steps(&self, observer: &dyn Observer, show: &mut dyn FnMut(&str)) -> Result<DemoResult> {
        let mut show = |blocks: &[TextBlock]| show(&render_text(blocks));
        let steps = DemoSteps::new(&self.folder);
        let mut folder = DemoFiles::open(&self.folder)?;
        GENERATED.iter().try_for_each(|name| folder.ensure_replaceable(name, None))?;
        networks::write(&mut folder)?;
        show(&document::introduction(&self.folder));
        let comparison = steps.comparison().run(observer)?;
        show(&comparison.text_blocks());
        show(&document::before_identification());
        let identification = Identification::search(&networks::paths(&self.folder), observer)?;
        show(&identification.text_blocks());
        let evaluation_commands = steps.evaluation_commands()?;
        show(&document::before_evaluation(&evaluation_commands));
        steps.write_rdms(&mut folder, observer)?;
        let evaluation = steps.evaluation().run(observer)?;
        show(&evaluation.text_blocks());
        let result = DemoResult {
            rsakit: env!("CARGO_PKG_VERSION").to_owned(),
            folder: self.folder.clone(),
            comparison,
            identification,
            evaluation,
            evaluation_commands,
        };
        let commands = [&[steps.comparison_command()], &result.evaluation_commands[..]].concat();
        let html = result.page(&commands)?.html();
        folder.write(&[(REPORT, html.as_bytes())])?;
        show(&document::end(&self.folder));
        Ok(result)
    }
}
