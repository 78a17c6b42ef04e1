//! The memory that a command may use.

use clap::Args;
use rsa_run::MemorySize;

#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    /// How much memory may be used, such as 2GiB or 500MB. What needs more is refused; no result depends on it [default:
    /// three quarters of what is free, where the system says]
    #[arg(long = "memory", value_name = "SIZE")]
    pub(crate) limit: Option<MemorySize>,
}
