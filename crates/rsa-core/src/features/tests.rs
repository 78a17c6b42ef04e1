//! Tests of features: construction, selection and serialization.

use super::*;
use crate::ErrorKind;

fn volume() -> Features {
    let axes = [FeatureAxis::new("x", 2), FeatureAxis::new("y", 2), FeatureAxis::new("time", 3)];
    let positions = (0..12).map(|k| [f64::from(k), 0.5, -1.0]).collect();
    Features::named((0..12).map(|k| format!("v{k}")))
        .with_axes(axes, None)
        .and_then(|features| features.with_positions(positions, PositionUnit::Voxels))
        .unwrap()
}

#[test]
fn a_selection_keeps_names_positions_and_places() {
    let chosen = volume().select(&[7, 0, 7]);
    assert_eq!(chosen.count(), 3);
    assert_eq!(chosen.names().unwrap(), ["v7", "v0", "v7"]);
    assert_eq!(chosen.positions().unwrap().get(0), [7.0, 0.5, -1.0]);
    assert_eq!(chosen.positions().unwrap().unit(), PositionUnit::Voxels);
    assert_eq!(chosen.grid().unwrap().index(0), [1, 0, 1]);
    assert_eq!(chosen.grid().unwrap().mask().iter().filter(|inside| **inside).count(), 2);
    assert_eq!(chosen.select(&[1]), volume().select(&[0]));
}

#[test]
fn a_mask_leaves_the_places_that_are_true() {
    let mask = [false, true, true, false];
    let axes = || [FeatureAxis::new("x", 2), FeatureAxis::new("y", 2)];
    let features = Features::unnamed(2).with_axes(axes(), Some(&mask)).unwrap();
    let grid = features.grid().unwrap();
    assert_eq!((grid.index(0), grid.index(1), grid.mask()), (vec![0, 1], vec![1, 0], mask.to_vec()));
    for (count, mask) in [(3, mask.as_slice()), (2, &mask[1..])] {
        let error = Features::unnamed(count).with_axes(axes(), Some(mask)).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::ShapeMismatch);
    }
}

#[test]
fn every_part_has_one_entry_for_each_feature() {
    let features = Features::unnamed(3);
    assert_eq!(features.clone().with_names(["a"]).unwrap_err().kind(), &ErrorKind::ShapeMismatch);
    let short = features.clone().with_positions(vec![[0.0; 3]], PositionUnit::Millimeters);
    assert_eq!(short.unwrap_err().kind(), &ErrorKind::ShapeMismatch);
    let nowhere = vec![[0.0, f64::NAN, 0.0]; 3];
    let error = features.clone().with_positions(nowhere, PositionUnit::Millimeters).unwrap_err();
    assert_eq!(error.kind().name(), "InvalidParameter");
    let huge = [FeatureAxis::new("x", usize::MAX), FeatureAxis::new("y", 2)];
    assert_eq!(features.with_axes(huge, None).unwrap_err().kind(), &ErrorKind::ShapeMismatch);
    assert_eq!(volume().name(3), "'v3'");
}

#[cfg(feature = "serde")]
#[test]
fn features_return_from_their_serialized_form_and_broken_forms_are_refused() {
    for features in [Features::unnamed(2), volume(), volume().select(&[5, 1])] {
        let text = serde_json::to_string(&features).unwrap();
        assert_eq!(serde_json::from_str::<Features>(&text).unwrap(), features);
    }
    assert_eq!(serde_json::to_string(&Features::unnamed(2)).unwrap(), r#"{"count":2}"#);
    for text in [
        r#"{"count":2,"names":["a"]}"#,
        r#"{"count":1,"positions":{"unit":"voxels","coordinates":[]}}"#,
        r#"{"count":1,"grid":{"axes":[{"name":"x","length":3}],"places":[3]}}"#,
        r#"{"count":2,"grid":{"axes":[{"name":"x","length":3}]}}"#,
    ] {
        assert!(serde_json::from_str::<Features>(text).is_err(), "{text}");
    }
}
