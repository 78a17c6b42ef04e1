//! Texts as they are compared: on lines, without prose, numbers up to rounding.

use serde::de::IgnoredAny;

/// Placeholder for prose, and for the version.
const PROSE: &str = "…";

/// Keys whose strings, or lists of strings, are prose; a version is none, but changes as well.
const KEYS_OF_PROSE: [&str; 5] = ["\"message\"", "\"warnings\"", "\"notes\"", "\"noise_ceiling_reason\"", "\"rsakit\""];

/// Beginnings of lines of tables that go on in prose.
const LINES_OF_PROSE: [&str; 3] = ["  ! ", "  – ", "  no noise ceiling"];

const RELATIVE: f64 = 1e-9;
const ABSOLUTE: f64 = 1e-12;

/// Kinds of output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Json,
    Csv,
    Table,
}

impl Kind {
    pub(super) fn of(name: &str) -> Self {
        match name.rsplit('.').next() {
            Some("json") => Self::Json,
            Some("csv") => Self::Csv,
            _ => Self::Table,
        }
    }
}

/// `text` on lines, prose replaced.
pub(super) fn canonical(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Json => json(text),
        Kind::Csv => csv(text),
        Kind::Table => text.lines().map(|line| without_prose(line) + "\n").collect(),
    }
}

/// The first line in which two canonical texts differ, by number, and both versions of it.
pub(super) fn difference(kind: Kind, expected: &str, found: &str) -> Option<String> {
    let (mut old, mut new) = (expected.lines(), found.lines());
    for number in 1.. {
        let (expected, found) = (old.next(), new.next());
        let (Some(a), Some(b)) = (expected, found) else {
            let show = |line: Option<&str>| line.map_or_else(|| "the end".to_owned(), str::to_owned);
            let differ = expected.or(found).is_some();
            return differ
                .then(|| format!("line {number}\n  expected: {}\n  found:    {}", show(expected), show(found)));
        };
        if let Some((part, other)) = first_difference(kind, a, b) {
            return Some(format!("line {number}: {other} for {part}\n  expected: {a}\n  found:    {b}"));
        }
    }
    None
}

/// The first parts in which two lines differ.
fn first_difference(kind: Kind, expected: &str, found: &str) -> Option<(String, String)> {
    let (a, b) = (parts(kind, expected), parts(kind, found));
    let end = || "nothing".to_owned();
    let differing = (0..a.len().max(b.len())).find(|&k| match (a.get(k), b.get(k)) {
        (Some(a), Some(b)) => a != b && !(kind != Kind::Table && are_close(kind, a, b)),
        _ => true,
    })?;
    let part = |parts: &[String]| parts.get(differing).cloned().unwrap_or_else(end);
    Some((part(&a), part(&b)))
}

/// Parts that are compared one by one: tokens of JSON, cells of CSV, words of a table with the space before them.
fn parts(kind: Kind, line: &str) -> Vec<String> {
    match kind {
        // Spaces at the beginning say how deep a line is.
        Kind::Json => {
            let depth = line.len() - line.trim_start().len();
            std::iter::once(" ".repeat(depth)).chain(tokens(line).into_iter().map(str::to_owned)).collect()
        }
        Kind::Csv => cells(line).into_iter().map(str::to_owned).collect(),
        Kind::Table => {
            let ends = line.char_indices().zip(line.chars().skip(1));
            let cuts = ends.filter(|((_, c), next)| *c != ' ' && *next == ' ').map(|((at, c), _)| at + c.len_utf8());
            let cuts: Vec<_> = std::iter::once(0).chain(cuts).chain([line.len()]).collect();
            cuts.windows(2).map(|cut| line[cut[0]..cut[1]].to_owned()).collect()
        }
    }
}

/// Tells whether two texts are one number, up to rounding. In JSON a whole number is no float.
fn are_close(kind: Kind, a: &str, b: &str) -> bool {
    let is_whole = |text: &str| kind == Kind::Json && text.bytes().all(|byte| byte.is_ascii_digit());
    let (Ok(x), Ok(y)) = (a.parse::<f64>(), b.parse::<f64>()) else { return false };
    !is_whole(a) && !is_whole(b) && (x - y).abs() <= ABSOLUTE.max(RELATIVE * x.abs())
}

/// JSON token by token: strings with their quotes, numbers, words, punctuation.
fn tokens(text: &str) -> Vec<&str> {
    let (mut tokens, mut rest) = (Vec::new(), text.trim_start());
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => length_of_string(rest),
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            _ => rest.find([',', ':', ']', '}', ' ', '\n']).unwrap_or(rest.len()),
        };
        let (token, more) = rest.split_at(length);
        tokens.push(token);
        rest = more.trim_start();
    }
    tokens
}

fn length_of_string(text: &str) -> usize {
    let mut escaped = true;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        // The quote at the beginning is passed over as if it were escaped.
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 1)
}

