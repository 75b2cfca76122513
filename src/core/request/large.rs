//! What a request may say about large objects.

use super::Request;
use crate::core::error::{Error, Result};
use crate::core::names;

impl Request {
    /// Lets the server send white space while it works on a manifest, so that the wait for its answer is not taken
    /// for a stall.
    pub fn set_heartbeat(&mut self, on: bool) {
        self.remove_query("heartbeat");
        if on {
            self.query.push(("heartbeat".into(), Some("on".into())));
        }
    }

    /// Asks for one segment of a static large object, counted from 1; `None`: for all of it again.
    pub fn set_part_number(&mut self, number: Option<u32>) -> Result<()> {
        match number {
            None => self.remove_query("part-number"),
            Some(0) => return Err(Error::invalid("there is no segment 0: the first one is 1")),
            Some(n) => self.set_query("part-number", Some(&n.to_string()))?,
        }
        Ok(())
    }

    /// Makes what is stored the manifest of a dynamic large object: its bytes are those of all objects of `container`
    /// whose names begin with `prefix`. `None`: not so any more.
    pub fn set_dlo(&mut self, segments: Option<(&str, &str)>) -> Result<()> {
        let Some((container, prefix)) = segments else { return self.set_header("X-Object-Manifest", None) };
        names::check_container(container)?;
        if prefix.is_empty() {
            return Err(Error::invalid("the prefix of the segments is empty"));
        }
        if prefix.starts_with('/') {
            let text =
                format!("the prefix of the segments, {prefix:?}, begins with a slash, which Swift refuses");
            return Err(Error::invalid(text));
        }
        let mut path = String::new();
        names::encode_into(&mut path, container);
        path.push('/');
        names::encode_path_into(&mut path, prefix);
        self.set_header("X-Object-Manifest", Some(&path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_can_be_taken_away() {
        let mut r = Request::new();
        r.set_heartbeat(true);
        r.set_heartbeat(true);
        r.set_part_number(Some(3)).unwrap();
        assert_eq!(r.query.len(), 2);
        assert_eq!((r.query_value("heartbeat"), r.query_value("part-number")), (Some("on"), Some("3")));
        assert!(r.set_part_number(Some(0)).is_err());
        r.set_heartbeat(false);
        r.set_part_number(None).unwrap();
        assert!(r.query.is_empty());
    }

    #[test]
    fn up_17_a_prefix_is_percent_encoded_and_checked() {
        let mut r = Request::new();
        r.set_dlo(Some(("c é", "o?&/1.5/7/5/"))).unwrap();
        assert_eq!(r.headers.get_str("x-object-manifest"), Some("c%20%C3%A9/o%3F%26/1.5/7/5/"));
        for (container, prefix) in [("", "p"), ("a/b", "p"), ("c", ""), ("c", "/p")] {
            assert!(r.set_dlo(Some((container, prefix))).is_err(), "{container:?} {prefix:?}");
        }
        r.set_dlo(None).unwrap();
        assert!(r.headers.is_empty());
    }
}
