//! Tests of layouts: blocks, chosen columns and rows along any axis, against the whole array.

use super::*;
use crate::number::NumberKind;

/// Bytes in memory that fail the test if they are not asked for in ascending order.
struct Ascending<'a> {
    bytes: &'a [u8],
    position: u64,
}

impl Bytes for Ascending<'_> {
    fn read_exact_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        assert!(offset >= self.position, "reads ascend");
        assert!(buffer.len() <= BUFFER, "the buffer is bounded");
        buffer.copy_from_slice(&self.bytes[offset as usize..][..buffer.len()]);
        self.position = offset + buffer.len() as u64;
        Ok(())
    }
}

fn check(shape: &[usize], order: MemoryOrder, blocks: &[usize]) {
    let number = Number { kind: NumberKind::U32, big_endian: false };
    let layout = Layout::new(number, shape.to_vec(), order).unwrap();
    let (n, p) = (layout.n_rows(), layout.n_columns());
    let bytes: Vec<u8> = (0..(n * p) as u32).flat_map(u32::to_le_bytes).collect();
    let read_part = |rows: Range<usize>, columns: Range<usize>, block: ArrayViewMut2<'_, f64>| {
        layout.read_block(&mut Ascending { bytes: &bytes, position: 0 }, rows, columns, block).unwrap();
    };
    let read = |rows: Range<usize>, block: ArrayViewMut2<'_, f64>| read_part(rows, 0..p, block);
    let mut whole = Array2::zeros((n, p));
    read(0..n, whole.view_mut());
    let (i, j) = (n / 2, p / 3);
    let expected = match order {
        MemoryOrder::C => i * p + j,
        MemoryOrder::Fortran => (0..p).find(|&column| layout.column(column) == j).unwrap() * n + i,
    };
    assert_eq!(whole[[i, j]], expected as f64);
    let grown = layout.read_growing(&mut Ascending { bytes: &bytes, position: 0 }).unwrap();
    assert_eq!(grown, whole);
    for &size in blocks {
        for start in (0..n).step_by(size) {
            let rows = start..(start + size).min(n);
            let expected = whole.slice_axis(Axis(0), ndarray::Slice::from(rows.clone()));
            let mut block = Array2::zeros((rows.len(), p));
            read(rows.clone(), block.view_mut());
            assert_eq!(block, expected, "{shape:?} {order:?} {rows:?}");
            // A view whose rows are not side by side.
            let mut columns = Array2::zeros((p, rows.len()));
            read(rows.clone(), columns.view_mut().reversed_axes());
            assert_eq!(columns.t(), expected, "{shape:?} {order:?} {rows:?}");
            // Some of the features.
            for columns in [0..p.div_ceil(2), p / 3..p - p / 4] {
                let mut block = Array2::zeros((rows.len(), columns.len()));
                read_part(rows.clone(), columns.clone(), block.view_mut());
                let part = expected.slice_axis(Axis(1), ndarray::Slice::from(columns.clone()));
                assert_eq!(block, part, "{shape:?} {order:?} {rows:?} {columns:?}");
            }
        }
    }
}

#[test]
fn blocks_are_the_rows_of_the_whole() {
    for order in [MemoryOrder::C, MemoryOrder::Fortran] {
        check(&[7, 3, 5], order, &[1, 2, 7]);
        check(&[1, 1], order, &[1]);
        check(&[64, 3, 2, 2, 3], order, &[1, 60, 64]);
    }
}

#[test]
fn arrays_larger_than_the_buffer_are_read_in_pieces() {
    for order in [MemoryOrder::C, MemoryOrder::Fortran] {
        // Long rows, long columns that are read alone, and columns between the two limits.
        check(&[2, 300_001], order, &[1, 2]);
        check(&[300_001, 2], order, &[150_000, 300_001]);
        check(&[5_000, 61], order, &[4_999]);
        check(&[4_000, 3, 23], order, &[1_999]);
    }
}

#[test]
fn no_row_is_no_read() {
    let layout = Layout::new(Number { kind: NumberKind::F64, big_endian: false }, vec![3, 2], MemoryOrder::C).unwrap();
    let mut nothing = Ascending { bytes: &[], position: 0 };
    layout.read_block(&mut nothing, 1..1, 0..2, Array2::zeros((0, 2)).view_mut()).unwrap();
    layout.read_block(&mut nothing, 0..3, 1..1, Array2::zeros((3, 0)).view_mut()).unwrap();
}

#[test]
#[should_panic(expected = "beyond the last condition")]
fn rows_that_do_not_exist_are_a_broken_promise() {
    let layout = Layout::new(Number { kind: NumberKind::F64, big_endian: false }, vec![3, 2], MemoryOrder::C).unwrap();
    let mut nothing = Ascending { bytes: &[], position: 0 };
    let _ = layout.read_block(&mut nothing, 2..4, 0..2, Array2::zeros((2, 2)).view_mut());
}
