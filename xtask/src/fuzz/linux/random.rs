//! The random numbers of the generator: SplitMix64. A seed means the same script for ever, whatever
//! becomes of other generators.

/// A generator.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Seeds next to each other give unrelated numbers.
    pub fn new(seed: u64, stream: &str) -> Self {
        let mut state = seed;
        for byte in stream.bytes() {
            state = state.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte);
        }
        let mut random = Self(state);
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % (end.max(1) as u64)) as usize
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    /// One of several, by weight.
    pub fn weighted<T: Copy>(&mut self, of: &[(usize, T)]) -> T {
        let sum: usize = of.iter().map(|(weight, _)| weight).sum();
        let mut at = self.below(sum);
        for (weight, value) in of {
            if at < *weight {
                return *value;
            }
            at -= weight;
        }
        of[0].1
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_seed_means_the_same_for_ever() {
        let mut random = Random::new(1, "tcp");
        let first: Vec<usize> = (0..5).map(|_| random.below(1000)).collect();
        let mut again = Random::new(1, "tcp");
        let second: Vec<usize> = (0..5).map(|_| again.below(1000)).collect();
        assert_eq!(first, second);
        let mut other = Random::new(1, "udp");
        assert_ne!(first, (0..5).map(|_| other.below(1000)).collect::<Vec<_>>());
    }

    #[test]
    fn weights_and_chances_are_kept() {
        let mut random = Random::new(7, "");
        let mut counts = [0; 2];
        for _ in 0..10_000 {
            counts[random.weighted(&[(9, 0), (1, 1)])] += 1;
        }
        assert!(counts[1] > 800 && counts[1] < 1200, "{counts:?}");
    }
}
