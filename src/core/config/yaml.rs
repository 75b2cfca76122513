//! As much of YAML as files of settings use, read within bounds: a hostile file ends in an error, not in a full memory.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StrInput};

use super::super::error::{Error, Result};

/// How much a file may hold. Files of clouds have some kilobytes.
pub(super) const LONGEST: u64 = 1 << 20;

/// How deep it may be nested: clouds.yaml needs six levels.
const DEEPEST: usize = 32;

/// How many values it may have, with copies that aliases make counted like any other.
const MOST: usize = 100_000;

/// A value. Scalars stay as they are written: 0123 is a password, not a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Null,
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The value under a key of a map.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match self {
            // The last of several counts, as in YAML's other readers.
            Node::Map(pairs) => pairs.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// What kind of value it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Node::Null => "empty",
            Node::Text(_) => "text",
            Node::List(_) => "a list",
            Node::Map(_) => "a map",
        }
    }

    /// This map with another on top: maps in both are merged, other values replaced.
    pub fn with(self, over: &Node) -> Node {
        match (self, over) {
            (Node::Map(mut pairs), Node::Map(over)) => {
                for (key, value) in over {
                    match pairs.iter().rposition(|(k, _)| k == key) {
                        Some(at) => {
                            let was = std::mem::replace(&mut pairs[at].1, Node::Null);
                            pairs[at].1 = was.with(value);
                        }
                        None => pairs.push((key.clone(), value.clone())),
                    }
                }
                Node::Map(pairs)
            }
            (_, over) => over.clone(),
        }
    }

    fn size(&self) -> usize {
        match self {
            Node::Null | Node::Text(_) => 1,
            Node::List(items) => 1 + items.iter().map(Node::size).sum::<usize>(),
            Node::Map(pairs) => 1 + pairs.iter().map(|(_, v)| 1 + v.size()).sum::<usize>(),
        }
    }
}

/// Reads JSON, which files of this kind may hold too.
pub(super) fn parse_json(text: &str) -> Result<Node> {
    fn node(value: serde_json::Value) -> Node {
        use serde_json::Value;
        match value {
            Value::Null => Node::Null,
            Value::String(s) => Node::Text(s),
            Value::Array(items) => Node::List(items.into_iter().map(node).collect()),
            Value::Object(map) => Node::Map(map.into_iter().map(|(k, v)| (k, node(v))).collect()),
            Value::Bool(_) | Value::Number(_) => Node::Text(value.to_string()),
        }
    }
    let value = serde_json::from_str(text).map_err(|e| {
        // serde_json quotes nothing of the file, which may hold secrets, but for wrong types.
        Error::invalid(format!("line {}, column {}: it is no JSON", e.line(), e.column()))
    })?;
    Ok(node(value))
}

