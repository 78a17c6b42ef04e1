//! How long a call takes.

use std::time::Instant;

/// The shortest time of calls for about a second, and at least ten: the first ones wake threads and touch new memory, and
/// other work on the machine only adds.
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

/// The seconds of one call, for what takes many.
pub(crate) fn seconds_of_one(call: impl FnOnce()) -> f64 {
    let start = Instant::now();
    call();
    start.elapsed().as_secs_f64()
}
