//! Labels in JSON: a list, or one of the lists of an object.

use rsa_core::{Error, Result};
use serde_json::Value;

use super::{LabelRole, spelled_labels};

/// Reads a list of texts, whole numbers or booleans, or the list of an object that is named after `role`.
///
/// # Errors
/// `Format` naming the entry that is no label, and the lists of an object of which none has such a name.
pub(super) fn parse(text: &str, role: LabelRole) -> Result<Vec<String>> {
    let json: Value = serde_json::from_str(text).map_err(|error| Error::format(format!("is no JSON: {error}")))?;
    let list = match &json {
        Value::Array(list) => list,
        Value::Object(entries) => {
            let named =
                |name: &&str| entries.iter().find(|(key, value)| key.to_lowercase() == **name && value.is_array());
            let found = role.columns().iter().find_map(named).and_then(|(_, value)| value.as_array());
            found.ok_or_else(|| {
                let lists = entries.iter().filter(|(_, value)| value.is_array()).map(|(key, _)| format!("'{key}'"));
                let lists: Vec<_> = lists.collect();
                let wanted = role.columns()[0];
                Error::format(match lists.is_empty() {
                    true => format!("holds no list; labels are a list, or an object with the list '{wanted}'"),
                    false => {
                        format!("has no list '{wanted}'; it has {}: give the wanted one that name", lists.join(", "))
                    }
                })
            })?
        }
        _ => return Err(Error::format("holds one value; labels are a list")),
    };
    let labels = list.iter().enumerate().map(|(position, entry)| match entry {
        Value::String(label) => Ok(label.clone()),
        Value::Bool(_) => Ok(entry.to_string()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Ok(number.to_string()),
        other => Err(Error::format(format!("label {position} is {other}; labels are texts or whole numbers"))),
    });
    spelled_labels(&labels.collect::<Result<Vec<_>>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_a_list_or_the_list_of_that_name() {
        assert_eq!(parse(r#"["cat ", "dog"]"#, LabelRole::Runs).unwrap(), ["cat", "dog"]);
        let object = r#"{"TR": 2.5, "Conditions": ["face", "house"], "runs": [0, 11], "weights": [0.5]}"#;
        assert_eq!(parse(object, LabelRole::Conditions).unwrap(), ["face", "house"]);
        assert_eq!(parse(object, LabelRole::Runs).unwrap(), ["0", "11"]);
    }

    #[test]
    fn what_is_no_list_of_labels_is_refused_by_name() {
        let refused = |text| parse(text, LabelRole::Groups).unwrap_err().to_string();
        assert!(refused(r#"{"rois": ["V1"], "TR": 2}"#).contains("has no list 'groups'; it has 'rois'"));
        assert!(refused("{}").contains("holds no list"));
        assert!(refused("3").contains("holds one value"));
        assert!(refused(r#"["a", 0.5]"#).contains("label 1 is 0.5"));
        assert!(refused(r#"["a", null]"#).contains("label 1 is null"));
        assert!(refused(r#"["a", ""]"#).contains("label 1 is empty"));
        assert!(refused("[1, 2").contains("is no JSON"));
    }
}
