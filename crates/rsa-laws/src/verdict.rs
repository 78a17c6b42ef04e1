//! [`Verdict`]: what was found about a law, and [`Failure`]: where it is broken.

use std::fmt;

use rsa_core::{Profile, Result};

use crate::{Case, Claim, Law, Tolerance};

/// What was found about one law and one measure.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The law.
    pub law: Law,
    /// What was found about each claim: one, or one for each argument.
    pub findings: Vec<Finding>,
}

/// What was found about one claim.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The claim.
    pub claim: Claim,
    /// On how many cases there were scores to compare.
    pub cases: usize,
    /// The largest deviation from the law that was met; of a claim that something is seen, up to where it was.
    pub furthest: f64,
    /// What is wrong, if anything.
    pub failure: Option<Failure>,
}

/// A claim that is wrong, with what one needs to see it again.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The claim.
    pub claim: Claim,
    /// The recipes, as small as shrinking could make them; none where a law has data of its own.
    pub case: Option<Case>,
    /// What was done to the data.
    pub situation: String,
    /// The score before, or the one expected.
    pub before: Result<f64>,
    /// The score after.
    pub after: Result<f64>,
    /// How far that is from the law.
    pub off: f64,
    /// The bound that it should have kept, or passed.
    pub tolerance: Tolerance,
    /// What the profile says.
    pub declaration: String,
}

impl Verdict {
    /// Whether declared and observed agree.
    pub fn passed(&self) -> bool {
        self.failures().next().is_none()
    }

    /// What is wrong.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.findings.iter().filter_map(|finding| finding.failure.as_ref())
    }

    /// What was observed, a letter for each argument: `Y` for a law that holds, `n` for one that does not.
    pub fn observed(&self) -> String {
        self.findings.iter().map(|finding| if finding.observed() { 'Y' } else { 'n' }).collect()
    }
}

impl Finding {
    /// Whether the law was observed to hold.
    pub fn observed(&self) -> bool {
        self.claim.declared == self.failure.is_none()
    }
}

impl Failure {
    pub(crate) fn new(claim: Claim, profile: &Profile) -> Self {
        let tolerance = if claim.declared { claim.tolerance() } else { Tolerance::SEEN };
        let declaration = claim.declaration(profile);
        let nothing = || Ok(f64::NAN);
        Self {
            claim,
            case: None,
            situation: String::new(),
            before: nothing(),
            after: nothing(),
            off: f64::NAN,
            tolerance,
            declaration,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.claim.declared {
            true => writeln!(f, "{} is declared and does not hold", self.claim.law)?,
            false => writeln!(f, "{} is not declared and always holds", self.claim.law)?,
        }
        writeln!(f, "  situation    {}", self.situation)?;
        if let Some(side) = self.claim.side {
            writeln!(f, "  argument     {side}")?;
        }
        if let Some(case) = self.case {
            writeln!(f, "  recipes      {}", case.to_string().replace('\n', "\n               "))?;
        }
        writeln!(f, "  before       {}", Shown(&self.before))?;
        writeln!(f, "  after        {}", Shown(&self.after))?;
        let relation = if self.claim.declared { "allowed" } else { "expected at least" };
        writeln!(f, "  off by       {:e}; {relation}: {}", self.off, self.tolerance)?;
        writeln!(f, "  declared     {}", self.declaration)?;
        write!(f, "  to change    {}", self.claim.remedy())
    }
}

/// A score, or why there is none.
struct Shown<'a>(&'a Result<f64>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Ok(score) => write!(f, "{score}"),
            Err(error) => write!(f, "{}: {error}", error.kind().name()),
        }
    }
}