/// A line for each key and each object; lists without objects and lists on one.
fn json(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    serde_json::from_str::<IgnoredAny>(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let tokens = tokens(text);
    let (mut out, mut depth, mut key, mut in_line) = (String::new(), 0usize, "", false);
    for (at, &token) in tokens.iter().enumerate() {
        let next = tokens.get(at + 1).copied().unwrap_or_default();
        let newline = |depth: usize| format!("\n{}", "  ".repeat(depth));
        match token {
            "[" if is_flat(&tokens[at..]) => {
                in_line = true;
                out.push('[');
            }
            "]" if in_line => {
                in_line = false;
                out.push(']');
            }
            "{" | "[" => {
                depth += 1;
                out += token;
                out += &newline(depth);
            }
            "}" | "]" => {
                depth -= 1;
                out += &newline(depth);
                out += token;
            }
            "," if in_line => out += ", ",
            "," => out += &format!(",{}", newline(depth)),
            ":" => out += ": ",
            _ if next == ":" => {
                key = token;
                out += token;
            }
            _ if token.starts_with('"') && KEYS_OF_PROSE.contains(&key) => out += &format!("\"{PROSE}\""),
            _ => out += token,
        }
    }
    out + "\n"
}

/// Tells whether the list that begins here holds neither lists nor objects.
fn is_flat(tokens: &[&str]) -> bool {
    tokens[1..].iter().find(|token| ["[", "{", "]"].contains(token)) == Some(&"]")
}

/// The cells of a line, with their quotes.
fn cells(line: &str) -> Vec<&str> {
    let mut quoted = false;
    line.split(|c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
    .collect()
}

fn csv(text: &str) -> String {
    let header = cells(text.lines().next().unwrap_or_default());
    let prose = |(at, cell): (usize, &str)| header.get(at) == Some(&"message") && !cell.is_empty();
    let masked = |line: &str| {
        let cells = cells(line).into_iter().enumerate();
        let cells = cells.map(|cell| if prose(cell) { PROSE.to_owned() } else { cell.1.to_owned() });
        cells.collect::<Vec<_>>().join(",") + "\n"
    };
    text.lines().take(1).map(|line| line.to_owned() + "\n").chain(text.lines().skip(1).map(masked)).collect()
}

/// A line of a table; of a remark its mark, and the pair that it is about.
fn without_prose(line: &str) -> String {
    if !LINES_OF_PROSE.iter().any(|prose| line.starts_with(prose)) {
        return line.to_owned();
    }
    match line.split_once(": ") {
        Some((pair, _)) if pair.contains(" × ") => format!("{pair}: {PROSE}"),
        _ => format!("{} {PROSE}", line.chars().take(3).collect::<String>()),
    }
}

#[test]
fn only_rounding_and_prose_may_differ() {
    let differ = |kind, a: &str, b: &str| difference(kind, &canonical(kind, a), &canonical(kind, b)).is_some();
    let old = r#"{"rsakit":"1","a":[1.5,null],"b":[{"kind":"x \" y","message":"one, {two}"}],"n":3}"#;
    for (new, expected) in [
        (old.replace("1.5", "1.5000000000001"), false),
        (old.replace("one, {two}", "three"), false),
        (old.replace("\"1\"", "\"2\""), false),
        (old.replace("1.5", "1.500001"), true),
        (old.replace("1.5,null", "null,1.5"), true),
        (old.replace("1.5,null", "1.5"), true),
        (old.replace("x \\\"", "x"), true),
        (old.replace(":3", ":3.0"), true),
        (old.replace("kind", "kin"), true),
        (old.replace(r#","n":3"#, ""), true),
        (old.replace("}],", "},{}],"), true),
        (r#"{"n":3,"#.to_owned() + &old[1..old.len() - 7] + "}", true),
    ] {
        assert_eq!(differ(Kind::Json, old, &new), expected, "{new}");
    }
    let old = "value,kind,message\n1,,\n,Bad,\"no, not\"\n";
    for (new, expected) in [
        (old.replace("\n1,", "\n0.99999999999999,"), false),
        (old.replace("no, not", "never"), false),
        (old.replace("\n1,", "\n1.1,"), true),
        (old.replace("kind", "sort"), true),
        (old.replace("Bad", "Worse"), true),
        (old.replace("\n1,,", ""), true),
        (old.replace("\"no, not\"", ""), true),
    ] {
        assert_eq!(differ(Kind::Csv, old, &new), expected, "{new}");
    }
    let old = " x  1.000*\n  ! a × b: many\n  ! all of it: this\n";
    for (new, expected) in [
        (old.replace("many", "few"), false),
        (old.replace("of it", "of them"), false),
        (old.replace("1.000", "1.001"), true),
        (old.replace(" 1", "1"), true),
        (old.replace('×', "and"), true),
        (old.replace("  !", "  –"), true),
    ] {
        assert_eq!(differ(Kind::Table, old, &new), expected, "{new}");
    }
}
