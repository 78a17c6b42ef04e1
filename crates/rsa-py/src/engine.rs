//! [`run`]: work on threads of our own, while the calling thread listens to Python.

use std::{
    any::Any,
    collections::HashMap,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    process,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    time::Duration,
};

use pyo3::{exceptions::PyRuntimeError, prelude::*};
use rayon::{ThreadPool, ThreadPoolBuilder};
use rsakit::{Result, core::Observer};

use crate::errors::{internal, raise};

/// Time between two looks at signals and progress: an interrupt is answered within two of them.
const POLL: Duration = Duration::from_millis(40);

/// Pools of a process by their number of threads.
struct Pools {
    process: u32,
    by_size: HashMap<usize, Arc<ThreadPool>>,
}

static POOLS: Mutex<Option<Pools>> = Mutex::new(None);

/// Returns the pool of `threads` threads, 0 for one a core.
///
/// Threads do not survive a fork, so a child process gets pools of its own.
fn pool(threads: usize) -> PyResult<Arc<ThreadPool>> {
    let mut pools = lock(&POOLS);
    let process = process::id();
    if pools.as_ref().is_some_and(|pools| pools.process != process) {
        // Dropping the pools of the parent would speak to threads that are not there.
        mem::forget(pools.take());
    }
    let pools = pools.get_or_insert_with(|| Pools { process, by_size: HashMap::new() });
    if let Some(pool) = pools.by_size.get(&threads) {
        return Ok(pool.clone());
    }
    let built = ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = Arc::new(built.map_err(|error| {
        PyRuntimeError::new_err(format!(
            "the system does not allow {threads} threads ({error}); use fewer with threads="
        ))
    })?);
    pools.by_size.insert(threads, pool.clone());
    Ok(pool)
}

/// Returns what a lock holds; what a panic left behind is whole, because every change is one assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Progress and notes of a job on their way to Python. Working threads never wait for Python here.
#[derive(Default)]
pub(crate) struct Watch {
    cancelled: AtomicBool,
    step: Mutex<Option<(u64, u64, String)>>,
    notes: Mutex<Vec<String>>,
}

impl Observer for Watch {
    fn progress(&self, stage: &str, done: u64, total: u64) {
        *lock(&self.step) = Some((done, total, stage.to_owned()));
    }

    fn note(&self, text: &str) {
        lock(&self.notes).push(text.to_owned());
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

impl Watch {
    /// Calls `progress` with the last step, if there is a new one.
    fn report(&self, py: Python<'_>, progress: Option<&Py<PyAny>>) -> PyResult<()> {
        let step = lock(&self.step).take();
        match (progress, step) {
            (Some(progress), Some(step)) => progress.call1(py, step).map(|_| ()),
            _ => Ok(()),
        }
    }
}

/// Runs `work` on `threads` threads without the interpreter lock; returns its result and its notes.
///
/// Between the steps of the work the calling thread answers signals and calls `progress(done, total, stage)`. An
/// exception of either cancels the work and is raised.
///
/// # Errors
/// The errors of the work, `InternalError` if it panics, and exceptions of `progress` and of signal handlers.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    threads: usize,
    progress: Option<&Py<PyAny>>,
    work: impl FnOnce(&Watch) -> Result<T> + Send,
) -> PyResult<(T, Vec<String>)> {
    let pool = pool(threads)?;
    let watch = Watch::default();
    let mut raised = None;
    let listen = || {
        let heard = Python::attach(|py| py.check_signals().and_then(|()| watch.report(py, progress)));
        heard.inspect_err(|_| watch.cancelled.store(true, Ordering::Relaxed)).err()
    };
    let finished = py.detach(|| {
        let (send, receive) = mpsc::channel();
        pool.in_place_scope(|scope| {
            scope.spawn(|_| {
                // The receiver waits in this scope.
                let _ = send.send(catch_unwind(AssertUnwindSafe(|| work(&watch))));
            });
            loop {
                match receive.recv_timeout(POLL) {
                    Ok(finished) => return Some(finished),
                    Err(RecvTimeoutError::Timeout) if raised.is_none() => raised = listen(),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return None,
                }
            }
        })
    });
    if let Some(raised) = raised {
        return Err(raised);
    }
    let result = match finished {
        Some(Ok(result)) => result.map_err(|error| raise(py, &error))?,
        Some(Err(panic)) => return Err(internal(py, panic_text(panic.as_ref()))),
        None => return Err(internal(py, "a thread ended without a result")),
    };
    py.check_signals()?;
    watch.report(py, progress)?;
    Ok((result, mem::take(&mut *lock(&watch.notes))))
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let owned = || panic.downcast_ref::<String>().map(String::as_str);
    panic.downcast_ref::<&str>().copied().or_else(owned).unwrap_or("a panic without a message")
}
