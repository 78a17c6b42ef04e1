//! Loops on the widest registers of the machine.

/// Calls `work`, which is compiled for narrow and for wide registers, on the widest that this machine has.
///
/// The numbers are the same on every machine: the compiler puts side by side what the loops leave side by side, and
/// neither reorders a sum nor fuses a product with it. What is not inlined stays narrow, hence the attribute of the
/// closure:
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
    // Of 256 bits at the most: compilers make worse loops for 512, and memory is no faster.
    #[cfg(target_arch = "x86_64")]
    if let Some(wide) = pulp::x86::V3::try_new() {
        return pulp::Simd::vectorize(wide, work);
    }
    pulp::Arch::new().dispatch(work)
}
