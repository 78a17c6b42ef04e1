//! [`compare_names`]: the order of names in which numbers count by their value.

use std::cmp::Ordering;

/// Compares names as people number them: `layer2` comes before `layer10`.
///
/// Digits that follow one another are a number; everything else is compared character by character. Names that differ
/// in leading zeros alone are compared as text.
pub(crate) fn compare_names(a: &str, b: &str) -> Ordering {
    let (mut rest_a, mut rest_b) = (a, b);
    loop {
        let (part_a, part_b) = (split_part(rest_a), split_part(rest_b));
        let order = match (part_a, part_b) {
            (None, None) => return a.cmp(b),
            (None, _) => Ordering::Less,
            (_, None) => Ordering::Greater,
            (Some((a, _)), Some((b, _))) => compare_parts(a, b),
        };
        if order != Ordering::Equal {
            return order;
        }
        rest_a = part_a.map_or("", |(_, rest)| rest);
        rest_b = part_b.map_or("", |(_, rest)| rest);
    }
}

/// Splits off all digits at the start, or one other character.
fn split_part(text: &str) -> Option<(&str, &str)> {
    let first = text.chars().next()?;
    let length = match first.is_ascii_digit() {
        true => text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()),
        false => first.len_utf8(),
    };
    Some(text.split_at(length))
}

fn compare_parts(a: &str, b: &str) -> Ordering {
    let is_number = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    match is_number(a) && is_number(b) {
        true => {
            let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
            a.len().cmp(&b.len()).then_with(|| a.cmp(b))
        }
        false => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_count_by_their_value() {
        let sorted = [
            "",
            "10",
            "conv1",
            "conv2.bias",
            "conv2.weight",
            "conv10",
            "features.2",
            "features.10",
            "layer01",
            "layer1",
            "layer1.9.conv",
            "layer1.10.conv",
            "layer2",
            "sub-1_run-2",
            "sub-1_run-10",
            "sub-10",
            "x99999999999999999999999",
            "x100000000000000000000000",
            "\u{e9}1",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|a, b| compare_names(a, b));
        assert_eq!(names, sorted);
    }

    proptest! {
        #[test]
        fn it_is_an_order(a in "[0-2a.]{0,6}", b in "[0-2a.]{0,6}", c in "[0-2a.]{0,6}") {
            prop_assert_eq!(compare_names(&a, &b), compare_names(&b, &a).reverse());
            prop_assert_eq!(compare_names(&a, &b) == Ordering::Equal, a == b);
            if compare_names(&a, &b).is_le() && compare_names(&b, &c).is_le() {
                prop_assert!(compare_names(&a, &c).is_le());
            }
        }
    }
}
