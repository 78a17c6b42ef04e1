//! An [`Identification`] as text, figure and section of a page.

use rsa_plot::{
    DepthLines, Figure, Series, Style,
    report::{Block, Cell, Column, Drawings, Section, Table},
};
use rsakit::Result;

use super::identification::{Identification, IdentifiedLayers};
use crate::document::{TextBlock, TextTable, WIDE, section};

/// Families that are drawn, by the first measure of each. Lines of all measures would cover one another.
const DRAWN: [&str; 3] = ["cka", "rsa", "cca"];

/// Headings of the three shares of each measure.
const SHARES: [&str; 3] = ["layers found", "fewest, by network", "most, by network"];

impl Identification {
    /// Returns the table of all measures, with chance and how to read the numbers.
    pub(super) fn text_blocks(&self) -> Vec<TextBlock> {
        let row = |found: &IdentifiedLayers| {
            let shares = found.three_shares().map(|share| format!("{share:.3}"));
            std::iter::once(found.measure.to_string()).chain(shares).collect()
        };
        let chance = vec!["chance".to_owned(), format!("{:.3}", self.chance()), String::new(), String::new()];
        let table = TextTable {
            header: ["measure"].into_iter().chain(SHARES).map(str::to_owned).collect(),
            rows: self.measures.iter().map(row).chain([chance]).collect(),
            first_number: 1,
            n_numbers: 3,
        };
        let (n, depth) = (self.inputs.len(), self.layers.len());
        let reading = format!(
            "\nOver {pairs} ordered pairs of networks and {depth} layers each. How to read it:\n\
             - Well above chance, a measure sees depth. None finds every layer: neighboring layers of such small networks \
             are nearly alike.\n\
             - Below chance, a measure sees something else. The mean canonical correlation is taken over as many directions \
             as the\n  narrower layer has, and with 150 images a pair of unequal width scores higher than a pair of equal \
             width: narrow layers\n  choose wide ones and the reverse, never their counterpart. These measures need many \
             more conditions than features.\n\
             - The pairs share their networks, so the {decisions} decisions are not independent: the spread over networks \
             says more\n  than a binomial error would.",
            pairs = n * (n - 1),
            decisions = n * (n - 1) * depth,
        );
        vec![TextBlock::Table(table), TextBlock::Lines(reading)]
    }

    /// Returns the best measure in a sentence.
    pub(super) fn verdict(&self) -> String {
        let best = self.measures.iter().max_by(|a, b| a.overall().total_cmp(&b.overall()));
        best.map_or_else(String::new, |best| {
            let (share, chance) = (100.0 * best.overall(), 100.0 * self.chance());
            format!(
                "`{}` finds {share:.0} % of the layers in a network of another seed, where chance finds {chance:.0} %.",
                best.measure
            )
        })
    }

    /// Draws the shares along depth.
    pub(super) fn figure(&self, style: Style) -> Result<Figure> {
        let series =
            self.drawn().map(|found| Series { name: found.measure.word().to_owned(), networks: found.shares.clone() });
        let lines =
            DepthLines { depths: self.layers.clone(), series: series.collect(), measure: "layers found".to_owned() };
        lines.draw(style)
    }

    /// Returns the lines along depth, and the table.
    pub(super) fn section(&self) -> Result<Section> {
        let drawn: Vec<_> = self.drawn().map(|found| format!("`{}`", found.measure)).collect();
        let caption = format!(
            "Share of the other networks in which a layer is most like the layer of the same depth, under {}. Thin lines: \
             the network that searches; bands: ± one standard deviation over networks. Chance is {:.3}.",
            drawn.join(", "),
            self.chance()
        );
        let figure = Drawings { drawings: vec![self.figure(WIDE)?], wide: true, caption, tables: Vec::new() };
        let reading = "The networks differ in their seed alone, so a layer's counterpart is the layer of the same depth \
                       (Kornblith et al. 2019). Canonical correlations fall below chance here: with 150 images a pair of \
                       unequal width scores higher than a pair of equal width. They need many more conditions than features.";
        let blocks = vec![Block::Figure(figure), Block::Table(self.table()), Block::Paragraph(reading.to_owned())];
        Ok(section("identification", "Same layer", "Do the measures find the same layer?", blocks))
    }

    fn drawn(&self) -> impl Iterator<Item = &IdentifiedLayers> {
        DRAWN.into_iter().filter_map(|word| self.measures.iter().find(|found| found.measure.word() == word))
    }

    fn table(&self) -> Table {
        let row = |found: &IdentifiedLayers| {
            (found.measure.to_string(), found.three_shares().map(|share| Cell::number(share, 3)).to_vec())
        };
        let chance = ("chance".to_owned(), vec![Cell::number(self.chance(), 3), Cell::Empty, Cell::Empty]);
        let numbers = SHARES.map(|title| Column::Numbers(title.to_owned()));
        Table {
            id: "identification-table".to_owned(),
            name: "identification".to_owned(),
            caption: "Share of layers found, over all ordered pairs of networks".to_owned(),
            columns: std::iter::once(Column::Words("measure".to_owned())).chain(numbers).collect(),
            rows: self.measures.iter().map(row).chain([chance]).collect(),
        }
    }
}

impl IdentifiedLayers {
    /// Returns the shares under [`SHARES`].
    fn three_shares(&self) -> [f64; 3] {
        let [low, high] = self.extremes();
        [self.overall(), low, high]
    }
}
