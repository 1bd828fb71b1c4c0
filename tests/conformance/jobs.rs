//! Worker threads that compile and run programs, so that results are there when they are asked for.

use crate::programs::{Program, Variant};
use crate::run::Results;
use crate::{compile, run};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};

/// One program in one variant, with the subtests that are wanted of it.
#[derive(Debug)]
pub struct Job {
    pub program: Arc<Program>,
    pub variant: Variant,
    pub wanted: Vec<String>,
    taken: AtomicBool,
    told: AtomicBool,
    done: Mutex<Option<Arc<Result<Results, String>>>>,
    bell: Condvar,
}

impl Job {
    pub fn new(program: Arc<Program>, variant: Variant, wanted: Vec<String>) -> Self {
        Self {
            program,
            variant,
            wanted,
            taken: AtomicBool::new(false),
            told: AtomicBool::new(false),
            done: Mutex::new(None),
            bell: Condvar::new(),
        }
    }

    /// The results, worked out here when no worker has begun with it; an error is one of compiling or starting the program.
    pub fn results(&self) -> Arc<Result<Results, String>> {
        self.work();
        let mut done = self.done.lock().unwrap_or_else(|p| p.into_inner());
        loop {
            if let Some(results) = &*done {
                return Arc::clone(results);
            }
            done = self.bell.wait(done).unwrap_or_else(|p| p.into_inner());
        }
    }

    /// The reason why there are no results at all: whole the first time, then only a hint, as each
    /// subtest asks.
    pub fn why_nothing(&self, error: &str) -> String {
        if self.told.swap(true, Ordering::Relaxed) {
            "the program could not be compiled or started, see the first failure of it".to_owned()
        } else {
            error.to_owned()
        }
    }

    fn work(&self) {
        if self.taken.swap(true, Ordering::Relaxed) {
            return;
        }
        let results = compile::compile(&self.program, &self.variant)
            .and_then(|file| run::run(&self.program, &self.variant, &file, &self.wanted))
            .map_err(|e| format!("{e:#}"));
        *self.done.lock().unwrap_or_else(|p| p.into_inner()) = Some(Arc::new(results));
        self.bell.notify_all();
    }
}

/// Most tests wait for the network rather than compute, so a little more than the machine has.
pub fn default_workers() -> usize {
    std::thread::available_parallelism().map_or(2, |n| n.get() + 1)
}

/// Starts the jobs, in order. The threads end with the process at the latest.
pub fn start(jobs: &[Arc<Job>], workers: usize) {
    let queue: VecDeque<_> = jobs.iter().cloned().collect();
    let queue = Arc::new(Mutex::new(queue));
    for _ in 0..workers.max(1) {
        let queue = Arc::clone(&queue);
        std::thread::spawn(move || {
            loop {
                let next = queue.lock().unwrap_or_else(|p| p.into_inner()).pop_front();
                let Some(job) = next else { return };
                job.work();
            }
        });
    }
}
