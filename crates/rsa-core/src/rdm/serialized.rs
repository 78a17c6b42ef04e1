//! Deserialization of RDMs, with the checks of their constructors.

use serde::{Deserialize, Deserializer};

use crate::{Conditions, Error, Rdm, Result};

/// Serialized fields of an RDM, not yet checked.
#[derive(Deserialize)]
#[serde(rename = "Rdm")]
pub(super) struct Parts {
    #[serde(deserialize_with = "read_values")]
    values: Vec<f64>,
    conditions: Conditions,
    rounding: f64,
}

/// Reads dissimilarities, where null means NaN, because text formats such as JSON have no NaN.
fn read_values<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    if !deserializer.is_human_readable() {
        return Vec::deserialize(deserializer);
    }
    let values = Vec::<Option<f64>>::deserialize(deserializer)?;
    Ok(values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect())
}

impl TryFrom<Parts> for Rdm {
    type Error = Error;

    fn try_from(parts: Parts) -> Result<Self> {
        Self::new(parts.values)?.with_rounding(parts.rounding)?.with_conditions(parts.conditions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rdm_comes_back_with_its_labels_its_rounding_and_its_gaps() {
        let conditions = Conditions::labeled(["cat", "dog", "owl"]);
        let rdm = Rdm::new(vec![1.0, f64::NAN, 0.1]).unwrap().with_rounding(1e-9).unwrap();
        let rdm = rdm.with_conditions(conditions).unwrap();
        let text = serde_json::to_string(&rdm).unwrap();
        let read: Rdm = serde_json::from_str(&text).unwrap();
        assert!(read.values()[1].is_nan());
        assert_eq!((read.values()[0], read.values()[2]), (1.0, 0.1));
        assert_eq!((read.conditions(), read.rounding()), (rdm.conditions(), 1e-9));
    }

    #[test]
    fn an_invalid_rdm_is_an_error() {
        for (values, count, rounding) in [("[1, 2]", 3, "0"), ("[1, 2, 3]", 2, "0"), ("[1, 2, 3]", 3, "-1")] {
            let conditions = format!(r#"{{"count":{count},"labels":null}}"#);
            let text = format!(r#"{{"values":{values},"conditions":{conditions},"rounding":{rounding}}}"#);
            assert!(serde_json::from_str::<Rdm>(&text).is_err(), "{text}");
        }
    }
}
