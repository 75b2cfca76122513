//! Two texts that are kept together, in one piece of memory.

pub(crate) struct Pair {
    both: Box<str>,
    /// The length of the first.
    at: usize,
}

impl Pair {
    pub fn new(first: &str, second: &str) -> Pair {
        let mut both = String::with_capacity(first.len() + second.len());
        both.push_str(first);
        both.push_str(second);
        Pair { both: both.into_boxed_str(), at: first.len() }
    }

    pub fn get(&self) -> (&str, &str) {
        self.both.split_at(self.at)
    }
}
