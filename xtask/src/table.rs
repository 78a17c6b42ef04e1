//! `cargo xtask table`: writes the catalogue of measures into README.md.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{Outcome, between, cargo};

/// The lines around the table.
const BEGIN: &str = "<!-- The next lines are written by `cargo xtask table`. -->";
const END: &str = "<!-- End of what `cargo xtask table` writes. -->";

const FILE: &str = "README.md";
const CHECK: &str = "--check";

/// Writes the table, or with `--check` compares it with the file.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Outcome {
    let check = match arguments {
        [] => false,
        [word] if word == CHECK => true,
        _ => return Err(format!("it takes `{CHECK}` or nothing, found `{}`", arguments.join(" "))),
    };
    let path = root.join(FILE);
    let found = fs::read_to_string(&path).map_err(|error| format!("{FILE}: {error}"))?;
    let expected = between::replaced(&found, [BEGIN, END], &table(&catalogue()?)?)?;
    if expected == found {
        println!("table: {FILE} is up to date");
        return Ok(true);
    }
    if check {
        println!("table: {FILE} is not what the catalogue says; run `cargo xtask table`");
        return Ok(false);
    }
    fs::write(&path, expected).map_err(|error| format!("{FILE}: {error}"))?;
    println!("table: {FILE} is written");
    Ok(true)
}

/// Runs `rsakit measures` and returns its entries.
fn catalogue() -> Result<Vec<Value>, String> {
    let arguments =
        ["run", "--quiet", "--locked", "--release", "--package", "rsa-cli", "--", "measures", "--format", "json"];
    let output = cargo().args(arguments).output().map_err(|error| format!("cannot start cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("`rsakit measures` failed:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("the output of `rsakit measures`: {error}"))
}

fn table(measures: &[Value]) -> Result<String, String> {
    let mut lines = vec![
        "| measure | ignores in the first argument | in the second | range | symmetric | metric | bias | cost of a layer; of a pair | reference |".to_owned(),
        "|---|---|---|---|---|---|---|---|---|".to_owned(),
    ];
    for measure in measures {
        lines.push(row(measure).ok_or_else(|| format!("`rsakit measures` says too little: {measure}"))?);
    }
    Ok(lines.join("\n") + "\n")
}

fn row(measure: &Value) -> Option<String> {
    let text = |key: &str| measure.get(key)?.as_str();
    let truth = |key: &str| measure.get(key)?.as_bool();
    let yes = |key: &str| truth(key).map(|holds| if holds { "yes" } else { "no" });
    let bound = |k: usize| match measure.get("range")?.get(k)? {
        // JSON has no infinity.
        Value::Null => Some(["−∞", "∞"].get(k)?.to_string()),
        bound => bound.as_f64().map(|bound| ((bound * 1000.0).round() / 1000.0).to_string().replace('-', "−")),
    };
    let ignored = |side: usize| -> Option<String> {
        let names = measure.get("invariances")?.get(side)?.as_array()?;
        names.iter().map(Value::as_str).collect::<Option<Vec<_>>>().map(|names| names.join(", "))
    };
    let (first, second) = (ignored(0)?, ignored(1)?);
    let second = if first == second { "the same".to_owned() } else { second };
    let distance = if text("orientation")? == "distance" { ", distance" } else { "" };
    let bias = if truth("unbiased")? { "none" } else { "biased" };
    Some(format!(
        "| `{}` | {first} | {second} | {}..{}{distance} | {} | {} | {bias} | {} | {} |",
        text("id")?,
        bound(0)?,
        bound(1)?,
        yes("symmetric")?,
        yes("metric")?,
        text("cost")?,
        text("reference")?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure() -> Value {
        serde_json::json!({
            "id": "pwcca", "orientation": "similarity", "range": [-1.0, 1.0], "symmetric": false, "metric": false, "unbiased": true,
            "invariances": [["permutation", "scaling"], ["linear"]], "cost": "n; n²", "reference": "Morcos et al. 2018",
        })
    }

    #[test]
    fn a_row_says_what_the_catalogue_says() {
        let expected =
            "| `pwcca` | permutation, scaling | linear | −1..1 | no | no | none | n; n² | Morcos et al. 2018 |";
        assert_eq!(row(&measure()).unwrap(), expected);
        let mut endless = measure();
        endless["range"] = serde_json::json!([null, 1.0]);
        assert_eq!(row(&endless).unwrap(), expected.replace("−1..1", "−∞..1"));
        let mut alike = measure();
        alike["invariances"][1] = alike["invariances"][0].clone();
        assert!(row(&alike).unwrap().contains("| permutation, scaling | the same |"));
        let mut distance = measure();
        distance["orientation"] = "distance".into();
        distance["range"] = serde_json::json!([0.0, std::f64::consts::FRAC_PI_2]);
        assert!(row(&distance).unwrap().contains("| 0..1.571, distance |"));
        distance["range"] = serde_json::json!([0.0, null]);
        assert!(row(&distance).unwrap().contains("| 0..∞, distance |"));
    }

    #[test]
    fn a_measure_that_says_too_little_is_an_error() {
        let mut poor = measure();
        poor.as_object_mut().unwrap().remove("unbiased");
        assert!(table(&[poor]).unwrap_err().contains("says too little"));
    }
}
