//! Timing of calls.

use std::{collections::BTreeMap, time::Instant};

use crate::report::Row;

/// Returns the shortest time among calls for about a second, and at least ten calls.
///
/// The shortest time is used because other work on the machine only adds time, and the first calls wake threads and
/// touch new memory.
pub(crate) fn shortest_seconds(mut call: impl FnMut()) -> f64 {
    call();
    let (start, mut times) = (Instant::now(), Vec::new());
    while times.len() < 10 || (start.elapsed().as_secs_f64() < 1.0 && times.len() < 1000) {
        let start = Instant::now();
        call();
        times.push(start.elapsed().as_secs_f64());
    }
    times.into_iter().fold(f64::INFINITY, f64::min)
}

/// Returns the seconds of one call, for work that takes many.
pub(crate) fn seconds_of_one(call: impl FnOnce()) -> f64 {
    let start = Instant::now();
    call();
    start.elapsed().as_secs_f64()
}

/// Times both sides in turn and keeps the shortest time of each, so that both meet the same load of the machine.
pub(crate) fn time_in_turn(
    with_peers: bool,
    ours: impl Fn() -> Vec<Row>,
    theirs: impl Fn() -> BTreeMap<String, f64>,
) -> (Vec<Row>, BTreeMap<String, f64>) {
    const TURNS: usize = 3;
    if !with_peers {
        return (ours(), BTreeMap::new());
    }
    let (mut rows, mut of_peers) = (ours(), theirs());
    for _ in 1..TURNS {
        for (row, again) in rows.iter_mut().zip(ours()) {
            row.seconds = row.seconds.min(again.seconds);
        }
        for (name, again) in theirs() {
            of_peers.entry(name).and_modify(|seconds| *seconds = again.min(*seconds));
        }
    }
    (rows, of_peers)
}
