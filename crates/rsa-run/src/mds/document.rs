//! Maps as documents.

use rsa_plot::{
    Figure, MdsMap, Shepard, Style,
    report::{Block, Cell, Column, Drawings, Table},
};
use rsakit::{Reference, Result, stats::MdsScaling};

use super::{MdsPoint, MdsResult, MdsSubject};
use crate::{
    document::{Document, Outline, Records, TextBlock, TextTable, WIDE, section},
    inputs::conventions,
};

impl Document for MdsResult {
    fn text_blocks(&self) -> Vec<TextBlock> {
        let (title, stress, scaling) = (&self.title, self.stress, scaling_word(self.scaling));
        let mut heading = vec![format!("{title}: {} points, {scaling} scaling, stress {stress:.3}", self.points.len())];
        heading.extend(conventions(&self.inputs));
        let row = |MdsPoint { name, group, x, y }: &MdsPoint| {
            vec![name.clone(), group.clone().unwrap_or_default(), format!("{x:.3}"), format!("{y:.3}")]
        };
        let table = TextTable {
            header: ["point", "group", "x", "y"].map(str::to_owned).to_vec(),
            rows: self.points.iter().map(row).collect(),
            first_number: 2,
            n_numbers: 2,
        };
        vec![TextBlock::Lines(heading.join("\n") + "\n"), TextBlock::Table(table)]
    }

    fn records(&self) -> Records {
        let mut records = Records::new(&["name", "group", "x", "y"]);
        for MdsPoint { name, group, x, y } in &self.points {
            records.rows.push(vec![name.clone(), group.clone().unwrap_or_default(), x.to_string(), y.to_string()]);
        }
        records
    }

    fn figure(&self, style: Style) -> Result<Figure> {
        let names = self.points.iter().filter(|_| self.labeled).map(|point| point.name.clone());
        let figure = MdsMap {
            title: self.title.clone(),
            points: self.points.iter().map(|point| [point.x, point.y]).collect(),
            labels: names.collect(),
            groups: self.points.iter().filter_map(|point| point.group.clone()).collect(),
            pictures: self.pictures.clone(),
            paths: self.paths.clone(),
            stress: self.stress,
            shepard: Shepard {
                dissimilarities: self.pairs.dissimilarities.clone(),
                distances: self.pairs.distances.clone(),
                fitted: self.pairs.fitted.clone(),
            },
        };
        figure.draw(style)
    }

    fn outline(&self) -> Result<Outline> {
        let (n, stress) = (self.points.len(), self.stress);
        let follows = match self.scaling {
            MdsScaling::Metric => "the dissimilarities",
            MdsScaling::Ordinal => "the order of the dissimilarities",
        };
        let caption = format!(
            "Distances on the map follow {follows}; axes have no unit and no direction. The inset shows every pair: \
             its dissimilarity, its distance on the map, and the value that the distance was fitted to."
        );
        let drawings =
            Drawings { drawings: vec![self.figure(WIDE)?], wide: true, caption, tables: vec![coordinates(self)] };
        let reading = "Stress is the share by which distances on the map miss their targets: below 0.1 the map can be \
                       trusted; above 0.2 it leaves out much, and the RDM says more.";
        let blocks = vec![Block::Figure(drawings), Block::Paragraph(reading.to_owned())];
        Ok(Outline {
            kicker: "rsakit mds",
            title: format!("Map of {}", self.title),
            verdict: format!("{n} points in the plane with a stress of {stress:.3}."),
            facts: format!("{n} points · {} · stress {stress:.3}", self.dissimilarity),
            sections: vec![section("map", "Map", "What is near what?", blocks)],
            caveats: self.warnings.iter().map(|note| ("Input.".to_owned(), format!("{note}."))).collect(),
            seed: None,
            inputs: self.inputs.clone(),
            works: works(&self.subject),
        })
    }
}

fn scaling_word(scaling: MdsScaling) -> &'static str {
    match scaling {
        MdsScaling::Metric => "metric",
        MdsScaling::Ordinal => "ordinal",
    }
}

/// Returns the works behind the dissimilarities and the scaling.
fn works(subject: &MdsSubject) -> Vec<Reference> {
    let dissimilarities = match subject {
        MdsSubject::Layers { measure } => measure.references(),
        MdsSubject::Conditions => vec![Reference::KRIEGESKORTE_2008],
        MdsSubject::Rdms { comparison } => [vec![Reference::KRIEGESKORTE_2008], comparison.references()].concat(),
    };
    [dissimilarities, vec![Reference::TORGERSON_1952, Reference::KRUSKAL_1964]].concat()
}

fn coordinates(map: &MdsResult) -> Table {
    let row = |MdsPoint { name, group, x, y }: &MdsPoint| {
        let group = group.clone().map_or(Cell::Empty, Cell::Words);
        (name.clone(), vec![group, Cell::number(*x, 3), Cell::number(*y, 3)])
    };
    let caption = ["Coordinates of the points".to_owned()].into_iter().chain(conventions(&map.inputs));
    Table {
        id: "coordinates".to_owned(),
        name: "map".to_owned(),
        caption: caption.collect::<Vec<_>>().join("; "),
        columns: vec![
            Column::Words("point".to_owned()),
            Column::Words("group".to_owned()),
            Column::Numbers("x".to_owned()),
            Column::Numbers("y".to_owned()),
        ],
        rows: map.points.iter().map(row).collect(),
    }
}
