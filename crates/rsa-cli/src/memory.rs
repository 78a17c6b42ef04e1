//! The memory that a command may use.

use clap::Args;
use rsa_run::MemorySize;

#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    /// Memory to use at most, such as 2GiB or 500MB [default: three quarters of the free memory]
    ///
    /// Work that needs more is refused. No result depends on it.
    #[arg(long = "memory", value_name = "SIZE")]
    pub(crate) limit: Option<MemorySize>,
}
