//! [`without_tests`]: code without the items that exist in tests only.

use super::tokens::{Token, starts_with, tokens};

/// Blanks the items behind `#[cfg(test)]` in masked code, and returns the names of the modules among them.
pub(super) fn without_tests(code: &str) -> (String, Vec<String>) {
    let tokens = tokens(code);
    let mut production = String::with_capacity(code.len());
    let mut modules = Vec::new();
    let (mut at, mut copied) = (0, 0);
    while at < tokens.len() {
        if starts_with(&tokens[at..], &["#", "!", "[", "cfg", "(", "test", ")", "]"]) {
            return (String::new(), modules);
        }
        if !is_test_attribute(&tokens[at..]) {
            at += 1;
            continue;
        }
        let item = after_attributes(&tokens, at);
        let end = item_end(&tokens, item);
        modules.extend(module_name(&tokens[item..end]));
        let (from, to) = (tokens[at].start, tokens[end - 1].range().end);
        production.push_str(&code[copied..from]);
        production.extend(code[from..to].chars().map(|c| if c == '\n' { c } else { ' ' }));
        (at, copied) = (end, to);
    }
    production.push_str(&code[copied..]);
    (production, modules)
}

fn is_test_attribute(tokens: &[Token<'_>]) -> bool {
    starts_with(tokens, &["#", "[", "cfg", "(", "test", ")", "]"])
        || starts_with(tokens, &["#", "[", "cfg", "(", "all", "(", "test"])
}

/// Returns the position behind the attributes that begin at `at`.
fn after_attributes(tokens: &[Token<'_>], mut at: usize) -> usize {
    while starts_with(&tokens[at..], &["#", "["]) {
        at = group_end(tokens, at + 1);
    }
    at
}

/// Returns the position behind the bracket that closes the one at `open`.
fn group_end(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Returns the position behind an item: behind its body or semicolon, or before the bracket that closes around it.
fn item_end(tokens: &[Token<'_>], item: usize) -> usize {
    let mut at = item;
    while let Some(token) = tokens.get(at) {
        match token.text {
            ";" => return at + 1,
            "{" => return group_end(tokens, at),
            "(" | "[" => at = group_end(tokens, at),
            ")" | "]" | "}" => return at,
            _ => at += 1,
        }
    }
    tokens.len()
}

fn module_name(item: &[Token<'_>]) -> Option<String> {
    let head = item.iter().take_while(|token| token.is_word() || matches!(token.text, "(" | ")"));
    let mut words = head.skip_while(|token| token.text != "mod").skip(1);
    words.next().map(|name| name.text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, left: &str, modules: &[&str]) {
        let (production, found) = without_tests(code);
        assert_eq!(production.split_whitespace().collect::<Vec<_>>().join(" "), left);
        assert_eq!(production.lines().count(), code.lines().count());
        assert_eq!(found, modules);
    }

    #[test]
    fn a_test_module_goes_with_its_braces() {
        check("fn é() {}\n#[cfg(test)]\nmod tests { fn é() { { } } }\nfn b() {}", "fn é() {} fn b() {}", &["tests"]);
        check("#[cfg(test)]\npub(crate) mod hostile;\nmod plain;", "mod plain;", &["hostile"]);
        check("#[cfg(all(test, unix))]\n#[path = \"\"]\nmod a;\nfn b() {}", "fn b() {}", &["a"]);
    }

    #[test]
    fn other_test_items_go_as_well() {
        check("#[cfg(test)]\nuse a::b;\nuse c;", "use c;", &[]);
        check("#[cfg(test)]\nconst A: [f64; 2] = [1.0; 2];\nb", "b", &[]);
        check("#[cfg(test)]\nfn f<A, B>(a: A) -> B { a }\nb", "b", &[]);
        check("fn f() { a; #[cfg(test)] b }\nc", "fn f() { a; } c", &[]);
    }

    #[test]
    fn what_may_exist_without_tests_stays() {
        check("#[cfg(not(test))]\nmod a;", "#[cfg(not(test))] mod a;", &[]);
        check("#[cfg(any(test, unix))]\nmod a;", "#[cfg(any(test, unix))] mod a;", &[]);
    }

    #[test]
    fn a_file_that_is_for_tests_has_nothing_left() {
        assert_eq!(without_tests("#![cfg(test)]\nfn a() {}").0, "");
    }
}
