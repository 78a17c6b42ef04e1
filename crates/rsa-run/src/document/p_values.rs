//! p-values in texts and tables.

use rsa_plot::report::Cell;

/// Returns three decimals, or the power of ten of a smaller value.
pub(crate) fn show_p(p: f64) -> String {
    if p >= 0.0005 || p == 0.0 { format!("{p:.3}") } else { format!("{p:.0e}") }
}

/// Returns the cell of a page with three decimals, or the power of ten of a smaller value.
pub(crate) fn p_cell(p: Option<f64>) -> Cell {
    match p {
        Some(value) if value > 0.0 && value < 0.0005 => {
            Cell::Number { value, shown: format!("{value:.0e}").replace('-', "−"), strong: false }
        }
        p => Cell::maybe(p, 3),
    }
}
