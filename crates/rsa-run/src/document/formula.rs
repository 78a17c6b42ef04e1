//! Names that a spreadsheet takes for formulas.

use rsa_plot::report::{Block, Cell, Column, Section, Table};

/// Returns `true` if a spreadsheet computes `text` instead of showing it. CSV has no mark against this.
pub(super) fn is_formula(text: &str) -> bool {
    // A number with its sign is one, too, and shows as itself.
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err()
}

/// Returns the first name in the tables of `sections` that a spreadsheet takes for a formula.
pub(super) fn in_sections(sections: &[Section]) -> Option<String> {
    sections.iter().flat_map(|section| &section.blocks).find_map(in_block)
}

fn in_block(block: &Block) -> Option<String> {
    match block {
        Block::Table(table) => in_table(table),
        Block::Figure(drawings) => drawings.tables.iter().find_map(in_table),
        Block::Fold(_, blocks) => blocks.iter().find_map(in_block),
        _ => None,
    }
}

fn in_table(table: &Table) -> Option<String> {
    let heads = table.columns.iter().map(|column| match column {
        Column::Numbers(title) | Column::Words(title) | Column::Hashes(title) => title,
    });
    let cells = table.rows.iter().flat_map(|(_, cells)| cells).filter_map(|cell| match cell {
        Cell::Words(words) => Some(words),
        Cell::Number { .. } | Cell::Empty => None,
    });
    let names = table.rows.iter().map(|(name, _)| name);
    heads.chain(names).chain(cells).find(|text| is_formula(text)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::section;

    #[test]
    fn formulas_are_told_from_numbers() {
        for formula in ["=1+1", "+cmd", "-x", "@SUM(A1)", "\t=1", "-"] {
            assert!(is_formula(formula), "{formula}");
        }
        for text in ["-0.5", "+1e-3", "conv1=2", "", "−1", "a-b", "-inf"] {
            assert!(!is_formula(text), "{text}");
        }
    }

    #[test]
    fn folded_tables_are_searched() {
        let rows = vec![("a".to_owned(), vec![Cell::Empty])];
        let table =
            |head: &str| Table::matrix(["t", "t", "t"].map(str::to_owned), "row", &[head.to_owned()], rows.clone());
        let folded = |head: &str| Block::Fold("more".to_owned(), vec![Block::Table(table(head))]);
        let found = |block| in_sections(&[section("s", "S", "S", vec![block])]);
        assert_eq!((found(folded("=b")), found(folded("b"))), (Some("=b".to_owned()), None));
    }
}
