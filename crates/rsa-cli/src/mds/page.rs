//! A map as a page.

use rsa_plot::report::{Block, Cell, Column, Drawings, Page, Table};
use rsakit::stats::MdsScaling;

use super::{Map, figure};
use crate::{
    page::{self, WIDE, Work},
    verdict::Failure,
};

/// The whole page.
pub(super) fn page(map: &Map) -> Result<Page, Failure> {
    let Map { subject, embedding, scaling } = map;
    let (n, stress) = (subject.rdm.n_conditions(), embedding.stress);
    let drawn = figure::draw(map, WIDE).map_err(Failure::impossible)?;
    let follows = match scaling {
        MdsScaling::Metric => "the dissimilarities",
        MdsScaling::Ordinal => "the order of the dissimilarities",
    };
    let caption = format!(
        "Distances on the map follow {follows}; axes have no unit and no direction. The inset shows every pair: its \
         dissimilarity, its distance on the map, and what the distances were fitted to."
    );
    let figure = Drawings { drawings: vec![drawn], wide: true, caption, tables: vec![coordinates(map)] };
    let reading = "Stress says how far distances on the map are from what they should be, as a share: below 0.1 the map can be \
                   trusted, above 0.2 it leaves out much, and the RDM says more.";
    let blocks = vec![Block::Figure(figure), Block::Paragraph(reading.to_owned())];
    let notes = subject.notes.iter().map(|note| ("Input.".to_owned(), format!("{note}."))).collect();
    let mut works = subject.works.clone();
    works.push(Work::TORGERSON_1952);
    works.push(Work::KRUSKAL_1964);
    let mut sections = vec![page::section("map", "Map", "What is near what?", blocks), page::caveats(notes)];
    sections.extend(page::provenance(&[page::command_line()], None, &subject.inputs, &works)?);
    Ok(Page {
        kicker: "rsakit mds".to_owned(),
        title: format!("Map of {}", subject.title),
        verdict: format!("{n} points in the plane with a stress of {stress:.3}."),
        facts: format!("{n} points · {} · stress {stress:.3}", subject.dissimilarity),
        sections,
        generator: page::generator(),
    })
}

fn coordinates(map: &Map) -> Table {
    let rows = map.embedding.coordinates.rows().into_iter().enumerate().map(|(k, point)| {
        let labels = map.embedding.conditions.labels();
        let name = labels.map_or_else(|| k.to_string(), |labels| labels[k].clone());
        let group = map.subject.groups.get(k).map_or(Cell::Empty, |group| Cell::Words(group.clone()));
        (name, vec![group, Cell::number(point[0], 3), Cell::number(point[1], 3)])
    });
    Table {
        id: "coordinates".to_owned(),
        name: "map".to_owned(),
        caption: "Where each point stands".to_owned(),
        columns: vec![
            Column::Words("point".to_owned()),
            Column::Words("group".to_owned()),
            Column::Numbers("x".to_owned()),
            Column::Numbers("y".to_owned()),
        ],
        rows: rows.collect(),
    }
}
