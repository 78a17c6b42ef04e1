//! Execution of loops on the widest registers of the machine.

/// Calls `work` in the version compiled for the widest registers (at most 256 bits) that this machine has.
///
/// The result is the same on every machine: the compiler vectorizes only loops whose operations are independent, and
/// neither reorders a sum nor fuses a product with it. A function that is not inlined into `work` is not vectorized,
/// hence the attribute of the closure:
///
/// ```
/// let mut numbers = [1.0, 2.0, 3.0];
/// rsa_linalg::on_wide_registers(
///     #[inline(always)]
///     || numbers.iter_mut().for_each(|x| *x *= *x),
/// );
/// assert_eq!(numbers, [1.0, 4.0, 9.0]);
/// ```
#[inline(always)]
pub fn on_wide_registers<R>(work: impl FnOnce() -> R) -> R {
    // At most 256 bits, because compilers make worse loops for 512 bits and memory is no faster.
    #[cfg(target_arch = "x86_64")]
    if let Some(wide) = pulp::x86::V3::try_new() {
        return pulp::Simd::vectorize(wide, work);
    }
    pulp::Arch::new().dispatch(work)
}
