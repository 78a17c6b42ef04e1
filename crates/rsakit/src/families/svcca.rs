//! Singular vector CCA.

use rsa_cca::{Keep, Svcca};
use rsa_core::{AnyMeasure, Error, Result};

use super::{
    Advice, FamilyMember, MemoryNeed, Vocabulary,
    cca::{mean_argument, take_mean},
};
use crate::{
    Reference,
    spec::{
        axes::{TermArguments, unknown},
        grammar::Term,
    },
};

pub(super) const VOCABULARY: Vocabulary = Vocabulary {
    word: "svcca",
    keys: &["keep", "mean"],
    values: || vec!["keep=variance(SHARE)|count(K)|all  mean=plain|squared".to_owned()],
    examples: &["keep=variance(0.99)", "keep=variance(0.99),mean=squared", "keep=count(5)", "keep=all"],
};

/// SVCCA.
const RAGHU_2017: Reference = Reference {
    authors: "Raghu, M., Gilmer, J., Yosinski, J. & Sohl-Dickstein, J.",
    year: 2017,
    title: "SVCCA: Singular vector canonical correlation analysis for deep learning dynamics and interpretability",
    venue: "NeurIPS",
    doi: Some("10.48550/arXiv.1706.05806"),
};

pub(super) fn parse(mut axes: TermArguments<'_>) -> Result<Svcca> {
    let keep = axes.take("keep").map_or_else(|| Keep::variance(0.99), |term| keep(&term))?;
    Ok(Svcca { keep, mean: take_mean(&mut axes)? })
}

fn keep(term: &Term<'_>) -> Result<Keep> {
    let found = match term.word {
        "variance" => Keep::variance(term.number("0.99")?),
        "count" => Keep::count(term.number("20")?),
        "all" => return term.choice("keep of svcca", &[("all", Keep::All)]),
        word if word.parse::<f64>().is_ok() => {
            let requirement = "a rule, such as variance(0.99) or count(20)";
            return Err(Error::invalid_parameter("keep of svcca", requirement, word));
        }
        word => return Err(unknown("keep of svcca", word, &["variance", "count", "all"])),
    };
    found.map_err(|error| error.context("keep of svcca"))
}

impl FamilyMember for Svcca {
    fn arguments(&self) -> Vec<String> {
        let keep = match self.keep {
            Keep::Variance(share) => format!("keep=variance({})", share.get()),
            Keep::Count(count) => format!("keep=count({count})"),
            Keep::All => "keep=all".to_owned(),
        };
        [keep].into_iter().chain(mean_argument(self.mean)).collect()
    }

    fn measure(&self) -> AnyMeasure {
        AnyMeasure::new(*self)
    }

    fn title(&self) -> &'static str {
        "singular vector CCA"
    }

    fn cost(&self) -> &'static str {
        "n·p·min(n, p); n·r² + r³"
    }

    fn reference(&self) -> &'static str {
        "Raghu et al. 2017, NeurIPS"
    }

    fn references(&self) -> Vec<Reference> {
        vec![RAGHU_2017]
    }

    fn memory(&self, n: usize, p: usize) -> MemoryNeed {
        MemoryNeed::of_matrix(n, n.min(p))
    }

    fn advice(&self) -> Advice {
        Advice {
            reads: "the subspace of the directions of largest variance",
            beware: "every kept direction counts alike; layers of unequal width are not scored alike",
        }
    }
}