/// Reads the one document of a text.
pub(super) fn parse(text: &str) -> Result<Node> {
    let mut reader = Reader { parser: Parser::new_from_str(text), left: MOST, anchors: Vec::new() };
    let mut document = None;
    loop {
        let (event, at) = reader.next()?;
        match event {
            Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
            Event::DocumentStart(_) if document.is_none() => {
                let (event, at) = reader.next()?;
                document = Some(reader.node(event, at, 0)?);
            }
            Event::DocumentStart(_) => return Err(wrong(at, "it holds a second document")),
            Event::StreamEnd => return Ok(document.unwrap_or(Node::Null)),
            _ => return Err(wrong(at, "it is no YAML")),
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    /// How many more values there may be.
    left: usize,
    /// Values that aliases stand for, with their numbers and sizes.
    anchors: Vec<(usize, Node, usize)>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Marker)> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, span.start)),
            Some(Err(e)) => Err(scan(&e)),
            None => Ok((Event::StreamEnd, Marker::default())),
        }
    }

    fn count(&mut self, values: usize, at: Marker) -> Result<()> {
        self.left = self.left.checked_sub(values).ok_or_else(|| {
            wrong(at, &format!("it holds more than {MOST} values, those that aliases repeat included"))
        })?;
        Ok(())
    }

    fn node(&mut self, event: Event<'a>, at: Marker, depth: usize) -> Result<Node> {
        if depth > DEEPEST {
            return Err(wrong(at, &format!("it is nested deeper than {DEEPEST} levels")));
        }
        self.count(1, at)?;
        let (node, anchor, tag) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let null = style == ScalarStyle::Plain && tag.is_none() && is_null(&text);
                (if null { Node::Null } else { Node::Text(text.into_owned()) }, anchor, tag)
            }
            Event::SequenceStart(anchor, tag) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break,
                        (event, at) => items.push(self.node(event, at, depth + 1)?),
                    }
                }
                (Node::List(items), anchor, tag)
            }
            Event::MappingStart(anchor, tag) => (self.map(depth)?, anchor, tag),
            Event::Alias(number) => {
                // Only what is complete can be repeated, so nothing holds itself.
                let known = self.anchors.iter().rev().find(|(n, ..)| *n == number);
                let Some((_, node, size)) = known.map(|(n, node, size)| (n, node.clone(), *size)) else {
                    return Err(wrong(at, "an alias stands in what it is to repeat"));
                };
                self.count(size, at)?;
                return Ok(node);
            }
            _ => return Err(wrong(at, "it is no YAML")),
        };
        if let Some(tag) = tag.filter(|t| !t.is_yaml_core_schema()) {
            let tag: String = tag.to_string().chars().take(100).collect();
            return Err(wrong(at, &format!("the tag {tag:?} is not supported")));
        }
        if anchor > 0 {
            let size = node.size();
            self.count(size, at)?;
            self.anchors.push((anchor, node.clone(), size));
        }
        Ok(node)
    }

    fn map(&mut self, depth: usize) -> Result<Node> {
        let mut pairs: Vec<(String, Node)> = Vec::new();
        let mut merged: Vec<Node> = Vec::new();
        loop {
            let (event, at) = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let key = match self.node(event, at, depth + 1)? {
                Node::Text(key) => key,
                Node::Null => "null".to_owned(),
                _ => return Err(wrong(at, "a key is not text")),
            };
            let (event, at) = self.next()?;
            let value = self.node(event, at, depth + 1)?;
            match (key.as_str(), value) {
                ("<<", map @ Node::Map(_)) => merged.push(map),
                ("<<", Node::List(maps)) if maps.iter().all(|m| matches!(m, Node::Map(_))) => {
                    merged.extend(maps)
                }
                ("<<", _) => return Err(wrong(at, "what << merges must be a map or a list of maps")),
                (_, value) => pairs.push((key, value)),
            }
        }
        // What is merged gives way to the map's own keys, and the earlier goes before the later.
        for map in merged {
            let Node::Map(more) = map else { continue };
            for (key, value) in more {
                if !pairs.iter().any(|(k, _)| *k == key) {
                    pairs.push((key, value));
                }
            }
        }
        Ok(Node::Map(pairs))
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

#[cold]
fn wrong(at: Marker, what: &str) -> Error {
    Error::invalid(format!("line {}, column {}: {what}", at.line(), at.col() + 1))
}

#[cold]
fn scan(e: &ScanError) -> Error {
    wrong(*e.marker(), &format!("it is no YAML: {}", e.info()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(s: &str) -> Node {
        Node::Text(s.to_owned())
    }

    fn message(yaml: &str) -> String {
        parse(yaml).unwrap_err().message().to_owned()
    }

    #[test]
    fn scalars_stay_as_written() {
        let n = parse(
            "a: 0123\nb: yes\nc: '~'\nd: ~\ne:\nf: 1.50\ng: \"x\\ty\"\nh: |\n  two\n  lines\ni: !!str 7\n",
        )
        .unwrap();
        for (key, expected) in [
            ("a", "0123"),
            ("b", "yes"),
            ("c", "~"),
            ("f", "1.50"),
            ("g", "x\ty"),
            ("h", "two\nlines\n"),
            ("i", "7"),
        ] {
            assert_eq!(n.get(key), Some(&text(expected)), "{key}");
        }
        assert_eq!((n.get("d"), n.get("e"), n.get("z")), (Some(&Node::Null), Some(&Node::Null), None));
        assert_eq!(parse("").unwrap(), Node::Null);
        assert_eq!(parse("[a, {b: c}]").unwrap().kind(), "a list");
        assert_eq!(parse("{a: 1, a: 2}").unwrap().get("a"), Some(&text("2")));
    }

    #[test]
    fn aliases_and_merges_are_followed() {
        let n =
            parse("base: &b {user: u, region: r}\nmine:\n  <<: *b\n  region: s\nlist: [*b, *b]\n").unwrap();
        let mine = n.get("mine").unwrap();
        assert_eq!((mine.get("user"), mine.get("region")), (Some(&text("u")), Some(&text("s"))));
        assert_eq!(n.get("list"), Some(&Node::List(vec![n.get("base").unwrap().clone(); 2])));
        let n = parse("x: &x {a: 1}\ny: &y {a: 2, b: 2}\nz: {<<: [*x, *y], c: 3}\n").unwrap();
        let z = n.get("z").unwrap();
        assert_eq!(
            (z.get("a"), z.get("b"), z.get("c")),
            (Some(&text("1")), Some(&text("2")), Some(&text("3")))
        );
    }

    #[test]
    fn maps_are_laid_over_each_other() {
        let under = parse("a: {b: 1, c: 2}\nd: [1]\n").unwrap();
        let over = parse("a: {c: 3}\nd: [2]\ne: 4\n").unwrap();
        assert_eq!(under.with(&over), parse("a: {b: 1, c: 3}\nd: [2]\ne: 4\n").unwrap());
    }

    #[test]
    fn hostile_files_end_in_an_error() {
        // Each of ten lists repeats the one before nine times: a thousand million values.
        let mut bomb = "l0: &l0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for i in 1..10 {
            let inner = vec![format!("*l{}", i - 1); 9].join(", ");
            bomb.push_str(&format!("l{i}: &l{i} [{inner}]\n"));
        }
        assert!(message(&bomb).contains("more than 100000 values"));
        let long = 1 << 19;
        for (opening, most) in [("[", long), ("{a: ", long / 4), ("- ", long / 2), ("? ", long / 2)] {
            let m = message(&opening.repeat(most));
            // The parser has a bound of its own for brackets.
            assert!(m.contains("nested deeper") || m.contains("recursion limit"), "{opening}: {m}");
        }
        assert!(message(&format!("[{}]", "x,".repeat(long / 2))).contains("more than 100000 values"));
        assert!(message("a: &a [*a]").contains("line 1, column"));
        assert!(message("a: *none").contains("line 1, column"));
        assert!(message("{[a]: b}").contains("a key is not text"));
        assert!(message("a: !vault |\n  abc\n").contains("!vault"));
        assert!(message("a: 1\n---\nb: 2\n").contains("second document"));
        for bad in
            ["a: [", "a: 'x", "\"\\q\"", "a:\n\t- b", "%YAML 9", "a: b: c", "<<: 1", "&", "*", "@", "\u{0}"]
        {
            assert!(message(bad).starts_with("line "), "{bad:?}");
        }
        // Long lines of nothing in particular take no long time.
        for odd in ["a", "&a ", "! ", "# ", "\"", "'", "|", "\n", ": ", "?", "\u{85}", "é"] {
            let _ = parse(&odd.repeat(long / odd.len()));
        }
    }

    #[test]
    fn json_is_read_too() {
        let n = parse_json("{\"a\": {\"b\": [1, true, null, \"x\"]}}").unwrap();
        let list = vec![text("1"), text("true"), Node::Null, text("x")];
        assert_eq!(n.get("a").unwrap().get("b"), Some(&Node::List(list)));
        let e = parse_json("{\"password\": \"geheim\" oh}").unwrap_err();
        assert!(e.message().contains("line 1, column") && !e.message().contains("geheim"), "{e}");
        assert!(parse_json(&"[".repeat(100_000)).is_err());
    }
}
