//! [`damaged`]: random damage of a file.

/// A linear congruential generator, which is random enough here and the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        // The first numbers of neighboring seeds resemble each other.
        let mut random = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        random.below(1);
        random
    }

    /// Returns a number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The high bits are the random ones; the remainder of 31 bits fits into any `usize`.
        (self.0 >> 33) as usize % bound
    }

    /// Returns one of the items, of which there is at least one.
    pub(crate) fn choice<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Texts that readers of numbers and headers must be ready for.
const WORDS: [&[u8]; 16] = [
    b"nan",
    b"inf",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"4294967296",
    b"-0",
    b",",
    b";",
    b"\t",
    b"\r",
    b"\n\n",
    b"\"",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
];

/// Returns `bytes` after one to eight random changes.
pub(crate) fn damaged(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    // Few changes are the most telling: what is damaged everywhere is refused at its first byte.
    let changes = 1 + random.below(8);
    for _ in 0..=random.below(changes) {
        if bytes.is_empty() {
            break;
        }
        change(&mut bytes, random);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, random: &mut Random) {
    // A quarter of all changes are near the beginning, where headers are.
    let reach = if random.below(4) == 0 { bytes.len().min(256) } else { bytes.len() };
    let place = random.below(reach);
    let end = (place + 1 + random.below(16)).min(bytes.len());
    match random.below(8) {
        0 => bytes[place] ^= 1 << random.below(8),
        1 => bytes[place] = *random.choice(b"\0\x01\x7f\x80\xff09(['-.,{"),
        2 => drop(bytes.drain(place..end)),
        3 => {
            let copy = bytes[place..end].to_vec();
            bytes.splice(place..place, copy);
        }
        4 => bytes.truncate(place),
        5 => drop(bytes.splice(place..place, random.choice(&WORDS).iter().copied())),
        // Numbers of four or eight bytes at once, to reach sizes and offsets.
        6 => {
            let end = (place + 4 * (1 + random.below(2))).min(bytes.len());
            bytes[place..end].fill(*random.choice(&[0, 1, 0x7f, 0x80, 0xff]));
        }
        _ => {
            let other = random.below(bytes.len());
            bytes.swap(place, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_depends_on_the_seed_alone_and_changes_most_files() {
        let bytes: Vec<u8> = (0..=255).collect();
        let draw = |seed| {
            let mut random = Random::new(seed);
            (0..100).map(|_| damaged(&bytes, &mut random)).collect::<Vec<_>>()
        };
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
        assert!(draw(3).iter().filter(|&changed| *changed != bytes).count() > 90);
    }
}
