//! The headers of a request, from where they lie: they are put together once, in the head that is sent.

use super::headers::Headers;

/// Names and values of headers that each request of a kind has.
type Own<'a> = [Option<(&'static str, &'a [u8])>; 4];

static NONE: Headers = Headers::new();

/// Headers of a request.
pub(crate) struct Fields<'a> {
    /// What the request is for asks for these.
    wanted: &'a Headers,
    own: Own<'a>,
    /// The caller's, which replace all others of their names.
    given: &'a Headers,
}

impl<'a> Fields<'a> {
    /// Those that what the request is for asks for, those that all have, and in their place those that the caller gives.
    pub fn new(wanted: &'a Headers, own: Own<'a>, given: &'a Headers) -> Fields<'a> {
        Fields { wanted, own, given }
    }

    /// These as they are.
    pub fn of(given: &'a Headers) -> Fields<'a> {
        Fields::new(&NONE, [None; 4], given)
    }

    fn own(&self) -> impl Iterator<Item = (&'static str, &'a [u8])> {
        self.own.iter().flatten().copied()
    }

    /// Names and values in the order in which they are sent.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let own = self.own().map(|(name, value)| (name.as_bytes(), value));
        let ours = self.wanted.iter_bytes().chain(own).filter(|(name, _)| !self.given.contains(name));
        ours.chain(self.given.iter_bytes())
    }

    /// Those of which this part of the library does not know what they are, and whether they can be sent.
    pub fn foreign(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.wanted.iter_bytes().chain(self.given.iter_bytes())
    }

    /// Whether there is one of that name among those.
    pub fn has_foreign(&self, name: &str) -> bool {
        self.wanted.contains(name.as_bytes()) || self.given.contains(name.as_bytes())
    }

    /// All of them, for messages.
    #[cold]
    pub fn collect(&self) -> Headers {
        let mut all = Headers::new();
        let names = self.iter().map(|(name, value)| (String::from_utf8_lossy(name), value));
        names.for_each(|(name, value)| all.push(&name, value));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callers_replace_all_others_of_their_names() {
        let (mut wanted, mut given) = (Headers::new(), Headers::new());
        wanted.push("Accept", b"a");
        wanted.push("x-b", b"b");
        given.push("ACCEPT", b"c");
        given.push("User-Agent", b"d");
        given.push("user-agent", b"e");
        let own = [Some(("user-agent", &b"f"[..])), Some(("x-auth-token", b"g")), None, None];
        let fields = Fields::new(&wanted, own, &given);
        let right =
            [("x-b", "b"), ("x-auth-token", "g"), ("ACCEPT", "c"), ("User-Agent", "d"), ("user-agent", "e")];
        let bytes: Vec<_> = right.iter().map(|(n, v)| (n.as_bytes(), v.as_bytes())).collect();
        assert_eq!(fields.iter().collect::<Vec<_>>(), bytes);
        assert_eq!(fields.collect().iter_bytes().collect::<Vec<_>>(), bytes);
        assert!(fields.has_foreign("accept") && !fields.has_foreign("x-auth-token"));
        assert_eq!(Fields::of(&given).iter().count(), 3);
    }
}
