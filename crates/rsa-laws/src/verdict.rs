//! Results of checks: verdicts about laws, findings about claims, and descriptions of failures.

use std::fmt;

use rsa_core::{Profile, Result};

use crate::{Case, Claim, Law, Tolerance};

/// Result of checking one law for one measure.
#[derive(Clone, Debug)]
pub struct LawVerdict {
    /// The law.
    pub law: Law,
    /// Findings, one for the law or one for each argument.
    pub findings: Vec<Finding>,
}

/// Result of checking one claim.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The claim.
    pub claim: Claim,
    /// Number of cases that gave scores to compare.
    pub cases: usize,
    /// Largest deviation from the law; for a law that is not declared, over the cases up to the first deviation.
    pub furthest: f64,
    /// The failure, if the claim is wrong.
    pub failure: Option<ClaimFailure>,
}

/// A wrong claim, with the data that show it.
#[derive(Clone, Debug)]
pub struct ClaimFailure {
    /// The claim.
    pub claim: Claim,
    /// Recipes after shrinking; `None` if the law has data of its own.
    pub case: Option<Case>,
    /// Change of the data, such as a transformation, or description of the data.
    pub situation: String,
    /// Score before the change, or the expected score.
    pub before: Result<f64>,
    /// Score after the change.
    pub after: Result<f64>,
    /// Deviation from the law.
    pub off: f64,
    /// Bound on the deviation: an upper bound for a declared law, a lower bound for a law that is not declared.
    pub tolerance: Tolerance,
    /// Field of the profile that makes the claim.
    pub declaration: String,
}

impl LawVerdict {
    /// Returns `true` if all claims agree with the observations.
    pub fn passed(&self) -> bool {
        self.failures().next().is_none()
    }

    /// Iterates over the failures.
    pub fn failures(&self) -> impl Iterator<Item = &ClaimFailure> {
        self.findings.iter().filter_map(|finding| finding.failure.as_ref())
    }

    /// Returns one letter for each claim: `Y` for a law that was observed to hold, `n` for one that was not.
    pub fn observed(&self) -> String {
        self.findings.iter().map(|finding| if finding.observed() { 'Y' } else { 'n' }).collect()
    }
}

impl Finding {
    /// Returns `true` if the law was observed to hold.
    pub fn observed(&self) -> bool {
        self.claim.declared == self.failure.is_none()
    }
}

impl ClaimFailure {
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

impl fmt::Display for ClaimFailure {
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

/// Display of a score, or of the error in its place.
struct Shown<'a>(&'a Result<f64>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Ok(score) => write!(f, "{score}"),
            Err(error) => write!(f, "{}: {error}", error.kind().name()),
        }
    }
}
